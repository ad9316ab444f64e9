"""Children that never outlive us, and finding the servers of a directory without guessing.

On Linux the kernel signals a child when its parent dies, and ``/proc`` tells which directory a
process works in. Signals go through a pidfd, so a process id used again is never hit.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from workbench.launch.errors import LaunchError

PR_SET_PDEATHSIG = 1  # linux/prctl.h
IS_LINUX = sys.platform.startswith("linux")
_libc = ctypes.CDLL(None) if IS_LINUX else None

Output = int | IO[bytes] | None


@dataclass(frozen=True)
class Account:
    """The account of the operating system that the database server runs as."""

    name: str
    uid: int
    gid: int


def server_account() -> Account | None:
    """The account for Postgres, which refuses to run as root; None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise LaunchError("Postgres cannot run as root: make an account named postgres first.")


def start(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    account: Account | None = None,
    directory: Path | None = None,
    environ: Mapping[str, str] | None = None,
    stdin: Output = subprocess.DEVNULL,
    stdout: Output = None,
    stderr: Output = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, out of reach of the terminal's Ctrl-C.

    It works in ``directory`` (entered before the account changes, so its parents may be closed to
    that account) and gets ``death_signal`` when the calling thread ends, on Linux.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        cwd=directory,
        env=environ,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        umask=0o077,
        preexec_fn=_die_with_parent(death_signal),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def bind() -> None:
        # Runs after the change of account, which would clear the setting.
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel knew
            os._exit(1)

    return bind


def environment_without(*prefixes: str) -> dict[str, str]:
    """Our environment without the variables that start so (another Postgres' settings, say)."""
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


def is_alive(pid: int) -> bool:
    """Whether any process has this id, ours or not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def servers_in(directory: Path) -> list[int]:
    """The ids of the processes named postgres that work in ``directory`` or below (Linux)."""
    try:
        wanted = os.stat(directory)
    except FileNotFoundError:
        return []
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdecimal() and _is_server_in(int(entry), wanted):
            found.append(int(entry))
    return found


def _is_server_in(pid: int, wanted: os.stat_result) -> bool:
    try:
        program = os.path.basename(os.readlink(f"/proc/{pid}/exe"))
        at = os.stat(f"/proc/{pid}/cwd")
    except OSError:  # it ended meanwhile, or is somebody else's
        return False
    return program.startswith("postgres") and os.path.samestat(at, wanted)


def signal_servers(directory: Path, number: signal.Signals, only: int | None = None) -> None:
    """Signal the servers of ``directory`` (Linux), or only the one with the id ``only``."""
    for pid in servers_in(directory):
        if only not in (None, pid):
            continue
        try:
            handle = os.pidfd_open(pid)
        except OSError:
            continue
        try:
            if pid in servers_in(directory):  # still the same process, now that we hold it
                signal.pidfd_send_signal(handle, number)
        except OSError:
            continue
        finally:
            os.close(handle)
