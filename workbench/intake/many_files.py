"""The prompts of several files, read one by one and brought together."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from .archives import Files, is_archive, names_of
from .code.beside import Folder, Media
from .own_files import PROMPT_FILE
from .reading import FoundPrompt, Kind, Reading, Remark
from .shapes import MOST_PROMPTS

Read = Callable[[str, str, Mapping[str, str]], Reading]
_CONFIGURATIONS = (".yaml", ".yml", "promptfooconfig.json")
_TEXT_REMARKS = 100


def read_files(files: Files, read: Read) -> Reading:
    """Return what all files of an archive hold; `read` reads one text, with those beside it."""
    contents = {posixpath.normpath(name): data for name, data in files.contents.items()}
    texts, media = dict(_texts(contents, files)), Media(contents)
    found = _Collected()
    used: set[str] = set()
    # A configuration names other files: they are read with it, and not once more by themselves.
    for name in sorted(texts, key=lambda name: not name.endswith(_CONFIGURATIONS)):
        if name in used or len(found.prompts) >= MOST_PROMPTS:
            continue
        beside = Folder(texts, media, posixpath.dirname(name))
        found.add(name, read(texts[name], name, beside))
        used |= beside.used
    for name, data in contents.items():
        if name not in texts and name not in used and not is_archive(data):
            files.skip(name, "is no text in UTF-8")
    return found.reading(files.remarks)


class _Collected:
    def __init__(self) -> None:
        self.prompts: list[FoundPrompt] = []
        self._remarks: list[Remark] = []
        self._kinds: Counter[str] = Counter()
        self._without: list[str] = []

    def add(self, name: str, reading: Reading) -> None:
        """Keep what was found in one file."""
        keys = [remark for remark in reading.remarks if remark.kind is Kind.KEY_REMOVED]
        if reading.kind == PROMPT_FILE:
            sentence = f"{name} is a Workbench prompt file: drop it by itself."
            self._remarks.append(Remark(Kind.LEFT_OUT, sentence))
        elif reading.prompts:
            self._kinds[reading.kind] += len(reading.prompts)
            self.prompts += reading.prompts
            keys = list(reading.remarks)
        else:
            self._without.append(name)
        for remark in keys:
            self._remarks.append(replace(remark, sentence=f"{name}: {remark.sentence}"))

    def reading(self, skipped: list[Remark]) -> Reading:
        """Everything that was found, answers beside their requests; `skipped` is said first."""
        prompts = _paired(self.prompts)
        said = [*skipped, *self._remarks]
        remarks = said[:_TEXT_REMARKS]
        if len(said) > _TEXT_REMARKS:
            more = len(said) - _TEXT_REMARKS
            remarks.append(Remark(Kind.LEFT_OUT, f"{more:,} more remarks are not shown."))
        if len(prompts) > MOST_PROMPTS:
            sentence = f"At most {MOST_PROMPTS:,} prompts are read at once: the rest was left out."
            remarks.append(Remark(Kind.LEFT_OUT, sentence))
        if self._without:
            names = ", ".join(names_of(self._without))
            sentence = f"No prompt was recognised in: {names}."
            remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence))
        elif not prompts:
            remarks.append(Remark(Kind.NOT_UNDERSTOOD, "This archive holds no text."))
        kinds = ", ".join(f"{count:,} × {kind}" for kind, count in self._kinds.items())
        kind = f"an archive: {kinds}" if kinds else "an archive"
        return Reading(kind, tuple(prompts[:MOST_PROMPTS]), tuple(remarks))


def _texts(contents: Mapping[str, bytes], files: Files) -> Iterator[tuple[str, str]]:
    for name, data in contents.items():
        if is_archive(data):
            files.skip(name, "is an archive inside an archive")
            continue
        with suppress(UnicodeDecodeError):
            yield name, data.decode("utf-8-sig")


def _paired(prompts: list[FoundPrompt]) -> list[FoundPrompt]:
    """Answers that stood in a file of their own, beside the request of the same name."""
    alone = {p.name: p for p in prompts if p.answer and not p.request.body.get("messages")}
    requests = {p.name for p in prompts if p.answer is None and p.name in alone}
    found: list[FoundPrompt] = []
    for prompt in prompts:
        if prompt.answer is None and prompt.name in requests:
            found.append(replace(prompt, answer=alone[prompt.name].answer))
        elif not (prompt.answer and prompt.name in requests):
            found.append(prompt)
    return found
