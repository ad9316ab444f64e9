"""JSON values as expressions that the SDK's types allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.export.filling import is_thought
from workbench.export.media import MediaFile
from workbench.export.typescript.layout import (
    HARD,
    LINE,
    SOFT,
    Doc,
    Fill,
    Group,
    IfBroken,
    Join,
    bracketed,
    group,
    indent,
    join,
    width,
)
from workbench.export.typescript.literals import (
    exact_number,
    is_exact,
    key_of,
    keys_are_moved,
    number,
    quoted,
    text_doc,
)
from workbench.export.typescript.shapes import UNKNOWN, Kind, Shape

_SHORT_KEY = 5
"""A text behind a key of fewer columns stays in the key's line, however long it is."""

_OF_EVERY_OBJECT = frozenset(
    (
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    )
)
"""What every object has, as a function: beside it the compiler takes no field of that name."""


@dataclass
class Writer:
    """Writes values, and notes what the code around them has to bring along."""

    names: Mapping[str, str] = field(default_factory=dict)
    """The identifiers of the arguments by the names of their variables."""
    has_casts: bool = False
    has_spreads: bool = False
    has_exact_numbers: bool = False
    has_moved_keys: bool = False
    has_media: bool = False

    def value(self, value: Any, kind: Kind = UNKNOWN, *, checked: bool = True) -> Doc:
        """``value`` where ``kind`` is expected.

        ``checked`` says that the compiler refuses fields that the type lacks: they are spread.
        """
        if isinstance(value, Expression):
            return value.doc
        if isinstance(value, Helper):
            arguments = [self.value(value.schema), "{ transform: false }"]
            return join(["jsonSchemaOutputFormat", bracketed("(", arguments, ")")])
        if isinstance(value, MediaFile):
            self.has_media = True
            return f"await media({quoted(value.path)})"
        if isinstance(value, dict):
            return self._object(value, kind, checked=checked)
        if isinstance(value, list):
            return self._list(value, kind, checked=checked)
        doc = self._scalar(value)
        return doc if kind.allows(value) else self._cast(doc)

    def request(self, body: Mapping[str, Any], kind: Kind, *, checked: bool) -> Doc:
        """The parameters of a request, each in its own line."""
        doc = self.value(body, kind, checked=checked)
        if isinstance(doc, Group):
            return replace(doc, hard=True)
        return doc

    def entry(self, key: str, value: Any, kind: Kind = UNKNOWN, *, checked: bool = True) -> Doc:
        """``key: value``, broken behind the colon where the formatter breaks it."""
        name = key_of(key)
        if isinstance(value, Expression) and value.doc == name:
            return name
        doc = self.value(value, kind, checked=checked)
        is_text = isinstance(value, str) and isinstance(doc, str) and doc[0] in "\"'"
        has_short_key = width(name) < _SHORT_KEY and not name.startswith("[")
        if _is_template(doc) or (is_text and has_short_key):
            return join([f"{name}: ", doc])
        if is_text:
            return group(f"{name}:", indent(LINE, doc))
        gap = group(indent(LINE))
        return join([f"{name}:", gap, indent(doc, only_if=gap)])

    def _object(self, value: Mapping[str, Any], kind: Kind, *, checked: bool) -> Doc:
        self.has_moved_keys |= keys_are_moved(value)
        if is_thought(value):
            names, self.names = self.names, {}
            doc = self._fields(value, kind, checked=checked)
            self.names = names
            return doc
        return self._fields(value, kind, checked=checked)

    def _fields(self, value: Mapping[str, Any], kind: Kind, *, checked: bool) -> Doc:
        shape = kind.shape_of(value)
        # A type whose fields are all optional takes no object that has none of them.
        is_strange = checked and shape is not None and shape.has_none_of(value)
        if not _OF_EVERY_OBJECT.isdisjoint(value) or is_strange:
            kind, shape = Kind(), None
        if shape is None:
            inner = kind.values or UNKNOWN
            entries = [self.entry(key, item, inner, checked=checked) for key, item in value.items()]
            doc = bracketed("{", entries, "}", pad=True)
            return doc if "unknown" in kind.names or kind.values else self._cast(doc)
        return bracketed("{", self._shaped(value, shape, checked=checked), "}", pad=True)

    def _shaped(self, value: Mapping[str, Any], shape: Shape, *, checked: bool) -> list[Doc]:
        entries: list[Doc] = []
        extra: list[Doc] = []
        for key, item in value.items():
            if key in shape.fields or shape.rest or not checked:
                entries += self._spread(extra)
                extra = []
                kind = shape.fields.get(key, shape.rest or UNKNOWN)
                # Of `stream` and `parse`, too, this parameter takes no field that its type lacks.
                is_checked = checked or key == "output_config"
                entries.append(self.entry(key, item, kind, checked=is_checked))
            else:
                extra.append(self.entry(key, item))
        return entries + self._spread(extra)

    def _spread(self, extra: list[Doc]) -> list[Doc]:
        if not extra:
            return []
        self.has_spreads = True
        return [join(["...", bracketed("{", extra, "}", pad=True)])]

    def _list(self, value: list[Any], kind: Kind, *, checked: bool) -> Doc:
        inner = kind.items or UNKNOWN
        if len(value) > 1 and all(_is_number(item) for item in value):
            doc = self._numbers(value)
        else:
            items = [self.value(item, inner, checked=checked) for item in value]
            doc = bracketed("[", items, "]", broken=_is_table(value, items))
        return doc if "unknown" in kind.names or kind.items else self._cast(doc)

    def _numbers(self, value: list[Any]) -> Doc:
        items = [self._scalar(item) for item in value]
        if not all(isinstance(item, str) for item in items):
            return bracketed("[", items, "]")
        texts = tuple(item for item in items if isinstance(item, str))
        return bracketed("[", [Fill(texts)], "]", count=len(texts))

    def _scalar(self, value: Any) -> Doc:
        if isinstance(value, str):
            return text_doc(value, self.names)
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value]
        if is_exact(value):
            return number(value)
        self.has_exact_numbers = True
        return group("rawJSON(", indent(SOFT, exact_number(value)), IfBroken(","), SOFT, ")")

    def _cast(self, doc: Doc) -> Doc:
        self.has_casts = True
        return join([doc, " as never"])


@dataclass(frozen=True)
class Expression:
    """Code that stands for a value."""

    doc: Doc


@dataclass(frozen=True)
class Helper:
    """An output format that the SDK's helper makes of a schema."""

    schema: dict[str, Any]


def commented(comment: str, doc: Doc) -> Doc:
    """``doc`` below a comment of one line."""
    return join([f"// {comment}", doc], HARD)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_template(doc: Doc) -> bool:
    """Whether ``doc`` is a template literal, which is never put into a line of its own."""
    first = doc.parts[0] if isinstance(doc, Join) and doc.parts else doc
    return isinstance(first, str) and first.startswith("`")


def _is_table(value: list[Any], items: list[Doc]) -> bool:
    """Whether a list is broken even if it fits: several objects, or lists, of several parts."""
    return (
        len(items) > 1
        and len({type(item) for item in value}) == 1
        and all(isinstance(item, Group) and item.count > 1 for item in items)
    )
