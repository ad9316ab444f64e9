"""YAML of strangers: data alone, with plain scalars read as YAML 1.2 does, within limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from .reading import Kind, Remark

LARGEST = 2_000_000
"""Characters of a YAML file that is read."""
DEEPEST = 100
MOST_NODES = 100_000
"""Values of a file, those behind its aliases counted as often as they stand there."""


class Refused(ValueError):
    """The YAML is not read; the sentence says why."""


@dataclass(frozen=True)
class YamlText:
    """A YAML value, and what is to be said about it."""

    value: Any
    remarks: tuple[Remark, ...] = ()


class _Loader(yaml.CSafeLoader):
    """Knows strings, numbers, true, false and null; "yes", dates and 1:30 are text."""

    yaml_implicit_resolvers: dict[str, Any] = {}


_PLAIN = (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?[0-9]+[eE][-+]?[0-9]+", "-+0123456789"),
    ("merge", r"<<", "<"),
)
for _name, _pattern, _first in _PLAIN:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})$"), [*_first.strip("\0"), ""]
    )


def read_yaml(text: str) -> YamlText:
    """Return the value of one YAML document. Raises `Refused`."""
    if len(text) > LARGEST:
        raise Refused(f"YAML of more than {LARGEST:,} characters is not read: split the file.")
    try:
        _check_size(text)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            remarks: list[Remark] = []
            if node is None:
                return YamlText(None)
            _weigh(node, {}, remarks)
            return YamlText(loader.construct_document(node), tuple(remarks))
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise Refused(_sentence(error)) from None
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(
            "This YAML cannot be read: it holds characters or values that are none."
        ) from (None)


def _check_size(text: str) -> None:
    """Refuse what is too deep or too much before anything is built from it."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise Refused(f"YAML with more than {DEEPEST} levels is not read.")
        if count > MOST_NODES:
            raise Refused(f"YAML with more than {MOST_NODES:,} values is not read: split the file.")


def _weigh(node: yaml.Node, known: dict[int, int | None], remarks: list[Remark]) -> int:
    """How many values a node stands for, with its aliases; refuses bombs and circles."""
    if id(node) in known:
        weight = known[id(node)]
        if weight is None:
            raise Refused("This YAML holds itself by an alias, and is not read.")
        return weight
    known[id(node)] = None
    weight = 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            weight += _weigh(key, known, remarks) + _weigh(value, known, remarks)
            if isinstance(key, yaml.ScalarNode) and key.value in seen and key.value != "<<":
                sentence = f"The key “{key.value[:60]}” stands twice: only the last one counts."
                remarks.append(Remark(Kind.CHANGED, sentence, key.start_mark.line + 1))
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else "")
    elif isinstance(node, yaml.SequenceNode):
        weight += sum(_weigh(item, known, remarks) for item in node.value)
    if weight > MOST_NODES:
        raise Refused("The aliases of this YAML stand for too many values: it is not read.")
    known[id(node)] = weight
    return weight


def _sentence(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark
    place = f"Line {mark.line + 1}, column {mark.column + 1}" if mark else "Somewhere"
    problem = (error.problem or "it is not understood")[:200]
    return f"{place} of this YAML is not valid: {problem}."
