"""Mail with a real mail server: what is sent, to whom, once, and what is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.receivers import MailSink, free_port, mail_sink
from workbench.accounts.mail import delivering, outbox
from workbench.accounts.mail.server import MailServer
from workbench.accounts.models import AuditEvent, Invitation, Mail, User

# All that some program takes for the end of a line.
BREAKS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")
HEADERS = {
    *("Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date"),
    *("Message-ID", "Auto-Submitted"),
}
# Django takes them for addresses; no header can hold them.
ODD_ADDRESSES = ('"\x0bBcc:all"@evil.example', '"\x1cX:y"@example.com', "n@exam\u202eple.com")
INVITATIONS = "/t/acme/invitations/"
FORGOTTEN = "/account/forgotten/"


@pytest.fixture
def sink(settings) -> Iterator[MailSink]:
    """The mail server of this installation."""
    with mail_sink() as sink:
        settings.MAIL_SERVER = MailServer("127.0.0.1", sink.port)
        settings.DEFAULT_FROM_EMAIL = "Workbench <wb@example.org>"
        yield sink


@pytest.fixture
def no_server(settings) -> MailServer:
    """A mail server that refuses connections."""
    settings.MAIL_SERVER = MailServer("127.0.0.1", free_port())
    settings.DEFAULT_FROM_EMAIL = "wb@example.org"
    return settings.MAIL_SERVER


def invite(client: Client, email: str = "new@example.com") -> Mail | None:
    fields = {"role": "editor", "days": "7", "uses": "1", "email": email}
    assert client.post(INVITATIONS, fields).status_code == 302
    return Mail.objects.order_by("-created_at").first()


def deliver_all() -> int:
    count = 0
    while delivering.deliver_next():
        count += 1
    return count


def make_due(mail: Mail) -> None:
    Mail.objects.filter(pk=mail.pk).update(next_at=timezone.now() - timedelta(seconds=1))


class TestWithoutAMailServer:
    def test_nothing_is_written_and_the_page_says_so(self, adam, client_of):
        assert invite(client_of(adam)) is None
        assert "no mail is sent" in client_of(adam).get(INVITATIONS).content.decode()

    def test_nobody_is_offered_a_new_password(self, client, db):
        assert "Forgot" not in client.get("/sign-in/").content.decode()
        assert client.get(FORGOTTEN).status_code == 404
        assert client.post(FORGOTTEN, {"email": "erin@example.com"}).status_code == 404
        assert not Mail.objects.exists()

    def test_nobody_can_ask_for_mail_of_notices(self, erin, client_of):
        client = client_of(erin)
        assert "mails_notices" not in client.get("/account/").content.decode()
        client.post("/account/", {"name": "Erin", "theme": "system", "mails_notices": "on"})
        erin.refresh_from_db()
        assert erin.mails_notices_since is None


class TestAnInvitation:
    def test_its_mail_has_a_link_that_opens_it(self, sink, adam, client_of, client):
        invite(client_of(adam))
        assert deliver_all() == 1
        assert sink.receivers == [["new@example.com"]]
        message = sink.messages[0]
        assert message["From"] == "Workbench <wb@example.org>"
        assert message["Subject"] == "Adam invites you to “Acme” on Workbench"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message.get_content_type() == "text/plain"
        path = re.search(r"http://\S+?(/join/\S+/)", message.get_content())[1]
        assert "Adam" in client.get(path).content.decode()

    def test_it_is_sent_once_and_no_text_of_it_stays(self, sink, adam, client_of):
        mail = invite(client_of(adam))
        assert deliver_all() == 1
        assert deliver_all() == 0
        mail.refresh_from_db()
        assert (outbox.state_of(mail), mail.text_ciphertext) == ("sent", "")
        assert "Mailed" in client_of(adam).get(INVITATIONS).content.decode()

    def test_while_it_waits_its_link_is_nowhere_in_the_clear(self, no_server, adam, client_of):
        client = client_of(adam)
        mail = invite(client)
        shown = client.get(INVITATIONS).content.decode()
        token = re.search(r"/join/([\w-]+)/", shown)[1]
        assert token not in str(list(Mail.objects.values()))
        assert token not in str(list(AuditEvent.objects.values()))
        assert "Mail waits" in shown
        assert token in delivering._text_of(mail)

    def test_without_an_address_nothing_is_mailed(self, sink, adam, client_of):
        assert invite(client_of(adam), email="") is None

    def test_a_revoked_one_is_not_sent(self, sink, adam, client_of):
        mail = invite(client_of(adam))
        Invitation.objects.update(revoked_at=timezone.now())
        deliver_all()
        mail.refresh_from_db()
        assert (sink.messages, mail.error) == ([], "The invitation is revoked.")
        assert mail.text_ciphertext == ""

    def test_hostile_names_make_neither_headers_nor_links(self, sink, adam, acme, client_of):
        User.objects.filter(pk=adam.pk).update(
            name="A\r\nBcc: all@example.org\r\n\r\nhttps://evil.io"
        )
        type(acme).objects.filter(pk=acme.pk).update(name="T\nX-Evil: 1")
        invite(client_of(adam))
        deliver_all()
        message = sink.messages[0]
        assert sink.receivers == [["new@example.com"]]
        assert message["Bcc"] is None
        assert message["X-Evil"] is None
        assert "https://evil" not in message.get_content() + message["Subject"]

    @pytest.mark.parametrize("end", BREAKS, ids=ascii)
    def test_no_end_of_a_line_in_a_name_adds_one_to_the_mail(
        self, sink, adam, acme, client_of, end
    ):
        name = f"A{end}Bcc: all@example.org{end}{end}\x1b[31m\u202e\x7f"
        User.objects.filter(pk=adam.pk).update(name=name)
        type(acme).objects.filter(pk=acme.pk).update(name=name)
        invite(client_of(adam))
        deliver_all()
        assert sink.receivers == [["new@example.com"]]
        assert set(sink.messages[0].keys()) == HEADERS
        assert sink.messages[0]["Subject"].isprintable()
        lines = sink.messages[0].get_content().split("\r\n")
        assert len(lines) == 11
        assert [line for line in lines if not line.isprintable()] == []

    @pytest.mark.parametrize("email", ODD_ADDRESSES, ids=ascii)
    def test_nobody_is_invited_by_an_address_that_no_header_holds(
        self, sink, adam, client_of, email
    ):
        fields = {"role": "editor", "days": "7", "uses": "1", "email": email}
        answer = client_of(adam).post(INVITATIONS, fields)
        assert answer.status_code == 422
        assert "Type an e-mail address, or leave the field empty." in answer.text
        assert not Mail.objects.exists()

    def test_a_team_mails_fifty_an_hour(self, sink, adam, acme, client_of):
        client = client_of(adam)
        fields = {"role": "editor", "days": "7", "uses": "1", "email": "a@example.com"}
        answers = [client.post(INVITATIONS, fields) for _ in range(51)]
        assert [answer.status_code for answer in answers[-2:]] == [302, 422]
        assert "leave this empty" in answers[-1].content.decode()
        assert client.post(INVITATIONS, fields | {"email": ""}).status_code == 302


class TestTrouble:
    def test_a_refused_connection_is_tried_again_later(self, no_server, adam, client_of, settings):
        mail = invite(client_of(adam))
        assert deliver_all() == 1
        mail.refresh_from_db()
        assert mail.attempts == 1
        assert timedelta(seconds=50) < mail.next_at - timezone.now() <= timedelta(minutes=1)
        assert "cannot be reached" in mail.error
        with mail_sink() as sink:
            settings.MAIL_SERVER = MailServer("127.0.0.1", sink.port)
            assert deliver_all() == 0  # it is not due yet
            make_due(mail)
            assert deliver_all() == 1
            assert len(sink.messages) == 1

    def test_the_pauses_grow_to_six_hours(self, no_server, adam, client_of):
        mail = invite(client_of(adam))
        minutes = []
        for _ in range(7):
            make_due(mail)
            deliver_all()
            mail.refresh_from_db()
            minutes.append(round((mail.next_at - timezone.now()).total_seconds() / 60))
        assert minutes == [1, 5, 15, 60, 180, 360, 360]

    def test_after_two_days_it_is_given_up_and_said(self, no_server, adam, client_of, acme):
        mail = invite(client_of(adam))
        long_ago = timezone.now() - timedelta(days=2)
        Mail.objects.update(created_at=long_ago, next_at=long_ago)
        deliver_all()
        mail.refresh_from_db()
        assert (outbox.state_of(mail), mail.text_ciphertext) == ("given up", "")
        event = AuditEvent.objects.get(action="mail.give-up")
        assert (event.team, event.target) == (acme, "new@example.com")
        assert "Not mailed" in client_of(adam).get(INVITATIONS).content.decode()

    def test_what_the_server_refuses_for_good_is_given_up_at_once(self, sink, adam, client_of):
        sink.refusal = "550 No such box"
        mail = invite(client_of(adam))
        deliver_all()
        mail.refresh_from_db()
        assert outbox.state_of(mail) == "given up"
        assert mail.error == "The mail server answered 550 No such box"

    @pytest.mark.parametrize("email", ODD_ADDRESSES, ids=ascii)
    def test_what_is_no_mail_is_given_up_and_holds_up_nothing(self, sink, adam, client_of, email):
        mail = invite(client_of(adam))
        Mail.objects.filter(pk=mail.pk).update(to=email, next_at=timezone.now() - timedelta(days=1))
        invite(client_of(adam), "another@example.com")
        assert deliver_all() == 2
        mail.refresh_from_db()
        assert (outbox.state_of(mail), mail.error) == ("given up", delivering.NOT_WRITABLE)
        assert sink.receivers == [["another@example.com"]]
        assert AuditEvent.objects.get(action="mail.give-up").detail["why"] == mail.error

    def test_what_it_refuses_for_now_waits(self, sink, adam, client_of):
        sink.refusal = "451 Come back later"
        mail = invite(client_of(adam))
        deliver_all()
        mail.refresh_from_db()
        assert outbox.state_of(mail) == "waiting"

    def test_a_claim_of_a_process_that_died_runs_out(self, sink, adam, client_of):
        mail = invite(client_of(adam))
        assert delivering._claimed() == mail  # and then its process is gone
        assert deliver_all() == 0
        Mail.objects.update(next_at=timezone.now() - timedelta(seconds=1))
        assert deliver_all() == 1
        assert sink.messages[0]["Message-ID"].startswith(f"<{mail.pk}@")

    def test_the_claim_lasts_longer_than_a_slow_server_may_take(self):
        assert timedelta(seconds=5 * delivering.SECONDS) < delivering.CLAIM


class TestAForgottenPassword:
    def test_the_mailed_link_changes_it(self, sink, erin, client):
        assert "Forgot your password?" in client.get("/sign-in/").content.decode()
        answer = client.post(FORGOTTEN, {"email": "Erin@Example.com"}, follow=True)
        assert "Look into your mail" in answer.content.decode()
        deliver_all()
        path = re.search(r"http://\S+?(/account/reset/\S+/)", sink.messages[0].get_content())[1]
        client.post(path, {"new_password": "a quite different sentence"})
        erin.refresh_from_db()
        assert erin.check_password("a quite different sentence")
        assert client.get(path).status_code == 404

    def test_an_address_without_an_account_gets_the_same_answer_and_no_mail(self, sink, client, db):
        answers = [client.post(FORGOTTEN, {"email": "nobody@example.com"})]
        User.objects.create_user("somebody@example.com", "a sentence of 12", name="S")
        answers.append(client.post(FORGOTTEN, {"email": "somebody@example.com"}))
        assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1
        deliver_all()
        assert sink.receivers == [["somebody@example.com"]]
        assert not Mail.objects.filter(to="nobody@example.com").exists()

    def test_both_ask_the_database_the_same(self, sink, erin, client):
        statements = []
        for email in ("nobody@example.com", "erin@example.com"):
            with CaptureQueriesContext(connection) as queries:
                client.post(FORGOTTEN, {"email": email})
            verbs = [query["sql"].split("(")[0] for query in queries]
            statements.append(verbs)
        assert statements[0] == statements[1]

    @pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!"}])
    def test_a_disabled_account_and_one_without_password_get_none(self, sink, erin, client, change):
        User.objects.filter(pk=erin.pk).update(**change)
        client.post(FORGOTTEN, {"email": erin.email})
        deliver_all()
        assert sink.messages == []

    def test_a_person_gets_three_an_hour_and_a_place_asks_for_twenty(self, sink, erin, client):
        answers = [client.post(FORGOTTEN, {"email": erin.email}).status_code for _ in range(21)]
        assert answers == [302] * 20 + [429]
        deliver_all()
        assert len(sink.messages) == 3

    def test_a_bad_address_is_said_and_kept(self, sink, client, db):
        answer = client.post(FORGOTTEN, {"email": "erin"})
        assert answer.status_code == 422
        assert 'value="erin"' in answer.content.decode()


class TestThePageOfMail:
    @pytest.fixture
    def admin(self, alice, client_of) -> Client:
        User.objects.filter(pk=alice.pk).update(is_instance_admin=True)
        alice.refresh_from_db()
        return client_of(alice)

    def test_a_test_arrives(self, sink, admin):
        admin.post("/mail/test/")
        deliver_all()
        assert sink.receivers == [["alice@example.com"]]
        assert "Nothing waits" in admin.get("/mail/").content.decode()

    def test_it_says_what_waits_and_why(self, no_server, admin):
        admin.post("/mail/test/")
        deliver_all()
        page = admin.get("/mail/").content.decode()
        assert "alice@example.com" in page
        assert "cannot be reached" in page

    @pytest.mark.parametrize("code", [450, 550])
    def test_what_a_hostile_server_answers_is_one_line_of_text(self, sink, admin, code):
        sink.refusal = f"{code}-<script>alert(1)</script>\r\n{code} \x1b[31m{'x' * 400}"
        admin.post("/mail/test/")
        deliver_all()
        error = Mail.objects.get().error
        assert error.startswith(
            f"The mail server answered {code} <script>alert(1)</script> [31mxxx"
        )
        assert error.isprintable()
        page = admin.get("/mail/").content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; [31mxxx" in page

    def test_without_a_server_it_says_how_to_name_one(self, admin):
        assert "EMAIL_URL" in admin.get("/mail/").content.decode()
        admin.post("/mail/test/")
        assert not Mail.objects.exists()

    def test_nobody_else_sees_it(self, sink, erin, client_of):
        assert client_of(erin).get("/mail/").status_code == 404
        assert client_of(erin).post("/mail/test/").status_code == 404


def test_old_mail_is_forgotten_but_not_what_waits(sink, adam, client_of):
    invite(client_of(adam))
    deliver_all()
    waits = invite(client_of(adam))
    Mail.objects.update(created_at=timezone.now() - timedelta(days=31))
    outbox.forget_old()
    assert list(Mail.objects.all()) == [waits]


def test_a_waiting_mail_survives_a_change_of_the_key(sink, adam, client_of, settings):
    invite(client_of(adam))
    old = settings.ENCRYPTION_KEY
    settings.ENCRYPTION_KEY = f"{'n' * 40},{old}"
    call_command("keys", "rotate", stdout=StringIO())
    settings.ENCRYPTION_KEY = "n" * 40
    deliver_all()
    assert len(sink.messages) == 1
