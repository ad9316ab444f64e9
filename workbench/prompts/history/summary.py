"""The one sentence that says what a difference amounts to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from .differences import Change, Difference, Section

MOST_SAID = 6
LONGEST_VALUE = 40
NOUNS = {
    "turn": ("turn", "turns"),
    "tool": ("tool", "tools"),
    "beta": ("beta", "betas"),
    "variable": ("variable", "variables"),
    "mock": ("mocked result", "mocked results"),
}
NOTHING = "Nothing changed"


def sentence(difference: Difference) -> str:
    """Such as "System prompt +12 −3 words; max tokens 4,096 → 8,000; 1 tool added"."""
    said = [*_said_of(difference.sections), *_said_of_files(difference)]
    if not said:
        return NOTHING
    shown = said[:MOST_SAID]
    if more := len(said) - len(shown):
        shown.append(f"{more:,} more")
    text = "; ".join(shown)
    return text[0].upper() + text[1:]


def words(difference: Difference) -> tuple[int, int]:
    """How many words were inserted and deleted in all."""
    found = [section.words for section in difference.sections]
    return sum(inserted for inserted, _ in found), sum(deleted for _, deleted in found)


def _said_of(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        if section.group == "system":
            yield _lower(section.title) + _how(section)
    for group, nouns in NOUNS.items():
        yield from _counted([each for each in sections if each.group == group], nouns)
    for section in sections:
        if section.group == "parameter":
            yield _of_parameter(section)
    for section in sections:
        if section.group in ("order", "origin"):
            yield f"{_lower(section.title)} changed"


def _how(section: Section) -> str:
    """What became of one section: " +12 −3 words", " added (2 words)"."""
    if section.kind == "changed":
        return f" {_words(*section.words) or 'changed'}"
    count = sum(section.words)
    return f" {section.kind}" + (f" ({count:,} word{'' if count == 1 else 's'})" if count else "")


def _words(inserted: int, deleted: int) -> str:
    figures = [f"+{inserted:,}"] * bool(inserted) + [f"−{deleted:,}"] * bool(deleted)
    return f"{' '.join(figures)} word{'' if inserted + deleted == 1 else 's'}" if figures else ""


def _counted(sections: Sequence[Section], nouns: tuple[str, str]) -> Iterator[str]:
    changed = [section for section in sections if section.kind == "changed"]
    if len(changed) == 1:
        yield _lower(changed[0].title) + _how(changed[0])
    elif changed:
        figures = [section.words for section in changed]
        count = _words(sum(one for one, _ in figures), sum(other for _, other in figures))
        yield f"{len(changed):,} {nouns[1]} changed" + (f" ({count})" if count else "")
    kinds = Counter(section.kind for section in sections)
    for kind in ("added", "removed"):
        if number := kinds[kind]:
            yield f"{number:,} {nouns[number > 1]} {kind}"


def _of_parameter(section: Section) -> str:
    title = _lower(section.title)
    if section.kind == "removed":
        return f"{title} removed"
    only = section.changes[0] if len(section.changes) == 1 else None
    if only is None or not _is_short(only):
        return f"{title} {'set' if section.kind == 'added' else 'changed'}"
    title = " ".join([title, *only.path.replace("_", " ").split(".")]).rstrip()
    values = [_value(part.text) for part in only.parts]
    return f"{title} {' → '.join(values)}" if only.is_value else f"{title} set to {values[0]}"


def _said_of_files(difference: Difference) -> Iterator[str]:
    for hashes, kind in ((difference.files_added, "added"), (difference.files_removed, "removed")):
        if hashes:
            yield f"{len(hashes):,} file{'' if len(hashes) == 1 else 's'} {kind}"


def _is_short(change: Change) -> bool:
    is_whole = change.is_value or change.kind == "added"
    return is_whole and all(len(part.text) <= LONGEST_VALUE for part in change.parts)


def _value(text: str) -> str:
    """``4096`` as ``4,096``; a text without words in quotes, so that it is seen."""
    try:
        number = json.loads(text)
    except ValueError:
        number = None
    if isinstance(number, int) and not isinstance(number, bool):
        return f"{number:,}"
    return text if text.strip() else f"“{text}”"


def _lower(title: str) -> str:
    return title if title.startswith("API") else title[0].lower() + title[1:]
