"""The recorder of a session and the workers of every SDK, started when first needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .authority import Authority, make_authority
from .recording import Recorder, recorder
from .trying import Stage


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def running_recorder(authority: Authority) -> Iterator[Recorder]:
    with recorder(authority) as running:
        yield running


@pytest.fixture(scope="session")
def stage(running_recorder: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Where programs are tried; the workers end with the session."""
    stage = Stage(running_recorder, tmp_path_factory.mktemp("programs"))
    yield stage
    stage.stop()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path
