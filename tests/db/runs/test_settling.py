"""What an ended run gives back and counts: once, whoever ends it, and for runs of before too."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, connections, transaction
from django.utils import timezone

from workbench.accounts.models import Connection, Team, User
from workbench.catalogue import Ceiling
from workbench.runs.models import IMPORTED, Run, Spending, State
from workbench.runs.spending.reserving import NotPaid, hold
from workbench.runs.spending.scopes import month_of
from workbench.runs.store import Outcome, Store, conninfo_of

from .test_runs_views import make_run

pytestmark = pytest.mark.django_db(transaction=True)
SPENT_BEFORE = import_module("workbench.runs.migrations.0010_spent_before").SPENT
BEGUN = {"content": [], "stop_reason": "end_turn"}
THIS = month_of(timezone.now())


def going_on(team: Team, user: User, held: str, **fields: Any) -> Run:
    """A run that streams and holds back ``held`` USD, beside what the sums had before."""
    now = timezone.now()
    run = make_run(team, user, state=State.STREAMING, started_at=now, message=None, **fields)
    Run.objects.filter(pk=run.pk).update(reserved_usd=Decimal(held), upstream="anthropic")
    for scope in ("team", f"user:{user.pk}"):
        row, _ = Spending.objects.get_or_create(team=team, month=THIS, scope=scope)
        row.reserved_usd += Decimal(held)
        row.save()
    return run


def ended(cost: str) -> Outcome:
    return Outcome(State.SUCCEEDED, "end_turn", message=BEGUN, cost_usd=Decimal(cost))


def in_store(work: Callable[[Store], Any]) -> Any:
    """What ``work`` returns of a store of its own."""

    async def inside() -> Any:
        store = Store(conninfo_of(connection.settings_dict), 0)
        await store.open()
        try:
            return await work(store)
        finally:
            await store.close()

    return async_to_sync(inside)()


def sums() -> dict[str, tuple[Decimal, Decimal]]:
    rows = Spending.objects.filter(month=THIS).values_list("scope", "spent_usd", "reserved_usd")
    return {scope: (spent, held) for scope, spent, held in rows}


def test_a_run_is_settled_once_however_many_end_it_at_once(acme: Team, erin: User) -> None:
    run, other = going_on(acme, erin, "0.5"), going_on(acme, erin, "0.25")

    async def end(store: Store) -> list[bool]:
        tries = [store.finish(run.pk, ended("0.125"), []) for _ in range(8)]
        return list(await asyncio.gather(*tries))

    assert sorted(in_store(end)) == [False] * 7 + [True]
    assert in_store(lambda store: store.finish(run.pk, ended("9"), [])) is False
    assert sums()["team"] == (Decimal("0.125"), Decimal("0.25"))
    in_store(lambda store: store.finish(other.pk, ended("0.25"), []))
    assert set(sums().values()) == {(Decimal("0.375"), Decimal(0))}


def test_runs_that_end_at_once_lose_nothing_of_each_other(acme: Team, erin: User) -> None:
    runs = [going_on(acme, erin, "0.5") for _ in range(12)]

    async def end(store: Store) -> list[bool]:
        return list(await asyncio.gather(*(store.finish(x.pk, ended("0.1"), []) for x in runs)))

    assert all(in_store(end))
    assert set(sums().values()) == {(Decimal("1.2"), Decimal(0))}


def test_a_run_of_last_month_is_settled_in_last_month(acme: Team, erin: User) -> None:
    last = (THIS - timedelta(days=1)).replace(day=1)
    run = going_on(acme, erin, "0.5")
    Run.objects.filter(pk=run.pk).update(created_at=f"{last}T12:00Z")
    Spending.objects.update(month=last)
    assert in_store(lambda store: store.finish(run.pk, ended("0.1"), [])) is True
    assert sums() == {}
    assert set(Spending.objects.values_list("spent_usd", "reserved_usd")) == {
        (Decimal("0.1"), Decimal(0))
    }


def test_who_waits_for_anothers_reservation_finds_it(acme: Team, erin: User) -> None:
    """The second looks when the first has committed, not at what was there when it began."""
    Team.objects.filter(pk=acme.pk).update(cap_usd=1)
    first, second = make_run(acme, erin), make_run(acme, erin)
    refusals: list[str] = []

    def wait() -> None:
        try:
            with transaction.atomic():
                hold(second, Ceiling(Decimal("0.6")))
        except NotPaid as refusal:
            refusals.append(str(refusal))
        finally:
            connections.close_all()

    thread = threading.Thread(target=wait)
    with transaction.atomic(), connection.cursor() as cursor:
        hold(first, Ceiling(Decimal("0.6")))
        thread.start()
        waiting = (0,)
        while thread.is_alive() and waiting == (0,):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            waiting = cursor.fetchone()
    thread.join()
    assert sums()["team"] == (Decimal(0), Decimal("0.6"))
    assert "$0.4000 is left" in refusals[0]
    assert "this request could cost $0.6000" in refusals[0]


def fill_in() -> None:
    with connection.cursor() as cursor:
        cursor.execute(SPENT_BEFORE)


def before(team: Team, whose: User, cost: str | None, **fields: Any) -> Run:
    """A run of this month from before there were sums."""
    usd = None if cost is None else Decimal(cost)
    changes = {"upstream": "anthropic"} | fields
    run = make_run(team, whose, cost_usd=usd)
    Run.objects.filter(pk=run.pk).update(**changes)
    return run


def test_runs_of_this_month_from_before_the_upgrade_count_once(
    acme: Team, erin: User, adam: User
) -> None:
    made = Connection.objects.create(
        team=acme, upstream="anthropic", name="Main", last4="", api_version="2026-10-21"
    )
    before(acme, erin, "0.5", connection=made)
    before(acme, erin, "0.25", state=State.FAILED)
    before(acme, adam, "0.125")
    before(acme, adam, None)
    before(acme, adam, "1", user=None)
    before(acme, erin, "8", upstream="simulator")
    before(acme, erin, "8", upstream=IMPORTED)
    before(acme, erin, "8", created_at=f"{THIS - timedelta(days=1)}T23:59Z")
    expected = {
        "team": (Decimal("1.875"), Decimal(0)),
        f"user:{erin.pk}": (Decimal("0.75"), Decimal(0)),
        f"user:{adam.pk}": (Decimal("0.125"), Decimal(0)),
        f"connection:{made.pk}": (Decimal("0.5"), Decimal(0)),
    }
    for _ in range(2):
        fill_in()
        assert sums() == expected
    assert Spending.objects.count() == len(expected)


def test_what_is_counted_already_is_added_to_and_not_counted_again(acme: Team, erin: User) -> None:
    run = going_on(acme, erin, "0.5")
    in_store(lambda store: store.finish(run.pk, ended("0.5"), []))
    before(acme, erin, "0.25")
    fill_in()
    assert sums()["team"] == (Decimal("0.75"), Decimal(0))


def test_a_run_that_goes_on_through_the_upgrade_counts_when_it_ends(acme: Team, erin: User) -> None:
    run = before(acme, erin, None, state=State.STREAMING, started_at=timezone.now())
    fill_in()
    assert sums()["team"] == (Decimal(0), Decimal(0))
    in_store(lambda store: store.finish(run.pk, ended("0.25"), []))
    assert set(sums().values()) == {(Decimal("0.25"), Decimal(0))}
