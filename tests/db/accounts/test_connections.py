"""A team's connections: added, tried, changed, rotated, made the default, deleted; caps."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db import connections as databases
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.db.locks import wait_until_somebody_waits
from workbench.accounts.connections.keys import opened, put_key
from workbench.accounts.encryption import connection_row, key_ring
from workbench.accounts.models import AuditEvent, Connection, Membership, Session, Team, User
from workbench.accounts.teams.roles import lock_team
from workbench.accounts.upstreams import Upstream

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/t/acme/connections/"
KEY = "sk-ant-planted-key-7Qx9"
# What the upstream says to a key that has one of these words.
REFUSALS = {
    "wrong": (401, "authentication_error", "invalid x-api-key"),
    "other": (403, "permission_error", "not of this workspace"),
    "poor": (402, "billing_error", "no credit"),
}


class Upstreams(BaseHTTPRequestHandler):
    """Lists no models to a good key, and refuses the others."""

    def do_GET(self) -> None:
        key = self.headers.get("x-api-key", "")
        status, kind, words = next(
            (what for word, what in REFUSALS.items() if word in key), (200, "", "")
        )
        said: dict[str, Any] = {"data": [], "has_more": False}
        if kind:
            said = {"type": "error", "error": {"type": kind, "message": f"{words}: {key}"}}
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture(autouse=True)
def upstream(settings: Settings) -> Iterator[Upstream]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstreams)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = Upstream("anthropic", "Anthropic", f"http://127.0.0.1:{server.server_port}")
    settings.UPSTREAMS = {"anthropic": made, "simulator": settings.UPSTREAMS["simulator"]}
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def adams(adam: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(adam)


def add(client: Client, **fields: str) -> Any:
    form = {
        "name": "Main",
        "upstream": "anthropic",
        "key": KEY,
        "api_version": "2023-06-01",
        "cap_usd": "",
    }
    return client.post(f"{URL}addition/", form | fields)


def page(client: Client) -> str:
    answer = client.get(URL)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_connection_is_added_tried_and_its_key_never_shown(adams: Client, adam: User) -> None:
    assert add(adams, cap_usd="12.50").status_code == 302
    shown = page(adams)
    row = Connection.objects.get()
    assert (row.state, row.last4, row.is_default, row.created_by) == ("works", "7Qx9", True, adam)
    assert "Anthropic accepts the key." in shown
    assert "…7Qx9" in shown
    assert "$12.50" in shown
    assert KEY not in shown
    assert key_ring().open(row.key_ciphertext, connection_row(row.team_id, row.pk)) == KEY
    one = adams.get(f"{URL}{row.pk}/").content.decode()
    assert "7Qx9" in one
    assert KEY not in one


@pytest.mark.parametrize(
    ("key", "state", "words"),
    [
        ("sk-ant-wrong-key-1", "refused", "refuses the key"),
        ("sk-ant-other-key-1", "workspace", "has no permission"),
        ("sk-ant-poor-key-01", "no-credit", "has no credit"),
    ],
)
def test_a_key_that_is_refused_is_kept_with_what_was_said(
    adams: Client, key: str, state: str, words: str
) -> None:
    add(adams, key=key)
    shown = page(adams)
    row = Connection.objects.get()
    assert row.state == state
    assert row.refused_at is not None
    assert words in shown
    assert key not in shown


def test_an_upstream_that_is_not_there_leaves_the_key_untested(
    adams: Client, settings: Settings
) -> None:
    nowhere = Upstream("anthropic", "Anthropic", "http://127.0.0.1:9")
    settings.UPSTREAMS = settings.UPSTREAMS | {"anthropic": nowhere}
    add(adams)
    assert "could not be tried" in page(adams)
    assert Connection.objects.get().state == "untested"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "Give the connection a name"),
        ({"name": "Taken"}, "There is a connection with this name"),
        ({"key": "short"}, "This is no API key"),
        ({"key": "with a blank in it"}, "This is no API key"),
        ({"key": "sk-ant-ümlaut-key"}, "This is no API key"),
        ({"key": "x" * 257}, "This is no API key"),
        ({"key": ""}, "Enter the API key"),
        ({"upstream": "simulator"}, "Select a valid choice"),
        ({"upstream": "http://elsewhere"}, "Select a valid choice"),
        ({"cap_usd": "much"}, "Write an amount such as 50"),
        ({"cap_usd": "-1"}, "A cap is 0 or more"),
        ({"cap_usd": "NaN"}, "Write an amount such as 50"),
        ({"cap_usd": "1e99"}, "Ensure"),
    ],
)
def test_a_form_that_cannot_be_is_refused_in_words(
    adams: Client, fields: dict[str, str], sentence: str
) -> None:
    add(adams, name="Taken")
    answer = add(adams, **fields)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert sentence in shown
    assert KEY not in shown
    assert Connection.objects.count() == 1


def test_the_first_one_is_the_default_until_another_is_chosen_or_it_is_deleted(
    adams: Client,
) -> None:
    add(adams, name="First")
    add(adams, name="Second")
    first, second = Connection.objects.order_by("pk")
    assert (first.is_default, second.is_default) == (True, False)
    adams.post(f"{URL}{second.pk}/choice/")
    assert Connection.objects.get(is_default=True) == second
    adams.post(f"{URL}{second.pk}/deletion/")
    assert "Requests use “First” from now on." in page(adams)
    assert Connection.objects.get(is_default=True) == first


def test_a_new_key_takes_the_place_of_the_old_one_in_the_same_row(adams: Client) -> None:
    add(adams, key="sk-ant-wrong-key-1")
    row = Connection.objects.get()
    assert adams.post(f"{URL}{row.pk}/key/", {"key": "no"}).status_code == 422
    assert adams.post(f"{URL}{row.pk}/key/", {"key": KEY}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.last4, row.refused_at) == ("works", "7Qx9", None)
    assert opened(row) == KEY


def test_name_version_and_cap_can_be_changed_and_the_rest_cannot(adams: Client) -> None:
    add(adams)
    row = Connection.objects.get()
    form = {"name": "New", "api_version": "2026-10-21", "cap_usd": "5", "team": "2", "last4": "x"}
    assert adams.post(f"{URL}{row.pk}/", form).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.api_version, str(row.cap_usd)) == ("New", "2026-10-21", "5.00")
    assert (row.team.slug, row.last4) == ("acme", "7Qx9")
    assert adams.post(f"{URL}{row.pk}/", form | {"cap_usd": "x"}).status_code == 422


def test_a_key_of_another_row_or_installation_asks_to_be_entered_again(adams: Client) -> None:
    add(adams, name="One")
    add(adams, name="Two")
    one, two = Connection.objects.order_by("pk")
    Connection.objects.filter(pk=one.pk).update(key_ciphertext=two.key_ciphertext)
    assert "Needs to be entered again" in page(adams)
    assert adams.post(f"{URL}{one.pk}/trial/").status_code == 302
    assert "cannot be read any more" in page(adams)
    one.refresh_from_db()
    assert one.state == "unreadable"


def test_what_the_team_may_spend_and_who_is_set_by_admins(adams: Client, acme: Team) -> None:
    assert adams.post(f"{URL}money/", {"cap_usd": "10", "spend_role": "admin"}).status_code == 302
    acme.refresh_from_db()
    assert (str(acme.cap_usd), acme.spend_role) == ("10.00", "admin")
    wrong = adams.post(f"{URL}money/", {"cap_usd": "10", "spend_role": "viewer"})
    assert wrong.status_code == 422
    assert adams.post(f"{URL}money/", {"cap_usd": "", "spend_role": "editor"}).status_code == 302
    acme.refresh_from_db()
    assert acme.cap_usd is None


def test_a_member_has_a_cap_of_their_own(adams: Client, erin: User) -> None:
    member = Membership.objects.get(user=erin)
    url = f"/t/acme/members/{member.pk}/cap/"
    assert "Erin" in adams.get(url).content.decode()
    assert adams.post(url, {"cap_usd": "x"}).status_code == 422
    assert adams.post(url, {"cap_usd": "3"}).status_code == 302
    member.refresh_from_db()
    assert str(member.cap_usd) == "3.00"
    assert AuditEvent.objects.get(action="member.cap").detail == {"cap_usd": "3.00"}


def test_what_was_done_stands_in_the_audit_trail_without_the_key(adams: Client) -> None:
    add(adams)
    row = Connection.objects.get()
    adams.post(f"{URL}{row.pk}/key/", {"key": KEY + "2"})
    adams.post(f"{URL}{row.pk}/deletion/")
    events = AuditEvent.objects.filter(action__startswith="connection.").order_by("pk")
    assert [event.action for event in events] == [
        "connection.create",
        "connection.rotate",
        "connection.delete",
    ]
    assert all(event.target == "Main" for event in events)


def test_the_key_is_nowhere_but_sealed(
    adams: Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level("DEBUG"):
        add(adams)
        row = Connection.objects.get()
        for path in ("key/", "trial/"):
            adams.post(f"{URL}{row.pk}/{path}", {"key": KEY})
        seen = [page(adams), adams.get(f"{URL}{row.pk}/").content.decode()]
        seen += [add(adams).content.decode(), str(adams.get("/t/acme/spending/").content)]
    seen += [caplog.text, *capfd.readouterr()]
    seen += [str(each.get_decoded()) for each in Session.objects.all()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            seen += [text for (text,) in cursor.fetchall()]
    row.refresh_from_db()
    assert row.key_ciphertext in "".join(seen)
    assert not any(KEY in text for text in seen)
    assert KEY not in repr(row)


def test_editors_see_and_change_nothing_viewers_see_nothing_strangers_find_nothing(
    adams: Client, client_of: Callable[[User], Client], erin: User, bob: User, charlie: User
) -> None:
    add(adams)
    row = Connection.objects.get()
    paths = ["addition/", "money/", *(f"{row.pk}/{what}" for what in ("", "key/", "trial/"))]
    paths += [f"{row.pk}/choice/", f"{row.pk}/deletion/"]
    for person, reads, changes in ((erin, 200, 403), (bob, 403, 403), (charlie, 404, 404)):
        client = client_of(person)
        assert client.get(URL).status_code == reads
        assert {client.post(URL + path).status_code for path in paths} == {changes}
    assert "Add a connection" not in page(client_of(erin))
    assert Connection.objects.count() == 1


def test_a_connection_of_another_team_is_not_there(adams: Client, charlie: User) -> None:
    team = Team.objects.get(slug="elsewhere")
    foreign = Connection.objects.create(
        team=team, upstream="anthropic", name="x", last4="", api_version="2023-06-01"
    )
    put_key(foreign, KEY)
    for what in ("", "key/", "trial/", "choice/", "deletion/"):
        assert adams.post(f"{URL}{foreign.pk}/{what}", {"key": KEY}).status_code == 404
    other = Membership.objects.get(user=charlie)
    assert adams.post(f"/t/acme/members/{other.pk}/cap/", {"cap_usd": "1"}).status_code == 404
    other.refresh_from_db()
    assert other.cap_usd is None
    assert Connection.objects.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize("path", [URL, "/t/acme/spending/"])
def test_the_lists_cost_the_same_whatever_their_length(
    adams: Client, acme: Team, adam: User, path: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert adams.get(path).status_code == 200
        return len(found)

    add(adams)
    before = queries()
    for number in range(10):
        made = Connection.objects.create(
            team=acme,
            upstream="anthropic",
            name=str(number),
            last4="",
            api_version="2023-06-01",
            created_by=adam,
        )
        put_key(made, KEY)
    assert queries() == before


def test_two_who_add_the_first_one_at_once_make_one_default(
    adam: User, client_of: Callable[[User], Client]
) -> None:
    clients = [client_of(adam) for _ in range(6)]

    def press(number: int) -> None:
        add(clients[number], name=f"N{number}")
        databases.close_all()

    threads = [threading.Thread(target=press, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Connection.objects.count() == 6
    assert Connection.objects.filter(is_default=True).count() == 1


def test_what_somebody_else_deletes_meanwhile_is_not_there(adams: Client, acme: Team) -> None:
    add(adams)
    url = f"{URL}{Connection.objects.get().pk}/deletion/"
    answers = []

    def press() -> None:
        answers.append(adams.post(url).status_code)
        databases.close_all()

    thread = threading.Thread(target=press)
    with transaction.atomic():
        lock_team(acme)
        thread.start()
        wait_until_somebody_waits()
        Connection.objects.all().delete()
    thread.join()
    assert answers == [404]


def test_keys_rotate_seals_all_again_and_says_what_it_could_not_read(
    adams: Client, settings: Settings
) -> None:
    add(adams, name="One")
    add(adams, name="Two")
    one, two = Connection.objects.order_by("pk")
    Connection.objects.filter(pk=two.pk).update(key_ciphertext="v1:nobody:AAAA")
    old = settings.ENCRYPTION_KEY
    settings.ENCRYPTION_KEY = f"{'n' * 40},{old}"
    said = StringIO()
    call_command("keys", "rotate", stdout=said)
    assert "1 key sealed again" in said.getvalue()
    assert "1 cannot be read" in said.getvalue()
    settings.ENCRYPTION_KEY = "n" * 40
    one.refresh_from_db()
    two.refresh_from_db()
    assert opened(one) == KEY
    assert two.state == "unreadable"
