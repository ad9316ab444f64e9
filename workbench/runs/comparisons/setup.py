"""What the panes of a comparison try: the draft or a version, with some parameters changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.catalogue import Problem
from workbench.prompts.content import Content
from workbench.prompts.fields import number_from
from workbench.prompts.paths import placed_at, without_at

LETTERS = "ABCD"
NOT_SET = "not set"
"""The text of a parameter that is to be left out of the request."""
LONGEST_TEXT = 200


@dataclass(frozen=True)
class Parameter:
    """A parameter that a pane may change; ``path`` leads to it in the body of a request."""

    name: str
    label: str
    path: tuple[str, ...]
    wanted: str = ""
    """What is written into a number, for a sentence; "" where the value is a text."""

    @property
    def offer(self) -> str:
        """The name under which the catalogue offers it."""
        return ".".join(self.path)

    def value(self, text: str) -> Any:
        """The value that ``text`` writes, None when it writes none."""
        if not self.wanted:
            return text
        number = number_from(text)
        return None if self.is_whole and not isinstance(number, int) else number

    @property
    def is_whole(self) -> bool:
        return self.wanted.startswith("a whole")


PARAMETERS = (
    Parameter("model", "Model", ("model",)),
    Parameter("max_tokens", "Max tokens", ("max_tokens",), "a whole number such as 4096"),
    Parameter("effort", "Effort", ("output_config", "effort")),
    Parameter("thinking", "Thinking", ("thinking", "type")),
    Parameter(
        "budget",
        "Thinking budget",
        ("thinking", "budget_tokens"),
        "a whole number of tokens such as 2048",
    ),
    Parameter("temperature", "Temperature", ("temperature",), "a number such as 0.7"),
    Parameter("top_p", "Top P", ("top_p",), "a number such as 0.9"),
    Parameter("top_k", "Top K", ("top_k",), "a whole number such as 40"),
)
BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


@dataclass(frozen=True)
class Setup:
    """One pane: the number of a version as typed, "" for the draft; parameters as typed."""

    version: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Setup:
        texts = {name: str(text) for name, text in dict(stored.get("texts") or {}).items()}
        known = {name: text for name, text in texts.items() if name in BY_NAME}
        return cls(str(stored.get("version", "")), known)

    def to_dict(self) -> dict[str, Any]:
        return {"version": self.version, "texts": dict(self.texts)}

    def with_text(self, name: str, text: str) -> Setup:
        """The setup with one more parameter changed."""
        return replace(self, texts={**self.texts, name: text})

    @property
    def changed(self) -> list[tuple[Parameter, str]]:
        """The parameters it changes, in the order of the table."""
        texts = [(one, self.texts.get(one.name, "").strip()) for one in PARAMETERS]
        return [(parameter, text) for parameter, text in texts if text]

    @property
    def errors(self) -> list[Problem]:
        """What was typed and is no value of its parameter."""
        return [
            Problem(one.name, f"{one.label} must be {one.wanted}, not “{text[:100]}”.")
            for one, text in self.changed
            if text != NOT_SET and one.value(text) is None
        ]

    @property
    def words(self) -> str:
        """What the pane tries, in a few words."""
        what = f"version {self.version}" if self.version else "the draft"
        changes = [
            text if one.name == "model" else f"{one.label.lower()} {text}"
            for one, text in self.changed
        ]
        return ", ".join([what, *changes])

    def applied(self, content: Content) -> Content:
        """``content`` with the changes; texts that are no value change nothing."""
        body = content.body
        for parameter, text in self.changed:
            if text == NOT_SET:
                body = without_at(body, parameter.path)
            elif parameter.name == "thinking":
                body = body | {"thinking": _thinking(body.get("thinking"), text)}
            elif (value := parameter.value(text)) is not None:
                body = placed_at(body, parameter.path, value)
        return replace(content, body=body)


def _thinking(before: Any, kind: str) -> dict[str, Any]:
    """A thinking setting of another kind; what belongs to the old kind alone is left out."""
    kept = dict(before) if isinstance(before, dict) else {}
    if kind != "enabled":
        kept.pop("budget_tokens", None)
    if kind not in ("enabled", "adaptive"):
        kept.pop("display", None)
    return {**kept, "type": kind}
