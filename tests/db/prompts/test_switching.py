"""Changing the model and API version: asked first, told after, nothing dropped."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft

pytestmark = pytest.mark.django_db

OLD = "2023-06-01"
CHOICE = "model-choice"


@pytest.fixture
def switched(erins, draft, post):
    """Posts the choice of another model; returns the answer and the stored content."""

    def send(*, body: dict[str, Any] | None = None, htmx: bool = True, **fields: Any) -> Any:
        content = Content(Content.blank().body | (body or {}), OLD)
        draft.content = content.to_dict()
        draft.save()
        return send_again(htmx=htmx, **fields)

    def send_again(*, htmx: bool = True, **fields: Any) -> Any:
        headers = {"HX-Request": "true"} if htmx else {}
        answer = erins.post(f"/t/acme/drafts/{draft.pk}/model/", fields, headers=headers)
        draft.refresh_from_db()
        return answer, draft.parsed

    send.again = send_again
    return send


SAMPLED = {"model": "claude-haiku-4-5-20251001", "temperature": 0.3, "top_k": 5}


def test_a_switch_that_everything_fits_is_made_and_told(switched):
    answer, content = switched(**{CHOICE: "claude-sonnet-5-5", "drawn": "kept-choice old"})
    html = answer.content.decode()
    assert content.body["model"] == "claude-sonnet-5-5"
    assert "Switched to Claude Sonnet 5.5" in html
    assert "Effort, unless set: high instead of medium." in html
    assert '<input type="hidden" name="model" value="claude-sonnet-5-5">' in html
    assert "draft-saved" in json.loads(answer.headers["HX-Trigger"])
    assert 'id="model-field"' not in html, "a list that somebody may be walking through stays"


def test_what_does_not_fit_is_asked_about_before_anything_changes(switched):
    answer, content = switched(body=SAMPLED, **{CHOICE: "claude-opus-5-5"})
    html = answer.content.decode()
    assert content.body["model"] == SAMPLED["model"]
    assert '<dialog class="dialog" id="switch-dialog"' in html
    assert 'name="accept" value="temperature" checked' in html
    assert 'name="accept" value="top_k" checked' in html
    assert "The same text counts about 30 % more tokens." in html
    assert "Keep Claude Haiku 4.5" in html
    assert f'data-restores="model-choice" value="{SAMPLED["model"]}"' in html


def test_accepted_parts_are_replaced_and_declined_ones_stay(switched):
    fields = {CHOICE: "claude-opus-5-5", "decided": "1", "accept": ["top_k"]}
    answer, content = switched(body=SAMPLED, **fields)
    html = answer.content.decode()
    assert content.body["model"] == "claude-opus-5-5"
    assert (content.body.get("temperature"), content.body.get("top_k")) == (0.3, None)
    assert "<strong>Temperature 0.3</strong> is set and may block the run." in html
    assert 'id="model-field"' in html
    assert "dialog" not in html


def test_a_prefill_becomes_a_user_turn_on_the_page_too(switched):
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "So:"}]
    fields = {CHOICE: "claude-opus-5-5", "decided": "1", "accept": ["prefill"]}
    body = {"model": "claude-haiku-4-5-20251001", "messages": turns}
    answer, content = switched(body=body, **fields)
    assert [turn["role"] for turn in content.body["messages"]] == ["user", "user"]
    assert '<div id="turns" hx-swap-oob="innerHTML">' in answer.content.decode()


def test_without_a_script_a_page_asks_and_leads_back(switched, erins, draft):
    answer, content = switched(body=SAMPLED, htmx=False, **{CHOICE: "claude-opus-5-5"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1" in html
    assert f'href="/t/acme/drafts/{draft.pk}/"' in html
    assert content.body["model"] == SAMPLED["model"]

    fields = {CHOICE: "claude-opus-5-5", "api_version-choice": OLD, "decided": "1"}
    answer, content = switched.again(htmx=False, accept=["temperature", "top_k"], **fields)
    assert answer.headers["Location"] == f"/t/acme/drafts/{draft.pk}/"
    assert content.body == Content.blank().body | {"model": "claude-opus-5-5"}
    page = erins.get(answer.headers["Location"]).content.decode()
    assert "Switched to Claude Opus 5.5." in page


def test_without_a_script_another_model_needs_its_id(switched):
    answer, content = switched(htmx=False, **{CHOICE: "", "model-id": ""})
    assert answer.status_code == 422
    assert "Write the id of the other model" in answer.content.decode()
    assert content.body["model"] == "claude-opus-5-5"


def test_the_api_version_is_asked_about_as_well(switched):
    body = {"model": "claude-haiku-4-5-20251001", "temperature": 0.3}
    answer, content = switched(body=body, **{"api_version-choice": "2026-10-21"})
    html = answer.content.decode()
    assert content.api_version == OLD
    assert "Switch to API version 2026-10-21" in html
    assert f"Keep API version {OLD}" in html


def test_what_was_typed_elsewhere_is_kept_by_a_switch(switched, draft):
    fields = {"name": "N", "max_tokens": "many", "turn-1-role": "user", "turn-1-text": "typed"}
    body = SAMPLED | {"max_tokens": 9}
    switched(body=body, **{CHOICE: "claude-opus-5-5", "decided": "1"}, **fields)
    form = EditorForm.of(draft)
    assert (draft.name, form.max_tokens) == ("N", "many")
    assert draft.parsed.body["model"] == "claude-opus-5-5"


def test_a_run_or_save_with_an_undecided_choice_says_so(switched, erins, draft):
    switched(body=SAMPLED)
    fields = {"turn-1-role": "user", "turn-1-text": "Hello", CHOICE: "claude-opus-5-5"}
    for verb in ("versions", "runs"):
        url = f"/t/acme/drafts/{draft.pk}/{verb}/"
        answer = erins.post(url, fields, headers={"HX-Request": "true"})
        assert answer.status_code == 422, url
        assert "Claude Opus 5.5 is chosen, but 2 parts of this request do not fit it" in (
            answer.content.decode()
        )


def test_an_autosave_draws_no_field_anew(erins, draft):
    regions = EditorForm.of(draft).panel.regions
    drawn = [f"{name} old" for name in regions]
    fields = {"drawn": drawn, "model": "claude-haiku-4-5-20251001"}
    headers = {"HX-Request": "true", "X-Autosave": "1"}
    html = erins.post(f"/t/acme/drafts/{draft.pk}/", fields, headers=headers).content.decode()
    draft.refresh_from_db()
    assert draft.parsed.body["model"] == "claude-haiku-4-5-20251001"
    assert 'id="model-notes"' in html
    assert 'id="kept-choice"' in html
    for name in ("sampling", "thinking-fields", "limit", "where", "format"):
        assert f'<div id="{name}"' not in html, name
        assert f'name="drawn" value="{name} old"' in html, name


def test_an_autosave_leaves_the_choice_to_its_own_request(erins, draft):
    headers = {"HX-Request": "true", "X-Autosave": "1"}
    fields = {CHOICE: "claude-sonnet-5-5", "name": "N"}
    erins.post(f"/t/acme/drafts/{draft.pk}/", fields, headers=headers)
    draft.refresh_from_db()
    assert (draft.name, draft.parsed.body["model"]) == ("N", "claude-opus-5-5")


def test_an_example_schema_is_put_in_on_demand(erins, draft, post):
    html = post(erins, f"drafts/{draft.pk}/parameters/", **{"example-format": "1"})
    draft.refresh_from_db()
    assert draft.parsed.body["output_config"]["format"]["type"] == "json_schema"
    assert "additionalProperties" in html.content.decode()


def test_a_beta_row_comes_and_goes(erins, draft, post):
    url = f"drafts/{draft.pk}/parameters/"
    assert 'name="beta-' in post(erins, url, **{"add-beta": "1"}).content.decode()
    fields = {"beta-1-text": "X", "beta-2-text": "Y", "remove-beta": "1"}
    html = post(erins, url, **fields).content.decode()
    draft.refresh_from_db()
    assert draft.parsed.betas == ("Y",)
    assert '<div id="beta-1" hx-swap-oob="delete">' in html


IMAGE = {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}
CALL = {"type": "tool_use", "id": "t", "name": "f", "input": {}}


def with_unreadable_input(*turns: dict[str, Any]) -> EditorForm:
    """A form over these turns; the last block of the second holds an input that is no JSON."""
    body = Content.blank().body | {"messages": list(turns)}
    content = Content(body, OLD).to_dict()
    typed = {"blocks": {"0": {"typed": {"input": "{not yet"}}}}
    return EditorForm.of(Draft(content=content | {"editor": {"turns": {"1": typed}}}))


def test_what_is_typed_into_blocks_survives_a_switch_that_changes_other_turns():
    form = with_unreadable_input(
        {"role": "user", "content": [IMAGE]}, {"role": "assistant", "content": [CALL]}
    )
    messages = form.content.body["messages"]
    note = {"role": "user", "content": [{"type": "text", "text": "[image]"}]}
    form.turns.take([note, messages[1]])
    assert form.turns.notes["turns"] == {"1": {"blocks": {"0": {"typed": {"input": "{not yet"}}}}}
    assert form.turns.removed == []
    assert form.turns.messages == [note, messages[1]]


def test_what_is_typed_into_a_block_that_a_switch_takes_away_can_be_put_back():
    form = with_unreadable_input(
        {"role": "user", "content": "Hi"}, {"role": "assistant", "content": [CALL]}
    )
    form.turns.take([form.turns.messages[0], {"role": "user", "content": "Go on."}])
    assert [entry["place"] for entry in form.turns.removed] == [1]
    restored = form.turns.restore()
    assert restored.contents.notes == {"blocks": {"0": {"typed": {"input": "{not yet"}}}}
