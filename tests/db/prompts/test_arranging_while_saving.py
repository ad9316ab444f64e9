"""Moves, deletions and archiving while people type, save and run: nothing lost, no deadlock."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client

from workbench.accounts.access import access_to
from workbench.accounts.models import Membership, Team, User
from workbench.prompts.content import Content
from workbench.prompts.library import locking
from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.prompts.opening import draft_of
from workbench.prompts.saving import make_prompt
from workbench.runs.models import Run, State
from workbench.runs.start import _is_stored

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 6
ROUNDS = 12


@pytest.fixture
def labs(alice):
    """Another team of Alice's."""
    labs = Team.objects.create(name="Labs", slug="labs")
    Membership.objects.create(team=labs, user=alice, role="owner")
    return labs


@pytest.fixture
def writers(acme, labs):
    """Editors of Acme; every second one is an editor of Labs as well."""
    people = []
    for number in range(WRITERS):
        person = User.objects.create(email=f"w{number}@example.com", name=f"W{number}")
        Membership.objects.create(team=acme, user=person, role="editor")
        if number % 2:
            Membership.objects.create(team=labs, user=person, role="editor")
        people.append(person)
    return people


@pytest.fixture
def shared(alice, acme, writers):
    """A prompt of Alice's of which every writer has a draft."""
    prompt = make_prompt(acme.pk, "Shared", alice)
    prompt.save_version(Content.blank(), alice, parent_number=None)
    for person in writers:
        Draft.objects.create(
            team=acme,
            user=person,
            prompt=prompt,
            base_number=1,
            name="Shared",
            content=Content.blank().to_dict(),
        )
    return prompt


def at_once(*actions):
    """The results of the actions, each on a thread with a connection of its own."""

    def with_own_connection(action):
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [each.result() for each in [pool.submit(with_own_connection, a) for a in actions]]


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


class Writer:
    """Types and saves through the page that shows a draft, and knows what the server kept."""

    def __init__(self, person, rounds=ROUNDS, save_every=3):
        self.rounds, self.save_every = rounds, save_every
        self.client, self.person = client_of(person), person
        self.draft = Draft.objects.get(user=person).pk
        self.saved = []
        self.kept = ""
        self.statuses = set()

    def __call__(self):
        for number in range(self.rounds):
            text = f"{self.person.name} wrote {number}"
            is_save = number % self.save_every == self.save_every - 1
            answer = self.post(text, "versions/" if is_save else "")
            while "HX-Redirect" in answer.headers:  # somebody was faster, so it is made anew
                answer = self.post(text, "versions/")
            self.statuses.add(answer.status_code)
            if answer.status_code in (200, 422):
                self.kept = text
            if is_save and answer.status_code == 200:
                self.saved.append(text)
            time.sleep(random.uniform(0, 0.02))

    def post(self, text, path):
        """The answer to the text, made from the version that is the latest at this moment."""
        latest = Prompt.objects.filter(drafts=self.draft).values_list("latest_number", flat=True)
        return self.client.post(
            f"/t/acme/drafts/{self.draft}/{path}",
            {"name": "Shared", "system-text": text, "base": str(latest.first() or "")},
            headers={"HX-Request": "true"},
        )


def texts_of(prompt):
    versions = PromptVersion.objects.filter(prompt=prompt).order_by("number")
    assert list(versions.values_list("number", flat=True)) == list(range(1, len(versions) + 1))
    return {version.content["body"].get("system") for version in versions}


def assert_drafts_hold(writers):
    for writer in writers:
        draft = Draft.objects.get(pk=writer.draft)
        assert draft.content["body"]["system"] == writer.kept


def test_fifty_saves_through_pages_follow_each_other_without_a_gap(shared, writers):
    pages = [Writer(person, rounds=10, save_every=1) for person in writers[:5]]
    at_once(*pages)
    assert all(page.statuses == {200} for page in pages)
    assert texts_of(shared) == {None, *(text for page in pages for text in page.saved)}
    assert Prompt.objects.get().latest_number == 1 + 50


def test_archiving_during_saves_refuses_them_and_keeps_the_text(shared, writers, alice):
    pages = [Writer(person) for person in writers]
    client = client_of(alice)

    def archive():
        for path in ("archive", "restoration") * 4:
            answer = client.post(f"/t/acme/prompts/{shared.pk}/{path}/")
            assert answer.status_code == 302
            time.sleep(0.03)

    at_once(archive, *pages)
    assert {status for page in pages for status in page.statuses} <= {200, 422}
    assert texts_of(shared) == {None, *(text for page in pages for text in page.saved)}
    assert_drafts_hold(pages)


def test_renaming_during_saves_deadlocks_with_nobody(shared, writers, alice):
    pages = [Writer(person) for person in writers]

    def rename(client, names):
        def act():
            for name in names * 4:
                url = f"/t/acme/prompts/{shared.pk}/details/"
                assert client.post(url, {"name": name}).status_code == 302

        return act

    clients = [client_of(alice) for _ in range(2)]
    at_once(
        rename(clients[0], ["Shared", "Other"]), rename(clients[1], ["Other", "Shared"]), *pages
    )
    assert all(page.statuses == {200} for page in pages)
    assert_drafts_hold(pages)


def test_moving_to_and_fro_during_saves_loses_nothing(shared, writers, alice):
    pages = [Writer(person) for person in writers]
    client = client_of(alice)

    def move():
        moved = 0
        for number in range(4):
            here, there = ("acme", "labs") if number % 2 == 0 else ("labs", "acme")
            answer = client.post(f"/t/{here}/prompts/{shared.pk}/transfer/", {"team": there})
            moved += answer.headers["Location"].startswith(f"/t/{there}/")
            time.sleep(0.05)
        return moved

    moved, *_ = at_once(move, *pages)
    assert moved == 4
    assert {status for page in pages for status in page.statuses} == {200}
    saved = {text for page in pages for text in page.saved}
    everywhere = {text for prompt in Prompt.objects.all() for text in texts_of(prompt)}
    assert saved <= everywhere
    assert_drafts_hold(pages)


def test_a_deletion_during_saves_loses_no_draft(shared, writers, alice):
    pages = [Writer(person) for person in writers]
    client = client_of(alice)

    def delete():
        time.sleep(0.1)
        client.post(f"/t/acme/prompts/{shared.pk}/archive/")
        answer = client.post(f"/t/acme/prompts/{shared.pk}/deletion/")
        return answer.headers["Location"]

    place, *_ = at_once(delete, *pages)
    assert place == "/t/acme/prompts/"
    assert not Prompt.objects.filter(pk=shared.pk).exists()
    assert {status for page in pages for status in page.statuses} <= {200, 422}
    assert_drafts_hold(pages)


def test_opening_during_moves_is_answered(shared, writers, alice, labs):
    client = client_of(alice)
    readers = [client_of(person) for person in writers]
    Draft.objects.all().delete()

    def move():
        for number in range(4):
            here, there = ("acme", "labs") if number % 2 == 0 else ("labs", "acme")
            client.post(f"/t/{here}/prompts/{shared.pk}/transfer/", {"team": there})

    def opening(reader):
        def act():
            found = set()
            for number in range(6):
                path = f"/t/acme/prompts/{shared.pk}/"
                if number % 2:
                    answer = reader.post(
                        "/t/acme/drafts/", {"prompt": str(shared.pk), "number": "1"}
                    )
                else:
                    answer = reader.get(path)
                found.add(answer.status_code)
                reader.post(f"/t/acme/prompts/{shared.pk}/star/", {"starred": str(number % 2)})
            return found

        return act

    _, *statuses = at_once(move, *(opening(reader) for reader in readers))
    assert set().union(*statuses) <= {200, 302, 404}


def test_runs_that_begin_during_moves_stay_with_their_team(shared, writers, alice, acme, labs):
    client = client_of(alice)
    draft = Draft.objects.get(user=writers[0])

    def begin():
        stored = 0
        for number in range(30):
            run = Run(
                team=acme,
                user=writers[0],
                draft=draft,
                prompt=shared,
                prompt_name="Shared",
                request={},
                request_hash="0" * 64,
                model="m",
                upstream="simulator",
                idempotency_key=f"run {number}",
                state=State.SUCCEEDED,
            )
            stored += _is_stored(run, None)
            time.sleep(0.005)
        return stored

    def move():
        for number in range(4):
            here, there = ("acme", "labs") if number % 2 == 0 else ("labs", "acme")
            client.post(f"/t/{here}/prompts/{shared.pk}/transfer/", {"team": there})
            time.sleep(0.03)

    stored, _ = at_once(begin, move)
    assert stored == Run.objects.filter(team=acme).count()
    assert Run.objects.exclude(team=acme).count() == 0


def test_who_holds_a_draft_for_too_long_is_waited_for_and_then_named(
    shared, writers, alice, monkeypatch
):
    monkeypatch.setattr(locking, "PATIENCE", 0.8)
    client = client_of(alice)
    with transaction.atomic():
        Draft.objects.select_for_update().get(user=writers[0])
        answer, *_ = at_once(
            lambda: client.post(
                f"/t/acme/prompts/{shared.pk}/transfer/", {"team": "labs"}, follow=True
            )
        )
    assert "Somebody is working with “Shared” at this moment." in answer.content.decode()
    assert Prompt.objects.get().team.slug == "acme"


def test_a_draft_that_is_begun_between_the_two_locks_is_not_overlooked(shared, alice):
    access = access_to(alice.pk, "acme")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Prompt.objects.select_for_update(no_key=True).get(pk=shared.pk)

            def count():
                return at_once(
                    lambda: locking.alone_with(access, shared.pk, lambda _, drafts: len(drafts))
                )

            counting = pool.submit(count)
            time.sleep(0.3)  # it has the drafts by now, and cannot have the prompt
            draft_of(access, shared)
        assert counting.result(timeout=20) == [WRITERS + 1]
