"""The history of a prompt: its list, differences of versions, and what a save shows first."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workbench.prompts.content import Content
from workbench.prompts.models import Draft, PromptVersion
from workbench.prompts.opening import draft_of
from workbench.runs.models import Run, State

HELLO = {"turn-1-role": "user", "turn-1-text": "Hello"}


@pytest.fixture
def bobs(bob, client_of):
    """A viewer's browser."""
    return client_of(bob)


@pytest.fixture
def charlies(charlie, client_of):
    """A stranger's browser."""
    return client_of(charlie)


@pytest.fixture
def three(prompt, alice, erin, saying):
    """The prompt with versions 1 to 3; the last was made from the first."""
    prompt.save_version(saying("Hello there"), erin, parent_number=1, note="warmer")
    prompt.save_version(saying("Good evening"), alice, parent_number=1)
    return prompt


def url(prompt, rest=""):
    return f"/t/acme/prompts/{prompt.pk}/{rest}"


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def many_versions(prompt, count):
    """Rows up to version ``count``, as saving makes them, at once."""
    old = prompt.versions.get(number=prompt.latest_number)
    PromptVersion.objects.bulk_create(
        PromptVersion(
            team=prompt.team,
            prompt=prompt,
            number=number,
            parent_number=number - 1,
            author=old.author,
            author_name=old.author_name,
            content=old.content,
            content_hash=old.content_hash,
        )
        for number in range(prompt.latest_number + 1, count + 1)
    )
    prompt.latest_number = count
    prompt.save(update_fields=["latest_number"])


def a_run(prompt, user, number):
    return Run.objects.create(
        team=prompt.team,
        user=user,
        prompt=prompt,
        version_number=number,
        request=Content.blank().to_request({}).to_dict(),
        request_hash="0" * 64,
        model="claude-opus-5-5",
        upstream="simulator",
        idempotency_key=f"key {Run.objects.count()}",
        state=State.SUCCEEDED,
    )


class TestList:
    def test_versions_stand_newest_first_with_note_author_and_parent(self, erins, three):
        html = erins.get(url(three, "history/")).content.decode()
        places = [html.index(f'aria-label="To v{number}"') for number in (3, 2, 1)]
        assert places == sorted(places)
        assert "warmer" in html
        assert "from v1" in html
        assert "from v2" not in html

    def test_runs_are_counted_by_version_and_lead_to_the_list(self, erins, erin, three):
        for number in (1, 2, 2):
            a_run(three, erin, number)
        html = erins.get(url(three, "history/")).content.decode()
        link = f"/t/acme/runs/?prompt={three.pk}&version=2"
        assert link.replace("&", "&amp;") in html
        assert "2 runs of v2" in text_of(erins.get(url(three, "history/")))
        listed = erins.get(link)
        assert listed.content.decode().count("/runs/") > 0
        assert listed.context["totals"]["runs"] == 2

    def test_a_changed_draft_stands_on_top_and_an_unchanged_one_does_not(
        self, erins, erins_access, three, post
    ):
        draft = draft_of(erins_access, three)
        assert "Your draft" not in text_of(erins.get(url(three, "history/")))
        post(erins, f"drafts/{draft.pk}/", system__text="Be kind")
        assert "Your draft Changed" in text_of(erins.get(url(three, "history/")))

    def test_nobody_sees_the_draft_of_another(self, erins, erins_access, bobs, three, post):
        draft = draft_of(erins_access, three)
        post(erins, f"drafts/{draft.pk}/", system__text="Be kind")
        assert "Your draft" not in text_of(bobs.get(url(three, "history/")))

    def test_pages_follow_each_other_without_gap(self, erins, prompt):
        many_versions(prompt, 120)
        address, seen = url(prompt, "history/"), []
        while address:
            html = erins.get(address).content.decode()
            seen += [int(number) for number in re.findall(r'aria-label="To v(\d+)"', html)]
            older = re.search(r'hx-get="([^"]+before=\d+)"', html)
            address = older[1] if older else ""
        assert seen == list(range(120, 0, -1))

    def test_htmx_gets_the_next_rows_alone(self, erins, prompt):
        many_versions(prompt, 60)
        html = erins.get(
            url(prompt, "history/?before=11"), headers={"HX-Request": "true"}
        ).content.decode()
        assert html.lstrip().startswith("<tr>")
        assert html.count("<tr>") == 10

    @pytest.mark.parametrize("mark", ["x", "-1", "9" * 30, "١"])
    def test_a_damaged_address_is_a_bad_request(self, erins, prompt, mark):
        assert erins.get(url(prompt, f"history/?before={mark}")).status_code == 400

    def test_the_end_of_the_list_leads_back(self, erins, prompt):
        assert "no older versions" in text_of(erins.get(url(prompt, "history/?before=1")))

    def test_a_thousand_versions_cost_as_many_queries_as_ten(self, erins, erin, prompt):
        erins.get(url(prompt, "history/"))
        counts = []
        for count in (10, 1_000):
            many_versions(prompt, count)
            a_run(prompt, erin, count)
            with CaptureQueriesContext(connection) as queries:
                assert erins.get(url(prompt, "history/")).status_code == 200
            counts.append(len(queries))
            assert not any('"prompts_promptversion"."content"' in each["sql"] for each in queries)
        assert counts[0] == counts[1]

    def test_a_viewer_reads_it_and_cannot_restore(self, bobs, three):
        answer = bobs.get(url(three, "history/"))
        assert answer.status_code == 200
        assert "Restore as draft" not in text_of(answer)

    def test_a_stranger_sees_nothing(self, charlies, three):
        for rest in ("history/", "versions/1/differences/2/", "versions/1/differences/draft/"):
            assert charlies.get(url(three, rest)).status_code == 404


class TestDifference:
    def test_it_shows_what_was_inserted_and_deleted(self, erins, three):
        answer = erins.get(url(three, "versions/1/differences/2/"))
        assert "<ins> there</ins>" in answer.content.decode()
        assert "User turn 1 +1 word." in text_of(answer)

    def test_the_other_direction_deletes_what_was_inserted(self, erins, three):
        html = erins.get(url(three, "versions/2/differences/1/")).content.decode()
        assert "<del> there</del>" in html

    def test_side_by_side_has_two_columns(self, erins, three):
        html = erins.get(url(three, "versions/1/differences/2/?view=split")).content.decode()
        assert 'class="diff-columns"' in html
        assert "<ins> there</ins>" in html

    def test_it_leads_to_the_ones_before_and_behind(self, erins, three):
        html = erins.get(url(three, "versions/1/differences/2/")).content.decode()
        assert f'rel="next" href="{url(three, "versions/2/differences/3/")}"' in html
        assert 'rel="prev"' not in html
        html = erins.get(url(three, "versions/2/differences/3/")).content.decode()
        assert f'rel="prev" href="{url(three, "versions/1/differences/2/")}"' in html
        assert 'rel="next"' not in html

    def test_a_version_does_not_differ_from_itself(self, erins, three):
        assert "Nothing changed." in text_of(erins.get(url(three, "versions/2/differences/2/")))

    def test_two_chosen_versions_lead_to_their_difference(self, erins, three):
        answer = erins.get(url(three, "differences/?from=3&to=1"))
        assert answer.headers["Location"] == url(three, "versions/3/differences/1/")
        answer = erins.get(url(three, "differences/?from=3&to=draft"))
        assert answer.headers["Location"] == url(three, "versions/3/differences/draft/")

    @pytest.mark.parametrize(
        "query", ["", "from=1", "from=draft&to=1", "from=1&to=9", "from=x&to=²"]
    )
    def test_what_cannot_be_compared_is_told(self, erins, three, query):
        answer = erins.get(url(three, f"differences/?{query}"))
        assert answer.status_code == 422
        assert "Choose two versions to compare" in text_of(answer)

    def test_the_draft_is_compared_as_it_is_kept(self, erins, erins_access, three, post):
        draft = draft_of(erins_access, three)
        post(erins, f"drafts/{draft.pk}/", system__text="Be kind")
        answer = erins.get(url(three, "versions/3/differences/draft/"))
        assert "System prompt added (2 words)" in text_of(answer)

    def test_without_a_draft_it_leads_to_the_history(self, bobs, three):
        answer = bobs.get(url(three, "versions/3/differences/draft/"), follow=True)
        assert answer.redirect_chain == [(url(three, "history/"), 302)]
        assert "You have no draft of this prompt" in text_of(answer)

    def test_what_people_wrote_is_text(self, erins, erin, three, saying):
        three.save_version(saying("<script>alert(1)</script>"), erin, parent_number=3, note="<b>x")
        for rest in ("history/", "versions/3/differences/4/", "versions/4/"):
            html = erins.get(url(three, rest)).content.decode()
            assert "<script>alert" not in html
            assert "<b>x" not in html


class TestSavingShowsFirst:
    def test_a_dialog_tells_what_changes_and_nothing_is_saved(
        self, erins, erins_access, three, post
    ):
        draft = draft_of(erins_access, three)
        answer = post(erins, f"drafts/{draft.pk}/changes/", system__text="Be kind", max_tokens="9")
        html = answer.content.decode()
        assert answer.status_code == 200
        assert 'id="save-dialog"' in html
        assert "Save as v4" in html
        assert "System prompt added (2 words); max tokens 4,096 → 9." in text_of(answer)
        assert three.versions.count() == 3
        draft.refresh_from_db()
        assert draft.parsed.body["system"] == "Be kind"

    def test_without_a_script_it_is_a_page_that_leads_on(self, erins, erins_access, three, post):
        draft = draft_of(erins_access, three)
        answer = post(erins, f"drafts/{draft.pk}/changes/", htmx=False, system__text="Be kind")
        assert "Save as v4" in text_of(answer)
        assert f'action="/t/acme/drafts/{draft.pk}/versions/"' in answer.content.decode()
        answer = post(erins, f"drafts/{draft.pk}/versions/", htmx=False, note="  kinder \n")
        assert answer.status_code == 302
        saved = three.versions.get(number=4)
        assert saved.note == "kinder"
        assert saved.parsed.body["system"] == "Be kind"

    def test_the_note_is_kept_with_the_version(self, erins, erins_access, three, post):
        draft = draft_of(erins_access, three)
        answer = post(erins, f"drafts/{draft.pk}/versions/", system__text="Be kind", note="kinder")
        assert answer.headers["HX-Trigger-After-Swap"] == "dialog-over"
        assert three.versions.get(number=4).note == "kinder"
        assert "kinder" in text_of(erins.get(url(three, "versions/4/")))

    @pytest.mark.parametrize("htmx", [True, False])
    def test_a_note_that_is_too_long_has_a_sentence_and_saves_nothing(
        self, erins, erins_access, three, post, htmx
    ):
        draft = draft_of(erins_access, three)
        answer = post(
            erins, f"drafts/{draft.pk}/versions/", htmx=htmx, system__text="x", note="n" * 2_001
        )
        assert answer.status_code == 422
        assert "A note has at most 2,000 characters; this one has 2,001." in text_of(answer)
        assert "HX-Trigger-After-Swap" not in answer.headers
        assert ("n" * 2_001 in answer.content.decode()) is not htmx  # htmx leaves the field alone
        assert three.versions.count() == 3

    def test_the_first_save_is_immediate(self, erins, draft, post):
        answer = post(erins, f"drafts/{draft.pk}/changes/", **HELLO)
        assert "Saved as v1." in answer.headers["HX-Trigger"]
        assert "history-button" in answer.content.decode()

    def test_nothing_new_saves_nothing_and_says_so(self, erins, erins_access, three, post):
        draft = draft_of(erins_access, three)
        answer = post(erins, f"drafts/{draft.pk}/changes/")
        assert "Nothing changed since v3." in answer.headers["HX-Trigger"]
        assert 'id="save-dialog"' not in answer.content.decode()
        answer = post(erins, f"drafts/{draft.pk}/changes/", name="Salute")
        told = json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
        assert told == "Nothing changed since v3. The prompt is now called “Salute”."
        three.refresh_from_db()
        assert (three.name, three.latest_number) == ("Salute", 3)

    def test_a_restored_version_is_compared_with_the_latest(self, erins, three):
        made = erins.post("/t/acme/drafts/", {"prompt": three.pk, "number": "1"})
        draft = Draft.objects.get(prompt=three)
        assert made.headers["Location"].endswith(f"/drafts/{draft.pk}/")
        answer = erins.post(f"/t/acme/drafts/{draft.pk}/changes/", headers={"HX-Request": "true"})
        assert "The same as v1; compared with v3, the latest." in text_of(answer)
        assert "Good evening" in answer.content.decode()

    def test_another_name_is_told_too(self, erins, erins_access, three, post):
        draft = draft_of(erins_access, three)
        answer = post(erins, f"drafts/{draft.pk}/changes/", name="Salute", system__text="x")
        assert "The prompt will be called “Salute”, not “Greeting” any more." in text_of(answer)

    def test_what_cannot_be_used_is_told_at_its_field(self, erins, erins_access, three, post):
        draft = draft_of(erins_access, three)
        answer = post(erins, f"drafts/{draft.pk}/changes/", max_tokens="abc")
        assert answer.status_code == 422
        assert "not “abc”" in answer.content.decode()

    def test_a_viewer_may_not(self, bobs, erins_access, three, post):
        draft = draft_of(erins_access, three)
        assert post(bobs, f"drafts/{draft.pk}/changes/").status_code == 403


class TestVersionPage:
    def test_it_leads_to_parent_difference_runs_and_history(self, erins, erin, three):
        a_run(three, erin, 3)
        answer = erins.get(url(three, "versions/3/"))
        html = answer.content.decode()
        assert url(three, "versions/1/differences/3/") in html
        assert url(three, "history/") in html
        assert f"/t/acme/runs/?prompt={three.pk}&amp;version=3" in html
        assert "made from v1" in text_of(answer)
        assert "Open as draft" in text_of(answer)
        assert "Restore as draft" in text_of(erins.get(url(three, "versions/1/")))

    def test_the_author_stays_named_when_the_account_is_gone(self, bobs, erin, three):
        erin.delete()
        assert "Saved by Erin" in text_of(bobs.get(url(three, "versions/2/")))
