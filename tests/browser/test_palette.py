"""The palette and the page of the search: by keyboard alone, on narrow screens, without script."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from .test_accessibility import assert_accessible, assert_no_finding
from .visiting import NARROW, Visitor
from .workbench_page import WorkbenchPage


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search and actions")).to_be_visible()
    expect(offered(page).first).to_be_visible()


def offered(page: Page, name: str = "") -> Locator:
    """The options of the palette, or the one with this name."""
    options = page.get_by_role("dialog").get_by_role("option")
    return options.and_(page.get_by_role("option", name=name)) if name else options


def chosen(page: Page) -> str:
    """What the combobox names as its active option."""
    field = page.get_by_role("combobox", name="Search or jump to")
    text = page.locator(f"#{field.get_attribute('aria-activedescendant')}").text_content()
    return re.sub(r"\s+", " ", text or "").strip()


def save_prompt(workbench: WorkbenchPage, name: str, text: str) -> None:
    workbench.name.fill(name)
    workbench.user.fill(text)
    workbench.page.get_by_role("button", name="Save", exact=True).click()
    expect(workbench.page.locator("#version-state")).to_have_text("v1")


def test_a_prompt_is_reached_by_a_few_letters(workbench: WorkbenchPage) -> None:
    page, keys = workbench.page, workbench.page.keyboard
    save_prompt(workbench, "Quokka reports", "Count the quokkas of Rottnest")
    prompt = re.search(r"/prompts/\d+/|/drafts/\d+/", page.url)
    assert prompt is not None
    page.goto("/t/acme/runs/")
    open_palette(page)
    keys.type("quok")
    expect(offered(page, "Quokka reports")).to_have_attribute("aria-selected", "true")
    assert chosen(page).startswith("Quokka reports")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Workbench: Quokka reports")


def test_arrows_choose_and_escape_gives_the_focus_back(workbench: WorkbenchPage) -> None:
    page, keys = workbench.page, workbench.page.keyboard
    workbench.user.fill("typed before")
    workbench.user.focus()
    open_palette(page)
    keys.type("theme")
    expect(offered(page)).to_have_count(4)
    assert chosen(page) == "Light theme"
    keys.press("ArrowDown")
    assert chosen(page) == "Dark theme"
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    assert chosen(page) == "Search “theme” in all texts"
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(workbench.user).to_be_focused()
    expect(workbench.user).to_have_value("typed before")


def test_enter_waits_for_the_options_of_what_was_typed(workbench: WorkbenchPage) -> None:
    page, keys = workbench.page, workbench.page.keyboard
    open_palette(page)
    keys.insert_text("change password")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Change password")


def test_an_action_presses_what_is_on_the_page(workbench: WorkbenchPage) -> None:
    page, keys = workbench.page, workbench.page.keyboard
    open_palette(page)
    keys.type("dark")
    keys.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("dialog")).to_be_hidden()
    open_palette(page)
    keys.type("keys")
    keys.press("Enter")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    keys.press("Escape")
    open_palette(page)
    keys.type("new pr")
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"/drafts/\d+/"))


def test_what_was_asked_and_answered_is_found_by_keyboard_alone(workbench: WorkbenchPage) -> None:
    page, keys = workbench.page, workbench.page.keyboard
    workbench.run("Where do wombats sleep?\nsimulate: short")
    workbench.ends()
    open_palette(page)
    keys.type("wombats")
    expect(offered(page, "in all texts")).to_be_visible()
    assert chosen(page) == "Search “wombats” in all texts"
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    expect(page.locator("mark", has_text="wombats").first).to_be_visible()


def test_palette_and_search_are_accessible(visit: Visitor) -> None:
    tab = visit(bypass_csp=True, reduced_motion="reduce")
    workbench = WorkbenchPage.on_new_draft(tab)
    page = workbench.page
    save_prompt(workbench, "Bandicoot " * 12, "A bandicoot <b>digs</b> " * 30)
    open_palette(page)
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto("/t/acme/prompts/")
    page.get_by_role("link", name="Search").first.click()
    expect(offered(page).first).to_be_visible()
    assert_no_finding(page)
    tab.expect_status(422)
    for query in ("bandicoot", "nothing-at-all", "-minus", ""):
        page.goto(f"/t/acme/search/?q={query}")
        assert_accessible(page)


def test_without_script_the_button_leads_to_the_page(visit: Visitor) -> None:
    page = visit(java_script_enabled=False).page
    page.goto("/t/acme/runs/")
    page.get_by_role("banner").get_by_role("link", name="Search").click()
    page.get_by_label("Search for").fill("nothing-at-all")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Nothing matches")).to_be_visible()
