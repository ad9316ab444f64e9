"""Turns fold to their heads; a long conversation opens with the newest ones, and sends them all."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from .test_accessibility import assert_accessible
from .test_blocks import CALL, with_body
from .test_keyboard import focused, tab_to
from .visiting import Visitor
from .workbench_page import until

MARK = "a folded conversation"


def conversation(pairs: int) -> list[dict[str, Any]]:
    """As many questions and answers, and a last question; the first answer calls a tool."""
    turns: list[dict[str, Any]] = []
    for number in range(pairs):
        turns.append({"role": "user", "content": f"Question {number}"})
        turns.append({"role": "assistant", "content": f"Answer {number}"})
    turns[1]["content"] = [{"type": "text", "text": "Let me look."}, CALL]
    turns[2]["content"] = [
        {"type": "tool_result", "tool_use_id": CALL["id"], "content": "20 C"},
        {"type": "text", "text": "Question 1"},
    ]
    return [*turns, {"role": "user", "content": f"{MARK}: simulate: short"}]


def folded(page: Page) -> Locator:
    return page.locator("#turns > .turn[data-folded]")


def test_a_long_conversation_opens_with_its_older_turns_folded(visit: Visitor) -> None:
    workbench = with_body(visit(), messages=conversation(6))
    page, turns = workbench.page, workbench.page.locator("#turns > .turn")
    expect(turns).to_have_count(13)
    expect(folded(page)).to_have_count(9)
    expect(turns.nth(0)).to_contain_text("Question 0")
    expect(turns.nth(1).locator("wb-fold > span")).to_have_text(
        "Let me look. · Tool use · get_weather"
    )
    expect(turns.nth(0).locator("textarea")).to_be_hidden()
    expect(turns.nth(12).locator("textarea")).to_be_visible()
    workbench.run()
    workbench.ends()
    (sent,) = until(lambda: workbench.visit.site.upstream.journal(MARK), page)
    assert sent["body"]["messages"] == conversation(6)


def test_a_turn_is_folded_and_unfolded_by_keyboard(visit: Visitor) -> None:
    workbench = with_body(visit(), messages=conversation(2))
    page, keys = workbench.page, workbench.page.keyboard
    expect(folded(page)).to_have_count(0)
    workbench.system.focus()
    tab_to(page, "Fold")
    keys.press("Enter")
    expect(folded(page)).to_have_count(1)
    expect(page.get_by_role("button", name="Fold User", expanded=False)).to_be_focused()
    keys.press("Tab")
    assert focused(page) == "Role"
    keys.press("Shift+Tab")
    keys.press("Enter")
    expect(folded(page)).to_have_count(0)
    expect(workbench.user).to_have_value("Question 0")


def test_a_sentence_about_a_block_unfolds_its_turn(visit: Visitor) -> None:
    workbench = with_body(visit(), messages=conversation(2))
    page = workbench.page
    workbench.visit.expect_status(422)
    page.get_by_label("Input").fill("{")
    page.get_by_role("button", name="Fold Assistant").first.click()
    expect(page.get_by_label("Input")).to_be_hidden()
    expect(page.locator("#error-turn-2-block-1")).to_contain_text("Input is no valid JSON")
    expect(page.get_by_label("Input")).to_be_visible()


def test_folded_turns_are_accessible(visit: Visitor) -> None:
    visitor = visit(bypass_csp=True, reduced_motion="reduce")
    workbench = with_body(visitor, messages=conversation(6))
    expect(folded(workbench.page)).to_have_count(9)
    assert_accessible(workbench.page)
