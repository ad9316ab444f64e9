"""``manage.py check --deploy``, which docs/security.md tells operators to run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LONG = "a secret of more than fifty characters, such as 'up' makes"


def _check(**settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    environ = os.environ | {"SECRET_KEY": LONG} | settings
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )


def test_it_says_nothing_behind_https() -> None:
    checked = _check(SITE_URL="https://workbench.example.org")
    assert checked.returncode == 0, checked.stderr
    assert "System check identified no issues (0 silenced)." in checked.stdout


@pytest.mark.parametrize(
    "site",
    [
        {"SITE_URL": "http://localhost:8000"},
        {"SITE_URL": "http://workbench.example.org", "ALLOW_INSECURE_HTTP": "1"},
    ],
)
def test_it_names_what_plain_http_leaves_open(site: dict[str, str]) -> None:
    checked = _check(**site)
    assert checked.returncode == 1
    # HSTS, redirects to https, and both cookies.
    for warning in ("security.W004", "security.W008", "security.W010", "security.W016"):
        assert warning in checked.stderr


def test_plain_http_to_another_machine_does_not_even_start_unasked() -> None:
    checked = _check(SITE_URL="http://workbench.example.org")
    assert checked.returncode == 1
    assert "set ALLOW_INSECURE_HTTP=1 if passwords may travel unencrypted" in checked.stderr


def test_short_secrets_are_named() -> None:
    checked = _check(SITE_URL="https://workbench.example.org", SECRET_KEY="short")
    assert checked.returncode == 1
    assert "security.W009" in checked.stderr
