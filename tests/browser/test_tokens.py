"""A token in the browser: made, copied, used by a program, revoked."""

from __future__ import annotations

import re
from http import HTTPStatus

import httpx
from playwright.sync_api import Page, expect

from .test_accessibility import assert_accessible
from .visiting import NARROW, Visitor

URL = "/t/acme/tokens/"
TOKEN = re.compile(r"wbk_[A-Za-z0-9_-]{43}")


def make(page: Page, name: str) -> str:
    """Make a token by keyboard alone; returns it."""
    page.goto(URL)
    page.get_by_label("Name of a new token").focus()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your new token")).to_be_focused()
    return page.locator("#new-token").inner_text()


def read(url: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{url}/api/v1/prompts/", headers=headers, trust_env=False).status_code


def test_a_token_is_made_copied_used_and_revoked(visit: Visitor) -> None:
    tab = visit(permissions=["clipboard-read", "clipboard-write"])
    page = tab.page
    token = make(page, "Nightly tests")
    assert TOKEN.fullmatch(token)
    page.get_by_role("button", name="Copy token").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == token
    assert read(tab.url, token) == HTTPStatus.OK
    page.reload()
    expect(page.locator("#new-token")).to_have_count(0)
    expect(page.get_by_role("rowheader", name="Nightly tests")).to_have_count(1)
    page.get_by_role("button", name="Revoke Nightly tests").press("Enter")
    page.get_by_role("button", name="Revoke it").press("Enter")
    expect(page.get_by_text("nothing reads with it any more")).to_be_visible()
    assert read(tab.url, token) == HTTPStatus.UNAUTHORIZED


def test_it_works_without_script_and_one_name_is_taken_once(visit: Visitor) -> None:
    tab = visit(java_script_enabled=False)
    page = tab.page
    tab.expect_status(HTTPStatus.UNPROCESSABLE_ENTITY)
    page.goto(URL)
    for _ in range(2):
        page.get_by_label("Name of a new token").fill("Website")
        page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_text("There is a token with this name")).not_to_have_count(0)
    page.get_by_role("button", name="Revoke Website").click()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("nothing reads with it any more")).to_be_visible()


def test_its_pages_are_accessible(visit: Visitor) -> None:
    tab = visit(bypass_csp=True, reduced_motion="reduce")
    page = tab.page
    tab.expect_status(HTTPStatus.UNPROCESSABLE_ENTITY)
    make(page, "A name that is much longer than most names of tokens are " + "in practice " * 3)
    assert_accessible(page)
    page.get_by_label("Name of a new token").fill("A" * 100)
    page.get_by_role("button", name="Make a token").click()
    page.get_by_label("Name of a new token").fill("A" * 100)
    page.get_by_role("button", name="Make a token").click()
    expect(page.locator(".field-error")).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.get_by_role("button", name=re.compile("Revoke A name")).click()
    box = page.get_by_role("button", name="Revoke it").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= NARROW["width"]
    assert_accessible(page)
