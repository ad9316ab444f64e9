"""Secrets are made once, and dumps are whole, private, and at most seven."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workbench.launch import cluster, old_server, processes
from workbench.launch.binaries import installed
from workbench.launch.errors import LaunchError, sentence_for
from workbench.launch.places import data_directory
from workbench.launch.postgres import EmbeddedPostgres
from workbench.launch.secrets import read_or_create

from .installation import STAND_IN, eventually

THROWAWAY = {"fsync": "off"}  # for tests alone: a crash of the machine would lose everything
MANAGE = STAND_IN.parents[3] / "manage.py"


def test_a_secret_is_made_once_for_this_account_alone(tmp_path):
    path = tmp_path / "secrets" / "key"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: read_or_create(path), range(32)))
    assert len(found) == 1
    assert len(found.pop()) == 64  # 384 bits; Django wants at least 50 characters
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_an_empty_secret_is_refused_and_not_replaced(tmp_path):
    (tmp_path / "key").write_text("\n")
    with pytest.raises(LaunchError, match="is empty"):
        read_or_create(tmp_path / "key")


def test_seven_dumps_are_kept_and_each_can_be_read(install):
    installation = install()
    installation.start()
    installation.execute("CREATE TABLE kept AS SELECT 7 AS number")
    dumps = installation.places.dumps
    dumps.mkdir(mode=0o700)
    for day in range(10, 19):
        (dumps / f"2020-01-{day}T00-00-00-000000Z.dump").touch()
    (dumps / "2020-01-01T00-00-00-000000Z.part").touch()  # cut short by a crash
    command = [sys.executable, MANAGE, "dump-database"]
    made = subprocess.run(
        command, env=installation.environ, capture_output=True, text=True, check=True
    )
    newest = Path(made.stdout.strip())
    names = sorted(path.name for path in dumps.iterdir())
    assert len(names) == 7
    assert names[-1] == newest.name
    assert newest.stat().st_mode & 0o777 == 0o600
    listed = subprocess.run(
        [installed()[0].program("pg_restore"), "--list", newest], capture_output=True, text=True
    )
    assert "TABLE DATA public kept" in listed.stdout


def test_a_dump_without_a_running_database_says_so(install):
    installation = install()
    installation.launch(sys.executable, str(MANAGE), "dump-database")
    code, complaint = installation.finish()
    assert code == 1
    assert complaint.startswith("No Workbench with a database of its own runs on ")


def test_where_the_system_tells_no_directories_a_server_is_ended_only_after_it_answered(tmp_path):
    with EmbeddedPostgres(tmp_path / "data", extra_settings=THROWAWAY) as postgres:
        at, usable = postgres.places.cluster, installed()[0]
        other = at.with_name("other")
        other.mkdir()
        (other / "postmaster.pid").write_text((at / "postmaster.pid").read_text())
        waits = []

        def give_up():
            waits.append(1)
            if len(waits) > 3:
                raise TimeoutError

        stranger = postgres.environment | {"PGHOST": str(other)}
        with pytest.raises(TimeoutError):
            old_server.end_found_by_connecting(other, usable, stranger, give_up)
        assert postgres.process.poll() is None
        if processes.server_account() is None:  # else its directory has a name for itself alone
            environ = postgres.environment
            old_server.end_found_by_connecting(at, usable, environ, postgres.process.poll)
            assert postgres.process.wait(10) == 0


def test_a_pid_file_that_names_another_program_is_no_server(tmp_path):
    child = subprocess.Popen(["sleep", "60"])
    (tmp_path / "postmaster.pid").write_text(f"{child.pid}\n")
    old_server.end_found_by_connecting(tmp_path, installed()[0], {}, lambda: None)
    assert child.poll() is None
    child.kill()
    child.wait()


def test_one_server_runs_on_a_directory_and_the_second_start_leaves_it_alone(tmp_path):
    with EmbeddedPostgres(tmp_path / "data", extra_settings=THROWAWAY) as first:
        second = EmbeddedPostgres(tmp_path / "data")
        with pytest.raises(LaunchError, match="Postgres already runs"):
            second.start()
        second.stop()
        assert first.process.poll() is None
    assert first.process is None


def test_a_server_that_cannot_start_says_why(tmp_path):
    postgres = EmbeddedPostgres(tmp_path / "data", extra_settings={"shared_buffers": "much"})
    with pytest.raises(LaunchError, match='invalid value for parameter "shared_buffers"'):
        postgres.start()
    assert postgres.process is None


def test_a_full_disk_and_a_closed_directory_are_said_in_plain_words():
    full = "initdb: error: could not write file: No space left on device"
    assert cluster.explain(full, "No", Path("/data")).startswith("The disk is full: free some")
    error = OSError(errno.ENOSPC, "No space left on device", "/data/lock")
    assert sentence_for(error, "/data").startswith("The disk is full: free some space where /data")
    error = PermissionError(errno.EACCES, "Permission denied", "/data")
    assert "Set WORKBENCH_DATA_DIR" in sentence_for(error, "/data")


def test_the_data_directory_follows_the_environment_and_the_account(tmp_path):
    assert data_directory({"WORKBENCH_DATA_DIR": str(tmp_path)}) == tmp_path
    found = data_directory({"XDG_DATA_HOME": str(tmp_path)})
    as_root = processes.server_account() is not None
    assert found == (Path("/var/lib/workbench") if as_root else tmp_path / "workbench")


def test_the_server_ends_with_the_process_that_started_it(tmp_path):
    program = "import os, sys; from pathlib import Path; "
    program += "from workbench.launch.postgres import EmbeddedPostgres; "
    program += "EmbeddedPostgres(Path(sys.argv[1])).start(); os.kill(os.getpid(), 9)"
    directory = tmp_path / "data"
    ended = subprocess.run(
        [sys.executable, "-c", program, directory], cwd=MANAGE.parent, capture_output=True
    )
    assert ended.returncode == -signal.SIGKILL
    at = directory / "postgres"
    assert eventually(lambda: processes.servers_in(at) == [])
