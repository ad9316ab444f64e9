"""Attaching files to a turn, and looking at them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.unit.prompts.media_files import animation, pdf, picture
from workbench.prompts.media.check import check
from workbench.prompts.media.sources import kept_source
from workbench.prompts.media.store import keep
from workbench.prompts.models import Draft, Media

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from workbench.accounts.models import Team, User

PNG, PDF = picture("PNG"), pdf(2)


@pytest.mark.parametrize(
    ("content", "media_type", "shown"),
    [
        (PNG, "image/png", 'inline; filename="{}.png"'),
        (PDF, "application/pdf", 'attachment; filename="{}.pdf"'),
        (
            b"<script>alert(1)</script>",
            "text/plain; charset=utf-8",
            'attachment; filename="{}.txt"',
        ),
    ],
)
def test_a_kept_file_is_served_so_that_nothing_in_it_can_run(
    acme: Team,
    bob: User,
    client_of: Callable[[User], Client],
    content: bytes,
    media_type: str,
    shown: str,
) -> None:
    row = keep(acme, check(content))
    answer = client_of(bob).get(f"/t/acme/media/{row.sha256}/")
    assert answer.status_code == 200
    assert answer.content == content
    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"] == shown.format(row.sha256[:12])
    assert answer["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; frame-ancestors 'none'"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["ETag"] == f'"{row.sha256}"'


def test_a_browser_that_has_the_file_is_told_so(
    acme: Team, bob: User, client_of: Callable[[User], Client]
) -> None:
    row = keep(acme, check(PNG))
    headers = {"If-None-Match": f'"{row.sha256}"'}
    answer = client_of(bob).get(f"/t/acme/media/{row.sha256}/", headers=headers)
    assert answer.status_code == 304
    assert answer.content == b""


def test_a_file_of_another_team_is_not_there(
    acme: Team, bob: User, charlie: User, client_of: Callable[[User], Client]
) -> None:
    row = keep(charlie.memberships.get().team, check(PNG))
    assert client_of(bob).get(f"/t/acme/media/{row.sha256}/").status_code == 404
    assert client_of(bob).get("/t/acme/media/nothing/").status_code == 404
    headers = {"If-None-Match": f'"{row.sha256}"'}
    assert client_of(bob).get(f"/t/acme/media/{row.sha256}/", headers=headers).status_code == 404


def attach(client: Client, draft: Draft, *files: tuple[str, bytes], **options: Any) -> Any:
    """Post files for the first turn of ``draft``, together with its form."""
    headers = {"HX-Request": "true"} if options.get("htmx", True) else {}
    fields: dict[str, Any] = {
        "part": "turns",
        "turn-1-role": "user",
        "turn-1-text": options.get("typed", "Look"),
        "to": options.get("to", "turn-1"),
        "files": [SimpleUploadedFile(name, content) for name, content in files],
    }
    return client.post(f"/t/acme/drafts/{draft.pk}/attachments/", fields, headers=headers)


def blocks(draft: Draft) -> list[dict[str, Any]]:
    """The content of the first turn, as stored."""
    content: list[dict[str, Any]] = Draft.objects.get(pk=draft.pk).parsed.body["messages"][0][
        "content"
    ]
    return content


def test_files_become_blocks_behind_what_was_typed(erins: Client, draft: Draft) -> None:
    answer = attach(erins, draft, ("cat.png", PNG), ("C:\\a\\scan.pdf", PDF), ("notes", b"hello"))
    assert answer.status_code == 200
    text, image, document, notes = blocks(draft)
    assert text == {"type": "text", "text": "Look"}
    hashes = dict(Media.objects.values_list("media_type", "sha256"))

    def kept(media_type: str) -> dict[str, str]:
        return {
            "type": "workbench_media",
            "sha256": hashes[media_type],
            "media_type": media_type,
        }

    assert image == {"type": "image", "source": kept("image/png")}
    assert document == {
        "type": "document",
        "source": kept("application/pdf"),
        "title": "scan.pdf",
    }
    assert notes == {"type": "document", "source": kept("text/plain"), "title": "notes"}


def test_files_in_an_empty_turn_leave_a_place_for_the_question(erins: Client, draft: Draft) -> None:
    assert attach(erins, draft, ("cat.png", PNG), typed="").status_code == 200
    image, text = blocks(draft)
    assert image["type"] == "image"
    assert text == {"type": "text", "text": ""}


def test_a_tool_result_takes_files_too(erins: Client, draft: Draft) -> None:
    result = {"type": "tool_result", "tool_use_id": "t", "content": "a map"}
    draft.content["body"]["messages"] = [{"role": "user", "content": [result]}]
    draft.save()
    fields = {"to": "turn-1-block-0", "turn-1-block-0-files": [SimpleUploadedFile("a.png", PNG)]}
    path = f"/t/acme/drafts/{draft.pk}/attachments/"
    assert erins.post(path, fields, headers={"HX-Request": "true"}).status_code == 200
    text, image = blocks(draft)[0]["content"]
    assert text == {"type": "text", "text": "a map"}
    assert image["type"] == "image"


def test_a_refused_file_is_named_and_the_others_are_added(erins: Client, draft: Draft) -> None:
    answer = attach(erins, draft, ("a.png", b"<svg/>"), ("cat.png", PNG), ("b.png", b""))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "a.png is an SVG, not what its name says" in html
    assert "b.png is empty." in html
    assert "a.png is an SVG" in answer["HX-Trigger"]
    assert [block["type"] for block in blocks(draft)] == ["text", "image"]


def test_an_animation_is_added_with_a_remark(erins: Client, draft: Draft) -> None:
    answer = attach(erins, draft, ("cat.gif", animation()))
    assert answer.status_code == 200
    assert "cat.gif: The model sees only the first frame" in answer["HX-Trigger"]


def test_without_a_script_the_page_is_loaded_again(erins: Client, draft: Draft) -> None:
    answer = attach(erins, draft, ("cat.png", PNG), htmx=False)
    assert answer.status_code == 302
    assert [block["type"] for block in blocks(draft)] == ["text", "image"]


def test_without_a_script_a_refusal_stands_in_the_page(erins: Client, draft: Draft) -> None:
    answer = attach(erins, draft, ("a.png", b"<svg/>"), htmx=False)
    assert answer.status_code == 422
    assert "a.png is an SVG, not what its name says" in answer.content.decode()
    assert Draft.objects.get(pk=draft.pk).parsed.body["messages"][0]["content"] == "Look"


@pytest.mark.parametrize(
    ("to", "files", "sentence"),
    [
        ("turn-1", [], "No file was chosen"),
        ("system", [("cat.png", PNG)], "The turn for these files is not there any more"),
        ("turn-gone", [("cat.png", PNG)], "The turn for these files is not there any more"),
        ("", [("cat.png", PNG)], "The turn for these files is not there any more"),
    ],
)
def test_what_cannot_be_attached_leaves_the_text_as_typed(
    erins: Client, draft: Draft, to: str, files: list[tuple[str, bytes]], sentence: str
) -> None:
    answer = attach(erins, draft, *files, to=to)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Draft.objects.get(pk=draft.pk).parsed.body["messages"][0]["content"] == "Look"
    assert not Media.objects.exists()


def test_more_files_than_a_request_can_carry_are_refused_by_name(
    erins: Client, draft: Draft
) -> None:
    large = b"x" * (11 * 1024**2)
    files = [("1.txt", large), ("2.txt", large + b"2"), ("3.txt", large + b"3"), ("4.txt", b"4")]
    answer = attach(erins, draft, *files)
    assert answer.status_code == 422
    assert (
        "3.txt was left out: with it the files make 46.2 MB as they are sent; "
        "the API takes 32 MB in one request."
    ) in answer.content.decode()
    assert [block.get("title") for block in blocks(draft)] == [None, "1.txt", "2.txt", "4.txt"]


def test_what_the_draft_holds_already_counts_against_the_limit(erins: Client, draft: Draft) -> None:
    large = b"x" * (11 * 1024**2)
    row = keep(draft.team, check(large))
    document = {"type": "document", "source": kept_source(row.sha256, row.media_type)}
    draft.content["body"]["messages"] = [{"role": "user", "content": [document, document]}]
    draft.save()
    fields = {"to": "turn-1", "files": [SimpleUploadedFile("3.txt", large + b"3")]}
    path = f"/t/acme/drafts/{draft.pk}/attachments/"
    answer = erins.post(path, fields, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "3.txt was left out: with it the files make 46.2 MB" in answer.content.decode()
    assert len(blocks(draft)) == 2


def test_a_hundred_and_one_images_can_be_attached_at_once(erins: Client, draft: Draft) -> None:
    answer = attach(erins, draft, *[(f"{number}.png", PNG) for number in range(101)])
    assert answer.status_code == 200
    assert len(blocks(draft)) == 102
    assert Media.objects.count() == 1


def test_a_viewer_attaches_nothing(
    bob: User, draft: Draft, client_of: Callable[[User], Client]
) -> None:
    assert attach(client_of(bob), draft, ("cat.png", PNG)).status_code == 403
    assert not Media.objects.exists()
