"""Names that are Python names, and each of them once."""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")
_ROLES = {
    "user": "USER_MESSAGE",
    "assistant": "ASSISTANT_MESSAGE",
    "system": "SYSTEM_MESSAGE",
}
_MEDIA = {"image": "IMAGE", "document": "DOCUMENT"}

Path = tuple[str | int, ...]


class Names:
    """The names that a program has so far."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*taken, *dir(builtins), *keyword.kwlist, *keyword.softkwlist}

    def fresh(self, word: str) -> str:
        """``word`` as a name that is not taken yet: then it is."""
        name = candidate = identifier(word)
        number = 2
        while candidate in self._taken:
            candidate = f"{name}_{number}"
            number += 1
        self._taken.add(candidate)
        return candidate

    def numbered(self, words: Iterable[str]) -> list[str]:
        """A fresh name for each of ``words``, with numbers where one of them comes twice."""
        words = list(words)
        often = Counter(words)
        counted: Counter[str] = Counter()
        found = []
        for word in words:
            counted[word] += 1
            found.append(self.fresh(f"{word}_{counted[word]}" if often[word] > 1 else word))
        return found


def identifier(word: str) -> str:
    """``word`` with everything that a Python name cannot have made to ``_``."""
    name = _NOT_IN_NAMES.sub("_", word).strip("_") or "value"
    return f"_{name}" if name[0].isdigit() else name


def constant_name(body: Any, path: Path) -> str:
    """What the text at ``path`` of ``body`` is, in capitals."""
    first, *rest = path
    last = next(key for key in reversed(path) if isinstance(key, str))
    if first == "system":
        return "SYSTEM_PROMPT"
    if first == "messages" and rest:
        return _in_message(body, path, last)
    if first == "tools" and rest:
        tool = body["tools"][path[1]]
        name = tool.get("name") if isinstance(tool, dict) else None
        return identifier(f"{name if isinstance(name, str) else 'tool'}_{last}").upper()
    return identifier(last).upper()


def _in_message(body: Any, path: Path, last: str) -> str:
    message = body["messages"][path[1]]
    role = message.get("role") if isinstance(message, dict) else None
    kinds = []
    value = body
    for key in path:
        kinds.append(value.get("type") if isinstance(value, dict) else None)
        value = value[key]
    if last == "data":
        return next((_MEDIA[kind] for kind in reversed(kinds) if kind in _MEDIA), "DATA")
    if "tool_result" in kinds:
        return "TOOL_RESULT"
    if last in ("text", "content") and isinstance(role, str) and role in _ROLES:
        return _ROLES[role]
    return identifier(last).upper()
