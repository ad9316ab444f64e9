"""Paste or drop in the browser: preview, draft, run, and the same text back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from workbench.export.targets import TARGETS

from .test_accessibility import OVERFLOW, assert_accessible, look
from .test_get_code import choose, dialog, shown_body
from .test_keyboard import tab_to
from .test_signing_in_again import sign_in
from .visiting import NARROW, Visit, Visitor
from .workbench_page import WorkbenchPage, until

FILES = "/t/acme/files/"
PASTE = "Code, JSON or a prompt from elsewhere"
HOSTILE = "</textarea><script>alert(1)</script> {{NOT}} \" ' \\ `${x}` $(id)\n\n  two  🙂"
KEY = "sk-ant-api03-" + "Ab1" * 20
BODY = {
    "model": "claude-opus-5-5",
    "max_tokens": 300,
    "system": HOSTILE,
    "messages": [{"role": "user", "content": "simulate: short"}],
}
ROUND_TRIP = [key for key in ("raw", "curl", "python-2", "typescript-1") if key in TARGETS]
DROP = """([selector, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], 'dropped.json'));
  for (const type of ['dragover', 'drop']) {
    const event = new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: data});
    document.querySelector(selector).dispatchEvent(event);
  }
}"""


@pytest.fixture
def tab(visit: Visitor) -> Visit:
    """A visit in which axe may run its script."""
    return visit(bypass_csp=True, reduced_motion="reduce")


def paste(page: Page, text: str) -> None:
    """Paste a text and open its preview."""
    page.goto(FILES)
    page.get_by_label(PASTE).fill(text)
    page.get_by_role("button", name="Preview").click()
    page.wait_for_url("**/files/found/**")


def test_a_body_is_pasted_previewed_and_opened_as_a_draft(tab: Visit) -> None:
    page = tab.page
    paste(page, json.dumps(BODY | {"x": KEY}))
    expect(page.locator("main")).to_contain_text("</textarea><script>")
    expect(page.get_by_role("heading", name="Keys removed")).to_be_visible()
    assert KEY not in page.content()
    assert_accessible(page)
    page.reload()
    page.get_by_label("Name").fill("From elsewhere")
    page.get_by_role("button", name="Open as draft").click()
    workbench = WorkbenchPage(tab)
    expect(workbench.name).to_have_value("From elsewhere")
    expect(workbench.system).to_have_value(HOSTILE)


@pytest.mark.parametrize("target", ROUND_TRIP)
def test_code_is_pasted_run_and_comes_back_the_same(tab: Visit, target: str) -> None:
    page = tab.page
    paste(page, json.dumps(BODY))
    page.get_by_label("Name").fill("There and back")
    page.get_by_role("button", name="Open as draft").click()
    first = code(page, target)
    paste(page, first)
    assert page.get_by_role("heading", name="Not understood").count() == 0
    page.get_by_label("Name").fill("There and back")
    page.get_by_role("button", name="Open as draft").click()
    workbench = WorkbenchPage(tab)
    workbench.run()
    workbench.ends()
    assert code(page, target) == first


def code(page: Page, target: str) -> str:
    """The program of the draft that is open, whole."""
    page.get_by_role("button", name="Get code").click()
    expect(dialog(page)).to_be_visible()
    choose(page, target)
    address = page.locator("#code-box wb-copy[src]").first.get_attribute("src")
    assert address
    text = page.request.get(address).text()
    page.keyboard.press("Escape")
    return text


def test_the_whole_way_goes_by_keyboard_on_a_narrow_screen(visit: Visitor) -> None:
    tab = visit(viewport=NARROW)
    page, keys = tab.page, tab.page.keyboard

    def press(name: str) -> None:
        assert page.evaluate(OVERFLOW) <= 0, page.url
        tab_to(page, name)
        keys.press("Enter")

    page.goto(FILES)
    tab_to(page, PASTE)
    keys.insert_text(json.dumps(BODY))
    press("Preview")
    page.wait_for_url("**/files/found/**")
    press("Open as draft")
    page.wait_for_url("**/drafts/**")
    workbench = WorkbenchPage(tab)
    keys.press("Control+Enter")
    workbench.ends()
    press("Get code")
    expect(dialog(page)).to_be_visible()
    choose(page, "raw")
    assert page.evaluate("document.getElementById('code-dialog').contains(document.activeElement)")
    assert shown_body(page) == shown_body(page) | BODY
    keys.press("Escape")
    expect(page.get_by_role("button", name="Get code")).to_be_focused()


def test_a_recorded_answer_has_a_page_and_its_code(tab: Visit) -> None:
    page = tab.page
    old = {
        "completion": " Hello from long ago",
        "stop_reason": "stop_sequence",
        "model": "claude-2",
    }
    paste(page, json.dumps(old))
    page.get_by_label("Name").fill("Long ago")
    page.get_by_role("button", name="Save as a prompt").click()
    page.wait_for_url("**/prompts/*/")
    page.goto("/t/acme/runs/")
    page.locator("#run-rows tr").filter(has_text="Long ago").get_by_role("link").first.click()
    expect(page.locator("#response")).to_contain_text("Hello from long ago")
    expect(page.locator("#response")).to_contain_text("Imported, not sent from here")
    assert_accessible(page)
    page.get_by_role("link", name="Get code").click()
    expect(dialog(page)).to_contain_text("The API would refuse this")
    assert_accessible(page)


def test_many_are_imported_by_keyboard(tab: Visit) -> None:
    page, keys = tab.page, tab.page.keyboard
    lines = [
        {"custom_id": f"Imported line {number}", "params": BODY | {"max_tokens": number}}
        for number in (1, 2, 3)
    ]
    page.goto(FILES)
    page.get_by_label(PASTE).fill("\n".join(map(json.dumps, lines)))
    tab_to(page, "Preview")
    keys.press("Enter")
    page.wait_for_url("**/files/found/**")
    page.locator("summary").first.click()
    assert_accessible(page)
    page.get_by_label("Tags for all of them").fill("batch")
    page.get_by_role("checkbox", name="Import prompt 2").focus()
    keys.press("Space")
    page.get_by_role("button", name="Save the ticked prompts").focus()
    keys.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Imported: 2 prompts.")).to_be_visible()
    prompts = page.locator("#prompts th")
    expect(prompts.filter(has_text="Imported line")).to_have_count(2)
    expect(prompts.filter(has_text="Imported line").filter(has_text="batch")).to_have_count(2)


def test_a_file_is_dropped_or_chosen(tab: Visit, tmp_path: Path) -> None:
    page = tab.page
    page.goto(FILES)
    page.evaluate(DROP, ["#import-heading + *, wb-drop", json.dumps(BODY)])
    page.evaluate(DROP, ["wb-drop form", json.dumps(BODY)])
    assert page.locator("#file").evaluate("input => input.files[0].name") == "dropped.json"
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("1 prompt found")).to_be_visible()
    path = tmp_path / "chosen.json"
    path.write_text(json.dumps(BODY))
    page.goto(FILES)
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("1 prompt found")).to_be_visible()


def test_what_is_not_understood_stays_and_is_mended(tab: Visit) -> None:
    page = tab.page
    paste(page, "This is none of all that: " + HOSTILE)
    expect(page.get_by_role("heading", name="Not understood")).to_be_visible()
    text = page.get_by_label("The text, without keys")
    expect(text).to_have_value("This is none of all that: " + HOSTILE)
    assert_accessible(page)
    text.fill(json.dumps(BODY))
    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_text("1 prompt found")).to_be_visible()


def test_nothing_is_refused_in_place_and_a_session_that_ended_keeps_the_text(tab: Visit) -> None:
    page = tab.page
    page.goto(FILES)
    tab.expect_status(422, 401)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("alert").filter(has_text="There is nothing to read")).to_be_visible()
    assert_accessible(page)
    page.get_by_label(PASTE).fill(json.dumps(BODY))
    tab.context.clear_cookies(name="workbench-session")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Notices")).to_contain_text("You are signed out.")
    expect(page.get_by_label(PASTE)).to_have_value(json.dumps(BODY))


def test_names_and_tags_outlast_the_session(tab: Visit) -> None:
    page = tab.page
    paste(page, "\n".join(json.dumps({"custom_id": str(n), "params": BODY}) for n in (1, 2)))
    tab.expect_status(401, 422)
    page.get_by_label("Name").first.fill("Typed before the end")
    page.get_by_label("Tags", exact=False).nth(1).fill("t" * 51)
    save = page.get_by_role("button", name="Save the ticked prompts")
    save.click()
    expect(page.get_by_role("alert").filter(has_text="Nothing was imported")).to_be_visible()
    expect(save).to_be_focused()
    page.get_by_label("Tags", exact=False).nth(1).fill("kept")
    page.get_by_role("checkbox", name="Import prompt 2").uncheck()
    tab.context.clear_cookies(name="workbench-session")
    save.click()
    expect(page.get_by_role("region", name="Notices")).to_contain_text("You are signed out.")
    sign_in(tab.another_tab())
    save.click()
    page.wait_for_url("**/prompts/*/")
    page.goto("/t/acme/prompts/")
    expect(page.locator("#prompts th").filter(has_text="Typed before the end")).to_contain_text(
        "kept"
    )


def test_names_stay_when_the_preview_is_gone(tab: Visit) -> None:
    page = tab.page
    paste(page, json.dumps(BODY))
    page.get_by_label("Name").fill("Typed before the end")
    other = tab.another_tab()
    paste(other, json.dumps(BODY))
    tab.expect_status(404)
    page.get_by_role("button", name="Open as draft").click()
    expect(page.get_by_role("region", name="Notices")).to_contain_text("This preview is gone")
    expect(page.get_by_label("Name")).to_have_value("Typed before the end")
    asked: list[str] = []
    page.on("dialog", lambda each: (asked.append(each.type), each.dismiss()))
    page.get_by_role("link", name="Another text").click()
    until(lambda: asked == ["beforeunload"], page)
    expect(page.get_by_label("Name")).to_have_value("Typed before the end")
    look(other, page.url, 404, "Import")


def test_what_the_api_would_refuse_is_said_in_the_preview_and_mended_later(tab: Visit) -> None:
    page = tab.page
    paste(page, json.dumps(BODY | {"messages": [{"role": "user", "content": ""}]}))
    expect(page.get_by_role("heading", name="The API would refuse this")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Open as draft").click()
    expect(WorkbenchPage(tab).user).to_have_value("")


def test_it_works_without_script(visit: Visitor) -> None:
    page = visit(java_script_enabled=False).page
    paste(page, json.dumps(BODY))
    page.get_by_role("button", name="Save as a prompt").click()
    expect(page.locator("body")).to_contain_text("Imported as v1 of")
