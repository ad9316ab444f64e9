"""What is new in an inbox, mailed to who asked for it: one mail for many notices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from workbench.accounts.encryption import key_ring
from workbench.accounts.mail.outbox import row_of
from workbench.accounts.mail.server import MailServer
from workbench.accounts.models import Mail, Membership, User
from workbench.sharing import digests
from workbench.sharing.models import Comment, Notice

pytestmark = pytest.mark.usefixtures("has_server", "wants_mail")


@pytest.fixture
def has_server(settings):
    settings.MAIL_SERVER = MailServer("127.0.0.1", 25)


@pytest.fixture
def wants_mail(erin, client_of, has_server):
    """Erin asks for mail in her account."""
    fields = {"name": "Erin", "theme": "system", "mails_notices": "on"}
    assert client_of(erin).post("/account/", fields).status_code == 302
    erin.refresh_from_db()


@pytest.fixture
def notice(acme, prompt, adam, erin):
    """Tells Erin, or another, of a comment of Adam's."""

    def notice(user: User = erin, **fields: object) -> Notice:
        comment = Comment.objects.create(
            team=acme, prompt=prompt, author=adam, author_name="Adam", text="SECRET WORDS"
        )
        chosen = {"kind": "mention", "actor": adam, "actor_name": "Adam", "comment": comment}
        return Notice.objects.create(team=acme, user=user, **(chosen | fields))

    return notice


def mail_all() -> list[Mail]:
    while digests.mail_next():
        pass
    return list(Mail.objects.order_by("created_at"))


def text_of(mail: Mail) -> str:
    return key_ring().open(mail.text_ciphertext, row_of(mail))


def test_many_notices_make_one_mail_without_what_was_written(notice):
    for _ in range(3):
        notice()
    [mail] = mail_all()
    assert (mail.to, mail.subject) == (
        "erin@example.com",
        "3 new notices in “Acme” on Workbench",
    )
    text = text_of(mail)
    assert text.count("- Adam mentioned you: “Weather”") == 3
    assert "/t/acme/inbox/" in text
    assert "SECRET" not in text
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_the_next_one_comes_fifteen_minutes_later(notice):
    notice()
    mail_all()
    notice()
    assert len(mail_all()) == 1
    User.objects.update(last_digest_at=timezone.now() - timedelta(minutes=16))
    assert len(mail_all()) == 2
    User.objects.update(last_digest_at=timezone.now() - timedelta(minutes=16))
    assert len(mail_all()) == 2  # each notice once


def test_what_was_read_is_not_mailed(notice):
    notice(read_at=timezone.now())
    assert mail_all() == []


def test_who_did_not_ask_gets_none_and_who_asks_gets_nothing_old(notice, bob, client_of):
    notice(bob)
    assert mail_all() == []
    client_of(bob).post("/account/", {"name": "Bob", "theme": "system", "mails_notices": "on"})
    assert mail_all() == []
    notice(bob)
    assert [mail.to for mail in mail_all()] == ["bob@example.com"]


def test_who_asks_no_longer_gets_none(notice, erin, client_of):
    notice()
    client_of(erin).post("/account/", {"name": "Erin", "theme": "system"})
    assert mail_all() == []


def test_saving_the_account_again_loses_no_notice(notice, erin, client_of):
    notice()
    fields = {"name": "E", "theme": "dark", "mails_notices": "on"}
    client_of(erin).post("/account/", fields)
    assert len(mail_all()) == 1


def test_who_left_the_team_or_is_disabled_gets_none(notice, erin):
    notice()
    User.objects.filter(pk=erin.pk).update(is_active=False)
    assert mail_all() == []
    User.objects.filter(pk=erin.pk).update(is_active=True)
    Membership.objects.filter(user=erin).delete()
    assert mail_all() == []


def test_hostile_names_stay_names(notice, prompt, acme):
    type(prompt).objects.filter(pk=prompt.pk).update(name="W\n\nhttps://evil.example/a\x1b[31m")
    type(acme).objects.filter(pk=acme.pk).update(name="T\u2028X-Evil: 1\u202e")
    notice(actor_name="A\r\nBcc: all@example.org")
    notice(actor_name="A\x0b\x0c\x85Bcc: all@example.org\x7f", kind="webhook", comment=None)
    [mail] = mail_all()
    text = text_of(mail)
    assert "https://evil" not in text
    assert [line for line in text.split("\n") if line.lstrip().startswith(("Bcc", "X-"))] == []
    assert [line for line in [mail.subject, *text.split("\n")] if not line.isprintable()] == []


def test_fifty_are_named_and_the_rest_counted(notice):
    for _ in range(52):
        notice()
    [mail] = mail_all()
    assert text_of(mail).count("- Adam") == 50
    assert "- and 2 more" in text_of(mail)
