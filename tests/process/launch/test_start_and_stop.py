"""What one command starts, what it says, and what is left when it has stopped: nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from .installation import STAND_IN, eventually

MANAGE = STAND_IN.parents[3] / "manage.py"
STOPPING = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


def mode(path):
    return path.stat().st_mode & 0o777


def test_a_start_says_one_line_with_the_link_and_keeps_everything_private(install):
    installation = install(is_first=True)
    line = installation.start()
    places = installation.places
    assert line == f"Workbench is ready: http://127.0.0.1:{installation.port}/welcome/abc/"
    assert installation.web_pid()
    private = [places.root, places.cluster, places.password.parent]
    assert [mode(path) for path in private] == [0o700] * 3
    secrets = [*places.password.parent.iterdir(), places.database_url, places.postgres_log]
    assert len(secrets) == 5
    assert {mode(path) for path in secrets} == {0o600}
    assert mode(places.cluster / ".s.PGSQL.5432") == 0o700
    assert installation.finish(signal.SIGTERM) == (0, "")
    assert not places.database_url.exists()
    assert installation.left_running() == []


def test_the_server_listens_on_nothing_but_its_socket_and_never_trades_safety_for_speed(install):
    installation = install()
    installation.start()
    names = "listen_addresses fsync synchronous_commit full_page_writes data_checksums"
    found = [installation.execute(f"SHOW {name}")[0][0] for name in names.split()]
    assert found == ["", "on", "on", "on", "on"]
    rows = installation.execute(
        "SELECT pg_encoding_to_char(encoding), datlocprovider::text, datlocale FROM pg_database"
        " WHERE datname = current_database()"
    )
    assert rows == [("UTF8", "b", "C.UTF-8")]
    rules = installation.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules")
    assert rules == [("scram-sha-256",)]


@pytest.mark.parametrize("number", STOPPING)
def test_a_request_to_stop_ends_everything_with_exit_code_0(install, number):
    installation = install()
    installation.start()
    assert installation.finish(number) == (0, "")
    assert installation.left_running() == []


def test_a_request_to_stop_during_the_preparation_ends_everything_with_exit_code_0(install):
    installation = install(STAND_IN_PREPARE_SECONDS="60")
    installation.launch()
    assert eventually(installation.places.database_url.exists)
    assert installation.finish(signal.SIGINT, seconds=10)[0] == 0
    assert installation.left_running() == []


def test_a_stop_leaves_open_answers_their_time_and_a_second_ctrl_c_hurries(install):
    installation = install(RUN_SHUTDOWN_GRACE="20")
    installation.start()
    url = f"http://127.0.0.1:{installation.port}/slow/"
    with socket.create_connection(("127.0.0.1", installation.port)) as viewer:
        viewer.sendall(f"GET {url} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        time.sleep(0.3)
        installation.launcher.send_signal(signal.SIGINT)
        time.sleep(1)
        assert installation.launcher.poll() is None
        begun = time.monotonic()
        assert installation.finish(signal.SIGINT)[0] == 0
        assert time.monotonic() - begun < 15
    assert installation.left_running() == []


def test_an_answer_that_does_not_end_is_cut_after_the_grace(install):
    installation = install(RUN_SHUTDOWN_GRACE="1")
    installation.start()
    thread = threading.Thread(target=_read_slowly, args=[installation.port])
    thread.start()
    time.sleep(0.3)
    begun = time.monotonic()
    assert installation.finish(signal.SIGTERM)[0] == 0
    assert 0.9 < time.monotonic() - begun < 15
    thread.join()


def _read_slowly(port):
    try:
        urlopen(f"http://127.0.0.1:{port}/slow/", timeout=20).close()
    except OSError:
        return


def test_a_second_start_on_the_same_directory_is_refused_with_one_sentence(install):
    first = install()
    first.start()
    second = install()
    assert second.start() == ""
    code, complaint = second.finish()
    assert code == 1
    assert complaint == (
        "Another Workbench is already running on this data directory "
        f"(process {first.launcher.pid}). Stop it, or set WORKBENCH_DATA_DIR.\n"
    )
    assert first.web_pid()
    assert first.execute("SELECT 1") == [(1,)]


def test_a_start_after_a_stop_finds_the_data(install):
    installation = install()
    installation.start()
    installation.execute("CREATE TABLE kept AS SELECT 7 AS number")
    installation.finish(signal.SIGTERM)
    installation.start()
    assert installation.execute("SELECT number FROM kept") == [(7,)]


@pytest.fixture
def temporary():
    """A folder for temporary files with a short path."""
    made = Path(tempfile.mkdtemp(prefix="launch-", dir="/tmp"))
    yield made
    made.rmdir()  # fails when something was left in it


@pytest.mark.parametrize("depth", [0, 1])
def test_a_long_path_with_spaces_and_umlauts_works_and_leaves_no_temporary_files(
    install, tmp_path, temporary, depth
):
    name = 'Wörk bench, "daten" o\'r ' * 6 + "x" * 30
    directory = tmp_path / name[:120].strip() / name[:60].strip()
    assert len(os.fsencode(directory)) > 150
    deep = temporary / ("x" * 90)
    deep.mkdir()
    folder = [temporary, deep][depth]
    installation = install(directory, TMPDIR=str(folder))
    installation.start()
    assert installation.execute("SELECT 1") == [(1,)]
    link = Path(parse_qs(urlsplit(installation.places.database_url.read_text()).query)["host"][0])
    assert mode(link.parent) == 0o700
    assert link.parent.parent == [temporary, Path("/tmp")][depth]
    installation.finish(signal.SIGTERM)
    assert not link.parent.exists()
    deep.rmdir()


def test_with_a_database_url_no_postgres_is_started(install):
    installation = install(is_first=True, DATABASE_URL="postgresql://somewhere/else")
    assert installation.start().startswith("Workbench is ready")
    assert not installation.places.cluster.exists()
    assert not installation.places.database_url.exists()
    assert installation.finish(signal.SIGTERM) == (0, "")


def test_a_taken_port_is_named(install):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        installation = install(PORT=str(port))
        installation.start()
        code, complaint = installation.finish()
    assert code == 1
    assert complaint == (
        f"Port {port} on 127.0.0.1 is taken by another program. "
        "Set PORT to a free one, for example PORT=8001.\n"
    )


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1", "٣"])
def test_a_port_that_is_none_is_named(install, port):
    installation = install(PORT=port)
    installation.start(sys.executable, str(MANAGE), "up")
    code, complaint = installation.finish()
    assert code == 1
    assert complaint == f"PORT must be from 1 to 65535, not {port!r}.\n"


def test_a_directory_with_other_files_is_left_alone(install, tmp_path):
    (tmp_path / "photo.jpg").touch()
    tmp_path.chmod(0o755)
    installation = install(tmp_path)
    installation.start()
    code, complaint = installation.finish()
    assert code == 1
    assert complaint.endswith("Set WORKBENCH_DATA_DIR to a new directory.\n")
    assert mode(tmp_path) == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_data_directory_that_cannot_be_made_is_named_in_one_sentence(install):
    installation = install(Path("/proc/workbench"), is_first=True)
    installation.start()
    code, complaint = installation.finish()
    assert code == 1
    assert "/proc/workbench" in complaint
    assert complaint.count("\n") == 1


def test_a_preparation_that_fails_shows_its_own_message(install):
    installation = install(STAND_IN_PREPARE_FAILS="SITE_URL must have no path.")
    assert installation.start() == ""
    code, complaint = installation.finish()
    assert code == 1
    assert complaint.startswith("SITE_URL must have no path.\n")
    assert "Traceback" not in complaint
    assert installation.left_running() == []


def test_a_web_server_that_ends_at_once_stops_the_start(install):
    installation = install(STAND_IN_SERVE_FAILS="1")
    assert installation.start() == ""
    assert installation.finish() == (1, "The web server did not start: see the lines above.\n")
    assert installation.left_running() == []


def test_the_web_server_alone_ends_with_exit_code_0_and_names_no_product(install):
    installation = install()
    installation.launch(sys.executable, str(STAND_IN), "serve")
    assert eventually(installation.web_pid)
    with urlopen(f"http://127.0.0.1:{installation.port}/") as answer:
        assert "server" not in answer.headers
    assert installation.finish(signal.SIGTERM) == (0, "")


@pytest.mark.parametrize("name", ["up", "serve"])
def test_help_lists_the_environment_and_other_words_are_refused(name):
    shown = subprocess.run(
        [sys.executable, MANAGE, name, "--help"], capture_output=True, text=True, check=True
    )
    for variable in ("PORT", "HOST", "SITE_URL", "WORKBENCH_DATA_DIR", "DATABASE_URL"):
        assert variable in shown.stdout
    refused = subprocess.run(
        [sys.executable, MANAGE, name, "--fast"], capture_output=True, text=True
    )
    assert refused.returncode == 2
    assert f"Usage: python manage.py {name}" in refused.stderr
