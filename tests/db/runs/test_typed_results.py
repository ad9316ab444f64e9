"""Typed results of tool calls outlive a reload, a refusal and another run; only their own do."""

from __future__ import annotations

import pytest
from django.test import Client

from workbench.accounts.models import User
from workbench.prompts.content import Content
from workbench.prompts.models import Draft
from workbench.runs.models import Run, State

from .waiting import ASKED, ClientOf, newest, send, waiting_run

TYPED = {"result-1-text": "20 <C>", "result-2-text": "none", "result-2-error": "1"}


def keep(client: Client, run: Run) -> int:
    return client.post(f"/t/acme/runs/{run.pk}/results/typed/", TYPED).status_code


def shown(client: Client, path: str) -> bool:
    page = client.get(path).text
    return (
        "\n20 &lt;C&gt;</textarea>" in page
        and "\nnone</textarea>" in page
        and 'name="result-2-error" value="1" checked' in page
        and 'name="result-1-error" value="1" checked' not in page
    )


def test_what_was_typed_is_there_after_a_reload(erins: Client, draft: Draft, run: Run) -> None:
    assert keep(erins, run) == 204
    assert shown(erins, f"/t/acme/runs/{run.pk}/")
    assert shown(erins, f"/t/acme/drafts/{draft.pk}/")


def test_saving_the_draft_leaves_it(erins: Client, draft: Draft, run: Run) -> None:
    keep(erins, run)
    erins.post(f"/t/acme/drafts/{draft.pk}/", {"name": "Other", "max_tokens": "77"})
    draft.refresh_from_db()
    assert draft.parsed.body["max_tokens"] == 77
    assert shown(erins, f"/t/acme/runs/{run.pk}/")


def test_results_that_were_refused_are_there_after_a_reload(
    erins: Client, draft: Draft, run: Run
) -> None:
    answer = send(erins, run, editor="1", name="", max_tokens="999999999", **TYPED)
    assert answer.status_code == 422
    assert "Your results are still below" in answer.text
    assert f'id="run-{run.pk}-key"' in answer.text
    assert shown(erins, f"/t/acme/drafts/{draft.pk}/")


def test_a_failed_run_leaves_its_results_where_they_were_typed(
    client_of: ClientOf, alice: User, erins: Client, run: Run
) -> None:
    send(erins, run, **TYPED)
    Run.objects.filter(pk=newest().pk).update(state=State.FAILED, ending="timeout")
    Draft.objects.update(content=Content(ASKED).to_dict())
    assert shown(erins, f"/t/acme/runs/{run.pk}/")
    assert shown(client_of(alice), f"/t/acme/runs/{run.pk}/")


def test_what_is_only_typed_is_nobody_elses(
    client_of: ClientOf, alice: User, bob: User, erins: Client, run: Run
) -> None:
    keep(erins, run)
    assert not shown(client_of(alice), f"/t/acme/runs/{run.pk}/")
    assert keep(client_of(alice), run) == 404
    assert keep(client_of(bob), run) == 403


def test_another_run_of_the_draft_does_not_get_it(
    erins: Client, erin: User, draft: Draft, run: Run
) -> None:
    keep(erins, run)
    other = waiting_run(erin, draft)
    assert not shown(erins, f"/t/acme/runs/{other.pk}/")


@pytest.mark.parametrize("name", ["result-1-textx", "name", "result-99999-text", "result--text"])
def test_other_fields_are_not_kept(erins: Client, draft: Draft, run: Run, name: str) -> None:
    erins.post(f"/t/acme/runs/{run.pk}/results/typed/", {name: "x"})
    draft.refresh_from_db()
    assert draft.content["editor"]["results"] == {"run": run.pk, "fields": {}}
