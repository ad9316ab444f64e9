"""A draft keeps all that is typed, for its author alone."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings

from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.prompts.opening import draft_of

PATHS = ("", "turns/", "tools/", "variables/", "parameters/", "model/", "versions/")


class TestAccess:
    @pytest.mark.parametrize("path", PATHS)
    def test_a_viewer_may_not_write(self, client_of, bob, draft, path, post):
        assert post(client_of(bob), f"drafts/{draft.pk}/{path}").status_code == 403

    @pytest.mark.parametrize("path", PATHS)
    def test_a_stranger_gets_404(self, client_of, charlie, draft, path, post):
        assert post(client_of(charlie), f"drafts/{draft.pk}/{path}").status_code == 404

    @pytest.mark.parametrize("path", PATHS)
    def test_another_members_draft_is_404(self, client_of, alice, draft, path, post):
        answer = post(client_of(alice), f"drafts/{draft.pk}/{path}", name="Mine now")
        assert answer.status_code == 404
        draft.refresh_from_db()
        assert draft.name == ""

    @pytest.mark.parametrize("path", PATHS[1:])
    def test_a_get_is_the_wrong_method(self, erins, draft, path):
        assert erins.get(f"/t/acme/drafts/{draft.pk}/{path}").status_code == 405

    def test_its_page_is_the_authors_alone(self, client_of, alice, bob, charlie, draft):
        url = f"/t/acme/drafts/{draft.pk}/"
        statuses = [client_of(user).get(url).status_code for user in (alice, bob, charlie)]
        assert statuses == [404, 403, 404]


class TestAutosave:
    def test_it_keeps_everything_and_returns_no_field(self, erins, draft, post):
        fields = {"system__text": "Be {{TONE}}", "turn__1__role": "user", "turn__1__text": "Hi"}
        answer = post(erins, f"drafts/{draft.pk}/", name="N", max_tokens="9", **fields)
        draft.refresh_from_db()
        body = draft.parsed.body
        assert answer.status_code == 200
        assert (draft.name, body["max_tokens"], body["system"]) == ("N", 9, "Be {{TONE}}")
        assert body["messages"] == [{"role": "user", "content": "Hi"}]
        html = answer.content.decode()
        assert "<textarea" not in html
        assert "Declare <code>TONE</code>" in html
        assert 'id="saved-at"' in html

    def test_without_a_script_it_leads_back_to_the_page(self, erins, draft, post):
        answer = post(erins, f"drafts/{draft.pk}/", htmx=False, name="N")
        assert answer.headers["Location"] == f"/t/acme/drafts/{draft.pk}/"

    def test_bad_values_are_kept_as_typed_and_explained(self, erins, draft, post):
        answer = post(erins, f"drafts/{draft.pk}/", max_tokens="abc")
        draft.refresh_from_db()
        assert answer.status_code == 200
        assert "not “abc”" in answer.content.decode()
        assert EditorForm.of(draft).max_tokens == "abc"
        assert "abc" not in json.dumps(draft.parsed.to_dict())

    def test_a_late_post_of_the_same_page_is_ignored(self, erins, draft, post):
        for sequence, name in ((20, "second"), (10, "first")):
            erins.post(
                f"/t/acme/drafts/{draft.pk}/",
                {"name": name, "page": "p1"},
                headers={"X-Draft-Sequence": str(sequence), "HX-Request": "true"},
            )
        draft.refresh_from_db()
        assert draft.name == "second"

    def test_another_page_with_a_slow_clock_is_not_late(self, erins, draft, post):
        for page, sequence in (("p1", 20), ("p2", 10)):
            erins.post(
                f"/t/acme/drafts/{draft.pk}/",
                {"name": page, "page": page},
                headers={"X-Draft-Sequence": str(sequence), "HX-Request": "true"},
            )
        draft.refresh_from_db()
        assert draft.name == "p2"

    def test_a_post_without_a_script_is_never_late(self, erins, draft, post):
        url, page = f"/t/acme/drafts/{draft.pk}/", {"page": "p1"}
        erins.post(url, page | {"name": "saved"}, headers={"X-Draft-Sequence": "20"})
        erins.post(url, page | {"name": "sent by the form itself"})
        draft.refresh_from_db()
        assert draft.name == "sent by the form itself"

    def test_another_model_redraws_what_depends_on_it(self, erins, draft, post):
        regions = EditorForm.of(draft).panel.regions.values()
        shown = {"drawn": [f"{region.name} {region.mark}" for region in regions]}
        url = f"/t/acme/drafts/{draft.pk}/"
        headers = {"HX-Request": "true"}
        same = erins.post(url, shown, headers=headers).content.decode()
        other = erins.post(
            url, shown | {"model": "claude-haiku-4-5", "api_version": "2023-06-01"}, headers=headers
        )
        assert 'id="sampling"' not in same
        assert 'id="sampling"' in other.content.decode()

    def test_a_damaged_field_is_refused_with_a_sentence(self, erins, draft, post):
        answer = post(erins, f"drafts/{draft.pk}/", turn__1__block__0__frame="{")
        assert answer.status_code == 400
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert "damaged" in answer.content.decode()

    def test_nul_and_surrogates_are_stored_as_replacements(self, erins, draft, post):
        answer = post(erins, f"drafts/{draft.pk}/", name="a\x00b", turn__1__text="x\x00\r\ny")
        draft.refresh_from_db()
        assert answer.status_code == 200
        assert draft.name == "a\ufffdb"
        assert draft.parsed.body["messages"][0]["content"] == "x\ufffd\ny"

    def test_five_megabytes_are_kept(self, erins, draft, post):
        text = "täxt " * 1_000_000
        assert post(erins, f"drafts/{draft.pk}/", turn__1__text=text).status_code == 200
        draft.refresh_from_db()
        assert draft.parsed.body["messages"][0]["content"] == text


class TestParts:
    def test_a_pair_is_added_and_only_it_is_sent(self, erins, draft, post):
        fields = {"turn__1__role": "user", "turn__1__text": "being typed", "add": "pair"}
        html = post(erins, f"drafts/{draft.pk}/turns/", **fields).content.decode()
        draft.refresh_from_db()
        roles = [message["role"] for message in draft.parsed.body["messages"]]
        assert roles == ["user", "assistant", "user"]
        assert 'hx-swap-oob="beforeend:#turns"' in html
        assert "being typed" not in html

    def test_a_removed_turn_can_be_brought_back_until_a_version_is_saved(self, erins, draft, post):
        url = f"drafts/{draft.pk}/turns/"
        html = post(erins, url, turn__1__text="precious", remove="1", part="turns").content.decode()
        assert '<div id="turn-1" hx-swap-oob="delete">' in html
        assert "Undo" in html
        draft.refresh_from_db()
        assert draft.parsed.body["messages"] == []

        html = post(erins, url, part="turns", restore="1").content.decode()

        assert "precious" in html
        draft.refresh_from_db()
        assert draft.parsed.body["messages"] == [{"role": "user", "content": "precious"}]

    def test_a_turn_nested_as_deeply_as_may_be_can_be_removed(self, erins, draft, post):
        deep = '{"role": "user", "content": ' + "[" * 197 + "]" * 197 + "}"
        fields = {"part": "turns", "turn__1__whole": deep}
        assert post(erins, f"drafts/{draft.pk}/turns/", remove="1", **fields).status_code == 200

    def test_declaring_stops_where_the_form_could_not_be_posted_any_more(self, erins, draft, post):
        text = " ".join(f"{{{{V{number}}}}}" for number in range(6_000))
        fields = {"turn__1__text": text, "declare-all": "1"}
        answer = post(erins, f"drafts/{draft.pk}/variables/", **fields)
        assert "at most 4,000 variables" in answer.headers["HX-Trigger"]
        page = erins.get(f"/t/acme/drafts/{draft.pk}/").content.decode()
        fields_of_rows = page.count(' name="variable-')
        assert 15_000 < fields_of_rows < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS - 1_000

    def test_a_turn_moves_to_before_the_one_it_passed(self, erins, draft, post):
        fields = {"turn__a__text": "one", "turn__b__role": "assistant", "turn__b__text": "two"}
        html = post(erins, f"drafts/{draft.pk}/turns/", up="b", **fields).content.decode()
        draft.refresh_from_db()
        texts = [message["content"] for message in draft.parsed.body["messages"]]
        assert texts == ["two", "one"]
        assert 'hx-swap-oob="beforebegin:#turn-a"' in html
        assert html.index('id="turn-b" hx-swap-oob="delete"') < html.index("beforebegin")

    def test_a_hostile_key_names_no_element(self, erins, draft, post):
        html = post(erins, f"drafts/{draft.pk}/turns/", remove='"><script>').content.decode()
        assert "<script" not in html

    def test_all_that_looks_like_variables_is_declared_at_one_click(self, erins, draft, post):
        fields = {"turn__1__text": "{{A}} {{B}} {{A}}", "declare-all": "1"}
        html = post(erins, f"drafts/{draft.pk}/variables/", **fields).content.decode()
        draft.refresh_from_db()
        assert draft.parsed.declared == ("A", "B")
        assert 'data-variable="A"' in html
        assert "Declare <code>" not in html

    def test_a_removed_variable_keeps_its_value(self, erins, draft, post):
        url = f"drafts/{draft.pk}/variables/"
        row = {"variable__1__name": "A", "variable__1__value": "precious"}
        post(erins, url, remove="1", **row)
        draft.refresh_from_db()
        assert (draft.parsed.declared, draft.values) == ((), {})
        assert "precious" in post(erins, url, part="variables", restore="1").content.decode()
        draft.refresh_from_db()
        assert draft.values == {"A": "precious"}

    def test_a_refused_parameter_is_removed_when_asked(self, erins, draft, post):
        changed = {"temperature": "0.2", "drawn": "model-notes old"}
        html = post(erins, f"drafts/{draft.pk}/parameters/", **changed).content.decode()
        assert "Temperature 0.2</strong> is set and may block the run" in html
        html = post(erins, f"drafts/{draft.pk}/parameters/", remove="temperature").content.decode()
        draft.refresh_from_db()
        assert "temperature" not in draft.parsed.body
        assert 'id="model-notes"' in html
        assert "block the run" not in html

    def test_a_stop_sequence_row_comes_and_goes(self, erins, draft, post):
        url = f"drafts/{draft.pk}/parameters/"
        assert "<textarea" in post(erins, url, **{"add-stop": "1"}).content.decode()
        fields = {"stop-1-text": "X", "stop-2-text": "Y", "remove-stop": "1"}
        html = post(erins, url, **fields).content.decode()
        draft.refresh_from_db()
        assert draft.parsed.body["stop_sequences"] == ["Y"]
        assert '<div id="stop-1" hx-swap-oob="delete">' in html

    @pytest.mark.parametrize("path", ["turns/", "variables/", "parameters/"])
    def test_without_a_script_the_page_is_loaded_again(self, erins, draft, path, post):
        answer = post(erins, f"drafts/{draft.pk}/{path}", htmx=False, name="N")
        assert answer.headers["Location"] == f"/t/acme/drafts/{draft.pk}/"


class TestOpening:
    def test_a_prompts_draft_starts_from_its_latest_version(self, erins_access, prompt, saying):
        draft = draft_of(erins_access, prompt)
        assert draft.parsed == saying("Hello")
        assert (draft.name, draft.base_number) == ("Greeting", 1)
        assert draft_of(erins_access, prompt).pk == draft.pk

    def test_an_untouched_draft_follows_the_prompt(self, erins_access, prompt, alice, saying):
        draft_of(erins_access, prompt)
        prompt.save_version(saying("Hi"), alice, parent_number=1)
        draft = draft_of(erins_access, prompt)
        assert (draft.base_number, draft.parsed) == (2, saying("Hi"))

    def test_a_changed_draft_stays_and_is_told_of_the_newer_version(
        self, erins, erins_access, prompt, alice, post, saying
    ):
        draft = draft_of(erins_access, prompt)
        post(erins, f"drafts/{draft.pk}/", system__text="Mine")
        prompt.save_version(saying("Hi"), alice, parent_number=1)
        assert draft_of(erins_access, prompt).base_number == 1
        html = post(erins, f"drafts/{draft.pk}/", name="Greeting").content.decode()
        assert "Alice saved v2 while you edited v1" in html

    def test_what_was_typed_and_is_not_usable_keeps_the_draft_where_it_is(
        self, erins, erins_access, prompt, alice, post, saying
    ):
        draft = draft_of(erins_access, prompt)
        row = {"variable__1__name": "no name", "variable__1__value": "precious"}
        post(erins, f"drafts/{draft.pk}/", **row)
        prompt.save_version(saying("Hi"), alice, parent_number=1)
        assert "precious" in erins.get(f"/t/acme/prompts/{prompt.pk}/").content.decode()
        post(erins, "drafts/", htmx=False, prompt=str(prompt.pk), number="2")
        draft.refresh_from_db()
        assert EditorForm.of(draft).declarations.rows[0].value == "precious"

    def test_an_old_version_opens_as_a_draft_of_the_next(self, erins, prompt, alice, post, saying):
        prompt.save_version(saying("Hi"), alice, parent_number=1)
        answer = post(erins, "drafts/", htmx=False, prompt=str(prompt.pk), number="1")
        assert "Hello" in erins.get(answer.headers["Location"], follow=True).content.decode()
        draft = Draft.objects.get()
        assert (draft.base_number, draft.parsed) == (2, saying("Hello"))
        post(erins, f"drafts/{draft.pk}/versions/")
        assert PromptVersion.objects.get(number=3).parsed == saying("Hello")

    def test_opening_a_version_loses_no_unsaved_change(
        self, erins, erins_access, prompt, post, saying
    ):
        mine = draft_of(erins_access, prompt)
        post(erins, f"drafts/{mine.pk}/", system__text="Mine")
        post(erins, "drafts/", htmx=False, prompt=str(prompt.pk), number="1")
        mine.refresh_from_db()
        assert (mine.prompt, mine.parsed.body["system"]) == (None, "Mine")
        assert mine.name == "Greeting (unsaved changes)"
        opened = Draft.objects.get(prompt=prompt)
        assert opened.parsed == saying("Hello")


class TestPages:
    def test_a_draft_without_a_prompt_has_its_own_page(self, erins, draft):
        page = erins.get(f"/t/acme/drafts/{draft.pk}/")
        assert page.status_code == 200
        assert 'id="prompt-form"' in page.content.decode()

    def test_a_draft_of_a_prompt_is_found_at_the_prompt(self, erins, erins_access, prompt):
        draft = draft_of(erins_access, prompt)
        answer = erins.get(f"/t/acme/drafts/{draft.pk}/")
        assert answer.headers["Location"] == f"/t/acme/prompts/{prompt.pk}/"
        page = erins.get(f"/t/acme/prompts/{prompt.pk}/").content.decode()
        assert "Hello" in page
        assert f'action="/t/acme/drafts/{draft.pk}/runs/"' in page

    def test_ids_on_the_page_are_unique(self, erins, draft, post):
        fields = {"turn__1__text": "a", "turn__2__text": "b", "variable__1__name": "A"}
        post(erins, f"drafts/{draft.pk}/", **fields, **{"stop-1-text": "x"})
        ids = re.findall(
            r'\sid="([^"]+)"', erins.get(f"/t/acme/drafts/{draft.pk}/").content.decode()
        )
        assert sorted(ids) == sorted(set(ids))

    def test_a_viewer_reads_the_latest_version(self, client_of, bob, prompt):
        page = client_of(bob).get(f"/t/acme/prompts/{prompt.pk}/").content.decode()
        assert "Hello" in page
        assert "prompt-form" not in page
        assert "Open as draft" not in page
        assert not Draft.objects.exists()

    def test_an_editor_reads_a_version_and_may_open_it(self, erins, prompt):
        page = erins.get(f"/t/acme/prompts/{prompt.pk}/versions/1/").content.decode()
        assert "Hello" in page
        assert "Open as draft" in page

    @pytest.mark.parametrize("path", ["", "versions/1/"])
    def test_a_stranger_gets_404(self, client_of, charlie, prompt, path):
        assert client_of(charlie).get(f"/t/acme/prompts/{prompt.pk}/{path}").status_code == 404

    @pytest.mark.parametrize("path", ["", "versions/1/"])
    def test_a_prompt_takes_no_post(self, erins, prompt, path, post):
        assert post(erins, f"prompts/{prompt.pk}/{path}").status_code == 405

    def test_a_version_that_is_not_there_is_404(self, erins, prompt):
        assert erins.get(f"/t/acme/prompts/{prompt.pk}/versions/2/").status_code == 404

    def test_hostile_content_is_shown_as_text(self, erins, client_of, bob, prompt, alice, saying):
        evil = "</textarea></pre><script>alert(1)</script>{{7*7}}"
        body = saying(evil).with_body(system=[{"type": evil}], other=evil)
        prompt.save_version(body, alice, parent_number=1)
        Prompt.objects.update(name=evil)
        for client in (erins, client_of(bob)):
            page = client.get(f"/t/acme/prompts/{prompt.pk}/").content.decode()
            assert "<script>alert(1)" not in page
            assert "{{7*7}}" in page
        assert PromptVersion.objects.count() == 2
