"""What the addresses of streams refuse. No engine runs here, so nothing is ever attached."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from workbench.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)  # the view closes its connection


@pytest.mark.parametrize("runs", ["9" * 5000, "9" * 30, "x,-1,²,%00", "," * 1000])
def test_nonsense_among_further_runs_is_no_error(
    client_of: Callable[[User], Client], bob: User, runs: str
) -> None:
    answer = client_of(bob).get(f"/t/acme/runs/1/stream/?runs={runs}")
    assert answer.status_code == 404
