"""How long a team keeps runs and audit events: who decides, and what is deleted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from workbench.accounts import audit
from workbench.accounts.models import AuditEvent, Team, User
from workbench.prompts.models import Media
from workbench.runs import retention
from workbench.runs.models import (
    Comparison,
    Run,
    RunChunk,
    RunLog,
    RunText,
    Spending,
    State,
    UsageDay,
)
from workbench.sharing.models import Comment, Notice, ShareLink

URL = "/t/acme/retention/"
SignIn = Callable[[User], Client]


def _run(team: Team, days: float, state: str = State.SUCCEEDED, **fields: Any) -> Run:
    """A run that was made that many days ago."""
    key = f"{team.pk}-{Run.objects.count()}"
    run = Run.objects.create(
        team=team,
        request={},
        request_hash="",
        model="m",
        state=state,
        idempotency_key=key,
        **fields,
    )
    RunLog.objects.create(run=run, events=b"log")
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(days=days))
    return run


def _event(team: Team, days: float, action: str = "old") -> AuditEvent:
    """An event of that many days ago: its time cannot be changed afterwards."""
    past = timezone.now() - timedelta(days=days)
    with patch.object(timezone, "now", lambda: past):
        return audit.record(None, action, team=team)


def _sweep() -> int:
    total = 0
    while deleted := retention.delete_a_batch():
        total += deleted
    return total


@pytest.mark.django_db
def test_the_owner_sets_both_numbers_and_it_is_written_down(
    acme: Team, alice: User, client_of: SignIn
) -> None:
    client = client_of(alice)
    page = client.get(URL)
    assert page.status_code == 200
    data = {"run_days": "90", "audit_days": "365", "is_understood": "on"}
    assert client.post(URL, data)["Location"] == URL
    acme.refresh_from_db()
    assert (acme.run_days, acme.audit_days) == (90, 365)
    event = AuditEvent.objects.get(action="retention.edit")
    assert (event.team, event.actor) == (acme, alice)
    assert event.detail == {
        "before": {"run_days": None, "audit_days": None},
        "after": {"run_days": 90, "audit_days": 365},
    }
    client.post(URL, data)
    assert AuditEvent.objects.filter(action="retention.edit").count() == 1  # nothing changed
    client.post(URL, {"run_days": "", "audit_days": "400"})  # more: no consent is needed
    acme.refresh_from_db()
    assert (acme.run_days, acme.audit_days) == (None, 400)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"run_days": "0"}, "Type whole days from 1 to 36,500"),
        ({"run_days": "soon"}, "Type whole days from 1 to 36,500"),
        ({"run_days": "9" * 30}, "Type whole days from 1 to 36,500"),
        ({"audit_days": "29"}, "Type whole days from 30 to 36,500"),
        ({"run_days": "1\x00"}, "Type whole days from 1 to 36,500"),
        ({"run_days": "90", "is_understood": ""}, "Tick this: what is older is gone"),
    ],
)
def test_what_cannot_be_is_refused_with_one_sentence(
    acme: Team, alice: User, client_of: SignIn, typed: dict[str, str], sentence: str
) -> None:
    answer = client_of(alice).post(URL, {"is_understood": "on"} | typed)
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 1
    acme.refresh_from_db()
    assert (acme.run_days, acme.audit_days) == (None, None)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_may(
    acme: Team, adam: User, bob: User, charlie: User, client_of: SignIn, method: str
) -> None:
    for user, status in [(adam, 403), (bob, 403), (charlie, 404)]:
        answer = getattr(client_of(user), method)(URL, {"run_days": "1", "is_understood": "on"})
        assert answer.status_code == status
    acme.refresh_from_db()
    assert acme.run_days is None


@pytest.mark.django_db
def test_runs_that_are_too_old_go_with_all_they_have(acme: Team, alice: User) -> None:
    Team.objects.filter(pk=acme.pk).update(run_days=30)
    comparison = Comparison.objects.create(team=acme)
    mixed = Comparison.objects.create(team=acme)
    old = _run(acme, 31, comparison=comparison)
    _run(acme, 31, comparison=mixed)
    going_on = _run(acme, 31, State.STREAMING)
    young = _run(acme, 29, comparison=mixed, continues=old)
    UsageDay.objects.create(team=acme, day=timezone.now().date(), upstream="u", model="m", runs=2)
    assert _sweep() == 2
    assert set(Run.objects.values_list("pk", flat=True)) == {going_on.pk, young.pk}
    assert RunLog.objects.count() == 2
    assert list(Comparison.objects.all()) == [mixed]
    assert UsageDay.objects.get().runs == 2
    event = AuditEvent.objects.get(action="retention.sweep")
    assert (event.team, event.detail) == (acme, {"runs": 2, "audit_events": 0})
    assert _sweep() == 0
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db
def test_nothing_of_a_run_is_left_but_the_sums_and_the_files_of_the_team(
    acme: Team, alice: User, bob: User
) -> None:
    """A relation to runs that is new has to be thought of here."""
    of_runs = {relation.related_model for relation in Run._meta.related_objects}
    assert of_runs == {Run, RunChunk, RunLog, RunText, ShareLink, Comment}
    Team.objects.filter(pk=acme.pk).update(run_days=30)
    comparison = Comparison.objects.create(team=acme, name="Both")
    run = _run(acme, 31, comparison=comparison, user=alice, cost_usd="0.5")
    ShareLink.objects.create(team=acme, run=run, token_hash="a")
    ShareLink.objects.create(team=acme, comparison=comparison, token_hash="b")
    question = Comment.objects.create(team=acme, run=run, author=bob, text="Why?")
    answer = Comment.objects.create(
        team=acme, run=run, parent=question, author=alice, text="Because."
    )
    Notice.objects.create(team=acme, user=bob, kind=Notice.Kind.REPLY, comment=answer)
    RunChunk.objects.create(run=run, seq=1, first=0, count=1, events=b"x")
    RunText.objects.create(run=run, team=acme, search="")
    file = Media.objects.create(
        team=acme, sha256="f" * 64, media_type="text/plain", size=1, bytes=b"x"
    )
    day = UsageDay.objects.create(team=acme, day=timezone.now().date(), runs=1, cost_usd="0.5")
    spent = Spending.objects.create(
        team=acme, month=timezone.now().date().replace(day=1), scope="team", spent_usd="0.5"
    )

    assert _sweep() == 1
    gone = (Run, RunChunk, RunLog, RunText, Comparison, ShareLink, Comment, Notice)
    assert [model.__name__ for model in gone if model.objects.exists()] == []
    assert list(Media.objects.all()) == [file]
    day.refresh_from_db()
    spent.refresh_from_db()
    assert (str(day.cost_usd)[:3], str(spent.spent_usd)[:3], day.runs) == ("0.5", "0.5", 1)


@pytest.mark.django_db
def test_only_the_team_that_said_so_loses_anything(acme: Team, charlie: User) -> None:
    elsewhere = Team.objects.get(slug="elsewhere")
    Team.objects.filter(pk=acme.pk).update(run_days=1, audit_days=30)
    Team.objects.filter(pk=elsewhere.pk).update(audit_days=400)
    for team in (acme, elsewhere):
        _run(team, 399)
        _event(team, 399)
        _event(team, 29, "young")
    assert _sweep() == 2
    assert [run.team for run in Run.objects.all()] == [elsewhere]
    kept = set(AuditEvent.objects.values_list("team__slug", "action"))
    assert kept == {
        ("acme", "young"),
        ("acme", "retention.sweep"),
        ("elsewhere", "old"),
        ("elsewhere", "young"),
    }


@pytest.mark.django_db
def test_it_goes_in_batches_with_a_count_for_each(
    acme: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    Team.objects.filter(pk=acme.pk).update(run_days=1)
    for days in (5, 4, 3, 0.5):
        _run(acme, days)
    assert [retention.delete_a_batch() for _ in range(3)] == [2, 1, 0]
    details = AuditEvent.objects.order_by("pk").values_list("detail", flat=True)
    assert [detail["runs"] for detail in details] == [2, 1]


@pytest.mark.django_db(transaction=True)
def test_one_process_at_a_time_deletes(acme: Team) -> None:
    Team.objects.filter(pk=acme.pk).update(run_days=1)
    _run(acme, 2)
    found: list[int] = []

    def another() -> None:
        try:
            found.append(retention.delete_a_batch())
        finally:
            connections.close_all()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [retention.LOCK])
        thread = threading.Thread(target=another)
        thread.start()
        thread.join(20)
    assert found == [0]
    assert _sweep() == 1
