"""Secrets stay out of the log."""

from __future__ import annotations

import pytest

from workbench.log import hide_secrets


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("GET /welcome/Ab-c_d123456/ 200", "Ab-c_d123456"),
        ("GET /account/reset/MQ/d2k1-0123456789abcdef/ 200", "0123456789abcdef"),
        ("refused: sk-ant-api03-abcdefgh", "api03-abcdefgh"),
        ("{'x-api-key': 'abcdef0123'}", "abcdef0123"),
        ("Authorization: Bearer abcdef0123", "abcdef0123"),
        ("refused: wbk_Ab-c_d0123456789", "Ab-c_d0123456789"),
        ("refused: whsec_Ab-c_d0123456789", "Ab-c_d0123456789"),
        (f"GET /s/{'Ab-c_' * 8}xyz/media/ 500", "Ab-c_Ab-c_"),
        (f"GET /sign-in/?next=%2Fs%2F{'Ab-c_' * 8}xyz%2Fcopy%2F", "Ab-c_Ab-c_"),
    ],
)
def test_a_secret_is_replaced(line: str, secret: str) -> None:
    assert secret not in hide_secrets(line)
    assert "[hidden]" in hide_secrets(line)


def test_ordinary_lines_stay() -> None:
    line = "GET /account/ 200, then /t/acme/runs/7/"
    assert hide_secrets(line) == line
