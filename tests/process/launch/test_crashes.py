"""Anything may be killed at any moment; the next start is clean and nothing committed is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

import pytest

from workbench.launch import processes

from .installation import eventually


@pytest.fixture
def kept(install):
    """An installation that runs and holds one row."""
    installation = install()
    installation.start()
    installation.execute("CREATE TABLE kept AS SELECT 7 AS number")
    return installation


def is_whole(installation):
    return installation.execute("SELECT number FROM kept") == [(7,)]


def kill_launcher(installation):
    installation.launcher.send_signal(signal.SIGKILL)
    installation.launcher.communicate()


def test_everything_ends_when_the_launcher_is_killed_and_the_next_start_has_the_data(kept):
    kill_launcher(kept)
    assert kept.start().startswith("Workbench is ready")  # at once, while the old parts still end
    assert is_whole(kept)
    kill_launcher(kept)
    assert eventually(lambda: kept.left_running() == [])


@pytest.mark.parametrize("moment", range(6))
def test_a_first_start_that_is_killed_leaves_nothing_in_the_way_of_the_next(install, moment):
    installation = install(is_first=True)
    installation.launch()
    # A first start takes about a second; the moments cover it evenly and are never quite the same.
    time.sleep(0.1 + (moment + random.random()) * 0.2)
    kill_launcher(installation)
    assert installation.start().startswith("Workbench is ready")
    assert installation.execute("SELECT 1") == [(1,)]
    assert list(installation.places.root.glob(".new-*")) == []
    assert installation.finish(signal.SIGTERM) == (0, "")
    assert installation.left_running() == []


def test_killing_what_makes_the_first_database_ends_in_a_sentence_and_the_next_start_works(install):
    installation = install(is_first=True)
    installation.launch()
    while installation.launcher.poll() is None:
        for draft in installation.places.root.glob(".new-*/cluster"):
            processes.signal_servers(draft, signal.SIGKILL)
        assert not installation.places.database_url.exists()
    code, complaint = installation.finish()
    assert code == 1
    assert complaint.startswith("The database could not be made: ")
    assert list(installation.places.root.glob(".new-*")) == []
    assert installation.start().startswith("Workbench is ready")


def test_a_database_server_that_is_killed_comes_back_with_its_data_at_the_same_address(kept):
    address = kept.places.database_url.read_text()
    for _ in range(2):
        before = kept.postgres_pid()
        os.kill(before, signal.SIGKILL)
        assert eventually(lambda killed=before: is_whole(kept) and kept.postgres_pid() != killed)
    assert kept.places.database_url.read_text() == address
    code, complaint = kept.finish(signal.SIGTERM)
    assert code == 0
    assert complaint == "Postgres ended (SIGKILL). Starting it again.\n" * 2


def test_a_database_server_in_a_long_path_comes_back_at_the_same_address(install, tmp_path):
    installation = install(tmp_path / ("ü " * 40).strip())
    installation.start()
    os.kill(installation.postgres_pid(), signal.SIGKILL)
    assert eventually(lambda: installation.execute("SELECT 1") == [(1,)])


def test_a_web_server_that_is_killed_comes_back(kept):
    before = kept.web_pid()
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: kept.web_pid() != before)
    code, complaint = kept.finish(signal.SIGTERM)
    assert code == 0
    assert complaint == "The web server ended (SIGKILL). Starting it again.\n"


def test_a_part_that_keeps_ending_stops_everything_with_exit_code_1(kept):
    killed = set()
    while kept.launcher.poll() is None and len(killed) < 20:
        pids = [pid for pid in kept.left_running() if _is_web(pid)]
        for pid in set(pids) - killed:
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
        time.sleep(0.02)
    code, complaint = kept.finish()
    assert code == 1
    assert complaint.splitlines()[-1].startswith("The web server ended again (SIGKILL).")
    assert kept.left_running() == []


def _is_web(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().endswith(b"\0serve\0")
    except OSError:
        return False


@pytest.fixture
def sleeper():
    """The id of a living process that is none of ours, of the account that runs Postgres."""
    account = processes.server_account()
    child = subprocess.Popen(["sleep", "300"], user=account.uid if account else None)
    yield child.pid
    assert child.poll() is None, "a foreign process was ended"
    child.kill()
    child.wait()


def test_a_stale_pid_file_is_harmless_whatever_it_says(kept, sleeper):
    assert kept.finish(signal.SIGTERM)[0] == 0
    for text in (
        f"{sleeper}\n",
        f"{sleeper}\n/somewhere/else\n1700000000\n5432\n/tmp\n\n1 2\nready\n",
        f"{kept.places.cluster}\n",
        "",
        "\0\0",
        "12",
        "4194304000",
    ):
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            path = kept.places.cluster / name
            path.write_text(text)
            os.chown(path, kept.places.cluster.stat().st_uid, -1)
        assert kept.start().startswith("Workbench is ready"), text
        assert is_whole(kept)
        assert kept.finish(signal.SIGTERM) == (0, "")


def test_a_server_of_an_earlier_start_is_ended_and_no_other(kept, install, tmp_path):
    other = install(tmp_path / "other")
    other.start()
    os.kill(kept.postgres_pid(), signal.SIGSTOP)  # so that it cannot end with its parent
    kill_launcher(kept)
    os.kill(kept.postgres_pid(), signal.SIGCONT)
    assert kept.start().startswith("Workbench is ready")
    assert is_whole(kept)
    assert other.execute("SELECT 1") == [(1,)]
