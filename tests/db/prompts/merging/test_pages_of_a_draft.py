"""Two pages on one draft: whatever the order of their posts, no text is lost."""

from __future__ import annotations

from itertools import permutations

import pytest

from workbench.prompts.editor import EditorForm
from workbench.prompts.merging.copies import MOST_KEPT
from workbench.prompts.models import Draft, DraftCopy, PromptVersion
from workbench.prompts.opening import draft_of
from workbench.runs.models import Run

from .open_page import fields_of_form

SYSTEM, FIRST = "system__text", "turn__1__text"


def body_of(draft):
    return Draft.objects.get(pk=draft.pk).parsed.body


def text_of(draft):
    return body_of(draft)["messages"][0]["content"]


@pytest.fixture
def pages(erins, draft, open_page):
    """Two pages of one draft whose first turn has three lines."""
    first = open_page(erins, draft)
    first.post(name="Numbers", **{FIRST: "one\ntwo\nthree"})
    return open_page(erins, draft), open_page(erins, draft)


class TestWithoutConflict:
    def test_what_each_typed_is_kept(self, draft, pages):
        one, two = pages
        one.post(**{SYSTEM: "Be kind."})
        answer = two.post(**{FIRST: "one\ntwo\nthree\nfour"}).content.decode()
        assert (body_of(draft)["system"], text_of(draft)) == ("Be kind.", "one\ntwo\nthree\nfour")
        assert "Your text from another page was taken in" in answer
        assert "<textarea" not in answer

    @pytest.mark.parametrize("order", sorted(set(permutations("112233")))[::11])
    def test_three_pages_write_in_turns(self, erins, draft, pages, open_page, order):
        three = dict(zip("123", [*pages, open_page(erins, draft)], strict=True))
        fields = {"1": "one", "2": "two", "3": "three"}
        typed = {"1": "", "2": "", "3": ""}
        for key in order:
            typed[key] += "!"
            lines = [
                fields[each] + (typed[each] if each == key else "") for each in ("1", "2", "3")
            ]
            three[key].post(**{FIRST: "\n".join(lines)})
        assert text_of(draft) == "one!!\ntwo!!\nthree!!"
        assert not DraftCopy.objects.filter(typed__isnull=False).exists()

    def test_a_page_that_shows_all_again_is_told_nothing(self, draft, pages):
        one, two = pages
        one.post(**{SYSTEM: "Be kind."})
        two.post(**{FIRST: "ONE\ntwo\nthree"})
        answer = two.post(**{SYSTEM: "Be kind."}).content.decode()
        assert "taken in" not in answer
        assert not DraftCopy.objects.filter(page=two.fields["page"][0]).exists()

    def test_turns_added_and_removed_on_two_pages(self, draft, pages):
        one, two = pages
        one.post("turns/", add="pair")
        two.post("turns/", **{SYSTEM: "Be kind."}, add="pair")
        two.fields.pop("add")
        roles = [message["role"] for message in body_of(draft)["messages"]]
        assert roles == ["user", "assistant", "user"]
        assert body_of(draft)["system"] == "Be kind."

    def test_what_was_typed_and_is_not_usable_is_kept(self, draft, pages):
        one, two = pages
        one.post(max_tokens="abc")
        two.post(**{SYSTEM: "Be kind."})
        form = EditorForm.of(Draft.objects.get(pk=draft.pk))
        assert (form.max_tokens, form.system.value) == ("abc", "Be kind.")

    def test_a_late_post_changes_nothing_whoever_stored_since(self, draft, pages):
        one, two = pages
        one.post(sequence=20, **{SYSTEM: "later"})
        two.post(sequence=5, **{FIRST: "ONE\ntwo\nthree"})
        one.post(sequence=10, **{SYSTEM: "earlier"})
        assert (body_of(draft)["system"], text_of(draft)) == ("later", "ONE\ntwo\nthree")

    def test_without_a_script_it_is_the_same(self, draft, pages):
        one, two = pages
        one.post(htmx=False, **{SYSTEM: "Be kind."})
        two.post(htmx=False, **{FIRST: "one\ntwo\nTHREE"})
        assert (body_of(draft)["system"], text_of(draft)) == ("Be kind.", "one\ntwo\nTHREE")

    def test_an_ordinary_autosave_asks_once_more_than_before(
        self, draft, pages, django_assert_max_num_queries
    ):
        one, _ = pages
        one.post(**{SYSTEM: "Be kind."})
        with django_assert_max_num_queries(200) as seen:
            one.post(**{SYSTEM: "Be kinder."})
        about = [query["sql"] for query in seen if "prompts_draftcopy" in query["sql"]]
        assert len(about) == 1
        assert about[0].startswith("SELECT")

    def test_loading_the_page_again_writes_nothing(self, erins, draft, pages, open_page):
        before = DraftCopy.objects.count()
        open_page(erins, draft)
        assert DraftCopy.objects.count() == before

    def test_old_bases_are_deleted(self, erins, draft, open_page):
        for number in range(MOST_KEPT + 5):
            open_page(erins, draft).post(**{SYSTEM: f"{number}"})
        assert DraftCopy.objects.count() <= MOST_KEPT + 2


class TestConflict:
    @pytest.fixture
    def apart(self, pages):
        """Two pages that changed one line in two ways; the answer to the second."""
        one, two = pages
        one.post(**{FIRST: "one\nTWO of one\nthree"})
        answer = two.post(**{FIRST: "one\nTWO of two\nthree"})
        return one, two, answer

    def test_neither_is_overwritten_and_the_page_is_told(self, draft, apart):
        copy = DraftCopy.objects.get(typed__isnull=False)
        assert text_of(draft) == "one\nTWO of one\nthree"
        typed = copy.typed["content"]["body"]["messages"][0]["content"]
        assert typed == "one\nTWO of two\nthree"
        assert "Both are kept." in apart[2].content.decode()
        answer = apart[1].post(show="copy")
        assert answer.headers["HX-Redirect"].endswith(f"/copies/{copy.pk}/merge/")

    def test_what_is_typed_on_goes_on_being_kept(self, draft, apart):
        _, two, _ = apart
        two.post(**{FIRST: "one\nTWO of two, and more\nthree"})
        copy = DraftCopy.objects.get(typed__isnull=False)
        typed = copy.typed["content"]["body"]["messages"][0]["content"]
        assert typed == "one\nTWO of two, and more\nthree"
        assert text_of(draft) == "one\nTWO of one\nthree"

    def test_a_page_that_gives_way_is_merged(self, draft, apart):
        _, two, _ = apart
        two.post(**{FIRST: "one\ntwo\nthree", SYSTEM: "Be kind."})
        assert (body_of(draft)["system"], text_of(draft)) == ("Be kind.", "one\nTWO of one\nthree")
        assert not DraftCopy.objects.filter(typed__isnull=False).exists()

    def test_showing_the_page_anew_stores_what_was_typed_first(self, draft, pages):
        one, two = pages
        one.post(**{SYSTEM: "Be kind."})
        answer = two.post(htmx=False, show="page", **{FIRST: "ONE\ntwo\nthree"})
        assert answer.headers["Location"] == f"/t/acme/drafts/{draft.pk}/"
        assert text_of(draft) == "ONE\ntwo\nthree"

    def test_every_page_of_the_draft_leads_to_the_merge(self, erins, draft, apart, open_page):
        page = open_page(erins, draft)
        assert "not merged yet" in page.html
        assert "TWO of one" in page.html

    @pytest.mark.parametrize(
        ("choice", "expected"),
        [
            ("both", "one\nTWO of one\nTWO of two\nthree"),
            ("mine", "one\nTWO of two\nthree"),
            ("theirs", "one\nTWO of one\nthree"),
        ],
    )
    def test_it_is_decided_on_a_page_of_its_own(self, erins, draft, apart, choice, expected):
        _, two, _ = apart
        copy = DraftCopy.objects.get(typed__isnull=False)
        url = f"/t/acme/drafts/{draft.pk}/copies/{copy.pk}/merge/"
        html = erins.get(url).content.decode()
        assert "TWO of one" in html.replace("<ins>", "").replace("</ins>", "")
        name = html.partition('type="radio" name="')[2].partition('"')[0]
        two.decide(url, **{name: choice})
        assert text_of(draft) == expected
        assert not DraftCopy.objects.filter(typed__isnull=False).exists()

    def test_both_pages_go_on_after_the_merge(self, draft, apart):
        one, two, _ = apart
        copy = DraftCopy.objects.get(typed__isnull=False)
        two.decide(f"/t/acme/drafts/{draft.pk}/copies/{copy.pk}/merge/")
        one.post(**{FIRST: "ONE\nTWO of one\nthree"})
        two.post(**{FIRST: "one\nTWO of two\nTHREE"})
        assert text_of(draft) == "ONE\nTWO of one\nTWO of two\nTHREE"

    def test_a_version_is_not_saved_from_it(self, draft, apart):
        _, two, _ = apart
        answer = two.post("versions/")
        copy = DraftCopy.objects.get(typed__isnull=False)
        assert answer.headers["HX-Redirect"].endswith(f"/copies/{copy.pk}/merge/")
        assert not PromptVersion.objects.exists()

    def test_opening_the_json_comparing_or_the_code_leads_to_the_merge(self, draft, apart):
        _, two, _ = apart
        for path in ("body/", "comparison/draft/", "code/"):
            assert "/merge/" in two.post(path).headers["HX-Redirect"], path

    def test_the_copy_of_somebody_else_is_404(self, client_of, alice, bob, charlie, draft, apart):
        copy = DraftCopy.objects.get(typed__isnull=False)
        url = f"/t/acme/drafts/{draft.pk}/copies/{copy.pk}/merge/"
        answers = [client_of(user).get(url).status_code for user in (alice, bob, charlie)]
        assert answers == [404, 403, 404]

    def test_a_copy_of_another_draft_is_404(self, erin, erins, draft, apart):
        other = Draft.objects.create(team=draft.team, user=erin, content=draft.content)
        copy = DraftCopy.objects.get(typed__isnull=False)
        url = f"/t/acme/drafts/{other.pk}/copies/{copy.pk}/merge/"
        assert erins.get(url).status_code == 404

    def test_a_merged_copy_leads_back(self, erins, draft, pages):
        copy = DraftCopy.objects.filter(draft=draft).first()
        url = f"/t/acme/drafts/{draft.pk}/copies/{copy.pk}/merge/"
        page = erins.get(url, follow=True).content.decode()
        assert "There is nothing to merge any more." in page


class TestSavingAndRunning:
    def test_text_that_the_page_does_not_show_is_looked_at_before_it_is_saved(self, draft, pages):
        one, two = pages
        one.post(**{SYSTEM: "Be kind."})
        answer = two.post("versions/", htmx=False, **{FIRST: "ONE\ntwo\nthree"})
        assert not PromptVersion.objects.exists()
        page = two.client.get(answer.headers["Location"], follow=True).content.decode()
        assert "No version was saved: your text from another page was taken in." in page
        assert (body_of(draft)["system"], text_of(draft)) == ("Be kind.", "ONE\ntwo\nthree")

    def test_a_page_opened_before_a_version_was_saved_goes_on_from_it(self, erins, draft, pages):
        one, two = pages
        one.post("versions/")
        two.post("versions/", **{SYSTEM: "Be kind."})
        assert PromptVersion.objects.get(number=2).parent_number == 1

    def test_a_draft_that_followed_a_new_version_keeps_what_an_old_page_types(
        self, erins, erins_access, alice, prompt, saying, open_page
    ):
        draft = draft_of(erins_access, prompt)
        old = open_page(erins, draft)
        prompt.save_version(saying("Hello\nHi"), alice, parent_number=1)
        open_page(erins, draft)
        old.post(**{SYSTEM: "Mine"})
        found = Draft.objects.get(pk=draft.pk)
        assert (found.base_number, body_of(draft)["system"]) == (2, "Mine")
        assert text_of(draft) == "Hello\nHi"

    def test_the_json_page_overwrites_nothing_either(self, erins, draft, pages, open_page):
        one, _ = pages
        url = f"/t/acme/drafts/{draft.pk}/body/"
        form = fields_of_form(erins.get(url).content.decode())
        one.post(**{SYSTEM: "Be kind."})
        erins.post(url, form | {"body-text": form["body-text"].replace("three", "THREE")})
        assert (body_of(draft)["system"], text_of(draft)) == ("Be kind.", "one\ntwo\nTHREE")

    def test_a_run_sends_what_its_page_shows(self, draft, pages):
        one, two = pages
        one.post(**{FIRST: "one\nTWO of one\nthree"})
        two.post("runs/", **{FIRST: "one\nTWO of two\nthree"})
        run = Run.objects.get()
        assert run.request["body"]["messages"][0]["content"] == "one\nTWO of two\nthree"
        assert text_of(draft) == "one\nTWO of one\nthree"
        assert DraftCopy.objects.filter(typed__isnull=False).count() == 1
