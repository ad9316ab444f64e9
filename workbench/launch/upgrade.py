"""Moving the data to another version of Postgres: dump with the old one, restore into the new."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from workbench.launch import binaries, cluster, dumps, secrets
from workbench.launch.errors import LaunchError
from workbench.launch.places import Lock, Places
from workbench.launch.postgres import EmbeddedPostgres


def upgrade(directory: Path, say: Callable[[str], None]) -> None:
    """Bring the cluster in ``directory`` to the newest version; the old files are kept beside it.

    When the wheel has no program for the old version any more, the newest dump is restored. Raises
    LaunchError when Workbench runs, or nothing can be done.
    """
    places = Places(directory)
    if not places.root.is_dir():
        raise LaunchError(f"There is no database in {directory}.")
    lock = Lock(
        places.root / "lock",
        "Workbench is running on this data directory (process {pid}). Stop it first.",
    )
    lock.acquire()
    try:
        _upgrade(places, say)
    finally:
        lock.release()


def _upgrade(places: Places, say: Callable[[str], None]) -> None:
    cluster.finish_replacement(places)
    if not cluster.exists(places.cluster):
        raise LaunchError(f"There is no database in {places.root}.")
    newest, *others = binaries.installed()
    made_by = cluster.major_version(places.cluster)
    if made_by == newest.major:
        say(f"The database is of Postgres {made_by} already.")
        return
    old = [each for each in others if each.major == made_by]
    if old:
        with EmbeddedPostgres(places.root, version=old[0]) as postgres:
            source = dumps.dump(places, postgres.environment)
        say(f"Saved the database of Postgres {made_by} as {source}.")
    else:
        source = _newest_dump(places, made_by)
        say(f"Postgres {made_by} is not at hand any more: taking the newest dump, {source}.")
    kept = places.root / f"postgres-{made_by}-{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}"
    _replace(places, source, kept)
    say(f"The database is of Postgres {newest.major} now. The old files are in {kept}.")


def _newest_dump(places: Places, made_by: int) -> Path:
    found = dumps.all_dumps(places)
    if not found:
        raise LaunchError(
            f"This Workbench brings no Postgres {made_by}, and there is no dump in {places.dumps}. "
            "Start the previous version of Workbench once and run: python manage.py dump-database"
        )
    return found[0]


def _replace(places: Places, source: Path, kept: Path) -> None:
    """Restore ``source`` into a new installation inside, then let its cluster take our place."""
    inner = Places(places.root / ".new-upgrade")
    cluster.remove_drafts(places)
    shutil.rmtree(cluster.replacement(places), ignore_errors=True)  # of an upgrade cut short
    secrets.read_or_create(places.password)
    inner.root.mkdir(mode=0o700)
    inner.password.parent.mkdir(mode=0o700)
    inner.password.write_bytes(places.password.read_bytes())
    with EmbeddedPostgres(inner.root) as postgres:
        dumps.restore(source, postgres.environment)
    inner.cluster.rename(cluster.replacement(places))
    places.cluster.rename(kept)
    cluster.finish_replacement(places)
    cluster.remove_drafts(places)
