"""The main journey without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .fresh import FreshSite
from .visiting import Visitor
from .workbench_page import SLOW, WorkbenchPage, until

FOCUSED = r"""() => {
  const element = document.activeElement;
  const text = (element.labels?.[0] ?? element).textContent;
  return element.getAttribute('aria-label') || text.replace(/\s+/g, ' ');
}"""


def focused(page: Page) -> str:
    """The name of what has the focus."""
    return str(page.evaluate(FOCUSED)).strip()


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Presses Tab until ``name`` has the focus."""
    passed = []
    for _ in range(60):
        page.keyboard.press(key)
        passed.append(focused(page))
        if re.fullmatch(name, passed[-1]):
            return
    raise AssertionError(f"Tab never reaches {name}: {passed}")


def test_the_main_journey_by_keyboard_alone(fresh_site: FreshSite, visit: Visitor) -> None:
    visitor = visit(on=fresh_site, signed_in=False)
    page, keys = visitor.page, visitor.page.keyboard
    page.goto(fresh_site.welcome_path)
    keys.type("Ana")
    for text in ("ana@example.com", "a sentence is easy to remember"):
        keys.press("Tab")
        keys.type(text)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Library")
    keys.press("Tab")
    assert focused(page) == "Skip to the content"
    tab_to(page, "New prompt")
    keys.press("Enter")
    workbench = WorkbenchPage(visitor)
    expect(workbench.system).to_be_visible()

    tab_to(page, "System prompt")
    keys.type("You work for {{company}}.")
    tab_to(page, "User")
    keys.type("Hello from {{company}}")
    keys.press("Enter")
    keys.type("simulate: answer tokens=160 delay=0.01")
    expect(page.get_by_role("button", name="Declare company")).to_be_visible()
    tab_to(page, "Declare company")
    keys.press("Enter")
    expect(workbench.value_of("company")).to_be_visible()
    tab_to(page, "company")
    keys.type("Blue Bottle")
    keys.press("Control+Enter")
    workbench.ends()
    expect(workbench.value_of("company")).to_be_focused()
    assert "Hello from Blue Bottle" in workbench.text()

    keys.press("Control+s")
    expect(page.locator("#version-state")).to_have_text("v1")
    expect(workbench.value_of("company")).to_be_focused()
    tab_to(page, "Request")
    keys.press("Enter")
    expect(page.locator("#response pre")).to_contain_text("You work for Blue Bottle.")


def test_the_list_of_keys_opens_and_closes(workbench: WorkbenchPage) -> None:
    page = workbench.page
    dialog = page.get_by_role("dialog", name="Keys")
    workbench.user.press("?")
    expect(workbench.user).to_have_value("?")
    expect(dialog).to_be_hidden()
    button = page.get_by_role("button", name="Save", exact=True)
    button.focus()
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_run_and_stop_take_the_focus_along(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.user.fill("simulate: answer tokens=300 delay=0.03")
    workbench.run_button.focus()
    page.keyboard.press("Enter")
    expect(workbench.stop_button).to_be_focused()
    page.keyboard.press("Enter")
    workbench.ends("cancelled")
    expect(workbench.run_button).to_be_focused()


def test_the_focus_stays_near_after_pieces_are_swapped(workbench: WorkbenchPage) -> None:
    page = workbench.page
    page.get_by_role("button", name="Add message pair").press("Enter")
    expect(workbench.turns).to_have_count(3)
    assert focused(page) == "Add message pair"
    turns = page.locator("#turns > .turn")
    page.get_by_role("button", name="Move User turn up").last.press("Enter")
    expect(turns.nth(1).get_by_label("Role")).to_have_value("user")
    assert focused(page) == "Move User turn up"
    page.keyboard.press("Enter")
    expect(turns.nth(2).get_by_label("Role")).to_have_value("assistant")
    assert focused(page) == "Move User turn up"


def test_reading_the_tabs_keeps_the_focus_in_the_answer(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.run("simulate: short")
    workbench.ends()
    page.get_by_role("link", name="Events", exact=True).press("Enter")
    expect(page.locator("#response table")).to_be_visible()
    until(lambda: focused(page) == "Events", page)


def test_typing_is_not_disturbed_by_an_answer_that_arrives(workbench: WorkbenchPage) -> None:
    workbench.run(SLOW)
    workbench.system.press_sequentially("written while it streams", delay=40)
    expect(workbench.system).to_be_focused()
    workbench.ends()
    expect(workbench.system).to_have_value("written while it streams")
    workbench.saved()


def test_removing_leads_to_undo_and_declaring_to_the_value(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.user.fill("About {{topic}}")
    page.get_by_role("button", name="Declare topic").press("Enter")
    expect(workbench.value_of("topic")).to_be_focused()
    page.get_by_role("button", name="Remove User turn").press("Enter")
    expect(page.locator("#restore-turn")).to_be_focused()
    page.keyboard.press("Enter")
    expect(workbench.user).to_have_value("About {{topic}}")


@pytest.mark.parametrize("name", ["Presets", "Library of system prompts"])
def test_escape_closes_a_dialog_and_gives_the_focus_back(
    workbench: WorkbenchPage, name: str
) -> None:
    page = workbench.page
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(2):
        button.press("Enter")
        expect(page.locator("dialog[open]")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(button).to_be_focused()
