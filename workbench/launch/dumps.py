"""Copies of the whole database in the directory ``dumps``: made before every migration."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from workbench.launch import binaries, cluster
from workbench.launch.errors import LaunchError
from workbench.launch.places import Places

KEPT = 7


def dump_running(directory: Path) -> Path:
    """Dump the database that the launcher runs on ``directory``; returns the new file."""
    places = Places(directory)
    try:
        parts = urlsplit(places.database_url.read_text("utf-8").strip())
    except FileNotFoundError:
        raise LaunchError(f"No Workbench with a database of its own runs on {directory}.") from None
    environ = cluster.server_environment() | {
        "PGHOST": parse_qs(parts.query)["host"][0],
        "PGUSER": cluster.USER,
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": cluster.DATABASE,
    }
    return dump(places, environ)


def dump(places: Places, environ: Mapping[str, str]) -> Path:
    """Dump the database that ``environ`` reaches; returns the file. Keeps the newest seven.

    Raises LaunchError with the reason; a dump that failed leaves no file.
    """
    places.dumps.mkdir(mode=0o700, exist_ok=True)
    whole = places.dumps / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S-%fZ}.dump"
    draft = whole.with_suffix(".part")
    try:
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as writer:
            _run("pg_dump", ["--format=custom"], environ, writer.fileno())
            os.fsync(writer.fileno())
        draft.rename(whole)
    finally:
        draft.unlink(missing_ok=True)
    for old in [*places.dumps.glob("*.part"), *all_dumps(places)[KEPT:]]:
        old.unlink()
    return whole


def all_dumps(places: Places) -> list[Path]:
    """The dumps there are, the newest first."""
    return sorted(places.dumps.glob("*.dump"), reverse=True)


def restore(path: Path, environ: Mapping[str, str]) -> None:
    """Fill the empty database that ``environ`` reaches from the dump ``path``."""
    options = ["--no-owner", "--exit-on-error", "--single-transaction", "--dbname"]
    _run("pg_restore", [*options, cluster.DATABASE, str(path)], environ, subprocess.DEVNULL)


def _run(name: str, options: list[str], environ: Mapping[str, str], stdout: int) -> None:
    program = binaries.installed()[0].program(name)
    done = subprocess.run(
        [program, *options],
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")
        path = environ["PGDATABASE"]
        raise LaunchError(cluster.explain(said, f"{name} failed", Path(path)))
