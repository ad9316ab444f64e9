"""Everything but the stream works as plain forms: a reload shows how far the run is."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from .fresh import FreshSite
from .visiting import Visitor
from .workbench_page import until

PASSWORD = "a sentence is easy to remember"


def test_the_main_journey_without_script(fresh_site: FreshSite, visit: Visitor) -> None:
    page = visit(on=fresh_site, signed_in=False, java_script_enabled=False).page
    _sign_up_and_in(page, fresh_site.welcome_path)
    page.locator(".topbar").get_by_role("button", name="New prompt").click()
    expect(page).to_have_url(re.compile("/drafts/"))
    page.locator("#system-text").fill("You work for {{company}}.")
    page.locator("#turns textarea").first.fill("Hello\nsimulate: answer tokens=160 delay=0.05")
    page.get_by_label("Name of a new variable").fill("company")
    page.get_by_role("button", name="Declare", exact=True).click()
    page.get_by_label("company", exact=True).fill("Blue Bottle")
    page.get_by_role("button", name="Add message pair").click()
    expect(page.locator("#turns textarea")).to_have_count(3)
    for _ in range(2):
        page.locator("#turns").get_by_role("button", name="Remove").last.click()
    expect(page.locator("#turns textarea")).to_have_count(1)
    _press(page.locator("[data-key=run]"))
    _read_by_reloading(page)
    expect(page.locator("#response .md").first).to_contain_text("Hello")
    page.get_by_role("link", name="Request", exact=True).click()
    expect(page.locator("#response pre")).to_contain_text("You work for Blue Bottle.")
    page.get_by_role("link", name="Open in the workbench").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#version-state")).to_have_text("v1")
    _stop(page)


def test_a_refusal_without_script_keeps_the_text(visit: Visitor) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.expect_status(422)
    page = visitor.page
    page.goto("/t/acme/prompts/")
    page.locator(".topbar").get_by_role("button", name="New prompt").click()
    page.locator("#turns textarea").first.fill("kept although refused")
    page.get_by_label("Max tokens").fill("none")
    with page.expect_navigation() as navigation:
        page.locator("[data-key=run]").click()
    assert navigation.value.status == 422
    expect(page.locator("#error-max_tokens")).not_to_be_empty()
    expect(page.get_by_label("Max tokens")).to_have_value("none")
    expect(page.locator("#turns textarea").first).to_have_value("kept although refused")


def _sign_up_and_in(page: Page, welcome: str) -> None:
    page.goto(welcome)
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Library")
    page.context.clear_cookies()
    page.goto("/")
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Library")


def _read_by_reloading(page: Page) -> None:
    lengths = []

    def look() -> bool:
        lengths.append(len(page.locator("#response .md").first.text_content() or ""))
        page.reload()
        return page.locator(".run-state[data-state=succeeded]").count() == 1

    until(look, page, 20)
    assert len(set(lengths)) > 2, "a reload should show how far the answer is"


def _stop(page: Page) -> None:
    page.locator("#turns textarea").first.fill("simulate: answer tokens=900 delay=0.05")
    _press(page.locator("[data-key=run]"))
    _press(page.get_by_role("button", name="Stop"))
    until(lambda: page.reload() and page.locator("[data-state=cancelled]").count(), page)


def _press(button: Locator) -> None:
    """Presses a button that posts its form, and waits for the page that answers.

    Playwright's click does not wait, and a reload that overtakes the answer's page fails.
    """
    with button.page.expect_navigation():
        button.click()
