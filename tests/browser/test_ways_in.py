"""Two-factor sign-in, and sign-in with an identity provider, as people meet them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from tests.process.runs.running import Upstream
from tests.process.runs.site import PASSWORD, Origin, Site

from .test_accessibility import assert_accessible, look
from .visiting import Visit, Visitor

TWO_FACTOR = "/account/two-factor/"
EMAIL = "ana@example.com"
AXE = {"bypass_csp": True, "reduced_motion": "reduce"}
STEP = 30  # seconds


def code_of(secret: str, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret.replace(" ", ""), int(time.time()) // STEP + later))


def switch_on(page: Page) -> tuple[str, list[str]]:
    """Switch it on by keyboard; the secret of the app and the recovery codes."""
    page.goto(TWO_FACTOR)
    page.get_by_role("button", name="Set it up").press("Enter")
    return confirm(page)


def confirm(page: Page) -> tuple[str, list[str]]:
    """Type the password and what an app with the secret on the page would show."""
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("textbox", name="Code", exact=True).fill(code_of(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_focused()
    return secret, page.locator("#new-codes").inner_text().split()


def give_password(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code")).to_be_focused()


def test_a_code_is_asked_for_after_the_password(mortal: Site, visit: Visitor) -> None:
    owner, other = visit(on=mortal), visit(on=mortal, signed_in=False)
    other.expect_status(HTTPStatus.UNPROCESSABLE_ENTITY)
    secret, recovery = switch_on(owner.page)
    assert len(recovery) == 10
    picture = owner.page.locator("main svg[role='img']")
    expect(picture).to_have_count(0)  # and so has the secret
    page = other.page
    give_password(page)
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.locator(".form-errors")).to_contain_text("This code is not right")
    page.get_by_label("Code").fill(code_of(secret, later=1))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Your code")
    page.goto(TWO_FACTOR)
    expect(page.get_by_text("Recovery codes left")).to_be_visible()


def test_the_pages_of_the_second_factor_are_accessible(mortal: Site, visit: Visitor) -> None:
    owner, guest = visit(on=mortal, **AXE), visit(on=mortal, signed_in=False, **AXE)
    for visitor in (owner, guest):
        visitor.expect_status(HTTPStatus.UNPROCESSABLE_ENTITY)
    page = owner.page
    look(page, TWO_FACTOR, heading="Two-factor sign-in")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("img", name="QR code of the key below")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("textbox", name="Code", exact=True).fill("000000")
    page.keyboard.press("Enter")
    expect(page.locator(".form-errors")).to_be_visible()
    assert_accessible(page)
    confirm(page)
    assert_accessible(page)
    page.goto(TWO_FACTOR)
    page.locator("summary", has_text="New recovery codes").click()
    page.locator("summary", has_text="Switch off").click()
    assert_accessible(page)
    give_password(guest.page)
    assert_accessible(guest.page)
    look(page, "/people/", heading="Accounts")
    page.get_by_role("button", name=f"Second factor of {EMAIL}").click()
    expect(page.get_by_role("button", name="Remove the second factor", exact=True)).to_be_visible()
    assert_accessible(page)


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    nina = {"sub": "1", "email": "nina@example.com", "email_verified": True, "name": "Nina"}
    with IdentityProvider(claims=nina) as running:
        yield running


@pytest.fixture
def linked(
    provider: IdentityProvider, upstream: Upstream, origin: Origin, tmp_path: Path
) -> Iterator[Site]:
    """A site that people enter by the provider alone."""
    site = Site(
        tmp_path,
        upstream,
        origin,
        OIDC_ISSUER=provider.issuer,
        OIDC_CLIENT_ID=CLIENT_ID,
        OIDC_CLIENT_SECRET=CLIENT_SECRET,
        OIDC_LABEL="Example ID",
        SINGLE_SIGN_ON_ONLY="1",
    )
    yield site
    site.close()


def goes_to(provider: IdentityProvider, visitor: Visit) -> Visit:
    """The visit may leave the site for the provider, and for nowhere else."""
    visitor.tolerate(rf"^foreign request: {re.escape(provider.issuer)}/authorize\?")
    return visitor


@pytest.mark.parametrize("with_script", [True, False])
def test_a_newcomer_comes_in_by_the_identity_provider(
    linked: Site, provider: IdentityProvider, visit: Visitor, with_script: bool
) -> None:
    visitor = visit(on=linked, signed_in=False, java_script_enabled=with_script)
    page = goes_to(provider, visitor).page
    page.goto("/account/sessions/")
    expect(page.get_by_text("there are no passwords")).to_be_visible()
    page.get_by_role("button", name="Sign in with Example ID").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")
    assert page.url == f"{linked.web.url}/account/sessions/"
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_pages_on_the_way_are_accessible(
    linked: Site, provider: IdentityProvider, visit: Visitor
) -> None:
    visitor = goes_to(provider, visit(on=linked, signed_in=False, **AXE))
    visitor.expect_status(HTTPStatus.BAD_REQUEST)
    page = visitor.page
    look(page, "/sign-in/", heading="Sign in")
    provider.error = "access_denied"
    page.get_by_role("button", name="Sign in with Example ID").click()
    expect(page.get_by_text("Example ID let nobody in")).to_be_visible()
    assert_accessible(page)
