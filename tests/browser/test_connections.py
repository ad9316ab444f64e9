"""A team's keys and caps in the browser: entered, refused, rotated, deleted, spent up."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.process.runs.running import Upstream
from tests.process.runs.site import Origin, Site

from .test_accessibility import assert_accessible
from .visiting import NARROW, Visitor
from .workbench_page import WorkbenchPage

URL = "/t/acme/connections/"
GOOD = "sk-ant-of-the-team-7Qx9"


@pytest.fixture
def keyless(upstream: Upstream, origin: Origin, tmp_path: Path) -> Iterator[Site]:
    """A site whose operator has no key."""
    site = Site(tmp_path, upstream, origin, ANTHROPIC_API_KEY="")
    yield site
    site.close()


def add(page: Page, name: str, key: str) -> None:
    page.goto(URL)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Add and test").press("Enter")
    expect(page.get_by_role("rowheader", name=name).first).to_be_visible()


def cap(page: Page, usd: str) -> None:
    page.goto(URL)
    page.get_by_label("Cap of the team").fill(usd)
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("What the team may spend is changed.")).to_be_visible()


def test_from_no_key_to_a_run_that_the_cap_refuses(keyless: Site, visit: Visitor) -> None:
    tab = visit(on=keyless, bypass_csp=True, reduced_motion="reduce")
    page = tab.page
    tab.expect_status(HTTPStatus.UNPROCESSABLE_ENTITY)
    bench = WorkbenchPage.on_new_draft(tab)
    page.get_by_role("link", name="add an API key of the team").click()
    add(page, "Old", "sk-ant-wrong-key-0000")
    expect(page.get_by_text("it is wrong, revoked or expired")).to_be_visible()
    add(page, "Poor", "sk-ant-poor-key-00000")
    expect(page.get_by_text("its account has no credit")).to_be_visible()
    page.get_by_role("link", name="Change Old").click()
    page.get_by_label("API key").fill(GOOD)
    page.get_by_role("button", name="Replace the key and test it").press("Enter")
    expect(page.get_by_text("accepts the key.")).to_be_visible()
    expect(page.get_by_role("cell", name="…7Qx9")).to_be_visible()
    assert GOOD not in page.content()
    assert_accessible(page)
    cap(page, "0.01")
    bench = WorkbenchPage.on_new_draft(tab)
    expect(page.get_by_text("There is no API key yet")).to_have_count(0)
    bench.user.fill("Typed before the cap refused it")
    bench.run_button.click()
    expect(page.get_by_text("Of the $0.01 that the team may spend in").first).to_be_visible()
    expect(bench.user).to_have_value("Typed before the cap refused it")
    page.reload()
    expect(bench.user).to_have_value("Typed before the cap refused it")
    cap(page, "5")
    page.goto(f"/t/acme/drafts/{keyless.database.value('SELECT max(id) FROM prompts_draft')}/")
    bench.run_button.click()
    bench.ends()
    page.goto("/t/acme/spending/")
    expect(page.get_by_role("row", name="The team")).to_contain_text("$5.00")
    assert_accessible(page)


def test_keys_come_and_go_without_script(keyless: Site, visit: Visitor) -> None:
    tab = visit(on=keyless, java_script_enabled=False, viewport=NARROW)
    page = tab.page
    tab.expect_status(HTTPStatus.UNPROCESSABLE_ENTITY)
    add(page, "Main", GOOD)
    expect(page.get_by_text("accepts the key.")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Main")
    page.get_by_label("API key").fill("sk-ant-another-key-0")
    page.get_by_role("button", name="Add and test").click()
    expect(page.get_by_text("There is a connection with this name").first).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Main")
    expect(page.get_by_label("API key")).to_have_value("")
    page.get_by_role("link", name="Change Main").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("and its key with it")).to_be_visible()
    expect(page.get_by_text("No connections yet.")).to_be_visible()
