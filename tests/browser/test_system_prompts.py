"""System prompts in the editor: inserted and updated by keyboard alone, never lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .test_accessibility import assert_accessible, look
from .test_keyboard import focused, tab_to
from .visiting import NARROW, Visit, Visitor
from .workbench_page import WorkbenchPage

FIRST, SECOND = (
    "Be kind and brief.\nNever promise a date.",
    "Be kind and clear.\nNever promise a date.",
)

LOOKED_AT = {"bypass_csp": True, "reduced_motion": "reduce"}


def write(page: Page, name: str, text: str) -> str:
    """Makes a system prompt; returns its address."""
    page.goto("/t/acme/system-prompts/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Text").fill(text)
    page.get_by_role("button", name="Save as v1").click()
    expect(page.locator(".notes")).to_have_text("Saved as v1.")
    return page.url


def save_next(page: Page, url: str, text: str) -> None:
    page.goto(url)
    page.get_by_label("Text").fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notes")).to_contain_text("Saved as v")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def open_library(page: Page) -> None:
    page.get_by_role("link", name="Skip to the content").focus()
    tab_to(page, "Library of system prompts")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_visible()


def test_one_is_inserted_and_updated_by_keyboard_alone(visit: Visitor) -> None:
    visitor = visit(**LOOKED_AT)
    writer = visitor.another_tab()
    url = write(writer, "Voice of the shop", FIRST)
    workbench = WorkbenchPage.on_new_draft(visitor)
    page, keys = workbench.page, workbench.page.keyboard
    open_library(page)
    assert focused(page) == "Search the system prompts"
    keys.type("voice shop")
    expect(dialog(page).get_by_role("heading", name="Voice of the shop v1")).to_be_visible()
    tab_to(page, "Insert")
    keys.press("Enter")
    expect(dialog(page)).to_have_count(0)
    expect(workbench.system).to_have_value(FIRST)
    expect(workbench.system).to_be_focused()
    origin = page.locator("#system-origin")
    expect(origin).to_contain_text("Copied from Voice of the shop v1.")

    save_next(writer, url, SECOND)
    keys.press("End")
    keys.type(" Sign.")
    expect(origin).to_contain_text("Changed since it was copied from Voice of the shop v1.")
    expect(origin).to_contain_text("v2 is newer than the copied v1.")
    for _ in " Sign.":
        keys.press("Backspace")
    expect(origin).to_contain_text("Copied from")
    tab_to(page, "Show the difference and update")
    keys.press("Enter")
    expect(dialog(page)).to_contain_text("What v2 changes against the copied v1")
    expect(dialog(page).locator("ins")).to_contain_text("clear")
    assert_accessible(page)
    tab_to(page, "Update")
    keys.press("Enter")
    expect(workbench.system).to_have_value(SECOND)
    expect(origin).to_contain_text("Copied from Voice of the shop v2.")
    tab_to(page, "Put back the text from before")
    keys.press("Enter")
    expect(workbench.system).to_have_value(FIRST)


def test_a_text_of_ones_own_is_asked_about_and_kept(visit: Visitor) -> None:
    visitor = visit(**LOOKED_AT)
    write(visitor.page, "Replacing words", FIRST)
    workbench = WorkbenchPage.on_new_draft(visitor)
    page = workbench.page
    workbench.system.fill("My own words")
    page.get_by_role("button", name="Library of system prompts").click()
    dialog(page).get_by_label("Search").fill("replacing")
    expect(dialog(page).get_by_role("button", name="Put behind")).to_be_visible()
    assert_accessible(page)
    expect(dialog(page).get_by_role("heading", name="Replacing words v1")).to_be_visible()
    dialog(page).get_by_role("button", name="Put behind").click()
    expect(workbench.system).to_have_value(f"My own words\n\n{FIRST}")
    workbench.saved()
    page.reload()
    expect(workbench.system).to_have_value(f"My own words\n\n{FIRST}")
    page.get_by_role("button", name="Put back the text from before").click()
    expect(workbench.system).to_have_value("My own words")


def test_the_text_of_a_draft_is_saved_to_the_library(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.visit.expect_status(422)
    workbench.system.fill("Answer in rhymes.")
    page.get_by_role("button", name="Library of system prompts").click()
    dialog(page).get_by_text("Save the system prompt of this draft").click()
    name = dialog(page).get_by_label("Name of the new system prompt")
    name.press("Enter")
    expect(dialog(page).get_by_role("alert")).to_have_text("Give the system prompt a name.")
    name.fill("Rhymes")
    name.press("Enter")
    expect(page.locator("#system-origin")).to_contain_text("Copied from Rhymes v1.")
    expect(workbench.system).to_have_value("Answer in rhymes.")
    expect(dialog(page)).to_have_count(0)


def test_a_dialog_on_a_narrow_screen_leaves_the_page_where_it_is(visit: Visitor) -> None:
    workbench = WorkbenchPage.on_new_draft(visit(viewport=NARROW))
    page = workbench.page
    page.get_by_role("button", name="Library of system prompts").click()
    expect(dialog(page)).to_be_visible()
    assert page.evaluate("scrollY") < 200


def test_the_pages_are_accessible(visit: Visitor) -> None:
    page = visit(**LOOKED_AT).page
    url = write(page, "Accessible words", FIRST)
    save_next(page, url, SECOND)
    for path, heading in {
        "/t/acme/system-prompts/": "System prompts",
        "/t/acme/system-prompts/new/": "New system prompt",
        url: "Accessible words",
        f"{url}versions/": "Versions of Accessible words",
        f"{url}versions/2/?against=1": "Accessible words",
    }.items():
        look(page, path, heading=heading)
        assert_accessible(page)


def test_two_people_lose_nothing(visit: Visitor) -> None:
    visitor = visit(**LOOKED_AT)
    visitor.expect_status(422)
    page, other = visitor.page, visitor.another_tab()
    url = write(other, "Contested words", FIRST)
    page.goto(url)
    page.get_by_label("Text").fill("Mine alone")
    save_next(other, url, SECOND)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=re.compile("saved v2 while you wrote"))).to_be_visible()
    expect(page.get_by_label("Text")).to_have_value("Mine alone")
    assert_accessible(page)
    page.get_by_role("button", name="Save mine as the next version").click()
    expect(page.locator(".notes")).to_have_text("Saved as v3.")


def test_leaving_with_something_typed_asks(visit: Visitor) -> None:
    page = visit(**LOOKED_AT).page
    asked: list[str] = []
    page.goto("/t/acme/system-prompts/new/")
    page.get_by_label("Name").press_sequentially("Typed")
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/t/acme/system-prompts/")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("size", [{}, {"viewport": NARROW}])
def test_all_works_without_script(visit: Visitor, size: dict[str, object]) -> None:
    visitor: Visit = visit(java_script_enabled=False, **size)
    page = visitor.page
    name = f"Plain words {len(size)}"
    write(page, name, FIRST)
    workbench = WorkbenchPage.on_new_draft(visitor)
    workbench.user.fill("Typed before")
    page.get_by_role("button", name="Library of system prompts").click()
    page.get_by_label("Search the system prompts").fill(name)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Insert").click()
    expect(workbench.system).to_have_value(FIRST)
    expect(workbench.user).to_have_value("Typed before")
    expect(page.locator("#system-origin")).to_contain_text(f"Copied from {name} v1.")
