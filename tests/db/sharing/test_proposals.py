"""Proposals: made by one editor, decided by another, and what can come between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workbench.accounts.models import AuditEvent, Membership, Team, User
from workbench.prompts.models import Label, LabelMove, Prompt, ProtectedLabel
from workbench.sharing.models import Comment, Notice, Proposal
from workbench.sharing.proposals.listing import PAGE_SIZE


@pytest.fixture
def adams(client_of: Callable[[User], Client], adam: User) -> Client:
    return client_of(adam)


@pytest.fixture
def bobs(client_of: Callable[[User], Client], bob: User) -> Client:
    """The browser of Bob, who is a viewer."""
    return client_of(bob)


@pytest.fixture
def three(prompt: Prompt, erin: User, alice: User, adam: User, bob: User) -> Prompt:
    """The prompt with versions 1 to 3, production on v1 and protected; the whole team is there."""
    from workbench.prompts.content import Content

    for text in ("Be brief.", "Be kind."):
        content = Content.blank().with_body(system=text)
        prompt.save_version(content, erin, parent_number=prompt.latest_number)
    put(prompt, 1)
    ProtectedLabel.objects.create(team=prompt.team, name="production")
    return prompt


@pytest.fixture
def proposed(three: Prompt, erin: User) -> Proposal:
    """Erin's open proposal to move production from v1 to v3."""
    fields = {"team": three.team, "prompt": three, "label": "production", "author": erin}
    made: Proposal = Proposal.objects.create(from_number=1, to_number=3, **fields)
    return made


def put(prompt: Prompt, number: int) -> None:
    version = prompt.versions.get(number=number)
    Label.objects.update_or_create(
        team=prompt.team, prompt=prompt, name="production", defaults={"version": version}
    )


def placed(prompt: Prompt) -> dict[str, int]:
    return {label.name: label.version.number for label in Label.objects.filter(prompt=prompt)}


def said(answer: Any, status: int = 200) -> str:
    page: str = answer.content.decode()
    assert answer.status_code == status, page
    return page


def propose(client: Client, prompt: Prompt, **fields: str) -> Any:
    given = {"label": "production", "number": "3", "note": "It is kinder.", **fields}
    return client.post(f"/t/acme/prompts/{prompt.pk}/proposal/", given, follow=True)


def act(client: Client, proposal: Proposal, what: str, **fields: str) -> Any:
    return client.post(f"/t/acme/proposals/{proposal.pk}/{what}/", fields, follow=True)


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("user__name", flat=True))


class TestProposing:
    def test_an_editor_proposes_and_the_others_who_can_decide_are_told(self, erins, erin, three):
        page = said(propose(erins, three, label="Production", number="v3"))
        assert "Another editor of the team decides" in page
        assert "It is kinder." in page
        made = Proposal.objects.get()
        assert (made.label, made.from_number, made.to_number) == ("production", 1, 3)
        assert (made.author, made.state, made.note) == (erin, "open", "It is kinder.")
        assert told("proposal") == ["Adam", "Alice"]
        assert placed(three) == {"production": 1}
        event = AuditEvent.objects.get(action="proposal.create")
        assert (event.target, event.actor) == (three.name, erin)
        assert "kinder" not in str(event.detail)

    def test_the_form_shows_what_would_change(self, erins, three):
        url = f"/t/acme/prompts/{three.pk}/proposal/?label=production&number=3"
        page = said(erins.get(url))
        assert "now on" in page
        assert "System prompt" in page
        assert "kind" in page

    def test_a_label_that_is_new_has_nothing_to_compare_with(self, erins, adams, three):
        page = said(propose(erins, three, label="stable"))
        assert "The label is new" in page
        act(adams, Proposal.objects.get(), "approval")
        assert placed(three) == {"production": 1, "stable": 3}
        act(adams, Proposal.objects.get(), "rollback")
        assert placed(three) == {"production": 1}

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"label": "a b"}, "A label is 1 to 60 letters"),
            ({"label": ""}, "A label is 1 to 60 letters"),
            ({"number": "4"}, "There is no such version; choose one from 1 to 3."),
            ({"number": "0"}, "There is no such version"),
            ({"number": "x"}, "There is no such version"),
            ({"number": "9" * 40}, "There is no such version"),
            ({"number": "1"}, "“production” points to v1 already"),
            ({"note": "x" * 2_001}, "Write 2,000 characters at most"),
        ],
    )
    def test_what_cannot_be_proposed_is_said_and_stays_typed(self, erins, three, fields, sentence):
        answer = propose(erins, three, **fields)
        assert sentence in said(answer, 422)
        if "note" not in fields:
            assert "It is kinder." in said(answer, 422)
        assert not Proposal.objects.exists()

    def test_a_second_one_is_led_to_the_open_one(self, adams, three, proposed):
        url = f"/t/acme/prompts/{three.pk}/proposal/?label=production&number=2"
        for answer in (propose(adams, three, number="2"), adams.get(url, follow=True)):
            assert answer.redirect_chain == [(f"/t/acme/proposals/{proposed.pk}/", 302)]
            assert "is open already" in said(answer)
        assert Proposal.objects.count() == 1

    def test_viewers_read_and_strangers_see_nothing(
        self, bobs, client_of, charlie, three, proposed
    ):
        assert propose(bobs, three, label="other").status_code == 403
        page = said(bobs.get(f"/t/acme/proposals/{proposed.pk}/"))
        assert "Approve" not in page
        strangers = client_of(charlie)
        for path in (f"prompts/{three.pk}/proposal/", f"proposals/{proposed.pk}/", "proposals/"):
            for team in ("acme", "elsewhere"):
                status = 200 if (team, path) == ("elsewhere", "proposals/") else 404
                assert strangers.get(f"/t/{team}/{path}").status_code == status
        for what in ("approval", "refusal", "withdrawal", "rollback"):
            assert act(bobs, proposed, what).status_code == 403
            for team in ("acme", "elsewhere"):
                url = f"/t/{team}/proposals/{proposed.pk}/{what}/"
                assert strangers.post(url).status_code == 404
        proposed.refresh_from_db()
        assert proposed.state == "open"

    def test_what_people_write_is_shown_as_text(self, erins, bobs, three):
        hostile = "<img src=x onerror=alert(1)>\u202e{{7*7}}"
        page = said(propose(erins, three, note=hostile))
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
        page = said(bobs.get(f"/t/acme/prompts/{three.pk}/history/"))
        assert "<img src=x" not in page


class TestDeciding:
    def test_another_editor_approves_and_the_label_moves(self, adams, adam, three, proposed):
        page = said(act(adams, proposed, "approval", note="Good."))
        assert "“production” points to v3." in page
        proposed.refresh_from_db()
        assert (proposed.state, proposed.decided_by) == ("approved", adam)
        assert proposed.decision_note == "Good."
        assert placed(three) == {"production": 3}
        move = LabelMove.objects.get()
        assert (move.from_number, move.to_number, move.moved_by) == (1, 3, adam)
        actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["proposal.approve", "label.move"]
        assert told("decision") == ["Erin"]

    @pytest.mark.parametrize("note", ["Too kind.", ""])
    def test_another_editor_declines_and_may_say_why(self, adams, three, proposed, note):
        said(act(adams, proposed, "refusal", note=note))
        proposed.refresh_from_db()
        assert (proposed.state, proposed.decision_note) == ("declined", note)
        assert placed(three) == {"production": 1}
        assert told("decision") == ["Erin"]

    @pytest.mark.parametrize("what", ["approval", "refusal"])
    @pytest.mark.parametrize("role", ["editor", "owner"])
    def test_the_author_never_decides(self, erins, erin, three, proposed, what, role):
        Membership.objects.filter(user=erin).update(role=role)
        answer = act(erins, proposed, what, note="I think so.")
        assert "another editor decides" in said(answer, 422)
        proposed.refresh_from_db()
        assert (proposed.state, placed(three)) == ("open", {"production": 1})

    def test_the_author_alone_withdraws(self, erins, adams, three, proposed):
        assert "Only who proposed this" in said(act(adams, proposed, "withdrawal"), 422)
        said(act(erins, proposed, "withdrawal"))
        proposed.refresh_from_db()
        assert proposed.state == "withdrawn"
        assert not Notice.objects.exists()
        assert propose(erins, three).status_code == 200
        assert Proposal.objects.filter(state="open").count() == 1

    @pytest.mark.parametrize("state", ["approved", "declined", "withdrawn"])
    def test_what_is_settled_stays_so(self, adams, erins, three, proposed, state):
        Proposal.objects.update(state=state)
        for client, what in ((adams, "approval"), (adams, "refusal"), (erins, "withdrawal")):
            page = said(act(client, proposed, what, note="Late"), 422)
            assert f"This proposal was {state} already" in page
        assert placed(three) == {"production": 1}

    def test_a_note_that_is_too_long_stays_typed(self, adams, three, proposed):
        note = "x" * 2_001
        page = said(act(adams, proposed, "approval", note=note), 422)
        assert note in page
        assert placed(three) == {"production": 1}


class TestMeanwhile:
    def test_a_label_that_has_moved_is_not_moved_on(self, adams, three, proposed):
        for number in (2, 3):
            put(three, number)
            page = said(adams.get(f"/t/acme/proposals/{proposed.pk}/"))
            assert f"is on v{number} by now" in page
            page = said(act(adams, proposed, "approval"), 422)
            assert f"“production” is on v{number} by now, not on v1" in page
            assert placed(three) == {"production": number}
        Label.objects.all().delete()
        assert "is on no version by now" in said(act(adams, proposed, "approval"), 422)
        assert not LabelMove.objects.exists()
        said(act(adams, proposed, "refusal", note="Old"))

    def test_an_archived_prompt_keeps_its_labels(self, adams, erins, three, proposed):
        Prompt.objects.update(archived_at=timezone.now())
        assert "The prompt is archived" in said(act(adams, proposed, "approval"), 422)
        assert "The prompt is archived" in said(propose(erins, three, label="other"), 422)
        Prompt.objects.update(archived_at=None)
        said(act(adams, proposed, "approval"))
        Prompt.objects.update(archived_at=timezone.now())
        assert "The prompt is archived" in said(act(adams, proposed, "rollback"), 422)
        assert placed(three) == {"production": 3}

    def test_without_its_version_nothing_is_approved(self, adams, three, proposed):
        three.versions.filter(number=3).delete()
        said(adams.get(f"/t/acme/proposals/{proposed.pk}/"))
        assert "There is no v3" in said(act(adams, proposed, "approval"), 422)
        proposed.refresh_from_db()
        assert (proposed.state, placed(three)) == ("open", {"production": 1})
        assert not AuditEvent.objects.exists()

    def test_with_its_prompt_a_proposal_goes(self, adams, erin, three, proposed, acme):
        Notice.objects.create(team=acme, user=erin, kind="decision", proposal=proposed)
        three.delete()
        assert act(adams, proposed, "approval").status_code == 404
        assert not Notice.objects.exists()

    def test_after_protection_is_lifted_it_is_still_decided(self, adams, three, proposed):
        ProtectedLabel.objects.all().delete()
        said(act(adams, proposed, "approval"))
        assert placed(three) == {"production": 3}

    def test_who_lost_the_right_decides_nothing(self, adams, adam, three, proposed):
        Membership.objects.filter(user=adam).update(role="viewer")
        assert act(adams, proposed, "approval").status_code == 403
        assert placed(three) == {"production": 1}

    def test_a_proposal_outlives_its_author(self, adams, erin, three, proposed):
        Proposal.objects.update(author=None)
        assert "somebody who left" in said(adams.get(f"/t/acme/proposals/{proposed.pk}/"))
        said(act(adams, proposed, "approval"))
        assert not Notice.objects.exists()

    def test_with_its_prompt_it_moves_to_another_team(self, erins, erin, adam, three, proposed):
        ProtectedLabel.objects.all().delete()
        labs = Team.objects.create(name="Labs", slug="labs")
        Membership.objects.create(team=labs, user=erin, role="editor")
        comment = Comment.objects.create(team=three.team, proposal=proposed, text="Why?")
        for user in (erin, adam):
            fields = {"team": three.team, "user": user, "kind": "proposal"}
            Notice.objects.create(proposal=proposed, **fields)
            Notice.objects.create(comment=comment, **fields)
        answer = erins.post(f"/t/acme/prompts/{three.pk}/transfer/", {"team": "labs"})
        assert answer.status_code == 302
        proposed.refresh_from_db()
        comment.refresh_from_db()
        assert (proposed.team, proposed.state, comment.team) == (labs, "withdrawn", labs)
        notices = Notice.objects.values_list("team", "user")
        assert list(notices) == [(labs.pk, erin.pk)] * 2
        page = said(erins.get(f"/t/labs/proposals/{proposed.pk}/"))
        assert "The prompt moved to another team." in page


class TestRollingBack:
    def test_any_editor_brings_the_label_back_once(self, adams, erins, erin, three, proposed):
        assert "Only an approved proposal" in said(act(erins, proposed, "rollback"), 422)
        act(adams, proposed, "approval")
        assert "Roll back" in said(erins.get(f"/t/acme/proposals/{proposed.pk}/"))
        page = said(act(erins, proposed, "rollback"))
        assert "Rolled back" in page
        assert placed(three) == {"production": 1}
        proposed.refresh_from_db()
        assert proposed.rolled_back_by == erin
        moves = LabelMove.objects.order_by("pk").values_list("from_number", "to_number")
        assert list(moves) == [(1, 3), (3, 1)]
        actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
        assert actions[-2:] == ["proposal.roll-back", "label.move"]
        assert told("rollback") == ["Adam"]
        assert "and once" in said(act(erins, proposed, "rollback"), 422)

    def test_not_once_the_label_has_moved_on(self, adams, erins, three, proposed):
        act(adams, proposed, "approval")
        put(three, 2)
        assert "Roll back</button>" not in said(erins.get(f"/t/acme/proposals/{proposed.pk}/"))
        page = said(act(erins, proposed, "rollback"), 422)
        assert "there is nothing to roll back" in page
        assert placed(three) == {"production": 2}


class TestTheList:
    def test_the_open_ones_come_first_and_others_by_their_state(self, erins, three, proposed):
        Proposal.objects.create(
            team=three.team, prompt=three, label="old", to_number=2, state="declined"
        )
        page = said(erins.get("/t/acme/proposals/"))
        assert "production to v3" in page
        assert "old to v2" not in page
        page = said(erins.get("/t/acme/proposals/?state=declined"))
        assert "production to v3" not in page
        assert "old to v2" in page
        page = said(erins.get(f"/t/acme/proposals/?state=all&prompt={three.pk}"))
        assert page.index("old to v2") < page.index("production to v3")
        assert "production to v3" not in said(erins.get("/t/acme/proposals/?prompt=999"))
        for odd in ("state=x", "prompt=x", "before=x", f"before={'9' * 30}"):
            assert "production to v3" in said(erins.get(f"/t/acme/proposals/?{odd}"))

    def test_pages_have_the_same_few_queries_however_many_there_are(
        self, erins, erin, three, proposed
    ):
        def count(url: str) -> int:
            with CaptureQueriesContext(connection) as found:
                said(erins.get(url))
            return len(found)

        count("/t/acme/proposals/")  # the first page of a session writes it
        few = count("/t/acme/proposals/?state=all")
        Proposal.objects.bulk_create(
            Proposal(
                team=three.team,
                prompt=three,
                label=f"l{number}",
                to_number=2,
                author=erin,
                state="declined",
            )
            for number in range(PAGE_SIZE)
        )
        assert count("/t/acme/proposals/?state=all") == few
        page = said(erins.get("/t/acme/proposals/?state=all"))
        assert "production to v3" not in page
        older = f"?state=all&amp;before={Proposal.objects.order_by('-pk')[PAGE_SIZE - 1].pk}"
        assert older in page
        assert "production to v3" in said(
            erins.get(f"/t/acme/proposals/{older}".replace("amp;", ""))
        )
