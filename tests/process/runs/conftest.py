"""One upstream and one made-up team for the folder, one site for each test module."""

from __future__ import annotations

import pytest

from .lasting import an_origin, an_upstream, one_site

upstream = pytest.fixture(scope="session", name="upstream")(an_upstream)
origin = pytest.fixture(scope="session", name="origin")(an_origin)
site = pytest.fixture(scope="module", name="site")(one_site)
