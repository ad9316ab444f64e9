"""Mail and webhooks in the browser, with a real mail server and a real receiver."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.process.runs.running import Upstream, eventually
from tests.process.runs.site import Origin, Site
from tests.receivers import MailSink, WebSink, mail_sink, web_sink

from .test_accessibility import assert_accessible
from .visiting import Visitor


@pytest.fixture
def mails() -> Iterator[MailSink]:
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def web() -> Iterator[WebSink]:
    with web_sink() as sink:
        yield sink


@pytest.fixture
def connected(
    upstream: Upstream, origin: Origin, tmp_path: Path, mails: MailSink, web: WebSink
) -> Iterator[Site]:
    """A site with a mail server, from which webhooks reach one host."""
    settings = {
        "EMAIL_URL": f"smtp://127.0.0.1:{mails.port}",
        "EMAIL_FROM": "wb@example.org",
        "WORKBENCH_WEBHOOK_HOSTS": f"127.0.0.1:{web.port}",
    }
    site = Site(tmp_path, upstream, origin, **settings)
    yield site
    site.close()


def test_a_webhook_by_keyboard_from_its_making_to_its_end(
    connected: Site, web: WebSink, visit: Visitor
) -> None:
    tab = visit(on=connected, bypass_csp=True, reduced_motion="reduce")
    page = tab.page
    tab.expect_status(422)
    page.goto("/t/acme/webhooks/")
    page.get_by_label("Address").fill("https://evil.example/")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Address")).to_have_value("https://evil.example/")
    assert_accessible(page)
    page.get_by_label("Address").fill(web.url)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Its secret")).to_be_focused()
    assert_accessible(page)
    page.get_by_role("button", name="Send a test").press("Enter")
    eventually(lambda: web.requests)
    page.reload()
    expect(page.get_by_text("Arrived")).to_be_visible()
    expect(page.locator("#new-secret")).to_have_count(0)
    page.get_by_role("button", name=re.compile("Send delivery")).press("Enter")
    eventually(lambda: len(web.requests) == 2)
    page.get_by_role("button", name="Switch off").press("Enter")
    expect(page.get_by_role("button", name="Switch on")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Delete", exact=True).press("Enter")
    page.get_by_role("button", name="Delete it").press("Enter")
    expect(page.get_by_text("No webhooks yet.")).to_be_visible()


def test_a_forgotten_password_comes_back_by_mail(
    connected: Site, mails: MailSink, visit: Visitor
) -> None:
    tab = visit(on=connected, signed_in=False, bypass_csp=True, reduced_motion="reduce")
    page = tab.page
    page.goto("/sign-in/")
    assert_accessible(page)
    page.get_by_role("link", name="Forgot your password?").press("Enter")
    assert_accessible(page)
    page.get_by_label("E-mail").fill("ana@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    assert_accessible(page)
    eventually(lambda: mails.messages)
    found = re.search(r"/account/reset/\S+", mails.messages[0].get_content())
    assert found
    page.goto(found[0])
    page.get_by_label("New password").fill("a quite different sentence")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your password is changed")).to_be_visible()


def test_the_page_of_mail_and_the_account_say_what_is_mailed(
    connected: Site, mails: MailSink, visit: Visitor
) -> None:
    tab = visit(on=connected, bypass_csp=True, reduced_motion="reduce")
    page = tab.page
    mails.refusal = "550 No such box"
    page.goto("/mail/")
    page.get_by_role("button", name="Send a test").press("Enter")
    eventually(lambda: connected.database.value("SELECT error <> '' FROM accounts_mail"))
    page.reload()
    expect(page.get_by_text("No such box")).to_be_visible()
    assert_accessible(page)
    page.goto("/account/")
    page.get_by_label("Mail me what is new").check()
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_label("Mail me what is new")).to_be_checked()
    assert_accessible(page)
