"""A browser tab under guard: whatever goes wrong in it makes its test fail."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.process.runs.site import Site

from .fresh import FreshSite

ARTIFACTS = Path(__file__).resolve().parents[2] / "test-artifacts"
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
# Chromium reports a violation on the console by itself, but not which directive of which page.
REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) => {
  console.error(`securitypolicyviolation ${event.violatedDirective} ${event.blockedURI}`);
});
"""
# What a page says when its connection is cut: by a killed server, or by a closed tab.
CUT = (
    r"net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING"
    r"|SOCKET_NOT_CONNECTED|NETWORK_CHANGED|INTERNET_DISCONNECTED)",
    r"htmx:(afterRequest|sendError|sseError|sendAbort)",
    r"^(Event|JSHandle@object|\[object Event\])",
)

# What htmx says of a request that was under way when its page was left: nothing is wrong with it.
LEFT = r"^htmx:(afterRequest|sendAbort), "


class Visit:
    """One browser context with its pages, and everything that went wrong in them."""

    def __init__(
        self,
        browser: Browser,
        site: Site | FreshSite,
        *,
        signed_in: bool = True,
        cookies: dict[str, str] | None = None,
        **options: Any,
    ):
        self.site = site
        self.url = site.web.url
        self.troubles: list[str] = []
        self._tolerated = [LEFT]
        self.context: BrowserContext = browser.new_context(
            base_url=self.url, **({"viewport": WIDE} | options)
        )
        self.context.set_default_timeout(10_000)
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self._trouble(f"page error: {error.error}"))
        self.context.on("request", self._requested)
        if signed_in:
            self.context.add_cookies(
                [
                    {"name": name, "value": value, "url": self.url}
                    for name, value in (cookies or site.cookies).items()
                ]
            )
        self.page: Page = self.context.new_page()

    def tolerate(self, *patterns: str) -> None:
        """Declare what the console may say in this test, as regular expressions."""
        self._tolerated += patterns

    def expect_status(self, *statuses: int) -> None:
        """Declare answers that Chromium, and htmx, report on the console."""
        for status in statuses:
            self.tolerate(rf"status of {status}\b", rf"Response Status Error Code {status}\b")

    def expect_cuts(self) -> None:
        """Declare that this test cuts connections."""
        self.tolerate(*CUT)

    def another_tab(self) -> Page:
        return self.context.new_page()

    def check(self) -> None:
        """Fails if anything went wrong that the test has not declared."""
        found = [
            trouble
            for trouble in self.troubles
            if not any(re.search(pattern, trouble) for pattern in self._tolerated)
        ]
        assert not found, "\n".join(found)

    def picture(self, name: str) -> None:
        """Keeps what every tab shows, for whoever looks into a failure."""
        ARTIFACTS.mkdir(exist_ok=True)
        for number, page in enumerate(self.context.pages):
            page.screenshot(path=ARTIFACTS / f"{name}-{number}.png", timeout=5_000)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._trouble(f"{message.text} ({message.location['url']})")

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if (
            parts.scheme in ("http", "https", "ws", "wss")
            and parts.netloc != urlsplit(self.url).netloc
        ):
            self._trouble(f"foreign request: {request.url}")

    def _trouble(self, text: str) -> None:
        self.troubles.append(text)


Visitor = Callable[..., Visit]
