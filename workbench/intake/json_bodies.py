"""Text that is JSON, one value or one on each line, whatever it holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from .loose_json import JsonText, read_json, strict_json
from .reading import Kind, Reading, Remark
from .shapes import Found, find
from .surroundings import Around

_BEGINS = re.compile(r"(?:\s|//[^\n]*\n|#[^\n]*\n|/\*.*?\*/|`(?!`))*[\[{]", re.DOTALL)
_LINE_BEGINS = re.compile(r"^[ \t]*(?=[\[{])", re.MULTILINE)
_MOST_TRIES = 3
_LOOKED_AT = 1_000_000
LARGEST_LOOSE = 8_000_000
"""Characters of JSON that is mended."""
MOST_REMARKS = 50
"""Remarks on lines that are no JSON."""


def read_json_body(
    text: str, name: str = "", files: Mapping[str, str] | None = None
) -> Reading | None:
    """Return what JSON holds, mended where it must be; None for a text that is no JSON.

    Without prompts the remarks say what the JSON is.
    """
    if not _BEGINS.match(text):
        return None
    found, remarks = Found(files=files or {}), list[Remark]()
    for line, value in _values(text, remarks):
        find(value.value, found, Around(name=stem(name), line=line))
        remarks += value.remarks
    found.finished()
    remarks += found.remarks
    if not found.prompts and not remarks:
        remarks.append(_no_prompt(text))
    return Reading(kind_of(found, "JSON"), tuple(found.prompts), tuple(remarks))


def read_strict_json(
    text: str, name: str = "", files: Mapping[str, str] | None = None
) -> Reading | None:
    """The same for a text that is JSON without any mending."""
    if strict_json(text.strip()) is None and not _are_lines(text):
        return None
    return read_json_body(text, name, files)


def _values(text: str, remarks: list[Remark]) -> Iterator[tuple[int | None, JsonText]]:
    """The values of the text with their lines; lines that are no JSON go into `remarks`."""
    begin = len(text) - len(text.lstrip())
    first = 1 + text.count("\n", 0, begin)
    if whole := strict_json(text.strip(), first):
        yield first, whole
    elif _are_lines(text):
        yield from _lines(text, remarks)
    elif len(text) > LARGEST_LOOSE:
        sentence = (
            f"JSON of more than {LARGEST_LOOSE:,} characters must be valid: it is not mended."
        )
        remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence))
    elif loose := read_json(text):
        yield first, loose


def _are_lines(text: str) -> bool:
    """Whether most lines are a JSON object of their own."""
    lines = [line for line in text[:_LOOKED_AT].split("\n") if line.strip()][:20]
    whole = [line for line in lines if (found := strict_json(line)) and _is_object(found)]
    return len(lines) > 1 and len(whole) * 2 >= len(lines)


def _is_object(found: JsonText) -> bool:
    return isinstance(found.value, dict | list)


def _lines(text: str, remarks: list[Remark]) -> Iterator[tuple[int, JsonText]]:
    missed = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if found := read_json(line, number):
            yield number, found
            continue
        missed += 1
        if missed <= MOST_REMARKS:
            sentence = "This line is no JSON and was left out."
            remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence, number, line[:2_000]))
    if missed > MOST_REMARKS:
        sentence = f"{missed - MOST_REMARKS:,} more lines are no JSON and were left out."
        remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence))


def _no_prompt(text: str) -> Remark:
    return Remark(
        Kind.NOT_UNDERSTOOD,
        "This is JSON, and no request was recognised in it: a request has a list “messages” with "
        "roles, or a “prompt”.",
        text=text.strip()[:2_000],
    )


def kind_of(found: Found, otherwise: str) -> str:
    """Return the kind of one prompt, or how many of which; `otherwise` without any."""
    kinds = Counter(found.kinds)
    if not kinds:
        return otherwise
    if len(found.kinds) == 1:
        return found.kinds[0]
    return ", ".join(f"{count:,} × {kind}" for kind, count in kinds.items())


def stem(name: str) -> str:
    """Return the name of a file without its folders and its ending."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    begin, _, ending = bare.rpartition(".")
    return begin if begin and len(ending) <= 6 else bare


def read_embedded_json(text: str, name: str = "") -> Reading | None:
    """Return the prompts of JSON that begins somewhere in a text; None without any."""
    for match in list(_LINE_BEGINS.finditer(text))[:_MOST_TRIES]:
        before = text[: match.start()]
        blank = "\n" * before.count("\n")
        found = read_json_body(blank + text[match.start() :], name)
        if found is not None and found.prompts:
            sentence = "What stands before the JSON was not understood."
            remark = Remark(Kind.NOT_UNDERSTOOD, sentence, 1, before.strip()[:2_000])
            return replace(found, remarks=(remark, *found.remarks))
    return None
