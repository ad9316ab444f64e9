"""The form that sets up a comparison: a few fields per pane, only what the catalogue accepts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import QueryDict

from workbench import catalogue
from workbench.accounts.access import Access
from workbench.catalogue import Offer, Problem
from workbench.messages_api import clean_text
from workbench.prompts.editor import EditorForm, is_changed
from workbench.prompts.models import Draft, PromptVersion
from workbench.prompts.parameters import model_groups
from workbench.prompts.parameters.panel import words_of
from workbench.prompts.paths import ABSENT, value_at

from .setup import LETTERS, LONGEST_TEXT, NOT_SET, PARAMETERS, Parameter, Setup
from .trial import Trial, Workpiece

MOST_PANES = len(LETTERS)
TOO_MANY = f"A comparison has at most {MOST_PANES} panes; the first {MOST_PANES} are kept."
LISTED_VERSIONS = 100


@dataclass(frozen=True)
class PaneField:
    """One parameter of a pane; ``options`` are (value, words) of a list, None for a text field."""

    id: str
    label: str
    text: str
    placeholder: str
    options: Sequence[tuple[str, str]] | None
    problems: Sequence[str]
    hint: str = ""

    @property
    def describedby(self) -> str:
        """The ids of the sentences below the field."""
        found = [f"{self.id}-hint"] if self.hint else []
        return " ".join([*found, f"{self.id}-error"] if self.problems else found)


@dataclass(frozen=True)
class PaneForm:
    """One pane as the page shows it."""

    letter: str
    setup: Setup
    trial: Trial
    base: dict[str, Any]
    """The body before the changes of this pane."""

    @property
    def key(self) -> str:
        return self.letter.lower()

    @property
    def base_model(self) -> str:
        return str(self.base.get("model", ""))

    @property
    def model_text(self) -> str:
        return self.setup.texts.get("model", "")

    @property
    def has_odd_model(self) -> bool:
        """Whether it takes a model that no list knows."""
        known = {model.id for model in catalogue.all_models()}
        return bool(self.model_text) and self.model_text not in known

    @property
    def fields(self) -> list[PaneField]:
        """The fields below the model: what it accepts, and what is set although it does not."""
        fields = [self._field(one, self._offer(one)) for one in PARAMETERS if one.name != "model"]
        return [field for field in fields if field]

    @property
    def reasons(self) -> list[str]:
        """Why a parameter is missing among the fields, in one sentence each."""
        shown = {field.hint for field in self.fields}
        offers = [self._offer(one) for one in PARAMETERS if one.name in _EXPLAINED]
        reasons = [offer.reason for offer in offers if not offer.is_offered]
        return [reason for reason in dict.fromkeys(reasons) if reason not in shown]

    def _offer(self, parameter: Parameter) -> Offer:
        return self._offers.get(parameter.offer, Offer())

    @cached_property
    def _offers(self) -> Mapping[str, Offer]:
        body = self.trial.body
        return catalogue.offers(str(body.get("model", "")), self.trial.api_version, body)

    def _field(self, parameter: Parameter, offer: Offer) -> PaneField | None:
        stored, text = value_at(self.base, parameter.path), self.setup.texts.get(parameter.name, "")
        if parameter.name == "budget" and not self._thinks_on_budget and not text:
            return None
        is_there = stored is not ABSENT or bool(text)
        if not is_there and (not offer.is_offered or parameter.name in _SELDOM):
            return None
        as_it_is = "As it is" if stored is ABSENT else f"As it is ({stored})"
        options: list[tuple[str, str]] | None = None
        if not parameter.wanted or not offer.is_offered:
            values = [value for value in offer.values if offer.is_offered and not parameter.wanted]
            options = [("", as_it_is), *((value, words_of(value)) for value in values)]
            options += [(NOT_SET, "Not set")] if stored is not ABSENT else []
            options += [(text, text)] if text and text not in dict(options) else []
        return PaneField(
            f"pane-{self.key}-{parameter.name}",
            parameter.label,
            text,
            "" if stored is ABSENT else str(stored),
            options,
            [one.sentence for one in self.setup.errors if one.path == parameter.name],
            "" if offer.is_offered else offer.reason,
        )

    @property
    def _thinks_on_budget(self) -> bool:
        kind: object = value_at(self.trial.body, ("thinking", "type"))
        return kind == "enabled"

    @property
    def version_errors(self) -> list[str]:
        return [one.sentence for one in self.trial.refusals if one.path == "version"]

    @property
    def refusals(self) -> list[str]:
        """Why the pane could not be run as it is set up now, but for what its fields say."""
        said = [*self.setup.errors, *(one for one in self.trial.refusals if one.path == "version")]
        return [one.sentence for one in self.trial.refusals if one not in said]


_EXPLAINED = ("effort", "thinking", "temperature")
_SELDOM = ("top_p", "top_k")
"""Shown only where the prompt sets them: a pane has little room."""


class ComparisonForm:
    """The setup of all panes over a draft."""

    def __init__(self, access: Access, draft: Draft, setups: Iterable[Setup]) -> None:
        self.draft = draft
        self.piece = Workpiece.of(access, draft)
        self.notes: list[str] = []
        found = list(setups)
        if len(found) > MOST_PANES:
            self.notes.append(TOO_MANY)
        self.setups = found[:MOST_PANES]
        self._trials: list[Trial] | None = None

    @classmethod
    def first(cls, access: Access, draft: Draft) -> ComparisonForm:
        """What is offered first: the version that was changed against the draft, or it twice."""
        form = EditorForm.of(draft)
        was_changed = draft.base_number and is_changed(draft, form.content, form.name)
        before = Setup(str(draft.base_number)) if was_changed else Setup()
        return cls(access, draft, [before, Setup()])

    @classmethod
    def from_post(cls, access: Access, draft: Draft, post: QueryDict) -> ComparisonForm:
        """The posted panes; a post without any has the draft alone."""
        keys = [clean_text(key)[:1] for key in post.getlist("pane")]
        setups = [_read(post, key) for key in keys[: MOST_PANES + 1]]
        return cls(access, draft, setups or [Setup()])

    @property
    def panes(self) -> list[PaneForm]:
        return [
            PaneForm(letter, trial.setup, trial, self.piece.base(trial.setup).body)
            for letter, trial in zip(LETTERS, self.trials, strict=False)
        ]

    @property
    def trials(self) -> list[Trial]:
        """What the panes would send."""
        if self._trials is None:
            self._trials = [self.piece.trial(setup) for setup in self.setups]
        return self._trials

    @property
    def errors(self) -> list[Problem]:
        """What was typed and cannot be used; nothing is run then."""
        typed = [problem for setup in self.setups for problem in setup.errors]
        odd = [one for trial in self.trials for one in trial.refusals if one.path == "version"]
        return [*typed, *odd]

    @property
    def is_full(self) -> bool:
        return len(self.setups) >= MOST_PANES

    @property
    def name(self) -> str:
        """The name of what is compared."""
        return self.piece.form.name or (self.draft.prompt.name if self.draft.prompt else "")

    @property
    def upstream(self) -> str:
        """The label of the server that is asked."""
        chosen = settings.UPSTREAMS.get(self.piece.upstream)
        return chosen.label if chosen else self.piece.upstream

    @property
    def groups(self) -> list[Any]:
        return list(model_groups())

    @property
    def versions(self) -> list[int]:
        """The numbers of the prompt's versions, newest first."""
        rows = PromptVersion.objects.filter(prompt=self.draft.prompt_id or 0, team=self.draft.team)
        return list(rows.order_by("-number").values_list("number", flat=True)[:LISTED_VERSIONS])

    def tell(self, problems: Iterable[Problem]) -> None:
        """Note what kept the panes from being run and no pane says by itself."""
        said = {problem.sentence for trial in self.trials for problem in trial.refusals}
        sentences = dict.fromkeys(problem.sentence for problem in problems)
        self.notes += [sentence for sentence in sentences if sentence not in said]

    # Verbs ----------------------------------------------------------------------------------

    def add(self) -> None:
        """One more pane, with the draft as it is."""
        self._append(Setup())

    def add_same(self) -> None:
        """One more pane like the last one."""
        self._append(self.setups[-1])

    def add_other_model(self) -> None:
        """One more pane like the last one, with a current model that no pane has yet."""
        used = {str(trial.body.get("model", "")) for trial in self.trials}
        current = [model.id for model in catalogue.all_models() if model.state == "active"]
        free = next((model for model in current if model not in used), "")
        last = self.setups[-1]
        self._append(last.with_text("model", free) if free else last)

    def remove(self, key: str) -> None:
        """Take a pane out, unless it is the last one; the panes behind it get new letters."""
        place = LETTERS.lower().find(key) if key else -1
        if 0 <= place < len(self.setups) and len(self.setups) > 1:
            del self.setups[place]
            self._trials = None

    def _append(self, setup: Setup) -> None:
        if self.is_full:
            self.notes.append(f"A comparison has at most {MOST_PANES} panes.")
        else:
            self.setups.append(setup)
            self._trials = None


def _read(post: QueryDict, key: str) -> Setup:
    def text(name: str) -> str:
        return clean_text(str(post.get(f"pane-{key}-{name}", "")))[:LONGEST_TEXT].strip()

    texts = {one.name: text(one.name) for one in PARAMETERS}
    return Setup(text("version"), {name: value for name, value in texts.items() if value})
