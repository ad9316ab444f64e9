"""Labels: set, moved, removed, each step written down, and no step on what has moved meanwhile."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from workbench.accounts.models import AuditEvent
from workbench.prompts.labels.moving import ago
from workbench.prompts.models import Label, LabelMove


@pytest.fixture
def three(prompt, alice, saying):
    """The prompt with versions 1 to 3."""
    for text in ("two", "three"):
        prompt.save_version(saying(text), alice, parent_number=prompt.latest_number)
    return prompt


@pytest.fixture
def set_label(post):
    """Posts the form of a label as htmx does."""

    def set_label(client, prompt, name, number="", shown="", **more):
        fields = {"name": name, "number": str(number), "from": str(shown), **more}
        return post(client, f"prompts/{prompt.pk}/labels/", **fields)

    return set_label


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def placed(prompt):
    return {label.name: label.version.number for label in Label.objects.filter(prompt=prompt)}


def steps(prompt):
    moves = LabelMove.objects.filter(prompt=prompt).order_by("pk")
    return list(moves.values_list("name", "from_number", "to_number", "mover_name"))


def test_a_label_is_set_moved_and_removed_and_each_step_is_kept(erins, erin, three, set_label):
    assert set_label(erins, three, "production", 1).status_code == 200
    assert set_label(erins, three, "production", "v3", shown=1).status_code == 200
    assert placed(three) == {"production": 3}
    assert Label.objects.get().moved_by == erin
    assert set_label(erins, three, "production", shown=3, remove="1").status_code == 200
    assert placed(three) == {}
    assert steps(three) == [
        ("production", None, 1, "Erin"),
        ("production", 1, 3, "Erin"),
        ("production", 3, None, "Erin"),
    ]


def test_each_step_is_audited_without_a_word_of_the_prompt(erins, erin, acme, three, set_label):
    set_label(erins, three, "staging", 2)
    set_label(erins, three, "staging", shown=2, remove="1")
    first, second = AuditEvent.objects.filter(action__startswith="label.").order_by("pk")
    assert (first.action, second.action) == ("label.move", "label.remove")
    assert (first.team, first.actor, first.target) == (acme, erin, "Greeting")
    assert first.detail == {"label": "staging", "prompt": three.pk, "before": None, "after": 2}


def test_the_history_page_shows_labels_and_their_moves_newest_first(erins, three, set_label):
    set_label(erins, three, "production", 1)
    set_label(erins, three, "production", 2, shown=1)
    text = text_of(erins.get(f"/t/acme/prompts/{three.pk}/history/"))
    assert text.index("v1 → v2") < text.index("set on v1")
    assert "v2 production" in text


def test_the_version_page_shows_its_own_and_offers_to_bring_others(erins, three, set_label):
    set_label(erins, three, "production", 1)
    set_label(erins, three, "mine", 2)
    text = text_of(erins.get(f"/t/acme/prompts/{three.pk}/versions/2/"))
    assert "Move production here from v1" in text
    answer = set_label(erins, three, "production", 2, shown=1, page="2")
    assert 'id="labels"' in answer.content.decode()
    assert placed(three) == {"production": 2, "mine": 2}


def test_without_a_script_it_leads_back_to_its_page(erins, three, post):
    path = f"prompts/{three.pk}/labels/"
    answer = post(erins, path, htmx=False, name="production", number="2", page="2")
    assert answer.headers["Location"] == f"/t/acme/prompts/{three.pk}/versions/2/"
    answer = post(erins, path, htmx=False, name="staging", number="2")
    assert answer.headers["Location"] == f"/t/acme/prompts/{three.pk}/history/"
    assert "“staging” points to v2." in text_of(erins.get(answer.headers["Location"]))


def test_capitals_make_no_other_label(erins, three, set_label):
    set_label(erins, three, "Production", 1)
    assert placed(three) == {"production": 1}
    answer = set_label(erins, three, "PRODUCTION", 2)
    assert answer.status_code == 422
    assert placed(three) == {"production": 1}


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("name", ["", "a b", "x" * 61, "a/b", "<b>", "line\nbreak"])
def test_a_name_that_cannot_be_has_one_sentence_and_stays_typed(erins, three, post, name, htmx):
    answer = post(erins, f"prompts/{three.pk}/labels/", htmx=htmx, name=name, number="1")
    assert answer.status_code == 422
    assert "A label is 1 to 60 letters, digits, - _ or . without spaces" in text_of(answer)
    assert answer.context["label_typed"]["name"] == name
    assert placed(three) == {}


@pytest.mark.parametrize("name", ["a", "x" * 60, "v1.2-rc_3", "größe", "本番"])
def test_a_name_of_ones_own_is_taken(erins, three, set_label, name):
    assert set_label(erins, three, name, 1).status_code == 200
    assert placed(three) == {name: 1}


@pytest.mark.parametrize("number", ["4", "0", "x", "", "-1", "9" * 30])
def test_a_version_that_is_not_there_has_a_sentence(erins, three, set_label, number):
    answer = set_label(erins, three, "production", number)
    assert answer.status_code == 422
    assert re.search("There is no v4; choose|Give the number of a version", text_of(answer))
    assert placed(three) == {}


def test_a_label_that_moved_meanwhile_stays_and_who_moved_it_is_named(
    erins, alice, client_of, three, set_label
):
    set_label(erins, three, "production", 1)
    set_label(client_of(alice), three, "production", 2, shown=1)
    answer = set_label(erins, three, "production", 3, shown=1)
    assert answer.status_code == 422
    assert "“production” was moved to v2 by Alice just now. Nothing was changed" in text_of(answer)
    assert placed(three) == {"production": 2}
    answer = set_label(erins, three, "production", shown=1, remove="1")
    assert answer.status_code == 422
    assert placed(three) == {"production": 2}
    assert len(steps(three)) == 2


def test_a_label_that_was_removed_meanwhile_is_not_set_again(
    erins, alice, client_of, three, set_label
):
    set_label(erins, three, "production", 1)
    set_label(client_of(alice), three, "production", shown=1, remove="1")
    answer = set_label(erins, three, "production", 2, shown=1)
    assert "“production” was removed by Alice just now. Nothing was changed." in text_of(answer)
    assert placed(three) == {}


def test_two_who_want_the_same_both_have_it(erins, three, set_label):
    set_label(erins, three, "production", 1)
    for _ in range(2):
        assert set_label(erins, three, "production", 2, shown=1).status_code == 200
    assert len(steps(three)) == 2


def test_a_viewer_sees_labels_and_may_not_move_them(bob, client_of, erins, three, set_label):
    set_label(erins, three, "production", 1)
    bobs = client_of(bob)
    assert set_label(bobs, three, "production", 2, shown=1).status_code == 403
    html = bobs.get(f"/t/acme/prompts/{three.pk}/history/").content.decode()
    assert "production" in html
    assert "Set label" not in html
    assert placed(three) == {"production": 1}


def test_a_stranger_finds_no_such_prompt(charlie, client_of, three, set_label):
    assert set_label(client_of(charlie), three, "production", 1).status_code == 404


def test_labels_of_one_prompt_are_not_those_of_another(
    erins, alice, acme, three, set_label, saying
):
    from workbench.prompts.saving import make_prompt

    other = make_prompt(acme.pk, "Other", alice)
    other.save_version(saying("x"), alice, parent_number=None)
    set_label(erins, three, "production", 3)
    assert set_label(erins, other, "production", 1).status_code == 200
    assert (placed(three), placed(other)) == ({"production": 3}, {"production": 1})


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_a_label_at_once_one_is_told(
    alice, erin, client_of, prompt, saying, set_label
):
    for text in ("two", "three"):
        prompt.save_version(saying(text), alice, parent_number=prompt.latest_number)
    set_label(client_of(alice), prompt, "production", 1)
    barrier, statuses = threading.Barrier(2), {}

    def move(user, number):
        client = client_of(user)
        barrier.wait()
        statuses[number] = set_label(client, prompt, "production", number, shown=1).status_code
        connection.close()

    threads = [threading.Thread(target=move, args=each) for each in ((alice, 2), (erin, 3))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses.values()) == [200, 422]
    winner = next(number for number, status in statuses.items() if status == 200)
    assert placed(prompt) == {"production": winner}
    assert [step[1:3] for step in steps(prompt)] == [(None, 1), (1, winner)]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_a_new_label_at_once_one_is_told(
    alice, erin, client_of, prompt, saying, set_label
):
    prompt.save_version(saying("two"), alice, parent_number=1)
    barrier, statuses = threading.Barrier(2), []

    def set_it(user, number):
        client = client_of(user)
        barrier.wait()
        statuses.append(set_label(client, prompt, "staging", number).status_code)
        connection.close()

    threads = [threading.Thread(target=set_it, args=each) for each in ((alice, 1), (erin, 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 422]
    assert len(placed(prompt)) == 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (61, "a minute ago"),
        (150, "2 minutes ago"),
        (3_700, "an hour ago"),
        (90_000, "a day ago"),
        (200_000, "2 days ago"),
    ],
)
def test_how_long_ago_is_said_in_words(seconds, words):
    assert ago(timezone.now() - timedelta(seconds=seconds)) == words
