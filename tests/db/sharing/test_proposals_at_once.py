"""Proposals about which several people decide at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from tests.db.locks import wait_until_somebody_waits
from workbench.accounts.models import AuditEvent, User
from workbench.prompts.content import Content
from workbench.prompts.models import Label, LabelMove, Prompt
from workbench.sharing.models import Notice, Proposal

from .test_comments_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[User], Client]
ROUNDS = 5


@pytest.fixture
def three(prompt: Prompt, erin: User) -> Prompt:
    """The prompt with versions 1 to 3, production on v1."""
    for text in ("Be brief.", "Be kind."):
        content = Content.blank().with_body(system=text)
        prompt.save_version(content, erin, parent_number=prompt.latest_number)
    version = prompt.versions.get(number=1)
    Label.objects.create(team=prompt.team, prompt=prompt, name="production", version=version)
    return prompt


def open_one(prompt: Prompt, author: User) -> Proposal:
    """An open proposal to move production from v1 to v3; the label is put back to v1."""
    Label.objects.update(version=prompt.versions.get(number=1))
    LabelMove.objects.all().delete()
    fields = {"team": prompt.team, "prompt": prompt, "label": "production", "author": author}
    made: Proposal = Proposal.objects.create(from_number=1, to_number=3, **fields)
    return made


def test_two_approvals_at_once_promote_once(
    client_of: ClientOf, erin: User, adam: User, alice: User, three: Prompt
) -> None:
    clients = [client_of(user) for user in (adam, alice, adam, alice)]
    for number in range(1, ROUNDS + 1):
        url = f"/t/acme/proposals/{open_one(three, erin).pk}/approval/"
        answers = at_once(*(lambda c=client, u=url: c.post(u) for client in clients))
        assert sorted(answer.status_code for answer in answers) == [302, 422, 422, 422]
        assert LabelMove.objects.count() == 1
        assert AuditEvent.objects.filter(action="proposal.approve").count() == number
        assert Notice.objects.filter(kind="decision").count() == number


def test_the_author_gets_nowhere_beside_an_approval(
    client_of: ClientOf, erin: User, adam: User, three: Prompt
) -> None:
    erins, adams = [client_of(erin) for _ in range(3)], client_of(adam)
    for _ in range(ROUNDS):
        proposal = open_one(three, erin)
        url = f"/t/acme/proposals/{proposal.pk}/"
        answers = at_once(
            *(lambda c=client, u=url: c.post(f"{u}approval/") for client in erins),
            lambda u=url: adams.post(f"{u}refusal/", {"note": "No"}),
        )
        assert [answer.status_code for answer in answers] == [422, 422, 422, 302]
        proposal.refresh_from_db()
        assert (proposal.state, proposal.decided_by) == ("declined", adam)
        assert not LabelMove.objects.exists()


def test_of_approval_refusal_and_withdrawal_one_counts(
    client_of: ClientOf, erin: User, adam: User, alice: User, three: Prompt
) -> None:
    erins, adams, alices = client_of(erin), client_of(adam), client_of(alice)
    for _ in range(ROUNDS):
        proposal = open_one(three, erin)
        url = f"/t/acme/proposals/{proposal.pk}/"
        answers = at_once(
            lambda u=url: adams.post(f"{u}approval/"),
            lambda u=url: alices.post(f"{u}refusal/", {"note": "No"}),
            lambda u=url: erins.post(f"{u}withdrawal/"),
        )
        assert sorted(answer.status_code for answer in answers) == [302, 422, 422]
        proposal.refresh_from_db()
        is_moved = Label.objects.get().version.number == 3
        assert is_moved is (proposal.state == "approved") is LabelMove.objects.exists()


def test_two_proposals_at_once_are_one(
    client_of: ClientOf, erin: User, adam: User, three: Prompt
) -> None:
    clients = [client_of(user) for user in (erin, adam, erin, adam)]
    url = f"/t/acme/prompts/{three.pk}/proposal/"
    for _ in range(ROUNDS):
        Proposal.objects.all().delete()
        fields = {"label": "production", "number": "2"}
        answers = at_once(*(lambda c=client, f=fields: c.post(url, f) for client in clients))
        place = f"/t/acme/proposals/{Proposal.objects.get().pk}/"
        assert [(answer.status_code, answer["Location"]) for answer in answers] == [
            (302, place)
        ] * 4


def test_a_label_that_moves_beside_an_approval_moves_once(
    client_of: ClientOf, erin: User, adam: User, alice: User, three: Prompt
) -> None:
    adams, alices = client_of(adam), client_of(alice)
    move = {"name": "production", "number": "2", "from": "1"}
    for _ in range(ROUNDS):
        proposal = open_one(three, erin)
        url = f"/t/acme/proposals/{proposal.pk}/approval/"
        answers = at_once(
            lambda u=url: adams.post(u),
            lambda: alices.post(f"/t/acme/prompts/{three.pk}/labels/", move),
        )
        assert sorted(answer.status_code for answer in answers) == [302, 422]
        assert LabelMove.objects.count() == 1
        Proposal.objects.all().delete()


def test_a_rollback_that_is_asked_for_twice_is_one(
    client_of: ClientOf, erin: User, adam: User, three: Prompt
) -> None:
    clients = [client_of(user) for user in (erin, adam, erin)]
    for _ in range(ROUNDS):
        proposal = open_one(three, erin)
        clients[1].post(f"/t/acme/proposals/{proposal.pk}/approval/")
        url = f"/t/acme/proposals/{proposal.pk}/rollback/"
        answers = at_once(*(lambda c=client, u=url: c.post(u) for client in clients))
        assert sorted(answer.status_code for answer in answers) == [302, 422, 422]
        assert Label.objects.get().version.number == 1
        assert LabelMove.objects.count() == 2


@pytest.mark.parametrize("what", ["approval", "rollback"])
def test_a_decision_waits_for_the_prompt_before_it_looks_at_anything(
    client_of: ClientOf, erin: User, adam: User, three: Prompt, what: str
) -> None:
    proposal, adams = open_one(three, erin), client_of(adam)
    url = f"/t/acme/proposals/{proposal.pk}/"
    if what == "rollback":
        adams.post(f"{url}approval/")
    before = Label.objects.get().version.number

    def decide() -> Any:
        try:
            return adams.post(f"{url}{what}/")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Prompt.objects.filter(pk=three.pk).update(archived_at=timezone.now())
            decided = pool.submit(decide)
            wait_until_somebody_waits()
            # Who holds the prompt never meets somebody who holds a proposal and waits for it.
            Proposal.objects.select_for_update(nowait=True).get(pk=proposal.pk)
        answer = decided.result(30)
    assert answer.status_code == 422
    assert "The prompt is archived" in answer.content.decode()
    assert Label.objects.get().version.number == before
