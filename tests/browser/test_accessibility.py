"""axe finds nothing, nothing is wider than the screen: every page, both themes, two widths."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.process.runs.site import Site

from .fresh import FreshSite
from .visiting import NARROW, WIDE, Visit, Visitor
from .workbench_page import WorkbenchPage, until

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
EMPTY = {
    "runs/": "Runs",
    "system-prompts/": "System prompts",
    "presets/": "Presets",
    "retirements/": "Retirement watch",
    "tokens/": "Tokens",
    "prompts/?archived=1": "Archived prompts",
}
SENTENCE = "Order {{order}}: {{message}}"


def axed(page: Page, rules: Any = STANDARDS) -> AxeResults:
    """What axe says of the page as it stands, by a list of standards or of rules."""
    # A colour on its way, as to another theme, has a contrast that nobody reads by.
    page.emulate_media(reduced_motion="reduce")
    # Without preload: axe would fetch imported stylesheets from the wrong folder.
    options = {"runOnly": rules, "preload": False, "resultTypes": ["violations"]}
    return Axe().run(page, options=options)


def assert_no_finding(page: Page) -> None:
    """axe on the page as it stands."""
    found = axed(page)
    where = (
        page.url,
        page.viewport_size,
        page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"),
    )
    assert not found.response["violations"], (where, found.generate_report())


def assert_accessible(page: Page) -> None:
    """axe and sideways overflow in both themes, wide and narrow."""
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            assert_no_finding(page)
        assert page.evaluate(OVERFLOW) <= 0, (page.url, size)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def look(page: Page, path: str, status: int = 200, heading: str = "") -> None:
    """Open a page and look at it; an error page would be accessible too, hence the status."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status, path
    if heading:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert_accessible(page)


@pytest.fixture
def tab(visit: Visitor) -> Visit:
    """A visit in which axe may run its script."""
    return visit(bypass_csp=True, reduced_motion="reduce")


def test_the_way_in_and_an_empty_library(fresh_site: FreshSite, visit: Visitor) -> None:
    visitor = visit(on=fresh_site, signed_in=False, bypass_csp=True, reduced_motion="reduce")
    page = visitor.page
    look(page, fresh_site.welcome_path, heading="Welcome to Workbench")
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Password").fill("short")
    visitor.expect_status(422, 400, 404)
    page.get_by_role("button", name="Make the account").click()
    expect(page.locator(".form-errors")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Password").fill("a sentence is easy to remember")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Library")
    assert_accessible(page)
    for path, heading in EMPTY.items():
        look(page, f"/t/my-team/{path}", heading=heading)
    visitor.context.clear_cookies()
    look(page, "/sign-in/", heading="Sign in")
    look(page, fresh_site.welcome_path, 404, "This link does not work")


def test_the_workbench_from_blank_to_finished(tab: Visit) -> None:
    workbench = WorkbenchPage.on_new_draft(tab)
    page = workbench.page
    assert_accessible(page)
    workbench.user.fill(SENTENCE)
    page.get_by_role("button", name="Declare all 2").click()
    workbench.value_of("order").fill("1")
    tab.expect_status(422)
    workbench.run_button.click()
    expect(page.locator("#response")).to_contain_text("Not sent yet")
    assert_accessible(page)
    page.get_by_role("button", name="Remove User turn").click()
    expect(page.locator("#removed-turns button")).to_be_visible()
    assert_accessible(page)
    page.locator("#removed-turns button").click()
    workbench.value_of("message").fill("simulate: answer tokens=900 delay=0.1")
    workbench.user.fill("{{message}}\n" + SENTENCE)
    workbench.run()
    until(lambda: len(workbench.text()) > 20, page)
    assert_accessible(page)
    expect(workbench.state).to_have_attribute("data-state", "streaming")
    workbench.stop_button.click()
    workbench.ends("cancelled")
    assert_accessible(page)


@pytest.mark.parametrize(
    ("scenario", "state"),
    [
        ("status code=401", "failed"),
        ("error-event after=8", "interrupted"),
        ("thinking delay=0", "succeeded"),
        ("tool delay=0", "succeeded"),
        ("hostile delay=0", "succeeded"),
    ],
)
def test_every_kind_of_ending(tab: Visit, scenario: str, state: str) -> None:
    workbench = WorkbenchPage.on_new_draft(tab)
    workbench.run(f"simulate: {scenario}")
    workbench.ends(state)
    for summary in workbench.page.locator("#response summary").all():
        summary.click()
    assert_accessible(workbench.page)


def test_the_pages_of_a_run_the_lists_and_the_account(tab: Visit) -> None:
    workbench = WorkbenchPage.on_new_draft(tab)
    page = workbench.page
    workbench.name.fill("A name that is much longer than most names of prompts are in practice")
    run = workbench.run("Order\nsimulate: short")
    workbench.ends()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#version-state")).to_have_text("v1")
    page.get_by_role("link", name="v1").click()
    expect(page.get_by_role("button", name="Open as draft")).to_be_visible()
    assert_accessible(page)
    prompt = page.url.partition("/versions/")[0]
    look(
        page,
        f"{prompt}/history/",
        heading="A name that is much longer than most names of prompts are in practice",
    )
    look(page, f"{prompt}/versions/1/differences/1/")
    for part in ("", "request/", "log/", "headers/"):
        look(page, f"/t/acme/runs/{run}/{part}", heading=f"Run {run}")
    look(page, "/t/acme/prompts/", heading="Library")
    look(page, "/t/acme/runs/", heading="Runs")
    look(page, "/t/acme/runs/?state=cancelled&model=nothing", heading="Runs")
    look(page, "/account/", heading="Your account")
    look(page, "/account/password/", heading="Change password")


def test_the_navigation_and_the_list_of_keys_on_a_narrow_screen(tab: Visit) -> None:
    page = tab.page
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto("/t/acme/prompts/")
    page.get_by_role("button", name="Navigation").click()
    page.get_by_role("button", name="Ana").click()
    assert_no_finding(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert_no_finding(page)


# Errors ------------------------------------------------------------------------------------


def test_the_pages_that_say_no(tab: Visit) -> None:
    tab.expect_status(403, 404)
    look(tab.page, "/nowhere/", 404)
    look(tab.page, "/t/acme/runs/999999/", 404)
    tab.page.goto("/account/")
    form = tab.page.locator("main form")
    with tab.page.expect_navigation() as navigation:
        form.evaluate("form => { form.elements.csrfmiddlewaretoken.value = 'x'; form.submit(); }")
    assert navigation.value.status == 403
    assert_accessible(tab.page)


def test_the_pages_of_a_server_in_trouble(mortal: Site, visit: Visitor) -> None:
    tab = visit(on=mortal, bypass_csp=True, reduced_motion="reduce")
    tab.expect_status(500, 503)
    mortal.database.rows("ALTER TABLE runs_run RENAME TO away")
    look(tab.page, "/t/acme/runs/", 500)
    mortal.database.let_go()
    name = mortal.database.name
    _admin(mortal, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    _admin(mortal, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname='{name}'")
    try:
        look(tab.page, "/t/acme/runs/", 503)
    finally:
        _admin(mortal, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")


def _admin(site: Site, statement: str) -> None:
    with psycopg.connect(site.database.admin, autocommit=True) as connection:
        connection.execute(statement)
