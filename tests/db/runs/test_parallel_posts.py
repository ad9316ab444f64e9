"""The same form sent from several threads at once begins each run once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from workbench.accounts.access import Access
from workbench.accounts.models import Role, Team, User
from workbench.prompts.models import Draft
from workbench.runs.models import Comparison, Run
from workbench.runs.start import NotStarted, Origin, start

from .test_comparisons import form as comparison_form
from .test_comparisons import url
from .waiting import ClientOf, waiting_run

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def at_once(clients: list[Client], post: Callable[[Client], Any]) -> list[Any]:
    """The answers to ``post`` by each client, all sent at the same moment."""
    answers: list[Any] = []
    barrier = threading.Barrier(len(clients))

    def send(client: Client) -> None:
        barrier.wait()
        try:
            answers.append(post(client))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def clients(client_of: ClientOf, erin: User) -> list[Client]:
    return [client_of(erin) for _ in range(AT_ONCE)]


def test_a_comparison_begins_each_pane_once(clients: list[Client], draft: Draft) -> None:
    fields = comparison_form({}, {"max_tokens": "50"}, {})
    answers = at_once(clients, lambda client: client.post(url(draft), fields))
    made = Comparison.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/t/acme/comparisons/{made.pk}/"}
    assert Run.objects.count() == 3
    assert sorted(made.runs.values_list("pane", flat=True)) == [0, 1, 2]


def test_a_comparison_that_is_refused_leads_nobody_to_a_page_that_is_gone(
    clients: list[Client], draft: Draft
) -> None:
    fields = comparison_form({"max_tokens": "-1"}, {"max_tokens": "-2"})
    answers = at_once(clients, lambda client: client.post(url(draft), fields))
    assert {answer.status_code for answer in answers} == {422}
    assert not Comparison.objects.exists()
    assert not Run.objects.exists()


def test_repeating_a_comparison_is_done_once(clients: list[Client], draft: Draft) -> None:
    clients[0].post(url(draft), comparison_form({}, {}))
    path = f"/t/acme/comparisons/{Comparison.objects.get().pk}/repetition/"
    at_once(clients, lambda client: client.post(path, {"idempotency_key": "again"}))
    assert Comparison.objects.count() == 2
    assert Run.objects.count() == 4


def test_results_are_sent_once_and_their_turns_added_once(
    clients: list[Client], erin: User, draft: Draft
) -> None:
    run = waiting_run(erin, draft)
    fields = {"results_key": "k", "result-1-text": "20 C", "result-2-text": "", "editor": "1"}
    path = f"/t/acme/runs/{run.pk}/results/"
    answers = at_once(clients, lambda client: client.post(path, fields))
    draft.refresh_from_db()
    begun = run.continuations.get()
    assert {answer["Location"] for answer in answers} == {f"/t/acme/runs/{begun.pk}/"}
    assert len(draft.parsed.body["messages"]) == 3


def test_a_run_whose_draft_was_deleted_meanwhile_is_refused_in_words(
    erin: User, acme: Team, draft: Draft
) -> None:
    Draft.objects.all().delete()
    with pytest.raises(NotStarted, match="was deleted meanwhile"):
        start(
            Access(acme, Role.EDITOR, erin),
            draft.parsed.prepared({}).request,
            values={},
            upstream="simulator",
            idempotency_key="k",
            origin=Origin(draft),
        )
    assert not Run.objects.exists()
