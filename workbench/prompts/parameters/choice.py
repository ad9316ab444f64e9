"""The model and API version of a request, and how another one is chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from workbench import catalogue
from workbench.catalogue import (
    Model,
    Problem,
    Switch,
    all_models,
    get,
    lasting_successor,
    lifecycle,
)
from workbench.prompts.content import Content
from workbench.prompts.fields import Fields, to_json

from .order import placed

GROUPS = {"active": "Current", "legacy": "Legacy", "deprecated": "Deprecated"}
"""The headings of the list; a retired model answers nobody, so only its id can still name it."""


@dataclass(frozen=True)
class ModelGroup:
    """One heading of the model list, with (id, words) of each entry."""

    label: str
    options: list[tuple[str, str]]


def model_groups() -> list[ModelGroup]:
    """The models of the catalogue under Current, Legacy and Deprecated."""
    found: dict[str, list[tuple[str, str]]] = {state: [] for state in GROUPS}
    for model in all_models():
        if model.state in found:
            found[model.state].append((model.id, _words(model)))
    return [ModelGroup(GROUPS[state], options) for state, options in found.items() if options]


def _words(model: Model) -> str:
    mark = lifecycle.mark(model)
    return f"{model.display_name} ({mark})" if mark else model.display_name


@dataclass(frozen=True)
class ModelChoice:
    """A model id and API version as chosen, and what follows from them."""

    model_id: str
    api_version: str

    @classmethod
    def of(cls, content: Content) -> ModelChoice:
        """The choice that a content holds."""
        value = content.body.get("model", "")
        return cls(value if isinstance(value, str) else to_json(value), content.api_version)

    @property
    def model(self) -> Model:
        return get(self.model_id)

    @property
    def name(self) -> str:
        """The model's name for a sentence or a button."""
        return self.model.display_name[:80] or "no model"

    @property
    def is_listed(self) -> bool:
        return any(self.model_id in options for options in _listed())

    @property
    def lifecycle_sentence(self) -> str:
        if not self.model_id:
            return "Choose a model, or “Another model” and write its id."
        return lifecycle.sentence(self.model)

    @property
    def is_ending(self) -> bool:
        """Whether the model is retired, deprecated, or may go soon."""
        return lifecycle.is_ending(self.model)

    @property
    def successor(self) -> ModelChoice | None:
        """The same API version with the model that takes this one's place, None without one."""
        found = lasting_successor(self.model)
        return replace(self, model_id=found.id) if found else None

    def read(self, fields: Fields) -> ModelChoice:
        """The choice that the lists of a posted form show; this one where they do not differ."""
        model_id, api_version = self.model_id, self.api_version
        if "model-choice" in fields:
            chosen = fields.text("model-choice") or fields.text("model-id").strip()
            model_id = model_id if _same(chosen, model_id) else chosen
        if "api_version-choice" in fields:
            chosen = fields.text("api_version-choice")
            api_version = api_version if _same(chosen, api_version) else chosen
        return ModelChoice(model_id, api_version)

    def posted(self, fields: Fields) -> ModelChoice:
        """The choice that counted on the page that posted; this one where it says none."""
        model_id = fields.text("model") if "model" in fields else self.model_id
        return replace(self, model_id=model_id)

    def placed_in(self, body: dict[str, Any]) -> dict[str, Any]:
        """``body`` with this model; as it is when it names the same already."""
        same = ModelChoice.of(Content(body)).model_id == self.model_id
        return body if same else placed(body, "model", self.model_id)


def _listed() -> list[dict[str, str]]:
    return [dict(group.options) for group in model_groups()]


def _same(text: str, kept: str) -> bool:
    """Whether a field of one line that shows ``kept`` posts ``text``."""
    return text == kept or text.strip() == kept.replace("\n", "").strip()


@dataclass(frozen=True)
class PendingSwitch:
    """Another choice that waits, because parts of the request do not fit it."""

    old: ModelChoice
    new: ModelChoice
    switch: Switch

    @classmethod
    def of(cls, old: ModelChoice, new: ModelChoice, content: Content) -> PendingSwitch:
        """What the change from ``old`` to ``new`` means for ``content``."""
        switch = catalogue.changes(
            content.body,
            from_model=old.model_id,
            to_model=new.model_id,
            from_version=old.api_version,
            to_version=new.api_version,
            betas=[beta for beta in content.betas if isinstance(beta, str)],
        )
        return cls(old, new, switch)

    @property
    def is_model(self) -> bool:
        """Whether the model changes, and not the API version alone."""
        return self.old.model_id != self.new.model_id

    @property
    def is_named(self) -> bool:
        """Whether there is a model to switch to; "Another model" needs its id."""
        return bool(self.new.model_id)

    @property
    def is_free(self) -> bool:
        """Whether the switch can be made without asking."""
        return self.is_named and not self.switch.misfits

    @property
    def to(self) -> str:
        """What is switched to, for a heading or a button."""
        return self.new.name if self.is_model else f"API version {self.new.api_version}"

    @property
    def kept(self) -> str:
        """What is kept when the switch is declined, for a button."""
        return self.old.name if self.is_model else f"API version {self.old.api_version}"

    @property
    def problem(self) -> Problem:
        """Why the choice does not count yet."""
        path = "model" if self.is_model else "api_version"
        if not self.is_named:
            return Problem(path, "Write the id of the other model, or choose one from the list.")
        count = len(self.switch.misfits)
        parts = (
            "one part of this request does" if count == 1 else f"{count} parts of this request do"
        )
        return Problem(
            path,
            f"{self.to} is chosen, but {parts} not fit it; decide about that, or go back to "
            f"{self.kept}.",
        )
