"""EMAIL_URL and EMAIL_FROM: what they may say, and that no sentence repeats a password."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from workbench.accounts.mail.server import MailServer, mail_server, sender
from workbench.accounts.mail.wording import named


def test_without_a_url_there_is_no_server():
    assert not mail_server("").host


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost:25", MailServer("localhost", 25)),
        ("smtp://relay", MailServer("relay", 587)),
        (
            "smtp://me%40x.org:a%2Fb@mail.example.org?tls=1",
            MailServer("mail.example.org", 587, "me@x.org", "a/b", starts_tls=True),
        ),
        (
            "smtps://me:secret@mail.example.org",
            MailServer("mail.example.org", 465, "me", "secret", speaks_tls=True),
        ),
        ("smtp://me:secret@127.0.0.1:2525", MailServer("127.0.0.1", 2525, "me", "secret")),
    ],
)
def test_a_url_names_a_server(url: str, server: MailServer):
    assert mail_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://me:hunter2@mail.example.org",
        "smtp://me:hunter2@mail.example.org",  # the password would travel unencrypted
        "smtp://me:hunter2@mail.example.org:many?tls=1",
        "smtp://me:hunter2@mail.example.org/box?tls=1",
        "smtp://me:hunter2@mail.example.org?tls=yes",
        "smtp://me:hunter2@mail.example.org?tls=1&verify=0",
        "smtps://me:hunter2@mail.example.org?tls=1",
        "smtp://",
    ],
)
def test_a_bad_url_is_refused_without_its_password(url: str):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL") as caught:
        mail_server(url)
    assert "hunter2" not in str(caught.value)


def test_the_password_is_not_among_what_is_shown_of_a_server():
    assert "hunter2" not in repr(mail_server("smtps://me:hunter2@mail.example.org"))


def test_a_sender_is_an_address_perhaps_with_a_name():
    assert sender("wb@example.org") == "wb@example.org"
    assert sender("Workbench <wb@example.org>") == "Workbench <wb@example.org>"


@pytest.mark.parametrize("text", ["", "Workbench", "wb@", "wb@example.org\r\nBcc: all@example.org"])
def test_another_sender_is_refused(text: str):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_FROM"):
        sender(text)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("Ada\r\nBcc: all@example.org", "Ada Bcc: all@ example. org"),
        ("visit https://evil.example/now", "visit https: / / evil. example/ now"),
        ("\u202eada", "ada"),
        ("x" * 100, "x" * 59 + "…"),
    ],
)
def test_a_name_in_a_mail_is_one_line_and_no_link(name: str, shown: str):
    assert named(name) == shown
