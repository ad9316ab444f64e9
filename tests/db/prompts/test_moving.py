"""A prompt that moves to another team takes along what belongs to it, and loses nobody's text."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workbench.accounts.models import AuditEvent, Membership, Team, User
from workbench.prompts.content import Content
from workbench.prompts.media.sources import kept_source
from workbench.prompts.models import (
    Draft,
    DraftCopy,
    Label,
    LabelMove,
    Media,
    Presence,
    Prompt,
    Star,
    ValueSet,
)
from workbench.prompts.opening import draft_of
from workbench.prompts.saving import make_prompt
from workbench.runs.models import Comparison, Run, State


@pytest.fixture
def labs(erin):
    """Another team in which Erin is an editor."""
    labs = Team.objects.create(name="Labs", slug="labs")
    Membership.objects.create(team=labs, user=erin, role="editor")
    return labs


@pytest.fixture
def move(erins, prompt, labs):
    """Moves the prompt to a team as Erin does, and gives the page that follows."""

    def move(team="labs"):
        url = f"/t/acme/prompts/{prompt.pk}/transfer/"
        return erins.post(url, {"team": team}, follow=True)

    return move


@pytest.fixture
def mine(erins_access, prompt, erins, post):
    """Erin's changed draft of the prompt."""
    draft = draft_of(erins_access, prompt)
    post(erins, f"drafts/{draft.pk}/", name="Greeting", system__text="Erin's text")
    return draft


@pytest.fixture
def theirs(alice, acme, prompt):
    """Alice's draft of the prompt; she is not in Labs."""
    content = Content.blank().with_body(system="Alice's text")
    return Draft.objects.create(
        team=acme, user=alice, prompt=prompt, base_number=1, name="Mine", content=content.to_dict()
    )


def run_of(draft, **fields):
    return Run.objects.create(
        team=draft.team,
        user=draft.user,
        draft=draft,
        prompt=draft.prompt,
        request={},
        request_hash="0" * 64,
        model="m",
        upstream="simulator",
        idempotency_key=f"{draft.pk}",
        state=State.SUCCEEDED,
        **fields,
    )


def image(acme, digit):
    digest = digit * 64
    Media.objects.create(
        team=acme, sha256=digest, media_type="image/png", size=3, width=1, height=1, bytes=b"png"
    )
    return {"type": "image", "source": kept_source(digest, "image/png")}


class TestMove:
    def test_all_that_belongs_to_it_goes_along(self, move, prompt, labs, acme, alice):
        label = Label.objects.create(
            team=acme, prompt=prompt, name="production", version=prompt.latest
        )
        step = LabelMove.objects.create(team=acme, prompt=prompt, name="production", to_number=1)
        values = ValueSet.objects.create(team=acme, prompt=prompt, name="angry", values={"A": "b"})
        page = move()
        connection.check_constraints()
        assert page.redirect_chain[-1][0] == f"/t/labs/prompts/{prompt.pk}/details/"
        assert "“Greeting” is in Labs now." in page.content.decode()
        for row in (prompt, prompt.latest, label, step, values):
            row.refresh_from_db()
            assert row.team == labs
        assert (prompt.latest.author, prompt.latest_author) == (alice, alice)
        assert not Prompt.objects.filter(team=acme).exists()

    def test_both_teams_are_told(self, move, erin, labs, acme, prompt):
        move()
        events = AuditEvent.objects.filter(action__startswith="prompt.move").order_by("pk")
        assert [(each.action, each.team) for each in events] == [
            ("prompt.move-out", acme),
            ("prompt.move-in", labs),
        ]
        assert events[0].detail["to_team"] == "labs"

    def test_a_draft_of_who_edits_there_goes_along(self, move, mine, labs, erin, acme):
        copy = DraftCopy.objects.create(team=acme, draft=mine, page="p", base={})
        run = run_of(mine, prompt_name="Greeting")
        comparison = Comparison.objects.create(team=acme, user=erin, draft=mine)
        move()
        connection.check_constraints()
        for row in (mine, copy, run, comparison):
            row.refresh_from_db()
        assert (mine.team, copy.team, mine.parsed.body["system"]) == (labs, labs, "Erin's text")
        assert (run.team, run.prompt, run.draft, run.prompt_name) == (acme, None, None, "Greeting")
        assert (comparison.team, comparison.draft) == (acme, None)

    @pytest.mark.parametrize("role", [None, "viewer"])
    def test_a_draft_of_anybody_else_stays_behind_whole(
        self, move, theirs, labs, alice, acme, role
    ):
        if role:
            Membership.objects.create(team=labs, user=alice, role=role)
        run = run_of(theirs)
        page = move().content.decode()
        theirs.refresh_from_db()
        run.refresh_from_db()
        assert (theirs.team, theirs.prompt, theirs.name) == (acme, None, "Mine (was Greeting)")
        assert theirs.parsed.body["system"] == "Alice's text"
        assert (run.draft, run.prompt, run.prompt_name) == (theirs, None, "Greeting")
        assert "A draft of a person who does not edit there stayed behind" in page

    def test_stars_and_presence_of_members_go_along(self, move, prompt, acme, alice, erin, labs):
        from django.utils import timezone

        for user in (alice, erin):
            Star.objects.create(team=acme, user=user, prompt=prompt)
            Presence.objects.create(team=acme, user=user, prompt=prompt, seen_at=timezone.now())
        move()
        connection.check_constraints()
        assert [(each.user, each.team) for each in Star.objects.all()] == [(erin, labs)]
        assert [(each.user, each.team) for each in Presence.objects.all()] == [(erin, labs)]

    def test_files_of_every_version_and_draft_are_there(
        self, move, prompt, acme, labs, alice, mine
    ):
        kinds = {digit: image(acme, digit) for digit in "abcd"}
        old, deep, drafted, _unused = kinds.values()
        result = {"type": "tool_result", "tool_use_id": "x", "content": [deep]}
        for block in (old, result, {"type": "text", "text": "none"}):
            content = Content.blank().with_body(messages=[{"role": "user", "content": [block]}])
            prompt.save_version(content, alice, parent_number=1)
        mine.content["body"]["messages"] = [{"role": "user", "content": [drafted]}]
        mine.save()
        Media.objects.create(
            team=labs, sha256="a" * 64, media_type="image/png", size=3, bytes=b"png"
        )
        move()
        there = Media.objects.filter(team=labs).order_by("sha256")
        assert [each.sha256[0] for each in there] == ["a", "b", "c"]
        assert (bytes(there[1].bytes), there[1].width) == (b"png", 1)
        assert Media.objects.filter(team=acme).count() == 4

    def test_the_address_for_programs_becomes_free_there(self, move, prompt, labs, erin):
        make_prompt(labs.pk, "Greeting", erin)
        make_prompt(labs.pk, "Greeting", erin)
        move()
        prompt.refresh_from_db()
        assert prompt.slug == "greeting-3"

    def test_the_address_stays_when_it_is_free(self, move, prompt):
        Prompt.objects.update(name="Renamed since")
        move()
        prompt.refresh_from_db()
        assert prompt.slug == "greeting"

    def test_a_prompt_comes_back(self, erins, move, prompt, mine, acme):
        move()
        erins.post(f"/t/labs/prompts/{prompt.pk}/transfer/", {"team": "acme"})
        mine.refresh_from_db()
        prompt.refresh_from_db()
        assert (prompt.team, mine.team, mine.prompt) == (acme, acme, prompt)

    def test_many_versions_cost_as_many_queries_as_few(self, erins, prompt, labs, alice, saying):
        counts = []
        for team, other, versions in (("acme", "labs", 5), ("labs", "acme", 50)):
            for number in range(versions):
                Prompt.objects.get().save_version(
                    saying(f"{team} {number}"), alice, parent_number=None
                )
            with CaptureQueriesContext(connection) as queries:
                erins.post(f"/t/{team}/prompts/{prompt.pk}/transfer/", {"team": other})
            counts.append(len(queries))
        assert counts[0] >= counts[1]


class TestWhereTo:
    @pytest.mark.parametrize("team", ["", "acme", "elsewhere", "nowhere", "\x00", "readers"])
    def test_only_where_the_person_edits(self, move, erin, charlie, prompt, acme, team):
        readers = Team.objects.create(name="Readers", slug="readers")
        Membership.objects.create(team=readers, user=erin, role="viewer")
        page = move(team)
        prompt.refresh_from_db()
        assert page.status_code == 422
        assert "Choose a team in which you are an editor" in page.content.decode()
        assert prompt.team == acme

    def test_the_page_offers_those_teams_alone(self, erins, prompt, labs, charlie):
        page = erins.get(f"/t/acme/prompts/{prompt.pk}/details/").content.decode()
        assert '<option value="labs">Labs</option>' in page
        assert "Elsewhere" not in page


class TestOldAddresses:
    def test_an_open_page_stores_into_the_draft_that_went_along(
        self, erins, move, mine, prompt, post, labs
    ):
        move()
        html = post(erins, f"drafts/{mine.pk}/", name="Greeting", system__text="later")
        mine.refresh_from_db()
        assert mine.parsed.body["system"] == "later"
        assert "was moved to Labs" in html.content.decode()
        saved = post(erins, f"drafts/{mine.pk}/versions/", name="Greeting", system__text="last")
        assert "Saved as v2." in saved.headers["HX-Trigger"]
        assert saved.headers["HX-Replace-Url"] == f"/t/labs/prompts/{prompt.pk}/"
        assert prompt.versions.get(number=2).team == labs

    def test_an_open_page_stores_into_the_draft_that_stayed(
        self, client_of, alice, move, theirs, post
    ):
        move()
        client = client_of(alice)
        post(client, f"drafts/{theirs.pk}/", base="1", name="Mine", system__text="later")
        theirs.refresh_from_db()
        assert (theirs.parsed.body["system"], theirs.prompt) == ("later", None)
        page = client.get(f"/t/acme/drafts/{theirs.pk}/").content.decode()
        assert "later" in page

    def test_they_lead_to_the_new_one(self, erins, move, mine, prompt):
        move()
        for path in (f"prompts/{prompt.pk}/", f"drafts/{mine.pk}/"):
            answer = erins.get(f"/t/acme/{path}")
            assert answer.headers["Location"] == f"/t/labs/prompts/{prompt.pk}/"

    def test_for_who_is_not_there_it_is_gone(self, client_of, alice, move, prompt):
        move()
        assert client_of(alice).get(f"/t/acme/prompts/{prompt.pk}/").status_code == 404

    def test_who_may_only_read_there_stores_nothing(self, erins, erin, move, mine, post, labs):
        move()
        Membership.objects.filter(team=labs, user=erin).update(role="viewer")
        assert post(erins, f"drafts/{mine.pk}/", system__text="later").status_code == 404
        mine.refresh_from_db()
        assert mine.parsed.body["system"] == "Erin's text"

    def test_somebody_elses_draft_stays_theirs(self, client_of, adam, labs, move, mine, post):
        Membership.objects.create(team=labs, user=adam, role="owner")
        move()
        for team in ("acme", "labs"):
            url = f"/t/{team}/drafts/{mine.pk}/"
            assert client_of(adam).post(url, {"name": "x"}).status_code == 404
        assert User.objects.get(pk=mine.user_id).drafts.count() == 1
