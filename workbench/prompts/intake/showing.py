"""What the preview shows of each prompt that was found, and what was typed into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from workbench.catalogue import get
from workbench.intake.reading import FoundPrompt, Kind, Remark
from workbench.messages_api import clean_text
from workbench.prompts.content import Content, Variable
from workbench.prompts.editor import NAME_LENGTH, EditorForm
from workbench.prompts.library.details import DetailsForm
from workbench.prompts.models import Draft
from workbench.prompts.saving import first_line_of
from workbench.prompts.turn_page import media_of

SHOWN = 20
"""Prompts whose contents the preview shows."""
SHOWN_REMARKS = 50
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
    """The rows with the contents of the first, and the files that those hold."""
    forms = []
    for row in rows[:SHOWN]:
        row.form = form_of(row)
        forms.append(row.form)
    model = get(forms[0].choice.model_id) if forms else None
    return {"rows": rows, "shown": SHOWN, **(media_of(team_id, forms, model) if model else {})}


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
