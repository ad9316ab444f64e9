"""Text that is YAML: a promptfoo configuration, or prompts of any shape."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .json_bodies import kind_of, stem
from .reading import Kind, Reading, Remark
from .shapes import Found, find
from .surroundings import Around
from .yaml_text import Refused, read_yaml

_BEGINS = re.compile(
    r"(?:---[^\n]*\n|[ \t]*#[^\n]*\n|[ \t]*\n)*"
    r"(?:- )?[\"']?[A-Za-z_][\w -]{0,60}[\"']?[ \t]*:(?:[ \t]|\n)"
)
_TOLD = re.compile(r"^(?:prompts|providers|messages)[ \t]*:", re.MULTILINE)


def read_yaml_file(
    text: str, name: str = "", files: Mapping[str, str] | None = None
) -> Reading | None:
    """Return the prompts in YAML; None for a text that is none, or holds none and is not told."""
    if not _BEGINS.match(text):
        return None
    is_told = _TOLD.search(text) is not None
    try:
        read = read_yaml(text)
    except Refused as error:
        remark = Remark(Kind.NOT_UNDERSTOOD, str(error))
        return Reading("YAML", remarks=(remark,)) if is_told else None
    found = Found(files=files or {})
    find(read.value, found, Around(name=stem(name)))
    found.finished()
    if not found.prompts and not is_told:
        return None
    remarks = [*read.remarks, *found.remarks]
    if not found.prompts and not found.remarks:
        sentence = "This is YAML, and no prompt was recognised in it."
        remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence))
    return Reading(kind_of(found, "YAML"), tuple(found.prompts), tuple(remarks))
