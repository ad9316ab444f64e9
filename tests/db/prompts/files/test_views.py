"""Export and import on the web: downloads, preview, confirmation, and who may do what."""

from __future__ import annotations

import re

import pytest
from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import AsyncClient

from workbench.accounts.models import AuditEvent, Team
from workbench.prompts.files.text import read_version
from workbench.prompts.models import LibraryUpload, Prompt, PromptVersion, UploadPart

from .library import contents_of, exported, fill_library, packed, small

PAGE = "/t/acme/files/"


def upload(client, content, name="library.zip", **fields):
    """Upload a file; returns the answer."""
    if isinstance(content, str):
        content = content.encode()
    return client.post(f"{PAGE}uploads/", {"file": SimpleUploadedFile(name, content), **fields})


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def confirm(client, answer, mode="copies"):
    return client.post(f"{answer['Location']}imports/", {"mode": mode})


class TestExport:
    def test_the_archive_is_sent_as_a_file(self, erins, acme, alice):
        fill_library(acme, alice)
        answer = erins.get(f"{PAGE}library.zip")
        assert b"".join(answer.streaming_content) == exported(acme)
        assert answer["Content-Disposition"] == 'attachment; filename="acme-library.zip"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "application/zip"
        event = AuditEvent.objects.get(action="library.export")
        assert (event.actor.name, event.team, event.detail["files"]) == ("Erin", acme, 15)

    def test_chosen_prompts_alone(self, erins, prompt, alice):
        answer = erins.get(f"{PAGE}library.zip", {"prompt": [prompt.pk]})
        names = list(contents_of(b"".join(answer.streaming_content)))
        assert names == [
            "prompts/greeting/prompt.json",
            "prompts/greeting/v0001.prompt.md",
            "workbench.json",
        ]

    @pytest.mark.parametrize("number", ["x", "-1", "1" * 30, "\u00b2"])
    def test_a_prompt_that_is_none_is_a_bad_request(self, erins, number):
        assert erins.get(f"{PAGE}library.zip", {"prompt": number}).status_code == 400

    def test_one_version_is_a_text_file(self, erins, prompt):
        answer = erins.get(f"/t/acme/prompts/{prompt.pk}/versions/1/file/")
        assert read_version(answer.content.decode()).content == prompt.latest.parsed
        assert answer["Content-Disposition"] == 'attachment; filename="greeting-v0001.prompt.md"'
        assert answer["Content-Type"] == "text/markdown; charset=utf-8"
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_all_versions_of_one_prompt_are_an_archive(self, erins, prompt):
        answer = erins.get(f"/t/acme/prompts/{prompt.pk}/files/")
        assert len(contents_of(b"".join(answer.streaming_content))) == 3
        assert answer["Content-Disposition"] == 'attachment; filename="greeting.zip"'

    def test_a_viewer_exports_and_is_offered_no_import(self, client_of, bob, prompt):
        page = client_of(bob).get(PAGE).content.decode()
        assert "Export the library" in page
        assert 'type="file"' not in page
        answer = client_of(bob).get(f"{PAGE}library.zip")
        assert len(contents_of(b"".join(answer.streaming_content))) == 3

    def test_a_stranger_gets_nothing(self, client_of, charlie, prompt):
        for path in (PAGE, f"{PAGE}library.zip", f"/t/acme/prompts/{prompt.pk}/files/"):
            assert client_of(charlie).get(path).status_code == 404

    def test_the_page_of_a_version_offers_its_file(self, erins, prompt):
        page = erins.get(f"/t/acme/prompts/{prompt.pk}/versions/1/").content.decode()
        for words in ("Download as file", "Download all versions", "Add a version from a file"):
            assert words in page


@pytest.mark.django_db(transaction=True)
async def test_the_web_server_sends_an_archive_in_pieces(alice, acme):
    content = b"x" * 600_000
    await Prompt.objects.acreate(team=acme, name="P", slug="p", latest_number=1)
    prompt = await Prompt.objects.aget()
    body = {"system": content.decode(), "messages": []}
    said = {"api_version": "2026-10-21", "betas": [], "body": body, "variables": []}
    await PromptVersion.objects.acreate(
        team=acme, prompt=prompt, number=1, content=said, content_hash=""
    )
    client = AsyncClient()
    await client.aforce_login(alice)
    answer = await client.get(f"{PAGE}library.zip")
    pieces = [piece async for piece in answer]
    assert len(pieces) == 3
    assert len(b"".join(pieces)) > 600_000
    await sync_to_async(answer.close)()
    await sync_to_async(connections.close_all)()


class TestImport:
    def test_an_archive_is_previewed_then_imported(self, erins, erin, acme):
        answer = upload(erins, packed(small()))
        assert answer.status_code == 302
        page = text_of(erins.get(answer["Location"]))
        assert "The import makes 1 prompt, 2 versions" in page
        assert "Greeting prompt new, 2 versions" in page
        assert not Prompt.objects.exists()
        done = confirm(erins, answer)
        assert done["Location"] == "/t/acme/prompts/"
        prompt = Prompt.objects.get(team=acme)
        assert (prompt.name, prompt.latest_number, prompt.created_by) == ("Greeting", 2, erin)
        assert not LibraryUpload.objects.exists()
        assert not UploadPart.objects.exists()
        event = AuditEvent.objects.get(action="library.import")
        assert (event.actor, event.target) == (erin, "library.zip")
        assert event.detail == {"mode": "copies", "changes": 1, "prompt": 1, "version": 2}
        assert "Imported: 1 prompt, 2 versions." in text_of(erins.get(done["Location"]))

    def test_the_mode_is_chosen_by_a_link(self, erins, acme, alice):
        fill_library(acme, alice)
        answer = upload(erins, exported(acme))
        assert "as “greeting-zwolf-2”" in text_of(erins.get(answer["Location"]))
        page = text_of(erins.get(f"{answer['Location']}?mode=update"))
        assert "All of it is here already: there is nothing to import." in page
        confirm(erins, answer, "update")
        assert Prompt.objects.count() == 2

    def test_an_unknown_mode_is_the_careful_one(self, erins, prompt):
        answer = upload(erins, exported(prompt.team))
        assert "as “greeting-2”" in text_of(erins.get(f"{answer['Location']}?mode=x"))

    def test_a_bad_archive_is_refused_with_its_sentences_and_changes_nothing(self, erins):
        bad = packed(small(**{"prompts/greeting/v0002.prompt.md": "---\nmodel\n---\n"}))
        answer = upload(erins, bad)
        sentence = "prompts/greeting/v0002.prompt.md, line 2: “model” is no setting"
        page = text_of(erins.get(answer["Location"]))
        assert sentence in page
        assert "The import makes" not in page
        refused = confirm(erins, answer)
        assert refused.status_code == 422
        assert sentence in text_of(refused)
        assert not Prompt.objects.exists()
        assert not AuditEvent.objects.filter(action="library.import").exists()
        assert LibraryUpload.objects.count() == 1

    def test_what_is_hostile_is_shown_as_text(self, erins):
        name = "<script>alert(1)</script>"
        answer = upload(
            erins, packed(small(**{"prompts/greeting/prompt.json": f'{{"name": "{name}"}}'}))
        )
        page = erins.get(answer["Location"]).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page

    def test_large_uploads_come_back_whole(self, erins):
        # Three pieces, the last of them not full.
        text = "a" * 2_500_000
        answer = upload(erins, f"---\nname: Long\n---\n=== user\n{text}\n", "long.prompt.md")
        assert UploadPart.objects.count() == 3
        confirm(erins, answer)
        assert PromptVersion.objects.get().content["body"]["messages"][0]["content"] == text

    def test_another_upload_takes_the_place_of_the_first(self, erins, client_of, alice):
        upload(client_of(alice), packed(small()))
        upload(erins, packed(small()))
        upload(erins, packed(small()))
        assert LibraryUpload.objects.count() == 2

    def test_an_upload_is_its_persons_alone(self, erins, client_of, alice):
        answer = upload(erins, packed(small()))
        assert client_of(alice).get(answer["Location"]).status_code == 404
        assert confirm(client_of(alice), answer).status_code == 404

    def test_imported_twice_it_is_gone(self, erins):
        answer = upload(erins, packed(small()))
        confirm(erins, answer)
        assert confirm(erins, answer).status_code == 404
        assert Prompt.objects.count() == 1

    @pytest.mark.parametrize("fields", [{}, {"file": SimpleUploadedFile("a.zip", b"")}])
    def test_no_file_is_said_in_one_sentence(self, erins, fields):
        answer = erins.post(f"{PAGE}uploads/", fields)
        assert answer.status_code == 422
        assert "There is nothing to read: paste a text or choose a file" in text_of(answer)

    def test_too_large_a_file_is_sent_to_the_command_line(self, erins, monkeypatch):
        monkeypatch.setattr("workbench.prompts.files.views.LARGEST", 10)
        answer = upload(erins, packed(small()))
        assert answer.status_code == 422
        assert "manage.py library import FILE" in text_of(answer)
        assert not LibraryUpload.objects.exists()

    def test_a_viewer_may_not(self, client_of, bob, erins):
        answer = upload(erins, packed(small()))
        browser = client_of(bob)
        assert upload(browser, packed(small())).status_code == 403
        assert browser.get(answer["Location"]).status_code == 403
        assert confirm(browser, answer).status_code == 403

    def test_a_stranger_finds_nothing(self, client_of, charlie, erins):
        answer = upload(erins, packed(small()))
        browser = client_of(charlie)
        assert upload(browser, packed(small())).status_code == 404
        assert browser.get(answer["Location"]).status_code == 404


class TestOneVersion:
    FILE = "---\nname: A file\nauthor: Zoe\nnote: By hand\nmodel: m\n---\n=== user\nHello\n"

    def test_it_becomes_a_prompt(self, erins, erin):
        answer = upload(erins, self.FILE, "any.prompt.md")
        assert "first version of a new prompt" in text_of(erins.get(answer["Location"]))
        done = confirm(erins, answer)
        version = PromptVersion.objects.get()
        assert done["Location"] == f"/t/acme/prompts/{version.prompt_id}/versions/1/"
        assert (version.prompt.name, version.note, version.author) == ("A file", "By hand", erin)
        assert AuditEvent.objects.filter(action="prompt.import", target="A file").exists()

    def test_without_a_name_it_is_called_as_the_file(self, erins):
        confirm(erins, upload(erins, "---\nmodel: m\n---\n", "My greeting.prompt.md"))
        assert Prompt.objects.get().name == "My greeting"

    def test_it_becomes_the_next_version_of_a_chosen_prompt(self, erins, prompt):
        page = text_of(erins.get(f"{PAGE}?prompt={prompt.pk}"))
        assert "becomes the next version of Greeting" in page
        answer = upload(erins, self.FILE, "a.md", prompt=prompt.pk)
        assert "becomes v2 of Greeting" in text_of(erins.get(answer["Location"]))
        confirm(erins, answer)
        version = prompt.versions.get(number=2)
        assert (version.parent_number, version.prompt.name) == (1, "Greeting")

    def test_a_file_that_says_nothing_new_makes_no_version(self, erins, prompt):
        text = erins.get(f"/t/acme/prompts/{prompt.pk}/versions/1/file/").content
        done = confirm(erins, upload(erins, text, "a.md", prompt=prompt.pk))
        assert prompt.versions.count() == 1
        assert "Nothing was imported: v1" in text_of(erins.get(done["Location"]))

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("Hello", "a.md, line 1: a file begins with a line ---"),
            (f"---\nname: {'x' * 10_000}\n---\n", "its name has 10,000 characters"),
            ('---\ncopied_from: {"system": 5}\n---\n', "the value of copied_from does not"),
            ('---\nvariables: [{"name": "a b"}]\n---\n', "“a b” cannot name a variable"),
            (
                '---\n---\n=== user blocks\n--- json\n{"type": "image", "source": '
                '{"type": "workbench_media", "sha256": "abc"}}\n',
                "it names the file abc…, which is not kept here",
            ),
            (b"---\nname: \xff\n---\n", "it is not UTF-8 text"),
            (b"\x1f\x8b\x08", "it is not UTF-8 text"),
        ],
    )
    def test_what_cannot_be_read_is_said(self, erins, text, sentence):
        answer = upload(erins, text, "a.md")
        assert sentence in text_of(erins.get(answer["Location"]))
        assert confirm(erins, answer).status_code == 422
        assert not Prompt.objects.exists()

    def test_a_prompt_of_another_team_cannot_be_chosen(self, erins, charlie):
        team = Team.objects.get(slug="elsewhere")
        other = Prompt.objects.create(team=team, name="X", slug="x")
        assert upload(erins, self.FILE, "a.md", prompt=other.pk).status_code == 404
        assert erins.get(f"{PAGE}?prompt={other.pk}").status_code == 404
        assert erins.get(f"{PAGE}?prompt=x").status_code == 400

    def test_nul_and_half_characters_are_replaced_where_they_come_in(self, erins):
        confirm(erins, upload(erins, '---\nx: "\\ud83d"\n---\n=== user\na\0b\r\nc\n', "a.md"))
        body = PromptVersion.objects.get().content["body"]
        assert body == {"x": "\ufffd", "messages": [{"role": "user", "content": "a\ufffdb\nc"}]}

    def test_odd_notes_of_a_file_break_no_page(self, erins):
        text = '---\nmocks: {"a": 5, "b": {"kind": 1, "rules": 2}}\norigins: {"x": 5}\n---\n'
        done = confirm(erins, upload(erins, f"{text}=== json\n5\n", "a.md"))
        assert erins.get(done["Location"]).status_code == 200
        assert erins.get(f"/t/acme/prompts/{Prompt.objects.get().pk}/").status_code == 200
