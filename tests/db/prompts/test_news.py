"""What pages that only show a prompt hear while they are open."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

HTMX = {"HX-Request": "true"}


@pytest.fixture
def bobs(bob, client_of):
    """A viewer's browser."""
    return client_of(bob)


def ask(client, prompt, query="?seen=1"):
    return client.get(f"/t/acme/prompts/{prompt.pk}/news/{query}", headers=HTMX)


def test_a_viewer_hears_who_edits_and_of_a_newer_version_once(bobs, erins, alice, prompt, saying):
    assert "is editing" not in ask(bobs, prompt).text
    erins.get(f"/t/acme/prompts/{prompt.pk}/")
    told = strip_tags(ask(bobs, prompt).text)
    assert "Erin is editing (v1)" in told
    assert "saved" not in told
    prompt.save_version(saying("Hi"), alice, parent_number=1)
    html = ask(bobs, prompt).text
    assert "Alice saved v2 since this page was made." in html
    assert f"/t/acme/prompts/{prompt.pk}/versions/1/differences/2/" in html
    assert 'name="told" value="2"' in html
    assert "newer-version" not in ask(bobs, prompt, "?seen=1&told=2").text
    prompt.save_version(saying("Ho"), alice, parent_number=2)
    assert "Alice saved v3" in ask(bobs, prompt, "?seen=1&told=2").text


@pytest.mark.parametrize("page", ["versions/1/", "history/", ""])
def test_the_pages_ask_by_themselves(bobs, prompt, page):
    html = bobs.get(f"/t/acme/prompts/{prompt.pk}/{page}").text
    assert f'hx-get="/t/acme/prompts/{prompt.pk}/news/?seen=1"' in html
    assert html.count('id="newer-version"') == 1


@pytest.mark.parametrize("query", ["", "?seen=", "?seen=0", "?seen=99", "?seen=%00", "?seen=²"])
def test_nonsense_is_no_news_and_no_error(bobs, alice, prompt, saying, query):
    prompt.save_version(saying("Hi"), alice, parent_number=1)
    answer = ask(bobs, prompt, query)
    assert answer.status_code == 200
    assert "saved" not in answer.text


def test_a_stranger_hears_nothing(client_of, charlie, prompt):
    assert ask(client_of(charlie), prompt).status_code == 404


def test_a_name_is_no_markup(bobs, alice, prompt, saying):
    alice.name = "<b hx-get=/x>A"
    alice.save()
    prompt.save_version(saying("Hi"), alice, parent_number=1)
    html = ask(bobs, prompt).text
    assert "&lt;b hx-get=/x&gt;A" in html
    assert "<b hx-get" not in html


def test_it_costs_the_same_however_many_are_there(bobs, acme, prompt):
    from workbench.accounts.models import User
    from workbench.prompts.models import Presence

    def queries():
        with CaptureQueriesContext(connection) as seen:
            ask(bobs, prompt)
        return len(seen)

    ask(bobs, prompt)
    few = queries()
    for number in range(4):
        user = User.objects.create_user(f"{number}@example.com", None, name=f"{number}")
        Presence.objects.create(team=acme, user=user, prompt=prompt, seen_at=timezone.now())
    assert queries() == few
