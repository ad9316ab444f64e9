"""Who pays for a run, and what the caps of team, member and connection allow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from workbench.accounts.access import access_to
from workbench.accounts.connections.keys import put_key
from workbench.accounts.models import Connection, Membership, Team, User
from workbench.accounts.upstreams import Upstream
from workbench.catalogue import Ceiling
from workbench.messages_api import MessageRequest
from workbench.runs import start as starting
from workbench.runs.models import Run, Spending, State
from workbench.runs.spending.reserving import NotPaid, hold
from workbench.runs.spending.scopes import month_of
from workbench.runs.spending.settling import counted
from workbench.runs.start import NotStarted, Origin, start
from workbench.runs.store import Outcome

OWN = "sk-ant-of-the-team-aaaa"
BODY = {
    "model": "claude-opus-5-5",
    "max_tokens": 1_000,
    "messages": [{"role": "user", "content": "Hi"}],
}


@pytest.fixture(autouse=True)
def upstream(settings: Settings) -> Upstream:
    made = Upstream("anthropic", "Anthropic", "http://127.0.0.1:9", api_key="sk-ant-operator-oooo")
    settings.UPSTREAMS = settings.UPSTREAMS | {"anthropic": made}
    return made


def begin(user: User, key: str = "k", upstream: str = "anthropic", **body: Any) -> Run:
    return start(
        access_to(user.pk, "acme"),
        MessageRequest("2026-10-21", (), BODY | body),
        values={},
        upstream=upstream,
        idempotency_key=key,
        origin=Origin(),
    )


def connected(team: Team, **fields: Any) -> Connection:
    made = Connection.objects.create(
        team=team,
        upstream="anthropic",
        name="Main",
        last4="",
        api_version="2026-10-21",
        is_default=True,
        **fields,
    )
    put_key(made, OWN)
    return made


def held() -> dict[str, Decimal]:
    return dict(Spending.objects.values_list("scope", "reserved_usd"))


def test_a_run_holds_back_the_same_for_team_member_and_connection(acme: Team, erin: User) -> None:
    made = connected(acme)
    run = begin(erin)
    assert run.connection == made
    assert run.reserved_usd is not None
    assert run.reserved_usd > Decimal("0.02")
    assert held() == dict.fromkeys(
        ("team", f"user:{erin.pk}", f"connection:{made.pk}"), run.reserved_usd
    )


def test_the_same_click_twice_holds_back_once(erin: User) -> None:
    assert begin(erin) == begin(erin)
    assert held()["team"] == Run.objects.get().reserved_usd


@pytest.mark.parametrize("scope", ["team", "member", "connection"])
def test_each_cap_refuses_in_words_and_holds_nothing_back(
    acme: Team, erin: User, scope: str
) -> None:
    made = connected(acme)
    rows: Any = {
        "team": Team.objects.filter(pk=acme.pk),
        "member": Membership.objects.filter(user=erin),
        "connection": Connection.objects.filter(pk=made.pk),
    }[scope]
    rows.update(cap_usd=Decimal("0.01"))
    with pytest.raises(NotStarted) as refusal:
        begin(erin)
    words = {"team": "the team", "member": "you", "connection": "“Main”"}[scope]
    assert f"Of the $0.01 that {words} may spend in" in str(refusal.value)
    assert "this request could cost $0.0" in str(refusal.value)
    assert "An admin of the team can raise it" in str(refusal.value)
    assert not Run.objects.exists()
    assert held() == {}


def test_a_price_that_nobody_knows_is_refused_only_under_a_cap(acme: Team, erin: User) -> None:
    run = begin(erin, model="claude-unheard-of")
    assert run.reserved_usd == 0
    Team.objects.filter(pk=acme.pk).update(cap_usd=1_000)
    with pytest.raises(NotStarted, match="The price of claude-unheard-of is not known"):
        begin(erin, "other", model="claude-unheard-of")


def test_the_teams_key_comes_before_the_operators(
    acme: Team, erin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[Any] = []
    monkeypatch.setattr(starting.transaction, "on_commit", lambda submit: submit())
    monkeypatch.setattr(starting.engine, "submit", jobs.append)
    begin(erin, "one")
    connected(acme)
    begin(erin, "two")
    assert [job.key_last4 for job in jobs] == ["oooo", "aaaa"]
    assert jobs[1].api_key == OWN
    assert OWN not in repr(jobs)


def test_without_any_key_the_sentence_leads_to_the_connections(
    acme: Team, erin: User, settings: Settings
) -> None:
    settings.OPERATOR_KEY_FOR_TEAMS = False
    with pytest.raises(NotStarted, match="can add one under Team, Connections"):
        begin(erin)
    assert begin(erin, upstream="simulator").reserved_usd is None
    connected(acme)
    assert begin(erin, "own").connection is not None


def test_a_key_that_cannot_be_read_is_said(acme: Team, erin: User) -> None:
    made = connected(acme)
    Connection.objects.filter(pk=made.pk).update(key_ciphertext="v1:nobody:AAAA")
    with pytest.raises(NotStarted, match="cannot be read any more"):
        begin(erin)
    made.refresh_from_db()
    assert made.state == "unreadable"


def test_roles_below_the_spenders_have_the_simulator_alone(
    acme: Team, erin: User, adam: User
) -> None:
    Team.objects.filter(pk=acme.pk).update(spend_role="admin")
    with pytest.raises(NotStarted, match="admins and above may send"):
        begin(erin)
    assert begin(erin, upstream="simulator").pk
    assert begin(adam, "adam").pk


def test_a_run_counts_in_the_month_in_which_it_began(acme: Team, erin: User) -> None:
    Team.objects.filter(pk=acme.pk).update(cap_usd=1)
    run = begin(erin)
    last = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    run.created_at = last
    hold(run, Ceiling(Decimal("0.9")))
    with pytest.raises(NotPaid):
        hold(run, Ceiling(Decimal("0.2")))
    run.created_at = datetime(2026, 11, 1, tzinfo=UTC)
    october = Spending.objects.get(scope="team", month=date(2026, 10, 1))
    assert october.reserved_usd == Decimal("0.9")
    assert (month_of(last), month_of(run.created_at)) == (date(2026, 10, 1), date(2026, 11, 1))


def ended(state: State, kind: str = "", cost: str | None = None, **more: Any) -> Outcome:
    usd = None if cost is None else Decimal(cost)
    prices = {"prices": {"output": "10", "factor": "1"}}
    return Outcome(state=state, error_kind=kind, cost_usd=usd, cost=prices, **more)


BEGUN = {"message": {"content": []}}


@pytest.mark.parametrize(
    ("outcome", "usd"),
    [
        (ended(State.SUCCEEDED, cost="0.5", **BEGUN), "0.5"),
        (ended(State.SUCCEEDED, **BEGUN), "1"),
        (ended(State.FAILED, "auth"), "0"),
        (ended(State.FAILED, "no_response"), "1"),
        (ended(State.CANCELLED, "cancelled"), "1"),
        (ended(State.INTERRUPTED, "stream_cut", "0.5", **BEGUN), "0.6"),
        (ended(State.INTERRUPTED, "stream_cut", "0.95", **BEGUN), "1"),
        (ended(State.INTERRUPTED, "stall", "0.5", message={"stop_reason": "end_turn"}), "0.5"),
    ],
)
def test_what_an_ended_run_counts_with(outcome: Outcome, usd: str) -> None:
    body = BODY | {"thinking": {"type": "disabled"}}
    assert counted(outcome, Decimal(1), body, 10_000) == Decimal(usd)
    hidden = {"model": "x", "thinking": {"type": "adaptive", "display": "omitted"}}
    assert counted(outcome, Decimal(1), hidden, 10_000) >= Decimal(usd)


def test_the_page_shows_what_was_spent_and_the_refusal_is_beside_its_field(
    acme: Team, erin: User, client_of: Callable[[User], Client]
) -> None:
    begin(erin)
    shown = client_of(erin).get("/t/acme/spending/", headers={"HX-Request": "true"})
    assert shown.status_code == 200
    assert "The team" in shown.content.decode()
    assert "Erin" in shown.content.decode()
