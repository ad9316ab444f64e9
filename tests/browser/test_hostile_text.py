"""Text that wants to do harm, in every place that shows text: it stays text, in its own box."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from workbench.simulator.scenarios.odd_text import HOSTILE

from .visiting import NARROW
from .workbench_page import WorkbenchPage, until

# The guard of every visit sees scripts (errors, violations) and requests to other hosts.
HTMX = '<b hx-get="/sign-out/" hx-trigger="load" hx-on:load="alert(1)" data-hx-post="/x">'
TITLE = f'"><script>document.title="ran"</script></title>{HTMX}<img src=//evil.example/t>'
RAN = "['ran', 'script ran', 'onload ran', 'onerror ran', 'link ran'].includes(document.title)"
# What an injected element could be, anywhere on the page outside the tags that pages are made of.
FOREIGN = """[...document.querySelectorAll([
  'main :is(script, style, iframe, object, embed, base, meta, link, img, [action*=evil])',
  '[onload], [onerror], [onclick], [href^="javascript:"], [href^="data:"]',
  '.md :is([style], [hx-get], [hx-post], [data-hx-post], [hx-swap-oob], [id]:not([id^=run-]))',
].join())].map((element) => element.outerHTML)"""
ESCAPES = """() => {
  const box = document.querySelector('#response').getBoundingClientRect();
  return [...document.querySelectorAll('#response .md *')]
    .filter((element) => {
      const inner = element.getBoundingClientRect();
      const scrolled = element.closest('pre, .table-box, .code-block');
      const isOut = inner.right > box.right + 1 || inner.left < box.left - 1;
      return inner.width > 0 && isOut && !scrolled;
    })
    .map((element) => element.outerHTML.slice(0, 200));
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def assert_harmless(page: Page) -> None:
    """Nothing ran, nothing of the text became an element that acts, nothing left its box."""
    page.wait_for_timeout(150)  # time for a script or a request that should not be
    assert not page.evaluate(RAN)
    assert page.evaluate(FOREIGN) == []
    assert page.evaluate(OVERFLOW) <= 0


def test_a_hostile_answer_live_stored_and_as_text(workbench: WorkbenchPage) -> None:
    page = workbench.page
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    title = page.title()
    run = workbench.run("simulate: hostile delay=0.005")
    until(lambda: len(workbench.text()) > 200, page)
    assert_harmless(page)
    workbench.ends(seconds=40)
    for view in ("", "?view=text", "request/", "log/", "headers/"):
        assert_harmless(page)
        assert page.title() in (title, f"Run {run} · Workbench")
        assert page.evaluate(ESCAPES) == []
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        assert page.evaluate(OVERFLOW) <= 0
        assert page.evaluate(ESCAPES) == []
        page.goto(f"/t/acme/runs/{run}/{view}")
    expect(page.locator("#response")).to_be_visible()
    assert not [url for url in requests if "/logout" in url or "/delete" in url]
    assert "evil.example" not in str(requests)


def test_a_click_on_what_a_model_wrote_leads_nowhere(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.run("simulate: hostile delay=0")
    workbench.ends(seconds=30)
    links = workbench.answer.locator("a")
    for number in range(links.count()):
        link = links.nth(number)
        assert (link.get_attribute("href") or "").startswith(("https://", "http://"))
        assert {"noopener", "noreferrer"} <= set((link.get_attribute("rel") or "").split())
    workbench.answer.get_by_text("hx-get").first.click()
    assert_harmless(page)
    assert "/drafts/" in page.url


def test_hostile_prompt_title_variable_and_value(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.name.fill(TITLE)
    workbench.system.fill(HOSTILE)
    workbench.user.fill(f"{HOSTILE}\n{{{{name}}}}\nsimulate: short")
    page.get_by_role("button", name="Declare name").click()
    workbench.value_of("name").fill(HOSTILE)
    page.get_by_label("Name of a new variable").fill(TITLE)
    page.get_by_role("button", name="Declare", exact=True).click()
    workbench.visit.expect_status(422)
    workbench.saved()
    page.reload()
    assert_harmless(page)
    remove = page.locator(".variable").filter(has=page.locator("input[value*=script]"))
    if remove.count():
        remove.locator("summary").click()
        remove.get_by_role("button", name="Remove variable").click()
        expect(remove).to_have_count(0)
    run = workbench.run()
    workbench.ends()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#version-state")).to_have_text("v1")
    assert_harmless(page)
    page.get_by_role("link", name="v1").click()
    expect(page.get_by_role("button", name="Open as draft")).to_be_visible()
    assert_harmless(page)
    for path in ("prompts/", "runs/", f"runs/{run}/", f"runs/{run}/request/"):
        page.goto(f"/t/acme/{path}")
        assert_harmless(page)
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        assert_harmless(page)


def test_htmx_stays_out_of_what_a_model_wrote(workbench: WorkbenchPage) -> None:
    """The second guard alone: what if a block reached the page unsanitised?"""
    page = workbench.page
    requests: list[str] = []
    run = workbench.run("simulate: short")
    workbench.ends()
    page.on("request", lambda request: requests.append(request.url))
    block = (
        '<button id="bait" hx-get="/injected/" hx-trigger="load, click">x</button>'
        '<div id="prompt-name" hx-swap-oob="innerHTML">overwritten</div>'
        '<form hx-post="/injected/" hx-trigger="load"></form>'
    )
    page.evaluate(
        "([id, block]) => htmx.swap(document.body, "
        "`<div id='run-${id}' hx-swap-oob='patch'>${block}</div>`, {swapStyle: 'none'})",
        [run, block],
    )
    page.locator("#bait").click()
    page.wait_for_timeout(200)
    assert not [url for url in requests if "injected" in url]
    assert page.locator("input#prompt-name").count() == 1
