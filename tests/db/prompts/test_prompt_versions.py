"""Saving: numbers without gaps, one version per change, and a sentence that says what happened."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection

from workbench.accounts.access import access_to
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.prompts.opening import draft_of, new_draft
from workbench.prompts.saving import make_prompt, save_version

HELLO = {"turn-1-role": "user", "turn-1-text": "Hello"}


def toast(answer):
    return answer.headers["HX-Trigger"]


class TestSave:
    def test_the_first_save_makes_the_prompt(self, erins, erin, draft, post):
        answer = post(erins, f"drafts/{draft.pk}/versions/", name="Greeting", **HELLO)
        prompt = Prompt.objects.get()
        version = prompt.versions.get()
        draft.refresh_from_db()
        assert answer.status_code == 200
        assert answer.headers["HX-Replace-Url"] == f"/t/acme/prompts/{prompt.pk}/"
        assert (prompt.name, prompt.slug, prompt.created_by) == ("Greeting", "greeting", erin)
        assert (version.number, version.author) == (1, erin)
        assert version.parsed.body["messages"] == [{"role": "user", "content": "Hello"}]
        assert (draft.prompt, draft.base_number) == (prompt, 1)
        assert "Saved as v1." in toast(answer)

    def test_the_next_save_makes_the_next_version(self, erins, draft, post):
        url = f"drafts/{draft.pk}/versions/"
        post(erins, url, **HELLO)
        answer = post(erins, url, system__text="Be kind")
        assert "Saved as v2." in toast(answer)
        versions = PromptVersion.objects.order_by("number")
        assert list(versions.values_list("number", "parent_number")) == [(1, None), (2, 1)]

    def test_saving_twice_makes_one_version(self, erins, draft, post):
        url = f"drafts/{draft.pk}/versions/"
        post(erins, url, **HELLO)
        answer = post(erins, url, **HELLO)
        assert "Nothing changed since v1." in toast(answer)
        assert PromptVersion.objects.count() == 1

    def test_another_name_renames_the_prompt_without_a_version(self, erins, draft, post):
        url = f"drafts/{draft.pk}/versions/"
        post(erins, url, name="Old", **HELLO)
        post(erins, url, name="New")
        assert Prompt.objects.get().name == "New"
        assert PromptVersion.objects.count() == 1

    def test_a_nameless_prompt_is_called_after_its_first_line(self, erins, draft, post):
        text = f"\n  Translate {'this ' * 40}\nsecond line"
        answer = post(erins, f"drafts/{draft.pk}/versions/", **HELLO | {"turn-1-text": text})
        name = Prompt.objects.get().name
        assert name.startswith("Translate this this")
        assert (len(name) <= 60, name[-1]) == (True, "…")
        assert 'id="prompt-name"' in answer.content.decode()

    def test_an_empty_prompt_gets_a_name_too(self, erins, draft, post):
        post(erins, f"drafts/{draft.pk}/versions/")
        assert Prompt.objects.get().name == "Untitled prompt"

    @pytest.mark.parametrize("base", ["", "0", "9", "-1", "x", "9" * 30])
    def test_a_base_that_cannot_be_is_left_out(self, erins, erins_access, prompt, post, base):
        draft = draft_of(erins_access, prompt)
        post(erins, f"drafts/{draft.pk}/", base=base, **HELLO)
        draft.refresh_from_db()
        assert draft.base_number == 1

    def test_what_cannot_be_used_blocks_the_save_and_stays_typed(self, erins, draft, post):
        answer = post(erins, f"drafts/{draft.pk}/versions/", max_tokens="abc", **HELLO)
        draft.refresh_from_db()
        assert answer.status_code == 422
        assert "No version was saved" in toast(answer)
        assert "not “abc”" in answer.content.decode()
        assert not Prompt.objects.exists()
        assert EditorForm.of(draft).max_tokens == "abc"
        assert draft.parsed.body["messages"][0]["content"] == "Hello"

    def test_a_refused_save_without_a_script_shows_the_whole_page(self, erins, draft, post):
        url = f"drafts/{draft.pk}/versions/"
        answer = post(erins, url, htmx=False, max_tokens="abc", **HELLO)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "not “abc”" in page
        assert "Hello" in page

    def test_without_a_script_it_leads_to_the_prompt(self, erins, draft, post):
        answer = post(erins, f"drafts/{draft.pk}/versions/", htmx=False, **HELLO)
        prompt = Prompt.objects.get()
        assert answer.headers["Location"] == f"/t/acme/prompts/{prompt.pk}/"
        assert "Saved as v1." in erins.get(answer.headers["Location"]).content.decode()

    def test_what_was_removed_is_given_up_when_a_version_is_saved(self, erins, draft, post):
        post(erins, f"drafts/{draft.pk}/turns/", remove="1", **HELLO)
        html = post(erins, f"drafts/{draft.pk}/versions/", part="turns").content.decode()
        draft.refresh_from_db()
        assert draft.content["editor"]["removed_turns"] == []
        assert "Undo" not in html

    def test_a_saved_draft_is_not_marked_unsaved(self, erins, draft, post):
        html = post(erins, f"drafts/{draft.pk}/versions/", **HELLO).content.decode()
        assert "Draft</span>" not in html
        html = post(erins, f"drafts/{draft.pk}/", system__text="x").content.decode()
        assert "Draft</span>" in html


class TestVersion:
    def test_a_version_cannot_change(self, prompt):
        version = prompt.latest
        with pytest.raises(TypeError, match="immutable"):
            version.save()

    def test_it_holds_unknown_keys_and_blocks_in_their_order(self, erins, erin, prompt, post):
        block = {"z": 1, "type": "video", "a": [None, 1.50]}
        body = {"x-new": {"b": 1, "a": 2}, "model": "m", "messages": [{"role": "user"}]}
        body["messages"][0]["content"] = [block]
        prompt.save_version(Content(body), erin, parent_number=1)
        stored = PromptVersion.objects.get(number=2).parsed
        assert stored.digest() == Content(body).digest()

    def test_names_that_give_one_slug_live_side_by_side(self, alice, acme):
        slugs = [make_prompt(acme.pk, "Same name", alice).slug for _ in range(3)]
        assert slugs == ["same-name", "same-name-2", "same-name-3"]

    def test_a_name_without_letters_has_a_slug(self, alice, acme):
        assert make_prompt(acme.pk, "日本語 🎉", alice).slug == "prompt"

    def test_a_prompt_in_another_team_cannot_be_a_drafts(self, prompt, charlie):
        other = charlie.memberships.get().team
        Draft.objects.create(team=other, user=charlie, prompt=prompt, content={})
        with pytest.raises(IntegrityError):
            connection.check_constraints()


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_fifty_saves_number_the_versions_1_to_50(self, alice, acme, saying):
        prompt = make_prompt(acme.pk, "Race", alice)

        def save(number):
            return Prompt.objects.get(pk=prompt.pk).save_version(
                saying(str(number)), alice, parent_number=None
            )

        at_once(save, range(50))
        numbers = PromptVersion.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, 51))
        assert Prompt.objects.get().latest_number == 50

    def test_twenty_prompts_of_one_name_are_all_made(self, alice, acme):
        at_once(lambda _: make_prompt(acme.pk, "Same", alice), range(20))
        assert Prompt.objects.count() == 20

    def test_a_double_click_on_save_makes_one_prompt(self, erin, client_of, post):
        draft = new_draft(access_to(erin.pk, "acme"))
        clients = [client_of(erin) for _ in range(4)]
        url = f"drafts/{draft.pk}/versions/"
        answers = at_once(lambda client: post(client, url, **HELLO), clients)
        assert [answer.status_code for answer in answers] == [200] * 4
        assert (Prompt.objects.count(), PromptVersion.objects.count()) == (1, 1)

    def test_a_prompt_opened_twice_at_once_has_one_draft(self, erin, alice, acme, saying):
        prompt = make_prompt(acme.pk, "Race", alice)
        prompt.save_version(saying("x"), alice, parent_number=None)
        access = access_to(erin.pk, "acme")
        at_once(lambda _: draft_of(access, Prompt.objects.get(pk=prompt.pk)), range(8))
        assert Draft.objects.count() == 1


def test_a_form_with_errors_cannot_be_saved_by_mistake(draft, erin):
    form = EditorForm.of(draft)
    form.typed["max_tokens"] = "abc"
    with pytest.raises(ValueError, match="errors"):
        save_version(form, draft, erin)


def at_once(action, inputs):
    """The results of ``action`` for each input, on 8 threads with a connection each."""

    def with_own_connection(value):
        try:
            return action(value)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(with_own_connection, inputs))
