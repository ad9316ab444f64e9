"""Writing a ZIP archive of stored files, the same bytes for the same files.

The standard library keeps every entry in memory until the archive is closed, which a library of a
million versions would feel; here the table of contents waits in a temporary file. Dates are all
1980-01-01, the first that the format has.
"""

from __future__ import annotations

import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END_64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR_64 = struct.Struct("<4sIQI")
_OFFSET_64 = struct.Struct("<2HQ")
_MOST_16, _MOST_32 = 0xFFFF, 0xFFFFFFFF
_NEEDED, _NEEDED_64 = 20, 45
_MADE_BY_UNIX = 3 << 8
_UTF_8 = 0x800
_FIRST_DAY = 1 << 5 | 1  # of January 1980
_MODE = 0o100644 << 16
_IN_MEMORY = 1024 * 1024  # bytes of the table of contents


@contextmanager
def zip_archive(file: IO[bytes]) -> Iterator[ZipWriter]:
    """A writer into ``file`` from where it stands, which must be its beginning."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as contents:
        writer = ZipWriter(file, contents)
        yield writer
        writer.finish()


class ZipWriter:
    """Adds one file after the other; see ``zip_archive``."""

    def __init__(self, file: IO[bytes], contents: IO[bytes]) -> None:
        self.file, self.contents = file, contents
        self.offset = self.count = 0

    def add(self, name: str, content: bytes) -> None:
        """Store one file; it must be smaller than 4 GB."""
        encoded = name.encode()
        is_far = self.offset >= _MOST_32
        needed = _NEEDED_64 if is_far else _NEEDED
        size, check = len(content), zlib.crc32(content)
        common = (_UTF_8, 0, 0, _FIRST_DAY, check, size, size, len(encoded))
        self.file.write(_LOCAL.pack(b"PK\3\4", needed, *common, 0) + encoded)
        self.file.write(content)
        extra = _OFFSET_64.pack(1, 8, self.offset) if is_far else b""
        place = min(self.offset, _MOST_32)
        made = _MADE_BY_UNIX | needed
        self.contents.write(
            _CENTRAL.pack(b"PK\1\2", made, needed, *common, len(extra), 0, 0, 0, _MODE, place)
        )
        self.contents.write(encoded + extra)
        self.offset += _LOCAL.size + len(encoded) + size
        self.count += 1

    def finish(self) -> None:
        """Write the table of contents."""
        size = self.contents.tell()
        self.contents.seek(0)
        shutil.copyfileobj(self.contents, self.file)
        if self.count >= _MOST_16 or max(size, self.offset) >= _MOST_32:
            made, count = _MADE_BY_UNIX | _NEEDED_64, self.count
            end = (_END_64.size - 12, made, _NEEDED_64, 0, 0, count, count, size, self.offset)
            self.file.write(_END_64.pack(b"PK\6\6", *end))
            self.file.write(_LOCATOR_64.pack(b"PK\6\7", 0, self.offset + size, 1))
        count = min(self.count, _MOST_16)
        ends = (0, 0, count, count, min(size, _MOST_32), min(self.offset, _MOST_32), 0)
        self.file.write(_END.pack(b"PK\5\6", *ends))
