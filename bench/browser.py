"""What reading along costs the browser: main-thread time and long tasks in headless Chromium."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Browser, Page, Route, async_playwright

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
# The product has no page with several panes yet: the panes of further runs stand beside the first.
SIDE_BY_SIDE = """
.panes { display: grid; grid-template-columns: repeat(4, 1fr); height: 80vh; }
.panes > section { display: flex; flex-direction: column; min-width: 0; height: 80vh; }
.panes .response-scroll { flex: 1; overflow: auto; }
"""
CONNECTION = re.compile(r'<div id="run-\d+-conn".*?</div>', re.DOTALL)
PANE = re.compile(r'<section class="response".*?</section>', re.DOTALL)


@dataclass
class Effort:
    """What the main thread did from the first token to the last, in seconds."""

    elapsed: float
    tasks: float
    script: float
    layout: float
    long_tasks: list[float]


async def measure(stage: Stage) -> list[Row]:
    """One pane, then four on one stream."""
    rows = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=_chromium(), args=["--no-sandbox", "--disable-gpu"]
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
    wishes = [stage.wish(tokens=TOKENS, rate=RATE, hold=1)[1] for _ in range(panes)]
    paths = [await installation.run(wish) for wish in wishes]
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, bypass_csp=True, base_url=installation.url
    )
    for cookie in installation.http.cookies.jar:
        pair = {"name": cookie.name, "value": cookie.value or "", "url": installation.url}
        await context.add_cookies([pair])  # type: ignore[list-item]
    page = await context.new_page()
    await page.add_init_script(WATCH_TASKS)
    if panes > 1:
        await _put_side_by_side(page, installation, paths)
    await page.goto(paths[0])
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


async def _put_side_by_side(page: Page, installation: Installation, paths: Sequence[str]) -> None:
    """Let the page of the first run hold the panes of all, fed by one stream."""
    others = [
        PANE.search((await installation.http.get(path, headers={"HX-Request": "true"})).text)
        for path in paths[1:]
    ]
    further = "".join(CONNECTION.sub("", found[0]) for found in others if found)
    numbers = ",".join(path.rstrip("/").rpartition("/")[2] for path in paths[1:])

    async def compose(route: Route) -> None:
        answer = await route.fetch()
        html = await answer.text()
        html = html.replace('/stream/" sse-close', f'/stream/?runs={numbers}" sse-close')
        html = PANE.sub(lambda pane: f'<div class="panes">{pane[0]}{further}</div>', html, count=1)
        html = html.replace("</head>", f"<style>{SIDE_BY_SIDE}</style></head>")
        await route.fulfill(response=answer, body=html)

    await page.route(f"**{paths[0]}", compose)


def _chromium() -> str:
    """The browser that the tests use."""
    named = os.environ.get("WORKBENCH_TEST_BROWSER")
    return named or subprocess.check_output([ROOT / ".ci" / "browser"], text=True).strip()
