"""Two people at once, from the invitation to the farewell: each sees what the other does."""

from __future__ import annotations

from http import HTTPStatus

from playwright.sync_api import Page, expect

from tests.process.runs.site import Site

from .test_accessibility import assert_accessible
from .test_comments import open_newest
from .test_merging import save_second, saved_prompt
from .test_team import MEMBERS, invite, register
from .visiting import Visit, Visitor
from .workbench_page import WorkbenchPage, until

POLLED = 25_000  # milliseconds; pages ask every 15 seconds
AXE = {"bypass_csp": True, "reduced_motion": "reduce"}


def open_run(visit: Visit, run: int) -> WorkbenchPage:
    """The page of a run, as a colleague opens it."""
    visit.page.goto(f"/t/acme/runs/{run}/")
    return WorkbenchPage(visit)


def stream_together(ana: WorkbenchPage, nora: Visit) -> None:
    """Ana runs, and Nora reads the same answer from its start, while it is written and after."""
    run = ana.run("simulate: answer tokens=150 delay=0.04")
    hers = open_run(nora, run)
    expect(hers.state).to_have_attribute("data-state", "streaming")
    until(lambda: len(hers.text()) > 40, hers.page)
    assert "A simulated answer" in hers.text()
    expect(hers.state).to_have_attribute("data-state", "streaming")
    ana.ends(seconds=30)
    hers.ends(seconds=30)
    assert hers.text() == ana.text()


def see_each_other(ana: WorkbenchPage, nora: WorkbenchPage, url: str) -> None:
    nora.page.goto(url)
    expect(nora.page.locator("#presence")).to_contain_text("Ana is editing", timeout=POLLED)
    expect(ana.page.locator("#presence")).to_contain_text("Nora is editing", timeout=POLLED)


def comment(page: Page, url: str, text: str) -> None:
    page.goto(url)
    page.get_by_label("Comment", exact=True).fill(text)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment", has_text=text.split()[-1])).to_be_visible()


def remove(page: Page, name: str) -> None:
    page.goto(MEMBERS)
    page.get_by_role("button", name=f"Remove {name}").click()
    page.get_by_role("button", name="Remove from the team").click()
    expect(page.get_by_role("rowheader", name=name)).to_have_count(0)


def test_two_people_work_together_until_one_removes_the_other(mortal: Site, visit: Visitor) -> None:
    owner, guest = visit(on=mortal, **AXE), visit(on=mortal, signed_in=False, **AXE)
    register(guest, invite(owner))
    ana, nora = WorkbenchPage.on_new_draft(owner), WorkbenchPage(guest)
    url = saved_prompt(ana, "Tell me about the city.")
    stream_together(ana, guest)
    see_each_other(ana, nora, url)

    reader = owner.another_tab()
    reader.goto(f"{url}history/")
    nora.user.fill("Tell me about the city, in one line.")
    save_second(nora)
    told = ana.page.locator("#newer-version")
    expect(told).to_contain_text("Nora saved v2 while you edited v1", timeout=POLLED)
    told = reader.locator("#newer-version")
    expect(told).to_contain_text("Nora saved v2 since this page was made", timeout=POLLED)
    assert_accessible(reader)
    reader.get_by_role("link", name="What changed since v1").click()
    expect(reader.locator("ins").first).to_be_visible()

    comment(guest.page, f"{url}versions/2/", "@Ana is one line enough?")
    reader.goto("/t/acme/prompts/")
    open_newest(reader, 1)
    expect(reader.get_by_text("is one line enough?")).to_be_in_viewport()

    run = mortal.run("simulate: answer tokens=4000 delay=0.05")
    hers = open_run(guest, run)
    until(lambda: len(hers.text()) > 40, hers.page)
    guest.expect_status(HTTPStatus.NOT_FOUND)
    remove(reader, "Nora")
    expect(hers.state).to_contain_text("You can no longer see this run: you are not in this team")
    expect(hers.page.locator("[sse-connect]")).to_have_count(0)
    assert len(hers.text()) > 40, "what she has read stays on the page"
    assert_accessible(hers.page)
    answer = hers.page.reload()
    assert answer is not None
    assert answer.status == HTTPStatus.NOT_FOUND
    mortal.cancel(run)
