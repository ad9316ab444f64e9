"""The tools panel by keyboard alone, and what of it reaches the wire."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from .test_accessibility import assert_accessible
from .test_keyboard import tab_to
from .visiting import Visitor
from .workbench_page import WorkbenchPage, until

BROKEN = '{\n"type": "object",\n"properties": {"city": {"type": "string"},}\n}'
ODD = '{\n"type": "object",\n"properties": {\n"city": {"type": "strng"}}\n}'
MENDED = '{"type": "object", "properties": {"city": {"type": "string", "minLength": 1}}}'


def test_tools_by_keyboard_alone(workbench: WorkbenchPage) -> None:
    page, keys = workbench.page, workbench.page.keyboard
    workbench.user.fill("Hello\nsimulate: answer tokens=5")
    _write_a_tool(page)
    _break_and_mend_its_schema(page)
    _add_a_web_search(page)
    workbench.saved()
    keys.press("ControlOrMeta+Enter")
    workbench.ends()
    tab_to(page, "Request")
    keys.press("Enter")
    assert _request(page)["tools"] == [
        {
            "name": "weather_now",
            "description": "Returns the current weather of a city. Use it when somebody asks about"
            " the weather now, not about the past or the days to come.",
            "input_schema": json.loads(MENDED),
        },
        {
            "type": "web_search_20260318",
            "name": "web_search",
            "allowed_domains": ["example.org", "example.com"],
        },
    ]


def _write_a_tool(page: Page) -> None:
    keys = page.keyboard
    tab_to(page, "Tools .*")
    keys.press("Enter")
    tab_to(page, "Add tool")
    keys.press("Enter")
    expect(page.locator("#tools").get_by_label("Name", exact=True).first).to_be_focused()
    keys.press("ControlOrMeta+a")
    keys.type("weather_now")
    tab_to(page, "Remove parameter unit")
    keys.press("Enter")
    expect(page.get_by_role("group", name="Parameter unit")).to_have_count(0)
    tab_to(page, "Add parameter")
    keys.press("Enter")
    new = page.get_by_role("group", name="Parameter without a name")
    expect(new.get_by_label("Name")).to_be_focused()
    keys.type("days")
    keys.press("Tab")
    keys.type("integer")
    tab_to(page, "JSON Schema", "Shift+Tab")
    keys.press("Enter")
    schema = page.get_by_label("JSON Schema of the parameters of weather_now")
    expect(schema).to_have_value(re.compile(r'"days": \{\s+"type": "integer"'))


def _break_and_mend_its_schema(page: Page) -> None:
    tab_to(page, "JSON Schema of the parameters of weather_now")
    _replace(page, BROKEN)
    problem = page.locator("[id^=error-tool-][id$=-schema]")
    expect(problem).to_contain_text("line 3, column")
    _replace(page, ODD)
    expect(problem).to_contain_text("Line 4: ")
    expect(problem).to_contain_text("strng")
    _replace(page, MENDED)
    expect(problem).to_be_empty()
    expect(page.locator("#tools-summary")).to_have_text("1: weather_now")


def _add_a_web_search(page: Page) -> None:
    keys = page.keyboard
    tab_to(page, "Tool to add")
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_label("Version", exact=True)).to_be_focused()
    tab_to(page, "Only these domains")
    keys.type("example.org")
    keys.press("Enter")
    keys.type("example.com")


def test_moving_and_removing_keep_the_focus_near(workbench: WorkbenchPage) -> None:
    page = workbench.page
    page.locator("#tools-panel > summary").press("Enter")
    for stem in ("bash", "memory"):
        page.get_by_label("Tool to add").select_option(stem)
        page.get_by_role("button", name="Add tool").press("Enter")
        expect(page.locator("#tools")).to_contain_text(stem)
    memory = page.get_by_role("group", name="memory", exact=True)
    memory.get_by_role("button", name="Move up").press("Enter")
    expect(page.locator("#tools > div").first).to_contain_text("memory")
    expect(memory.get_by_role("button", name="Move up")).to_be_focused()
    memory.get_by_role("button", name="Remove tool").press("Enter")
    expect(page.locator("#restore-tool")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#tools > div")).to_have_count(2)
    expect(page.locator("#tools-summary")).to_have_text("2: memory, bash")


def a_tool(workbench: WorkbenchPage) -> Locator:
    """A new client tool, open."""
    page = workbench.page
    page.locator("#tools-panel > summary").click()
    page.get_by_role("button", name="Add tool").click()
    expect(page.locator("#tools").get_by_label("Name", exact=True).first).to_be_focused()
    return page.locator("#tools > div")


def pressed(page: Page, button: str) -> Route:
    """Press a button; returns its request, which waits to go on."""
    waiting: list[Route] = []
    page.route("**/tools/", lambda route: waiting.append(route))
    page.get_by_role("button", name=button).last.click()
    return until(lambda: waiting, page)[0]  # type: ignore[no-any-return]


def test_nothing_is_typed_into_parameters_that_are_about_to_be_drawn_anew(
    workbench: WorkbenchPage,
) -> None:
    tool = a_tool(workbench)
    parameter = tool.get_by_role("group", name="Parameter unit").get_by_label("Description")
    request = pressed(workbench.page, "JSON Schema")
    expect(parameter).not_to_be_editable()
    tool.get_by_label("Description", exact=True).first.fill("Typed meanwhile")
    parameter.focus()
    request.continue_()
    expect(tool.get_by_label("JSON Schema of the parameters")).to_be_focused()
    expect(tool.get_by_label("Description", exact=True).first).to_have_value("Typed meanwhile")


def test_a_tool_that_moves_takes_the_focus_along(workbench: WorkbenchPage) -> None:
    tool = a_tool(workbench)
    workbench.page.get_by_role("button", name="Add tool").click()
    expect(tool).to_have_count(2)
    name = tool.last.get_by_role("group", name="Parameter unit").get_by_label("Name")
    name.evaluate("field => { field.dataset.old = '1'; }")
    request = pressed(workbench.page, "Move up")
    expect(name).not_to_be_editable()
    name.focus()
    request.continue_()
    expect(workbench.page.locator("[data-old]")).to_have_count(0)
    name = tool.first.get_by_role("group", name="Parameter unit").get_by_label("Name")
    expect(name).to_be_focused()
    expect(name).to_be_editable()


def test_a_new_parameter_leaves_the_focus_to_who_types_elsewhere(workbench: WorkbenchPage) -> None:
    tool, page = a_tool(workbench), workbench.page
    request = pressed(page, "Add parameter")
    tool.get_by_role("group", name="Parameter unit").get_by_label("Description").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("one ")
    request.continue_()
    expect(tool.get_by_role("group", name="Parameter without a name")).to_be_visible()
    page.keyboard.type("two")
    unit = tool.get_by_role("group", name="Parameter unit")
    expect(unit.get_by_label("Description")).to_have_value("one two")


def test_a_mock_is_written_and_tried(workbench: WorkbenchPage) -> None:
    page = workbench.page
    page.locator("#tools-panel > summary").press("Enter")
    page.get_by_role("button", name="Add tool").press("Enter")
    page.locator("#tools summary", has_text="Mocked result").press("Enter")
    page.get_by_role("button", name="Rules").press("Enter")
    page.get_by_label("Field of the input").fill("city")
    page.get_by_label("Value", exact=True).fill("Paris")
    page.get_by_label("Result", exact=True).fill("20 C in {{input.city}}")
    page.get_by_label("Input to try").fill('{"city": "Paris"}')
    page.get_by_role("button", name="Try it").press("Enter")
    expect(page.locator("[id$=-tried]")).to_contain_text("20 C in Paris")
    workbench.saved()
    page.reload()
    page.get_by_role("group", name="get_weather", exact=True).locator("summary").first.click()
    expect(page.locator("[id$=-mock-summary]")).to_have_text("1 rule")


def test_the_open_panel_is_accessible(visit: Visitor) -> None:
    workbench = WorkbenchPage.on_new_draft(visit(bypass_csp=True, reduced_motion="reduce"))
    page = workbench.page
    page.locator("#tools-panel > summary").click()
    for number, stem in enumerate(("client", "web_fetch", "text_editor"), 1):
        page.get_by_label("Tool to add").select_option(stem)
        page.get_by_role("button", name="Add tool").click()
        expect(page.locator("#tools > div")).to_have_count(number)
    page.locator("#tools details").evaluate_all("all => all.forEach(one => { one.open = true })")
    page.get_by_role("button", name="Rules").first.click()
    expect(page.get_by_label("Field of the input")).to_be_visible()
    page.get_by_label("Description").first.fill("short")
    workbench.saved()
    assert_accessible(page)


def _replace(page: Page, text: str) -> None:
    """Writes ``text`` into the focused field instead of what it holds."""
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def _request(page: Page) -> Any:
    """The body of the request on the screen."""
    shown = page.locator("#response pre").first
    return json.loads(until(lambda: shown.text_content(), page))


def test_a_draft_with_two_tools_of_ones_own_is_run(workbench: WorkbenchPage) -> None:
    """Buttons named "form" hid the form of the form from htmx, as soon as there were two."""
    page = workbench.page
    page.locator("#tools-panel > summary").click()
    for count in (1, 2):
        page.get_by_role("button", name="Add tool").click()
        expect(page.locator("#tools > div")).to_have_count(count)
    page.locator("#tools").get_by_label("Name", exact=True).last.fill("another_tool")
    workbench.user.fill("simulate: short")
    workbench.user.press("Control+Enter")
    workbench.ends()
