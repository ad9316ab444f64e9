"""The key of a form makes two presses one run for the person who pressed, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from workbench.accounts.models import Team, User
from workbench.prompts.content import Content
from workbench.prompts.models import Draft
from workbench.runs.models import Comparison, Run
from workbench.runs.results import waiting_of

from .test_comparisons import form as comparison_form
from .test_mocked_rounds import MOCKS
from .test_runs_views import MESSAGE
from .waiting import ASKED, HTMX, ClientOf, newest, send, waiting_run

ANSWER = {
    "message": {"role": "assistant", **MESSAGE, "content": [{"type": "text", "text": "Mine"}]}
}


@pytest.fixture(params=["a teammate", "a stranger"])
def other(request: pytest.FixtureRequest, adam: User, charlie: User) -> tuple[User, str]:
    """Somebody else, and the slug of their team."""
    return {"a teammate": (adam, "acme"), "a stranger": (charlie, "elsewhere")}[request.param]


def of_theirs(other: tuple[User, str], content: Content) -> Draft:
    """A draft of somebody else that says the same."""
    user, slug = other
    return Draft.objects.create(
        team=Team.objects.get(slug=slug), user=user, content=content.to_dict()
    )


def form(key: str = "key-1") -> dict[str, str]:
    turn = {"part": "turns", "turn-a-role": "user", "turn-a-text": "Hi"}
    return turn | {"idempotency_key": key}


def tells_nothing(answer: Any, mine: Run) -> bool:
    """Whether neither the run nor what became of it is in an answer."""
    text = answer.text + answer.get("Location", "") + answer.get("HX-Redirect", "")
    return "Mine" not in text and f"/runs/{mine.pk}/" not in text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_the_form_of_a_draft(
    headers: dict[str, str], client_of: ClientOf, erin: User, acme: Team, other: tuple[User, str]
) -> None:
    own = Draft.objects.create(team=acme, user=erin, content=Content.blank().to_dict())
    client_of(erin).post(f"/t/acme/drafts/{own.pk}/runs/", form())
    mine = Run.objects.get()
    Run.objects.update(state="succeeded", **ANSWER)
    theirs, path = of_theirs(other, Content.blank()), f"/t/{other[1]}/drafts/"
    answer = client_of(other[0]).post(f"{path}{theirs.pk}/runs/", form(), headers=headers)
    assert answer.status_code == (422 if headers else 409)
    assert tells_nothing(answer, mine)
    assert Run.objects.get().draft == own
    again = client_of(other[0]).post(f"{path}{theirs.pk}/runs/", form("key-2"))
    assert again["Location"] == f"/t/{other[1]}/runs/{newest().pk}/"
    assert newest().user == other[0]


def test_run_again(client_of: ClientOf, erin: User, adam: User, run: Run) -> None:
    path = f"/t/acme/runs/{run.pk}/repetition/"
    client_of(erin).post(path, {"idempotency_key": "key-1"})
    mine = newest()
    Run.objects.filter(pk=mine.pk).update(**ANSWER)
    answer = client_of(adam).post(path, {"idempotency_key": "key-1"})
    assert answer.status_code == 409
    assert tells_nothing(answer, mine)
    assert newest() == mine


def test_the_form_of_a_comparison(
    client_of: ClientOf, erin: User, acme: Team, other: tuple[User, str]
) -> None:
    content = Content.blank().with_body(messages=[{"role": "user", "content": "Hi"}])
    own = Draft.objects.create(team=acme, user=erin, content=content.to_dict())
    client_of(erin).post(f"/t/acme/drafts/{own.pk}/comparison/", comparison_form({}, {}))
    mine = Comparison.objects.get()
    theirs = of_theirs(other, content)
    path = f"/t/{other[1]}/drafts/{theirs.pk}/comparison/"
    answer = client_of(other[0]).post(path, comparison_form({}, {}))
    assert answer.status_code == 422
    assert Comparison.objects.get() == mine
    assert mine.runs.count() == Run.objects.count() == 2


def test_running_a_comparison_again(
    client_of: ClientOf, erin: User, adam: User, acme: Team
) -> None:
    content = Content.blank().with_body(messages=[{"role": "user", "content": "Hi"}])
    own = Draft.objects.create(team=acme, user=erin, content=content.to_dict())
    client_of(erin).post(f"/t/acme/drafts/{own.pk}/comparison/", comparison_form({}, {}))
    path = f"/t/acme/comparisons/{Comparison.objects.get().pk}/repetition/"
    client_of(erin).post(path, {"idempotency_key": "again"})
    answer = client_of(adam).post(path, {"idempotency_key": "again"})
    assert answer.status_code == 422
    assert set(Comparison.objects.values_list("user", flat=True)) == {erin.pk}
    assert Run.objects.count() == 4


def test_the_results_of_tools(client_of: ClientOf, erin: User, adam: User, run: Run) -> None:
    send(client_of(erin), run)
    mine = newest()
    Run.objects.filter(pk=mine.pk).update(**ANSWER)
    answer = send(client_of(adam), run)
    assert "sent before" in answer.text
    assert tells_nothing(answer, mine)
    assert newest() == mine


def test_a_round_that_goes_on_by_itself(
    erins: Client, erin: User, draft: Draft, client_of: ClientOf, other: tuple[User, str]
) -> None:
    """Whoever came to know its key begins nothing that the page of the first would show."""
    draft.content = Content(ASKED, mocks=MOCKS).to_dict()
    draft.save()
    asked = waiting_run(erin, draft, mock_round=1)
    waiting = waiting_of(asked, erin)
    assert waiting is not None
    theirs = of_theirs(other, Content.blank())
    path = f"/t/{other[1]}/drafts/{theirs.pk}/runs/"
    client_of(other[0]).post(path, form(waiting.own_key))
    begun = newest()
    assert begun.user == other[0]
    answer = send(erins, asked, editor="1", mocks="2", results_key=waiting.own_key)
    assert "sent before" in answer.text
    assert f"run-{begun.pk}" not in answer.text
    draft.refresh_from_db()
    assert draft.parsed.body["messages"] == ASKED["messages"]
