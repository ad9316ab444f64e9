"""The workbench of a draft, opened on one device or several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def open_page() -> Callable[..., Any]:
    """Opens the workbench of a draft with a browser."""
    from .open_page import OpenPage

    return OpenPage
