"""The session ends while somebody writes: the page keeps the text, and a new session takes it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.process.runs.site import PASSWORD

from .test_merging import saved_prompt
from .test_typing import reopened
from .workbench_page import WorkbenchPage


def sign_in(tab: Page) -> None:
    """A new session, with a new token for forms."""
    tab.goto("/sign-in/")
    tab.get_by_label("E-mail").fill("ana@example.com")
    tab.get_by_label("Password").fill(PASSWORD)
    with tab.expect_navigation():
        tab.get_by_role("button", name="Sign in").click()


@pytest.fixture
def signed_out(workbench: WorkbenchPage) -> WorkbenchPage:
    """A page whose session is over."""
    workbench.visit.expect_status(401)
    workbench.visit.context.clear_cookies(name="workbench-session")
    return workbench


def test_signing_in_in_another_tab_lets_the_text_in(signed_out: WorkbenchPage) -> None:
    page = signed_out.page
    signed_out.user.fill("typed without a session")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    sign_in(signed_out.visit.another_tab())
    signed_out.user.press("End")
    page.keyboard.type("!")
    signed_out.saved()
    expect(reopened(signed_out).user).to_have_value("typed without a session!")
    signed_out.run()  # a form of htmx carries the old token too
    signed_out.ends()


def test_run_without_a_session_stays_on_the_page_with_the_text(signed_out: WorkbenchPage) -> None:
    page = signed_out.page
    address = page.url
    signed_out.user.fill("typed a moment before")
    signed_out.run_button.click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert page.url == address
    expect(signed_out.user).to_have_value("typed a moment before")


def test_a_comment_that_is_half_written_stays_when_the_page_asks_for_news(
    workbench: WorkbenchPage,
) -> None:
    page = workbench.page
    page.goto(f"{saved_prompt(workbench, 'Hello')}versions/1/")
    comment = page.get_by_label("Comment", exact=True)
    comment.fill("Half a thought")
    workbench.visit.expect_status(401)
    workbench.visit.context.clear_cookies(name="workbench-session")
    told = page.locator(".toast", has_text="You are signed out.")
    expect(told).to_be_visible(timeout=25_000)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_role("button", name="Comment", exact=True)).to_be_enabled()
    expect(comment).to_have_value("Half a thought")
    expect(told).to_have_count(1)
