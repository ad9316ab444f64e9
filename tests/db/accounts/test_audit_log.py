"""The pages of what was done: who reads them, what is found, and the file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workbench.accounts import audit
from workbench.accounts.audit_log.filters import PAGE
from workbench.accounts.models import AuditEvent, Team, User
from workbench.template_tags import time

ClientOf = Callable[[User], Client]


def done(team: Team | None, actor: User, action: str, target: str = "", **detail: Any) -> None:
    audit.record(None, action, actor=actor, team=team, target=target, **detail)


def test_admins_read_what_was_done_and_editors_do_not(
    client_of: ClientOf, adam: User, erin: User, acme: Team
) -> None:
    done(acme, erin, "label.move", "Greeting", label="production", before=1, after=2)
    page = client_of(adam).get("/t/acme/audit/").content.decode()
    for text in ("label.move", "Greeting", "Erin", "production", "after: "):
        assert text in page
    assert client_of(erin).get("/t/acme/audit/").status_code == 403


def test_details_are_words_and_no_python(client_of: ClientOf, adam: User, acme: Team) -> None:
    done(acme, adam, "link.create", has_password=True, shows_system=False, run=None, zero=0)
    done(acme, adam, "webhook.change", events=["a.b", "c"], nobody=[], counts={"left_over": 2})
    done(acme, adam, "link.create", expires_at="2026-12-29T10:32:47.896922+00:00")
    page = client_of(adam).get("/t/acme/audit/").content.decode()
    found = re.findall(r'(\w[\w ]*): <span class="mono">(.+?)</span>', page)
    assert dict(found) == {
        "has password": "yes",
        "shows system": "no",
        "run": "none",
        "zero": "0",
        "events": "a.b, c",
        "nobody": "none",
        "counts": "left over: 2",
        "expires at": str(time(datetime(2026, 12, 29, 10, 32, 47, tzinfo=UTC))),
    }


def test_another_teams_events_and_those_of_no_team_are_not_there(
    client_of: ClientOf, alice: User, charlie: User, acme: Team
) -> None:
    done(Team.objects.get(slug="elsewhere"), charlie, "prompt.delete", "Their prompt")
    done(None, charlie, "sign-in")
    page = client_of(alice).get("/t/acme/audit/").content.decode()
    assert "Their prompt" not in page
    assert "sign-in" not in page
    assert "Nothing was done yet" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=label", {"label.move", "label.remove"}),
        ("action=prompt.delete", {"prompt.delete"}),
        ("target=greet", {"label.move"}),
        ("first=2026-11-02&last=2026-11-02", {"label.remove"}),
        ("first=2026-11-03", {"prompt.delete"}),
        ("last=2026-11-01", {"label.move"}),
        ("actor=0", set()),
    ],
)
def test_events_are_filtered(
    client_of: ClientOf, alice: User, erin: User, acme: Team, query: str, found: set[str]
) -> None:
    for day, (action, target) in enumerate(
        [("label.move", "Greeting"), ("label.remove", "Summary"), ("prompt.delete", "Old")], 1
    ):
        at = datetime(2026, 11, day, 23, 59, tzinfo=UTC)
        with patch.object(timezone, "now", lambda at=at: at):
            done(acme, erin, action, target)
    lines = file_of(client_of(alice), query)
    assert {line["action"] for line in lines} == found
    page = client_of(alice).get(f"/t/acme/audit/?{query}").content.decode()
    assert all(f">{action}</td>" in page for action in found)


def test_a_filter_for_one_person_shows_theirs_alone(
    client_of: ClientOf, alice: User, erin: User, acme: Team
) -> None:
    done(acme, erin, "label.move", "Greeting")
    done(acme, alice, "prompt.delete", "Old")
    (line,) = file_of(client_of(alice), f"actor={erin.pk}")
    assert line["actor"] == erin.email


@pytest.mark.parametrize(
    "query", ["before=x", "before=1e9", "actor=-1", "action=%00", "target=%00%ff", "before=٣"]
)
def test_nonsense_filters_are_left_out(
    client_of: ClientOf, alice: User, acme: Team, query: str
) -> None:
    assert client_of(alice).get(f"/t/acme/audit/?{query}").status_code == 200


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "9999-12-31"])
def test_a_day_that_cannot_be_is_said(
    client_of: ClientOf, alice: User, acme: Team, day: str
) -> None:
    done(acme, alice, "label.move", "Greeting")
    answer = client_of(alice).get(f"/t/acme/audit/?last={day}")
    assert answer.status_code == 200
    assert "A day is written as 2026-11-30" in answer.content.decode()
    assert "Greeting" in answer.content.decode()


def test_pages_follow_each_other_and_lose_nothing(
    client_of: ClientOf, alice: User, acme: Team
) -> None:
    for number in range(PAGE + 3):
        done(acme, alice, "label.move", f"prompt-{number:03}")
    client = client_of(alice)
    first = client.get("/t/acme/audit/").content.decode()
    before = AuditEvent.objects.order_by("-pk")[PAGE - 1].pk
    assert f"?before={before}" in first
    second = client.get(f"/t/acme/audit/?before={before}", headers={"HX-Request": "true"})
    rows = first + second.content.decode()
    assert all(rows.count(f"prompt-{number:03}") == 1 for number in range(PAGE + 3))
    assert "<html" not in second.content.decode()


def test_owners_alone_get_the_file_and_that_is_written_down(
    client_of: ClientOf, alice: User, adam: User, acme: Team
) -> None:
    done(acme, adam, "label.move", "Greeting", before=1)
    assert client_of(adam).get("/t/acme/audit/file/").status_code == 403
    assert "audit/file" not in client_of(adam).get("/t/acme/audit/").content.decode()
    (line, *_) = file_of(client_of(alice), "action=label")
    assert line["detail"] == {"before": 1}
    assert line["at"].endswith("Z")
    assert AuditEvent.objects.filter(action="audit.export", actor=alice).count() == 1


def test_the_file_is_csv_too_and_no_spreadsheet_runs_it(
    client_of: ClientOf, alice: User, erin: User, acme: Team
) -> None:
    done(acme, erin, "label.move", "=HYPERLINK(1)", note='a "quote", é')
    done(acme, erin, "token.create", "CI")
    answer: Any = client_of(alice).get("/t/acme/audit/file/?action=label&as=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].endswith('.csv"')
    text = b"".join(answer.streaming_content).decode()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["actor"], row["target"]) == (erin.email, "'=HYPERLINK(1)")
    assert json.loads(row["detail"]) == {"note": 'a "quote", é'}
    assert datetime.fromisoformat(row["at"]).tzinfo is not None


def test_what_was_done_in_no_team_is_for_instance_admins(
    client_of: ClientOf, alice: User, erin: User, acme: Team
) -> None:
    done(None, erin, "sign-in.failed", "erin@example.com")
    done(acme, erin, "label.move", "Greeting")
    assert client_of(alice).get("/audit/").status_code == 404
    User.objects.filter(pk=alice.pk).update(is_instance_admin=True)
    page = client_of(alice).get("/audit/").content.decode()
    assert "sign-in.failed" in page
    assert "Greeting" not in page


def test_events_of_a_team_that_was_deleted_say_which_it_was(
    client_of: ClientOf, alice: User, erin: User, acme: Team, charlie: User
) -> None:
    done(acme, erin, "label.move", "Greeting")
    User.objects.filter(pk=charlie.pk).update(is_instance_admin=True)
    acme.delete()
    page = client_of(charlie).get("/audit/").content.decode()
    assert re.search(r"Greeting <span[^>]*>in Acme</span>", page)


def test_hostile_names_are_text(client_of: ClientOf, alice: User, acme: Team) -> None:
    done(acme, alice, "prompt.delete", "<script>alert(1)</script>", note="<img src=x>")
    page = client_of(alice).get("/t/acme/audit/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_number_of_queries_does_not_grow_with_the_rows(
    client_of: ClientOf, alice: User, erin: User, acme: Team
) -> None:
    client = client_of(alice)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/t/acme/audit/").status_code == 200
        return len(captured)

    done(acme, alice, "label.move")
    queries()  # the first page of a client also looks after its session
    few = queries()
    for _ in range(20):
        done(acme, erin, "label.move")
    assert queries() == few


def file_of(client: Client, query: str) -> list[dict[str, Any]]:
    answer: Any = client.get(f"/t/acme/audit/file/?{query}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
    lines = [json.loads(line) for line in text.splitlines()]
    return [line for line in lines if line["action"] != "audit.export"]
