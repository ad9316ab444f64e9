"""Presets and the retirement watch by keyboard alone, and how accessible they are."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .test_accessibility import assert_accessible, assert_no_finding, look
from .test_keyboard import focused, tab_to
from .visiting import NARROW, Visit, Visitor
from .workbench_page import WorkbenchPage

GOING = "claude-sonnet-4-5-20250929"
SAVE = "Save these parameters as a preset"


@pytest.fixture
def tab(visit: Visitor) -> Visit:
    """A visit in which axe may run its script."""
    return visit(bypass_csp=True, reduced_motion="reduce")


def from_the_top(page: Page, name: str) -> None:
    page.get_by_role("link", name="Skip to the content").focus()
    tab_to(page, name)


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Presets")


def with_body(visit: Visit, **body: object) -> WorkbenchPage:
    """A new draft with this body, written as JSON."""
    workbench = WorkbenchPage.on_new_draft(visit)
    visit.page.goto(f"/t/acme/drafts/{workbench.draft}/body/")
    visit.page.get_by_label("Body").fill(json.dumps(body))
    visit.page.get_by_role("button", name="Apply").click()
    expect(workbench.user).to_be_visible()
    return workbench


def test_parameters_are_saved_and_taken_by_another_draft_without_a_mouse(visit: Visitor) -> None:
    visitor = visit()
    workbench = WorkbenchPage.on_new_draft(visitor)
    page, keys = workbench.page, workbench.page.keyboard
    from_the_top(page, "Max tokens")
    keys.type("777")
    from_the_top(page, "Presets")
    keys.press("Enter")
    expect(dialog(page)).to_be_visible()
    tab_to(page, SAVE)
    keys.press("Enter")
    expect(dialog(page).get_by_label("Name")).to_be_focused()
    keys.type("Short answers")
    keys.press("Enter")
    expect(dialog(page)).to_contain_text("Saved as the preset “Short answers”.")
    assert "Saved as the preset" in focused(page)
    keys.press("Escape")
    expect(dialog(page)).to_be_hidden()
    workbench.saved()

    other = WorkbenchPage.on_new_draft(visitor)
    other.system.fill("You are kept.")
    other.user.fill("typed just before")
    from_the_top(page, "Presets")
    keys.press("Enter")
    expect(dialog(page)).to_be_visible()
    tab_to(page, "Short answers")
    keys.press("Enter")
    expect(dialog(page).get_by_role("row", name=re.compile("Max tokens"))).to_contain_text("777")
    assert "What “Short answers” changes" in focused(page)
    tab_to(page, "Apply")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.get_by_label("Max tokens")).to_have_value("777")
    expect(page.get_by_role("status").first).to_contain_text("“Short answers” was applied")
    expect(other.user).to_have_value("typed just before")
    expect(other.system).to_have_value("You are kept.")


def test_a_prompt_goes_from_the_watch_to_a_draft_with_the_successor(tab: Visit) -> None:
    turns = [{"role": "user", "content": "Hello"}]
    workbench = with_body(tab, model=GOING, max_tokens=500, temperature=0.2, messages=turns)
    page, keys = workbench.page, workbench.page.keyboard
    workbench.name.fill("Aging")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#version-state")).to_have_text("v1")
    look(page, "/t/acme/retirements/", heading="Retirement watch")
    from_the_top(page, "Preview the switch of Aging")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_have_text(
        "From Claude Sonnet 4.5 to Claude Sonnet 5.5"
    )
    assert_accessible(page)
    from_the_top(page, "Open as draft with Claude Sonnet 5.5")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.get_by_text("This is v1 with Claude Sonnet 5.5, not saved yet")).to_be_visible()
    expect(page.locator("#model-choice")).to_have_value("claude-sonnet-5-5")
    expect(page.locator("#version-state")).to_contain_text("v1")
    expect(workbench.user).to_have_value("Hello")


def test_the_dialog_and_the_pages_of_presets_are_accessible(tab: Visit) -> None:
    turns = [{"role": "user", "content": "Hello"}]
    workbench = with_body(tab, model=GOING, max_tokens=500, temperature=0.2, messages=turns)
    page = workbench.page
    tab.expect_status(422)
    page.get_by_role("button", name="Presets", exact=True).click()
    dialog(page).get_by_role("link", name=SAVE).click()
    dialog(page).get_by_label("Name").press("Enter")
    expect(dialog(page)).to_contain_text("Give the preset a name.")
    assert_no_finding(page)
    dialog(page).get_by_label("Name").fill("A name that is much longer than names are")
    dialog(page).get_by_role("button", name="Save", exact=True).click()
    expect(dialog(page)).to_contain_text("Saved as the preset")
    assert_no_finding(page)
    page.keyboard.press("Escape")
    WorkbenchPage.on_new_draft(tab)
    page.get_by_role("button", name="Presets", exact=True).click()
    dialog(page).get_by_role("link", name="A name that is").click()
    expect(dialog(page)).to_contain_text("What does not fit")
    for size in (NARROW, {"width": 1440, "height": 900}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert_no_finding(page)
    look(page, "/t/acme/presets/", heading="Presets")
    page.get_by_role("link", name="A name that is").click()
    expect(page.get_by_role("button", name="Begin new prompts with it")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Delete").click()
    expect(page.get_by_role("button", name="Delete the preset")).to_be_visible()
    assert_accessible(page)


def test_without_a_script_a_preset_is_saved_and_taken(visit: Visitor) -> None:
    visitor = visit(java_script_enabled=False)
    workbench = WorkbenchPage.on_new_draft(visitor)
    page = workbench.page
    page.get_by_label("Max tokens").fill("321")
    page.get_by_role("button", name="Presets", exact=True).click()
    page.get_by_role("link", name=SAVE).click()
    page.get_by_label("Name").fill("Scriptless")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Saved as the preset “Scriptless”.")
    page.get_by_label("Max tokens").fill("9")
    page.get_by_role("button", name="Presets", exact=True).click()
    page.get_by_role("link", name="Scriptless").click()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_label("Max tokens")).to_have_value("321")
