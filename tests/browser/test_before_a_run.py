"""Before a run: the tokens and the price follow the typing; the body can be edited as JSON."""

from __future__ import annotations

import json

from playwright.sync_api import Locator, expect

from .workbench_page import WorkbenchPage, until


def estimate(workbench: WorkbenchPage) -> Locator:
    return workbench.page.locator("#estimate")


def questions(workbench: WorkbenchPage, mark: str) -> list[str]:
    journal = workbench.visit.site.upstream.journal(mark, "/v1/messages/count_tokens")
    return [str(entry["ended"]) for entry in journal]


def test_the_count_follows_the_typing(workbench: WorkbenchPage) -> None:
    expect(estimate(workbench)).to_contain_text("No token count yet. This turn is empty")
    workbench.user.fill("a few words")
    expect(estimate(workbench)).to_contain_text("tokens in")
    expect(estimate(workbench)).to_contain_text("at list price")
    before = estimate(workbench).inner_text()
    workbench.user.fill("many more words " * 500)
    expect(estimate(workbench)).not_to_have_text(before)
    expect(workbench.user).to_be_focused()


def test_an_outdated_question_is_dropped(workbench: WorkbenchPage) -> None:
    workbench.user.fill("outdated\nsimulate-count: hang")
    until(lambda: questions(workbench, "outdated"), workbench.page)
    workbench.user.fill("in its place")
    expect(estimate(workbench)).to_contain_text("tokens in")
    until(lambda: questions(workbench, "outdated") == ["client-gone"], workbench.page)


def test_the_body_as_json_and_back_by_keyboard(workbench: WorkbenchPage) -> None:
    page, keys = workbench.page, workbench.page.keyboard
    workbench.user.fill("typed in the form")
    page.get_by_role("button", name="JSON").focus()
    keys.press("Enter")
    text = page.get_by_label("Body")
    body = json.loads(text.input_value())
    assert body["messages"][0]["content"] == "typed in the form"

    text.fill('{"model": oops}')
    workbench.visit.expect_status(422)
    keys.press("Control+s")
    expect(page.locator("#body-error")).to_contain_text("line 1, column 11")
    expect(text).to_have_value('{"model": oops}')

    body |= {"max_tokens": 77, "brand_new": {"kept": [1, None]}}
    text.fill(json.dumps(body))
    keys.press("Control+s")
    expect(workbench.user).to_have_value("typed in the form")
    expect(page.get_by_label("Max tokens")).to_have_value("77")
    workbench.run("the new key travels")
    workbench.ends()
    (sent,) = workbench.visit.site.upstream.journal("the new key travels")
    assert sent["body"]["brand_new"] == {"kept": [1, None]}
