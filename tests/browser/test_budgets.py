"""What the workbench page costs on the wire."""

from __future__ import annotations

import brotli

from .workbench_page import WorkbenchPage

SCRIPT_AND_STYLE = 40 * 1024  # bytes as brotli, all files of the page together
REQUESTS = 6  # before the page can be used; what it asks for afterwards does not count
BY_SCRIPT = ("xhr", "fetch", "eventsource")
PAGE = 60 * 1024  # bytes of HTML, not compressed


def test_the_workbench_page_stays_small(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.run("simulate: short")
    workbench.ends()
    urls: set[str] = set()
    page.on("request", lambda each: each.resource_type in BY_SCRIPT or urls.add(each.url))
    page.reload(wait_until="networkidle")
    files = {url for url in urls if url.endswith((".js", ".css"))}
    assert any(url.endswith(".css") for url in files), urls
    assert any("htmx" in url for url in files), urls
    assert len(urls) <= REQUESTS, urls
    size = sum(len(brotli.compress(page.request.get(url).body())) for url in files)
    assert size <= SCRIPT_AND_STYLE, f"{size:,} bytes of script and style"
    html = page.request.get(page.url).body()
    assert len(html) <= PAGE, f"{len(html):,} bytes of HTML"
