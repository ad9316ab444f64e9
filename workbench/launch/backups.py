"""Backups: one ZIP file with the database, what it is of, and the secrets if they were asked for.

``workbench.json`` says which release and which Postgres it comes from; ``database.dump`` is in the
custom format of ``pg_dump``, so that it can be restored without Workbench as well.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from workbench.launch import databases
from workbench.launch.errors import LaunchError
from workbench.version import version

FORMAT = 1
ABOUT = "workbench.json"
DUMP = "database.dump"
SECRETS = {"secret-key": "SECRET_KEY", "encryption-key": "ENCRYPTION_KEY"}
EMPTIED = b"BEGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"


@dataclass(frozen=True)
class About:
    """What a backup is of; ``postgres`` is the major version of its server."""

    format: int
    version: str
    made_at: str
    postgres: int


def backup(url: str, target: Path, secrets: Mapping[str, str]) -> None:
    """Write the database at ``url`` into the new file ``target`` (0600), whole or not at all.

    Raises LaunchError when the file exists or the database cannot be read.
    """
    if target.exists():
        raise LaunchError(f"{target} exists already: choose another name, or move it away.")
    draft = target.with_name(f".{target.name}.part")
    about = About(FORMAT, version(), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", _postgres(url))
    draft.unlink(missing_ok=True)
    file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "w+b") as writer:
            with zipfile.ZipFile(writer, "w", zipfile.ZIP_STORED) as archive:
                archive.writestr(ABOUT, json.dumps(asdict(about), indent=2) + "\n")
                for name, secret in secrets.items():
                    archive.writestr(f"secrets/{name}", secret + "\n")
                _dump_into(archive, url)
            writer.flush()
            os.fsync(writer.fileno())
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


def read_about(source: Path) -> About:
    """What the backup ``source`` is of. Raises LaunchError when it is none, damaged or too new."""
    try:
        with zipfile.ZipFile(source) as archive:
            about = About(**json.loads(archive.read(ABOUT)))
            damaged = archive.testzip()
    except FileNotFoundError:
        raise LaunchError(f"There is no file {source}.") from None
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError):
        raise LaunchError(f"{source} is no backup of Workbench, or is damaged.") from None
    if damaged:
        raise LaunchError(f"{source} is damaged at {damaged}: take another backup.")
    if about.format > FORMAT or _parts(about.version) > _parts(version()):
        raise LaunchError(
            f"{source} is of Workbench {about.version}, and this is {version()}: install that "
            "release or a newer one first."
        )
    return about


def read_secrets(source: Path) -> dict[str, str]:
    """The secrets in a backup, by the names of their files."""
    with zipfile.ZipFile(source) as archive:
        names = [name for name in SECRETS if f"secrets/{name}" in archive.namelist()]
        return {name: archive.read(f"secrets/{name}").decode("ascii").strip() for name in names}


def restore(url: str, source: Path, about: About, *, replace: bool) -> None:
    """Fill the database at ``url`` from ``source``, all of it or nothing.

    Raises LaunchError when it holds tables and ``replace`` is false, when Workbench works on it, or
    when its Postgres is older than that of the backup.
    """
    with databases.opened(url) as connection:
        if databases.has_tables(connection) and not replace:
            raise LaunchError(
                "The database is not empty. With --replace everything in it is deleted and "
                "replaced by the backup."
            )
        if count := databases.working(connection):
            raise LaunchError(
                f"{count} web processes of Workbench work on this database. Stop them first."
            )
        major = databases.major_version(connection)
    if major < about.postgres:
        raise LaunchError(
            f"The backup is of Postgres {about.postgres}, and this server is Postgres {major}: "
            "restore into the same version or a newer one."
        )
    _restore_from(source, url)
    with databases.opened(url) as connection:
        connection.execute("ANALYZE")


def _postgres(url: str) -> int:
    with databases.opened(url) as connection:
        if not databases.has_tables(connection):
            raise LaunchError("The database is empty: there is nothing to back up.")
        return databases.major_version(connection)


def _dump_into(archive: zipfile.ZipFile, url: str) -> None:
    options = ["--format=custom", "--no-owner", "--no-privileges"]  # compressed by itself
    with databases.program("pg_dump", options, url, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        with archive.open(DUMP, "w", force_zip64=True) as writer:
            shutil.copyfileobj(client.stdout, writer, 2**20)


def _restore_from(source: Path, url: str) -> None:
    """Let ``pg_restore`` write the statements and ``psql`` execute them, in one transaction.

    It is committed only when the last statement was written: a half of them changes nothing.
    """
    options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    with databases.program("psql", options, url, stdin=subprocess.PIPE) as target:
        assert target.stdin is not None
        target.stdin.write(EMPTIED)
        target.stdin.flush()
        _write_statements(source, target.stdin)
        target.stdin.write(b"COMMIT;\n")
        target.stdin.close()


def _write_statements(source: Path, target: IO[bytes]) -> None:
    options = ["--no-owner", "--no-privileges", "--file=-"]
    with (
        zipfile.ZipFile(source) as archive,
        archive.open(DUMP) as dump,
        databases.program("pg_restore", options, stdin=subprocess.PIPE, stdout=target) as reader,
    ):
        assert reader.stdin is not None
        shutil.copyfileobj(dump, reader.stdin, 2**20)
        reader.stdin.close()


def _parts(text: str) -> tuple[int, ...]:
    """A version to compare: ``0.5.0`` as numbers; what is not released counts as the newest."""
    numbers = [part for part in text.split(".")[:3] if part.isdecimal()]
    return tuple(map(int, numbers)) if len(numbers) == 3 else (10**6,)
