"""Blocks of every kind, odd ones too: what the editor draws and gets back is what was stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.growth import proven_to_grow_with_length
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft

from .form_page import draft_with, html_of, post_of
from .test_round_trip import json_values, keys, scalars, texts

MEDIA = {"type": "workbench_media", "sha256": "ab" * 32, "media_type": "image/png"}
rests = st.dictionaries(keys, json_values, max_size=2)
caches = st.sampled_from(
    [
        {"type": "ephemeral"},
        {"type": "ephemeral", "ttl": "5m"},
        {"ttl": "1h", "type": "ephemeral"},
        {"type": "ephemeral", "ttl": "2h"},
        None,
        "",
    ]
)
citations = st.sampled_from([{"enabled": True}, {"enabled": False}, {}, None, [], {"x": 1}])
odd = texts | scalars | json_values


def kinds(type_: str, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Blocks of one type: any of the fields, in any order, among further keys."""
    known = st.fixed_dictionaries({}, optional={"cache_control": caches | json_values, **fields})
    return st.builds(
        lambda found, rest, order: shuffled({"type": type_} | rest | found, order),
        known,
        rests,
        st.randoms(use_true_random=False),
    )


def shuffled(value: dict[str, Any], order: Any) -> dict[str, Any]:
    items = list(value.items())
    order.shuffle(items)
    return dict(items)


def sources(contents: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    more = {"media_type": odd, "url": odd, "file_id": odd, "data": odd, "content": contents}
    types = st.sampled_from(["url", "file", "text", "content", "base64", "s3"]) | json_values
    return (
        st.fixed_dictionaries({"type": types}, optional=more)
        | st.just(MEDIA)
        | st.builds(lambda rest: MEDIA | rest, rests)
        | json_values
    )


def block_kinds(contents: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    source = sources(contents)
    return st.one_of(
        kinds("text", text=odd, citations=json_values),
        kinds("image", source=source, transformations=json_values),
        kinds("document", source=source, title=odd, context=odd, citations=citations),
        kinds("search_result", source=odd, title=odd, content=contents, citations=citations),
        kinds("tool_use", id=odd, name=odd, input=json_values),
        kinds("tool_result", tool_use_id=odd, content=contents, is_error=odd),
        kinds("thinking", thinking=odd, signature=texts),
        kinds("redacted_thinking", data=odd),
        kinds("server_tool_use", id=texts, name=odd, input=json_values),
        kinds("web_search_tool_result", tool_use_id=texts, content=json_values),
        kinds("container_upload", file_id=odd),
        kinds("video", source=odd),
        json_values,
    )


def contents_of(blocks: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return texts | st.lists(blocks, max_size=3) | json_values


flat = contents_of(block_kinds(texts | json_values))
nested = contents_of(block_kinds(flat))
roles = st.sampled_from(["user", "assistant", "system"])
turns = st.builds(lambda role, content: {"role": role, "content": content}, roles, nested)
bodies = st.fixed_dictionaries(
    {"model": st.just("claude-opus-5-5"), "messages": st.lists(turns, min_size=1, max_size=2)},
    optional={"system": flat},
)
slow = settings(max_examples=120, suppress_health_check=list(HealthCheck))


@slow
@given(bodies)
def test_blocks_posted_as_they_were_drawn_are_unchanged(body: dict[str, Any]) -> None:
    draft = draft_with(Content(body))

    form = EditorForm.from_post(post_of(EditorForm.of(draft)), draft)

    assert json.dumps(form.content.body) == json.dumps(body)
    assert form.turns.errors == []


@slow
@given(bodies, st.data())
def test_whatever_is_typed_into_blocks_survives_a_reload(body: dict[str, Any], data: Any) -> None:
    draft = draft_with(Content(body))
    post = post_of(EditorForm.of(draft))
    names = [name for name in post if is_typed_into(name, post)]
    for name in data.draw(st.lists(st.sampled_from(names), max_size=4)) if names else []:
        post[name] = data.draw(texts | st.sampled_from(["{", "[1", "{}", "5m", '{"type": 1}']))
    typed = EditorForm.from_post(post, draft)

    stored = kept(typed)
    shown = EditorForm.from_post(post_of(EditorForm.of(stored)), stored)

    assert json.dumps(shown.content.body) == json.dumps(typed.content.body)
    assert shown.errors == typed.errors
    assert (shown.turns.notes, shown.system.notes) == (typed.turns.notes, typed.system.notes)


def is_typed_into(name: str, post: QueryDict) -> bool:
    """Whether this is a field of a block that people see, not one that travels hidden."""
    block, _, field = name.rpartition("-")
    is_hidden = field in ("frame", "list") or (field == "json" and f"{block}-frame" in post)
    return "-block-" in name and not is_hidden


def kept(form: EditorForm) -> Draft:
    """The draft that the form is stored as."""
    notes = {**form.turns.notes, "system": form.system.notes}
    draft = draft_with(form.content)
    draft.content = json.loads(json.dumps(draft.content | {"editor": notes}))
    return draft


@pytest.mark.parametrize(
    "field",
    ["turn-1-block-0-input", "turn-1-block-1-further", "turn-1-block-2-json"],
)
def test_json_that_cannot_be_read_comes_back_as_typed_with_its_place(field: str) -> None:
    blocks = [
        {"type": "tool_use", "id": "t", "name": "n", "input": {"a": 1}},
        {"type": "text", "text": "x", "more": [1]},
        {"type": "video"},
    ]
    body = {"model": "m", "messages": [{"role": "assistant", "content": blocks}]}
    draft = draft_with(Content(body))
    form = EditorForm.from_post(post_of(EditorForm.of(draft), **{field: '{"a": 1,\n "b"'}), draft)

    again = EditorForm.of(kept(form))

    (problem,) = again.errors
    assert "no valid JSON" in problem.sentence
    assert "line 2, column 5" in problem.sentence
    place = field.split("-")[3]
    assert problem.path.startswith(f"messages.0.content.{place}")
    assert "{&quot;a&quot;: 1,\n &quot;b&quot;</textarea>" in html_of(again)


def test_blocks_deep_inside_others_are_kept() -> None:
    content: Any = "deep"
    for _ in range(25):
        content = [{"type": "tool_result", "tool_use_id": "t", "content": content}]
    body = {"model": "m", "messages": [{"role": "user", "content": content}]}
    draft = draft_with(Content(body))
    assert EditorForm.from_post(post_of(EditorForm.of(draft)), draft).content.body == body


def test_the_work_on_many_blocks_grows_with_their_number() -> None:
    def draft_of(count: int) -> Draft:
        blocks = [{"type": "text", "text": f"Passage {n}", "n": n} for n in range(count)]
        body = {"model": "m", "messages": [{"role": "user", "content": blocks}]}
        return draft_with(Content(body))

    def drawn_and_read(draft: Draft) -> None:
        form = EditorForm.from_post(post_of(EditorForm.of(draft)), draft)
        assert len(form.places) > len(draft.content["body"]["messages"][0]["content"])
        assert form.errors == []

    proven_to_grow_with_length(drawn_and_read, draft_of, 250)
