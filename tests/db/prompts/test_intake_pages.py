"""Paste or drop: a foreign text is kept without keys, previewed, and becomes a draft or prompts."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from workbench.accounts.models import AuditEvent
from workbench.prompts.content import Content
from workbench.prompts.files.text import VersionText, write_version
from workbench.prompts.models import Draft, LibraryUpload, Media, Prompt, UploadPart, ValueSet
from workbench.runs.models import IMPORTED, Run, RunText

pytestmark = pytest.mark.django_db

UPLOADS = "/t/acme/files/uploads/"
KEY = "sk-ant-api03-" + "Ab1" * 20
BODY = {
    "model": "claude-opus-5-5",
    "max_tokens": 300,
    "system": "You are <b>calm</b>.",
    "messages": [{"role": "user", "content": "Hello </script>"}],
}
HTMX = {"HX-Request": "true"}
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def body(text: str) -> dict[str, Any]:
    return BODY | {"messages": [{"role": "user", "content": text}]}


def lines(*bodies: dict[str, Any]) -> str:
    """A batch as JSON lines."""
    return "\n".join(
        json.dumps({"custom_id": f"line {number}", "params": each})
        for number, each in enumerate(bodies, 1)
    )


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def paste(erins):
    """Pastes a text as Erin; returns the address of its preview."""

    def send(text: str) -> str:
        answer = erins.post(UPLOADS, {"text": text})
        assert answer.status_code == 302, text_of(answer)
        return answer["Location"]

    return send


class TestPreview:
    def test_a_body_is_shown_as_the_editor_would_show_it(self, erins, paste):
        answer = erins.get(paste(json.dumps(BODY)))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "You are &lt;b&gt;calm&lt;/b&gt;." in page
        assert "Hello &lt;/script&gt;" in page
        assert "1 prompt found" in text_of(answer)
        assert "claude-opus-5-5" in page

    def test_htmx_is_led_to_the_preview(self, erins):
        answer = erins.post(UPLOADS, {"text": json.dumps(BODY)}, headers=HTMX)
        assert re.fullmatch(r"/t/acme/files/found/\d+/", answer["HX-Redirect"])

    def test_the_text_is_still_there_after_a_reload(self, erins, paste):
        address = paste("This is none of the things that can be read.")
        for _ in range(2):
            assert "none of the things" in erins.get(address).content.decode()

    def test_what_is_not_understood_is_said_and_can_be_mended(self, erins, paste):
        answer = erins.get(paste("curl is a fine tool"))
        assert answer.status_code == 200
        assert "Not understood" in text_of(answer)
        assert "Read again" in text_of(answer)
        assert "Open as draft" not in text_of(answer)

    def test_keys_are_never_stored(self, erins, paste):
        address = paste(json.dumps(BODY | {"note": KEY}))
        stored = b"".join(
            bytes(each) for each in UploadPart.objects.values_list("bytes", flat=True)
        )
        assert b"REMOVED-KEY" in stored
        assert KEY.encode() not in stored
        page = erins.get(address)
        assert KEY not in page.content.decode()
        assert "Keys removed" in text_of(page)

    def test_a_file_is_read_like_a_text(self, erins):
        file = SimpleUploadedFile("ask.json", json.dumps(BODY).encode())
        answer = erins.post(UPLOADS, {"file": file})
        assert "1 prompt found" in text_of(erins.get(answer["Location"]))

    def test_our_own_file_goes_to_the_library_import(self, erins):
        text = write_version(VersionText(name="Mine", content=Content(dict(BODY))))
        for fields in ({"text": text}, {"file": SimpleUploadedFile("a.md", text.encode())}):
            address = erins.post(UPLOADS, fields)["Location"]
            assert re.fullmatch(r"/t/acme/files/uploads/\d+/", address), address
            assert "Mine" in text_of(erins.get(address))

    @pytest.mark.parametrize(
        "fields",
        [{}, {"text": " \n"}, {"text": "x", "file": SimpleUploadedFile("a.json", b"{}")}],
        ids=["nothing", "blanks", "both"],
    )
    def test_neither_or_both_is_refused_with_a_sentence_and_the_text_kept(self, erins, fields):
        answer = erins.post(UPLOADS, dict(fields))
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        if fields.get("text") == "x":
            assert ">\nx</textarea>" in answer.content.decode()
        alone = erins.post(UPLOADS, {"text": " "}, headers=HTMX)
        assert alone.status_code == 422
        assert "<html" not in alone.content.decode()

    @pytest.mark.parametrize(
        "text",
        [
            "{",
            "\0",
            '{"model": 1}',
            "[" * 500,
            '"\\ud800"',
            "{}",
            "a\u2028b",
            "curl '",
            "import anthropic",
        ],
        ids=range(9),
    )
    def test_odd_texts_get_a_preview(self, erins, text):
        answer = erins.post(UPLOADS, {"text": text})
        assert answer.status_code == 302
        assert erins.get(answer["Location"]).status_code == 200

    def test_what_the_api_would_refuse_is_said_and_holds_nothing_back(self, erins, paste):
        answer = {"role": "assistant", "content": "Once"}
        ended = BODY | {"messages": [*BODY["messages"], answer, {"role": "user", "content": ""}]}
        address = paste(lines(ended, BODY))
        page = text_of(erins.get(address))
        assert page.count("The API would refuse this") == 1
        assert page.count("This turn is empty; write something or remove it.") == 1
        assert "The API would refuse 1 of them as it is." in page
        take = {"do": "save", "take": ["1", "2"]}
        assert erins.post(f"{address}imports/", take).status_code == 302
        assert Prompt.objects.order_by("pk")[0].latest.parsed.body == ended

    def test_many_refusals_are_listed_by_the_first(self, erins, paste):
        sources = [{"type": "url", "url": f"none {number}"} for number in range(30)]
        content = [{"type": "image", "source": source} for source in sources]
        address = paste(json.dumps(BODY | {"messages": [{"role": "user", "content": content}]}))
        page = erins.get(address).content.decode()
        assert page.count("is no URL; write it out") == 10
        assert "<li>And 20 more.</li>" in page

    def test_a_file_that_is_not_kept_is_said_with_no_question_more(
        self, erins, paste, django_assert_max_num_queries
    ):
        source = {"type": "workbench_media", "sha256": "00" * 32, "media_type": "image/png"}
        turn = {"role": "user", "content": [{"type": "image", "source": source}]}
        for count in (1, 30):
            address = paste(lines(*[BODY | {"messages": [turn]}] * count))
            with django_assert_max_num_queries(9):
                page = text_of(erins.get(address))
            assert page.count("not kept here any more") >= count

    def test_only_who_pasted_it_sees_it(self, client_of, adam, bob, charlie, paste):
        address = paste(json.dumps(BODY))
        assert client_of(adam).get(address).status_code == 404
        assert client_of(bob).get(address).status_code == 403
        assert client_of(charlie).get(address).status_code == 404

    def test_the_number_of_queries_does_not_grow(self, erins, paste, django_assert_max_num_queries):
        for count in (2, 30):
            address = paste(lines(*(body(f"Question {number}") for number in range(count))))
            with django_assert_max_num_queries(9):
                assert f"{count} prompts found" in text_of(erins.get(address))


class TestGone:
    """The preview is over, or another person's, when its form arrives."""

    FIELDS = {"do": "save", "take": "1", "name-1": "My <b>name", "tags-1": "mine", "name-2": "Two"}

    @pytest.fixture
    def gone(self, paste):
        address = paste(lines(body("One"), body("Two")))
        LibraryUpload.objects.all().delete()
        return address

    def test_the_page_says_so_with_the_names_that_were_typed(self, erins, gone):
        answer = erins.post(f"{gone}imports/", self.FIELDS)
        assert answer.status_code == 404
        assert "My &lt;b&gt;name" in answer.content.decode()
        page = text_of(answer)
        assert "This preview is gone" in page
        assert "mine" in page
        assert "Two" in page
        assert not Prompt.objects.exists()

    def test_htmx_gets_a_sentence_and_keeps_its_page(self, erins, gone):
        answer = erins.post(f"{gone}imports/", self.FIELDS, headers=HTMX)
        assert answer.status_code == 404
        assert answer["Content-Type"].startswith("text/plain")
        assert answer.content.decode().endswith("What you typed stays here.")
        assert len(answer.content) <= 300, "toasts.js shows no longer one"

    def test_looking_at_it_says_so_too(self, erins, gone):
        answer = erins.get(gone)
        assert answer.status_code == 404
        assert "This preview is gone" in text_of(answer)
        assert "Names and tags" not in text_of(answer)


class TestHtmx:
    def test_what_is_wrong_comes_in_place_with_what_was_typed(self, erins, paste):
        fields = {"do": "save", "name-1": "Fine", "tags-1": "t" * 51}
        address = f"{paste(json.dumps(BODY))}imports/"
        answer = erins.post(address, fields, headers=HTMX)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "<html" not in page
        assert 'id="found" data-changed' in page
        assert 'value="Fine"' in page
        assert "A tag has at most 50 characters" in page

    @pytest.mark.parametrize(
        ("do", "place"), [("save", r"prompts/\d+/"), ("draft", r"drafts/\d+/")]
    )
    def test_it_is_led_to_what_was_made(self, erins, paste, do, place):
        answer = erins.post(f"{paste(json.dumps(BODY))}imports/", {"do": do}, headers=HTMX)
        assert re.fullmatch(f"/t/acme/{place}", answer["HX-Redirect"])


class TestDraft:
    def test_it_becomes_a_draft_with_the_same_request(self, erins, paste):
        answer = erins.post(f"{paste(json.dumps(BODY))}imports/", {"do": "draft", "name-1": "Calm"})
        draft = Draft.objects.get()
        assert answer["Location"] == f"/t/acme/drafts/{draft.pk}/"
        assert draft.parsed.body == BODY
        assert (draft.name, draft.user.name) == ("Calm", "Erin")
        assert erins.get(answer["Location"]).status_code == 200
        assert LibraryUpload.objects.exists(), "the text stays while only a draft was made of it"

    def test_a_name_that_is_too_long_is_said_and_kept(self, erins, paste):
        answer = erins.post(
            f"{paste(json.dumps(BODY))}imports/", {"do": "draft", "name-1": "n" * 201}
        )
        assert answer.status_code == 422
        assert "n" * 201 in answer.content.decode()
        assert "A name has at most 200 characters" in text_of(answer)
        assert not Draft.objects.exists()

    def test_two_that_are_ticked_are_no_draft(self, erins, paste):
        address = paste(lines(body("One"), body("Two")))
        answer = erins.post(f"{address}imports/", {"do": "draft", "take": ["1", "2"]})
        assert answer.status_code == 422
        assert "A draft holds one prompt and 2 are ticked" in text_of(answer)
        assert erins.post(f"{address}imports/", {"do": "draft", "take": "2"}).status_code == 302
        assert Draft.objects.get().parsed.body == body("Two")

    def test_media_are_kept_by_their_hash(self, erins, paste, acme):
        source = {"type": "base64", "media_type": "image/png", "data": PIXEL}
        turn = {"role": "user", "content": [{"type": "image", "source": source}]}
        address = paste(json.dumps(BODY | {"messages": [turn]}))
        media = Media.objects.get(team=acme)
        assert bytes(media.bytes) == base64.b64decode(PIXEL)
        assert media.sha256 in erins.get(address).content.decode()
        erins.post(f"{address}imports/", {"do": "draft"})
        stored = Draft.objects.get().parsed.body["messages"][0]["content"][0]["source"]
        assert stored["sha256"] == media.sha256


class TestPrompts:
    def test_those_that_are_ticked_are_saved_with_names_and_tags(self, erins, paste, erin):
        address = paste(lines(body("One"), body("Two"), body("Three")))
        fields = {"do": "save", "take": ["1", "3"], "name-1": "First", "tags-1": "new, batch"}
        answer = erins.post(f"{address}imports/", fields)
        assert answer["Location"] == "/t/acme/prompts/"
        first, third = Prompt.objects.order_by("pk")
        assert (first.name, first.tags, third.latest_number) == ("First", ["new", "batch"], 1)
        assert third.latest.parsed.body == body("Three")
        assert (third.latest.author, third.latest_author, third.latest_model) == (
            erin,
            erin,
            "claude-opus-5-5",
        )
        assert third.latest.note.startswith("Imported")
        event = AuditEvent.objects.get(action="prompt.import-found")
        assert (event.actor, event.detail) == (erin, {"prompts": 2})
        assert not LibraryUpload.objects.exists()
        assert erins.post(f"{address}imports/", fields).status_code == 404

    def test_all_or_nothing(self, erins, paste):
        address = paste(lines(body("One"), body("Two")))
        fields = {"do": "save", "take": ["1", "2"], "name-1": "Fine", "tags-2": "t" * 51}
        answer = erins.post(f"{address}imports/", fields)
        assert answer.status_code == 422
        assert not Prompt.objects.exists()
        page = answer.content.decode()
        assert "A tag has at most 50 characters" in page
        assert 'value="Fine"' in page
        assert LibraryUpload.objects.exists()

    def test_none_that_is_ticked_is_refused(self, erins, paste):
        answer = erins.post(f"{paste(lines(body('One'), body('Two')))}imports/", {"do": "save"})
        assert answer.status_code == 422
        assert "Tick at least one" in text_of(answer)

    def test_equal_names_get_addresses_of_their_own(self, erins, paste, prompt):
        address = paste(lines(body("One"), body("Two")))
        fields = {"take": ["1", "2"], "name-1": "Greeting", "name-2": "Greeting"}
        erins.post(f"{address}imports/", fields)
        slugs = Prompt.objects.order_by("pk").values_list("slug", flat=True)
        assert list(slugs) == ["greeting", "greeting-2", "greeting-3"]

    def test_the_search_finds_them(self, erins, paste):
        erins.post(f"{paste(json.dumps(body('an unusual zebra')))}imports/", {"do": "save"})
        assert "zebra" in text_of(erins.get("/t/acme/search/?q=zebra"))

    def test_the_number_of_queries_does_not_grow(self, erins, paste, django_assert_max_num_queries):
        for count in (2, 40):
            address = paste(lines(*(body(f"Question {number}") for number in range(count))))
            take = [str(number + 1) for number in range(count)]
            with django_assert_max_num_queries(45):
                erins.post(f"{address}imports/", {"do": "save", "take": take})
        assert Prompt.objects.count() == 42


class TestWhatComesAlong:
    @pytest.fixture
    def found(self, erins_access):
        """Keeps one prompt with values and a recorded answer, as a reader may find it."""
        from workbench.intake.reading import FoundPrompt, FoundVariable, Reading
        from workbench.messages_api import MessageRequest
        from workbench.prompts.intake.keeping import keep_file

        message = {
            "role": "assistant",
            "model": "claude-2.1",
            "content": [{"type": "text", "text": "An old answer"}],
            "stop_reason": "end_turn",
        }
        prompt = FoundPrompt(
            MessageRequest("2026-10-21", body=body("Dear {{NAME}}")),
            name="Letter",
            variables=(FoundVariable("NAME", "Ana"),),
            value_sets=(("Row", {"NAME": "Bo"}), ("Row", {"NAME": "Cy"})),
            answer=message,
        )
        kept = keep_file(erins_access, "old.json", Reading("a test", (prompt,)))
        return f"/t/acme/files/found/{kept.pk}/"

    def test_value_sets_and_the_answer_come_with_a_prompt(self, erins, found):
        assert "Recorded answer" in text_of(erins.get(found))
        erins.post(f"{found}imports/", {"do": "save"})
        sets = ValueSet.objects.order_by("pk").values_list("name", "values")
        assert list(sets) == [("Row", {"NAME": "Bo"}), ("Row (2)", {"NAME": "Cy"})]
        run = Run.objects.get()
        assert (run.upstream, run.state, run.version_number) == (IMPORTED, "succeeded", 1)
        assert run.message_request.body == body("Dear Ana")
        assert RunText.objects.filter(run=run).exists()
        page = text_of(erins.get(f"/t/acme/runs/{run.pk}/"))
        assert "An old answer" in page
        assert "Imported, not sent from here" in page
        for tab in ("request", "headers", "log", "message"):
            assert erins.get(f"/t/acme/runs/{run.pk}/{tab}/").status_code == 200
        assert "not sent from here" in text_of(erins.get(f"/t/acme/runs/{run.pk}/request/"))
        assert erins.get("/t/acme/runs/").status_code == 200

    def test_a_draft_stands_beside_the_answer_and_has_the_first_values(self, erins, found):
        address = erins.post(f"{found}imports/", {"do": "draft"})["Location"]
        draft = Draft.objects.get()
        assert draft.values == {"NAME": "Bo"}
        assert Run.objects.get().draft == draft
        assert "An old answer" in text_of(erins.get(address))

    def test_an_imported_run_opens_as_a_draft_that_can_be_sent(self, erins, found):
        erins.post(f"{found}imports/", {"do": "save"})
        erins.post(f"/t/acme/runs/{Run.objects.get().pk}/draft/")
        assert Draft.objects.get().upstream != IMPORTED

    def test_an_old_answer_alone_stands_beside_an_empty_draft(self, erins, paste):
        old = {"completion": " Hello to you", "stop_reason": "stop_sequence", "model": "claude-2.1"}
        address = erins.post(f"{paste(json.dumps(old))}imports/", {"do": "draft"})["Location"]
        page = text_of(erins.get(address))
        assert "Hello to you" in page
        assert "Imported, not sent from here" in page

    def test_rows_of_values_become_sets_of_a_draft(self, erins):
        file = SimpleUploadedFile("cases.csv", b"name,city\nAna,Lima\nBo,Oslo\n")
        address = erins.post(UPLOADS, {"file": file})["Location"]
        assert "Value sets" in text_of(erins.get(address))
        assert erins.post(f"{address}imports/", {"do": "draft"}).status_code == 302
        assert Draft.objects.get().values == {"name": "Ana", "city": "Lima"}
