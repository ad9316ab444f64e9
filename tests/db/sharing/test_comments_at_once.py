"""Comments that several people write, delete and move at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from workbench.accounts.models import Membership, Team, User
from workbench.prompts.models import Prompt
from workbench.sharing.comments import writing
from workbench.sharing.models import Comment, Notice

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[User], Client]


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What each action returns, each in a thread of its own."""

    def with_own_connection(action: Callable[[], Any]) -> Any:
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(with_own_connection, actions))


def url_of(prompt: Prompt, team: str = "acme") -> str:
    return f"/t/{team}/prompts/{prompt.pk}/comments/writing/"


def test_a_thread_never_gets_more_answers_than_fit(
    client_of: ClientOf, adam: User, acme: Team, prompt: Prompt
) -> None:
    root = Comment.objects.create(team=acme, prompt=prompt, text="Question")
    Comment.objects.bulk_create(
        Comment(team=acme, prompt=prompt, parent=root, text="Yes")
        for _ in range(writing.MOST_ANSWERS - 1)
    )
    clients = [client_of(adam) for _ in range(4)]
    fields = {"text": "The last", "parent": root.pk}
    answers = at_once(*(lambda c=client: c.post(url_of(prompt), fields) for client in clients))
    assert sorted(answer.status_code for answer in answers) == [302, 422, 422, 422]
    assert root.replies.count() == writing.MOST_ANSWERS


def test_a_comment_is_not_changed_back_to_life(
    client_of: ClientOf, adam: User, acme: Team, prompt: Prompt
) -> None:
    for _ in range(5):
        fields = {"team": acme, "prompt": prompt, "author": adam, "author_name": "Adam"}
        made = Comment.objects.create(text="Before", **fields)
        one, two = client_of(adam), client_of(adam)
        url = f"/t/acme/comments/{made.pk}/"
        answers = at_once(
            lambda client=one, url=url: client.post(f"{url}text/", {"text": "@Erin after"}),
            lambda client=two, url=url: client.post(f"{url}deletion/"),
        )
        assert {answer.status_code for answer in answers} <= {302, 404}
        made.refresh_from_db()
        assert (made.text, made.mentions) == ("", {})
        assert not Notice.objects.filter(comment=made).exists()


def test_what_is_said_while_the_prompt_moves_is_where_the_prompt_is(
    client_of: ClientOf, adam: User, erin: User, prompt: Prompt
) -> None:
    labs = Team.objects.create(name="Labs", slug="labs")
    for user in (adam, erin):
        Membership.objects.create(team=labs, user=user, role="editor")
    adams, erins, movers = client_of(adam), client_of(erin), client_of(erin)
    statuses: set[int] = set()

    def write(client: Client, parent: bool) -> None:
        for _ in range(15):
            for team in ("acme", "labs"):
                rows = Comment.objects.filter(parent=None).order_by("pk")
                root = str(rows.values_list("pk", flat=True).first() or "") if parent else ""
                fields = {"text": "@Erin @Adam look", "parent": root}
                statuses.add(client.post(url_of(prompt, team), fields).status_code)

    def move() -> None:
        for number in range(6):
            here, there = ("acme", "labs") if number % 2 == 0 else ("labs", "acme")
            movers.post(f"/t/{here}/prompts/{prompt.pk}/transfer/", {"team": there})

    at_once(lambda: write(adams, False), lambda: write(erins, True), move)
    prompt.refresh_from_db()
    assert {302, 404} <= statuses <= {302, 404, 422}
    assert set(Comment.objects.values_list("team", flat=True)) == {prompt.team_id}
    assert set(Notice.objects.values_list("team", flat=True)) == {prompt.team_id}
