"""What lasts for more than one test; each folder says for how long, as fixtures."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from .running import Upstream
from .site import Origin, Site


def an_upstream() -> Iterator[Upstream]:
    """The simulator on a socket."""
    upstream = Upstream()
    yield upstream
    upstream.stop()


def an_origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    """A made-up team, of whose database sites begin as copies."""
    origin = Origin(tmp_path_factory.mktemp("origin"), os.environ["DATABASE_URL"])
    yield origin
    origin.database.drop()


def one_site(
    upstream: Upstream, origin: Origin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site that tests share, with one person who is signed in."""
    site = Site(tmp_path_factory.mktemp("site"), upstream, origin)
    yield site
    site.close()
