"""Get code in the browser: three steps to a program, the choice, the keyboard, hostile texts."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .test_accessibility import assert_accessible, assert_no_finding
from .test_keyboard import tab_to
from .visiting import Visit, Visitor
from .workbench_page import WorkbenchPage

HOSTILE = (
    "a\"'\\`${x}$(id)</script><img src=x onerror=alert(1)> {{OPEN}} \"\"\" '''\n  two  \u2028 🙂"
)


@pytest.fixture
def tab(visit: Visitor) -> Visit:
    """A visit in which axe may run its script."""
    return visit(bypass_csp=True, reduced_motion="reduce")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Get code")


def choose(page: Page, target: str) -> None:
    """Choose a kind of code and wait for it."""
    page.get_by_label("Code", exact=True).select_option(target)
    expect(page.locator(f"#code-box wb-copy[src*='target={target}&']")).to_be_attached()


def shown_body(page: Page) -> dict[str, object]:
    """The body that the raw JSON shows."""
    return dict(json.loads(page.locator("#code-text").inner_text()))


def test_the_three_steps_of_the_tutorial_are_three_clicks(tab: Visit) -> None:
    """Ask a question, add a system prompt, get the code."""
    workbench = WorkbenchPage.on_new_draft(tab)
    page = tab.page
    workbench.user.fill("Why is the ocean salty?\nsimulate: short")
    workbench.run_button.click()
    workbench.ends()
    workbench.system.fill("You are a poet.")
    workbench.run()
    workbench.ends()
    page.get_by_role("button", name="Get code").click()
    code = dialog(page).locator("#code-text")
    expect(code).to_contain_text("You are a poet.")
    expect(code).to_contain_text("Why is the ocean salty?")
    choose(page, "python-2")  # whatever somebody has chosen before
    expect(code).to_contain_text("from anthropic import Anthropic")
    expect(code.locator("span.s2, span.s1").first).to_be_visible()


def test_the_dialog_shows_the_text_as_it_was_typed_a_moment_ago(tab: Visit) -> None:
    workbench = WorkbenchPage.on_new_draft(tab)
    page = tab.page
    workbench.paste(workbench.user, HOSTILE)
    page.get_by_role("button", name="Get code").click()
    choose(page, "raw")
    assert shown_body(page)["messages"] == [{"role": "user", "content": HOSTILE}]
    assert page.locator("#code-text img").count() == 0
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Get code")).to_be_focused()


def test_a_choice_is_taken_by_keyboard_and_remembered(tab: Visit) -> None:
    workbench = WorkbenchPage.on_new_draft(tab)
    page, keys = tab.page, tab.page.keyboard
    workbench.user.fill("Hello")
    page.get_by_role("button", name="Get code").focus()
    keys.press("Enter")
    expect(dialog(page)).to_be_visible()
    choose(page, "python-2")
    tab_to(page, "Stream the answer")
    box = page.get_by_role("checkbox", name="Stream the answer")
    before = box.is_checked()
    keys.press("Space")
    stated = page.locator("#code-box wb-copy[src*='streaming=1']")
    expect(stated).to_have_count(0 if before else 1)
    expect(box).to_be_focused()
    expect(box).to_be_checked(checked=not before)
    expect(page.locator("#code-text")).to_contain_text("create(" if before else "stream")
    keys.press("Escape")
    page.reload()
    page.get_by_role("button", name="Get code").click()
    expect(page.get_by_role("checkbox", name="Stream the answer")).to_be_checked(checked=not before)


def test_copy_takes_the_program_as_it_is_downloaded(visit: Visitor) -> None:
    tab = visit(permissions=["clipboard-read", "clipboard-write"])
    workbench = WorkbenchPage.on_new_draft(tab)
    page = tab.page
    workbench.paste(workbench.user, HOSTILE)
    page.get_by_role("button", name="Get code").click()
    choose(page, "curl")
    page.get_by_role("button", name="Copy the code").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as download:
        dialog(page).get_by_role("link", name=re.compile("Download")).click()
    assert download.value.path().read_text("utf-8") == copied


def test_a_version_and_a_run_open_the_same_dialog(tab: Visit) -> None:
    workbench = WorkbenchPage.on_new_draft(tab)
    page = tab.page
    run = workbench.run("Hello\nsimulate: short")
    workbench.ends()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#version-state")).to_have_text("v1")
    page.get_by_role("link", name="v1").click()
    for path in (page.url, f"/t/acme/runs/{run}/"):
        page.goto(path)
        page.get_by_role("link", name="Get code").click()
        expect(dialog(page).locator("#code-text")).to_be_visible()
        choose(page, "raw")
        content = shown_body(page)["messages"]
        assert content == [{"role": "user", "content": "Hello\nsimulate: short"}]
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="Get code")).to_be_focused()


@pytest.mark.parametrize("place", ["editor", "run"])
def test_the_request_of_a_run_opens_the_dialog_and_gets_the_focus_back(
    tab: Visit, place: str
) -> None:
    workbench = WorkbenchPage.on_new_draft(tab)
    page = tab.page
    run = workbench.run("Hello\nsimulate: short")
    workbench.ends()
    workbench.user.fill("Changed since")
    workbench.saved()
    if place == "run":
        page.goto(f"/t/acme/runs/{run}/")
    page.locator("#response").get_by_role("link", name="Request", exact=True).click()
    link = page.get_by_role("link", name="Get code of this run")
    link.press("Enter")
    expect(dialog(page)).to_be_visible()
    choose(page, "raw")
    assert "Hello" in str(shown_body(page)["messages"])
    page.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_the_palette_opens_it(tab: Visit) -> None:
    workbench = WorkbenchPage.on_new_draft(tab)
    page = tab.page
    workbench.user.fill("Hello")
    page.keyboard.press("Control+k")
    page.keyboard.type("get code")
    expect(page.get_by_role("option", name="Get code")).to_be_visible()
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_visible()


def test_it_works_without_script(visit: Visitor) -> None:
    tab = visit(java_script_enabled=False)
    page = tab.page
    page.goto("/t/acme/prompts/")
    page.locator(".topbar").get_by_role("button", name="New prompt").click()
    page.locator("#turns textarea").first.fill("Without script")
    page.get_by_role("button", name="Get code").click()
    page.get_by_label("Code", exact=True).select_option("raw")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#code-text")).to_contain_text("Without script")
    assert "target=raw" in page.url
    page.get_by_role("link", name="Back").click()
    expect(page.locator("#turns textarea").first).to_have_value("Without script")


def test_its_dialog_and_its_page_are_accessible(tab: Visit) -> None:
    workbench = WorkbenchPage.on_new_draft(tab)
    page = tab.page
    workbench.user.fill("A word " * 40 + "a" * 300)
    page.get_by_role("button", name="Get code").click()
    expect(dialog(page)).to_be_visible()
    for target in ("python-2", "curl", "raw"):
        choose(page, target)
        assert_no_finding(page)
    assert_accessible(page)
    page.get_by_role("link", name="Open as a page").click()
    expect(page.locator("main #code-text")).to_be_visible()
    assert_accessible(page)
    page.go_back()
    page.locator("[name=max_tokens]").fill("many")
    page.get_by_role("button", name="Get code").click()
    expect(dialog(page).get_by_role("alert")).to_contain_text("cannot be sent yet")
    assert_no_finding(page)
