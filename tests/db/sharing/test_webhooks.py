"""Webhooks: who makes them, what they are told, and how it is sent, to a real HTTP server."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from tests.receivers import WebSink, free_port, web_sink
from workbench.accounts.models import AuditEvent, Team
from workbench.sharing.models import Delivery, Notice, Webhook
from workbench.sharing.webhooks import delivering
from workbench.sharing.webhooks.events import EVENTS
from workbench.sharing.webhooks.hosts import allowed_hosts
from workbench.sharing.webhooks.secret import opened, signature
from workbench.sharing.webhooks.switching import MOST, SWITCHED_OFF
from workbench.sharing.webhooks.telling import tell

from .marked import CONTENT

URL = "/t/acme/webhooks/"
GOOD = "https://hooks.example.org/in"


@pytest.fixture
def sink(settings) -> Iterator[WebSink]:
    """An HTTP server that the operator allows, as one more host."""
    with web_sink() as sink:
        settings.WEBHOOK_HOSTS = allowed_hosts(f"hooks.example.org,127.0.0.1:{sink.port}")
        yield sink


@pytest.fixture
def adams(adam, client_of) -> Client:
    return client_of(adam)


@pytest.fixture
def hook(sink, adams) -> Webhook:
    """A webhook of all events to the sink."""
    adams.post(URL, {"url": sink.url, "events": list(EVENTS)})
    return Webhook.objects.get()


def deliver_all() -> int:
    """Send what is due, as the errand does, in the transaction of the test."""
    count = 0
    while delivery := delivering._claimed():
        delivering._settle(delivery, asyncio.run(delivering._sent(delivery)))
        count += 1
    return count


def let_time_pass(**span: float) -> None:
    """As if it were later: all moments move into the past."""
    past = timedelta(**span)
    for row in Delivery.objects.all():
        next_at = row.next_at and row.next_at - past
        rows = Delivery.objects.filter(pk=row.pk)
        rows.update(next_at=next_at, created_at=row.created_at - past)
    for hook in Webhook.objects.all():
        for name in ("failing_since", "paused_until"):
            moment = getattr(hook, name)
            setattr(hook, name, moment and moment - past)
        hook.save()


class TestThePage:
    def test_making_one_shows_its_secret_once_and_keeps_it_sealed(self, sink, adams, adam):
        page = adams.post(URL, {"url": GOOD, "events": ["label.moved"]}, follow=True)
        secret = re.search(r"whsec_[\w-]{43}", page.content.decode())[0]
        made = Webhook.objects.get()
        assert opened(made) == secret
        assert (made.url, made.events, made.last4) == (GOOD, ["label.moved"], secret[-4:])
        assert secret not in adams.get(page.request["PATH_INFO"]).content.decode()
        rows = [*Webhook.objects.values(), *AuditEvent.objects.values()]
        assert secret not in str(rows)
        event = AuditEvent.objects.get(action="webhook.create")
        assert (event.actor, event.target) == (adam, "hooks.example.org")
        assert "/in" not in str(event.detail)  # paths of webhooks are often secrets

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"url": ""}, "Type the address"),
            ({"url": "https://evil.example/"}, "not among the hosts"),
            ({"url": "http://hooks.example.org/"}, "must begin with https"),
            ({"url": "https://169.254.169.254/"}, "not among the hosts"),
            ({"events": []}, "Choose one event"),
            ({"events": ["run.everything"]}, "Choose one event"),
            ({"url": f"https://hooks.example.org/{'a' * 500}"}, "at most 500"),
        ],
    )
    def test_a_bad_one_is_said_and_what_was_typed_stays(self, sink, adams, fields, sentence):
        answer = adams.post(URL, {"url": GOOD, "events": ["label.moved"]} | fields)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert sentence in page
        if fields.get("url"):
            assert fields["url"] in page
        assert not Webhook.objects.exists()

    def test_without_hosts_it_is_off_and_says_how_to_switch_on(self, adams, settings):
        settings.WEBHOOK_HOSTS = frozenset()
        assert "WORKBENCH_WEBHOOK_HOSTS" in adams.get(URL).content.decode()
        answer = adams.post(URL, {"url": GOOD, "events": ["label.moved"]})
        assert answer.status_code == 422
        assert not Webhook.objects.exists()

    def test_a_team_has_twenty(self, sink, adams, acme):
        Webhook.objects.bulk_create(Webhook(team=acme, url=GOOD) for _ in range(MOST))
        answer = adams.post(URL, {"url": GOOD, "events": ["label.moved"]})
        assert (answer.status_code, Webhook.objects.count()) == (422, MOST)
        assert "at most 20 webhooks" in answer.content.decode()

    def test_an_editor_may_not_and_a_stranger_finds_nothing(self, hook, erin, charlie, client_of):
        for person, status in ((erin, 403), (charlie, 404)):
            client = client_of(person)
            assert client.get(URL).status_code == status
            for what in ("secret", "state", "deletion", "test"):
                assert (
                    client.post(f"{URL}{hook.pk}/{what}/", {"state": "off"}).status_code == status
                )
        hook.refresh_from_db()
        assert hook.is_active

    def test_another_teams_delivery_is_not_sent_again_by_ours(self, hook, charlie, adams):
        theirs = Team.objects.get(slug="elsewhere")
        other = Webhook.objects.create(team=theirs, url=GOOD)
        delivery = Delivery.objects.create(
            team=theirs, webhook=other, event="test", payload={}, next_at=None
        )
        for webhook in (hook, other):
            path = f"{URL}{webhook.pk}/deliveries/{delivery.pk}/repetition/"
            assert adams.post(path).status_code == 404
        delivery.refresh_from_db()
        assert delivery.next_at is None

    def test_the_lists_cost_the_same_however_many_there_are(
        self, hook, adams, acme, django_assert_max_num_queries
    ):
        for number in range(60):
            Delivery.objects.create(team=acme, webhook=hook, event="test", payload={"n": number})
        Webhook.objects.bulk_create(Webhook(team=acme, url=GOOD) for _ in range(10))
        for path in (URL, f"{URL}{hook.pk}/"):
            adams.get(path)
            with django_assert_max_num_queries(6):
                page = adams.get(path).content.decode()
        assert page.count("Send delivery") == 50
        older = re.search(r"\?before=(\d+)", page)[0]
        assert adams.get(f"{URL}{hook.pk}/{older}").content.decode().count("Send delivery") == 10


class TestWhatItIsTold:
    def test_of_a_version_and_a_label_but_not_what_they_say(self, hook, erins, prompt):
        prompt.save_version(CONTENT, prompt.created_by, parent_number=1)
        label = {"name": "production", "number": "1"}
        assert erins.post(f"/t/acme/prompts/{prompt.pk}/labels/", label).status_code == 302
        saved, moved = Delivery.objects.order_by("pk")
        assert saved.event == "version.saved"
        assert moved.payload["data"] == {
            "prompt": {"id": prompt.pk, "name": "Weather"},
            "label": "production",
            "from_version": None,
            "to_version": 1,
            "by": "Erin",
        }
        assert moved.payload["team"]["slug"] == "acme"
        assert moved.payload["url"].endswith(f"/t/acme/prompts/{prompt.pk}/history/")

    def test_of_a_comment_but_not_its_words(self, hook, adams, prompt):
        path = f"/t/acme/prompts/{prompt.pk}/versions/1/comments/writing/"
        adams.post(path, {"text": "SECRET WORDS"})
        delivery = Delivery.objects.get(event="comment.created")
        assert delivery.payload["data"]["version"] == 1
        assert "SECRET" not in json.dumps(delivery.payload)

    def test_only_of_events_that_it_wants_in_its_team_while_it_is_on(self, hook, acme, charlie):
        theirs = Team.objects.get(slug="elsewhere")
        Webhook.objects.create(team=theirs, url=GOOD, events=["label.moved"])
        Webhook.objects.create(team=acme, url=GOOD, events=["version.saved"])
        Webhook.objects.create(team=acme, url=GOOD, events=["label.moved"], is_active=False)
        tell(acme, "label.moved", label="production")
        assert list(Delivery.objects.values_list("webhook", flat=True)) == [hook.pk]

    def test_it_costs_nothing_without_hosts_and_one_question_with(
        self, acme, sink, settings, django_assert_num_queries
    ):
        with django_assert_num_queries(1):
            tell(acme, "label.moved")
        settings.WEBHOOK_HOSTS = frozenset()
        with django_assert_num_queries(0):
            tell(acme, "label.moved")


class TestSending:
    def test_the_signature_proves_who_sends(self, hook, sink, acme):
        tell(acme, "label.moved", label="production")
        assert deliver_all() == 1
        [request] = sink.requests
        delivery = Delivery.objects.get()
        body = json.loads(request.body)
        assert (body["id"], body["event"]) == (str(delivery.pk), "label.moved")
        assert request.headers["Workbench-Delivery"] == str(delivery.pk)
        assert request.headers["Workbench-Event"] == "label.moved"
        assert request.headers["Content-Type"] == "application/json"
        sent = request.headers["Workbench-Signature"]
        moment = int(re.match(r"t=(\d+),", sent)[1])
        assert sent == signature(opened(hook), moment, request.body)
        assert sent != signature("whsec_of-another", moment, request.body)
        assert delivery.delivered_at
        assert (delivery.http_status, delivery.next_at, delivery.error) == (200, None, "")
        assert deliver_all() == 0

    def test_a_refused_connection_is_tried_again_and_others_wait(self, hook, sink, acme):
        Webhook.objects.update(url=f"http://127.0.0.1:{free_port()}/")
        tell(acme, "label.moved")
        assert deliver_all() == 1
        assert "not among the hosts" in Delivery.objects.get().error
        tell(acme, "label.moved")
        assert deliver_all() == 0  # the whole webhook pauses
        Webhook.objects.update(url=sink.url)
        let_time_pass(minutes=1.1)
        assert deliver_all() == 2
        hook.refresh_from_db()
        assert (hook.failures, hook.failing_since, hook.paused_until) == (0, None, None)

    def test_nobody_there_is_said(self, hook, acme, settings):
        port = free_port()
        settings.WEBHOOK_HOSTS = allowed_hosts(f"127.0.0.1:{port}")
        Webhook.objects.update(url=f"http://127.0.0.1:{port}/")
        tell(acme, "label.moved")
        deliver_all()
        assert "was not reached" in Delivery.objects.get().error

    def test_the_pauses_grow_to_six_hours(self, hook, sink, acme):
        sink.status = 500
        minutes = []
        for _ in range(7):
            tell(acme, "label.moved")
            assert deliver_all() == 1
            hook.refresh_from_db()
            minutes.append(round((hook.paused_until - timezone.now()).total_seconds() / 60))
            Delivery.objects.all().delete()
            Webhook.objects.update(paused_until=timezone.now())
        assert minutes == [1, 5, 15, 60, 180, 360, 360]

    def test_after_a_day_an_event_is_given_up(self, hook, sink, acme):
        sink.status = 503
        tell(acme, "label.moved")
        let_time_pass(hours=24)
        deliver_all()
        delivery = Delivery.objects.get()
        assert (delivery.next_at, delivery.http_status) == (None, 503)
        assert delivery.error == "It answered 503."

    def test_after_three_days_it_is_switched_off_and_says_so(
        self, hook, sink, acme, adam, alice, erin, adams
    ):
        sink.status = 500
        tell(acme, "label.moved")
        deliver_all()
        let_time_pass(days=3)
        tell(acme, "label.moved")
        waits = Delivery.objects.latest("pk")
        deliver_all()
        hook.refresh_from_db()
        assert not hook.is_active
        assert AuditEvent.objects.get(action="webhook.give-up").team == acme
        told = Notice.objects.filter(kind=Notice.Kind.WEBHOOK)
        assert {notice.user for notice in told} == {adam, alice}  # and not the editor
        assert {notice.actor_name for notice in told} == {f"127.0.0.1:{sink.port}"}
        assert not Delivery.objects.filter(next_at__isnull=False).exists()
        assert "nothing arrived for three days" in adams.get(URL).content.decode()
        waits.refresh_from_db()
        assert waits.error
        adams.post(f"{URL}{hook.pk}/state/", {"state": "on"})
        hook.refresh_from_db()
        assert (hook.is_active, hook.failures, hook.gave_up_at) == (True, 0, None)

    def test_a_redirect_is_not_followed(self, hook, sink, acme):
        with web_sink() as elsewhere:
            sink.status, sink.location = 307, elsewhere.url
            tell(acme, "label.moved")
            deliver_all()
            assert elsewhere.requests == []
        assert "redirects are not followed" in Delivery.objects.get().error

    def test_a_host_that_is_not_allowed_any_more_gets_nothing(self, hook, sink, acme, settings):
        tell(acme, "label.moved")
        settings.WEBHOOK_HOSTS = allowed_hosts("hooks.example.org")
        deliver_all()
        assert sink.requests == []
        assert "not among the hosts" in Delivery.objects.get().error

    def test_a_host_that_never_ends_its_answer_is_left(self, hook, acme, monkeypatch, settings):
        monkeypatch.setattr(delivering, "SECONDS", 0.5)
        with _dripping() as port:
            settings.WEBHOOK_HOSTS = allowed_hosts(f"127.0.0.1:{port}")
            Webhook.objects.update(url=f"http://127.0.0.1:{port}/")
            tell(acme, "label.moved")
            began = timezone.now()
            deliver_all()
        assert timezone.now() - began < timedelta(seconds=5)
        assert Delivery.objects.get().error == delivering.LATE

    def test_a_claim_of_a_process_that_died_runs_out(self, hook, sink, acme):
        tell(acme, "label.moved")
        assert delivering._claimed()  # and then its process is gone
        assert deliver_all() == 0
        let_time_pass(minutes=1.1)
        assert deliver_all() == 1
        assert len(sink.requests) == 1

    def test_a_late_answer_changes_nothing_of_the_next_try(self, hook, sink, acme):
        tell(acme, "label.moved")
        late = delivering._claimed()
        let_time_pass(minutes=1.1)
        assert deliver_all() == 1
        delivering._settle(late, delivering.Answer(None, "late"))
        assert Delivery.objects.get().error == ""


class TestWhatIsDoneWithIt:
    def test_a_test_goes_also_to_one_that_is_off(self, hook, sink, adams):
        adams.post(f"{URL}{hook.pk}/state/", {"state": "off"})
        page = adams.post(f"{URL}{hook.pk}/test/", follow=True).content.decode()
        assert "A test is on its way" in page
        deliver_all()
        assert sink.requests[0].headers["Workbench-Event"] == "test"

    def test_a_failed_test_is_not_tried_again_and_nothing_pauses(self, hook, sink, adams):
        sink.status = 500
        adams.post(f"{URL}{hook.pk}/test/")
        deliver_all()
        hook.refresh_from_db()
        assert (hook.failures, hook.paused_until) == (0, None)
        assert Delivery.objects.get().next_at is None

    def test_a_new_secret_signs_from_now_on(self, hook, sink, adams, acme):
        before = opened(hook)
        page = adams.post(f"{URL}{hook.pk}/secret/", follow=True).content.decode()
        after = re.search(r"whsec_[\w-]{43}", page)[0]
        assert after != before
        tell(acme, "label.moved")
        deliver_all()
        sent = sink.requests[0].headers["Workbench-Signature"]
        moment = int(re.match(r"t=(\d+),", sent)[1])
        assert sent == signature(after, moment, sink.requests[0].body)

    def test_off_gives_up_what_waits(self, hook, sink, adams, acme):
        tell(acme, "label.moved")
        adams.post(f"{URL}{hook.pk}/state/", {"state": "off"})
        assert Delivery.objects.get().error == SWITCHED_OFF
        assert deliver_all() == 0

    def test_send_again_sends_the_same_id_at_once(self, hook, sink, adams, acme):
        sink.status = 500
        tell(acme, "label.moved")
        deliver_all()
        sink.status = 200
        delivery = Delivery.objects.get()
        adams.post(f"{URL}{hook.pk}/deliveries/{delivery.pk}/repetition/")
        assert deliver_all() == 1
        ids = {request.headers["Workbench-Delivery"] for request in sink.requests}
        assert (len(sink.requests), ids) == (2, {str(delivery.pk)})

    def test_deleting_it_deletes_its_deliveries(self, hook, adams, acme):
        tell(acme, "label.moved")
        adams.post(f"{URL}{hook.pk}/deletion/")
        assert not Webhook.objects.exists()
        assert not Delivery.objects.exists()

    def test_its_secret_survives_a_change_of_the_key(self, hook, settings):
        before, old = opened(hook), settings.ENCRYPTION_KEY
        settings.ENCRYPTION_KEY = f"{'n' * 40},{old}"
        call_command("keys", "rotate", stdout=StringIO())
        settings.ENCRYPTION_KEY = "n" * 40
        hook.refresh_from_db()
        assert opened(hook) == before

    def test_old_deliveries_are_forgotten_but_not_what_waits(self, hook, acme):
        tell(acme, "label.moved")
        deliver_all()
        tell(acme, "label.moved")
        let_time_pass(days=31)
        delivering.forget_old()
        assert Delivery.objects.get().next_at


@pytest.mark.django_db(transaction=True)
def test_a_webhook_that_goes_while_it_is_told_breaks_no_save(sink, acme, adam, client_of):
    """The deletion waits for the transaction that tells, and takes its delivery along."""
    client_of(adam).post(URL, {"url": GOOD, "events": list(EVENTS)})
    hook, codes = Webhook.objects.get(), []

    def delete() -> None:
        try:
            codes.append(client_of(adam).post(f"{URL}{hook.pk}/deletion/").status_code)
        finally:
            connection.close()

    thread = threading.Thread(target=delete)
    with transaction.atomic():
        tell(acme, "label.moved")
        thread.start()
        thread.join(1)
        assert thread.is_alive()
    thread.join()
    assert codes == [302]
    assert not Delivery.objects.exists()


@contextmanager
def _dripping() -> Iterator[int]:
    """A server that sends its answer one letter at a time, for ever; gives its port."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not stop.wait(0.1):
                try:
                    peer.sendall(b"a")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        thread.join()
        listener.close()
