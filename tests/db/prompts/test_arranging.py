"""One prompt's details: rename, describe, tag, duplicate, archive, delete, and drafts that go."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workbench.accounts.models import AuditEvent
from workbench.prompts.models import Draft, Label, Prompt, ValueSet
from workbench.prompts.opening import draft_of
from workbench.prompts.tags import tags_of
from workbench.runs.models import Run, State


@pytest.fixture
def details(erins, prompt):
    """Posts the form of details of the prompt as Erin."""

    def details(name="Greeting", description="", tags=""):
        fields = {"name": name, "description": description, "tags": tags}
        return erins.post(f"/t/acme/prompts/{prompt.pk}/details/", fields)

    return details


@pytest.fixture
def act(erins, prompt):
    """Posts to a path below the prompt as Erin and follows; gives the page."""

    def act(path, client=erins, **fields):
        answer = client.post(f"/t/acme/prompts/{prompt.pk}/{path}/", fields, follow=True)
        return answer.content.decode()

    return act


def archive(prompt):
    Prompt.objects.filter(pk=prompt.pk).update(archived_at="2026-01-01T00:00:00Z")


def run_of(prompt, user, **fields):
    return Run.objects.create(
        team=prompt.team,
        user=user,
        prompt=prompt,
        request={},
        request_hash="0" * 64,
        model="m",
        upstream="simulator",
        idempotency_key=f"{prompt.pk} {Run.objects.count()}",
        state=State.SUCCEEDED,
        **fields,
    )


class TestDetails:
    def test_name_description_and_tags_are_taken(self, details, prompt, erin):
        answer = details("  New \n name ", " What it does\r\nand how ", "mail, Mail, 日本,\n ,🎉")
        prompt.refresh_from_db()
        assert answer.status_code == 302
        assert (prompt.name, prompt.description) == ("New name", "What it does\nand how")
        assert prompt.tags == ["mail", "日本", "🎉"]
        event = AuditEvent.objects.get(action="prompt.describe")
        assert (event.actor, event.target, event.team) == (erin, "New name", prompt.team)
        assert event.detail["renamed_from"] == "Greeting"
        assert "What it does" not in str(event.detail)

    def test_the_address_for_programs_and_the_versions_stay(self, details, prompt):
        details("Another")
        prompt.refresh_from_db()
        assert (prompt.slug, prompt.latest_number) == ("greeting", 1)

    def test_nothing_changed_leaves_no_trace(self, details):
        details()
        assert not AuditEvent.objects.filter(action="prompt.describe").exists()

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"name": "x" * 10_000}, "at most 200 characters and this one 10,000"),
            ({"name": " \t\n "}, "needs a name that can be seen"),
            ({"name": "\u200b\u202e"}, "needs a name that can be seen"),
            ({"description": "y" * 2_001}, "at most 2,000 characters and this one 2,001"),
            ({"tags": "z" * 51}, "A tag has at most 50 characters"),
            ({"tags": ",".join(map(str, range(21)))}, "at most 20 tags and these are 21"),
            ({"tags": "a, \u200b, b"}, "A tag has no character that can be seen"),
        ],
    )
    def test_what_cannot_be_is_said_once_and_stays_typed(self, details, prompt, fields, sentence):
        answer = details(**fields)
        page = answer.content.decode()
        prompt.refresh_from_db()
        assert answer.status_code == 422
        assert sentence in page
        assert next(iter(fields.values())).strip()[:40] in page
        assert (prompt.name, prompt.tags, prompt.description) == ("Greeting", [], "")

    @pytest.mark.parametrize("name", ["مرحبا بالعالم", "👩‍👩‍👧", "a\x00b", "x" * 200, "<b>&"])
    def test_unusual_names_are_taken(self, erins, details, prompt, name):
        assert details(name, name, name[:50]).status_code == 302
        prompt.refresh_from_db()
        assert prompt.name == name.replace("\x00", "\ufffd")
        assert erins.get("/t/acme/prompts/").status_code == 200

    def test_drafts_follow_the_new_name_and_keep_their_own(
        self, details, prompt, erins_access, alice, acme, erins
    ):
        mine = draft_of(erins_access, prompt)
        other = Draft.objects.create(
            team=acme, user=alice, prompt=prompt, name="Mine alone", content=mine.content
        )
        details("New")
        for draft, name in ((mine, "New"), (other, "Mine alone")):
            draft.refresh_from_db()
            assert draft.name == name

    def test_a_missing_field_is_an_empty_one(self, erins, prompt):
        answer = erins.post(f"/t/acme/prompts/{prompt.pk}/details/", {})
        assert answer.status_code == 422

    def test_an_archived_prompt_is_restored_first(self, details, prompt):
        archive(prompt)
        details("New")
        prompt.refresh_from_db()
        assert prompt.name == "Greeting"


class TestTags:
    def test_whatever_the_case_or_width_one_is_kept(self):
        assert tags_of("Straße, STRASSE, ｍａｉｌ, mail") == ["Straße", "ｍａｉｌ"]

    @pytest.mark.parametrize("text", ["", " , ,\n", ","])
    def test_nothing_typed_is_no_tag(self, text):
        assert tags_of(text) == []


class TestArchive:
    def test_it_leaves_the_list_and_comes_back(self, act, prompt, erins):
        assert "“Greeting” is archived" in act("archive")
        assert "Greeting" not in erins.get("/t/acme/prompts/").content.decode()
        assert "Greeting" in erins.get("/t/acme/prompts/?archived=1").content.decode()
        act("restoration")
        assert "Greeting" in erins.get("/t/acme/prompts/").content.decode()
        actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
        assert [each for each in actions if "prompt" in each] == [
            "prompt.archive",
            "prompt.restore",
        ]

    def test_twice_is_once(self, act, prompt):
        act("archive")
        first = Prompt.objects.get().archived_at
        act("archive")
        assert Prompt.objects.get().archived_at == first
        assert AuditEvent.objects.filter(action="prompt.archive").count() == 1

    def test_an_editor_reads_it_and_may_restore_it(self, erins, prompt):
        archive(prompt)
        page = erins.get(f"/t/acme/prompts/{prompt.pk}/").content.decode()
        assert "Hello" in page
        assert f"/t/acme/prompts/{prompt.pk}/restoration/" in page
        assert "prompt-form" not in page
        assert "Open as draft" not in page
        assert not Draft.objects.exists()

    def test_a_viewer_reads_it_without_a_way_to_restore_it(self, client_of, bob, prompt):
        archive(prompt)
        page = client_of(bob).get(f"/t/acme/prompts/{prompt.pk}/").content.decode()
        assert "This prompt is archived" in page
        assert "restoration" not in page

    def test_it_is_not_opened_as_a_draft(self, erins, prompt, post):
        archive(prompt)
        answer = post(erins, "drafts/", htmx=False, prompt=str(prompt.pk), number="1")
        assert answer.headers["Location"] == f"/t/acme/prompts/{prompt.pk}/"
        assert not Draft.objects.exists()

    @pytest.mark.parametrize("htmx", [True, False])
    def test_a_save_is_refused_and_the_text_kept(self, erins, erins_access, prompt, post, htmx):
        draft = draft_of(erins_access, prompt)
        archive(prompt)
        url = f"drafts/{draft.pk}/versions/"
        answer = post(erins, url, htmx=htmx, system__text="precious", name="Other")
        draft.refresh_from_db()
        prompt.refresh_from_db()
        assert answer.status_code == 422
        told = answer.headers.get("HX-Trigger", "") + answer.content.decode()
        assert "The prompt is archived: restore it to save versions." in told
        assert (draft.parsed.body["system"], prompt.latest_number) == ("precious", 1)
        assert prompt.name == "Greeting"

    def test_an_open_page_goes_on_storing_and_says_so(self, erins, erins_access, prompt, post):
        draft = draft_of(erins_access, prompt)
        archive(prompt)
        html = post(erins, f"drafts/{draft.pk}/", system__text="more").content.decode()
        draft.refresh_from_db()
        assert "This prompt was archived." in html
        assert draft.parsed.body["system"] == "more"


class TestDuplicate:
    @pytest.fixture(autouse=True)
    def rich(self, prompt, erin, alice, saying):
        prompt.save_version(saying("Hi"), erin, parent_number=1, note="Shorter")
        prompt.description, prompt.tags = "Says hello", ["chat"]
        prompt.save()
        Label.objects.create(
            team=prompt.team, prompt=prompt, name="production", version=prompt.latest
        )
        ValueSet.objects.create(
            team=prompt.team, prompt=prompt, name="angry", values={"A": "b"}, created_by=alice
        )

    def copied(self):
        return Prompt.objects.get(name="Greeting (copy)")

    def test_with_history_all_versions_are_as_they_were(self, act, prompt, erin):
        act("copies", history="1")
        copy = self.copied()
        names = ("number", "parent_number", "author", "author_name", "note", "content_hash")
        names = (*names, "created_at")
        versions = [
            list(each.versions.order_by("number").values_list(*names)) for each in (prompt, copy)
        ]
        assert versions[0] == versions[1]
        assert copy.latest.content == prompt.latest.content
        assert (copy.latest_number, copy.latest_author, copy.created_by) == (2, erin, erin)
        assert (copy.description, copy.tags, copy.slug) == ("Says hello", ["chat"], "greeting-copy")
        assert copy.latest_model == "claude-opus-5-5"

    def test_the_latest_version_alone_is_version_1(self, act, erin):
        act("copies", history="0")
        version = self.copied().versions.get()
        assert (version.number, version.author, version.parent_number) == (1, erin, None)
        assert version.parsed.body["messages"][0]["content"] == "Hi"

    @pytest.mark.parametrize("history", ["0", "1"])
    def test_sets_of_values_come_along_and_labels_do_not(self, act, history, alice):
        act("copies", history=history)
        copied = self.copied()
        made = copied.value_sets.get()
        assert (made.name, made.values, made.created_by) == ("angry", {"A": "b"}, alice)
        assert not copied.labels.exists()

    def test_the_copy_goes_its_own_way(self, act, prompt, erin, saying):
        act("copies", history="1")
        self.copied().save_version(saying("Mine"), erin, parent_number=2)
        prompt.refresh_from_db()
        assert (prompt.latest_number, self.copied().latest_number) == (2, 3)

    def test_a_long_name_still_fits(self, act, prompt):
        Prompt.objects.update(name="n" * 200)
        act("copies", history="1")
        assert Prompt.objects.filter(name="n" * 193 + " (copy)").exists()

    def test_it_is_noted(self, act, erin, prompt):
        act("copies", history="1")
        event = AuditEvent.objects.get(action="prompt.duplicate")
        assert (event.target, event.detail["source"]) == ("Greeting (copy)", prompt.pk)


class TestDelete:
    def test_only_an_archived_prompt_can_be(self, client_of, adam, act, prompt):
        assert "is not archived" in act("deletion", client=client_of(adam))
        assert Prompt.objects.exists()

    def test_the_page_says_what_goes_and_what_stays(
        self, client_of, adam, erins_access, erin, prompt
    ):
        Label.objects.create(
            team=prompt.team, prompt=prompt, name="production", version=prompt.latest
        )
        draft_of(erins_access, prompt)
        run_of(prompt, erin)
        archive(prompt)
        page = client_of(adam).get(f"/t/acme/prompts/{prompt.pk}/deletion/").content.decode()
        for text in (
            "1 version<",
            "1 label: production",
            "1 run of it stays with what it sent",
            "1 draft of it stays with its author",
        ):
            assert text in page
        assert Prompt.objects.exists()

    def test_drafts_and_runs_stay(
        self, client_of, adam, act, erin, erins, erins_access, prompt, post
    ):
        draft = draft_of(erins_access, prompt)
        post(erins, f"drafts/{draft.pk}/", system__text="precious", name="Better")
        run = run_of(prompt, erin, draft=draft)
        archive(prompt)
        page = act("deletion", client=client_of(adam))
        assert "“Greeting” was deleted for ever." in page
        assert not Prompt.objects.exists()
        draft.refresh_from_db()
        run.refresh_from_db()
        assert (draft.prompt, draft.base_number) == (None, None)
        assert (draft.name, draft.parsed.body["system"]) == ("Better (was Greeting)", "precious")
        assert (run.prompt, run.prompt_name, run.draft) == (None, "Greeting", draft)
        assert "Better (was Greeting)" in erins.get("/t/acme/prompts/").content.decode()
        event = AuditEvent.objects.get(action="prompt.delete")
        assert (event.target, event.actor, event.detail["versions"]) == ("Greeting", adam, 1)

    def test_no_version_is_read_for_it(self, client_of, adam, act, alice, prompt, saying):
        for number in range(20):
            prompt.save_version(saying(str(number)), alice, parent_number=None)
        archive(prompt)
        with CaptureQueriesContext(connection) as queries:
            act("deletion", client=client_of(adam))
        assert not any('version"."content"' in each["sql"] for each in queries)
        assert not Prompt.objects.exists()

    def test_an_open_page_goes_on_with_what_became_a_draft_of_its_own(
        self, client_of, adam, act, erins, erins_access, prompt, post
    ):
        draft = draft_of(erins_access, prompt)
        archive(prompt)
        act("deletion", client=client_of(adam))
        fields = {"base": "1", "system__text": "typed after", "name": "Greeting"}
        assert post(erins, f"drafts/{draft.pk}/", **fields).status_code == 200
        saved = post(erins, f"drafts/{draft.pk}/versions/", **fields)
        assert "Saved as v1." in saved.headers["HX-Trigger"]
        assert Prompt.objects.get().latest.parsed.body["system"] == "typed after"

    def test_who_made_it_may_while_nobody_else_saved(self, act, prompt, erin):
        Prompt.objects.update(created_by=erin)
        prompt.versions.update(author=erin)
        archive(prompt)
        act("deletion")
        assert not Prompt.objects.exists()

    @pytest.mark.parametrize("author", ["alice", None])
    def test_an_editor_may_not_once_somebody_else_has_saved(
        self, erins, prompt, erin, alice, author
    ):
        Prompt.objects.update(created_by=erin)
        prompt.versions.update(author=alice if author else None)
        archive(prompt)
        url = f"/t/acme/prompts/{prompt.pk}/deletion/"
        assert (erins.get(url).status_code, erins.post(url).status_code) == (403, 403)
        assert Prompt.objects.exists()
        page = erins.get(f"/t/acme/prompts/{prompt.pk}/details/").content.decode()
        assert "Only an admin" in page


class TestDrafts:
    def test_a_discarded_draft_is_the_latest_version_again(self, erins, erins_access, prompt, post):
        draft = draft_of(erins_access, prompt)
        post(erins, f"drafts/{draft.pk}/", system__text="wrong way")
        assert (
            f"/t/acme/drafts/{draft.pk}/deletion/" in erins.get("/t/acme/prompts/").content.decode()
        )
        page = erins.get(f"/t/acme/drafts/{draft.pk}/deletion/").content.decode()
        assert "What you changed since v1 goes" in page
        assert Draft.objects.get().parsed.body["system"] == "wrong way"
        erins.post(f"/t/acme/drafts/{draft.pk}/deletion/")
        assert not Draft.objects.exists()
        page = erins.get(f"/t/acme/prompts/{prompt.pk}/").content.decode()
        assert "wrong way" not in page

    def test_a_deleted_draft_leaves_its_runs(self, erins, draft, erin, prompt):
        run = run_of(prompt, erin, draft=draft)
        erins.post(f"/t/acme/drafts/{draft.pk}/deletion/")
        run.refresh_from_db()
        assert run.draft is None
        assert not Draft.objects.exists()


PATHS = ["details", "archive", "restoration", "copies", "transfer", "deletion"]


class TestWho:
    @pytest.mark.parametrize("path", PATHS)
    def test_a_viewer_may_not(self, client_of, bob, prompt, path):
        assert client_of(bob).post(f"/t/acme/prompts/{prompt.pk}/{path}/").status_code == 403

    @pytest.mark.parametrize("path", PATHS)
    def test_a_stranger_gets_404(self, client_of, charlie, prompt, path):
        for team in ("acme", "elsewhere"):
            url = f"/t/{team}/prompts/{prompt.pk}/{path}/"
            assert client_of(charlie).post(url).status_code == 404

    @pytest.mark.parametrize("path", ["archive", "restoration", "copies", "transfer", "star"])
    def test_reading_changes_nothing(self, erins, prompt, path):
        assert erins.get(f"/t/acme/prompts/{prompt.pk}/{path}/").status_code == 405
