"""The database goes away under a running server, and comes back."""

from __future__ import annotations

import json
import time
from pathlib import Path

from workbench.launch.postgres import EmbeddedPostgres

from .serving import get, manage, web_server

SESSION = "workbench-session=0123456789abcdef0123456789abcdef"


def test_pages_say_503_while_the_database_is_away_and_work_when_it_is_back(tmp_path: Path) -> None:
    postgres = EmbeddedPostgres(tmp_path / "postgres", extra_settings={"fsync": "off"})
    postgres.start()
    environ = {"DATABASE_URL": postgres.url}
    try:
        manage(environ, "prepare")
        with web_server(environ) as port:
            assert get(port, "/sign-in/", SESSION)[0] == 200
            postgres.stop()

            status, page = get(port, "/sign-in/", SESSION)
            assert status == 503
            assert "Wait a few seconds and reload this page" in page
            status, health = get(port, "/health/")
            assert (status, json.loads(health)["database"]) == (503, "failing")

            postgres.start()
            _until_well(port)
            assert get(port, "/sign-in/", SESSION)[0] == 200
    finally:
        postgres.stop()


def _until_well(port: int) -> None:
    deadline = time.monotonic() + 30
    while get(port, "/health/")[0] != 200:
        assert time.monotonic() < deadline, "the server does not recover"
        time.sleep(0.2)
