"""The lines between ``---`` at the beginning of a file: ``key: value``, readable as YAML.

Values are written as JSON, long ones over several lines. When read, a simple value may also stand
there as plain text, as people write it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from workbench.prompts.bound import strict_json

FENCE = "---"
LONGEST_LINE = 80
"""Characters of a list or object that stands on one line."""
SHOWN = 60
"""Characters of a file that a sentence repeats."""

_ENTRY = re.compile(r'([A-Za-z_][A-Za-z0-9_-]*|"(?:[^"\\]|\\.)*"):(?:[ \t]+(.*))?')
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# Characters that are no text, or that end a line for some programs; the rest stays readable.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


class Broken(ValueError):
    """The text of a file cannot be read; the sentence begins with the line."""

    def __init__(self, line: int, sentence: str) -> None:
        self.line = line
        super().__init__(f"Line {line}: {sentence}")


@dataclass(frozen=True)
class Entry:
    """One ``key: value`` as it stands in the file; ``line`` is that of the key, from 1."""

    key: str
    text: str
    line: int

    @property
    def value(self) -> Any:
        """The JSON value, or plain text as a string; raises ``Broken``."""
        text = self.text.strip()
        if text[:1] in ("[", "{", '"'):
            return read_json(self.text, self.line, f"the value of {shown(self.key)}")
        if "\n" in self.text:
            raise Broken(
                self.line,
                f"write the value of {shown(self.key)} as JSON, for instance "
                '["a", "b"], or as text on one line.',
            )
        if text[:1] == text[-1:] == "'" and len(text) > 1:
            return text[1:-1].replace("''", "'")
        return _simple(text)

    @property
    def string(self) -> str:
        """The value as a text, whatever it looks like; raises ``Broken`` for lists and objects."""
        value = self.value
        if isinstance(value, list | dict):
            raise Broken(self.line, f"the value of {shown(self.key)} must be text.")
        return value if isinstance(value, str) else "" if value is None else self.text.strip()


def written_json(value: Any, indent: int | None = None) -> str:
    """``value`` as JSON that is valid UTF-8 and YAML, keys in their order."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def written_entry(key: str, value: Any) -> str:
    """The line, or lines, of one entry."""
    name = key if _PLAIN_KEY.fullmatch(key) else written_json(key)
    text = written_json(value)
    if isinstance(value, list | dict) and len(text) > LONGEST_LINE:
        text = written_json(value, indent=2).replace("\n", "\n  ")
    return f"{name}: {text}\n"


def read_entries(lines: list[str]) -> tuple[list[Entry], int]:
    """The entries of a file's front matter, and how many lines it takes; raises ``Broken``."""
    if not lines or lines[0].rstrip() != FENCE:
        raise Broken(1, "a file begins with a line ---, then lines such as model: claude-opus-5-5.")
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), 0)
    if not end:
        raise Broken(1, "what begins with this --- has no end: write --- below the last setting.")
    found: dict[str, Entry] = {}
    for number, group in _groups(lines[1:end]):
        entry = _entry(group, number)
        if entry.key in found:
            raise Broken(number, f"{shown(entry.key)} stands here twice: remove one of the two.")
        found[entry.key] = entry
    return list(found.values()), end + 1


def _groups(lines: list[str]) -> list[tuple[int, list[str]]]:
    """The lines of each entry with the number of its first; lines that begin with a blank go on."""
    groups: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, 2):
        if not line.strip() or line.startswith("#"):
            continued = ""
        elif line[0] in " \t" and groups:
            continued = line
        else:
            groups.append((number, [line]))
            continue
        if groups:  # a line left out still counts for the numbers of those below it
            groups[-1][1].append(continued)
    return groups


def read_json(text: str, line: int, what: str) -> Any:
    """The JSON value of ``text``, which begins on ``line``; raises ``Broken`` about ``what``."""
    try:
        return strict_json(text)
    except json.JSONDecodeError as error:
        place = line + error.lineno - 1
        raise Broken(
            place, f"{what} is no valid JSON: {error.msg}, column {error.colno}."
        ) from None
    except RecursionError:
        raise Broken(line, f"{what} is nested too deeply: use at most 200 levels.") from None
    except ValueError as error:
        raise Broken(line, f"{what} is no valid JSON: {error}.") from None


def shown(text: str) -> str:
    """The beginning of a text, for a sentence."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _entry(lines: list[str], number: int) -> Entry:
    match = _ENTRY.fullmatch(lines[0])
    if not match:
        raise Broken(number, f"“{shown(lines[0])}” is no setting: write it as key: value.")
    key = match[1]
    if key.startswith('"'):
        key = read_json(key, number, "the key")
    return Entry(key, "\n".join([match[2] or "", *lines[1:]]).rstrip("\n"), number)


def _simple(text: str) -> Any:
    """What text without quotes means: a number, true, false, null, else itself."""
    if not text:
        return None
    try:
        return strict_json(text)
    except (ValueError, RecursionError):
        return text
