"""A library that a colleague filled with text that wants to do harm, page by page and by dialog."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.process.runs.running import MANAGE, ROOT, Upstream
from tests.process.runs.site import Origin, Site

from .hostile_names import NAMES
from .test_hostile_text import FOREIGN, OVERFLOW, RAN
from .visiting import NARROW, Visitor
from .workbench_page import WorkbenchPage

WRITE = "from tests.browser.hostile_rows import write; write()"
# What a page shows or offers to edit; text that became an element is in none of it.
SHOWN = """[document.body.textContent,
  ...[...document.querySelectorAll('input, textarea')].map((field) => field.value)].join('\\n')"""
# Each shows the name, if only its beginning.
PAGES = (
    "prompts/{prompt}/",
    "drafts/{draft}/",
    "prompts/{prompt}/details/",
    "prompts/{prompt}/history/",
    "prompts/{prompt}/versions/1/",
    "prompts/{prompt}/versions/2/",
    "prompts/{prompt}/versions/1/differences/2/",
    "prompts/{prompt}/versions/1/differences/2/?view=split",
    "prompts/{prompt}/versions/2/differences/draft/",
    "prompts/{prompt}/successor/",
    "prompts/{archived}/",
    "prompts/{archived}/details/",
    "prompts/{archived}/deletion/",
    "drafts/{draft}/deletion/",
    "drafts/{draft}/merge/",
    "drafts/{draft}/copies/{copy}/merge/",
    "drafts/{draft}/body/",
    "drafts/{draft}/comparison/",
    "drafts/{draft}/presets/",
    "drafts/{draft}/presets/?preset={preset}",
    "drafts/{draft}/presets/new/",
    "drafts/{draft}/system-prompt/",
    "drafts/{unsaved}/",
    "drafts/{unsaved}/deletion/",
    "system-prompts/{system}/",
    "system-prompts/{system}/versions/",
    "system-prompts/{system}/versions/1/",
    "system-prompts/{system}/versions/2/?against=1",
    "presets/{preset}/",
    "presets/{preset}/deletion/",
    "files/?prompt={prompt}",
)
SAVE_PRESET = "Save these parameters as a preset"
LISTS = (
    "prompts/",
    "prompts/?archived=1",
    "prompts/?q=quokka",
    "system-prompts/",
    "presets/",
    "retirements/",
    "search/?q=quokka",
    "tokens/",
)
GROUPS = ("prompts", "drafts", "system-prompts", "presets", "versions", "runs")
Keys = dict[str, Any]


@pytest.fixture(scope="module")
def hostile(
    upstream: Upstream, origin: Origin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, dict[str, Keys]]]:
    """A site with such a library, and the keys of its rows by the names of their names."""
    site = Site(tmp_path_factory.mktemp("hostile"), upstream, origin)
    try:
        done = subprocess.run(
            [*MANAGE, "shell", "--verbosity", "0", "--command", WRITE],
            env=site.environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        for name in NAMES.values():
            site.over(site.run(f"{name}\nsimulate: hostile delay=0"))
        yield site, json.loads(done.stdout)
    finally:
        site.close()


def harm(page: Page) -> str:
    """What ran, became an element that acts, or is wider than the screen."""
    found = ["a script ran"] if page.evaluate(RAN) else []
    found += page.evaluate(FOREIGN)
    if wider := page.evaluate(OVERFLOW):
        found.append(f"{wider} px wider than the screen")
    return "; ".join(found)


def look(page: Page, path: str, name: str) -> str:
    """What is wrong with a page, "" for nothing."""
    answer = page.goto(f"/t/acme/{path}")
    assert answer is not None
    if answer.status != HTTPStatus.OK:
        return f"{path}: {answer.status}"
    found = harm(page)
    if name[:40] not in page.evaluate(SHOWN):
        found += "; the name is not shown"
    return found and f"{path}: {found}"


@pytest.mark.parametrize("kind", NAMES)
def test_each_page_shows_it_as_text(
    hostile: tuple[Site, dict[str, Keys]], visit: Visitor, kind: str
) -> None:
    site, keys = hostile
    page = visit(on=site, viewport=NARROW).page
    wrong = [look(page, path.format(**keys[kind]), NAMES[kind]) for path in PAGES]
    assert not "\n".join(filter(None, wrong))


def test_each_list_shows_it_as_text(hostile: tuple[Site, dict[str, Keys]], visit: Visitor) -> None:
    page = visit(on=hostile[0], viewport=NARROW).page
    paths = (*LISTS, *(f"search/?q=quokka&in={group}" for group in GROUPS))
    wrong = [look(page, path, name) for path in paths for name in NAMES.values()]
    assert not "\n".join(filter(None, wrong))


def opened(page: Page, name: str) -> Locator:
    """The open dialog, after a look at it."""
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text(name[:30])
    assert harm(page) == ""
    return dialog


@pytest.mark.parametrize("kind", NAMES)
def test_each_dialog_shows_it_as_text(
    hostile: tuple[Site, dict[str, Keys]], visit: Visitor, kind: str
) -> None:
    site, keys = hostile
    name, visitor = NAMES[kind], visit(on=site, viewport=NARROW)
    page = visitor.page
    page.goto(f"/t/acme/prompts/{keys[kind]['clean']}/")
    workbench = WorkbenchPage(visitor)
    expect(page.locator("#presence")).to_contain_text(name[:20])
    page.get_by_role("button", name="Presets", exact=True).click()
    opened(page, name).get_by_role("link", name=name[:30]).first.click()
    expect(page.locator("#preset-box h3").first).to_contain_text(f"What “{name[:30]}")
    opened(page, name).get_by_role("link", name="Other presets").click()
    opened(page, name).get_by_role("link", name=SAVE_PRESET).click()
    expect(page.locator("dialog[open] legend")).to_be_visible()
    opened(page, name)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Library of system prompts").click()
    opened(page, name)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show the difference and update").click()
    opened(page, name)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Fill", exact=True).click()
    expect(workbench.value_of("quokka")).to_have_value(name)
    workbench.system.fill(f"changed {name}")
    workbench.saved()
    page.keyboard.press("Control+s")
    opened(page, name)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.insert_text("quokka")
    expect(page.locator("#palette-options a", has_text=name[:30]).first).to_be_visible()
    opened(page, name)


def test_the_preview_of_an_import_shows_it_as_text(
    hostile: tuple[Site, dict[str, Keys]], visit: Visitor
) -> None:
    page = visit(on=hostile[0], viewport=NARROW).page
    archive = page.request.get("/t/acme/files/library.zip").body()
    page.goto("/t/acme/files/")
    file_name = f"quokka><img src=x onerror=alert(1)>{'W' * 100}.zip"
    file = {"name": file_name, "mimeType": "application/zip", "buffer": archive}
    page.locator("#file").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="What the import does")).to_be_visible()
    assert harm(page) == ""
    shown = page.evaluate(SHOWN)
    assert not [text for text in (*NAMES.values(), file_name) if text[:40] not in shown]
