"""One content block: its fields on the page, and what they make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.catalogue import Problem
from workbench.prompts.bound import JSON, BoundForm, Shown, Unreadable
from workbench.prompts.fields import from_json, to_json
from workbench.prompts.paths import ABSENT, placed_at, value_at, without_at

from .further import FURTHER, further_text, with_further
from .kinds import AS_JSON, MEDIA, TEXT, Kind, kind_of
from .shown import shown_json, shown_text

if TYPE_CHECKING:
    from .contents import Contents

PLAIN_FRAME = {"type": "text", "text": ""}
"""The frame of a text block that is nothing but its text; it needs no hidden field."""
DEEPEST = 3
"""Levels of blocks inside blocks that have fields; the API takes two."""


@dataclass
class Block:
    """One entry of a content list.

    ``key`` names it in the form and on the page, for its life; ``name`` begins the names of its
    fields. ``inner`` is the content inside it, where its kind has any.
    """

    key: str
    name: str
    kind: Kind
    form: BoundForm
    inner: Contents | None = None

    @classmethod
    def of(cls, key: str, name: str, value: Any, typed: Mapping[str, str]) -> Block:
        """The block of a stored value, with what was typed into it and cannot be read."""
        kind = _kind_at(name, value)
        held = {"json": value} if kind is AS_JSON else value
        if kind is AS_JSON and "json" in typed:
            held = {}
        return cls(key, name, kind, BoundForm(f"{name}-", kind.bounds, held, dict(typed)))

    @classmethod
    def read(cls, key: str, name: str, fields: Mapping[str, str]) -> Block:
        """The posted block; raises ``BadRequest`` when its hidden field is damaged."""
        if "json" in fields and "frame" not in fields:
            block = cls(key, name, AS_JSON, BoundForm(f"{name}-", AS_JSON.bounds, {}))
        else:
            block = cls.of(key, name, _framed(fields), {})
        block.form.read(fields)
        block._read_further(fields)
        return block

    def _read_further(self, fields: Mapping[str, str]) -> None:
        value, text = self.form.value, fields.get("further")
        if text is None or not self.kind.has_further or text == further_text(value, self.kind):
            return
        try:
            self.form.value = with_further(value, self.kind, text)
        except Unreadable:
            self.form.typed["further"] = text

    @property
    def value(self) -> Any:
        """The block as JSON; an empty object while it is typed as JSON that cannot be read."""
        if self.kind is AS_JSON:
            return self.form.value.get("json", {})
        if self.inner is None:
            return self.form.value
        if self.inner.value is ABSENT:
            return without_at(self.form.value, self.kind.inner)
        return placed_at(self.form.value, self.kind.inner, self.inner.value)

    @property
    def frame(self) -> str:
        """The JSON of the hidden field: the block without what its larger fields hold.

        The order of the keys travels with it: it is part of what a version's hash is made of.
        """
        value = self.form.value
        if self.kind is AS_JSON:
            return ""
        for bound in self.kind.bounds:
            at = value_at(value, bound.path) if bound.name in self.kind.bulk else ABSENT
            if at is not ABSENT and (bound.kind == JSON or isinstance(at, str)):
                value = placed_at(value, bound.path, None if bound.kind == JSON else "")
        if self.kind.inner and value_at(value, self.kind.inner) is not ABSENT:
            value = placed_at(value, self.kind.inner, None)
        return "" if list(value.items()) == list(PLAIN_FRAME.items()) else to_json(value)

    @property
    def notes(self) -> dict[str, Any]:
        """What the body cannot hold of it: texts that cannot be read."""
        inner = self.inner.notes if self.inner else {}
        typed = {"typed": self.form.typed} if self.form.typed else {}
        return typed | ({"inner": inner} if inner else {})

    @property
    def problems(self) -> Iterator[Problem]:
        """What was typed and cannot be used; the paths begin inside the block."""
        for problem in self.form.problems:
            yield problem._replace(path="") if self.kind is AS_JSON else problem
        if "further" in self.form.typed:
            yield Problem("", self._further_error)
        if self.inner:
            start = ".".join(self.kind.inner)
            for problem in self.inner.errors:
                yield problem._replace(path=f"{start}.{problem.path}")

    @property
    def _further_error(self) -> str:
        try:
            with_further(self.form.value, self.kind, self.form.typed["further"])
        except Unreadable as error:
            return str(error)
        return ""

    # What the page shows --------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The kind in words."""
        if self.kind is not AS_JSON:
            return self.kind.title
        value = self.value
        name = value.get("type") if isinstance(value, Mapping) else None
        return str(name)[:60] if name else "Unknown block"

    @property
    def is_text(self) -> bool:
        return self.kind is TEXT

    @property
    def text(self) -> Shown:
        """The field of a text block."""
        return self.form["text"]

    @property
    def fields(self) -> list[Shown]:
        """The fields that are always seen."""
        return [self._field(bound.name) for bound in self.kind.fields]

    @property
    def has_first_field(self) -> bool:
        """Whether there is a field that is always seen, for the focus."""
        return bool(self.kind.fields)

    @property
    def more(self) -> list[Shown]:
        """The fields that are folded away."""
        shown = [self._field(bound.name) for bound in self.kind.more]
        return [*shown, self._further] if self.kind.has_further else shown

    @property
    def filled(self) -> list[Shown]:
        """The fields that hold something, for reading; the text of a text block apart."""
        shown = [*([] if self.is_text else self.fields), *self.more]
        return [field for field in shown if field.text or field.is_on]

    def _field(self, name: str) -> Shown:
        # The sentence stands in the block's slot, which follows what is typed.
        return replace(self.form[name], error="")

    @property
    def _further(self) -> Shown:
        text = self.form.typed.get("further", further_text(self.form.value, self.kind))
        return Shown(f"{self.name}-further", FURTHER, text, is_on=False, error="")

    @property
    def more_summary(self) -> str:
        """The folded fields that hold something, in words."""
        return ", ".join(
            {"cache": f"cached {shown.text}"}.get(shown.bound.name, shown.label.lower())
            for shown in self.more
            if shown.text or shown.is_on
        )

    @property
    def has_more_error(self) -> bool:
        return any(bound.name in self.form.typed for bound in (*self.kind.more, FURTHER))

    @property
    def sha256(self) -> str:
        """The hash of a stored image or document; "" for everything else."""
        source = self._source
        is_media = source.get("type") == MEDIA and isinstance(source.get("sha256"), str)
        return str(source["sha256"]) if is_media else ""

    @property
    def media_type(self) -> str:
        """The type of bytes that are stored or stand in the request; "" for other sources."""
        has_bytes = self._source.get("type") in (MEDIA, "base64")
        return str(self._source.get("media_type", "unknown type"))[:100] if has_bytes else ""

    @property
    def _source(self) -> Mapping[str, Any]:
        source = value_at(self.form.value, ("source",))
        return source if isinstance(source, Mapping) else {}

    @property
    def reading(self) -> str:
        """The text of a block that is shown for reading: thinking, else its JSON."""
        value = self.value
        if self.kind.name == "thinking" and isinstance(value.get("thinking"), str):
            return shown_text(value["thinking"])
        if self.kind.name == "server_tool_use":
            return shown_json(value.get("input"))
        hidden = ("type", "cache_control")
        return shown_json({key: item for key, item in value.items() if key not in hidden})

    @property
    def called(self) -> str:
        """The tool that a server tool use names, or the kind of a server tool's result."""
        name = self.form.value.get("name") or self.form.value.get("type")
        return str(name)[:100]

    @property
    def shown(self) -> str:
        """Its JSON for reading."""
        return shown_json(self.value)


def _kind_at(name: str, value: Any) -> Kind:
    """The kind of a block; blocks deep inside others are JSON, as the names of fields end."""
    kind = kind_of(value)
    return AS_JSON if kind.inner and name.count("-block-") > DEEPEST else kind


def _framed(fields: Mapping[str, str]) -> dict[str, Any]:
    value = from_json(fields["frame"]) if "frame" in fields else dict(PLAIN_FRAME)
    return value if kind_of(value) is not AS_JSON else dict(PLAIN_FRAME)
