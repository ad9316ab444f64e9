"""Archives of an unknown shape: every text in them is looked through for prompts.

Nothing is ever unpacked to a disk. What an archive claims is not believed: bytes are counted as
they come.
"""

from __future__ import annotations

import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from .own_files import LIBRARY, is_own_archive
from .reading import Kind, Reading, Remark

MOST_FILES = 10_000
LARGEST_WHOLE = 200_000_000
"""Bytes of all files of an archive."""
LARGEST_FILE = 40_000_000
"""Bytes of one file of an archive."""
NAMES_SHOWN = 10

_NOT_CONTENT = ("__MACOSX/", ".DS_Store", "Thumbs.db", ".git/")
_OTHER_ARCHIVES = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "RAR",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}


# What the readers of the standard library raise for bytes that are no archive after all.
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
)


class Refused(ValueError):
    """The archive is not read; the sentence says why."""


@dataclass
class Files:
    """The files of an archive that could be read, and remarks on the others."""

    contents: dict[str, bytes] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    left: int = LARGEST_WHOLE

    def take(self, name: str, file: IO[bytes]) -> None:
        """Read a file, within the limits. Raises `Refused`."""
        content = file.read(min(LARGEST_FILE, self.left) + 1)
        if len(content) > self.left:
            raise Refused(
                f"The files of this archive hold more than {LARGEST_WHOLE // 1_000_000} MB: it is "
                "not read. Make a smaller one."
            )
        if len(content) > LARGEST_FILE:
            self.skip(name, f"holds more than {LARGEST_FILE // 1_000_000} MB")
            return
        self.left -= len(content)
        self.contents[name] = content

    def skip(self, name: str, why: str) -> None:
        """Leave a file out."""
        self.remarks.append(Remark(Kind.LEFT_OUT, f"{name[:200]} {why}: it was not read."))


def is_archive(data: bytes) -> bool:
    """Return whether the bytes are those of a ZIP, gzip or tar file."""
    return _is_zip(data) or data[:2] == b"\x1f\x8b" or data[257:262] == b"ustar"


def other_archive(data: bytes) -> str:
    """Return the name of a kind of archive that is not read, `""` for anything else."""
    return next((kind for magic, kind in _OTHER_ARCHIVES.items() if data.startswith(magic)), "")


def read_members(data: bytes, name: str) -> Files | Reading:
    """Return the files of an archive, or a reading that says why it is not taken apart."""
    files = Files()
    try:
        if _is_zip(data):
            _read_zip(data, files)
        elif data[:2] == b"\x1f\x8b":
            _read_gzip(data, name, files)
        else:
            _read_tar(io.BytesIO(data), files)
    except Refused as error:
        return _refused(str(error))
    except (*_BROKEN, ValueError, OverflowError):
        return _refused("This archive is broken or cut off: pack it again.")
    return Reading(LIBRARY) if is_own_archive(files.contents.keys()) else files


def _refused(sentence: str) -> Reading:
    return Reading("an archive", remarks=(Remark(Kind.NOT_UNDERSTOOD, sentence),))


def _is_zip(data: bytes) -> bool:
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _read_zip(data: bytes, files: Files) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        _check_count(len(members))
        for member in members:
            name = member.filename
            # ``is_dir`` of Python 3.11 fails for a member without a name.
            if not name or member.is_dir() or not _is_content(name, files):
                continue
            mode = member.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                files.skip(name, "is no ordinary file")
            elif member.flag_bits & 1:
                files.skip(name, "is encrypted")
            elif member.file_size > LARGEST_FILE:
                files.skip(name, f"claims to hold more than {LARGEST_FILE // 1_000_000} MB")
            else:
                _take_from_zip(archive, member, files)


def _take_from_zip(archive: zipfile.ZipFile, member: zipfile.ZipInfo, files: Files) -> None:
    try:
        with archive.open(member) as file:
            files.take(member.filename, file)
    except NotImplementedError:
        files.skip(member.filename, "is packed in a way that is not known here")
    except _BROKEN:
        files.skip(member.filename, "is broken")


def _read_gzip(data: bytes, name: str, files: Files) -> None:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
        content = packed.read(LARGEST_WHOLE + 1)
    if len(content) > LARGEST_WHOLE:
        raise Refused(f"This file holds more than {LARGEST_WHOLE // 1_000_000} MB: it is not read.")
    if content[257:262] == b"ustar":
        _read_tar(io.BytesIO(content), files)
    else:
        bare = name.removesuffix(".gz") or "file"
        files.take(bare.replace("\\", "/").rpartition("/")[2], io.BytesIO(content))


def _read_tar(packed: IO[bytes], files: Files) -> None:
    with tarfile.open(fileobj=packed, mode="r:") as archive:
        for count, member in enumerate(archive, 1):
            _check_count(count)
            if member.isdir() or not _is_content(member.name, files):
                continue
            file = archive.extractfile(member) if member.isreg() else None
            if file is None:
                files.skip(member.name, "is no ordinary file")
            elif member.size > LARGEST_FILE:
                files.skip(member.name, f"holds more than {LARGEST_FILE // 1_000_000} MB")
            else:
                files.take(member.name, file)


def _check_count(count: int) -> None:
    if count > MOST_FILES:
        raise Refused(f"This archive has more than {MOST_FILES:,} files: make a smaller one.")


def _is_content(name: str, files: Files) -> bool:
    """Whether a file is looked at; one that points out of the archive is said."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or "\0" in name or parts[0].endswith(":"):
        files.skip(name, "has a name that points out of the archive")
        return False
    return not name.startswith(_NOT_CONTENT) and parts[-1] not in _NOT_CONTENT


def names_of(names: list[str]) -> Iterator[str]:
    """Yield the first names, and how many there are besides."""
    yield from names[:NAMES_SHOWN]
    if len(names) > NAMES_SHOWN:
        yield f"{len(names) - NAMES_SHOWN:,} more"
