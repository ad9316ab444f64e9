"""The files beside a program."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LARGEST_MEDIA = 200_000_000
"""Characters of base64 that all programs of an archive get together."""


@dataclass
class Media:
    """The bytes of files by their names, each encoded once."""

    contents: Mapping[str, bytes] = field(default_factory=dict)
    left: int = LARGEST_MEDIA
    _encoded: dict[str, str] = field(default_factory=dict)

    def base64(self, name: str) -> str | None:
        """Return a file in base64; None for one that is not there, and where it is too much."""
        if name not in self.contents:
            return None
        if name not in self._encoded:
            self._encoded[name] = base64.b64encode(self.contents[name]).decode()
        self.left -= len(self._encoded[name])
        return self._encoded[name] if self.left >= 0 else None


class Folder(Mapping[str, str]):
    """Texts by their paths from one folder; `used` are the whole names of files asked for."""

    def __init__(self, texts: Mapping[str, str], media: Media, path: str = "") -> None:
        self.used: set[str] = set()
        self._texts = texts
        self._media = media
        self._path = path
        self._encoded: dict[str, str] = {}

    def __getitem__(self, path: str) -> str:
        name = self._name(path)
        text = self._texts[name]
        self.used.add(name)
        return text

    def __iter__(self) -> Iterator[str]:
        return (posixpath.relpath(name, self._path or ".") for name in self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def base64(self, path: object) -> str | None:
        """Return a file in base64, also one that is no text; None for one that is not there."""
        if not isinstance(path, str) or not path:
            return None
        name = self._name(path)
        if name not in self._encoded:
            if (data := self._media.base64(name)) is None:
                return None
            self._encoded[name] = data
            self.used.add(name)
        return self._encoded[name]

    def _name(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self._path, path))


def folder_of(files: Mapping[str, str]) -> Folder:
    """Return texts as a folder, if they are none already."""
    if isinstance(files, Folder):
        return files
    return Folder(files, Media({name: text.encode() for name, text in files.items()}))
