"""What the kernel knows of processes: CPU time and memory. Linux only."""

from __future__ import annotations

import os
import socket
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has used; 0 when it is gone."""
    fields = _read(pid, "stat").rpartition(")")[2].split() or ["0"] * 13
    return (int(fields[11]) + int(fields[12])) / TICK


def memory(pid: int) -> int:
    """Proportional set size in bytes: memory shared by n processes counts for one n-th."""
    for line in _read(pid, "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def family(pid: int) -> list[int]:
    """A process and everything below it."""
    found = [pid]
    for child in _read(pid, f"task/{pid}/children").split():
        found += family(int(child))
    return found


def command(pid: int) -> str:
    """The command line, its words separated by spaces."""
    return _read(pid, "cmdline").replace("\0", " ")


def environment(pid: int) -> dict[str, str]:
    """The environment with which a process was started."""
    lines = [line for line in _read(pid, "environ").split("\0") if "=" in line]
    return dict(line.split("=", 1) for line in lines)


def _read(pid: int, name: str) -> str:
    """A file of a process; "" when the process is gone."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def free_port() -> int:
    """A port of this machine that nothing uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
