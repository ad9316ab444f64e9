"""Files that a team keeps once, and requests with and without them."""

from __future__ import annotations

import base64
import copy
import functools
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.prompts.media_files import pdf, picture
from workbench import catalogue
from workbench.prompts.media.check import Checked, check
from workbench.prompts.media.measures import problems_of_media
from workbench.prompts.media.sources import kept_source
from workbench.prompts.media.store import MissingMedia, extracted, keep, resolved
from workbench.prompts.models import Media

if TYPE_CHECKING:
    from workbench.accounts.models import Team, User

PNG, PDF, TEXT = picture("PNG"), pdf(2), "Grüße\n".encode()
LARGE = catalogue.get("claude-opus-5-5")
SMALL = catalogue.get("claude-haiku-4-5")


def sent(content: bytes, media_type: str) -> dict[str, Any]:
    data = base64.b64encode(content).decode()
    return {"type": "base64", "media_type": media_type, "data": data}


def unusual(content: bytes) -> str:
    """Base64 of ``content`` and some zeros, whose last bits, which nobody reads, are set."""
    text = base64.b64encode(content + b"\0" * (-len(content) % 3 + 1)).decode()
    assert text.endswith("A==")
    return text.replace("A==", "B==")


def saying(*blocks: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": "user", "content": list(blocks)}]}


def image(source: dict[str, Any]) -> dict[str, Any]:
    return {"type": "image", "source": source}


once_checked = functools.cache(check)


def kept(team: Team, content: bytes) -> dict[str, Any]:
    row = keep(team, once_checked(content))
    return kept_source(row.sha256, row.media_type)


def test_the_same_bytes_are_kept_once_per_team(acme: Team, charlie: User) -> None:
    first, second = keep(acme, check(PNG)), keep(acme, check(PNG))
    assert first.pk == second.pk
    elsewhere = keep(charlie.memberships.get().team, check(PNG))
    assert elsewhere.pk != first.pk
    assert Media.objects.count() == 2
    row = Media.objects.get(pk=first.pk)
    assert (row.media_type, row.size, row.width, row.height) == ("image/png", len(PNG), 60, 40)
    assert bytes(row.bytes) == PNG


@pytest.mark.django_db(transaction=True)
def test_two_uploads_of_one_file_at_once_make_one_row(acme: Team) -> None:
    found: list[int] = []
    barrier = threading.Barrier(4)

    def upload() -> None:
        barrier.wait()
        try:
            found.append(keep(acme, Checked("text/plain", b"the same")).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_every_source_is_resolved_with_one_query(acme: Team) -> None:
    body = saying(
        image(kept(acme, PNG)),
        {"type": "document", "title": "T", "source": kept(acme, PDF)},
        {"type": "document", "source": kept(acme, TEXT)},
        {"type": "tool_result", "tool_use_id": "t", "content": [image(kept(acme, PNG))]},
        {"type": "document", "source": {"type": "content", "content": [image(kept(acme, PNG))]}},
        image({"type": "url", "url": "https://example.org/a.png"}),
    )
    body["system"] = [{"type": "text", "text": "s"}, image(kept(acme, PNG))]
    before = copy.deepcopy(body)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        whole = resolved(body, acme.pk)
    assert len(queries) == 1
    assert body == before
    png = image(sent(PNG, "image/png"))
    assert whole["system"][1] == png
    assert whole["messages"][0]["content"] == [
        png,
        {"type": "document", "title": "T", "source": sent(PDF, "application/pdf")},
        {
            "type": "document",
            "source": {"type": "text", "media_type": "text/plain", "data": "Grüße\n"},
        },
        {"type": "tool_result", "tool_use_id": "t", "content": [png]},
        {"type": "document", "source": {"type": "content", "content": [png]}},
        image({"type": "url", "url": "https://example.org/a.png"}),
    ]


def test_what_only_looks_like_a_source_is_left_alone(acme: Team) -> None:
    source = kept(acme, PNG)
    call = {"type": "tool_use", "id": "t", "name": "n", "input": {"source": source}}
    assert resolved(saying(call), acme.pk) == saying(call)


def test_a_file_of_another_team_is_missing(acme: Team, charlie: User) -> None:
    foreign = kept(charlie.memberships.get().team, PNG)
    body = saying({"type": "text", "text": "a"}, image(foreign))
    with pytest.raises(MissingMedia, match="attach it again") as raised:
        resolved(body, acme.pk)
    assert raised.value.paths == ["messages.0.content.1.source"]
    (problem,) = problems_of_media(body, acme.pk, LARGE)
    assert problem.path == "messages.0.content.1.source"


@pytest.mark.parametrize("digest", [None, 7, "", "f" * 64, ["a"]])
def test_a_source_with_a_damaged_hash_is_missing(acme: Team, digest: Any) -> None:
    body = saying(image({"type": "workbench_media", "sha256": digest}))
    with pytest.raises(MissingMedia):
        resolved(body, acme.pk)
    assert len(problems_of_media(body, acme.pk, LARGE)) == 1


def test_images_and_pdf_files_in_a_request_are_kept_and_named(acme: Team) -> None:
    body = saying(
        image(sent(PNG, "image/png")), {"type": "document", "source": sent(PDF, "application/pdf")}
    )
    stored = extracted(body, acme)
    assert json.dumps(stored).count("workbench_media") == 2
    assert Media.objects.filter(team=acme).count() == 2
    assert json.dumps(resolved(stored, acme.pk)) == json.dumps(body)


@pytest.mark.parametrize(
    "source",
    [
        sent(PNG, "image/jpeg"),
        sent(b"no image", "image/png"),
        sent(PNG, "image/png") | {"extra": 1},
        {"media_type": "image/png", "type": "base64", "data": sent(PNG, "image/png")["data"]},
        sent(PNG, "image/png") | {"data": sent(PNG, "image/png")["data"] + "\n"},
        sent(PNG, "image/png") | {"data": unusual(PNG)},
        sent(PNG, "image/png") | {"data": "A"},
        sent(PNG, "image/png") | {"data": "é"},
        sent(PNG, "image/png") | {"data": None},
        sent(TEXT, "text/plain"),
        {"type": "text", "media_type": "text/plain", "data": "not kept"},
        {"type": "text", "media_type": "text/plain", "data": "\ud83d"},
        {"type": "base64", "media_type": ["image/png"], "data": sent(PNG, "image/png")["data"]},
    ],
)
def test_a_source_that_would_not_come_back_the_same_stays(
    acme: Team, source: dict[str, Any]
) -> None:
    body = saying(image(source))
    assert extracted(body, acme) == body


sources = st.sampled_from(["png", "pdf", "text", "url", "odd"])
texts = st.builds(lambda text: {"type": "text", "text": text}, st.text(max_size=5))
holders = st.builds(lambda kind, name: {"type": kind, "source": name}, st.just("image"), sources)
blocks = st.recursive(
    texts | holders | st.integers() | st.none(),
    lambda inner: st.builds(
        lambda content: {"type": "tool_result", "content": content}, st.lists(inner, max_size=3)
    ),
    max_leaves=6,
)
bodies = st.builds(
    lambda system, turns: {
        "system": system,
        "messages": [{"role": "user", "content": content} for content in turns],
    },
    st.lists(blocks, max_size=2) | st.text(max_size=3),
    st.lists(st.lists(blocks, max_size=3) | st.text(max_size=3), max_size=3),
)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(bodies)
def test_what_is_resolved_is_extracted_again(acme: Team, body: dict[str, Any]) -> None:
    known = {
        "png": kept(acme, PNG),
        "pdf": kept(acme, PDF),
        "text": kept(acme, TEXT),
        "url": {"type": "url", "url": "u"},
        "odd": {"type": "base64", "media_type": "image/png", "data": "?"},
    }

    def filled(value: Any) -> Any:
        if isinstance(value, list):
            return [filled(entry) for entry in value]
        if isinstance(value, dict):
            return {
                key: known[entry] if key == "source" else filled(entry)
                for key, entry in value.items()
            }
        return value

    body = filled(body)
    whole = resolved(body, acme.pk)
    assert "workbench_media" not in json.dumps(whole)
    assert json.dumps(extracted(whole, acme)) == json.dumps(body)


def rows(team: Team, count: int, **measures: Any) -> list[dict[str, Any]]:
    """Sources of kept files with these measures; their bytes do not matter."""
    found = []
    for number in range(count):
        row = Media.objects.create(
            team=team,
            sha256=f"{number:064x}",
            **{"media_type": "image/png", "size": 10, "bytes": b""} | measures,
        )
        found.append(kept_source(row.sha256, row.media_type))
    return found


def test_many_images_must_be_smaller_than_few(acme: Team) -> None:
    sources = rows(acme, 21, width=2_001, height=10)
    assert problems_of_media(saying(*map(image, sources[:20])), acme.pk, LARGE) == []
    found = problems_of_media(saying(*map(image, sources)), acme.pk, LARGE)
    assert [problem.path for problem in found] == [
        f"messages.0.content.{number}.source" for number in range(21)
    ]
    assert "longer than 2,000 pixels; this image has 2,001 × 10" in found[0].sentence


@pytest.mark.parametrize(("model", "most"), [(LARGE, 600), (SMALL, 100)])
def test_the_pages_of_all_files_are_limited_together(
    acme: Team, model: catalogue.Model, most: int
) -> None:
    first, second = rows(acme, 2, width=None, height=None, pages=most // 2)
    body = saying({"type": "document", "source": first}, {"type": "document", "source": second})
    assert problems_of_media(body, acme.pk, model) == []
    Media.objects.filter(sha256=first["sha256"]).update(pages=most // 2 + 1)
    (problem,) = problems_of_media(body, acme.pk, model)
    assert f"have {most + 1} pages together; this model takes at most {most}" in problem.sentence


def test_the_size_of_all_files_is_limited_together(acme: Team) -> None:
    body = saying(*map(image, rows(acme, 4, size=6_000_000)))
    assert problems_of_media(body, acme.pk, LARGE) == []
    body = saying(*body["messages"][0]["content"], body["messages"][0]["content"][0])
    (problem,) = problems_of_media(body, acme.pk, LARGE)
    assert "make 40 MB as they are sent; the API takes 32 MB" in problem.sentence
