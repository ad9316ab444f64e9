"""What an upstream did not accept is said at its field, while it still stands there."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.accounts.models import Team, User
from workbench.prompts.content import Content
from workbench.prompts.models import Draft
from workbench.runs.complaints import path_of_complaint
from workbench.runs.models import Run, State

SENTENCE = "The request was refused (HTTP 400)."
BODY = {
    "model": "claude-opus-5-5",
    "max_tokens": 99,
    "messages": [
        {"role": "user", "content": "One"},
        {"role": "assistant", "content": "Two"},
        {"role": "user", "content": "Three"},
    ],
}
FORM = {
    "name": "",
    "model": "claude-opus-5-5",
    "max_tokens": "99",
    "part": "turns",
    "turn-k1-role": "user",
    "turn-k1-text": "One",
    "turn-x-role": "assistant",
    "turn-x-text": "Two",
    "turn-k2-role": "user",
    "turn-k2-text": "Three",
}


@pytest.fixture
def refused(erin: User, acme: Team) -> Any:
    """Makes a run of Erin's draft that was refused with an ``error``."""

    def make(body: dict[str, Any] = BODY, **error: Any) -> Run:
        draft = Draft.objects.create(team=acme, user=erin, content=Content(BODY).to_dict())
        return Run.objects.create(
            team=acme,
            user=erin,
            draft=draft,
            request={"api_version": "2026-10-21", "betas": [], "body": body},
            request_hash="h",
            model="claude-opus-5-5",
            upstream="simulator",
            idempotency_key="made",
            state=State.FAILED,
            ending="invalid_request",
            error_kind="invalid_request",
            error={"sentence": SENTENCE} | error,
        )

    return make


@pytest.fixture
def said(client_of: Any, erin: User) -> Any:
    """What the page with ``FORM`` is told about a run."""

    def post(run: Run, **changes: str) -> str:
        named = {name.replace("__", "-"): value for name, value in changes.items()}
        url = f"/t/acme/runs/{run.pk}/complaint/"
        answer = client_of(erin).post(url, FORM | named, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        return str(answer.content.decode())

    return post


@pytest.mark.parametrize(
    ("field", "slot"),
    [
        ("max_tokens", "error-max_tokens"),
        ("messages.2.content.0.text", "error-turn-k2"),
        ("messages[0].content", "error-turn-k1"),
    ],
)
def test_a_complaint_that_begins_with_a_path_stands_at_its_field(
    refused: Any, said: Any, field: str, slot: str
) -> None:
    page = said(refused(field=field))
    assert f'id="{slot}" hx-swap-oob="innerHTML"' in page
    assert SENTENCE in page
    assert f'name="complaint-shown" value="{slot}"' in page


def test_the_upstreams_own_words_are_enough_at_the_field(refused: Any, said: Any) -> None:
    run = refused(field="max_tokens", sentence="Not accepted (HTTP 400): max_tokens: too many.")
    assert '<p class="field-error">The API says: max_tokens: too many.</p>' in said(run)


def test_a_complaint_stays_until_the_next_run(refused: Any, client_of: Any, erin: User) -> None:
    run = refused(field="max_tokens")
    client, shown = client_of(erin), FORM | {"complaint-shown": "error-max_tokens"}
    htmx, emptied = (
        {"HX-Request": "true"},
        '<div id="error-max_tokens" hx-swap-oob="innerHTML"></div>',
    )
    saved = client.post(f"/t/acme/drafts/{run.draft_id}/", shown, headers=htmx)
    assert emptied not in saved.content.decode()
    started = client.post(f"/t/acme/drafts/{run.draft_id}/runs/", shown, headers=htmx)
    assert emptied in started.content.decode()


def test_what_was_changed_since_is_not_complained_about(refused: Any, said: Any) -> None:
    run = refused(field="messages.2.content")
    assert SENTENCE not in said(run, turn__k2__text="Other")
    assert SENTENCE in said(run, turn__k1__text="Other")


@pytest.mark.parametrize(
    "field",
    [
        "messages.99.content",
        f"messages.{'9' * 5_000}.content",
        "nowhere.at.all",
        "messages.x",
        "",
        None,
    ],
)
def test_a_path_that_leads_nowhere_is_left_to_the_answer(
    refused: Any, said: Any, field: str | None
) -> None:
    assert SENTENCE not in said(refused(field=field))


@pytest.mark.parametrize(
    ("sentence", "path"),
    [
        (
            "This model does not support assistant message prefill. The conversation must end "
            "with a user message.",
            "messages.2",
        ),
        ('"thinking.type.enabled" is not supported for this model.', "thinking.type"),
        ("adaptive thinking is not supported on this model", "thinking.type"),
        ('tool_choice: type "tool" and "any" are not supported', "tool_choice.type"),
        ("`thinking` or `redacted_thinking` blocks cannot be modified", "messages.1"),
        ("`tool_use` ids were found without `tool_result` blocks immediately after", "messages.1"),
        ("Something else", ""),
    ],
)
def test_documented_messages_without_a_path_have_their_field(
    refused: Any, sentence: str, path: str
) -> None:
    assert path_of_complaint(refused(sentence=f"Refused (HTTP 400): {sentence}")) == path


@pytest.mark.parametrize("body", [{}, {"messages": []}, {"messages": "odd"}])
def test_odd_requests_have_no_turn_to_complain_about(refused: Any, body: dict[str, Any]) -> None:
    run = refused(body, sentence="It does not support assistant message prefill.")
    assert path_of_complaint(run) == ""


def test_the_page_of_the_draft_asks_for_it_and_the_page_of_the_run_does_not(
    refused: Any, client_of: Any, erin: User
) -> None:
    run = refused(field="max_tokens")
    client, call = client_of(erin), f'hx-post="/t/acme/runs/{run.pk}/complaint/"'
    outcome = f"/t/acme/runs/{run.pk}/outcome/"
    here = {"HX-Request": "true", "HX-Current-URL": f"http://x/t/acme/drafts/{run.draft_id}/"}
    there = here | {"HX-Current-URL": f"http://x/t/acme/runs/{run.pk}/"}
    assert call in client.get(f"/t/acme/drafts/{run.draft_id}/").content.decode()
    assert call in client.get(outcome, headers=here).content.decode()
    assert call not in client.get(outcome, headers=there).content.decode()
    assert call not in client.get(f"/t/acme/runs/{run.pk}/").content.decode()


def test_nobody_else_gets_it(refused: Any, client_of: Any, alice: User, charlie: User) -> None:
    run = refused(field="max_tokens")
    url = f"/t/acme/runs/{run.pk}/complaint/"
    assert client_of(alice).post(url, FORM).status_code == 404
    assert client_of(charlie).post(url, FORM).status_code == 404
