"""Archives that the standard library reads, whatever their size."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from workbench.prompts.files import zip_writer
from workbench.prompts.files.zip_writer import zip_archive


def archive_of(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zip_archive(file) as archive:
        for name, content in files.items():
            archive.add(name, content)
    return file.getvalue()


@pytest.mark.parametrize("count", [0, 1, 3, 70_000])
def test_what_is_written_is_read(count: int) -> None:
    files = {f"folder/{number}-ä.txt": b"x" * (number % 7) for number in range(count)}
    with zipfile.ZipFile(io.BytesIO(archive_of(files))) as read:
        assert read.namelist() == list(files)
        assert {name: read.read(name) for name in list(files)[-3:]} == dict(
            list(files.items())[-3:]
        )
        assert count > 100 or read.testzip() is None


class Far(io.RawIOBase):
    """A file of five gigabytes of which only what is written around the end is kept."""

    def __init__(self) -> None:
        self.pieces: dict[int, bytes] = {}
        self.place = 0

    def write(self, data: Any) -> int:
        self.pieces[self.place] = bytes(data)
        self.place += len(data)
        return len(data)

    def seek(self, place: int, whence: int = 0) -> int:
        self.place = place + (self.size if whence == 2 else self.place if whence == 1 else 0)
        return self.place

    def tell(self) -> int:
        return self.place

    def seekable(self) -> bool:
        return True

    @property
    def size(self) -> int:
        return max(place + len(data) for place, data in self.pieces.items())

    def read(self, size: int = -1) -> bytes:
        size = self.size - self.place if size < 0 else size
        found = bytearray()
        while len(found) < size:
            at = self.place + len(found)
            begin = next((n for n, data in self.pieces.items() if n <= at < n + len(data)), None)
            if begin is None:
                break
            found += self.pieces[begin][at - begin : at - begin + size - len(found)]
        self.place += len(found)
        return bytes(found)


def test_beyond_four_gigabytes_it_is_still_read() -> None:
    file = Far()
    with zip_archive(file) as archive:  # type: ignore[arg-type]
        archive.add("first", b"one")
        hole = 5 * 1024**3
        file.place += hole
        archive.offset += hole
        archive.add("second", b"two")
    with zipfile.ZipFile(file) as read:  # type: ignore[type-var]
        assert read.read("second") == b"two"
        assert read.read("first") == b"one"


def test_the_table_of_contents_does_not_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_writer, "_IN_MEMORY", 100)
    with zip_archive(io.BytesIO()) as archive:
        archive.add("a" * 100, b"")
        assert archive.contents._rolled  # type: ignore[attr-defined]
