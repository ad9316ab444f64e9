"""The audit trail is append-only in the database itself, whoever asks it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from workbench.accounts import audit
from workbench.accounts.models import AuditEvent, Team, User
from workbench.accounts.retention.events import delete_old_events

REFUSED = "The audit trail is append-only"
Refuses = Callable[[str], None]


@pytest.fixture
def refuses(acme: Team, alice: User) -> Refuses:
    """Fails when the database does what a statement says to the one event that is there."""
    event = audit.record(None, "label.move", actor=alice, team=acme, target="Greeting", after=2)
    before = AuditEvent.objects.values().get(pk=event.pk)

    def tried(statement: str) -> None:
        with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
            _execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")
        assert AuditEvent.objects.values().get() == before

    return tried


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _event(team: Team, days: float) -> AuditEvent:
    past = timezone.now() - timedelta(days=days)
    with patch.object(timezone, "now", lambda: past):
        return audit.record(None, "old", team=team)


@pytest.mark.parametrize(
    "change",
    [
        "action = 'label.remove'",
        "target = ''",
        "detail = '{}'",
        "created_at = now() - interval '1 year'",
        "address = '203.0.113.1'",
        "request_id = 'another'",
        "actor_email = ''",
        "team_name = 'Other'",
        "id = id + 1000",
        "team_id = team_id + 1000",
        "actor_id = actor_id + 1000",
        # Nothing forgets a team or a person that is there: its own pages would not show it.
        "team_id = NULL",
        "actor_id = NULL",
    ],
)
def test_no_column_of_an_event_changes(refuses: Refuses, change: str) -> None:
    refuses(f"UPDATE accounts_auditevent SET {change}")


@pytest.mark.parametrize("audit_days", ["NULL", "0", "1", "30", "365"])
def test_no_event_is_deleted_before_its_time(refuses: Refuses, audit_days: str) -> None:
    _execute(f"UPDATE accounts_team SET audit_days = {audit_days}")
    refuses("DELETE FROM accounts_auditevent")


def test_the_table_is_never_emptied(refuses: Refuses) -> None:
    # The tests let themselves do it (conftest.py); the end of this one puts that back.
    _execute(
        "SET CONSTRAINTS ALL IMMEDIATE",
        "ALTER TABLE accounts_auditevent ENABLE TRIGGER accounts_audit_table",
    )
    refuses("TRUNCATE accounts_auditevent")
    refuses("TRUNCATE accounts_team CASCADE")


def test_old_events_stay_where_nobody_chose_days_and_in_no_team(acme: Team) -> None:
    old, of_no_team = _event(acme, 4000), audit.record(None, "sign-in.failed")
    for event in (old, of_no_team):
        with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
            event.delete()


def test_what_the_team_does_not_keep_goes_to_the_very_second(acme: Team) -> None:
    Team.objects.filter(pk=acme.pk).update(audit_days=40)
    _event(acme, 40 + 2 / 86400)
    kept = _event(acme, 40 - 60 / 86400)
    assert delete_old_events(acme, 40) == 1
    assert AuditEvent.objects.get() == kept


def test_more_days_that_were_chosen_meanwhile_keep_the_events(acme: Team) -> None:
    Team.objects.filter(pk=acme.pk).update(audit_days=400)
    _event(acme, 50)
    with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
        delete_old_events(acme, 40)  # what a sweep knew that had begun before


def test_a_team_and_a_person_that_go_leave_their_names(
    acme: Team, alice: User, charlie: User
) -> None:
    event = audit.record(None, "label.move", actor=charlie, team=acme, target="Greeting")
    with transaction.atomic():
        acme.delete()
        charlie.delete()
        connection.check_constraints()
    event.refresh_from_db()
    assert (event.team, event.actor, event.target) == (None, None, "Greeting")
    assert (event.team_name, event.actor_email) == ("Acme", "charlie@example.com")


@pytest.mark.django_db(transaction=True)
def test_a_team_goes_while_events_are_written(acme: Team, alice: User) -> None:
    """Whoever comes too late is refused with the team; no event is half of it."""
    go, written = threading.Event(), []

    def write() -> None:
        try:
            go.wait(20)
            for number in range(20):
                with transaction.atomic():
                    written.append(audit.record(None, "label.move", team=acme, target=str(number)))
        except Exception as error:
            written.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(50):
        audit.record(None, "label.move", team=acme, target=f"before {number}")
    go.set()
    with transaction.atomic():  # as accounts/teams/deleting.py does
        Team.objects.select_for_update().get(pk=acme.pk).delete()
    for thread in threads:
        thread.join(30)
    events = AuditEvent.objects.filter(action="label.move")
    assert events.count() >= 50
    assert set(events.values_list("team", "team_name")) == {(None, "Acme")}


@pytest.mark.django_db(transaction=True)
def test_events_of_an_older_installation_get_the_names_and_the_way_back_works(
    acme: Team, alice: User
) -> None:
    audit.record(None, "label.move", actor=alice, team=acme)
    audit.record(None, "sign-in.failed")
    try:
        MigrationExecutor(connection).migrate([("accounts", "0006_mail")])
        with connection.cursor() as cursor:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'accounts_audit%'")
            assert cursor.fetchall() == []
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
        _execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER accounts_audit_table")
    names = set(AuditEvent.objects.values_list("team_name", "actor_email"))
    assert names == {("Acme", "alice@example.com"), ("", "")}
