"""A JSON value as a Python expression, with its long texts as constants before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.export.filling import is_thought, pieces
from workbench.export.media import MediaFile
from workbench.export.python.layout import (
    TOO_LONG,
    Brackets,
    Code,
    Item,
    Node,
    is_too_long,
    statement,
)
from workbench.export.python.literals import (
    Place,
    Text,
    block,
    expression,
    has_places,
    literal,
    plain_of,
    text_of,
)
from workbench.export.python.names import Names, Path, constant_name

LONGEST_INLINE = 320
"""Characters of a text that may stand among the arguments."""
LONGEST_LINES_INLINE = 60
"""The same for a text of two lines, as ``\\n`` reads badly; one of three has always a name."""
LONGEST_IN_PIECES = 3000
"""Characters of a text without line ends that is broken into lines of the program."""
DEEPEST = 30
"""Brackets in brackets: deeper ones become a constant of their own, as Python stops at 200."""


@dataclass(frozen=True)
class Constant:
    """A text, or a part of the body, that has a name of its own."""

    name: str
    value: Text | Node
    annotation: str = ""
    is_local: bool = False
    """Whether a variable stands in it: then it is no constant, but has its place in a function."""

    @property
    def members(self) -> set[tuple[str, str]]:
        """(module, name) of what its annotation needs."""
        name = self.annotation.removeprefix("list[").removesuffix("]")
        return {("typing" if name == "Any" else "anthropic.types", name)} if name else set()

    def lines(self, indent: int = 0) -> str:
        """The statement that defines it."""
        start = f"{self.name}: {self.annotation} = " if self.annotation else f"{self.name} = "
        if not isinstance(self.value, tuple):
            return statement(start, self.value, indent=indent)
        plain = plain_of(self.value)
        if "\n" in plain or len(plain) > LONGEST_IN_PIECES:
            text = f"{' ' * indent}{start}{block(self.value)}"
            return text + TOO_LONG if any(map(is_too_long, text.split("\n"))) else text
        value = expression(self.value) if " " in plain else Code(literal(self.value))
        return statement(start, value, indent=indent)


class Values:
    """The expressions of one body, and the constants that they refer to.

    ``places`` are the Python names of the variables in it. The long texts are found once, at the
    start, so that their names can be numbered.
    """

    def __init__(self, body: Mapping[str, Any], places: Mapping[str, str], names: Names) -> None:
        self.constants: list[Constant] = []
        self.uses_media = False
        self.uses_any = False
        self._places = places
        self._names = names
        long_texts = list(self._long_texts(dict(body), (), is_fixed=False))
        words = [
            word.lower() if has_places(text) else word
            for path, text in long_texts
            for word in [constant_name(body, path)]
        ]
        self._named = {
            path: Constant(name, text, is_local=has_places(text))
            for (path, text), name in zip(long_texts, names.numbered(words), strict=True)
        }

    def of(self, value: Any, path: Path, depth: int = 0, *, is_fixed: bool = False) -> Node:
        """The expression of what stands at ``path``; ``is_fixed`` inside of thinking."""
        if isinstance(value, MediaFile):
            self.uses_media = True
            return Code(f"base64_of({literal((value.path,))})")
        if isinstance(value, str):
            return self._string(value, path, is_fixed=is_fixed)
        if isinstance(value, list | dict):
            if depth == DEEPEST and value:
                node = self._brackets(value, path, 1, is_fixed=is_fixed)
                self.uses_any = True
                return Code(self.keep("PART", node, [] if is_fixed else value, "Any").name)
            return self._brackets(value, path, depth + 1, is_fixed=is_fixed)
        return Code(_number(value) if isinstance(value, float) else repr(value))

    def keep(self, name: str, node: Node, value: Any, annotation: str) -> Constant:
        """``node``, the expression of ``value``, under a name, behind the names in it."""
        is_local = self.has_variables(value)
        name = self._names.fresh(name.lower() if is_local else name)
        constant = Constant(name, node, annotation, is_local)
        self.constants.append(constant)
        return constant

    def has_variables(self, value: Any) -> bool:
        """Whether the place of a variable is in ``value``."""
        if not self._places:
            return False
        if isinstance(value, str):
            return has_places(self._text(value, is_fixed=False))
        if isinstance(value, dict):
            return not is_thought(value) and any(map(self.has_variables, value.values()))
        return isinstance(value, list) and any(map(self.has_variables, value))

    def _brackets(
        self, value: list[Any] | dict[str, Any], path: Path, depth: int, *, is_fixed: bool
    ) -> Brackets:
        if isinstance(value, list):
            items = [
                Item(self.of(item, (*path, n), depth, is_fixed=is_fixed))
                for n, item in enumerate(value)
            ]
            return Brackets("[", tuple(items), "]")
        is_fixed = is_fixed or is_thought(value)
        entries = [
            Item(
                self.of(item, (*path, key), depth, is_fixed=is_fixed),
                f"{literal(text_of([key]))}: ",
            )
            for key, item in value.items()
        ]
        return Brackets("{", tuple(entries), "}")

    def _string(self, value: str, path: Path, *, is_fixed: bool) -> Node:
        constant = self._named.get(path)
        if constant is None:
            return expression(self._text(value, is_fixed=is_fixed))
        self.constants.append(constant)
        return Code(constant.name)

    def _long_texts(self, value: Any, path: Path, *, is_fixed: bool) -> Iterator[tuple[Path, Text]]:
        if isinstance(value, str):
            if is_long(value):
                text = self._text(value, is_fixed=is_fixed)
                if not (len(text) == 1 and has_places(text)):
                    yield path, text
        elif isinstance(value, list):
            for n, item in enumerate(value):
                yield from self._long_texts(item, (*path, n), is_fixed=is_fixed)
        elif isinstance(value, dict):
            is_fixed = is_fixed or is_thought(value)
            for key, item in value.items():
                yield from self._long_texts(item, (*path, key), is_fixed=is_fixed)

    def _text(self, text: str, *, is_fixed: bool) -> Text:
        """``text`` with the places of its variables."""
        if is_fixed or not self._places or "{{" not in text:
            return (text,) if text else ()
        parts: list[str | Place] = []
        for before, name in pieces(text, self._places):
            parts.append(before)
            if name:
                parts.append(Place(self._places[name]))
        return text_of(parts)


def is_long(text: str) -> bool:
    """Whether ``text`` is better read under a name of its own."""
    if text.count("\n") > 1 or ("\n" in text and len(text) > LONGEST_LINES_INLINE):
        return True
    return len(text) > (LONGEST_INLINE if " " in text else LONGEST_LINES_INLINE * 2)


def _number(value: float) -> str:
    """``value`` as ruff writes it: 1e16, not 1e+16."""
    return repr(value).replace("e+", "e")
