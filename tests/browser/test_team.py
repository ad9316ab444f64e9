"""Two people at once: one invites, the other joins by the link, and her role is lowered."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from playwright.sync_api import expect

from tests.process.runs.site import PASSWORD, Site

from .test_accessibility import assert_accessible, look
from .visiting import NARROW, Visit, Visitor

MEMBERS = "/t/acme/members/"
INVITATIONS = "/t/acme/invitations/"


def invite(owner: Visit) -> str:
    """Make an invitation for one editor by keyboard; returns its link."""
    page = owner.page
    page.goto(INVITATIONS)
    page.get_by_label("For (e-mail)").focus()
    page.keyboard.type("nora@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your new invitation")).to_be_focused()
    return page.locator("#new-link").inner_text()


def register(guest: Visit, link: str) -> None:
    guest.page.goto(link)
    expect(guest.page.get_by_text("invites you to the team")).to_be_visible()
    form = guest.page.get_by_role("form", name="With a new account")
    form.get_by_label("Your name").fill("Nora")
    expect(form.get_by_label("E-mail")).to_have_value("nora@example.com")
    form.get_by_label("Password").fill("a sentence is easy to remember")
    form.get_by_role("button", name="Make the account and join").click()
    expect(guest.page.get_by_text("you are in “Acme”")).to_be_visible()


def test_one_invites_and_the_other_joins_and_may_edit_until_her_role_is_lowered(
    mortal: Site, visit: Visitor
) -> None:
    owner, guest = visit(on=mortal), visit(on=mortal, signed_in=False)
    guest.expect_status(HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN)
    link = invite(owner)
    register(guest, link)
    guest.page.get_by_role("button", name="New prompt").click()
    expect(guest.page.get_by_role("button", name="Run")).to_be_visible()
    draft = guest.page.url
    owner.page.goto(MEMBERS)
    owner.page.get_by_label("Role of Nora", exact=True).select_option("viewer")
    owner.page.get_by_role("button", name="Change the role of Nora").click()
    expect(owner.page.get_by_text("Nora has the role Viewer from now on.")).to_be_visible()
    answer = guest.page.goto(draft)
    assert answer is not None
    assert answer.status == HTTPStatus.FORBIDDEN
    expect(guest.page.get_by_text("You may not do this")).to_be_visible()
    guest.page.goto("/t/acme/prompts/")
    expect(guest.page.get_by_role("button", name="New prompt")).to_have_count(0)
    owner.page.get_by_role("button", name="Remove Nora").click()
    owner.page.get_by_role("button", name="Remove from the team").click()
    expect(owner.page.get_by_role("rowheader", name="Nora")).to_have_count(0)
    answer = guest.page.goto("/t/acme/prompts/")
    assert answer is not None
    assert answer.status == HTTPStatus.NOT_FOUND
    look(guest.page, link, 404, "This link does not work")


def test_teams_are_made_and_switched_between_in_the_navigation(visit: Visitor) -> None:
    page = visit().page
    page.goto("/t/acme/prompts/")
    page.get_by_role("button", name="Teams: Acme").press("Enter")
    page.get_by_role("link", name="New team").click()
    page.get_by_label("Name of a new team").fill("Lab & friends")
    page.get_by_role("button", name="Make the team").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Members")
    page.get_by_role("button", name="Teams: Lab & friends").press("Enter")
    page.get_by_role("navigation", name="Teams").get_by_role("link", name="Acme").click()
    expect(page).to_have_url(re.compile("/t/acme/prompts/$"))
    page.goto("/t/lab-friends/deletion/")
    page.get_by_label("The team's name").fill("Lab & friends")
    page.get_by_label("Your current password").fill(PASSWORD)
    page.get_by_role("button", name="Delete the team for ever").click()
    expect(page.get_by_text("is deleted with everything")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Lab & friends")).to_have_count(0)


def test_it_all_works_without_script(mortal: Site, visit: Visitor) -> None:
    owner = visit(on=mortal, java_script_enabled=False)
    guest = visit(on=mortal, signed_in=False, java_script_enabled=False)
    page = owner.page
    page.goto("/t/acme/prompts/")
    page.get_by_role("button", name="Teams: Acme").click()
    page.get_by_role("link", name="Your teams").click()
    expect(page.get_by_role("rowheader", name="Acme")).to_be_visible()
    page.goto(INVITATIONS)
    page.get_by_label("For (e-mail)").fill("nora@example.com")
    page.get_by_role("button", name="Make a link").click()
    register(guest, page.locator("#new-link").inner_text())
    page.goto(MEMBERS)
    page.get_by_label("Role of Nora", exact=True).select_option("admin")
    page.get_by_role("button", name="Change the role of Nora").click()
    expect(page.get_by_text("Nora has the role Admin")).to_be_visible()
    page.goto("/people/")
    page.get_by_role("button", name="Disable nora@example.com").click()
    page.get_by_role("button", name="Disable the account").click()
    expect(page.get_by_text("is disabled, and every session has ended")).to_be_visible()
    guest.page.goto(MEMBERS)
    expect(guest.page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.fixture
def owner(mortal: Site, visit: Visitor) -> Visit:
    """The owner of Acme, in a visit in which axe may run its script."""
    return visit(on=mortal, bypass_csp=True, reduced_motion="reduce")


def test_the_pages_are_accessible(owner: Visit, mortal: Site, visit: Visitor) -> None:
    page = owner.page
    owner.expect_status(HTTPStatus.UNPROCESSABLE_ENTITY)
    guest = visit(on=mortal, signed_in=False, bypass_csp=True, reduced_motion="reduce")
    guest.expect_status(HTTPStatus.UNPROCESSABLE_ENTITY)
    link = invite(owner)
    assert_accessible(page)
    look(guest.page, link, heading="Join a team")
    form = guest.page.get_by_role("form", name="With a new account")
    form.get_by_label("Your name").fill("Nora")
    form.get_by_label("Password").fill("short")
    form.get_by_role("button").click()
    expect(form.get_by_label("Password")).to_be_focused()
    assert_accessible(guest.page)
    register(guest, link)
    assert_accessible(guest.page)
    page.get_by_label("Uses").evaluate("field => field.value = 2000")
    page.get_by_role("button", name="Make a link").evaluate("button => button.form.noValidate = 1")
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator(".field-error")).to_be_visible()
    assert_accessible(page)
    look(page, INVITATIONS, heading="Invitations")
    look(page, MEMBERS, heading="Members")
    page.get_by_role("button", name="Change the role of Ana").press("Enter")
    page.get_by_role("button", name="Remove Nora").click()
    assert_accessible(page)
    for path, heading in (
        ("/t/acme/settings/", "Settings of the team"),
        ("/t/acme/deletion/", "Delete the team"),
        ("/teams/", "Your teams"),
        ("/people/", "Accounts"),
    ):
        look(page, path, heading=heading)
    page.get_by_role("button", name="Reset link for nora@example.com").click()
    expect(page.get_by_role("heading", name="A new password for nora@example.com")).to_be_focused()
    assert_accessible(page)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.get_by_role("button", name="Navigation").click()
    page.get_by_role("button", name="Teams: Acme").click()
    expect(
        page.get_by_role("navigation", name="Teams").get_by_role("link", name="Acme")
    ).to_be_visible()
