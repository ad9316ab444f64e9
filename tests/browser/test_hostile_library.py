"""A library that a colleague filled with text that wants to do harm, page by page and by dialog."""

from __future__ import annotations

import re
from http import HTTPStatus

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from .hostile_names import LINK_PASSWORD, MARKUP, NAMES
from .hostile_pages import BARE, SHARED, SHOWN, harm, place_of, trouble_with
from .hostile_sign_on import claims_of
from .hostile_site import Hostile
from .visiting import NARROW, Visitor
from .workbench_page import WorkbenchPage

SAVE_PRESET = "Save these parameters as a preset"
# What a person is shown of themselves: pages of their own, and some of the team with their name.
OWN = (
    "/account/",
    "/account/sessions/",
    "/account/two-factor/",
    "/teams/",
    "/t/acme/members/",
    "/t/acme/inbox/",
    "/t/acme/audit/",
    "/t/acme/usage/",
)
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


@pytest.mark.parametrize("role", ["owner", "admin", "editor", "viewer"])
def test_each_page_of_the_site_shows_it_as_text(
    hostile: Hostile, visit: Visitor, role: str
) -> None:
    """A browser looks at what is new for a role: a page takes ten times as long there."""
    cookies = hostile.cookies[role]
    visitor = visit(on=hostile.site, viewport=NARROW, cookies=cookies)
    visitor.tolerate(r"/favicon\.ico\)$")  # of a part of a page that is opened alone
    pages, wrong = hostile.pages, []
    with httpx.Client(base_url=visitor.url, cookies=cookies, timeout=30) as reader:
        for kind, name in NAMES.items():
            new = []
            for page in pages:
                path, shown = place_of(page, hostile.keys[kind][role], name)
                if hostile.is_new(reader.get(path)):
                    wrong.append(trouble_with(visitor, path, shown))
                    new.append(page)
            pages = new  # what is nothing new of one name is nothing new of another
    assert not (said := "\n".join(filter(None, wrong))), said


def test_strangers_see_it_as_text_too(hostile: Hostile, visit: Visitor) -> None:
    visitor = visit(on=hostile.site, viewport=NARROW, signed_in=False)
    wrong = []
    for kind, name in NAMES.items():
        keys = hostile.keys[kind]["owner"]
        wrong += [trouble_with(visitor, f"/s/{kind}-{shown}/", name) for shown in SHARED]
        wrong += [
            trouble_with(visitor, f"/s/{kind}-{shown}{choice}/")
            for shown in SHARED
            for choice in BARE
        ]
        wrong.append(trouble_with(visitor, f"/join/{kind}-join/", name))
        wrong.append(
            trouble_with(visitor, f"/account/reset/{keys['uid']}/{keys['accounts:reset token']}/")
        )
    assert not (said := "\n".join(filter(None, wrong))), said


@pytest.mark.parametrize("shown", ["version", "run", "comparison"])
def test_strangers_with_a_password_see_it_as_text_too(
    hostile: Hostile, visit: Visitor, shown: str
) -> None:
    visitor = visit(on=hostile.site, viewport=NARROW, signed_in=False)
    page = visitor.page
    for kind, name in NAMES.items():
        path = f"/s/{kind}-{shown}-locked/"
        assert trouble_with(visitor, f"{path}password/") == ""
        page.get_by_label("Password").fill(LINK_PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(name[:30])
        assert trouble_with(visitor, path, name) == ""


def test_a_hostile_person_comes_in_and_sees_themselves_as_text(
    hostile: Hostile, visit: Visitor
) -> None:
    provider = hostile.provider
    visitor = visit(on=hostile.site, viewport=NARROW, signed_in=False)
    visitor.tolerate(rf"^foreign request: {re.escape(provider.issuer)}/authorize\?")
    visitor.expect_status(HTTPStatus.BAD_REQUEST)
    page, button = visitor.page, visitor.page.get_by_role("button", name="Sign in with Example ID")
    page.goto("/sign-in/")
    provider.error, provider.claims = MARKUP, claims_of("markup")
    button.click()
    expect(page.get_by_text("Example ID let nobody in.")).to_be_visible()
    assert "quokka" not in page.evaluate(SHOWN)
    assert harm(page) == ""
    provider.error = ""
    page.goto("/sign-in/?next=/account/")
    button.click()
    expect(page.get_by_label("Your name")).to_have_value(MARKUP[:100])
    wrong = [trouble_with(visitor, path, MARKUP) for path in OWN]
    assert not (said := "\n".join(filter(None, wrong))), said


def test_each_list_shows_it_as_text(hostile: Hostile, visit: Visitor) -> None:
    page = visit(on=hostile.site, viewport=NARROW).page
    paths = (*LISTS, *(f"search/?q=quokka&in={group}" for group in GROUPS))
    wrong = [look(page, path, name) for path in paths for name in NAMES.values()]
    assert not (said := "\n".join(filter(None, wrong))), said


def opened(page: Page, name: str) -> Locator:
    """The open dialog, after a look at it."""
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text(name[:30])
    assert harm(page) == ""
    return dialog


@pytest.mark.parametrize("kind", NAMES)
def test_each_dialog_shows_it_as_text(hostile: Hostile, visit: Visitor, kind: str) -> None:
    name, visitor = NAMES[kind], visit(on=hostile.site, viewport=NARROW)
    page = visitor.page
    page.goto(f"/t/acme/prompts/{hostile.keys[kind]['owner']['clean']}/")
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


def test_the_preview_of_an_import_shows_it_as_text(hostile: Hostile, visit: Visitor) -> None:
    page = visit(on=hostile.site, viewport=NARROW).page
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
