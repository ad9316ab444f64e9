"""The answer as it streams: every tab shows the same, whatever happens to tabs and servers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.process.runs.site import Site
from workbench.simulator.scenarios import healthy

from .visiting import Visitor
from .workbench_page import HIDE, WorkbenchPage, until

SELECT = """(element, length) => {
  const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
  getSelection().setBaseAndExtent(text, 0, text, length);
}"""
SELECTED = "getSelection().toString()"
# Sources are counted where htmx makes them; script of the page has no other way to know.
COUNT_SOURCES = """
window.sources = [];
const Native = EventSource;
window.EventSource = class extends Native {
  constructor(...rest) { super(...rest); window.sources.push(this); }
};
"""
OPEN_SOURCES = "sources.filter((source) => source.readyState !== 2).length"
LONG = "simulate: answer tokens=150 delay=0.02"
ENDS_WELL = [*healthy.REGISTER, "hostile", "controls", "bad-utf8"]
# The hand of a person who saw Stop a moment ago: it clicks what has taken its place, once.
CLICK_AT_ONCE = """() => {
  window.clicked = 0;
  new MutationObserver(() => {
    const run = document.querySelector('#run-bar [data-key=run]');
    if (!run) window.sawStop = true;
    else if (window.sawStop && !window.clicked) {
      window.clicked += 1;
      run.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true, detail: 1}));
    }
  }).observe(document.body, {childList: true, subtree: true});
}"""


def test_the_text_grows_while_the_model_writes(workbench: WorkbenchPage) -> None:
    workbench.run(LONG)
    lengths: set[int] = set()
    until(lambda: lengths.add(len(workbench.text())) or len(lengths) > 5, workbench.page)
    expect(workbench.state).to_have_attribute("data-state", "streaming")
    expect(workbench.page.locator("#response")).to_have_attribute("aria-busy", "true")
    title = workbench.page.title()
    workbench.ends()
    assert len(workbench.text()) > max(lengths)
    assert workbench.page.title() == title
    expect(workbench.page.locator("#response")).to_have_attribute("aria-busy", "false")
    assert workbench.page.locator("[aria-busy=true]").count() == 0


def test_two_tabs_and_a_reload_show_the_same_at_every_time(workbench: WorkbenchPage) -> None:
    run = workbench.run(LONG)
    until(lambda: len(workbench.text()) > 60, workbench.page)
    other = WorkbenchPage(workbench.visit, workbench.visit.another_tab())
    other.page.goto(f"/t/acme/runs/{run}/")
    until(lambda: len(other.text()) > 60, other.page)
    before = workbench.text()
    workbench.page.reload()
    until(lambda: len(workbench.text()) >= len(before), workbench.page)
    assert workbench.text().startswith(before[:60])
    workbench.ends()
    other.ends()
    assert other.html() == workbench.html()


def test_stop_on_the_page_of_the_run_stops_it_everywhere(workbench: WorkbenchPage) -> None:
    run = workbench.run("simulate: answer tokens=900 delay=0.05")
    other = WorkbenchPage(workbench.visit, workbench.visit.another_tab())
    other.page.goto(f"/t/acme/runs/{run}/")
    until(lambda: other.text(), other.page)
    stop = other.page.get_by_role("button", name="Stop")
    stop.click()
    other.ends("cancelled")
    expect(stop).to_have_count(0)
    workbench.ends("cancelled")
    expect(workbench.run_button).to_be_visible()


def test_one_run_is_one_request_however_many_watch(workbench: WorkbenchPage) -> None:
    mark = "one request only"
    run = workbench.run(f"{mark}\n{LONG}")
    tabs = [workbench.visit.another_tab() for _ in range(3)]
    for tab in tabs:
        tab.goto(f"/t/acme/runs/{run}/")
        tab.evaluate(HIDE, True)
        tab.evaluate(HIDE, False)
    workbench.ends()
    assert len(workbench.visit.site.upstream.journal(mark)) == 1


def test_a_hidden_tab_lets_go_of_its_stream_and_comes_back(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.visit.context.add_init_script(COUNT_SOURCES)
    page.reload()
    workbench.run(LONG)
    until(lambda: len(workbench.text()) > 30, page)
    page.evaluate(HIDE, True)
    assert page.evaluate(OPEN_SOURCES) == 0
    text = workbench.text()
    page.wait_for_timeout(600)
    assert workbench.text() == text
    for hidden in (False, True, False, True, False):
        page.evaluate(HIDE, hidden)
    until(lambda: len(workbench.text()) > len(text) + 20, page)
    assert page.evaluate(OPEN_SOURCES) == 1
    workbench.ends()
    assert page.evaluate(OPEN_SOURCES) == 0
    assert_like_stored(workbench)


def test_more_hidden_tabs_than_a_browser_has_connections(workbench: WorkbenchPage) -> None:
    run = workbench.run("simulate: answer tokens=300 delay=0.05")
    for _ in range(7):
        tab = workbench.visit.another_tab()
        tab.goto(f"/t/acme/runs/{run}/")
        expect(tab.locator(".run-state")).to_be_visible()
        tab.evaluate(HIDE, True)
    workbench.stop_button.click()
    workbench.ends("cancelled")


def test_a_click_on_stop_that_comes_too_late_begins_no_run(workbench: WorkbenchPage) -> None:
    page, mark = workbench.page, "a late click on Stop"
    page.evaluate(CLICK_AT_ONCE)
    workbench.run(f"{mark}\nsimulate: answer tokens=10 delay=0.02")
    workbench.ends()
    expect(workbench.run_button).to_be_visible()
    assert page.evaluate("clicked") == 1
    page.wait_for_timeout(300)
    assert len(workbench.visit.site.upstream.journal(mark)) == 1
    workbench.run_button.click()
    until(lambda: len(workbench.visit.site.upstream.journal(mark)) == 2, page)
    workbench.ends()


def test_run_can_be_pressed_by_key_as_soon_as_it_is_there(workbench: WorkbenchPage) -> None:
    page, mark = workbench.page, "Run by key at once"
    page.evaluate(CLICK_AT_ONCE.replace("detail: 1", "detail: 0"))
    workbench.run(f"{mark}\nsimulate: answer tokens=10 delay=0.02")
    until(lambda: len(workbench.visit.site.upstream.journal(mark)) == 2, page)
    workbench.ends()


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_run_that_ends_behind_another_tab_gives_run_back(
    workbench: WorkbenchPage, comes_back: bool
) -> None:
    page = workbench.page
    workbench.run("simulate: answer tokens=30 delay=0.02")
    page.get_by_role("link", name="Request", exact=True).click()
    expect(page.locator("#tab-request")).to_have_attribute("aria-current", "true")
    if comes_back:  # before the tab has heard of the end
        page.route("**/request/?followed=1", lambda route: route.abort())
        workbench.visit.expect_cuts()
        run = page.locator("[id$=-watch]").get_attribute("id") or ""
        over = f"/t/acme/runs/{run.split('-')[1]}/outcome/"
        until(lambda: "Finished" in page.request.get(over).text(), page)
        page.get_by_role("link", name="Response", exact=True).click()
        workbench.ends()
    expect(workbench.run_button).to_be_enabled()


def test_the_next_run_takes_the_place_of_the_one_before(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.visit.context.add_init_script(COUNT_SOURCES)
    page.reload()
    for _ in range(3):
        workbench.run("simulate: answer tokens=20 delay=0.01")
        workbench.ends()
    assert page.evaluate(OPEN_SOURCES) == 0
    assert page.evaluate("sources.length") == 3


def test_a_selection_survives_the_rest_of_the_answer(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.run(LONG)
    until(lambda: workbench.answer.locator("li").count() > 0, page)
    workbench.answer.locator("p").first.evaluate(SELECT, 10)
    finished = page.evaluate(SELECTED)
    assert len(finished) == 10
    workbench.ends()
    assert page.evaluate(SELECTED) == finished


def test_a_selection_in_the_code_that_grows_survives_too(workbench: WorkbenchPage) -> None:
    page = workbench.page
    code = "```python\n" + "\n".join(f"value_{n} = {n}" for n in range(25)) + "\n```"
    workbench.run(f"simulate: answer delay=0.01 tokens=330\n\n{code}")
    growing = workbench.answer.locator("pre code").last
    until(lambda: growing.count() and len(growing.text_content() or "") > 20, page)
    growing.evaluate(SELECT, 8)
    selected = page.evaluate(SELECTED)
    length = len(growing.text_content() or "")
    until(lambda: len(growing.text_content() or "") > length + 20, page)
    assert page.evaluate(SELECTED) == selected
    workbench.ends(seconds=40)
    assert page.evaluate(SELECTED) == selected
    page.evaluate("getSelection().removeAllRanges()")
    page.wait_for_timeout(100)
    assert_like_stored(workbench)


@pytest.mark.parametrize("scenario", ENDS_WELL)
def test_what_streamed_is_what_a_reload_shows(watcher: WorkbenchPage, scenario: str) -> None:
    watcher.run(f"simulate: {scenario} tokens=40 delay=0.002")
    watcher.ends()
    assert_like_stored(watcher)


@pytest.fixture(scope="module")
def watcher(browser, site) -> Iterator[WorkbenchPage]:  # type: ignore[no-untyped-def]
    """One workbench for the many short runs."""
    from .visiting import Visit

    visit = Visit(browser, site)
    yield WorkbenchPage.on_new_draft(visit)
    visit.context.close()
    visit.check()


def assert_like_stored(workbench: WorkbenchPage) -> None:
    """The page as the stream left it is the page as the server draws it."""
    pieces = (".md", "[id$=-outcome]", "[id$=-usage]", ".run-state", "[id$=-tools]")
    live = {piece: _html(workbench.page, piece) for piece in pieces}
    workbench.page.reload()
    expect(workbench.page.locator("[id$=-outcome]")).not_to_be_empty()
    stored = {piece: _html(workbench.page, piece) for piece in pieces}
    assert live == stored


def _html(page: Page, selector: str) -> str:
    html = page.locator(f"#response {selector}").first.evaluate("element => element.outerHTML")
    html = re.sub(r' (hx-swap-oob|aria-busy|class)=""| hx-swap-oob="[^"]*"', "", html)
    html = re.sub(r'value="[\w-]{20,}"', "", html)  # keys and tokens
    return re.sub(r"\s+", " ", html).replace("> <", "><").strip()


def test_a_killed_server_comes_back_and_the_page_says_interrupted(
    mortal: Site, visit: Visitor
) -> None:
    visitor = visit(on=mortal)
    visitor.expect_cuts()
    workbench = WorkbenchPage.on_new_draft(visitor)
    workbench.run("killed\nsimulate: answer tokens=900 delay=0.05")
    until(lambda: len(workbench.text()) > 60, workbench.page)
    mortal.web.kill()
    before = workbench.text()
    expect(workbench.page.locator(".stream-note")).to_be_visible()
    mortal.web.start()
    workbench.ends("interrupted", seconds=30)
    after = workbench.text()
    assert len(before) - 40 < len(after) <= len(before)
    assert before.startswith(after[:-5])
    expect(workbench.page.locator("[id$=-outcome]")).to_contain_text("estart")
    expect(workbench.run_button).to_be_visible()
    assert_like_stored(workbench)
    assert len(mortal.upstream.journal("killed")) == 1


def test_the_answer_is_followed_to_its_end_unless_the_reader_goes_up(
    workbench: WorkbenchPage,
) -> None:
    page = workbench.page
    page.set_viewport_size({"width": 1440, "height": 500})
    box = page.locator("wb-follow")
    rest = "element => element.scrollHeight - element.scrollTop - element.clientHeight"
    workbench.run(LONG)
    workbench.ends()
    until(lambda: box.evaluate(rest) < 3, page)
    workbench.run()
    until(lambda: box.evaluate("element => element.scrollTop") > 100, page)
    box.evaluate("element => element.scrollTo(0, 20)")
    workbench.ends()
    assert box.evaluate("element => element.scrollTop") == 20
