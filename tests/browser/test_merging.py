"""Two people on one prompt, and two devices of one person on one draft."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.process.runs.site import PASSWORD, Site

from .test_accessibility import assert_accessible
from .test_keyboard import tab_to
from .visiting import NARROW, Visit, Visitor
from .workbench_page import WorkbenchPage, until

FOR_AXE: dict[str, Any] = {"bypass_csp": True, "reduced_motion": "reduce"}
COLUMNS = """SELECT string_agg(quote_ident(column_name), ',') FROM information_schema.columns
WHERE table_name = %s AND column_name <> ALL(%s)"""


def add_ben(site: Site) -> None:
    """A colleague of Ana's, with her password."""
    columns = site.database.value(COLUMNS, "accounts_user", ["id", "email", "name"])
    user = site.database.value(
        f"INSERT INTO accounts_user (email, name, {columns})"
        f" SELECT 'ben@example.com', 'Ben', {columns} FROM accounts_user LIMIT 1 RETURNING id"
    )
    columns = site.database.value(COLUMNS, "accounts_membership", ["id", "user_id"])
    site.database.rows(
        f"INSERT INTO accounts_membership (user_id, {columns})"
        f" SELECT %s, {columns} FROM accounts_membership LIMIT 1 RETURNING id",
        user,
    )


def as_ben(visit: Visit) -> Page:
    visit.page.goto("/sign-in/")
    visit.page.get_by_label("E-mail").fill("ben@example.com")
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.page.get_by_label("Password").press("Enter")
    visit.page.wait_for_url(re.compile(r"/t/acme/"))
    return visit.page


@pytest.fixture(scope="module", autouse=True)
def ben(site: Site) -> Iterator[None]:
    add_ben(site)
    yield
    site.database.rows(
        "DELETE FROM accounts_membership WHERE user_id ="
        " (SELECT id FROM accounts_user WHERE email = 'ben@example.com') RETURNING id"
    )


def saved_prompt(workbench: WorkbenchPage, text: str) -> str:
    """Saves a prompt with this first turn; returns its URL."""
    workbench.user.fill(text)
    workbench.page.get_by_role("button", name="Save", exact=True).click()
    workbench.page.wait_for_url("**/prompts/*/")
    return workbench.page.url


def save_second(workbench: WorkbenchPage) -> None:
    """Saves what changed as version 2."""
    workbench.page.get_by_role("button", name="Save", exact=True).click()
    workbench.page.get_by_role("button", name="Save as v2").click()
    expect(workbench.page.locator("#version-state")).to_contain_text("v2")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_second_to_save_merges_both_texts_by_keyboard_alone(
    visit: Visitor, workbench: WorkbenchPage, theme: str
) -> None:
    url = saved_prompt(workbench, "Hello\nthere")
    visiting = visit(signed_in=False, color_scheme=theme, **FOR_AXE)
    page = as_ben(visiting)
    page.goto(url)
    ben = WorkbenchPage(visiting)
    workbench.user.fill("Hello from Ana\nthere")
    save_second(workbench)
    ben.user.fill("Hello from Ben\nthere")
    ben.user.press("Control+s")
    page.wait_for_url("**/merge/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Ana saved v2 since you began from v1.")
    expect(main).to_contain_text("from Ana")
    expect(main).to_contain_text("from Ben")
    expect(page.get_by_label("Both, theirs first")).to_be_checked()
    assert_accessible(page)
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tab_to(page, "Merge into my draft")
    page.keyboard.press("Enter")
    page.wait_for_url("**/prompts/*/")
    expect(ben.user).to_have_value("Hello from Ana\nHello from Ben\nthere")
    ben.user.press("Control+s")
    expect(page.get_by_label("Note optional")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#version-state")).to_contain_text("v3")


def test_a_colleague_is_seen_and_a_newer_version_is_told_without_typing(
    visit: Visitor, workbench: WorkbenchPage
) -> None:
    url = saved_prompt(workbench, "Hello")
    page = as_ben(visit(signed_in=False, **FOR_AXE))
    page.goto(url)
    expect(workbench.page.locator("#presence")).to_contain_text("Ben is editing", timeout=20_000)
    workbench.user.fill("Hi")
    save_second(workbench)
    expect(page.locator("#newer-version")).to_contain_text("Ana saved v2", timeout=20_000)
    assert_accessible(page)


def test_two_devices_that_type_in_turns_lose_nothing(
    visit: Visitor, workbench: WorkbenchPage
) -> None:
    workbench.user.fill("one\ntwo")
    workbench.saved()
    other = visit(**FOR_AXE)
    other.page.goto(workbench.page.url)
    phone = WorkbenchPage(other)
    for step in ("!", "!!", "!!!"):
        workbench.user.fill(f"one{step}\ntwo")
        workbench.saved()
        phone.system.fill(f"Be kind{step}")
        phone.saved()
    phone.user.fill("one\ntwo from the phone")
    expect(phone.page.locator("#elsewhere")).to_contain_text("was taken in")
    phone.page.get_by_role("button", name="Show it").click()
    until(lambda: phone.user.input_value() == "one!!!\ntwo from the phone", phone.page)
    expect(phone.system).to_have_value("Be kind!!!")
    workbench.page.reload()
    expect(workbench.user).to_have_value("one!!!\ntwo from the phone")


def test_two_devices_that_change_one_line_are_told_and_both_texts_stay(
    visit: Visitor, workbench: WorkbenchPage
) -> None:
    workbench.user.fill("one")
    workbench.saved()
    other = visit(**FOR_AXE)
    other.page.goto(workbench.page.url)
    phone = WorkbenchPage(other)
    workbench.user.fill("one at the desk")
    workbench.saved()
    phone.user.fill("one on the phone")
    expect(phone.chip).to_have_text("Not merged yet")
    assert_accessible(phone.page)
    phone.page.get_by_role("button", name="Merge", exact=True).click()
    expect(phone.page.get_by_role("main")).to_contain_text("at the desk")
    phone.page.get_by_role("button", name="Merge into my draft").click()
    expect(phone.user).to_have_value("one at the desk\none on the phone")
    expect(phone.chip).to_have_text("Saved")
