"""What is done before the web server starts."""

from __future__ import annotations

import json
import sys
import threading
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from workbench.accounts.models import User, WelcomeCode


def _prepare() -> str | None:
    printed, said = StringIO(), StringIO()
    call_command("prepare", stdout=printed, stderr=said)
    (line,) = printed.getvalue().splitlines()
    path = json.loads(line)["welcome_path"]
    assert path is None or isinstance(path, str)
    return path


@pytest.mark.django_db
def test_it_prints_a_welcome_path_that_works(client: Client) -> None:
    path = _prepare()
    assert path is not None
    assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_each_start_makes_a_new_code_until_somebody_has_an_account(client: Client) -> None:
    first, second = _prepare(), _prepare()
    assert first != second
    assert client.get(first or "").status_code == 404
    User.objects.create_user("ana@example.com", None, name="Ana")
    assert _prepare() is None


@pytest.mark.django_db
def test_static_files_are_collected_when_they_changed_only(
    settings: Settings, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "collected"
    collected = settings.STATIC_ROOT / "page.css"

    _prepare()
    assert collected.read_text() == "a {}"
    collected.unlink()
    _prepare()
    assert not collected.exists()
    (source / "page.css").write_text("b { }")
    _prepare()
    assert collected.read_text() == "b { }"


@pytest.fixture
def _without_last_migration(transactional_db: None, django_db_blocker: DjangoDbBlocker) -> None:
    """A database of the version before: the newest migration of sessions is not there yet."""
    executor = MigrationExecutor(connection)
    executor.migrate([("sessions", None)])


@pytest.mark.usefixtures("_without_last_migration")
def test_pending_migrations_are_applied_after_a_dump(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proof = tmp_path / "it's a dump"
    monkeypatch.setenv("WORKBENCH_DUMP_COMMAND", _shell(f"open({str(proof)!r}, 'w').close()"))
    _prepare()
    assert proof.exists()
    assert "django_session" in connection.introspection.table_names()


@pytest.mark.usefixtures("_without_last_migration")
def test_a_failing_dump_leaves_the_database_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_DUMP_COMMAND", _shell("raise SystemExit(3)"))
    with pytest.raises(CommandError, match="nothing was changed"):
        _prepare()
    assert "django_session" not in connection.introspection.table_names()
    monkeypatch.delenv("WORKBENCH_DUMP_COMMAND")
    _prepare()
    assert "django_session" in connection.introspection.table_names()


@pytest.mark.django_db
def test_nothing_is_dumped_when_nothing_is_pending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_DUMP_COMMAND", _shell("raise SystemExit(3)"))
    _prepare()


@pytest.mark.django_db(transaction=True)
def test_processes_that_start_at_once_wait_for_each_other() -> None:
    paths: list[str | None] = []

    def prepare() -> None:
        try:
            paths.append(_prepare())
        finally:
            connection.close()

    threads = [threading.Thread(target=prepare) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(paths) == 4
    assert WelcomeCode.objects.count() == 1


def _shell(program: str) -> str:
    import shlex

    return shlex.join([sys.executable, "-c", program])
