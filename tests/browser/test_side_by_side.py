"""Up to four answers beside each other, all on one stream, by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .test_accessibility import assert_accessible, assert_no_finding
from .test_keyboard import focused, tab_to
from .test_streaming import COUNT_SOURCES, OPEN_SOURCES
from .visiting import NARROW, Visit, Visitor
from .workbench_page import WorkbenchPage, until

LONG = "simulate: answer tokens=90 delay=0.02"
ENDLESS = "simulate: answer tokens=900 delay=0.05"


def open_setup(visit: Visit, text: str) -> Page:
    """Type ``text`` into a new draft and press Compare, without waiting for it to be saved."""
    workbench = WorkbenchPage.on_new_draft(visit)
    page = workbench.page
    workbench.user.fill(text)
    page.get_by_role("button", name="Compare").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
    return page


def run_all(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/comparisons/*/")


def setups(page: Page) -> Locator:
    return page.locator(".panes > section")


def answers(page: Page) -> list[str]:
    return [str(text) for text in page.locator(".panes .md").all_inner_texts()]


def all_end(page: Page, state: str = "succeeded") -> None:
    for each in page.locator(".run-state").all():
        expect(each).to_have_attribute("data-state", state, timeout=20_000)
    expect(page.locator("[sse-connect]")).to_have_count(0)
    for outcome in page.locator("[id$=-outcome]").all():
        expect(outcome).not_to_be_empty()


def test_four_panes_stream_at_once_on_one_connection(visit: Visitor) -> None:
    visitor = visit()
    visitor.context.add_init_script(COUNT_SOURCES)
    page = open_setup(visitor, f"All four.\n{LONG}")
    tab_to(page, "Same again")
    page.keyboard.press("Enter")
    expect(setups(page)).to_have_count(3)
    until(lambda: focused(page) == "Same again", page)
    tab_to(page, "Other model")
    page.keyboard.press("Enter")
    expect(setups(page)).to_have_count(4)
    expect(page.locator("#pane-d-model")).not_to_have_value("")
    run_all(page)
    until(lambda: len([text for text in answers(page) if len(text) > 60]) == 4, page)
    states = page.locator(".run-state").evaluate_all("all => all.map(one => one.dataset.state)")
    assert states == ["streaming"] * 4
    assert page.evaluate(OPEN_SOURCES) == 1
    assert page.evaluate("sources.length") == 1
    all_end(page)
    live = answers(page)
    assert len(visitor.site.upstream.journal("All four.")) == 4
    for usage in page.locator("[id$=-usage]").all():
        expect(usage).to_contain_text("Cost")
        expect(usage).to_contain_text("Duration")
    page.reload()
    assert answers(page) == live
    tab_to(page, "Differences against A")
    page.keyboard.press("Enter")
    expect(setups(page).nth(1)).to_contain_text("The same text as in A.")
    expect(setups(page).nth(3).locator("ins").first).to_be_visible()


def test_the_differences_appear_when_the_last_pane_has_ended(visit: Visitor) -> None:
    page = open_setup(visit(), LONG)
    page.get_by_role("button", name="Other model").press("Enter")
    expect(setups(page)).to_have_count(3)
    run_all(page)
    tab_to(page, "Differences against A")
    page.keyboard.press("Enter")
    expect(page.locator("[sse-connect]")).to_have_count(1)
    expect(page.locator(".diff")).to_have_count(0)
    expect(setups(page).nth(2).locator("ins").first).to_be_visible(timeout=20_000)


def test_stop_all_and_run_again(visit: Visitor) -> None:
    page = open_setup(visit(), ENDLESS)
    run_all(page)
    until(lambda: all(len(text) > 20 for text in answers(page)), page)
    tab_to(page, "Stop all", "Shift+Tab")
    page.keyboard.press("Enter")
    all_end(page, "cancelled")
    expect(page.get_by_role("button", name="Stop all")).to_have_count(0)
    before = page.url
    tab_to(page, "Run again")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/comparisons/\d+/$"))
    until(lambda: page.url != before, page)
    until(lambda: all(len(text) > 20 for text in answers(page)), page)
    page.get_by_role("button", name="Stop all").press("Enter")
    all_end(page, "cancelled")


def test_a_pane_that_cannot_run_says_why_beside_those_that_do(visit: Visitor) -> None:
    visitor = visit()
    visitor.expect_status(422)
    page = open_setup(visitor, "simulate: short")
    page.get_by_label("Max tokens").nth(1).fill("many")
    run = page.get_by_role("button", name="Run all")
    run.press("Enter")
    expect(page.locator(".field-error")).to_contain_text("not “many”")
    expect(page.locator("#pane-b-max_tokens")).to_have_value("many")
    page.locator("#pane-b-max_tokens").fill("-5")
    page.locator("#pane-b-max_tokens").press("Enter")
    expect(setups(page).nth(1).locator(".notice")).to_be_visible()
    run_all(page)
    all_end(page)
    expect(setups(page).nth(1)).to_contain_text("Not sent")
    expect(page.locator(".panes .md")).to_have_count(1)


def test_without_script_a_comparison_is_set_up_and_run(visit: Visitor) -> None:
    page = visit(java_script_enabled=False).page
    page.goto("/t/acme/prompts/")
    page.locator(".topbar").get_by_role("button", name="New prompt").click()
    page.locator("#turns textarea").first.fill("simulate: short")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("button", name="Same again").click()
    expect(setups(page)).to_have_count(3)
    page.get_by_role("button", name="Remove pane C").click()
    page.get_by_role("button", name="Run all").click()
    expect(page).to_have_url(re.compile(r"/comparisons/\d+/$"))

    def are_done() -> bool:
        page.reload()
        return page.get_by_text("Done", exact=True).count() == 2

    until(are_done, page)


@pytest.mark.parametrize("width", [390, 768])
def test_on_a_narrow_screen_panes_stand_one_per_width(visit: Visitor, width: int) -> None:
    page = open_setup(visit(), "simulate: short")
    run_all(page)
    all_end(page)
    page.set_viewport_size({"width": width, "height": 844})
    boxes = [pane.bounding_box() for pane in setups(page).all()]
    row = page.locator(".panes").bounding_box()
    assert row
    assert all(boxes)
    widths = {round(box["width"]) for box in boxes if box}
    expected = row["width"] if width < 768 else (row["width"] - 12) / 2
    assert widths == {round(expected)}


def test_axe_finds_nothing_from_the_setup_to_the_differences(visit: Visitor) -> None:
    tab = visit(bypass_csp=True, reduced_motion="reduce")
    tab.expect_status(422)
    page = open_setup(tab, "simulate: answer tokens=300 delay=0.05")
    page.get_by_role("button", name="Other model").press("Enter")
    expect(setups(page)).to_have_count(3)
    page.locator("#pane-a-max_tokens").fill("x")
    page.get_by_role("button", name="Run all").press("Enter")
    expect(page.locator(".field-error")).to_be_visible()
    assert_accessible(page)
    page.locator("#pane-a-max_tokens").fill("")
    run_all(page)
    until(lambda: all(len(text) > 20 for text in answers(page)), page)
    assert_no_finding(page)
    page.get_by_role("button", name="Stop all").press("Enter")
    all_end(page, "cancelled")
    assert_accessible(page)
    page.get_by_role("link", name="Differences against A").press("Enter")
    expect(page.locator(".diff").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name=re.compile(r"^Run \d+$")).last.press("Enter")
    page.get_by_role("link", name="Request", exact=True).press("Enter")
    expect(page.get_by_role("link", name="Compare with the run before")).to_be_visible()
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert_accessible(page)
    page.get_by_role("link", name="Compare with the run before").press("Enter")
    expect(page.locator("details.panel").first).to_be_visible()
    assert_accessible(page)
    page.go_back()
    page.get_by_role("link", name="Message", exact=True).press("Enter")
    expect(page.get_by_role("group", name="Message")).to_be_visible()
    assert_accessible(page)
