"""The files of an archive or a folder that anybody may have made.

Names are checked before anything is read, and sizes twice: what an archive says of itself, and what
comes out of it.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Generic, TypeVar

from . import layout
from .layout import Place, place_of
from .problems import Problems, Unusable

MB = 1024 * 1024
ENTRY = b"PK\1\2"
"""Begins each entry of an archive's table of contents."""
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NO_ARCHIVE = "This is no ZIP archive, or a damaged one: export it again and take that file."
NO_LIBRARY = f"There is no library in it: {layout.TOP} is missing. Take what an export has written."

_UNSAFE = re.compile(r"[\0-\x1f\x7f\\]|^/|^[A-Za-z]:|(?:^|/)\.\.?(?:/|$)|//")
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError),
    *(RuntimeError, ValueError, OverflowError),
)
Key = TypeVar("Key")


@dataclass(frozen=True)
class Limits:
    """How much an import takes: bytes in all, bytes of a text, and number of files."""

    total: int = 500 * MB
    text: int = 20 * MB
    media: int = 40 * MB
    entries: int = 200_000


WEB = Limits()
OPERATOR = Limits(total=64 * 1024 * MB, entries=5_000_000)
"""For who has the machine, and may move a library of a million versions."""


class TooMuch(Unusable):
    """More came out than is taken; reading stops."""


class Source(Generic[Key]):
    """Files by their names in the layout of ``layout``; ``places`` says what each holds."""

    def __init__(self, problems: Problems, limits: Limits) -> None:
        self.problems, self.limits = problems, limits
        self.places: dict[str, Place] = {}
        self._keys: dict[str, Key] = {}
        self._read = 0

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None when they cannot be had, which is noted as a problem.

        Raises ``TooMuch`` when more bytes came out in all than the limit.
        """
        most = self._most(name)
        try:
            content = self._content(self._keys[name], most + 1)
        except _DAMAGED:
            self.problems.add(name, "it is damaged and cannot be read: export it again.")
            return None
        self._read += len(content)
        if self._read > self.limits.total:
            raise TooMuch(_too_large(self.limits))
        if len(content) > most:
            self.problems.add(name, f"it is larger than {most // MB} MB, which is not taken.")
            return None
        return content

    def _content(self, key: Key, most: int) -> bytes:
        raise NotImplementedError

    def _most(self, name: str) -> int:
        is_media = self.places[name].kind == "media"
        return self.limits.media if is_media else self.limits.text

    def _take(self, named: list[tuple[str, Key]]) -> None:
        """Note the names of all files that belong to a library, without the folder around it."""
        around = _folder_around({name for name, _ in named})
        for name, key in named:
            if not name.startswith(around) or _is_hidden(name):
                continue
            name = name.removeprefix(around)
            place = place_of(name)
            if place:
                self._take_one(name, key, place)
            elif name.partition("/")[0] in layout.FOLDERS and "/" in name:
                self.problems.add(name, "no library has a file of this name: rename or remove it.")
        if layout.TOP not in self.places and not self.problems:
            raise Unusable(NO_LIBRARY)

    def _take_one(self, name: str, key: Key, place: Place) -> None:
        if name in self.places:
            self.problems.add(name, "this name is there twice: remove one of the two files.")
        self.places[name], self._keys[name] = place, key


class ZipSource(Source[zipfile.ZipInfo]):
    """The files of a ZIP archive; raises ``Unusable`` when there is nothing to read."""

    def __init__(self, file: IO[bytes], problems: Problems, limits: Limits = WEB) -> None:
        super().__init__(problems, limits)
        if _count(file, ENTRY) > limits.entries:
            raise TooMuch(f"It holds more than {limits.entries:,} files, which is not taken.")
        try:
            self.archive = zipfile.ZipFile(file)
        except _DAMAGED:
            raise Unusable(NO_ARCHIVE) from None
        entries = self.archive.infolist()
        if sum(entry.file_size for entry in entries) > limits.total:
            raise TooMuch(_too_large(limits))
        self._take([(entry.filename, entry) for entry in entries if self._is_usable(entry)])

    def _content(self, key: zipfile.ZipInfo, most: int) -> bytes:
        with self.archive.open(key) as opened:
            return opened.read(most)

    def _is_usable(self, entry: zipfile.ZipInfo) -> bool:
        """Whether an entry is a file to look at; what is wrong with it is noted."""
        kind = stat.S_IFMT(entry.external_attr >> 16)
        sentence = ""
        if _UNSAFE.search(entry.orig_filename) or not entry.orig_filename:
            sentence = "this name leads out of the archive or is none: nothing is read from it."
        elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            sentence = "it is a link or a device, not a file: put the file itself in its place."
        elif entry.flag_bits & 1:
            sentence = "it is encrypted: make the archive without a password."
        elif entry.compress_type not in PACKED and not entry.is_dir():
            sentence = "it is packed in a way that is not read here: use an ordinary ZIP archive."
        if sentence:
            self.problems.add(entry.orig_filename or "A file without a name", sentence)
        return not sentence and not entry.is_dir()


class FolderSource(Source[Path]):
    """The files below a folder; raises ``Unusable`` when there is nothing to read."""

    def __init__(self, folder: Path, problems: Problems, limits: Limits = OPERATOR) -> None:
        super().__init__(problems, limits)
        self._take([(path.relative_to(folder).as_posix(), path) for path in self._files(folder)])

    def _content(self, key: Path, most: int) -> bytes:
        with key.open("rb") as opened:
            return opened.read(most)

    def _files(self, folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.name.startswith("."):
                continue
            if path.is_symlink():
                self.problems.add(
                    str(path), "it is a link, not a file: put the file itself in its place."
                )
            elif path.is_dir():
                yield from self._files(path)
            elif path.is_file():
                yield path


def _folder_around(names: set[str]) -> str:
    """The one folder that holds everything, as archives of a repository have it; else ""."""
    if layout.TOP in names:
        return ""
    tops = [name for name in names if name.count("/") == 1 and name.endswith(f"/{layout.TOP}")]
    return tops[0].removesuffix(layout.TOP) if len(tops) == 1 else ""


def _is_hidden(name: str) -> bool:
    """Whether a system put the file there: .DS_Store, __MACOSX and so on."""
    parts = name.split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)


def _count(file: IO[bytes], mark: bytes) -> int:
    """How often ``mark`` is in the file: at least once for each entry of its table of contents."""
    file.seek(0)
    count, rest = 0, b""
    while block := file.read(MB):
        block = rest + block
        count += block.count(mark)
        rest = block[-(len(mark) - 1) :]
    file.seek(0)
    return count


def _too_large(limits: Limits) -> str:
    return f"It holds more than {limits.total // MB:,} MB, which is not taken: split it."
