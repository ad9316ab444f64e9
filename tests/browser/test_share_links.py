"""A link in the browser: made by a member, read by a stranger, copied to another team."""

from __future__ import annotations

import re
from http import HTTPStatus

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.process.runs.site import Site

from .hostile_names import MARKUP
from .test_accessibility import assert_accessible
from .test_hostile_text import FOREIGN, OVERFLOW, RAN
from .visiting import NARROW, Visit, Visitor
from .workbench_page import WorkbenchPage

LINK = re.compile(r"/s/[\w-]{43}/")
PASSWORD = "open sesame please"
SECOND = """
INSERT INTO accounts_team (name, slug, created_at) VALUES ('Elsewhere', 'elsewhere', now());
INSERT INTO accounts_membership (team_id, user_id, role, created_at)
SELECT team.id, member.id, 'editor', now() FROM accounts_team team, accounts_user member
WHERE team.slug = 'elsewhere' ORDER BY member.id LIMIT 1;
"""


@pytest.fixture
def prompt(visit: Visitor) -> str:
    """The path of version 1 of a prompt with a system prompt."""
    workbench = WorkbenchPage.on_new_draft(visit())
    page = workbench.page
    workbench.system.fill("You know the SYSTEM-MARK.")
    workbench.turns.first.fill("Tell me about {{CITY}}.")
    page.get_by_label("Name of the prompt").fill("A shared city")
    page.locator("#save-state[data-state=saved]").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#version-state")).to_contain_text("v1")
    href = page.locator("#version-state a.chip").get_attribute("href")
    assert href
    return href


def link_in(page: Page) -> str:
    found = LINK.search(page.locator("#new-link").inner_text())
    assert found
    return found[0]


def make(page: Page, path: str, **choices: str) -> str:
    """Make a link in the dialog of a page; returns its path."""
    page.goto(path)
    page.get_by_role("link", name="Share").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Share")).to_be_visible()
    if "system" in choices:
        dialog.get_by_label("The system prompt").uncheck()
    if "password" in choices:
        dialog.get_by_label("Password").fill(choices["password"])
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.locator("#new-link")).to_be_visible()
    return link_in(page)


def test_a_stranger_reads_and_a_member_of_another_team_copies(
    visit: Visitor, site: Site, prompt: str
) -> None:
    member = visit(permissions=["clipboard-read", "clipboard-write"])
    path = make(member.page, prompt, system="no")
    member.page.get_by_role("button", name="Copy link").click()
    expect(member.page.get_by_role("button", name="Copied")).to_be_visible()
    assert str(member.page.evaluate("navigator.clipboard.readText()")).endswith(path)

    stranger = visit(signed_in=False, java_script_enabled=False)
    page = stranger.page
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("A shared city")
    expect(page.get_by_text("Tell me about {{CITY}}.")).to_be_visible()
    assert "SYSTEM-MARK" not in page.content()
    page.get_by_role("link", name="Copy to my team").click()
    expect(page).to_have_url(re.compile("/sign-in/"))

    with psycopg.connect(site.database.url, autocommit=True) as database:
        database.execute(SECOND)
    copier = visit().page
    copier.goto(path)
    copier.get_by_role("link", name="Copy to my team").click()
    copier.get_by_label("Team").select_option("Elsewhere")
    copier.get_by_role("button", name="Copy", exact=True).click()
    expect(copier).to_have_url(re.compile("/t/elsewhere/prompts/"))
    expect(copier.get_by_label("Name of the prompt")).to_have_value("A shared city")

    member.page.goto("/t/acme/links/")
    member.page.get_by_role("button", name=re.compile("^Revoke the link")).first.click()
    member.page.get_by_role("button", name="Revoke it").first.click()
    expect(member.page.get_by_text("nobody reads by it any more")).to_be_visible()
    stranger.expect_status(HTTPStatus.NOT_FOUND)
    page.goto(path)
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()


def test_a_password_is_asked_for_once(visit: Visitor, prompt: str) -> None:
    path = make(visit().page, prompt, password=PASSWORD)
    stranger = visit(signed_in=False)
    stranger.expect_status(HTTPStatus.UNPROCESSABLE_ENTITY)
    page = stranger.page
    page.goto(path)
    for password in ("something else", PASSWORD):
        page.get_by_label("Password").fill(password)
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A shared city")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("A shared city")


def test_it_is_made_without_script_and_seen_once(visit: Visitor, prompt: str) -> None:
    page = visit(java_script_enabled=False).page
    page.goto(prompt)
    page.get_by_role("link", name="Share").click()
    page.get_by_role("button", name="Make the link").click()
    link = link_in(page)
    page.reload()
    expect(page.locator("#new-link")).to_have_count(0)
    page.goto(link)
    expect(page.get_by_text("SYSTEM-MARK")).to_be_visible()


def test_a_hostile_run_does_nothing_to_a_stranger(visit: Visitor) -> None:
    member: Visit = visit()
    workbench = WorkbenchPage.on_new_draft(member)
    workbench.page.get_by_label("Name of the prompt").fill(MARKUP[:190])
    run = workbench.run("simulate: hostile delay=0")
    workbench.ends(seconds=40)
    path = make(member.page, f"/t/acme/runs/{run}/")
    page = visit(signed_in=False).page
    page.goto(path)
    title = page.title()
    page.wait_for_timeout(150)
    assert not page.evaluate(RAN)
    assert page.evaluate(FOREIGN) == []
    assert page.title() == title
    assert page.url.endswith(path)
    assert page.locator("script").count() == 0
    for size in (None, NARROW):
        if size:
            page.set_viewport_size(size)  # type: ignore[arg-type]
        assert page.evaluate(OVERFLOW) <= 0


def test_the_pages_of_links_are_accessible(visit: Visitor, prompt: str) -> None:
    tab = visit(bypass_csp=True, reduced_motion="reduce")
    page = tab.page
    tab.expect_status(HTTPStatus.UNPROCESSABLE_ENTITY)
    page.goto(prompt)
    page.get_by_role("link", name="Share").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator(".field-error")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the link").click()
    locked = link_in(page)
    assert_accessible(page)
    path = make(page, prompt)
    for url in ("/t/acme/links/", path, f"{path}copy/"):
        page.goto(url)
        assert_accessible(page)
    stranger = visit(signed_in=False, bypass_csp=True, reduced_motion="reduce").page
    stranger.goto(locked)
    assert_accessible(stranger)
    stranger.get_by_label("Password").fill(PASSWORD)
    stranger.get_by_role("button", name="Open").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("A shared city")
    assert_accessible(stranger)
