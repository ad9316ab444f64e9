"""One upstream and one made-up team for the folder, one site for each test module."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from .running import Upstream
from .site import Origin, Site


@pytest.fixture(scope="session")
def upstream() -> Iterator[Upstream]:
    upstream = Upstream()
    yield upstream
    upstream.stop()


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    origin = Origin(tmp_path_factory.mktemp("origin"), os.environ["DATABASE_URL"])
    yield origin
    origin.database.drop()


@pytest.fixture(scope="module")
def site(
    upstream: Upstream, origin: Origin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"), upstream, origin)
    yield site
    site.close()
