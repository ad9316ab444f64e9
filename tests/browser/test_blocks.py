"""Content blocks in the editor: by keyboard alone, on every screen, and as they are sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from .test_accessibility import assert_accessible, assert_no_finding
from .test_keyboard import focused, tab_to
from .visiting import Visit, Visitor
from .workbench_page import WorkbenchPage, until

MARK = "blocks by keyboard"
DOCUMENT = {
    "type": "document",
    "source": {"type": "url", "url": "https://example.org/report.pdf"},
    "title": "Report",
    "citations": {"enabled": True},
}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Rome"}}
RESULT = {
    "type": "tool_result",
    "tool_use_id": "toolu_1",
    "content": "No station",
    "is_error": True,
}
EVERY_KIND: list[dict[str, Any]] = [
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "About {{TOPIC}}", "cache_control": {"type": "ephemeral"}},
            {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
            DOCUMENT,
            {
                "type": "document",
                "source": {"type": "text", "media_type": "text/plain", "data": "A long text"},
            },
            {
                "type": "document",
                "source": {"type": "content", "content": [{"type": "text", "text": "part"}]},
            },
            {
                "type": "search_result",
                "source": "https://example.org",
                "title": "T",
                "content": [{"type": "text", "text": "passage"}],
            },
            {"type": "container_upload", "file_id": "file_1"},
            {"type": "video", "source": "x"},
        ],
    },
    {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "Hm.", "signature": "s"},
            {"type": "redacted_thinking", "data": "x"},
            {
                "type": "server_tool_use",
                "id": "srv_1",
                "name": "web_search",
                "input": {"query": "q"},
            },
            {"type": "web_search_tool_result", "tool_use_id": "srv_1", "content": []},
            CALL,
        ],
    },
    {"role": "user", "content": [RESULT | {"content": [{"type": "text", "text": "a"}]}]},
]


def with_body(visitor: Visit, **body: Any) -> WorkbenchPage:
    """A new draft with this body, as its page of JSON takes it."""
    workbench = WorkbenchPage.on_new_draft(visitor)
    page = workbench.page
    page.goto(f"/t/acme/drafts/{workbench.draft}/body/")
    page.locator("textarea").fill(json.dumps({"model": "claude-opus-5-5", "max_tokens": 64} | body))
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#prompt-form")).to_be_visible()
    return workbench


def add(page: Page, label: str, to: str, key: str = "Tab") -> None:
    """Open the menu of a turn and choose an entry, with keys alone."""
    tab_to(page, f"Add to {to}", key)
    page.keyboard.press("Enter")
    tab_to(page, label)
    page.keyboard.press("Enter")
    until(lambda: focused(page) not in (label, f"Add to {to}", ""), page)


def test_blocks_are_written_by_keyboard_alone_and_sent_as_they_are(
    workbench: WorkbenchPage,
) -> None:
    page, keys = workbench.page, workbench.page.keyboard
    workbench.user.focus()
    keys.type(f"{MARK}: simulate: short")
    add(page, "Document from a URL", "User", "Shift+Tab")
    assert focused(page) == "URL"
    keys.type("https://example.org/report.pdf")
    tab_to(page, "Title")
    keys.type("Report")
    tab_to(page, "Citations")
    keys.press("Space")
    tab_to(page, "Add message pair")
    keys.press("Enter")
    expect(page.locator("#turns > .turn")).to_have_count(3)
    add(page, "Tool use", "Assistant", "Shift+Tab")
    assert focused(page) == "Tool"
    keys.type("get_weather")
    tab_to(page, "ID")
    keys.type("toolu_1")
    tab_to(page, "Input")
    keys.press("Control+a")
    keys.type('{"city": "Rome"}')
    add(page, "Tool result", "User")
    assert focused(page) == "ID of the tool use"
    tab_to(page, "The tool failed")
    keys.press("Space")
    tab_to(page, "Tool result, text")
    keys.type("No station")
    workbench.saved()

    tab_to(page, "Move Document up", "Shift+Tab")
    keys.press("Enter")
    expect(page.locator("#turns > .turn").first.locator(".block h3").first).to_have_text("Document")
    assert focused(page) == "Move Document up"
    tab_to(page, "Remove Text")
    keys.press("Enter")
    expect(page.get_by_text("1 removed block, kept until you save a version.")).to_be_visible()
    until(lambda: focused(page) == "Undo", page)
    keys.press("Enter")
    expect(page.get_by_text("1 removed block")).to_have_count(0)
    workbench.saved()

    page.reload()
    expect(page.get_by_label("Title")).to_have_value("Report")
    expect(page.get_by_label("Citations")).to_be_checked()
    keys.press("Control+Enter")
    workbench.run_id()
    (sent,) = until(lambda: workbench.visit.site.upstream.journal(MARK), page)
    text = {"type": "text", "text": f"{MARK}: simulate: short"}
    assert sent["body"]["messages"] == [
        {"role": "user", "content": [DOCUMENT, text]},
        {"role": "assistant", "content": [CALL]},
        {"role": "user", "content": [RESULT]},
    ]


def test_broken_json_is_reported_at_its_block_and_comes_back_as_typed(visit: Visitor) -> None:
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": [CALL]}]
    workbench = with_body(visit(), messages=messages)
    page = workbench.page
    page.get_by_label("Input").fill('{"city": ')
    slot = page.locator("#error-turn-2-block-0")
    expect(slot).to_contain_text("Input is no valid JSON")
    workbench.saved()
    page.reload()
    expect(page.get_by_label("Input")).to_have_value('{"city": ')
    expect(slot).to_contain_text("at line 1, column 10")
    page.get_by_label("Input").fill('{"city": 1}')
    expect(slot).to_be_empty()


def test_the_role_of_a_turn_decides_what_can_be_added(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.user.fill("Mine")
    role = page.get_by_label("Role")
    role.focus()
    role.select_option("assistant")
    expect(page.locator("#turns-ending")).to_contain_text("does not continue an assistant turn")
    expect(role).to_be_focused()
    page.get_by_role("button", name="Add to Assistant").click()
    expect(page.get_by_role("button", name="Tool use", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Tool result", exact=True)).to_have_count(0)
    expect(workbench.user).to_have_value("Mine")


def test_text_typed_elsewhere_stays_when_a_block_is_added(visit: Visitor) -> None:
    content = [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]
    workbench = with_body(visit(), messages=[{"role": "user", "content": content}])
    page = workbench.page
    first = page.locator("#turn-1-block-0-text")
    first.evaluate("field => { field.dataset.mine = '1'; }")
    first.fill("typed")
    page.get_by_role("button", name="Add to User").click()
    page.get_by_role("button", name="Image from a URL").click()
    expect(page.locator("#turn-1-blocks > .block")).to_have_count(3)
    expect(page.locator("[data-mine]")).to_have_value("typed")
    expect(page.locator("#turn-1-menu")).to_be_hidden()


@pytest.mark.parametrize("is_open", [False, True])
def test_every_kind_of_block_is_accessible(visit: Visitor, is_open: bool) -> None:
    tab = visit(bypass_csp=True, reduced_motion="reduce")
    system = [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    page = with_body(tab, messages=EVERY_KIND, system=system).page
    expect(page.locator(".block")).to_have_count(18)
    if is_open:
        page.evaluate("document.querySelectorAll('.block details').forEach(d => { d.open = true })")
        assert_accessible(page)
    page.get_by_role("button", name="Add to User").first.click()
    assert_no_finding(page)


def test_a_saved_version_shows_every_kind_of_block(visit: Visitor) -> None:
    tab = visit(bypass_csp=True, reduced_motion="reduce")
    page = with_body(tab, messages=EVERY_KIND).page
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#version-state")).to_have_text("v1")
    page.goto(f"{page.url.rstrip('/')}/versions/1/")
    expect(page.locator(".block")).to_have_count(17)
    assert_accessible(page)


def test_without_script_blocks_are_added_and_removed(visit: Visitor) -> None:
    tab = visit(java_script_enabled=False)
    page = with_body(
        tab, messages=[{"role": "user", "content": [{"type": "text", "text": "a"}]}]
    ).page
    page.get_by_role("button", name="Add to User").click()
    page.get_by_role("button", name="Image from a URL").click()
    page.get_by_label("URL").fill("https://example.org/a.png")
    page.get_by_role("button", name="Remove Text").click()
    expect(page.get_by_label("URL")).to_have_value("https://example.org/a.png")
    expect(page.locator(".block")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".block")).to_have_count(2)


def test_nothing_is_typed_into_a_turn_that_is_about_to_be_drawn_anew(
    workbench: WorkbenchPage,
) -> None:
    page = workbench.page
    workbench.user.fill("Before")
    waiting: list[Route] = []
    page.route("**/turns/", lambda route: waiting.append(route))
    page.get_by_role("button", name="Add to User").click()
    page.get_by_role("button", name="Image from a URL").click()
    until(lambda: bool(waiting), page)
    expect(workbench.user).not_to_be_editable()
    expect(workbench.system).to_be_editable()
    workbench.system.fill("Typed meanwhile")
    waiting[0].continue_()
    expect(page.get_by_label("URL")).to_be_visible()
    expect(workbench.system).to_be_focused()
    expect(workbench.user).to_have_value("Before")
    expect(workbench.user).to_be_editable()
    expect(workbench.system).to_have_value("Typed meanwhile")
