"""Huge bodies against a real server: refused with a sentence, never written to disk."""

from __future__ import annotations

import http.client
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from .serving import get, manage, web_server

LARGEST_FILE = 1024 * 1024  # bytes; the server is not able to write more into any file
MB = 1024 * 1024
PIECE = b"x" * MB


def _forbid_large_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))


@pytest.fixture
def port(transactional_db: None, tmp_path: Path) -> Iterator[int]:
    """The port of a web server that cannot write a large file, on the database of the tests."""
    address = urlsplit(os.environ["DATABASE_URL"])
    path = f"/{connection.settings_dict['NAME']}"
    environ = {
        "DATABASE_URL": urlunsplit(address._replace(path=path)),
        "TMPDIR": str(tmp_path),
    }
    manage(environ, "collectstatic", "--no-input")
    with web_server(environ, _forbid_large_files) as number:
        yield number


def _post(
    port: int, megabytes: int, *, chunked: bool = False, cookie: str = "", accept: str = "*/*"
) -> http.client.HTTPResponse:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    client.putrequest("POST", "/sign-in/")
    client.putheader("Content-Type", "application/x-www-form-urlencoded")
    client.putheader("Accept", accept)
    if cookie:
        client.putheader("Cookie", cookie)
    if chunked:
        client.putheader("Transfer-Encoding", "chunked")
    else:
        client.putheader("Content-Length", str(megabytes * MB))
    client.endheaders()
    for _ in range(megabytes):
        client.send(b"%x\r\n%s\r\n" % (MB, PIECE) if chunked else PIECE)
    if chunked:
        client.send(b"0\r\n\r\n")
    return client.getresponse()


def test_400_mb_to_the_sign_in_are_refused_with_a_sentence_and_not_stored(port: int) -> None:
    for chunked in (False, True):
        answer = _post(port, 400, chunked=chunked)
        assert answer.status == 413
        assert answer.getheader("Connection") == "close"
        assert "larger than the 64 kB" in answer.read().decode()
    assert get(port, "/health/")[0] == 200


def test_a_browser_gets_a_page_instead(port: int) -> None:
    answer = _post(port, 1, accept="text/html")
    assert answer.status == 413
    assert "Error 413" in answer.read().decode()


def test_with_a_session_cookie_40_mb_are_the_limit(port: int) -> None:
    answer = _post(port, 41, cookie="workbench-session=nonsense")
    assert answer.status == 413
    assert "larger than the 40 MB" in answer.read().decode()
