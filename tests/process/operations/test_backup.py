"""Backup and restore: every table comes back the same, and the product works on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.process.runs.lasting import an_origin, an_upstream, one_site
from tests.process.runs.running import Database, eventually
from tests.process.runs.site import Site
from tests.process.serving import MANAGE
from workbench.launch import databases
from workbench.launch.postgres import EmbeddedPostgres
from workbench.runs.store import LEASES

upstream = pytest.fixture(scope="module", name="upstream")(an_upstream)
origin = pytest.fixture(scope="module", name="origin")(an_origin)
site = pytest.fixture(scope="module", name="site")(one_site)
Command = Callable[..., subprocess.CompletedProcess[str]]
TEXT = "simulate: answer tokens=20 delay=0"


@pytest.fixture
def command(tmp_path: Path, site: Site) -> Command:
    """Runs ``manage.py`` on the site's database and a data directory of its own."""
    environ = os.environ | site.environ | {"WORKBENCH_DATA_DIR": str(tmp_path / "data")}

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        wanted = [sys.executable, str(MANAGE), *arguments]
        return subprocess.run(
            wanted, env=environ | more, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def empty(site: Site) -> Iterator[str]:
    """The address of a new database without a table."""
    database = Database(site.database.admin)
    yield database.url
    database.drop()


def hashes(url: str) -> dict[str, str | None]:
    """A hash of all rows of each table."""
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        sums = "SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {} t"
        return {
            table: connection.execute(sums.format(table)).fetchone()[0]  # type: ignore[index]
            for (table,) in tables
        }


def wait_until_nobody_works(url: str) -> None:
    """A lease goes with the connection of the process, a moment after its end."""

    def is_free() -> bool:
        with databases.opened(url) as connection:
            return databases.working(connection) == 0

    assert eventually(is_free, 20)


def test_the_lock_that_a_restore_looks_for_is_that_of_the_runs() -> None:
    assert databases.LEASES == LEASES


def test_all_tables_come_back_the_same_and_a_run_is_shown(
    site: Site, command: Command, empty: str, tmp_path: Path
) -> None:
    run = site.run(TEXT)
    site.over(run)
    answer = site.answer_text(run)
    file = tmp_path / "saved.zip"
    made = command("backup", str(file))  # while the site works
    assert made.returncode == 0, made.stderr
    assert "The secrets are not in it" in made.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []
    before = hashes(site.database.url)
    assert len(before) > 40
    assert all(before[table] for table in ("runs_run", "runs_runlog", "accounts_user"))

    restored = command("restore", str(file), DATABASE_URL=empty)
    assert restored.returncode == 0, restored.stderr
    assert hashes(empty) == before
    with psycopg.connect(empty) as connection:  # what guards the rows has come along
        for statement in ("DELETE FROM accounts_auditevent", "TRUNCATE accounts_auditevent"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                connection.execute(statement)
            connection.rollback()

    refused = command("restore", str(file), "--replace")
    assert refused.returncode == 1
    assert "1 web processes of Workbench work on this database. Stop them" in refused.stderr
    site.web.stop()
    wait_until_nobody_works(site.database.url)
    with psycopg.connect(site.database.url, autocommit=True) as connection:
        connection.execute("DROP TABLE runs_runlog; CREATE TABLE added_later (id int)")
        connection.execute("DELETE FROM runs_runtext")
    refused = command("restore", str(file))
    assert refused.returncode == 1
    assert "The database is not empty" in refused.stderr
    replaced = command("restore", str(file), "--replace")
    assert replaced.returncode == 0, replaced.stderr
    assert hashes(site.database.url) == before
    site.web = site.another_web()
    assert site.answer_text(run) == answer
    assert "The model finished its answer." in site.get(f"runs/{run}/").text


def test_a_restore_that_fails_changes_nothing(
    site: Site, command: Command, empty: str, tmp_path: Path
) -> None:
    file, cut = tmp_path / "saved.zip", tmp_path / "cut.zip"
    assert command("backup", str(file)).returncode == 0
    assert command("restore", str(file), DATABASE_URL=empty).returncode == 0
    before = hashes(empty)
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(cut, "w") as half:
        half.writestr("workbench.json", whole.read("workbench.json"))
        dump = whole.read("database.dump")
        half.writestr("database.dump", dump[: len(dump) - 3000])
    refused = command("restore", str(cut), "--replace", DATABASE_URL=empty)
    assert refused.returncode == 1
    assert refused.stderr.startswith("pg_restore failed: ")
    assert hashes(empty) == before


def test_a_restore_that_fails_in_the_middle_changes_nothing(
    command: Command, empty: str, tmp_path: Path
) -> None:
    file = tmp_path / "saved.zip"
    with psycopg.connect(empty, autocommit=True) as connection:
        # A row that was right when it was written, and is refused when it is written again.
        connection.execute("CREATE FUNCTION most() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        connection.execute("CREATE TABLE t (x int CHECK (x <= public.most()))")
        connection.execute("INSERT INTO t VALUES (1)")
        connection.execute(
            "CREATE OR REPLACE FUNCTION most() RETURNS int LANGUAGE sql AS 'SELECT 0'"
        )
    before = hashes(empty)
    assert command("backup", str(file), DATABASE_URL=empty).returncode == 0
    refused = command("restore", str(file), "--replace", DATABASE_URL=empty)
    assert refused.returncode == 1
    assert "psql failed: " in refused.stderr
    assert hashes(empty) == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": "99.0.0"}, "is of Workbench 99.0.0, and this is"),
        ({"format": 2}, "install that release or a newer one first"),
        ({"postgres": 99}, "The backup is of Postgres 99, and this server is Postgres"),
        ({"more": 1}, "is no backup of Workbench, or is damaged"),
    ],
)
def test_versions_that_do_not_fit_are_refused(
    command: Command, empty: str, tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    file = tmp_path / "other.zip"
    about = {"format": 1, "version": "0.4.0", "made_at": "2026-01-01T00:00:00Z", "postgres": 16}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("workbench.json", json.dumps(about | change))
        archive.writestr("database.dump", b"")
    refused = command("restore", str(file), DATABASE_URL=empty)
    assert refused.returncode == 1
    assert sentence in refused.stderr
    with databases.opened(empty) as connection:
        assert not databases.has_tables(connection)


def test_a_damaged_or_missing_file_is_refused(command: Command, empty: str, tmp_path: Path) -> None:
    file = tmp_path / "saved.zip"
    assert command("backup", str(file)).returncode == 0
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    refused = command("restore", str(file), DATABASE_URL=empty)
    assert (refused.returncode, "is damaged at database.dump" in refused.stderr) == (1, True)
    refused = command("restore", str(tmp_path / "none.zip"), DATABASE_URL=empty)
    assert (refused.returncode, "There is no file" in refused.stderr) == (1, True)


def test_a_backup_overwrites_nothing_and_leaves_nothing_when_it_fails(
    command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "mine.zip"
    file.write_text("mine")
    assert "exists already" in command("backup", str(file)).stderr
    assert file.read_text() == "mine"
    nowhere = "postgresql://nobody@/none?host=/nonexistent"
    failed = command("backup", str(tmp_path / "new.zip"), DATABASE_URL=nowhere)
    assert failed.returncode == 1
    assert failed.stderr.startswith("The database cannot be used: ")
    assert {each.name for each in tmp_path.iterdir()} <= {"mine.zip", "data"}


def test_the_embedded_database_moves_to_another_directory_with_its_secrets(
    command: Command, tmp_path: Path
) -> None:
    here, there, file = tmp_path / "here", tmp_path / "there", tmp_path / "saved.zip"
    own = {"DATABASE_URL": "", "SECRET_KEY": "", "ENCRYPTION_KEY": ""}
    with EmbeddedPostgres(here, extra_settings={"fsync": "off"}) as postgres:
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        before = hashes(postgres.url)
    (here / "secrets" / "secret-key").write_text("s" * 50)
    (here / "secrets" / "encryption-key").write_text("e" * 50)
    made = command("backup", str(file), "--with-secrets", **own, WORKBENCH_DATA_DIR=str(here))
    assert made.returncode == 0, made.stderr
    assert "whoever has the file can read every stored API key" in made.stdout

    moved = command("restore", str(file), **own, WORKBENCH_DATA_DIR=str(there))
    assert moved.returncode == 0, moved.stderr
    key = there / "secrets" / "encryption-key"
    assert (key.read_text().strip(), key.stat().st_mode & 0o777) == ("e" * 50, 0o600)
    with EmbeddedPostgres(there) as postgres:
        assert hashes(postgres.url) == before

    key.write_text("another" * 10)
    refused = command("restore", str(file), **own, WORKBENCH_DATA_DIR=str(there))
    assert "holds another secret than the backup" in refused.stderr
    options = ["--replace", str(file)]
    assert command("restore", *options, **own, WORKBENCH_DATA_DIR=str(there)).returncode == 0
    assert key.read_text().strip() == "e" * 50
    kept = [each.read_text() for each in key.parent.glob("encryption-key.before-*")]
    assert kept == ["another" * 10]
