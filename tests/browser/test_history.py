"""Saving with a look at what changes, history, differences, labels, as a person meets them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .test_accessibility import assert_accessible, assert_no_finding
from .test_keyboard import focused, tab_to
from .visiting import Visit, Visitor
from .workbench_page import WorkbenchPage

KIND = "You work for a shop. Be kind."


@pytest.fixture
def tab(visit: Visitor) -> Visit:
    """A visit in which axe may run its script."""
    return visit(bypass_csp=True, reduced_motion="reduce")


def first_version(visit: Visit) -> WorkbenchPage:
    workbench = WorkbenchPage.on_new_draft(visit)
    workbench.name.fill("Refund triage")
    workbench.system.fill(KIND)
    workbench.user.fill("My parcel is broken.")
    workbench.saved()
    workbench.page.get_by_role("button", name="Save", exact=True).click()
    expect(version_of(workbench.page)).to_have_text("v1")
    return workbench


def version_of(page: Page) -> Locator:
    return page.locator("#version-state")


def save_as(workbench: WorkbenchPage, number: int, system: str, note: str = "") -> None:
    workbench.system.fill(system)
    workbench.saved()
    workbench.system.press("Control+s")
    workbench.page.get_by_label("Note optional").fill(note)
    workbench.page.get_by_role("button", name=f"Save as v{number}").click()
    expect(version_of(workbench.page)).to_have_text(f"v{number}")


def test_saving_by_keyboard_alone_shows_what_changes_first(visit: Visitor) -> None:
    workbench = first_version(visit())
    page, keys = workbench.page, workbench.page.keyboard
    dialog = page.get_by_role("dialog", name="Save v2")
    workbench.system.fill(f"{KIND} Be brief.")
    keys.press("Control+s")
    expect(dialog).to_contain_text("System prompt +2 words.")
    expect(dialog.locator("ins")).to_have_text(" Be brief.")
    expect(page.get_by_label("Note optional")).to_be_focused()
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    expect(workbench.system).to_be_focused()
    expect(version_of(page)).to_contain_text("Draft")
    keys.press("Control+s")
    expect(page.get_by_label("Note optional")).to_be_focused()
    keys.type("briefer")
    keys.press("Enter")
    expect(version_of(page)).to_have_text("v2")
    expect(dialog).to_be_hidden()
    expect(workbench.system).to_be_focused()
    workbench.saved()
    keys.press("Control+s")
    expect(page.get_by_role("region", name="Notices")).to_contain_text("Nothing changed since v2.")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_keys_that_open_the_dialog_save_from_it(visit: Visitor) -> None:
    workbench = first_version(visit())
    page, keys = workbench.page, workbench.page.keyboard
    workbench.system.fill(f"{KIND} Be brief.")
    keys.press("Control+s")
    expect(page.get_by_label("Note optional")).to_be_focused()
    keys.type("briefer")
    keys.press("Control+Enter")
    expect(page.locator(".run-state")).to_have_count(0)
    keys.press("Control+s")
    expect(version_of(page)).to_have_text("v2")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.goto(f"{page.url}versions/2/")
    expect(page.get_by_role("main")).to_contain_text("briefer")


def test_what_is_typed_into_a_dialog_stays_when_another_tab_saves(visit: Visitor) -> None:
    visiting = visit()
    workbench = first_version(visiting)
    page = workbench.page
    other = WorkbenchPage(visiting, visiting.another_tab())
    other.page.goto(page.url)
    page.get_by_role("button", name="Presets").click()
    page.get_by_role("dialog").get_by_text("Save these parameters as a preset").click()
    page.locator("#preset-name").fill("Typed in between")
    other.system.fill(f"{KIND} Be brief.")
    other.saved()
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.wait_for_timeout(500)
    expect(page.locator("#preset-name")).to_have_value("Typed in between")
    page.keyboard.press("Escape")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(workbench.system).to_have_value(f"{KIND} Be brief.")


def test_the_focus_returns_also_when_its_field_was_drawn_anew(visit: Visitor) -> None:
    workbench = first_version(visit())
    page, keys = workbench.page, workbench.page.keyboard
    page.get_by_label("Max tokens").fill("8000")
    keys.press("Control+s")
    expect(page.get_by_label("Note optional")).to_be_focused()
    keys.press("Enter")
    expect(version_of(page)).to_have_text("v2")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert focused(page) in ("Max tokens", "Save")


def test_a_note_that_is_too_long_stays_in_its_field(visit: Visitor) -> None:
    visitor = visit()
    visitor.expect_status(422)
    workbench = first_version(visitor)
    page = workbench.page
    workbench.system.fill("Be brief.")
    page.get_by_role("button", name="Save", exact=True).click()
    note = page.get_by_label("Note optional")
    note.fill("n" * 2_001)
    note.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("A note has at most 2,000 characters")
    expect(note).to_have_value("n" * 2_001)
    expect(note).to_be_focused()
    note.fill("short")
    note.press("Enter")
    expect(version_of(page)).to_have_text("v2")


def test_two_versions_are_chosen_and_compared_by_keyboard(visit: Visitor) -> None:
    workbench = first_version(visit())
    page, keys = workbench.page, workbench.page.keyboard
    save_as(workbench, 2, f"{KIND} Be brief.")
    save_as(workbench, 3, "You work for a shop. Be brief.", "less kind")
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("row")).to_have_count(4)
    expect(page.get_by_role("row").nth(1)).to_contain_text("less kind")
    page.get_by_role("radio", name="From v2").focus()
    keys.press("ArrowDown")
    expect(page.get_by_role("radio", name="From v1")).to_be_checked()
    tab_to(page, "Compare the chosen two", "Shift+Tab")
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"/versions/1/differences/3/$"))
    expect(page.locator("main del")).to_have_text(" kind")
    expect(page.locator("main ins")).to_have_text(" brief")
    page.get_by_role("link", name="Side by side").click()
    expect(page.locator(".diff-columns > .diff").first).to_have_text(KIND)
    page.get_by_role("link", name="Swap").click()
    expect(page).to_have_url(re.compile(r"/versions/3/differences/1/\?view=split$"))


def test_a_label_moves_on_the_page_and_keeps_the_focus(visit: Visitor) -> None:
    visitor = visit()
    workbench = first_version(visitor)
    page = workbench.page
    save_as(workbench, 2, "Be brief.")
    page.get_by_role("link", name="History").click()
    page.get_by_label("New label").fill("production")
    page.get_by_role("button", name="Set label").press("Enter")
    field = page.get_by_label("Move production to version")
    expect(field).to_have_value("2")
    expect(field).to_be_focused()
    other = visitor.context.new_page()
    other.goto(page.url)
    other.get_by_label("Move production to version").fill("1")
    other.get_by_role("button", name="Move production", exact=True).click()
    expect(other.get_by_role("row").filter(has_text="v1").first).to_contain_text("production")
    visitor.expect_status(422)
    page.get_by_role("button", name="Remove production").click()
    expect(page.locator("#label-error")).to_contain_text("“production” was moved to v1 by Ana")
    expect(page.get_by_label("Move production to version")).to_be_focused()


def test_saving_without_script_has_a_page_between(visit: Visitor) -> None:
    workbench = first_version(visit(java_script_enabled=False))
    page = workbench.page
    workbench.system.fill("Be brief.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Compared with v1, the latest.")
    page.get_by_label("Note optional").fill("briefer")
    page.get_by_role("button", name="Save as v2").click()
    expect(version_of(page)).to_have_text("v2")
    expect(workbench.system).to_have_value("Be brief.")


def test_axe_finds_nothing_from_the_dialog_to_the_history(tab: Visit) -> None:
    workbench = first_version(tab)
    page = workbench.page
    workbench.system.fill(f"{KIND} Be brief.")
    workbench.system.press("Control+s")
    expect(page.get_by_role("dialog", name="Save v2")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Save as v2").click()
    expect(version_of(page)).to_have_text("v2")
    workbench.system.fill("A draft that differs.")
    workbench.saved()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Your draft")
    page.get_by_label("New label").fill("production")
    page.get_by_role("button", name="Set label").click()
    expect(page.get_by_label("Move production to version")).to_be_visible()
    page.get_by_text("Moves of the labels").click()
    assert_accessible(page)
    page.get_by_role("link", name="Changes of v2").click()
    assert_accessible(page)
    page.get_by_role("link", name="Side by side").click()
    assert_accessible(page)
    page.get_by_role("link", name="v2", exact=True).click()
    expect(page.get_by_role("button", name="Remove the label production")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="v1", exact=True).first.click()
    expect(page.get_by_role("button", name=re.compile("Move production here"))).to_be_visible()
    assert_no_finding(page)
