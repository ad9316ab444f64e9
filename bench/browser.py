"""What reading along costs the browser: main-thread time and long tasks in headless Chromium."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bench.installation import ROOT, Installation
from bench.report import Row
from bench.stage import Stage

TOKENS = 4_000
RATE = 100
LONG_MS = 50
WATCH_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
}).observe({ type: 'longtask', buffered: true });
"""
STREAMS_OPEN = "document.querySelectorAll('[sse-connect]').length"


@dataclass
class Effort:
    """What the main thread did from the first token to the last, in seconds."""

    elapsed: float
    tasks: float
    script: float
    layout: float
    long_tasks: list[float]


async def measure(stage: Stage) -> list[Row]:
    """The page of one run, then a comparison of four panes on one stream."""
    rows = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            for panes in (1, 4):
                rows += _rows(panes, await _watch(stage, browser, panes))
        finally:
            await browser.close()
    return rows


def _rows(panes: int, effort: Effort) -> list[Row]:
    what = f"{panes} pane{'s' * (panes > 1)}, {TOKENS:,} tokens at {RATE} tokens/s each"
    share = effort.tasks / effort.elapsed
    worst = max(effort.long_tasks, default=0)
    goal = panes == 4
    return [
        Row(
            f"main thread, {what}",
            f"{effort.tasks:.1f} s of {effort.elapsed:.0f} s = {share:.0%} (script "
            f"{effort.script:.1f} s, layout and style {effort.layout:.1f} s)",
            "P11: ≤ 20 %" if goal else "",
            share <= 0.2 if goal else None,
        ),
        Row(
            f"tasks over {LONG_MS} ms, {panes} pane{'s' * (panes > 1)}",
            f"{len(effort.long_tasks)}" + (f", worst {worst:.0f} ms" if worst else ""),
            "P11: none" if goal else "",
            not effort.long_tasks if goal else None,
        ),
    ]


async def _watch(stage: Stage, browser: Browser, panes: int) -> Effort:
    installation = stage.installation
    _, wish = stage.wish(tokens=TOKENS, rate=RATE, hold=1)
    path = await (installation.compare(wish, panes) if panes > 1 else installation.run(wish))
    context = await signed_in(browser, installation)
    page = await context.new_page()
    await page.add_init_script(WATCH_TASKS)
    await page.goto(path)
    await page.wait_for_selector("[sse-connect]", state="attached")
    await asyncio.sleep(1)
    try:
        return await _while_written(stage, page, panes)
    finally:
        await context.close()
        await stage.upstream.times()


async def _while_written(stage: Stage, page: Page, panes: int) -> Effort:
    session = await page.context.new_cdp_session(page)
    # CPU time of the main thread, not wall time: other processes would count otherwise.
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})

    async def metrics() -> dict[str, float]:
        found = await session.send("Performance.getMetrics")
        return {entry["name"]: entry["value"] for entry in found["metrics"]}

    await page.evaluate("window.longTasks.length = 0")
    before, began = await metrics(), time.monotonic()
    await stage.upstream.go(panes)
    while await page.evaluate(STREAMS_OPEN):
        if time.monotonic() - began > 3 * TOKENS / RATE:
            raise RuntimeError("the page did not reach the end of the answer")
        await asyncio.sleep(1)
    after, elapsed = await metrics(), time.monotonic() - began
    spent = {name: after[name] - before[name] for name in before}
    layout = spent["LayoutDuration"] + spent["RecalcStyleDuration"]
    long_tasks = await page.evaluate("window.longTasks")
    return Effort(elapsed, spent["TaskDuration"], spent["ScriptDuration"], layout, long_tasks)


async def signed_in(browser: Browser, installation: Installation) -> BrowserContext:
    """A browser window of the person who is signed in."""
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, bypass_csp=True, base_url=installation.url
    )
    for cookie in installation.http.cookies.jar:
        pair = {"name": cookie.name, "value": cookie.value or "", "url": installation.url}
        await context.add_cookies([pair])  # type: ignore[list-item]
    return context


def chromium() -> str:
    """The browser that the tests use."""
    named = os.environ.get("WORKBENCH_TEST_BROWSER")
    return named or subprocess.check_output([ROOT / ".ci" / "browser"], text=True).strip()
