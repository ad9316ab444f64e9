"""Comments: written, answered, changed, deleted and resolved, and who may."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workbench.accounts.models import AuditEvent, Membership, Team, User
from workbench.prompts.models import Prompt
from workbench.runs import retention
from workbench.runs.models import Run
from workbench.sharing.comments import listing, writing
from workbench.sharing.comments.passages import NOT_THERE, TOO_LONG
from workbench.sharing.models import Comment, Notice, Proposal

from .marked import CONTENT

ClientOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def adams(client_of: ClientOf, adam: User) -> Client:
    return client_of(adam)


@pytest.fixture
def list_of(prompt: Prompt) -> str:
    """The address of the comments on version 1."""
    return f"/t/acme/prompts/{prompt.pk}/versions/1/comments/"


@pytest.fixture
def say(list_of: str, erins: Client) -> Callable[..., Comment]:
    """Writes a comment on version 1, as Erin unless told otherwise."""

    def say(text: str, client: Client | None = None, **fields: Any) -> Comment:
        answer = (client or erins).post(f"{list_of}writing/", {"text": text, **fields})
        assert answer.status_code == 302, answer.content.decode()
        return Comment.objects.latest("pk")

    return say


def act(client: Client, comment: Comment, action: str, **fields: Any) -> HttpResponse:
    return client.post(f"/t/acme/comments/{comment.pk}/{action}/", fields)


class TestWriting:
    def test_a_comment_is_kept_and_the_page_leads_to_it(self, erins, list_of):
        answer = erins.post(f"{list_of}writing/", {"text": "  Good\r\nwork\x00 "})
        made = Comment.objects.get()
        assert (made.text, made.author_name, made.version_number) == ("Good\nwork\ufffd", "Erin", 1)
        assert answer["Location"] == f"{list_of}?before={made.pk + 1}#comment-{made.pk}"
        page = erins.get(answer["Location"]).content.decode()
        assert f'id="comment-{made.pk}"' in page
        assert "Good\nwork" in page

    def test_htmx_gets_the_list_with_the_focus_on_the_new_one(self, erins, list_of):
        answer = erins.post(f"{list_of}writing/", {"text": "Hello"}, headers=HTMX)
        made = Comment.objects.get()
        text = answer.content.decode()
        assert "<html" not in text
        assert re.search(rf'id="comment-{made.pk}"[^>]*autofocus', text)

    def test_everything_can_be_commented_on(self, erins, acme, prompt, run, erin):
        proposal = Proposal.objects.create(team=acme, prompt=prompt, label="live", to_number=1)
        for path in (f"prompts/{prompt.pk}", f"runs/{run.pk}", f"proposals/{proposal.pk}"):
            url = f"/t/acme/{path}/comments/"
            answer = erins.post(f"{url}writing/", {"text": f"On {path}"})
            assert answer["Location"].startswith(url)
            assert f"On {path}" in erins.get(url).content.decode()
        assert Comment.objects.filter(prompt=prompt, version_number=None).count() == 1
        assert Comment.objects.filter(run=run).count() == 1
        assert Comment.objects.filter(proposal=proposal).count() == 1

    def test_a_passage_is_found_and_shown_with_a_way_to_it(self, erins, say, list_of):
        made = say("Why this?", quote="TURN-MARK  in\n{{CITY}}")
        assert made.passage == {
            "path": "messages[0].content",
            "start": 0,
            "end": 21,
            "quote": "TURN-MARK in {{CITY}}",
        }
        page = erins.get(list_of).content.decode()
        assert "Turn 1" in page
        assert "#:~:text=TURN%2DMARK%20in%20%7B%7BCITY%7D%7D" in page

    def test_a_passage_that_the_latest_version_lost_is_said_and_still_shown(
        self, erins, erin, say, list_of, prompt
    ):
        say("Gone", quote="TURN-MARK in {{CITY}}")
        say("Still there", quote="SYSTEM-MARK  of the team")
        say("About the whole")
        assert "any more" not in erins.get(list_of).content.decode()
        turns = [{"role": "user", "content": "Where in {{CITY}}?"}]
        content = CONTENT.with_body(messages=turns)
        prompt.save_version(content, erin, parent_number=1)
        for url in (list_of, f"/t/acme/prompts/{prompt.pk}/comments/"):
            page = erins.get(url).content.decode()
            threads = page.split('<article class="stack thread"')[1:]
            assert ["Not in v2 any more" in thread for thread in threads] == [False, False, True]
            assert "TURN-MARK in {{CITY}}</p>" in threads[2]
            assert f"/prompts/{prompt.pk}/versions/1/#:~:text=TURN" in threads[2]
        prompt.versions.get(number=2).delete()
        assert "any more" not in erins.get(list_of).content.decode()

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"text": " \n "}, writing.EMPTY),
            ({"text": "x" * 10_001}, writing.TOO_LONG),
            ({"text": "x" * 65_000, "quote": "y" * 65_000}, writing.TOO_LONG),
            ({"text": "Kept as typed", "quote": "y" * 65_000}, TOO_LONG),
            ({"text": "Kept as typed", "quote": "not in it"}, NOT_THERE),
            ({"text": "Kept as typed", "parent": "999999"}, writing.NO_PARENT),
            ({"text": "Kept as typed", "parent": "x" * 40}, writing.NO_PARENT),
        ],
    )
    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
    def test_what_cannot_be_kept_is_said_and_stays_typed(
        self, erins, list_of, fields, sentence, headers
    ):
        answer = erins.post(f"{list_of}writing/", fields, headers=headers)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in text
        assert fields["text"][:50] in text
        assert fields.get("quote", "") in text
        assert not Comment.objects.exists()

    def test_a_mistake_in_an_answer_is_shown_at_the_answer(self, erins, say, list_of):
        root = say("Hello")
        fields = {"text": "y" * 10_001, "parent": root.pk}
        text = erins.post(f"{list_of}writing/", fields, headers=HTMX).content.decode()
        assert re.search(rf'id="answer-{root.pk}"[^>]*aria-invalid="true"', text)
        assert text.count("y" * 10_001) == 1

    def test_viewers_read_and_do_not_write(self, client_of, bob, say, list_of):
        root = say("Hello")
        bobs = client_of(bob)
        page = bobs.get(list_of).content.decode()
        assert "Hello" in page
        assert "<textarea" not in page
        assert f"/comments/{root.pk}/resolution/" not in page
        assert f"/comments/{root.pk}/deletion/" not in page
        assert bobs.post(f"{list_of}writing/", {"text": "Me too"}).status_code == 403
        for action in ("deletion", "resolution", "reopening", "text"):
            assert act(bobs, root, action).status_code == 403
        assert Comment.objects.get().text == "Hello"

    def test_strangers_find_nothing(self, client_of, charlie, say, list_of, prompt):
        root = say("Hello")
        charlies = client_of(charlie)
        for url in (list_of, f"/t/acme/comments/{root.pk}/", f"/t/elsewhere/comments/{root.pk}/"):
            assert charlies.get(url).status_code == 404
        own = f"/t/elsewhere/prompts/{prompt.pk}/versions/1/comments/"
        assert charlies.post(f"{own}writing/", {"text": "Hi"}).status_code == 404
        assert Comment.objects.count() == 1

    def test_fields_that_nobody_offered_change_nothing(self, erins, alice, list_of):
        fields = {"text": "Hi", "author": alice.pk, "team": 99, "resolved_at": "2026-01-01"}
        erins.post(f"{list_of}writing/", fields)
        made = Comment.objects.get()
        assert (made.author_name, made.resolved_at, made.team.slug) == ("Erin", None, "acme")

    def test_the_fragment_of_a_page_is_a_link_without_script(self, erins, prompt, run):
        for page, url in (
            (f"prompts/{prompt.pk}/versions/1/", f"prompts/{prompt.pk}/versions/1/comments/"),
            (f"prompts/{prompt.pk}/history/", f"prompts/{prompt.pk}/comments/"),
            (f"runs/{run.pk}/", f"runs/{run.pk}/comments/"),
        ):
            text = erins.get(f"/t/acme/{page}").content.decode()
            assert f'<a href="/t/acme/{url}">' in text
            assert f'hx-get="/t/acme/{url}"' in text


class TestThreads:
    def test_answers_stand_below_in_the_order_they_came(self, adams, say, erins, list_of):
        root = say("Question")
        say("First", adams, parent=root.pk)
        say("Second", parent=root.pk)
        text = erins.get(list_of).content.decode()
        assert text.index("Question") < text.index("First") < text.index("Second")
        assert Comment.objects.filter(parent=root, version_number=1).count() == 2

    def test_an_answer_has_no_answers(self, erins, say, list_of):
        answer = say("First", parent=say("Question").pk)
        refused = erins.post(f"{list_of}writing/", {"text": "Deep", "parent": answer.pk})
        assert refused.status_code == 422

    def test_a_thread_of_another_subject_is_not_answered_here(self, erins, prompt, run, list_of):
        erins.post(f"/t/acme/runs/{run.pk}/comments/writing/", {"text": "On the run"})
        root = Comment.objects.get()
        refused = erins.post(f"{list_of}writing/", {"text": "Hi", "parent": root.pk})
        assert refused.status_code == 422
        assert Comment.objects.count() == 1

    def test_the_page_of_a_prompt_has_those_of_its_versions(self, erins, say, prompt, list_of):
        root = say("About version 1")
        url = f"/t/acme/prompts/{prompt.pk}/comments/"
        assert "About version 1" in erins.get(url).content.decode()
        erins.post(f"{url}writing/", {"text": "Yes", "parent": root.pk})
        assert Comment.objects.latest("pk").version_number == 1
        erins.post(f"{url}writing/", {"text": "About the whole"})
        fields = {"is_whole": "1"}
        done = erins.post(f"/t/acme/comments/{root.pk}/resolution/", fields, headers=HTMX)
        assert "About the whole" in done.content.decode()
        assert "About the whole" not in erins.get(list_of).content.decode()

    def test_a_thread_has_so_many_answers_at_most(self, erins, say, list_of, acme, prompt):
        root = say("Question")
        Comment.objects.bulk_create(
            Comment(team=acme, prompt=prompt, version_number=1, parent=root, text="Yes")
            for _ in range(writing.MOST_ANSWERS)
        )
        refused = erins.post(f"{list_of}writing/", {"text": "One more", "parent": root.pk})
        assert refused.status_code == 422
        assert writing.TOO_MANY in refused.content.decode()

    def test_the_list_is_cut_into_pages(self, erins, acme, prompt, list_of):
        Comment.objects.bulk_create(
            Comment(team=acme, prompt=prompt, version_number=1, text=f"Number {number}.")
            for number in range(listing.PAGE_SIZE + 2)
        )
        first = erins.get(list_of).content.decode()
        assert f"Number {listing.PAGE_SIZE + 1}." in first
        assert "Number 1." not in first
        older = re.search(r'href="([^"]+)">Older comments', first)
        assert older
        second = erins.get(older[1]).content.decode()
        assert "Number 1." in second
        assert "Number 2." not in second
        assert "Older comments" not in second
        for odd in ("x", "9" * 30, "-1"):
            assert erins.get(f"{list_of}?before={odd}").status_code == 200

    def test_what_is_done_on_an_older_page_is_answered_with_that_page(
        self, erins, acme, prompt, say, list_of
    ):
        root = say("The oldest")
        Comment.objects.bulk_create(
            Comment(team=acme, prompt=prompt, version_number=1, text="Newer")
            for _ in range(listing.PAGE_SIZE)
        )
        fields = {"text": "Late", "parent": root.pk, "before": root.pk + 1}
        answer = erins.post(f"{list_of}writing/", fields, headers=HTMX).content.decode()
        assert "The oldest" in answer
        assert "Late" in answer

    def test_the_number_of_queries_does_not_grow(self, erins, acme, prompt, say, list_of, adam):
        def count() -> int:
            with CaptureQueriesContext(connection) as found:
                assert erins.get(list_of).status_code == 200
            return len(found)

        say("Answer", parent=say("@Adam look", quote="TURN-MARK").pk)
        few = count()
        for _ in range(4):
            act(erins, say("Resolved"), "resolution")
            root = say("@Adam look", quote="TURN-MARK")
            for _ in range(3):
                say("@Adam answer", parent=root.pk)
        assert count() == few


class TestChanging:
    def test_ones_own_is_changed_and_marked(self, erins, say, list_of):
        made = say("Frist")
        assert "Frist" in erins.get(f"/t/acme/comments/{made.pk}/text/").content.decode()
        answer = act(erins, made, "text", text="First")
        assert answer["Location"].endswith(f"#comment-{made.pk}")
        made.refresh_from_db()
        assert made.text == "First"
        assert made.edited_at
        assert "changed" in erins.get(list_of).content.decode()

    def test_a_bad_change_is_refused_and_stays_typed(self, erins, say):
        made = say("Hello")
        answer = act(erins, made, "text", text="z" * 10_001)
        assert answer.status_code == 422
        assert "z" * 10_001 in answer.content.decode()
        made.refresh_from_db()
        assert made.text == "Hello"

    def test_nobody_changes_another_persons(self, adams, say, client_of, alice):
        made = say("Hello")
        for client in (adams, client_of(alice)):
            assert client.get(f"/t/acme/comments/{made.pk}/text/").status_code == 403
            assert act(client, made, "text", text="Mine").status_code == 403
        made.refresh_from_db()
        assert made.text == "Hello"

    def test_a_deleted_one_cannot_be_changed(self, erins, say):
        made = say("Hello")
        act(erins, made, "deletion")
        assert act(erins, made, "text", text="Back").status_code == 404
        assert Comment.objects.get().text == ""

    def test_who_was_mentioned_stays_so_under_another_name(self, erins, say, adam):
        made = say("@Adam look")
        User.objects.filter(pk=adam.pk).update(name="Adrian")
        act(erins, made, "text", text="@Adam look here")
        made.refresh_from_db()
        assert made.mentions == {"Adam": adam.pk}


class TestDeleting:
    def test_its_text_goes_and_it_disappears(self, erins, say, list_of):
        made = say("Secret", quote="TURN-MARK")
        act(erins, made, "deletion")
        made.refresh_from_db()
        assert (made.text, made.passage, made.mentions) == ("", None, {})
        assert "Nobody has said anything yet" in erins.get(list_of).content.decode()
        assert not AuditEvent.objects.filter(action="comment.delete-any").exists()

    def test_answers_stay_below_a_deleted_one(self, erins, adams, say, list_of):
        root = say("Secret")
        say("An answer", adams, parent=root.pk)
        done = erins.post(f"/t/acme/comments/{root.pk}/deletion/", headers=HTMX).content.decode()
        assert "Secret" not in done
        assert "Deleted." in done
        assert "An answer" in done
        assert f'value="{root.pk}"' not in done  # nothing more is answered there
        refused = erins.post(f"{list_of}writing/", {"text": "Late", "parent": root.pk})
        assert refused.status_code == 422
        assert "Late" in refused.content.decode()

    def test_editors_do_not_delete_others(self, erins, adams, say):
        made = say("Hello", adams)
        assert act(erins, made, "deletion").status_code == 403
        assert Comment.objects.get().text == "Hello"

    def test_admins_delete_others_once_and_it_is_in_the_audit(self, adams, say, erin):
        made = say("Private words")
        for _ in range(2):
            assert act(adams, made, "deletion").status_code == 302
        event = AuditEvent.objects.get(action="comment.delete-any")
        assert (event.target, event.detail["comment"]) == ("Erin", made.pk)
        assert event.team is not None
        assert "Private" not in str(event.detail)

    def test_what_told_of_it_goes_as_well(self, erins, adam, say):
        made = say("@Adam look")
        assert Notice.objects.filter(user=adam).count() == 1
        act(erins, made, "deletion")
        assert not Notice.objects.exists()


class TestResolving:
    def test_a_thread_is_resolved_and_taken_up_again(self, erins, adams, say, list_of, adam):
        root = say("Question")
        act(adams, root, "resolution")
        root.refresh_from_db()
        assert root.resolved_by == adam
        page = erins.get(list_of).content.decode()
        assert "Resolved by" in page
        assert "Reopen" in page
        act(erins, root, "reopening")
        root.refresh_from_db()
        assert (root.resolved_by, root.resolved_at) == (None, None)

    def test_the_first_who_resolves_it_is_named(self, erins, adams, say, adam):
        root = say("Question")
        act(adams, root, "resolution")
        act(erins, root, "resolution")
        root.refresh_from_db()
        assert root.resolved_by == adam

    def test_answers_are_not_resolved(self, erins, say):
        answer = say("Answer", parent=say("Question").pk)
        act(erins, answer, "resolution")
        answer.refresh_from_db()
        assert answer.resolved_at is None


def test_hostile_words_are_text_everywhere(
    erins: Client, erin: User, say: Callable[..., Comment], list_of: str
) -> None:
    hostile = "<img src=x onerror=alert(1)>{{7*7}}'\"</textarea>"
    User.objects.filter(pk=erin.pk).update(name=hostile)
    root = say(f"{hostile} @{hostile} https://e.com/{hostile}")
    act(erins, root, "resolution")
    for url in (list_of, f"/t/acme/comments/{root.pk}/text/", "/t/acme/inbox/"):
        page = erins.get(url).content.decode()
        assert "<img src=x" not in page
        assert "'\"</textarea>" not in page


def test_comments_go_with_what_they_are_about(
    erins: Client, say: Callable[..., Comment], prompt: Prompt, run: Run
) -> None:
    say("Answer", parent=say("Question").pk)
    erins.post(f"/t/acme/runs/{run.pk}/comments/writing/", {"text": "On the run"})
    erins.post(f"/t/acme/prompts/{prompt.pk}/archive/")
    page = erins.get(f"/t/acme/prompts/{prompt.pk}/deletion/").content.decode()
    assert "<li>2 comments</li>" in page
    Run.objects.filter(pk=run.pk).delete()
    assert Comment.objects.count() == 2
    prompt.delete()
    assert not Comment.objects.exists()


def test_retention_takes_the_comments_on_old_runs_and_what_told_of_them(
    adams: Client, say: Callable[..., Comment], acme: Team, run: Run, erins: Client
) -> None:
    say("On the version", adams)
    url = f"/t/acme/runs/{run.pk}/comments/writing/"
    adams.post(url, {"text": "@Erin look"})
    root = Comment.objects.latest("pk")
    erins.post(url, {"text": "Yes", "parent": root.pk})
    assert Notice.objects.count() == 3
    Team.objects.filter(pk=acme.pk).update(run_days=1)
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(days=2))
    assert retention.delete_a_batch() == 1
    connection.check_constraints()
    assert [comment.text for comment in Comment.objects.all()] == ["On the version"]
    assert [notice.comment.text for notice in Notice.objects.all()] == ["On the version"]
    assert erins.get("/t/acme/inbox/").status_code == 200
    assert erins.get(f"/t/acme/comments/{root.pk}/").status_code == 404


def test_who_leaves_stays_named_and_can_be_answered(
    adams: Client, erins: Client, say: Callable[..., Comment], adam: User, list_of: str
) -> None:
    root = say("Question", adams)
    say("@Adam look", parent=root.pk)
    Membership.objects.filter(user=adam).delete()
    page = erins.get(list_of).content.decode()
    assert "<strong>@Adam</strong> look" in page
    assert f'<option value="{adam.pk}"' not in page
    Notice.objects.all().delete()
    say("Still here? @Adam", parent=root.pk)
    assert not Notice.objects.exists()
    adam.delete()
    page = erins.get(list_of).content.decode()
    assert '<strong dir="auto">Adam</strong>' in page
    assert "<strong>@Adam</strong> look" in page


def test_comments_move_with_their_prompt(
    erins: Client,
    say: Callable[..., Comment],
    prompt: Prompt,
    run: Run,
    erin: User,
    adam: User,
    alice: User,
    client_of: ClientOf,
) -> None:
    labs = Team.objects.create(name="Labs", slug="labs")
    labs.memberships.create(user=erin, role="editor")
    labs.memberships.create(user=alice, role="viewer")
    root = say("@Adam @Alice look")
    say("Answer", parent=root.pk)
    erins.post(f"/t/acme/runs/{run.pk}/comments/writing/", {"text": "On the run"})
    moved = erins.post(f"/t/acme/prompts/{prompt.pk}/transfer/", {"team": "labs"})
    assert moved.status_code == 302
    connection.check_constraints()
    page = client_of(alice).get(f"/t/labs/prompts/{prompt.pk}/comments/").content.decode()
    assert "Answer" in page
    assert "<strong>@Adam</strong>" in page
    assert Notice.objects.get(comment=root).user == alice
    assert Notice.objects.get(comment=root).team == labs
    assert Comment.objects.get(run=run).team.slug == "acme"
    assert client_of(adam).get(f"/t/acme/comments/{root.pk}/").status_code == 404
