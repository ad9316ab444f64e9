"""The workbench screen as a person sees it: fields, buttons, the answer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from .visiting import Visit

SLOW = "simulate: answer tokens=60 delay=0.04"
HIDE = """hidden => {
  Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});
  document.dispatchEvent(new Event('visibilitychange'));
}"""
SET_VALUE = """(field, text) => {
  field.value = text;
  field.dispatchEvent(new Event('input', {bubbles: true}));
}"""


class WorkbenchPage:
    """One draft in one tab."""

    def __init__(self, visit: Visit, page: Page | None = None) -> None:
        self.visit = visit
        self.page = page or visit.page

    @classmethod
    def on_new_draft(cls, visit: Visit) -> WorkbenchPage:
        visit.page.goto("/t/acme/prompts/")
        with visit.page.expect_navigation():
            visit.page.get_by_role("main").page.locator(".topbar").get_by_role(
                "button", name="New prompt"
            ).click()
        return cls(visit)

    @property
    def draft(self) -> int:
        found = re.search(r"/drafts/(\d+)/", self.page.url)
        assert found, self.page.url
        return int(found[1])

    # The editor --------------------------------------------------------------------------

    @property
    def system(self) -> Locator:
        return self.page.locator("#system-text")

    @property
    def turns(self) -> Locator:
        return self.page.locator("#turns wb-editor > textarea")

    @property
    def user(self) -> Locator:
        return self.turns.first

    @property
    def name(self) -> Locator:
        return self.page.locator("#prompt-name")

    @property
    def chip(self) -> Locator:
        return self.page.locator("#save-state")

    def value_of(self, variable: str) -> Locator:
        return self.page.get_by_label(variable, exact=True)

    def saved(self) -> None:
        """Waits until everything typed is kept."""
        expect(self.chip).to_have_attribute("data-state", "saved")

    def paste(self, field: Locator, text: str) -> None:
        """Puts ``text`` into a field at once, as a paste does."""
        field.evaluate(SET_VALUE, text)

    # Runs --------------------------------------------------------------------------------

    @property
    def run_button(self) -> Locator:
        return self.page.locator("[data-key=run]")

    @property
    def stop_button(self) -> Locator:
        return self.page.locator("#run-bar").get_by_role("button", name="Stop")

    @property
    def state(self) -> Locator:
        return self.page.locator(".run-state")

    @property
    def answer(self) -> Locator:
        return self.page.locator("#response .response-scroll > .md")

    def run(self, text: str | None = None) -> int:
        """Press Run (after typing ``text``); returns the id of the run."""
        if text is not None:
            self.user.fill(text)
        before = self.state.first.get_attribute("id") if self.state.count() else ""
        self.run_button.click()
        if before:
            expect(self.page.locator(f"#{before}")).to_have_count(0)
        return self.run_id()

    def run_id(self) -> int:
        """The id of the run on the screen; waits for one."""
        expect(self.state).to_be_visible()
        identifier = self.state.get_attribute("id") or ""
        return int(identifier.split("-")[1])

    def ends(self, state: str = "succeeded", seconds: float = 15) -> None:
        """Waits until the run on the screen has ended in ``state``."""
        expect(self.state).to_have_attribute("data-state", state, timeout=seconds * 1000)
        expect(self.page.locator("[sse-connect]")).to_have_count(0)
        expect(self.page.locator("[id$=-outcome]")).not_to_be_empty()

    def html(self) -> str:
        return self.answer.inner_html()

    def text(self) -> str:
        return self.answer.inner_text()


def until(check: Callable[[], Any], page: Page, seconds: float = 8) -> Any:
    """What ``check`` returns once it is true; the page goes on meanwhile."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := check():
            return found
        page.wait_for_timeout(20)
    raise AssertionError("it did not become true in time")
