"""A version as a text file, and back: the settings as front matter, then the turns as sections.

Nothing is lost in either direction: what was written is read as the identical content, with the
same order of keys. The same version is always the same text, and text that people wrote stands in
it line by line, so that ``git diff`` means something.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from workbench.catalogue import DEFAULT_API_VERSION
from workbench.messages_api import clean_text
from workbench.prompts.content import Content, Variable

from .front_matter import FENCE, Broken, Entry, read_entries, shown, written_entry
from .sections import SECTIONS, is_plain, is_section, read_sections, written_sections

FORMAT = 1
BELOW = "(below)"
"""Stands in the front matter where the body has a section that is not at its end."""

_HEADER = ("workbench", "name", "version", "parent", "author", "created", "note")
_LOCAL = ("mocks", "origins", "copied_from")
_OURS = frozenset((*_HEADER, "api_version", "betas", "variables", *_LOCAL))
_BODY = "body."
"""In front of a key of the body that would otherwise be one of ours."""


@dataclass(frozen=True)
class About:
    """What is known about a version besides what it says."""

    name: str = ""
    number: int | None = None
    parent: int | None = None
    author: str = ""
    created: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class VersionText(About):
    """What the file of a prompt's version says."""

    content: Content = field(kw_only=True)


@dataclass(frozen=True)
class SystemText(About):
    """What the file of a system prompt's version says."""

    text: str = field(kw_only=True)


def write_version(version: VersionText) -> str:
    """The text of the file; it ends with a line end."""
    content = version.content
    parts = [
        FENCE,
        "\n",
        _written_about(version),
        written_entry("api_version", content.api_version),
    ]
    if content.betas:
        parts.append(written_entry("betas", list(content.betas)))
    parts += _body_entries(content.body)
    if content.variables:
        parts.append(written_entry("variables", [vars(each) for each in content.variables]))
    parts += [written_entry(key, part) for key in _LOCAL if (part := getattr(content, key))]
    parts += [FENCE, "\n"]
    if sections := written_sections(content.body):
        parts += ["\n", sections]
    return "".join(parts)


def write_system_version(version: SystemText) -> str:
    """The text of a system prompt's file: the front matter, then the text as it is."""
    parts = [FENCE, "\n", _written_about(version)]
    if is_plain(version.text):
        return "".join([*parts, FENCE, "\n", version.text, "\n"])
    return "".join([*parts, written_entry("text", version.text), FENCE, "\n"])


def read_version(text: str) -> VersionText:
    """The version that ``text`` writes; raises ``Broken`` with the line.

    The line ends of Windows are read too. Text inside JSON comes back as it was written: whoever
    stores it cleans it.
    """
    lines = _file_lines(text)
    entries, end = read_entries(lines)
    found = {entry.key: entry for entry in entries}
    _check_format(found)
    content = Content(
        body=_body([entry for entry in entries if entry.key not in _OURS], lines[end:], end + 1),
        api_version=found["api_version"].string if "api_version" in found else DEFAULT_API_VERSION,
        betas=_betas(found.get("betas")),
        variables=_variables(found.get("variables")),
        **{key: _object(found.get(key)) for key in _LOCAL},
    )
    return VersionText(**_about(found), content=content)


def read_system_version(text: str) -> SystemText:
    """The system prompt's version that ``text`` writes; raises ``Broken`` with the line."""
    lines = _file_lines(text)
    entries, end = read_entries(lines)
    found = {entry.key: entry for entry in entries}
    _check_format(found)
    if unknown := next((entry for entry in entries if entry.key not in (*_HEADER, "text")), None):
        raise Broken(unknown.line, f"{shown(unknown.key)} has no meaning in a system prompt.")
    said = found["text"].string if "text" in found else "\n".join(lines[end:])
    return SystemText(**_about(found), text=said)


def _file_lines(text: str) -> list[str]:
    """The lines of a file, whatever wrote it; the line end of the last one begins no new line."""
    lines = clean_text(text.removeprefix("\ufeff")).split("\n")
    return lines[:-1] if not lines[-1] else lines


def _check_format(found: dict[str, Entry]) -> None:
    """Raise ``Broken`` for a file of a format that is not known here; it may also say none."""
    entry = found.get("workbench")
    if entry and (entry.value is True or entry.value != FORMAT):
        raise Broken(
            entry.line,
            f"the format {shown(entry.text)} is not known: this Workbench reads {FORMAT}. Write "
            f"workbench: {FORMAT}, or use a newer Workbench.",
        )


def written_time(moment: datetime) -> str:
    """``moment`` in UTC with microseconds, as 2026-11-28T17:40:00.000000Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_time(text: str) -> datetime | None:
    """The moment that ``text`` names, None when it is none or has no zone."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):  # the latter at both ends of the calendar
        return None


def _written_about(about: About) -> str:
    """The first lines of the front matter; what is not known is left out."""
    known = {
        "workbench": FORMAT,
        "name": about.name,
        "version": about.number,
        "parent": about.parent,
        "author": about.author,
        "created": written_time(about.created) if about.created else "",
        "note": about.note,
    }
    return "".join(
        written_entry(key, value) for key, value in known.items() if value not in ("", None)
    )


def _about(found: dict[str, Entry]) -> dict[str, Any]:
    return {
        "name": _string(found.get("name")),
        "number": _number(found.get("version")),
        "parent": _number(found.get("parent")),
        "author": _string(found.get("author")),
        "created": _time(found.get("created")),
        "note": _string(found.get("note")),
    }


def _body_entries(body: dict[str, Any]) -> list[str]:
    """The body's keys in their order; its sections are named only if they are not at the end."""
    below = [key for key in SECTIONS if key in body and is_section(key, body[key])]
    is_usual = not below or list(body)[-len(below) :] == below
    parts = []
    for key, value in body.items():
        if key not in below:
            parts.append(written_entry(_key_in_file(key), value))
        elif not is_usual:
            parts.append(f"{key}: {BELOW}\n")
    return parts


def _key_in_file(key: str) -> str:
    is_taken = key in _OURS or key.startswith(_BODY)
    return f"{_BODY}{key}" if is_taken else key


def _body(entries: list[Entry], lines: list[str], number: int) -> dict[str, Any]:
    sections = read_sections(lines, number)
    body: dict[str, Any] = {}
    for entry in entries:
        key = entry.key.removeprefix(_BODY)
        if key in SECTIONS and entry.text.strip() == BELOW:
            if key not in sections:
                raise Broken(entry.line, f"{key} is said to stand below, and no section has it.")
            body[key] = sections.pop(key)
            continue
        if key in sections:
            raise Broken(entry.line, f"{key} stands here and as a section: remove one of the two.")
        body[key] = entry.value
    return body | {key: sections[key] for key in SECTIONS if key in sections}


def _string(entry: Entry | None) -> str:
    return entry.string if entry else ""


def _number(entry: Entry | None) -> int | None:
    value = entry.value if entry else None
    if entry is None or value is None:
        return None
    if type(value) is not int or not 1 <= value < 2**31:
        raise Broken(entry.line, f"the value of {entry.key} must be a whole number from 1.")
    return value


def _time(entry: Entry | None) -> datetime | None:
    if entry is None or not entry.string:
        return None
    moment = read_time(entry.string)
    if moment is None:
        raise Broken(entry.line, "write the value of created as 2026-11-28T17:40:00Z.")
    return moment


def _betas(entry: Entry | None) -> tuple[str, ...]:
    value = entry.value if entry else None
    if entry is None or value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Broken(entry.line, 'write betas as a list of names: ["one", "two"].')
    return tuple(value)


def _variables(entry: Entry | None) -> tuple[Variable, ...]:
    value = entry.value if entry else None
    if entry is None or value is None:
        return ()
    rows: list[Any] = value if isinstance(value, list) else [None]
    if not all(_is_variable(row) for row in rows):
        raise Broken(
            entry.line,
            'write variables as a list of objects: [{"name": "A", "description": "", '
            '"default": ""}].',
        )
    return tuple(Variable(**row) for row in rows)


def _is_variable(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and "name" in row
        and set(row) <= {"name", "description", "default"}
        and all(isinstance(value, str) for value in row.values())
    )


def _object(entry: Entry | None) -> dict[str, Any]:
    value = entry.value if entry else None
    if entry is None or value is None:
        return {}
    if not isinstance(value, dict):
        raise Broken(entry.line, f"the value of {entry.key} must be an object: {{…}}.")
    return value
