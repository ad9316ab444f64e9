"""Unit tests reach nothing outside their process."""

from __future__ import annotations

import socket
from typing import NoReturn

import pytest


class NetworkUsed(AssertionError):
    """A unit test opened a connection or a port."""


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, _refuse)


def _refuse(*_: object, **__: object) -> NoReturn:
    raise NetworkUsed("Tests in tests/unit use no network; move this one to tests/process.")
