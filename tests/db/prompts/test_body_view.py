"""The body of a draft as JSON: opened from the form, checked, applied, never half."""

from __future__ import annotations

import json

import pytest

from workbench.prompts.editor import EditorForm

BODY = {
    "model": "claude-opus-5-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": [{"type": "new_block", "x": [1, {"y": None}]}]}],
    "new_field": {"deep": True},
}


def stored(draft):
    draft.refresh_from_db()
    return EditorForm.of(draft).content.body


def test_opening_it_stores_what_the_form_holds(erins, draft, post):
    answer = post(erins, f"drafts/{draft.pk}/body/", htmx=False, system="Typed just now")
    assert answer.headers["Location"] == f"/t/acme/drafts/{draft.pk}/body/"
    assert stored(draft)["system"] == "Typed just now"
    assert "Typed just now" in erins.get(f"/t/acme/drafts/{draft.pk}/body/").content.decode()
    htmx = post(erins, f"drafts/{draft.pk}/body/", system="Again")
    assert htmx.headers["HX-Redirect"] == f"/t/acme/drafts/{draft.pk}/body/"


def test_applying_it_keeps_what_the_form_does_not_know(erins, draft, post):
    answer = post(erins, f"drafts/{draft.pk}/body/", htmx=False, body__text=json.dumps(BODY))
    assert answer.headers["Location"] == f"/t/acme/drafts/{draft.pk}/"
    assert json.dumps(stored(draft)) == json.dumps(BODY)
    page = erins.get(f"/t/acme/drafts/{draft.pk}/body/").content.decode()
    assert "&quot;deep&quot;: true" in page


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"model": }', "line 1, column 11"),
        ("[]", "must be a JSON object"),
        ("[" * 50_000, "nested too deeply"),
        ('{"a": 1, "a": 2}', "stands twice"),
    ],
)
def test_a_broken_text_changes_nothing_and_is_shown_again(erins, draft, post, text, sentence):
    before = stored(draft)
    answer = post(erins, f"drafts/{draft.pk}/body/", htmx=False, body__text=text)
    assert answer.status_code == 422
    html = answer.content.decode().replace("&quot;", '"')
    assert sentence in html
    assert f"\n{text}</textarea>" in html
    assert stored(draft) == before


def test_checking_names_the_lines_and_applies_nothing(erins, draft, post):
    before = stored(draft)
    text = json.dumps({**BODY, "max_tokens": -1}, indent=1)
    answer = post(erins, f"drafts/{draft.pk}/body/", htmx=False, body__text=text, check="1")
    html = answer.content.decode()
    assert "Line 3, <code>max_tokens</code>: Max tokens must not be negative." in html
    assert stored(draft) == before


def test_checking_names_a_file_that_is_not_kept(erins, draft, post):
    source = {"type": "workbench_media", "sha256": "0" * 64, "media_type": "image/png"}
    turn = {"role": "user", "content": [{"type": "image", "source": source}]}
    text = json.dumps({**BODY, "messages": [turn]})
    answer = post(erins, f"drafts/{draft.pk}/body/", htmx=False, body__text=text, check="1")
    assert "This file is not kept here any more" in answer.content.decode()


def test_what_was_typed_into_the_old_body_goes_with_it(erins, draft, post):
    post(erins, f"drafts/{draft.pk}/", max_tokens="abc", name="N" * 300)
    post(erins, f"drafts/{draft.pk}/body/", htmx=False, body__text=json.dumps(BODY))
    draft.refresh_from_db()
    form = EditorForm.of(draft)
    assert form.max_tokens == "100"
    assert [problem.path for problem in form.errors] == ["name"]
