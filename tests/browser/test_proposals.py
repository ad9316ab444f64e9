"""A protected label in two browsers: one proposes, the other approves, the first rolls back."""

from __future__ import annotations

import re

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.process.runs.site import Site

from .hostile_names import NAMES
from .test_accessibility import assert_accessible, look
from .test_hostile_library import harm
from .test_team import invite, register
from .visiting import NARROW, Visit, Visitor
from .workbench_page import WorkbenchPage

PROTECTED, PROPOSALS = "/t/acme/protected-labels/", "/t/acme/proposals/"
PRODUCTION = """
INSERT INTO prompts_label (team_id, prompt_id, name, version_id, moved_at)
SELECT team_id, prompt_id, 'production', id, now() FROM prompts_promptversion
WHERE prompt_id = %(prompt)s AND number = 1
"""
HOSTILE = """
WITH writer AS (
    INSERT INTO accounts_user (email, name, password, is_active, is_instance_admin, theme,
        code_choice, created_at)
    VALUES ('w@example.com', left(%(text)s, 100), '', true, false, 'system', '{}', now())
    RETURNING id
)
INSERT INTO sharing_proposal (team_id, prompt_id, label, from_number, to_number, note, state,
    author_id, created_at, decided_by_id, decided_at, decision_note)
SELECT prompt.team_id, prompt.id, 'production', 1, 2, %(text)s, 'declined',
    writer.id, now(), writer.id, now(), %(text)s
FROM writer, prompts_prompt prompt WHERE prompt.id = %(prompt)s RETURNING id
"""


@pytest.fixture
def prompt(visit: Visitor, mortal: Site) -> int:
    """The id of a prompt with two versions, production on v1."""
    workbench = WorkbenchPage.on_new_draft(visit(on=mortal))
    page = workbench.page
    page.get_by_label("Name of the prompt").fill("A city")
    workbench.turns.first.fill("Tell me about the city in one line.")
    page.locator("#save-state[data-state=saved]").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#version-state")).to_contain_text("v1")
    href = page.locator("#version-state a.chip").get_attribute("href")
    found = re.search(r"/prompts/(\d+)/", href or "")
    assert found
    key = int(found[1])
    with psycopg.connect(mortal.database.url, autocommit=True) as database:
        database.execute(
            "INSERT INTO prompts_promptversion (team_id, prompt_id, number, parent_number,"
            " author_id, author_name, note, content, content_hash, created_at)"
            " SELECT team_id, prompt_id, 2, 1, author_id, author_name, 'Shorter',"
            " replace(content::text, 'one line', 'five words')::json, repeat('0', 64), now()"
            " FROM prompts_promptversion WHERE prompt_id = %s",
            [key],
        )
        database.execute("UPDATE prompts_prompt SET latest_number = 2 WHERE id = %s", [key])
        database.execute(PRODUCTION, {"prompt": key})
    return key


def protect(page: Page) -> None:
    page.goto(PROTECTED)
    page.get_by_label("Label to protect").fill("production")
    page.get_by_label("Label to protect").press("Enter")
    expect(page.get_by_role("row", name=re.compile("^production"))).to_be_visible()


def test_one_proposes_and_the_other_approves(mortal: Site, visit: Visitor, prompt: int) -> None:
    owner, guest = visit(on=mortal), visit(on=mortal, signed_in=False)
    register(guest, invite(owner))
    protect(owner.page)

    page = guest.page
    page.goto(f"/t/acme/prompts/{prompt}/versions/2/")
    page.get_by_role("link", name="Propose production here").press("Enter")
    expect(page.locator("main ins").first).to_contain_text("five")
    page.get_by_label("Note").fill("It is shorter.")
    page.get_by_role("button", name="Propose", exact=True).press("Enter")
    expect(page.get_by_text("Another editor of the team decides")).to_be_visible()
    expect(page.get_by_role("button", name="Approve and move")).to_have_count(0)

    page = owner.page
    page.goto("/t/acme/inbox/")
    page.get_by_role("button", name=re.compile("^Open")).first.click()
    expect(page.get_by_text("It is shorter.")).to_be_visible()
    page.get_by_label("Note").fill("Good.")
    page.get_by_role("button", name="Approve and move").press("Enter")
    expect(page.get_by_text("“production” points to v2.").first).to_be_visible()

    page = guest.page
    page.goto("/t/acme/inbox/")
    page.get_by_role("button", name=re.compile("^Open")).first.click()
    expect(page.get_by_text("Good.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Roll back").press("Enter")
    expect(page.locator(".chip", has_text="Rolled back")).to_be_visible()
    page.goto(f"/t/acme/prompts/{prompt}/versions/1/")
    expect(page.locator("#labels")).to_contain_text("production")
    expect(page.locator("#labels")).to_contain_text("Protected")


def test_the_pages_are_accessible(mortal: Site, visit: Visitor, prompt: int) -> None:
    tab: Visit = visit(on=mortal, bypass_csp=True, reduced_motion="reduce")
    page = tab.page
    look(page, PROTECTED, heading="Protected labels")
    look(page, PROPOSALS, heading="Proposals")
    protect(page)
    assert_accessible(page)
    look(page, f"/t/acme/prompts/{prompt}/proposal/?label=production&number=2", heading="A city")
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_text("Another editor of the team decides")).to_be_visible()
    assert_accessible(page)
    with psycopg.connect(mortal.database.url, autocommit=True) as database:
        database.execute("UPDATE sharing_proposal SET author_id = NULL")
    page.reload()
    expect(page.get_by_role("button", name="Approve and move")).to_be_visible()
    assert_accessible(page)
    look(page, PROPOSALS, heading="Proposals")
    look(page, f"/t/acme/prompts/{prompt}/history/", heading="A city")
    look(page, f"/t/acme/prompts/{prompt}/versions/2/", heading="A city")


@pytest.mark.parametrize("kind", NAMES)
def test_hostile_notes_do_nothing_to_who_reads_them(
    mortal: Site, visit: Visitor, prompt: int, kind: str
) -> None:
    with psycopg.connect(mortal.database.url, autocommit=True) as database:
        fields = {"text": NAMES[kind], "prompt": prompt}
        row = database.execute(HOSTILE, fields).fetchone()
    assert row
    page = visit(on=mortal, viewport=NARROW).page
    for path in (f"{PROPOSALS}{row[0]}/", f"{PROPOSALS}?state=all"):
        page.goto(path)
        expect(page.locator("main")).to_contain_text(NAMES[kind][:40])
        page.wait_for_timeout(150)  # time for a script or a request that should not be
        assert page.url.endswith(path)
        assert not harm(page)
