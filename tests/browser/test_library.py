"""The library: found, starred, renamed, archived and restored, without a mouse and by everybody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .test_accessibility import assert_accessible, look
from .test_keyboard import focused, tab_to
from .visiting import Visit, Visitor
from .workbench_page import WorkbenchPage

LIST = "/t/acme/prompts/"


def add_prompt(visit: Visit, name: str) -> str:
    """Saves a prompt with one version; gives its path."""
    workbench = WorkbenchPage.on_new_draft(visit)
    workbench.name.fill(name)
    workbench.user.fill("Hello")
    workbench.page.keyboard.press("Control+s")
    expect(workbench.page.locator("#version-state")).to_have_text("v1")
    found = re.search(r"/t/acme/prompts/\d+/", workbench.page.url)
    assert found
    return found[0]


def rows(page: Page, name: str) -> int:
    return page.locator("#prompts th").get_by_role("link", name=name, exact=True).count()


def test_a_prompt_is_found_starred_renamed_archived_and_restored_by_keyboard(
    visit: Visitor,
) -> None:
    visitor = visit()
    page, keys = visitor.page, visitor.page.keyboard
    add_prompt(visitor, "Parcel mail")
    add_prompt(visitor, "Something else")
    page.goto(LIST)
    # The drafts of other tests come before: more of them than anybody would pass.
    page.get_by_role("link", name="In use").focus()
    tab_to(page, "Name, description or tag")
    lists: list[str] = []
    page.on("request", lambda each: f"{LIST}?" in each.url and lists.append(each.url))
    keys.type("parcel")
    expect(page.locator("#prompts tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=parcel$"))
    assert focused(page) == "Name, description or tag"

    tab_to(page, "Star Parcel mail")
    keys.press("Enter")
    star = page.get_by_role("button", name="Star Parcel mail")
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_be_focused()
    assert len(lists) == 1, lists  # one list for the words, and none more when the field is left

    tab_to(page, "Details of Parcel mail")
    keys.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Parcel mail")
    tab_to(page, "Name")
    keys.press("Control+a")
    keys.type("Angry mail")
    tab_to(page, "Tags optional")
    keys.type("mail, 日本")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Angry mail")
    expect(page.get_by_label("Tags")).to_have_value("mail, 日本")

    tab_to(page, "Archive")
    keys.press("Enter")
    expect(page.get_by_text("This prompt is archived")).to_be_visible()
    page.goto(f"{LIST}?q=angry")
    expect(page.get_by_text("No prompt matches.")).to_be_visible()
    tab_to(page, "Archived")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Archived prompts")
    tab_to(page, "Angry mail")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Angry mail")
    tab_to(page, "Restore")
    keys.press("Enter")
    expect(WorkbenchPage(visitor).name).to_have_value("Angry mail")
    page.goto(f"{LIST}?starred=1")
    assert rows(page, "Angry mail") == 1


def test_each_filter_changes_the_list_with_and_without_script(visit: Visitor) -> None:
    for has_script in (True, False):
        page = visit(java_script_enabled=has_script).page
        page.goto(LIST)

        def list_of(query: str, page: Page = page, has_script: bool = has_script) -> None:
            if not has_script:
                page.get_by_role("button", name="Filter", exact=True).click()
            expect(page).to_have_url(re.compile(rf"[?&]{query}(&|$)"))

        page.get_by_label("Sort by").select_option("name")
        list_of("sort=name")
        page.get_by_label("Starred").check()
        list_of("starred=1")
        page.get_by_label("Retiring model").check()
        list_of("retiring=1")
        page.get_by_label("Name, description or tag").fill("nothing")
        page.get_by_label("Name, description or tag").press("Enter")
        expect(page).to_have_url(re.compile(r"[?&]q=nothing(&|$)"))
        page.get_by_label("Starred").uncheck()
        list_of("retiring=1")
        expect(page).not_to_have_url(re.compile("starred"))


def test_the_way_back_shows_the_list_as_it_was(visit: Visitor) -> None:
    visitor = visit()
    page = visitor.page
    add_prompt(visitor, "Way back")
    page.goto(LIST)
    page.get_by_label("Name, description or tag").fill("nothing like it")
    expect(page.get_by_text("No prompt matches.")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Name, description or tag")).to_have_value("")
    assert rows(page, "Way back") == 1


def test_a_page_goes_on_when_its_prompt_is_deleted_elsewhere(visit: Visitor) -> None:
    visitor = visit()
    path = add_prompt(visitor, "Soon gone")
    workbench, other = WorkbenchPage(visitor), visitor.another_tab()
    workbench.saved()
    other.goto(f"{path}details/")
    other.get_by_role("button", name="Archive", exact=True).click()
    other.get_by_role("link", name="Delete for ever…").click()
    other.get_by_role("button", name="Delete for ever").click()
    expect(other.get_by_text("“Soon gone” was deleted for ever.")).to_be_visible()
    workbench.user.fill("typed after it went")
    workbench.saved()
    workbench.page.goto(LIST)
    workbench.page.get_by_role("link", name=re.compile("Soon gone")).first.click()
    expect(workbench.user).to_have_value("typed after it went")


@pytest.fixture
def tab(visit: Visitor) -> Visit:
    """A visit in which axe may run its script."""
    return visit(bypass_csp=True, reduced_motion="reduce")


def test_every_page_of_the_library_is_accessible(tab: Visit) -> None:
    page = tab.page
    path = add_prompt(tab, "A name that is much longer than most names of prompts in practice")
    look(page, f"{path}details/")
    page.get_by_label("Name", exact=True).fill(" ")
    page.get_by_label("Description").fill("What it does, in more words than fit. " * 5)
    page.get_by_label("Tags").fill("mail, 日本, a tag of several words")
    tab.expect_status(422)
    page.get_by_role("button", name="Save the details").click()
    expect(page.locator(".form-errors")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Name", exact=True).fill(
        "A long name again, so that a row has to cope with it"
    )
    page.get_by_role("button", name="Save the details").click()
    expect(page.get_by_text("were saved")).to_be_visible()
    look(page, LIST)
    look(page, f"{LIST}?q=nothing&starred=1")
    page.goto(f"{path}details/")
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_text("This prompt is archived")).to_be_visible()
    assert_accessible(page)
    look(page, path)
    look(page, f"{path}deletion/")
    look(page, f"{LIST}?archived=1")


def test_every_tab_of_the_library_is_in_sight_on_a_narrow_screen(visit: Visitor) -> None:
    page = visit().page
    page.set_viewport_size({"width": 390, "height": 800})
    for path in (LIST, "/t/acme/files/"):
        page.goto(path)
        tabs = page.get_by_role("navigation", name="Library").get_by_role("link")
        expect(tabs).to_have_count(6)
        for box in (tab.bounding_box() for tab in tabs.all()):
            assert box
            assert box["x"] + box["width"] <= 390
