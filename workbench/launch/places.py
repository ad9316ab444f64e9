"""Where an installation keeps its files: one private directory, one lock on it."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.launch.errors import LaunchError

MARKS = ("lock", "secrets", "postgres")  # a directory with one of these is ours
HARMLESS = {"lost+found"}  # what a fresh volume holds


def data_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """The absolute data directory: WORKBENCH_DATA_DIR, else the usual place of the system.

    Root's is the system's place for service data, because a server account must be able to reach
    copies of the programs there and never can in root's home.
    """
    if named := environ.get("WORKBENCH_DATA_DIR", "").strip():
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/workbench")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Workbench"
    if named := environ.get("XDG_DATA_HOME", "").strip():
        return Path(named).absolute() / "workbench"
    return Path.home() / ".local" / "share" / "workbench"


@dataclass(frozen=True)
class Places:
    """The names inside the data directory ``root``."""

    root: Path

    @property
    def cluster(self) -> Path:
        """The directory Postgres keeps its files in."""
        return self.root / "postgres"

    @property
    def postgres_log(self) -> Path:
        return self.root / "postgres.log"

    @property
    def password(self) -> Path:
        return self.root / "secrets" / "postgres-password"

    @property
    def dumps(self) -> Path:
        return self.root / "dumps"

    @property
    def binaries(self) -> Path:
        """Copies of the Postgres programs, for when the wheel cannot be reached."""
        return self.root / "postgres-binaries"

    @property
    def database_url(self) -> Path:
        """Holds the address of the embedded Postgres while it runs."""
        return self.root / "database-url"

    def prepare(self) -> None:
        """Make the directory, or check that it is ours; nobody else may look into it (0700).

        Raises LaunchError when it holds somebody else's files: its mode is about to change.
        """
        try:
            entries = {entry.name for entry in self.root.iterdir()} - HARMLESS
        except FileNotFoundError:
            entries = set()
            self.root.mkdir(mode=0o700, parents=True)
        except NotADirectoryError:
            raise LaunchError(f"{self.root} is not a directory. Set WORKBENCH_DATA_DIR.") from None
        if entries and not entries.intersection(MARKS):
            raise LaunchError(
                f"{self.root} holds other files. Set WORKBENCH_DATA_DIR to a new directory."
            )
        if self.root.stat().st_mode & 0o067:  # 0710 is our own doing, see binaries.reachable
            self.root.chmod(0o700)


class Lock:
    """A lock file that its holder's death releases, however it dies."""

    def __init__(self, path: Path, refusal: str) -> None:
        """``refusal`` is the sentence for a second holder; ``{pid}`` becomes the first one's."""
        self.path = path
        self.refusal = refusal
        self._file: int | None = None

    @property
    def is_held(self) -> bool:
        return self._file is not None

    def acquire(self) -> None:
        """Take the lock; raises LaunchError when a live process has it."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.open(self.path, flags, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            raise LaunchError(self.refusal.format(pid=holder)) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        """Give the lock back; the file stays, since removing it would let two holders in."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
