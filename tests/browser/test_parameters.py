"""Structured output, thinking, caching by keyboard alone: set, sent, shown with the answer."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from .test_accessibility import assert_accessible
from .test_keyboard import tab_to
from .test_switching import choose
from .workbench_page import WorkbenchPage


def open_settings(page: Page) -> None:
    page.locator("#settings-panel > summary").press("Enter")
    expect(page.get_by_label("JSON Schema of the answer")).to_be_visible()


def sent(workbench: WorkbenchPage, mark: str) -> dict[str, Any]:
    """The body of the one request with ``mark``."""
    (entry,) = workbench.visit.site.upstream.journal(mark)
    body: dict[str, Any] = entry["body"]
    return body


def test_an_answer_is_checked_against_its_schema(workbench: WorkbenchPage) -> None:
    page, keys = workbench.page, workbench.page.keyboard
    workbench.user.fill("a structured answer")
    open_settings(page)
    tab_to(page, "Start from an example")
    keys.press("Enter")
    schema = page.get_by_label("JSON Schema of the answer")
    expect(schema).not_to_have_value("")
    keys.press("Control+Enter")
    workbench.ends()
    assert (
        sent(workbench, "a structured answer")["output_config"]["format"]["type"] == "json_schema"
    )
    response = page.locator("#response")
    expect(response.get_by_text("Matches the schema")).to_be_visible()
    expect(response.locator("pre.hl")).to_contain_text('"is_certain"')
    page.emulate_media(reduced_motion="reduce")  # colours on their way would have no contrast
    assert_accessible(page)

    workbench.visit.expect_status(422)
    schema.focus()
    keys.press("Control+End")
    keys.type("}")
    keys.press("Control+Enter")
    expect(page.locator("#not-run")).to_contain_text("line")
    assert len(workbench.visit.site.upstream.journal("a structured answer")) == 1
    keys.press("Backspace")
    keys.press("Control+Enter")
    workbench.ends()


def test_a_schema_of_the_answer_is_checked_while_it_is_typed(workbench: WorkbenchPage) -> None:
    page = workbench.page
    open_settings(page)
    schema = page.get_by_label("JSON Schema of the answer")
    problem = page.locator("#error-output-format")
    text = (
        '{"type": "object",\n"additionalProperties": false,\n"properties": {"a": {\n"type": "%s"}}}'
    )
    schema.fill(text % "strng")
    expect(problem).to_contain_text("Line 4: ")
    expect(problem).to_contain_text("strng")
    schema.fill(text % "string")
    expect(problem).to_be_empty()


def test_thinking_and_effort_are_sent_and_shown(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.user.fill("think about it")
    choose(page, "Effort", "High")
    choose(page, "Thinking", "Adaptive")
    expect(page.get_by_label("Display of thinking")).to_be_visible()
    choose(page, "Display of thinking", "Summ")
    page.keyboard.press("Control+Enter")
    workbench.ends()
    body = sent(workbench, "think about it")
    assert body["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert body["output_config"] == {"effort": "high"}
    thinking = page.locator("#response details.thinking")
    thinking.locator("summary").press("Enter")
    expect(thinking.locator(".thought")).not_to_be_empty()
    expect(page.locator("#response .response-foot")).to_contain_text("Thinking")


def test_a_cached_prefix_is_written_and_then_read(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.paste(workbench.system, "One rule of many for the assistant to keep. " * 300)
    workbench.user.fill("from the cache")
    open_settings(page)
    choose(page, "Automatic caching", "1")
    page.keyboard.press("Control+Enter")
    workbench.ends()
    assert sent(workbench, "from the cache")["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
    expect(page.locator("#response .response-foot")).to_contain_text("Cache write 1 h")
    workbench.run()
    workbench.ends()
    expect(page.locator("#response .response-foot")).to_contain_text("Cache read")
