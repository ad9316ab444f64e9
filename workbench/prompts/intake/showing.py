"""What the preview shows of each prompt that was found, and what was typed into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from workbench import catalogue
from workbench.intake.reading import FoundPrompt, Kind, Remark
from workbench.messages_api import clean_text
from workbench.prompts.content import Content, Variable
from workbench.prompts.editor import NAME_LENGTH, EditorForm
from workbench.prompts.library.details import DetailsForm
from workbench.prompts.media.measures import kept_in, problems_of_kept
from workbench.prompts.models import Draft
from workbench.prompts.saving import first_line_of
from workbench.prompts.turn_page import media_of

SHOWN = 20
"""Prompts whose contents the preview shows."""
SHOWN_REMARKS = 50
SHOWN_REFUSALS = 10
TITLES = {
    Kind.KEY_REMOVED: "Keys removed",
    Kind.CHANGED: "Changed, and why",
    Kind.LEFT_OUT: "Left out",
    Kind.NOT_UNDERSTOOD: "Not understood",
}


@dataclass
class Row:
    """A prompt that was found, with its name and tags as they stand in the form."""

    number: int
    found: FoundPrompt
    name: str
    tags: str
    is_taken: bool = True
    errors: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    """What the API would say against it; it is imported all the same."""
    form: EditorForm | None = None
    """Of the prompts whose contents are shown."""

    @property
    def content(self) -> Content:
        return content_of(self.found)

    @property
    def model(self) -> str:
        model = self.found.request.body.get("model")
        return model if isinstance(model, str) else ""

    @property
    def turns(self) -> int:
        messages = self.found.request.body.get("messages")
        return len(messages) if isinstance(messages, list) else 0

    @property
    def remarks(self) -> list[tuple[str, list[Remark]]]:
        return grouped(self.found.remarks)

    @property
    def shown_refusals(self) -> list[str]:
        return self.refusals[:SHOWN_REFUSALS]

    @property
    def more_refusals(self) -> int:
        """Refusals that are not listed."""
        return max(0, len(self.refusals) - SHOWN_REFUSALS)

    @property
    def more_remarks(self) -> int:
        """Remarks that are not listed."""
        return max(0, len(self.found.remarks) - SHOWN_REMARKS)


def content_of(found: FoundPrompt) -> Content:
    """The content of a draft or version of the prompt."""
    request = found.request
    variables = tuple(
        Variable(variable.name, variable.description, variable.default)
        for variable in found.variables
    )
    return Content(dict(request.body), request.api_version, request.betas, variables)


def rows_of(prompts: Sequence[FoundPrompt], post: QueryDict | None = None) -> list[Row]:
    """The prompts as the preview lists them; with a ``post`` as it was typed there."""
    taken = set(post.getlist("take")) if post is not None else set()
    rows = []
    for number, found in enumerate(prompts, 1):
        name = found.name or first_line_of(found.request.body)
        row = Row(number, found, name[:NAME_LENGTH], ", ".join(found.tags))
        if post is not None:
            row.name = clean_text(post.get(f"name-{number}", row.name))
            row.tags = clean_text(post.get(f"tags-{number}", row.tags))
            row.is_taken = len(prompts) == 1 or str(number) in taken
        rows.append(row)
    return rows


def typed_in(post: QueryDict) -> list[tuple[str, str]]:
    """The names and tags of the preview's form as they were typed, without what they belong to."""
    numbers = [field.removeprefix("name-") for field in post if field.startswith("name-")]
    return [
        (clean_text(post.get(f"name-{number}", "")), clean_text(post.get(f"tags-{number}", "")))
        for number in numbers
    ]


def details_of(row: Row, shared: str = "") -> dict[str, Any]:
    """Name, description and tags as they are stored; notes in ``row.errors`` what is wrong.

    ``shared`` are tags that all prompts of the import get.
    """
    form = DetailsForm(
        {"name": row.name, "tags": f"{row.tags},{shared}", "description": row.found.description}
    )
    row.errors = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
    return form.cleaned_data


def shown_context(team_id: int, rows: list[Row]) -> dict[str, Any]:
    """The rows with what the API would refuse, and with the contents of the first of them."""
    _note_refusals(team_id, rows)
    forms = []
    for row in rows[:SHOWN]:
        row.form = form_of(row)
        forms.append(row.form)
    model = catalogue.get(forms[0].choice.model_id) if forms else None
    refused = sum(1 for row in rows if row.refusals)
    return {
        "rows": rows,
        "shown": SHOWN,
        "refused": refused,
        **(media_of(team_id, forms, model) if model else {}),
    }


def _note_refusals(team_id: int, rows: list[Row]) -> None:
    """Say at each row what the editor would; the files of all of them are asked for once."""
    bodies = [dict(row.found.request.body) for row in rows]
    media = kept_in(bodies, team_id)
    for row, body in zip(rows, bodies, strict=True):
        found = [
            *problems_of_kept(body, media, catalogue.get(row.model)),
            *catalogue.problems(row.found.request),
        ]
        row.refusals = list(dict.fromkeys(problem.sentence for problem in found))


def form_of(row: Row) -> EditorForm:
    """The editor's form of a prompt that was found."""
    return EditorForm.of(Draft(name=row.name[:NAME_LENGTH], content=row.content.to_dict()))


def grouped(remarks: Iterable[Remark]) -> list[tuple[str, list[Remark]]]:
    """The remarks by what they say, the first of them, each group with its title."""
    listed = list(remarks)[:SHOWN_REMARKS]
    groups = [
        (title, [each for each in listed if each.kind == kind]) for kind, title in TITLES.items()
    ]
    return [(title, several) for title, several in groups if several]
