"""The tool round trip on the page: results by keyboard, mocked rounds, a complaint at its field."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from .test_accessibility import assert_accessible
from .test_keyboard import focused
from .visiting import Visitor
from .workbench_page import WorkbenchPage, until

PARALLEL = "Weather?\nsimulate: tool-parallel delay=0.01"


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Presses Tab until ``name`` has the focus, however many blocks stand before it."""
    for _ in range(250):
        page.keyboard.press(key)
        if re.fullmatch(name, focused(page)):
            return
    raise AssertionError(f"Tab never reaches {name}")


def sent(workbench: WorkbenchPage) -> dict[str, Any]:
    """The body of the newest request that the upstream got."""
    newest = workbench.visit.site.upstream.journal("Weather?")[-1]
    return dict(newest["body"] if isinstance(newest["body"], dict) else json.loads(newest["body"]))


def test_two_parallel_calls_are_answered_by_keyboard_alone(workbench: WorkbenchPage) -> None:
    page, keys = workbench.page, workbench.page.keyboard
    workbench.visit.expect_status(422)
    workbench.user.fill(PARALLEL)
    keys.press("ControlOrMeta+Enter")
    workbench.ends()
    first = workbench.run_id()
    tab_to(page, "Result of get_weather, call 1")
    keys.type("20 C")
    tab_to(page, "Result of get_weather, call 2")
    tab_to(page, r"The call failed \(call 2\)")
    keys.press("Space")
    tab_to(page, "Send results and continue")
    keys.press("Enter")
    expect(page.locator("#not-run")).to_contain_text("a call that failed needs a text")
    expect(page.get_by_label("Result of get_weather, call 1")).to_have_value("20 C")
    tab_to(page, "Result of get_weather, call 2", "Shift+Tab")
    keys.type("no such city")
    tab_to(page, "Send results and continue")
    keys.press("Enter")
    expect(page.locator(f"#run-{first}-state")).to_have_count(0)
    until(lambda: focused(page) == "Answer", page)
    workbench.ends()
    assert "20 C" in workbench.text()
    messages = sent(workbench)["messages"]
    assert [block["type"] for block in messages[1]["content"]][-2:] == ["tool_use", "tool_use"]
    assert messages[2]["content"] == [
        {"type": "tool_result", "tool_use_id": "toolu_sim0001", "content": "20 C"},
        {
            "type": "tool_result",
            "tool_use_id": "toolu_sim0002",
            "content": "no such city",
            "is_error": True,
        },
    ]
    expect(page.locator("#turns .turn")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
    expect(page.locator("#response").get_by_role("link", name=f"run {first}")).to_be_visible()
    workbench.saved()
    page.reload()
    expect(page.locator("#turns .turn")).to_have_count(3)


def test_the_form_is_there_after_a_reload_and_accessible(visit: Visitor) -> None:
    workbench = WorkbenchPage.on_new_draft(visit(bypass_csp=True, reduced_motion="reduce"))
    page = workbench.page
    workbench.run(PARALLEL)
    workbench.ends()
    page.reload()
    expect(page.get_by_label("Result of get_weather, call 2")).to_be_visible()
    assert_accessible(page)
    run = workbench.run_id()
    page.goto(f"/t/acme/runs/{run}/")
    assert_accessible(page)
    page.get_by_role("button", name="Send results and continue").click()
    expect(page).to_have_url(re.compile(rf"/runs/{run + 1}/$"))
    workbench.ends()


def test_typed_results_outlive_another_tab_and_a_reload(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.run(PARALLEL)
    workbench.ends()
    first = page.get_by_label("Result of get_weather, call 1")
    first.fill("20 C")
    page.get_by_role("link", name="Request", exact=True).click()
    expect(first).to_have_count(0)
    page.get_by_role("link", name="Response", exact=True).click()
    expect(first).to_have_value("20 C")
    with page.expect_response("**/results/typed/"):
        first.fill("20 C at noon")
    page.reload()
    expect(first).to_have_value("20 C at noon")


def test_calls_are_added_once_and_their_results_can_be_written_in_the_editor(
    workbench: WorkbenchPage,
) -> None:
    page = workbench.page
    workbench.run(PARALLEL)
    workbench.ends()
    add = page.get_by_role("button", name="Add calls to the conversation")
    add.click()
    expect(page.locator("#turns .turn")).to_have_count(3)
    page.get_by_label("Result of get_weather, call 1").fill("20 C")
    add.click()
    expect(page.locator("#turns .turn").last).to_contain_text("Tool result")
    until(lambda: "20 C" in page.locator("#turns").inner_html(), page)
    expect(page.locator("#turns .turn")).to_have_count(3)
    before = workbench.run_id()
    workbench.run_button.click()
    expect(page.locator(f"#run-{before}-state")).to_have_count(0)
    workbench.ends()
    assert "20 C" in workbench.text()


def with_a_mock(workbench: WorkbenchPage) -> Page:
    """The page of a draft whose only tool has a mocked result."""
    page = workbench.page
    page.locator("#tools-panel > summary").press("Enter")
    page.get_by_role("button", name="Add tool").press("Enter")
    page.locator("#tools").get_by_label("Name", exact=True).first.fill("get_weather")
    page.get_by_text("Mocked result", exact=False).first.click()
    page.get_by_role("button", name="Fixed").click()
    page.get_by_label("Result", exact=True).fill("sunny")
    return page


def test_mocked_results_answer_until_the_model_is_done(workbench: WorkbenchPage) -> None:
    page = with_a_mock(workbench)
    first = workbench.run("Weather?\nsimulate: tool-parallel rounds=3 delay=0.01")
    workbench.ends()
    expect(page.get_by_label("Result of get_weather, call 1")).to_have_value("sunny")
    page.get_by_role("button", name="Answer with mocks until done").click()
    expect(page.locator("#response")).to_contain_text("Round 3 of 10", timeout=20_000)
    workbench.ends()
    assert "sunny" in workbench.text()
    expect(page.locator("#turns .turn")).to_have_count(7)
    expect(page.locator("#response")).to_contain_text(f"run {first + 2}")
    workbench.saved()


def test_one_stop_ends_the_rounds_also_between_two_of_them(workbench: WorkbenchPage) -> None:
    page = with_a_mock(workbench)
    first = workbench.run("Weather?\nsimulate: tool-parallel rounds=9 delay=0.01")
    workbench.ends()
    # The second round is held back on its way, so that Stop is pressed between the two.
    held: list[Route] = []
    page.route(
        "**/results/",
        lambda route: (
            held.append(route) if f"/{first + 1}/" in route.request.url else route.fallback()
        ),
    )
    page.get_by_role("button", name="Answer with mocks until done").click()
    until(lambda: held, page)
    workbench.ends()
    workbench.stop_button.click()
    notices = page.get_by_role("region", name="Notices")
    expect(notices).to_contain_text("no further mocked results are sent")
    expect(workbench.run_button).to_be_visible()
    workbench.visit.expect_status(422)
    held[0].continue_()
    page.unroute("**/results/")
    expect(page.locator("#not-run")).to_contain_text("You pressed Stop")
    expect(page.get_by_text("Sending the mocked results")).to_have_count(0)
    assert workbench.run_id() == first + 1
    page.get_by_role("button", name="Go on with mocks").click()
    expect(page.locator("#response")).to_contain_text("Round 2 of 10")
    workbench.ends()


def test_a_refused_request_complains_at_its_field_until_the_next_run(
    workbench: WorkbenchPage,
) -> None:
    page = workbench.page
    slot = page.locator("#error-max_tokens")
    workbench.run("Weather?\nsimulate: status code=400")
    workbench.ends("failed")
    expect(slot).to_contain_text("max_tokens: 900000 > 128000")
    workbench.user.fill("Weather?")
    workbench.saved()
    expect(slot).to_contain_text("max_tokens: 900000 > 128000")
    workbench.run()
    expect(slot).to_be_empty()
    workbench.ends()
