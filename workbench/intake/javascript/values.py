"""Expressions of a program as values, without running it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.intake.code.changes import Changes
from workbench.intake.code.holes import Holes, grown
from workbench.intake.code.limits import DEEPEST, LONGEST_LIST, MOST_STEPS, TOO_MUCH
from workbench.intake.code.settling import TEXT_KEPT, Settler
from workbench.intake.code.texts import joined
from workbench.intake.code.values import (
    ENDLESS,
    MISSING,
    OMIT,
    Dumped,
    Hole,
    Unknown,
    is_plain,
    variable_name,
)
from workbench.intake.reading import Kind, Remark

from .functions import called, dedented
from .nodes import Node, dotted
from .programs import Binding, Parameter, Program

_PROMPTS = {"HUMAN_PROMPT": "\n\nHuman:", "AI_PROMPT": "\n\nAssistant:"}
_ENVIRONMENT = ("process.env.", "Deno.env.", "Bun.env.", "import.meta.env.")


@dataclass
class Values:
    """Reads the expressions of one call; `remarks` says how names were understood on the way."""

    program: Program
    holes: Holes
    remarks: list[Remark] = field(default_factory=list)
    _depth: int = 0

    def __post_init__(self) -> None:
        self._changes: Changes[Binding] = Changes(self.program, self.remarks)

    def of(self, node: Node) -> Any:
        """Return the value of an expression; what cannot be known is a `Hole` or `Unknown`."""
        self.program.steps += 1
        if self.program.steps > MOST_STEPS:
            return ENDLESS
        if self._depth >= DEEPEST:
            return self.unknown(node, TOO_MUCH)
        self._depth += 1
        try:
            reader = _READERS.get(node.kind)
            return reader(self, node) if reader else self.unknown(node)
        finally:
            self._depth -= 1

    def source(self, node: Node) -> str:
        """Return the code of an expression, cut where it is long."""
        return self.program.text[node.begin : min(node.end, node.begin + TEXT_KEPT)]

    def unknown(self, node: Node, sentence: str = "", *, is_media: bool = False) -> Unknown:
        """Return what stands for an expression that was not understood."""
        return Unknown(self.source(node), node.line, sentence, is_media)

    def text(self, value: Any) -> str | None:
        """Return a value inside of a text, None if it is none that can stand there."""
        if isinstance(value, str):
            return value
        if isinstance(value, Hole | Unknown):
            return self.holes.marker(value)
        if isinstance(value, Dumped):
            is_open = not is_plain(value.value)
            settled = Settler(self.holes).settle(value.value) if is_open else value.value
            return value.written(settled)
        if isinstance(value, bool) or value is None:
            return "null" if value is None else str(value).lower()
        return str(value) if isinstance(value, int | float) else None

    def name(self, name: str, place: int, line: int) -> Any:
        """Return what a name, also a dotted one, stands for at a place of the program."""
        parameter = _innermost(self.program.parameters.get(name, ()), place)
        bindings = self.program.bindings.get(name, ())
        chosen = _chosen(bindings, place)
        if self._changes.is_open(chosen):  # in its own assignment: what it was before
            chosen = _chosen(bindings, chosen[0].place)
        is_nearer = parameter is None or any(
            parameter.begin < each.place < place for each in chosen if not each.change
        )
        if chosen and is_nearer and not self._changes.is_open(chosen):
            self._say_growth(name, place, line)
            return self._changes.value(name, chosen, lambda: self._changed(name, chosen))
        if parameter is not None:
            return self._parameter(parameter)
        last = name.rpartition(".")[2]
        if last in _PROMPTS:
            return _PROMPTS[last]
        if name in ("undefined", "NaN", "Infinity"):
            return OMIT if name == "undefined" else None
        return Hole(variable_name(name), line=line, source=name if "." in name else "")

    def _say_growth(self, name: str, place: int, line: int) -> None:
        """Say that a list grows behind the call that it is for, as in a chat."""
        bindings = self.program.bindings[name]
        behind = bisect_left(bindings, place, key=lambda each: each.place)
        later = [each for each in bindings[behind : behind + 100] if each.is_repeated]
        if line and any(each.change in ("push", "unshift", "+=") for each in later):
            self._changes.say(grown(name, later[0].line, line))

    def _parameter(self, parameter: Parameter) -> Hole:
        default = MISSING
        if parameter.default is not None:
            default = self.of(parameter.default)
            default = MISSING if isinstance(default, Hole | Unknown) else default
            default = None if default is OMIT else default
        about, name = parameter.described, parameter.described.variable or parameter.name
        return Hole(name, default, parameter.line, "", parameter.is_exported, about.text)

    def _changed(self, name: str, chosen: list[Binding]) -> Any:
        """The value that is assigned, and then what is done to it."""
        first, *changes = chosen
        if first.change:
            value: Any = [] if first.change in ("push", "unshift") else {}
            changes = chosen
        else:
            value = self.of(first.value)
        return self._changes.after(name, value, first, changes, self._change)

    def _change(self, value: Any, change: Binding) -> Any:
        new = self.of(change.value)
        if isinstance(value, list) and change.change == "push":
            return [*value, new]
        if isinstance(value, dict) and change.change == "push" and change.key:
            inner = value.get(change.key)
            return {**value, change.key: [*inner, new]} if isinstance(inner, list) else value
        if isinstance(value, list) and change.change == "unshift":
            return [new, *value]
        if isinstance(value, str) and change.change == "+=":
            part = self.text(new)
            whole = None if part is None else joined(self.program, [value, part])
            if whole is not None:
                return whole
        if isinstance(value, dict) and change.change == "item":
            return {**value, change.key: new}
        sentence = "This change was not understood and was left out."
        text = self.source(change.value)
        self._changes.say(Remark(Kind.NOT_UNDERSTOOD, sentence, change.line, text))
        return value


def _innermost(parameters: Any, place: int) -> Parameter | None:
    around = [each for each in parameters if each.begin < place < each.end]
    return max(around, key=lambda each: each.begin, default=None)


def _chosen(bindings: Sequence[Binding], place: int) -> list[Binding]:
    """The last assignment before a place, and the changes between the two."""
    end = bisect_left(bindings, place, key=lambda each: each.place)
    begin = next((n for n in range(end - 1, -1, -1) if not bindings[n].change), -1)
    if begin >= 0:
        return list(bindings[begin:end])
    first = [each for each in bindings if not each.change][:1]
    return first or list(bindings[:end])


def _constant(_values: Values, node: Node) -> Any:
    return node.value


def _name(values: Values, node: Node) -> Any:
    return values.name(str(node.value), node.place, node.line)


def _member(values: Values, node: Node) -> Any:
    name = dotted(node)
    if name.startswith(_ENVIRONMENT):
        return Hole(variable_name(name.rpartition(".")[2]), line=node.line)
    if name in values.program.bindings and name.startswith("this."):
        return values.name(name, node.place, node.line)
    if name and name.rpartition(".")[2] in _PROMPTS:
        return values.name(name, node.place, node.line)
    inner = values.of(node.children[0])
    if isinstance(inner, dict) and node.value in inner:
        return inner[node.value]
    if isinstance(inner, str | list) and node.value == "length":
        return len(inner)
    if isinstance(inner, Unknown) and inner.is_media:
        return inner
    return values.unknown(node)


def _index(values: Values, node: Node) -> Any:
    inner, key = (values.of(child) for child in node.children)
    try:
        if isinstance(inner, list | str) and isinstance(key, int) and key >= 0:
            return inner[key]
        if isinstance(inner, dict) and isinstance(key, str):
            return inner[key]
    except LookupError:
        return values.unknown(node)
    return values.unknown(node)


def _template(values: Values, node: Node) -> Any:
    parts: list[str] = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(child)
            continue
        text = values.text(values.of(child))
        parts.append(values.holes.marker(values.unknown(child)) if text is None else text)
    whole = joined(values.program, parts)
    return values.unknown(node, TOO_MUCH) if whole is None else whole


def _tagged(values: Values, node: Node) -> Any:
    tag, template = node.children
    name = dotted(tag)
    if name == "String.raw":
        raw = iter(template.value or ())
        children = [next(raw) if isinstance(each, str) else each for each in template.children]
        template = Node("template", node.line, node.begin, node.end, node.place, None, children)
    text = _template(values, template)
    if name in ("dedent", "outdent", "stripIndent"):
        return dedented(text)
    return text if name == "String.raw" else values.unknown(node)


def _array(values: Values, node: Node) -> Any:
    items: list[Any] = []
    for child in node.children:
        if values.program.steps > MOST_STEPS:
            return ENDLESS
        if child.kind != "spread":
            items.append(values.of(child))
            continue
        spread = values.of(child.children[0])
        if isinstance(spread, list):
            items += spread
        else:
            items.append(values.unknown(child, "What is spread here is not in the text."))
        if len(items) > LONGEST_LIST:
            return values.unknown(node, TOO_MUCH)
    return items


def _object(values: Values, node: Node) -> Any:
    found: dict[str, Any] = {}
    for key, child in node.children:
        if key is None:
            _spread_into(values, found, child)
            continue
        value = values.of(child)
        if isinstance(key, Node):
            name = values.text(values.of(key))
            if name is None:
                continue
            key = name
        if value is not OMIT:
            found[key] = value
    return found


def _spread_into(values: Values, found: dict[str, Any], child: Node) -> None:
    spread = values.of(child.children[0]) if child.kind == "spread" else values.of(child)
    if isinstance(spread, dict):
        found.update(spread)
        return
    sentence = "What is spread here is not in the text."
    if child.kind == "elision":
        sentence = "Something was left out here before."
    lost = values.unknown(child, sentence)
    found[f"...{lost.source[3:80]}"] = lost


def _elision(values: Values, node: Node) -> Any:
    return values.unknown(node, "Something was left out here before.")


def _binary(values: Values, node: Node) -> Any:
    signs = node.value
    if any(sign in ("||", "??") for sign in signs):
        return _either(values, node)
    operands = [values.of(child) for child in node.children]
    if not all(sign == "+" for sign in signs):
        return _calculated(values, node, operands)
    if all(_is_number(value) for value in operands):
        return sum(operands)
    texts = [values.text(value) for value in operands]
    whole = [text for text in texts if text is not None]
    if len(whole) < len(texts):
        return values.unknown(node)
    found = joined(values.program, whole)
    return values.unknown(node, TOO_MUCH) if found is None else found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _calculated(values: Values, node: Node, operands: list[Any]) -> Any:
    """A product, such as 8 * 1024."""
    if all(_is_number(value) for value in operands) and set(node.value) <= {"*"}:
        found: Any = 1
        for value in operands:
            found *= value
            if abs(found) > 10**15:
                return values.unknown(node, TOO_MUCH)
        return found
    return values.unknown(node)


def _either(values: Values, node: Node) -> Any:
    """`a || b`: the first one, whose default is the second where it has none."""
    if any(sign not in ("||", "??") for sign in node.value):
        return values.unknown(node)
    first: Any = None
    for child in node.children:
        value = values.of(child)
        if first in (None, "", OMIT) and not isinstance(first, Hole | Unknown):
            first = value
        elif isinstance(first, Hole) and first.default in (MISSING, None, ""):
            is_known = not isinstance(value, Hole | Unknown)
            default = value if is_known else first.default
            first = Hole(first.name, default, first.line, first.source, first.is_anywhere)
    return first


def _choice(values: Values, node: Node) -> Any:
    test, one, other = node.children
    found = values.of(test)
    if isinstance(found, Hole):
        found = found.default is MISSING or found.default
    if isinstance(found, bool | str | int | float | list | dict) or found is None:
        return values.of(one if found or isinstance(found, list | dict) else other)
    sentence = "Which of two values it is was not understood: the first one was taken."
    values.remarks.append(Remark(Kind.CHANGED, sentence, node.line, values.source(node)))
    return values.of(one)


def _sign(values: Values, node: Node) -> Any:
    value = values.of(node.children[0])
    for sign in reversed(node.value):
        if sign == "-" and _is_number(value):
            # JSON.stringify writes -0 as 0.
            value = -value or 0
        elif sign == "void":
            value = OMIT
        elif sign == "!" and isinstance(value, bool):
            value = not value
        elif sign != "+" or not _is_number(value):
            return values.unknown(node)
    return value


def _function(values: Values, node: Node) -> Any:
    return values.unknown(node, "A function is no part of a request.")


Reader = Callable[[Values, Node], Any]
_READERS: Mapping[str, Reader] = {
    "constant": _constant,
    "name": _name,
    "member": _member,
    "index": _index,
    "template": _template,
    "tagged": _tagged,
    "array": _array,
    "object": _object,
    "binary": _binary,
    "choice": _choice,
    "sign": _sign,
    "function": _function,
    "call": called,
    "elision": _elision,
}
