"""Reservations that surely overlap: the database lets all of them go on at the same moment."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction

from workbench.accounts.models import Team, User
from workbench.catalogue import Ceiling
from workbench.runs.models import Run, Spending
from workbench.runs.spending.reserving import NotPaid, hold
from workbench.runs.spending.scopes import month_of

from .test_runs_views import make_run

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 6
EACH = Ceiling(Decimal("0.4"))
NOON = datetime(2026, 11, 15, 12, tzinfo=UTC)


def take(run: Run, paid: list[Run]) -> None:
    try:
        with transaction.atomic():
            hold(run, EACH)
        paid.append(run)
    except NotPaid:
        pass
    finally:
        connection.close()


def let_all_wait(threads: list[threading.Thread]) -> None:
    """Come back when each of them waits for a lock, or needs none any more."""
    with connection.cursor() as cursor:
        while any(thread.is_alive() for thread in threads):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() == (len(threads),):
                return
            time.sleep(0.01)


@pytest.mark.parametrize("is_there", [True, False], ids=["a sum", "no sum yet"])
def test_no_more_are_paid_than_the_cap_allows(is_there: bool, acme: Team, erin: User) -> None:
    Team.objects.update(cap_usd=1)
    runs = [make_run(acme, erin) for _ in range(AT_ONCE)]
    for run in runs:
        run.created_at = NOON
    paid: list[Run] = []
    threads = [threading.Thread(target=take, args=(run, paid)) for run in runs]
    sums = {"team": acme, "month": month_of(NOON), "scope": "team"}
    if is_there:
        Spending.objects.create(**sums)
    with transaction.atomic():
        if is_there:
            Spending.objects.select_for_update().get(**sums)
        else:
            Spending.objects.create(**sums)
        for thread in threads:
            thread.start()
        let_all_wait(threads)
        transaction.set_rollback(True)
    for thread in threads:
        thread.join()
    assert len(paid) == 2
    assert Spending.objects.get(**sums).reserved_usd == Decimal("0.8")
