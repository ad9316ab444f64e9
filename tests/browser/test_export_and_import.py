"""The library goes out as files and comes back, and what is broken is said."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .test_accessibility import assert_accessible
from .test_keyboard import tab_to
from .visiting import Visit, Visitor
from .workbench_page import WorkbenchPage

FILES = "/t/acme/files/"


@pytest.fixture
def tab(visit: Visitor) -> Visit:
    """A visit in which axe may run its script."""
    return visit(bypass_csp=True, reduced_motion="reduce")


def save_prompt(tab: Visit, name: str) -> None:
    """A prompt with one version; its page is open."""
    workbench = WorkbenchPage.on_new_draft(tab)
    workbench.name.fill(name)
    workbench.user.fill("Hello\n=== user")
    tab.page.get_by_role("button", name="Save", exact=True).click()
    expect(tab.page.locator("#version-state")).to_have_text("v1")
    tab.page.get_by_role("link", name="v1").click()


def kept(page: Page, link: str, path: Path) -> Path:
    """What a link downloads."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    download.value.save_as(path)
    return path


def upload(page: Page, path: Path) -> None:
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name=re.compile("[Pp]review")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import")


def test_a_library_is_exported_previewed_and_imported(tab: Visit, tmp_path: Path) -> None:
    page = tab.page
    save_prompt(tab, "A travelling prompt")
    page.goto("/t/acme/prompts/")
    page.get_by_role("link", name="Export and import").click()
    assert_accessible(page)
    archive = kept(page, "Export the library", tmp_path / "library.zip")
    upload(page, archive)
    expect(page.get_by_role("table")).to_contain_text("A travelling prompt")
    assert_accessible(page)
    page.get_by_role("link", name="Bring up to date").click()
    expect(page.get_by_text("there is nothing to import")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="As copies").click()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Imported:")).to_be_visible()
    prompts = page.locator("#prompts th").get_by_role("link", name="A travelling prompt")
    expect(prompts).to_have_count(2)


def test_a_version_is_changed_by_hand_and_added(tab: Visit, tmp_path: Path) -> None:
    page = tab.page
    save_prompt(tab, "A prompt by hand")
    path = kept(page, "Download as file", tmp_path / "a.prompt.md")
    text = path.read_text("utf-8")
    assert "=== user\nHello\n\\=== user\n" in text
    path.write_text(text.replace("Hello", "Good morning"), "utf-8")
    page.get_by_role("link", name="Add a version from a file").click()
    assert_accessible(page)
    upload(page, path)
    assert_accessible(page)
    tab_to(page, "Import")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Imported as v2")).to_be_visible()
    expect(page.get_by_text("Good morning")).to_be_visible()
    assert_accessible(page)


def test_what_is_wrong_with_an_archive_is_listed(tab: Visit, tmp_path: Path) -> None:
    page, path = tab.page, tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("workbench.json", '{"format": 1}')
        archive.writestr("../evil.md", "x")
        for number in range(60):
            archive.writestr(f"prompts/{'a-long-name-' * 5}{number}/prompt.json", "{")
    page.goto(FILES)
    upload(page, path)
    problems = page.get_by_role("alert", name="Nothing can be imported yet")
    expect(problems).to_contain_text("../evil.md: this name leads out of the archive")
    expect(problems).to_contain_text("more.")
    expect(page.get_by_role("button", name="Import", exact=True)).to_have_count(0)
    assert_accessible(page)
