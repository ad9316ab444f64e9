"""From the link in the terminal to a library of versions, in one sitting of one person."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .fresh import FreshSite
from .visiting import Visitor
from .workbench_page import SLOW, WorkbenchPage, until

PASSWORD = "a sentence is easy to remember"
NEW_PASSWORD = "another sentence, as easy"


def test_the_main_journey(fresh_site: FreshSite, visit: Visitor) -> None:
    """Every step stands on the one before it, as it does for the person."""
    permissions = ["clipboard-read", "clipboard-write"]
    visitor = visit(on=fresh_site, signed_in=False, permissions=permissions)
    visitor.expect_status(422)  # the sign-in with the old password
    page = visitor.page
    _make_the_account(page, fresh_site.welcome_path)
    workbench = _write_the_first_prompt(WorkbenchPage(visitor))
    first = _watch_it_stream(workbench)
    workbench = _close_the_tab_in_the_middle(workbench)
    _stop_a_run(workbench)
    _save_two_versions(workbench)
    _copy_and_look_at_the_tabs(workbench)
    _run_again_and_converse(workbench)
    _find_everything_again(workbench, first)
    _change_the_password_and_come_back(workbench.page)


def _make_the_account(page: Page, welcome: str) -> None:
    page.goto(welcome)
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Library")


def _write_the_first_prompt(workbench: WorkbenchPage) -> WorkbenchPage:
    page = workbench.page
    page.locator(".topbar").get_by_role("button", name="New prompt").click()
    workbench.name.fill("Refund triage")
    workbench.system.fill("You triage refunds for {{company}}.")
    workbench.user.fill("Order {{order}}\nsimulate: answer tokens=160 delay=0.02")
    page.get_by_role("button", name="Declare all 2").click()
    workbench.value_of("company").fill("Blue Bottle")
    workbench.value_of("order").fill("A-1043")
    return workbench


def _watch_it_stream(workbench: WorkbenchPage) -> int:
    workbench.value_of("order").press("Control+Enter")
    run = workbench.run_id()
    seen: set[int] = set()
    until(lambda: seen.add(len(workbench.text())) or len(seen) >= 4, workbench.page)
    expect(workbench.state).to_have_attribute("data-state", "streaming")
    workbench.ends()
    expect(workbench.answer).to_contain_text("Order A-1043")
    expect(workbench.page.locator(f"#run-{run}-outcome")).to_contain_text("finished its answer")
    figures = workbench.page.locator(f"#run-{run}-usage")
    for figure in ("In", "Out", "Cost", "First token", "Duration"):
        expect(figures.get_by_text(figure, exact=True)).to_be_visible()
    expect(workbench.run_button).to_be_visible()
    return run


def _close_the_tab_in_the_middle(workbench: WorkbenchPage) -> WorkbenchPage:
    workbench.user.fill(SLOW)
    run = workbench.run()
    until(lambda: len(workbench.text()) > 40, workbench.page)
    workbench.page.close()
    tab = workbench.visit.another_tab()
    tab.goto("/")
    again = WorkbenchPage(workbench.visit, tab)
    assert again.run_id() == run
    again.ends()
    expect(again.user).to_have_value(SLOW)
    whole = again.text()
    assert whole.count("A simulated answer") == 1
    tab.reload()
    assert again.text() == whole
    return again


def _stop_a_run(workbench: WorkbenchPage) -> None:
    workbench.run("simulate: answer tokens=400 delay=0.05")
    until(lambda: len(workbench.text()) > 20, workbench.page)
    workbench.stop_button.click()
    workbench.ends("cancelled")
    assert workbench.text()
    expect(workbench.run_button).to_be_visible()


def _save_two_versions(workbench: WorkbenchPage) -> None:
    page = workbench.page
    save = page.get_by_role("button", name="Save", exact=True)
    state = page.locator("#version-state")
    workbench.user.fill("Order {{order}}\nsimulate: short")
    save.click()
    expect(state).to_have_text("v1")
    workbench.system.fill("You triage refunds for {{company}}. Be brief.")
    expect(state).to_contain_text("Draft")
    save.click()
    page.get_by_role("button", name="Save as v2").click()
    expect(state).to_have_text("v2")
    page.goto("/t/my-team/prompts/")
    page.get_by_role("link", name="v2").click()
    expect(page.get_by_text("Be brief.")).to_be_visible()
    page.get_by_role("banner").get_by_role("link", name="v1").click()
    expect(page.get_by_role("main")).to_contain_text("The latest version is v2.")
    expect(page.get_by_text("Be brief.")).to_have_count(0)
    page.get_by_role("link", name="Library").click()
    page.get_by_role("link", name="Refund triage").first.click()
    expect(workbench.system).to_have_value("You triage refunds for {{company}}. Be brief.")
    expect(workbench.value_of("company")).to_have_value("Blue Bottle")


def _copy_and_look_at_the_tabs(workbench: WorkbenchPage) -> None:
    page = workbench.page
    run = workbench.run()
    workbench.ends()
    page.locator(f"#run-{run}-tools").get_by_role("button", name="Copy").click()
    read = "navigator.clipboard.readText()"
    until(lambda: "short simulated answer" in page.evaluate(read), page)
    response = page.locator("#response")
    for tab, words in (
        ("Request", "You triage refunds for Blue Bottle. Be brief."),
        ("Events", "content_block_delta"),
        ("Headers", "anthropic-version"),
        ("Response", "short simulated answer"),
    ):
        response.get_by_role("link", name=tab, exact=True).click()
        expect(response).to_contain_text(words)
        expect(response.get_by_role("link", name=tab, exact=True)).to_have_attribute(
            "aria-current", "true"
        )


def _run_again_and_converse(workbench: WorkbenchPage) -> None:
    page = workbench.page
    before = workbench.run_id()
    page.get_by_role("button", name="Run again").click()
    expect(page.locator(f"#run-{before}-state")).to_have_count(0)
    workbench.ends()
    expect(workbench.turns).to_have_count(1)
    page.get_by_role("button", name="Add to Conversation").click()
    expect(workbench.turns).to_have_count(3)
    expect(workbench.turns.nth(2)).to_be_focused()
    expect(workbench.turns.nth(1)).to_have_value(re.compile("short simulated answer"))
    workbench.turns.nth(2).fill("And now?\nsimulate: short")
    workbench.run()
    workbench.ends()


def _find_everything_again(workbench: WorkbenchPage, first: int) -> None:
    page = workbench.page
    page.get_by_role("link", name="Runs", exact=True).click()
    rows = page.locator("#run-rows tr")
    expect(rows).to_have_count(6)
    page.get_by_label("State").select_option(label="Stopped")
    page.get_by_role("button", name="Filter").click()
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile("state=cancelled"))
    page.get_by_role("link", name="Show all").click()
    rows.last.get_by_role("link").click()
    expect(page).to_have_url(re.compile(rf"/runs/{first}/$"))
    expect(workbench.answer).to_contain_text("Order A-1043")


def _change_the_password_and_come_back(page: Page) -> None:
    page.get_by_role("button", name="Ana").click()
    page.get_by_role("link", name="Change password").click()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("status").first).to_contain_text("assword")
    page.get_by_role("button", name="Ana").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/t/my-team/runs/")
    for password in (PASSWORD, NEW_PASSWORD):
        page.get_by_label("E-mail").fill("ana@example.com")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")
