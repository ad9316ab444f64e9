"""``manage.py prepare``: make the database and the static files fit this version of the program."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from workbench.accounts.throttle import forget_full_buckets
from workbench.accounts.welcome import new_welcome_path

LOCK = 0x776B_7072  # an arbitrary number for pg_advisory_lock
STAMP = ".workbench-stamp"


class Command(BaseCommand):
    """Prints one line of JSON: the path of the welcome page while nobody has an account."""

    help = __doc__ or ""
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        with _alone():
            _migrate(self.stderr)
            _collect_static_files(self.stderr)
            call_command("clearsessions")
            forget_full_buckets()
            self.stdout.write(json.dumps({"welcome_path": new_welcome_path()}))


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time prepares a database; another one waits here for its turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _migrate(log: Any) -> None:
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if MigrationRecorder(connection).applied_migrations():
        _dump(log)
    # What it prints is no part of the one line of JSON.
    call_command("migrate", interactive=False, verbosity=0, stdout=log, stderr=log)


def _dump(log: Any) -> None:
    """Save the data before they change; raises ``CommandError`` if that fails."""
    command = shlex.split(os.environ.get("WORKBENCH_DUMP_COMMAND", ""))
    if not command:
        log.write("The database is migrated without a dump: it is not the embedded one.")
        return
    done = subprocess.run(command, stdout=sys.stderr, check=False)
    if done.returncode:
        raise CommandError(
            "The database could not be saved before migrating it, so nothing was changed. See the "
            "lines above."
        )


def _collect_static_files(log: Any) -> None:
    """Copy, hash and compress the static files, unless they are what they were."""
    root = Path(settings.STATIC_ROOT)
    stamp, now = root / STAMP, _static_sources()
    if stamp.exists() and stamp.read_text("ascii", errors="replace") == now:
        return
    # Those of before stay: a page that is open somewhere still asks for them.
    call_command("collectstatic", interactive=False, verbosity=0, stdout=log, stderr=log)
    stamp.write_text(now, "ascii")


def _static_sources() -> str:
    """A digest of the name, size and time of every static file, and of how they are stored."""
    digest = hashlib.sha256(json.dumps(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
