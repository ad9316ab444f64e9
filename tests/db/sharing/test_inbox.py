"""Whom a comment concerns, and what each member's inbox shows of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from workbench.accounts.models import Membership, Team, User
from workbench.prompts.models import Prompt
from workbench.sharing.inbox import views
from workbench.sharing.inbox.context import MOST
from workbench.sharing.models import Comment, Notice, Proposal

from .marked import CONTENT

ClientOf = Callable[[User], Client]


@pytest.fixture
def adams(client_of: ClientOf, adam: User) -> Client:
    return client_of(adam)


@pytest.fixture
def say(prompt: Prompt, adams: Client) -> Callable[..., Comment]:
    """Writes a comment on version 1, as Adam unless told otherwise."""

    def say(text: str, client: Client | None = None, **fields: Any) -> Comment:
        url = f"/t/acme/prompts/{prompt.pk}/versions/1/comments/writing/"
        answer = (client or adams).post(url, {"text": text, **fields})
        assert answer.status_code == 302, answer.content.decode()
        return Comment.objects.latest("pk")

    return say


def told() -> set[tuple[str, str]]:
    return set(Notice.objects.values_list("user__name", "kind"))


class TestWhoIsTold:
    def test_the_author_of_the_version(self, say, prompt, alice):
        prompt.save_version(CONTENT, alice, parent_number=1)
        say("Hello")
        assert told() == {("Erin", "comment")}

    def test_who_made_the_prompt_or_began_the_run(self, adams, prompt, run):
        for path in (f"prompts/{prompt.pk}", f"runs/{run.pk}"):
            adams.post(f"/t/acme/{path}/comments/writing/", {"text": "Hello"})
        assert list(Notice.objects.values_list("user__name", "kind")) == [("Erin", "comment")] * 2

    def test_who_proposed_it(self, erins, acme, prompt, alice):
        proposal = Proposal.objects.create(
            team=acme, prompt=prompt, label="live", to_number=1, author=alice
        )
        erins.post(f"/t/acme/proposals/{proposal.pk}/comments/writing/", {"text": "Hello"})
        assert told() == {("Alice", "comment")}

    def test_whom_it_mentions_by_text_and_by_list(self, say, alice, bob):
        made = say("@bob look", mention=str(alice.pk))
        assert made.text == "@Alice @bob look"
        assert made.mentions == {"Alice": alice.pk, "bob": bob.pk}
        assert told() == {("Alice", "mention"), ("Bob", "mention"), ("Erin", "comment")}

    def test_a_name_from_the_list_is_not_written_twice(self, say, alice):
        assert say("Hello @alice", mention=str(alice.pk)).text == "Hello @alice"

    def test_everybody_of_the_thread_once_by_the_nearest_reason(
        self, say, adam, alice, client_of, erins
    ):
        root = say("Question")
        say("An answer", client_of(alice), parent=root.pk)
        Notice.objects.all().delete()
        say("Another @Adam", erins, parent=root.pk)
        assert told() == {("Adam", "mention"), ("Alice", "reply")}
        assert Notice.objects.count() == 2

    def test_never_oneself(self, say, erins):
        root = say("@Erin", erins)
        say("@Erin again", erins, parent=root.pk)
        assert not Notice.objects.exists()

    def test_never_who_is_no_active_member(self, say, erin, alice, bob, charlie):
        Membership.objects.filter(user=alice).delete()
        User.objects.filter(pk=bob.pk).update(is_active=False)
        elsewhere = Team.objects.get(slug="elsewhere")
        Membership.objects.filter(user=erin).update(team=elsewhere)
        made = say("@Alice @Bob @Charlie @Erin", mention=str(charlie.pk))
        assert made.mentions == {}
        assert made.text == "@Alice @Bob @Charlie @Erin"
        assert not Notice.objects.exists()

    def test_a_change_tells_whom_it_mentions_for_the_first_time(self, say, adams, alice, bob):
        made = say("@Alice look")
        adams.post(f"/t/acme/comments/{made.pk}/text/", {"text": "@Alice @Bob look"})
        names = list(Notice.objects.filter(kind="mention").values_list("user__name", flat=True))
        assert sorted(names) == ["Alice", "Bob"]

    def test_names_that_two_have_need_the_address(self, adams, prompt, alice, bob):
        User.objects.filter(pk=bob.pk).update(name="alice")
        url = f"/t/acme/prompts/{prompt.pk}/comments/"
        answer = adams.post(f"{url}writing/", {"text": "@Alice look"})
        assert answer.status_code == 422
        assert "Two members are called “Alice”" in answer.content.decode()
        adams.post(f"{url}writing/", {"text": "@bob@example.com look"})
        assert ("alice", "mention") in told()


class TestInbox:
    def test_it_shows_who_said_what_where(self, say, erins, prompt):
        say("Look at this", quote="TURN-MARK")
        page = erins.get("/t/acme/inbox/").content.decode()
        assert (
            '<strong dir="auto">Adam</strong> commented on a passage · <bdi>Weather</bdi> v1'
            in page
        )
        assert "Look at this" in page

    def test_the_navigation_counts_what_is_unread(self, say, erins, adams):
        assert "unread</span>" not in erins.get("/t/acme/prompts/").content.decode()
        say("One")
        say("Two")
        page = erins.get("/t/acme/runs/").content.decode()
        assert '2<span class="visually-hidden"> unread' in page
        assert 'aria-label="Navigation: 2 unread"' in page
        assert "unread</span>" not in adams.get("/t/acme/runs/").content.decode()

    def test_the_count_ends_at_99(self, acme, erin, erins):
        Notice.objects.bulk_create(
            Notice(team=acme, user=erin, kind="comment", actor_name="Adam") for _ in range(MOST + 5)
        )
        assert f"{MOST}<span" in erins.get("/t/acme/runs/").content.decode()

    def test_opening_one_reads_it_and_leads_to_the_place(self, say, erins):
        made = say("Look", parent=say("Question").pk)
        notice = Notice.objects.get(comment=made)
        answer = erins.post(f"/t/acme/inbox/{notice.pk}/opening/", follow=True)
        assert answer.redirect_chain[-1][0].endswith(f"#comment-{made.pk}")
        assert f'id="comment-{made.pk}"' in answer.content.decode()
        notice.refresh_from_db()
        assert notice.read_at
        assert Notice.objects.filter(read_at=None).count() == 1

    def test_one_or_all_are_marked_as_read(self, say, erins, alice, acme):
        Notice.objects.create(team=acme, user=alice, kind="comment", actor_name="Adam")
        for word in ("One", "Two", "Three"):
            say(word)
        first = Notice.objects.filter(user__name="Erin").earliest("pk")
        erins.post(f"/t/acme/inbox/{first.pk}/reading/")
        unread = Notice.objects.filter(read_at=None)
        assert set(unread.values_list("comment__text", flat=True)) == {"Two", "Three", None}
        page = erins.get("/t/acme/inbox/").content.decode()
        assert page.index("Three") < page.index("Two") < page.index(">Read<") < page.index("One")
        newest = re.search(r'name="newest" value="(\d+)"', page)
        assert newest
        say("Late")
        erins.post("/t/acme/inbox/readings/", {"newest": newest[1]})
        assert set(unread.values_list("comment__text", flat=True)) == {"Late", None}
        erins.post("/t/acme/inbox/readings/", {"newest": "x"})
        assert [notice.user for notice in unread.all()] == [alice]

    def test_opening_leads_to_a_proposal(self, erins, erin, acme, prompt):
        proposal = Proposal.objects.create(team=acme, prompt=prompt, label="live", to_number=1)
        fields = {"team": acme, "user": erin, "actor_name": "Adam"}
        notice = Notice.objects.create(kind="proposal", proposal=proposal, **fields)
        page = erins.get("/t/acme/inbox/").content.decode()
        assert "asks for a decision · <bdi>Weather</bdi>: live to v1" in page
        answer = erins.post(f"/t/acme/inbox/{notice.pk}/opening/")
        assert answer["Location"] == f"/t/acme/proposals/{proposal.pk}/"

    @pytest.mark.parametrize("state", ["approved", "declined", "withdrawn"])
    def test_it_says_what_became_of_a_proposal(self, erins, erin, acme, prompt, state):
        proposal = Proposal.objects.create(
            team=acme, prompt=prompt, label="live", to_number=1, state=state
        )
        fields = {"team": acme, "user": erin, "actor_name": "Adam", "proposal": proposal}
        Notice.objects.create(kind="decision", **fields)
        page = erins.get("/t/acme/inbox/").content.decode()
        assert f"{state} · <bdi>Weather</bdi>: live to v1" in page
        Notice.objects.update(kind="proposal")
        page = erins.get("/t/acme/inbox/").content.decode()
        assert f'v1 <span class="chip">{state.capitalize()}</span>' in page

    def test_a_webhook_that_is_off_leads_who_may_to_webhooks(self, erins, erin, acme):
        notice = Notice.objects.create(
            team=acme, user=erin, kind="webhook", actor_name="hooks.example.org"
        )
        page = erins.get("/t/acme/inbox/").content.decode()
        assert "hooks.example.org</strong> gets no events any more" in page
        opening = f"/t/acme/inbox/{notice.pk}/opening/"
        assert erins.post(opening)["Location"] == "/t/acme/inbox/"
        Membership.objects.filter(user=erin).update(role="admin")
        assert erins.post(opening)["Location"] == "/t/acme/webhooks/"

    def test_it_is_nobody_elses(self, say, client_of, adams, alice, charlie):
        say("Look")
        notice = Notice.objects.get()
        assert "Look" not in client_of(alice).get("/t/acme/inbox/").content.decode()
        for client in (adams, client_of(alice), client_of(charlie)):
            for action in ("reading", "opening"):
                assert client.post(f"/t/acme/inbox/{notice.pk}/{action}/").status_code == 404
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_a_removed_member_reads_none(self, say, erins, erin):
        say("Look")
        Membership.objects.filter(user=erin).delete()
        assert erins.get("/t/acme/inbox/").status_code == 404
        notice = Notice.objects.get()
        assert erins.post(f"/t/acme/inbox/{notice.pk}/opening/").status_code == 404

    def test_each_team_has_its_own(self, say, erins, erin):
        labs = Team.objects.create(name="Labs", slug="labs")
        Membership.objects.create(team=labs, user=erin, role="viewer")
        say("Look")
        page = erins.get("/t/labs/inbox/").content.decode()
        assert "Look" not in page
        assert "unread</span>" not in page

    def test_it_is_cut_into_pages(self, acme, erin, erins):
        Notice.objects.bulk_create(
            Notice(
                team=acme, user=erin, kind="comment", actor_name=f"Number {number}.", read_at=moment
            )
            for number, moment in enumerate(
                [erin.created_at] * (views.PAGE_SIZE + 2) + [None] * (views.PAGE_SIZE + 2)
            )
        )
        page = erins.get("/t/acme/inbox/").content.decode()
        assert "Number 103." in page
        assert "Older ones are shown when these are read" in page
        assert "Number 53." not in page
        assert "Number 51." in page
        assert "Number 1." not in page
        oldest = Notice.objects.order_by("pk")[2]
        page = erins.get(f"/t/acme/inbox/?before={oldest.pk}").content.decode()
        assert "Number 1." in page
        assert "Number 103." not in page
        for odd in ("x", "9" * 30):
            assert erins.get(f"/t/acme/inbox/?before={odd}").status_code == 200

    def test_the_number_of_queries_does_not_grow(self, say, erins):
        def count() -> int:
            with CaptureQueriesContext(connection) as found:
                assert erins.get("/t/acme/inbox/").status_code == 200
            return len(found)

        say("One")
        erins.post("/t/acme/inbox/readings/")
        say("Two")
        few = count()
        for number in range(5):
            say(f"More {number}", quote="TURN-MARK")
        assert count() == few
