"""The page of a team's usage: what counts, what it is added up by, who sees it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workbench.accounts.models import Team, User
from workbench.prompts.models import Prompt
from workbench.runs.models import IMPORTED, Run, State, UsageDay, UsageSum
from workbench.runs.team_usage.counting import COUNT
from workbench.runs.team_usage.filters import COLUMNS, UsageFilter

from .test_runs_views import ClientOf, make_run

PAST_RUNS = import_module("workbench.runs.migrations.0009_usage_sums")


def ended(team: Team, user: User, *, day: datetime | None = None, **fields: Any) -> Run:
    """A run that has ended and was counted."""
    fields = {"input_tokens": 10, "output_tokens": 5, "cost_usd": Decimal("0.25")} | fields
    run = make_run(team, user, finished_at=day or timezone.now(), **fields)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [run.pk])
    return run


def figures() -> list[list[dict[str, Any]]]:
    """All that was added up, without the ids of the rows."""
    return [
        sorted(
            ({**row, "id": 0} for row in model.objects.values()),
            key=lambda row: str(sorted(row.items())),
        )
        for model in (UsageDay, UsageSum)
    ]


def rows_of_file(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_runs_of_one_day_prompt_model_and_person_are_one_row(acme: Team, erin: User) -> None:
    ended(acme, erin, cache_read_tokens=7, cache_write_tokens=3)
    ended(acme, erin, state=State.FAILED, cost_usd=None, output_tokens=None)
    ended(acme, erin, cost_usd=None)
    (row,) = UsageDay.objects.all()
    assert (row.runs, row.failed, row.unpriced) == (3, 1, 2)
    assert (row.input_tokens, row.output_tokens, row.cost_usd) == (30, 10, Decimal("0.25"))
    assert (row.cache_read_tokens, row.cache_write_tokens) == (7, 3)


def test_a_simulated_run_has_no_unknown_price(acme: Team, erin: User) -> None:
    ended(acme, erin, cost_usd=None, cost={"simulated": True, "list_usd": "0.01"})
    assert UsageDay.objects.get().unpriced == 0


def test_a_run_belongs_to_the_day_in_utc_on_which_it_ended(acme: Team, erin: User) -> None:
    ended(acme, erin, day=datetime(2026, 11, 3, 23, 59, 59, tzinfo=UTC))
    ended(acme, erin, day=datetime(2026, 11, 4, 0, 0, 0, tzinfo=UTC))
    assert sorted(str(row.day) for row in UsageDay.objects.all()) == ["2026-11-03", "2026-11-04"]


def test_past_runs_are_added_up_as_new_ones_are(acme: Team, erin: User) -> None:
    prompt = Prompt.objects.create(team=acme, name="Greeting", slug="greeting")
    for fields in ({}, {"prompt": prompt}, {"state": State.FAILED}, {"cost_usd": None}, {}):
        ended(acme, erin, **fields)
    make_run(acme, erin, state=State.STREAMING)
    imported = make_run(acme, erin, finished_at=timezone.now())
    Run.objects.filter(pk=imported.pk).update(upstream=IMPORTED)
    counted = figures()
    UsageDay.objects.all().delete()
    UsageSum.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(PAST_RUNS._DAYS)
        cursor.execute(PAST_RUNS._SUMS)
    assert figures() == counted
    assert sum(row.runs for row in UsageDay.objects.all()) == 5


def test_the_sums_are_those_of_the_rows(
    client_of: ClientOf, erin: User, alice: User, acme: Team
) -> None:
    """Every filter and group gives the same from the rows as from the sums made before."""
    prompt = Prompt.objects.create(team=acme, name="Greeting", slug="greeting")
    for number, user in enumerate((erin, alice, erin)):
        ended(acme, user, prompt=prompt if number else None, cost_usd=Decimal(number + 1))
    client = client_of(erin)
    for group in ("day", "member", "prompt", "model"):
        for chosen in ("", f"&member={erin.pk}", f"&prompt={prompt.pk}", "&model=claude-opus-5-5"):
            query = f"?group={group}{chosen}"
            rows = rows_of_file(client.get(f"/t/acme/usage/file/{query}"))
            wanted = UsageFilter.from_query(QueryDict(query[1:]).dict())
            columns = {COLUMNS[name]: value for name in COLUMNS if (value := getattr(wanted, name))}
            found = UsageDay.objects.filter(**columns)
            assert sum(int(row["runs"]) for row in rows) == found.count(), query
            assert sum(Decimal(row["cost_usd"]) for row in rows) == sum(
                row.cost_usd for row in found
            ), query


def test_the_page_adds_up_by_day_and_draws_it(
    client_of: ClientOf, bob: User, erin: User, acme: Team
) -> None:
    ended(acme, erin, day=datetime(2026, 11, 3, 12, tzinfo=UTC), cost_usd=Decimal("1.50"))
    ended(acme, erin, day=datetime(2026, 11, 5, 12, tzinfo=UTC), cost_usd=Decimal("3.00"))
    page = client_of(bob).get("/t/acme/usage/?first=2026-11-01&last=2026-11-05").content.decode()
    assert page.count("<rect ") == 2
    assert "<title>3 Nov 2026: $1.50</title>" in page
    assert "$4.50 together, most on 5 Nov 2026 with $3.00." in page
    assert 'y="50.0" width="0.8" height="50.0"' in page
    assert "5 Nov 2026</a>" in page
    for hidden in ("2 Nov 2026</a>", "4 Nov 2026</a>"):
        assert hidden not in page


@pytest.mark.parametrize(
    ("group", "labels"),
    [
        ("member", ["Erin", "Alice"]),
        ("prompt", ["Greeting", "No saved prompt"]),
        ("model", ["claude-opus-5-5"]),
        ("day", [str(timezone.now().date())]),
    ],
)
def test_the_file_has_the_sums_of_each_group_the_dearest_first(
    client_of: ClientOf, erin: User, alice: User, acme: Team, group: str, labels: list[str]
) -> None:
    prompt = Prompt.objects.create(team=acme, name="Greeting", slug="greeting")
    ended(acme, erin, prompt=prompt, cost_usd=Decimal(2))
    ended(acme, alice, cost_usd=Decimal(1))
    answer = client_of(erin).get(f"/t/acme/usage/file/?group={group}")
    rows = [row for row in rows_of_file(answer) if row["runs"] != "0"]
    assert [row[group] for row in rows] == [
        {"Erin": erin.name, "Alice": alice.name}.get(label, label) for label in labels
    ]
    assert sum(Decimal(row["cost_usd"]) for row in rows) == 3
    assert "attachment" in answer["Content-Disposition"]


def test_filters_narrow_the_sums(client_of: ClientOf, erin: User, alice: User, acme: Team) -> None:
    ended(acme, erin, cost_usd=Decimal(2))
    ended(acme, alice, cost_usd=Decimal(1))
    for query, cost in (
        (f"member={alice.pk}", 1),
        ("prompt=0", 3),
        ("prompt=77", 0),
        ("model=other", 0),
        ("upstream=simulator", 3),
        ("first=2001-01-01&last=2001-01-02", 0),
    ):
        rows = rows_of_file(client_of(erin).get(f"/t/acme/usage/file/?{query}"))
        assert sum(Decimal(row["cost_usd"]) for row in rows) == cost, query


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("first=tomorrow", "A day is written as 2026-11-30"),
        ("first=2026-11-05&last=2026-11-01", "so they changed places"),
        ("first=0001-01-01", "more than three years"),
        ("last=0001-01-01", "A day is written as"),
    ],
)
def test_days_that_make_no_sense_are_said(
    client_of: ClientOf, erin: User, acme: Team, query: str, sentence: str
) -> None:
    answer = client_of(erin).get(f"/t/acme/usage/?{query}")
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("query", ["member=x", "prompt=-1", "group=%00", "measure=x", "model=%00"])
def test_nonsense_filters_are_left_out(
    client_of: ClientOf, erin: User, acme: Team, query: str
) -> None:
    ended(acme, erin)
    assert client_of(erin).get(f"/t/acme/usage/?{query}").status_code == 200


def test_another_team_is_neither_counted_nor_named(
    client_of: ClientOf, erin: User, charlie: User, acme: Team
) -> None:
    theirs = Team.objects.create(name="Theirs", slug="theirs")
    prompt = Prompt.objects.create(team=theirs, name="Their secret", slug="secret")
    ended(theirs, charlie, prompt=prompt)
    client = client_of(erin)
    page = client.get(f"/t/acme/usage/?member={charlie.pk}&prompt={prompt.pk}").content.decode()
    assert charlie.name not in page
    assert "Their secret" not in page
    assert "No run ended in these days" in page


def test_a_name_that_is_a_formula_is_harmless_in_a_spreadsheet(
    client_of: ClientOf, erin: User, acme: Team
) -> None:
    prompt = Prompt.objects.create(team=acme, name="=HYPERLINK(1)", slug="x")
    ended(acme, erin, prompt=prompt)
    (row,) = rows_of_file(client_of(erin).get("/t/acme/usage/file/?group=prompt"))
    assert row["prompt"] == "'=HYPERLINK(1)"


def test_sums_stay_when_the_runs_and_the_prompt_are_deleted(
    client_of: ClientOf, erin: User, acme: Team
) -> None:
    prompt = Prompt.objects.create(team=acme, name="Greeting", slug="greeting")
    ended(acme, erin, prompt=prompt)
    Run.objects.all().delete()
    prompt.delete()
    (row,) = rows_of_file(client_of(erin).get("/t/acme/usage/file/?group=prompt"))
    assert (row["prompt"], row["runs"]) == ("A deleted prompt", "1")


def test_the_number_of_queries_does_not_grow_with_the_rows(
    client_of: ClientOf, erin: User, acme: Team
) -> None:
    client = client_of(erin)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/t/acme/usage/?group=prompt").status_code == 200
        return len(captured)

    ended(acme, erin, prompt=Prompt.objects.create(team=acme, name="One", slug="one"))
    queries()  # the first page of a client also looks after its session
    few = queries()
    for number in range(12):
        prompt = Prompt.objects.create(team=acme, name=f"P{number}", slug=f"p{number}")
        ended(acme, erin, prompt=prompt, day=timezone.now() - timedelta(days=number))
    assert queries() == few
