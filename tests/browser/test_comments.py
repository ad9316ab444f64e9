"""Two people talk about a version, in two browsers: selected words, a mention, the inbox."""

from __future__ import annotations

import re
from collections.abc import Callable

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

SELECT_WORDS = """(pre) => {
  const at = pre.textContent.indexOf('in one line');
  getSelection().setBaseAndExtent(pre.firstChild, at, pre.firstChild, at + 'in one line'.length);
}"""
HOSTILE = """
WITH talker AS (
    INSERT INTO accounts_user (email, name, password, is_active, is_instance_admin, theme,
        code_choice, created_at)
    VALUES (%(kind)s || '@example.com', left(%(text)s, 100), '', true, false, 'system', '{}', now())
    RETURNING id, name
), comment AS (
    INSERT INTO sharing_comment (team_id, prompt_id, version_number, run_id, author_id, author_name,
        text, passage, mentions, created_at)
    SELECT team.id, subject.prompt_id, subject.number, subject.run_id, talker.id, talker.name,
        %(text)s || ' https://example.com/' || %(text)s || ' @' || talker.name,
        CASE WHEN subject.number IS NULL THEN NULL ELSE jsonb_build_object(
            'path', 'messages[0].content', 'start', 0, 'end', 1, 'quote', %(text)s::text) END,
        jsonb_build_object(talker.name, talker.id), now()
    FROM talker, accounts_team team, (VALUES
        (%(prompt)s::bigint, NULL::int, NULL::bigint), (%(prompt)s, 1, NULL), (NULL, NULL, %(run)s)
    ) AS subject (prompt_id, number, run_id)
    WHERE team.slug = 'acme' RETURNING id, team_id, author_id, author_name
)
INSERT INTO sharing_notice (team_id, user_id, kind, actor_id, actor_name, comment_id, created_at)
SELECT comment.team_id, reader.id, 'mention', author_id, author_name, comment.id, now()
FROM comment, accounts_user reader WHERE reader.email = 'ana@example.com'
"""


@pytest.fixture
def version(visit: Visitor) -> Callable[[Site], str]:
    """Saves version 1 of a prompt; returns its path."""

    def version(site: Site) -> str:
        workbench = WorkbenchPage.on_new_draft(visit(on=site))
        page = workbench.page
        workbench.turns.first.fill("Tell me about the city,\nin one line.")
        page.get_by_label("Name of the prompt").fill("A city")
        page.locator("#save-state[data-state=saved]").wait_for()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#version-state")).to_contain_text("v1")
        href = page.locator("#version-state a.chip").get_attribute("href")
        assert href
        return href

    return version


def answer(page: Page, text: str) -> None:
    page.get_by_text("Answer Nora", exact=True).first.press("Enter")
    page.get_by_label("Answer", exact=True).fill(text)
    page.get_by_role("button", name="Send the answer").press("Enter")
    expect(page.locator(".answers .comment", has_text=text)).to_be_focused()


def open_newest(page: Page, unread: int) -> None:
    """Through the navigation to the inbox, and to the place of its first line."""
    page.get_by_role("link", name=f"Inbox {unread} unread").click()
    page.get_by_role("button", name=re.compile("^Open")).first.click()


def test_two_people_talk_about_a_passage(
    mortal: Site, visit: Visitor, version: Callable[[Site], str]
) -> None:
    path = version(mortal)
    owner, guest = visit(on=mortal), visit(on=mortal, signed_in=False)
    register(guest, invite(owner))

    page = guest.page
    page.goto(path)
    expect(page.get_by_role("heading", name="Comments")).to_be_visible()
    page.locator(".turn pre", has_text="in one line").evaluate(SELECT_WORDS)
    page.get_by_role("button", name="Comment on this").click()
    expect(page.get_by_label("Passage")).to_have_value("in one line")
    expect(page.get_by_label("Comment", exact=True)).to_be_focused()
    page.keyboard.type("@Ana is one enough?")
    page.get_by_role("button", name="Comment", exact=True).press("Enter")
    said = page.locator(".comment", has_text="is one enough?")
    expect(said).to_be_focused()
    expect(said.locator("blockquote")).to_contain_text("in one line")
    expect(page).to_have_url(re.compile(f"{path}$"))

    page = owner.page
    page.goto("/t/acme/prompts/")
    open_newest(page, 1)
    expect(page.get_by_role("heading", level=1)).to_have_text("A city v1")
    expect(page.get_by_text("is one enough?")).to_be_in_viewport()
    answer(page, "It is for @Nora")
    page.get_by_role("button", name="Resolve the thread of Nora").press("Enter")
    expect(page.get_by_text("Resolved by Ana")).to_be_visible()
    expect(page.get_by_role("link", name="Inbox", exact=True)).to_be_visible()

    page = guest.page
    page.reload()
    open_newest(page, 1)
    # The browser unfolds what was resolved around the place that the address names.
    expect(page.get_by_text("It is for")).to_be_visible()
    page.get_by_role("button", name="Reopen").click()
    answer(page, "Thank you")
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_label("Comment", exact=True).fill("Is one line enough?")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Is one line enough?")).to_be_visible()

    page = owner.page
    page.goto(path)
    page.get_by_role("button", name="Delete the comment of Nora").first.click()
    page.get_by_role("button", name="Delete it").first.click()
    expect(page.get_by_text("Deleted.")).to_be_visible()
    expect(page.get_by_text("Thank you")).to_be_visible()
    expect(page.get_by_text("Is one line enough?")).to_have_count(0)


def test_the_passage_of_a_comment_is_marked_in_its_version(
    mortal: Site, visit: Visitor, version: Callable[[Site], str]
) -> None:
    path = version(mortal)
    page = visit(on=mortal, viewport=NARROW).page
    page.goto(f"{path}comments/")
    page.get_by_label("Passage").fill("in one line")
    page.get_by_label("Comment", exact=True).fill("This here")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.get_by_role("link", name="Turn 1 marked in the version").click()
    expect(page).to_have_url(re.compile(f"{path}(#.*)?$"))
    expect(page.locator(".turn pre")).to_be_in_viewport()


def test_it_all_works_without_script(
    mortal: Site, visit: Visitor, version: Callable[[Site], str]
) -> None:
    path = version(mortal)
    page = visit(on=mortal, java_script_enabled=False).page
    page.goto(path)
    page.locator("#comments").get_by_role("link", name="Comments").click()
    page.get_by_label("Passage").fill("in one line")
    page.get_by_label("Comment", exact=True).fill("Shorter?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment blockquote")).to_contain_text("in one line")
    page.get_by_text("Answer Ana", exact=True).click()
    page.get_by_label("Answer", exact=True).fill("Yes")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator(".answers")).to_contain_text("Yes")
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("Resolved by Ana")).to_be_visible()
    page.get_by_role("button", name="Reopen").click()
    page.get_by_role("button", name="Delete the comment of Ana").first.click()
    page.get_by_role("button", name="Delete it").first.click()
    expect(page.get_by_text("Deleted.")).to_be_visible()


def test_the_pages_are_accessible(
    mortal: Site, visit: Visitor, version: Callable[[Site], str]
) -> None:
    path = version(mortal)
    tab: Visit = visit(on=mortal, bypass_csp=True, reduced_motion="reduce")
    page = tab.page
    look(page, "/t/acme/inbox/", heading="Inbox")
    look(page, f"{path}comments/", heading="A city v1")
    page.get_by_label("Passage").fill("in one line")
    page.get_by_label("Comment", exact=True).fill("See https://example.com/ @Ana")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment strong", has_text="@Ana")).to_be_visible()
    answer_box = page.get_by_text("Answer Ana", exact=True)
    answer_box.click()
    assert_accessible(page)
    page.get_by_role("button", name="Delete the comment of Ana").click()
    assert_accessible(page)
    tab.expect_status(422)
    page.goto(path)
    page.get_by_label("Passage").fill("not there")
    page.get_by_label("Comment", exact=True).fill("Kept")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#comment-error")).to_contain_text("This passage is not in")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Kept")
    assert_accessible(page)
    prompt = re.search(r"/prompts/(\d+)/", path)
    assert prompt
    run = mortal.over(mortal.run("simulate: short"))["id"]
    hostile(mortal, "word", int(prompt[1]), run)
    look(page, "/t/acme/inbox/", heading="Inbox")


def hostile(site: Site, kind: str, prompt: int, run: int) -> None:
    """A comment of each kind with a hostile text by a hostile name, and notices of them."""
    with psycopg.connect(site.database.url, autocommit=True) as database:
        fields = {"text": NAMES[kind], "kind": kind, "prompt": prompt, "run": run}
        database.execute(HOSTILE, fields)


@pytest.mark.parametrize("kind", NAMES)
def test_hostile_comments_do_nothing_to_who_reads_them(
    mortal: Site, visit: Visitor, version: Callable[[Site], str], kind: str
) -> None:
    path = version(mortal)
    found = re.search(r"/prompts/(\d+)/", path)
    assert found
    prompt, run = int(found[1]), mortal.over(mortal.run("simulate: short"))["id"]
    hostile(mortal, kind, prompt, run)
    page = visit(on=mortal, viewport=NARROW).page
    wrong = []
    for place in (
        f"prompts/{prompt}/comments/",
        f"prompts/{prompt}/history/",
        f"prompts/{prompt}/versions/1/comments/",
        f"prompts/{prompt}/versions/1/",
        f"runs/{run}/comments/",
        f"runs/{run}/",
        "inbox/",
    ):
        page.goto(f"/t/acme/{place}")
        where = page.locator("main") if place == "inbox/" else page.locator("#comments .comment")
        expect(where.first).to_contain_text(NAMES[kind][:40])
        page.wait_for_timeout(150)  # time for a script or a request that should not be
        assert page.url.endswith(place)
        if trouble := harm(page):
            wrong.append(f"{place}: {trouble}")
    assert not wrong
