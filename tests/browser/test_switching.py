"""Choosing another model by keyboard alone: asked about what does not fit, told what changes."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from .test_accessibility import assert_accessible
from .test_keyboard import focused, tab_to
from .visiting import Visitor
from .workbench_page import WorkbenchPage

OLD_MODEL, NEW_MODEL = "claude-opus-4-6", "claude-opus-5-5"


def choose(page: Page, name: str, words: str) -> None:
    """Moves to a list from the top of the page and types the words of one of its entries."""
    page.get_by_role("link", name="Skip to the content").focus()
    tab_to(page, name)
    page.keyboard.type(words)
    page.keyboard.press("Tab")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name=re.compile("^Switch to"))


def with_temperature(workbench: WorkbenchPage) -> Page:
    """A draft for a model that takes the temperature it has, and thinks with a budget."""
    page = workbench.page
    choose(page, "Model", "Claude Opus 4.6")
    expect(page.locator("#switch")).to_contain_text("Switched to Claude Opus 4.6")
    page.get_by_text("Settings", exact=False).locator("visible=true").last.focus()
    page.locator("#settings-panel > summary").press("Enter")
    choose(page, "API version", "2023")
    expect(page.get_by_label("Temperature")).to_be_visible()
    tab_to(page, "Temperature")
    page.keyboard.type("0.4")
    choose(page, "Thinking", "Enabled")
    expect(page.get_by_label("Thinking budget")).to_be_visible()
    page.keyboard.press("Tab")
    tab_to(page, "Thinking budget", "Shift+Tab")
    page.keyboard.type("2048")
    workbench.saved()
    return page


def test_a_switch_is_decided_part_by_part(workbench: WorkbenchPage) -> None:
    page = with_temperature(workbench)
    workbench.user.fill("Hello")
    choose(page, "Model", "Claude Opus 5.5")
    expect(dialog(page)).to_be_visible()
    expect(dialog(page)).to_contain_text("The same text counts about 30 % more tokens.")
    assert "temperature" in focused(page)
    page.keyboard.press("Space")
    tab_to(page, "Switch")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_hidden()
    expect(page.locator("#model-choice")).to_be_focused()
    expect(page.locator("#model-choice")).to_have_value(NEW_MODEL)
    expect(page.get_by_label("Thinking", exact=True)).to_have_value("adaptive")
    expect(page.get_by_label("Effort")).to_have_value("low")
    expect(page.get_by_text("Temperature 0.4 is set and may block the run.")).to_be_visible()
    expect(workbench.user).to_have_value("Hello")

    page.reload()
    expect(page.locator("#model-choice")).to_have_value(NEW_MODEL)
    tab_to(page, "Remove Temperature")
    page.keyboard.press("Enter")
    expect(page.get_by_text("may block the run")).to_have_count(0)
    workbench.run("Hello again")
    workbench.ends()


def test_escape_puts_the_list_back(workbench: WorkbenchPage) -> None:
    page = with_temperature(workbench)
    choose(page, "Model", "Claude Opus 5.5")
    expect(dialog(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    expect(page.locator("#model-choice")).to_have_value(OLD_MODEL)
    workbench.saved()
    expect(page.locator("#error-model")).to_have_text("")
    expect(page.get_by_role("textbox", name="Temperature")).to_have_value("0.4")

    choose(page, "Model", "Claude Opus 5.5")
    expect(dialog(page)).to_be_visible()
    tab_to(page, "Keep Claude Opus 4.6")
    page.keyboard.press("Enter")
    expect(page.locator("#model-choice")).to_have_value(OLD_MODEL)
    page.reload()
    expect(page.locator("#model-choice")).to_have_value(OLD_MODEL)


def test_another_model_by_its_id(workbench: WorkbenchPage) -> None:
    page = workbench.page
    expect(page.get_by_label("Id of another model")).to_be_hidden()
    choose(page, "Model", "Another")
    expect(page.get_by_label("Id of another model")).to_be_focused()
    page.keyboard.type("my-own-model")
    page.keyboard.press("Tab")
    expect(page.locator("#switch")).to_contain_text("Switched to my-own-model")
    page.reload()
    expect(page.get_by_label("Id of another model")).to_have_value("my-own-model")
    choose(page, "Model", "Claude Sonnet 5.5")
    expect(page.locator("#switch")).to_contain_text("Switched to Claude Sonnet 5.5")
    expect(page.get_by_label("Id of another model")).to_be_hidden()


def test_what_is_typed_while_the_answer_is_under_way_stays(workbench: WorkbenchPage) -> None:
    page = workbench.page
    choose(page, "Model", "Claude Haiku 4.5")
    workbench.user.press_sequentially("typed meanwhile", delay=30)
    expect(page.locator("#switch")).to_contain_text("Switched to Claude Haiku 4.5")
    expect(workbench.user).to_be_focused()
    expect(workbench.user).to_have_value("typed meanwhile")
    workbench.saved()


def test_a_schema_from_the_example_and_a_caching_time(workbench: WorkbenchPage) -> None:
    page = workbench.page
    page.locator("#settings-panel > summary").press("Enter")
    tab_to(page, "Start from an example")
    page.keyboard.press("Enter")
    schema = page.get_by_label("JSON Schema of the answer")
    expect(schema).to_have_value(re.compile('"additionalProperties": false'))
    schema.fill("{")
    workbench.saved()
    expect(page.locator("#error-output-format")).to_contain_text("line 1, column 2")
    choose(page, "Automatic caching", "1 hour")
    workbench.saved()
    page.reload()
    expect(page.get_by_label("Automatic caching")).to_have_value("1h")
    expect(schema).to_have_value("{")


def test_the_dialog_and_the_settings_are_accessible(visit: Visitor) -> None:
    visitor = visit(bypass_csp=True, reduced_motion="reduce")
    workbench = WorkbenchPage.on_new_draft(visitor)
    page = with_temperature(workbench)
    page.locator("#model-notes summary").press("Enter")
    assert_accessible(page)
    choose(page, "Model", "Claude Opus 5.5")
    expect(dialog(page)).to_be_visible()
    assert_accessible(page)


def test_without_a_script_a_page_asks(visit: Visitor) -> None:
    page = visit(java_script_enabled=False).page
    page.goto("/t/acme/prompts/")
    page.locator(".topbar").get_by_role("button", name="New prompt").click()
    page.locator("#turns textarea").first.fill("kept")
    page.locator("#max_tokens").fill("128000")
    page.locator("#model-choice").select_option("claude-haiku-4-5-20251001")
    page.get_by_role("button", name="Change", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Switch to Claude Haiku 4.5")
    expect(page.get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Switch", exact=True).click()
    expect(page.locator("#model-choice")).to_have_value("claude-haiku-4-5-20251001")
    expect(page.locator("#max_tokens")).to_have_value("64000")
    expect(page.locator("#turns textarea").first).to_have_value("kept")


def test_the_focus_stays_where_a_setting_or_a_row_was_removed(workbench: WorkbenchPage) -> None:
    page = with_temperature(workbench)
    choose(page, "Model", "Claude Opus 5.5")
    expect(dialog(page)).to_be_visible()
    page.keyboard.press("Space")
    tab_to(page, "Switch")
    page.keyboard.press("Enter")
    expect(page.locator("#model-choice")).to_be_focused()
    tab_to(page, "Remove Temperature")
    page.keyboard.press("Enter")
    expect(page.locator("#model-notes > :focus")).to_have_text("The parameter was removed.")
    tab_to(page, "Add stop sequence")
    page.keyboard.press("Enter")
    expect(page.locator("#stops textarea")).to_have_count(2)
    expect(page.locator("#stops textarea").last).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#stops textarea")).to_have_count(1)
    expect(page.get_by_role("button", name="Add stop sequence")).to_be_focused()
    tab_to(page, "Start from an example")
    page.keyboard.press("Enter")
    expect(page.get_by_label("JSON Schema of the answer")).to_be_focused()
