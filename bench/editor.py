"""What the editor costs: from a key to the token count, from a key to its frame, and its weight."""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass

import brotli
from playwright.async_api import Page, async_playwright

from bench.browser import chromium, signed_in
from bench.installation import Installation
from bench.report import Row
from bench.stage import Stage

COUNTS = 7
KEYS = 40
SIZES = (50_000, 500_000)  # characters in the field that is typed into
PAUSE_MS = 700  # the editor saves after this much silence
COUNTED = """
() => new Promise((resolve) => {
  const estimate = document.getElementById('estimate'), began = performance.now();
  const field = document.getElementById('system-text');
  new MutationObserver((_, observer) => {
    if (!estimate.textContent.includes('tokens in')) return;
    observer.disconnect();
    resolve(performance.now() - began);
  }).observe(estimate, { childList: true, subtree: true, characterData: true });
  field.focus();
  field.setRangeText('counted once more ', 0, 0, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
})
"""
# From the event of a key to the frame after the one that shows it.
FRAMES = """
window.frames_ms = [];
addEventListener('keydown', ({ timeStamp }) => {
  requestAnimationFrame(() => setTimeout(() => frames_ms.push(performance.now() - timeStamp)));
}, true);
"""
ANSWERED = "!document.getElementById('estimate').textContent.includes('Counting')"
FILL = """
(field, text) => {
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
"""


@dataclass
class Weight:
    """What one visit of the workbench page brings over the wire."""

    requests: int
    files: int
    page: int


async def measure(stage: Stage) -> list[Row]:
    """Count, frames, weight: each on the draft of the installation."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            context = await signed_in(browser, stage.installation)
            page = await context.new_page()
            await page.add_init_script(FRAMES)
            rows = [await _weight_row(page, stage.installation)]
            rows.append(await _count_row(page))
            rows += [await _frame_row(page, size) for size in SIZES]
        finally:
            await browser.close()
    return rows


async def _count_row(page: Page) -> Row:
    await page.fill("#turns textarea", "Something to count")
    times = []
    for _ in range(COUNTS):
        times.append(await page.evaluate(COUNTED))
        await asyncio.sleep(0.3)
    median, worst = statistics.median(times), max(times)
    return Row(
        "from the last key to the token count",
        f"median {median:.0f} ms, worst {worst:.0f} ms; {PAUSE_MS} ms of it are the pause "
        "before saving",
    )


async def _frame_row(page: Page, size: int) -> Row:
    line = "the model answers with care and gives a reason for every step it takes\n"
    field = page.locator("#system-text")
    await field.evaluate(FILL, (line * (size // len(line) + 1))[:size])
    await asyncio.sleep(3)
    await field.press("End")
    await page.evaluate("frames_ms.length = 0")
    for _ in range(KEYS):
        await page.keyboard.press("x")
        await asyncio.sleep(0.06)
    frames = sorted(await page.evaluate("frames_ms"))
    worst, goal = frames[-1], 50 if size <= 50_000 else 100
    return Row(
        f"from a key to its frame, {size // 1000} KB in the field",
        f"median {statistics.median(frames):.0f} ms, worst {worst:.0f} ms",
        f"≤ {goal} ms, worst",
        worst <= goal,
    )


async def _weight_row(page: Page, installation: Installation) -> Row:
    weight = await _weight(page, installation)
    return Row(
        "the workbench page of a new draft",
        f"{weight.requests} requests; script and style {weight.files / 1024:.1f} KB as brotli; "
        f"HTML {weight.page / 1024:.0f} KB, not compressed",
        "P12: ≤ 40 KB of script and style",
        weight.files <= 40 * 1024,
    )


async def _weight(page: Page, installation: Installation) -> Weight:
    urls: set[str] = set()
    page.on("request", lambda request: urls.add(request.url))
    path = f"/t/acme/drafts/{await installation.new_draft()}/"
    await page.goto(path)
    await page.wait_for_function(ANSWERED)
    files = [url for url in urls if url.endswith((".js", ".css"))]
    bodies = [(await installation.http.get(url)).content for url in files]
    html = (await installation.http.get(path)).content
    return Weight(len(urls), sum(len(brotli.compress(body)) for body in bodies), len(html))
