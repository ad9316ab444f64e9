"""Who else has a prompt open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from workbench.prompts.models import Presence
from workbench.prompts.opening import draft_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def mine(erins_access, prompt):
    return draft_of(erins_access, prompt)


def poll(client, draft, query=""):
    return client.get(f"/t/acme/drafts/{draft.pk}/presence/{query}", headers=HTMX)


def words(answer):
    """The text of a page, without its tags."""
    return strip_tags(answer.content.decode())


@pytest.fixture
def alices_draft(alice, prompt):
    from workbench.accounts.access import access_to

    return draft_of(access_to(alice.pk, "acme"), prompt)


def test_a_colleague_is_seen_with_version_and_state(
    erins, mine, alice, alices_draft, client_of, post
):
    client = client_of(alice)
    poll(client, alices_draft)
    assert "Alice is editing (v1)" in words(poll(erins, mine))
    post(client, f"drafts/{alices_draft.pk}/", system__text="Mine")
    poll(client, alices_draft)
    assert "Alice is editing (v1, changed)" in words(poll(erins, mine))
    assert Presence.objects.count() == 2


def test_ones_own_presence_is_not_shown(erins, mine):
    poll(erins, mine)
    assert "is editing" not in words(poll(erins, mine))


def test_who_was_not_seen_for_45_seconds_is_gone(erins, mine, alice, alices_draft, client_of):
    poll(client_of(alice), alices_draft)
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=46))
    assert "is editing" not in words(poll(erins, mine))


def test_the_page_shows_it_at_once_and_readers_see_it_too(
    erins, mine, alice, bob, alices_draft, client_of, prompt
):
    client_of(alice).get(f"/t/acme/prompts/{prompt.pk}/")
    assert "Alice is editing" in words(erins.get(f"/t/acme/prompts/{prompt.pk}/"))
    page = words(client_of(bob).get(f"/t/acme/prompts/{prompt.pk}/"))
    assert "Alice is editing" in page
    assert "Erin is editing" in page


def test_an_open_page_hears_of_a_newer_version_once(erins, mine, alice, prompt, saying):
    assert "newer-version" not in poll(erins, mine).content.decode()
    prompt.save_version(saying("Hi"), alice, parent_number=1)
    html = poll(erins, mine).content.decode()
    assert "Alice saved v2 while you edited v1" in html
    assert 'name="newer" value="2"' in html
    assert "newer-version" not in poll(erins, mine, "?newer=2").content.decode()


def test_a_draft_of_no_prompt_is_nobodys_business(erins, draft):
    assert poll(erins, draft).status_code == 200
    assert not Presence.objects.exists()


def test_it_costs_the_same_however_many_are_there(
    erins, mine, acme, prompt, django_assert_num_queries
):
    from workbench.accounts.models import User

    def count():
        with django_assert_num_queries(8):
            poll(erins, mine)

    poll(erins, mine)
    count()
    for number in range(8):
        user = User.objects.create_user(f"{number}@example.com", None, name=f"{number}")
        Presence.objects.create(team=acme, user=user, prompt=prompt, seen_at=timezone.now())
    count()


def test_it_is_the_authors_alone(client_of, alice, bob, charlie, mine):
    statuses = [poll(client_of(user), mine).status_code for user in (alice, bob, charlie)]
    assert statuses == [404, 403, 404]
