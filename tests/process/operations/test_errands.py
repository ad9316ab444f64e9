"""Two web processes with one mail server and one HTTP server: each thing goes out once."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.process.runs.lasting import an_upstream
from tests.process.runs.running import Upstream, eventually
from tests.process.runs.site import Origin, Site
from tests.receivers import MailSink, WebSink, mail_sink, web_sink

MANY = 150
QUIET_SECONDS = 5.0  # two and a half looks of each process
AT_ONCE = """
INSERT INTO sharing_delivery
    (team_id, webhook_id, event, payload, attempts, next_at, error, created_at)
SELECT team_id, id, 'label.moved', '{"event": "label.moved"}', 0, now(), '', now()
FROM sharing_webhook, generate_series(1, %s) RETURNING id
"""
MAILS_AT_ONCE = """
INSERT INTO accounts_mail
    (id, kind, "to", subject, text_ciphertext, attempts, next_at, error, created_at)
SELECT gen_random_uuid(), 'reset', email, 'A new password', '', 0, now(), '', now()
FROM accounts_user, generate_series(1, %s) RETURNING id
"""

upstream = pytest.fixture(scope="module", name="upstream")(an_upstream)


@pytest.fixture(scope="module")
def mails() -> Iterator[MailSink]:
    with mail_sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def web() -> Iterator[WebSink]:
    with web_sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def site(
    upstream: Upstream, mails: MailSink, web: WebSink, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Two web processes; the team has a webhook."""
    origin = Origin(tmp_path_factory.mktemp("origin"), os.environ["DATABASE_URL"])
    settings = {
        "EMAIL_URL": f"smtp://127.0.0.1:{mails.port}",
        "EMAIL_FROM": "wb@example.org",
        "WORKBENCH_WEBHOOK_HOSTS": f"127.0.0.1:{web.port}",
    }
    site = Site(tmp_path_factory.mktemp("site"), upstream, origin, **settings)
    site.another_web()
    made = site.post("webhooks/", url=web.url, events="label.moved")
    assert made.status_code == 302, made.text
    yield site
    site.close()
    origin.database.drop()


def test_an_invitation_and_a_test_arrive_soon(site: Site, mails: MailSink, web: WebSink) -> None:
    site.post("invitations/", role="viewer", days="7", uses="1", email="new@example.com")
    hook = site.database.value("SELECT id FROM sharing_webhook")
    site.post(f"webhooks/{hook}/test/")
    eventually(lambda: mails.messages and web.requests, seconds=15)
    assert mails.receivers == [["new@example.com"]]
    assert web.requests[0].headers["Workbench-Event"] == "test"


def test_of_two_processes_one_sends_each_delivery(site: Site, web: WebSink) -> None:
    ids = {str(row[0]) for row in site.database.rows(AT_ONCE, MANY)}
    eventually(lambda: ids <= _ids(web).keys(), seconds=60)
    time.sleep(QUIET_SECONDS)
    assert {_ids(web)[pk] for pk in ids} == {1}
    waiting = "SELECT count(*) FROM sharing_delivery WHERE next_at IS NOT NULL"
    assert site.database.value(waiting) == 0


def test_of_two_processes_one_sends_each_mail(site: Site, mails: MailSink) -> None:
    ids = {str(row[0]) for row in site.database.rows(MAILS_AT_ONCE, MANY // 5)}
    eventually(lambda: ids <= _message_ids(mails).keys(), seconds=60)
    time.sleep(QUIET_SECONDS)
    assert {_message_ids(mails)[pk] for pk in ids} == {1}


def test_what_a_process_was_sending_when_it_was_killed_is_sent_by_another(
    site: Site, web: WebSink
) -> None:
    assert site.webs[1].stop() == 0
    web.is_open.clear()
    before = len(web.requests)
    [[pk]] = site.database.rows(AT_ONCE, 1)
    eventually(lambda: len(web.requests) > before, seconds=15)
    site.webs[0].kill()
    web.is_open.set()
    site.another_web()
    time.sleep(QUIET_SECONDS)
    assert _ids(web)[str(pk)] == 1  # the claim of the dead process still holds
    site.database.rows("UPDATE sharing_delivery SET next_at = now() WHERE id = %s RETURNING id", pk)
    arrived = "SELECT delivered_at IS NOT NULL FROM sharing_delivery WHERE id = %s"
    eventually(lambda: site.database.value(arrived, pk), seconds=15)
    assert _ids(web)[str(pk)] == 2


def _ids(web: WebSink) -> Counter[str]:
    return Counter(request.headers["Workbench-Delivery"] for request in list(web.requests))


def _message_ids(mails: MailSink) -> Counter[str]:
    names = [str(message["Message-ID"]) for message in list(mails.messages)]
    return Counter(name.strip("<>").partition("@")[0] for name in names)
