"""What is refused in the conversation: turns, blocks, tool pairs, system turns, prefill."""

from typing import Any

import pytest

from workbench.catalogue import Catalogue

from .examples import NEW, OLD, found, result, text, tool, turn, use

ASK, ANSWER = turn("user", "Hi"), turn("assistant", "Hello")
DOCUMENT = {"type": "document", "source": {"type": "url", "url": "https://example.org/a.pdf"}}
PNG = {"type": "base64", "media_type": "image/png", "data": "aGk="}
SEARCH = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "q"}}
FOUND = {"type": "search_result", "source": "s", "title": "t"}
SEARCHED = {"type": "web_search_tool_result", "tool_use_id": "s1", "content": []}


def paths(*messages: Any, **changes: Any) -> list[str]:
    return list(found(messages=list(messages), **changes))


@pytest.mark.parametrize("messages", [None, [], "Hi", {"role": "user"}])
def test_a_conversation_is_needed(messages: Any) -> None:
    assert list(found(messages=messages)) == ["messages"]


@pytest.mark.parametrize(
    ("message", "path"),
    [
        ("Hi", "messages.0"),
        ({"role": "robot", "content": "Hi"}, "messages.0.role"),
        ({"role": ["user"], "content": "Hi"}, "messages.0.role"),
        ({"role": "user"}, "messages.0.content"),
        ({"role": "user", "content": ""}, "messages.0.content"),
        ({"role": "user", "content": " \n"}, "messages.0.content"),
        ({"role": "user", "content": []}, "messages.0.content"),
        ({"role": "user", "content": 7}, "messages.0.content"),
        (turn("user", text("")), "messages.0.content.0.text"),
        (turn("user", text(" "), text("\n")), "messages.0.content"),
        (turn("user", {"type": "text"}), "messages.0.content.0.text"),
        (turn("user", {}), "messages.0.content.0.type"),
        (turn("user", 7, text()), "messages.0.content.0"),
    ],
)
def test_a_turn_needs_a_role_and_something_in_it(message: Any, path: str) -> None:
    assert paths(message) == [path]


def test_white_space_beside_text_is_accepted() -> None:
    assert paths(turn("user", text(" "), text("ok"))) == []


def test_neighbouring_turns_of_one_role_are_accepted() -> None:
    assert paths(ASK, ASK) == []


def test_unknown_blocks_and_sources_are_let_through() -> None:
    local = {"type": "image", "source": {"type": "workbench_media", "sha256": "00"}}
    kept = {"type": "document", "source": {"type": "workbench_media", "media_type": "text/plain"}}
    assert paths(turn("user", {"type": "hologram", "depth": 3}, local, kept)) == []


@pytest.mark.parametrize(
    ("block", "sentences"),
    [
        ({"type": ""}, {"type": "A content block needs a type, such as text or image."}),
        (
            {
                "type": "document",
                "source": {"type": "text", "media_type": "text/plain", "data": ""},
            },
            {"source.data": "The source of this document is empty; fill it in."},
        ),
        (
            {"type": "document", "source": {"type": "content", "content": [text("")]}},
            {"source.content.0.text": "This text is empty; write something or remove it."},
        ),
        (
            {"type": "document", "source": {"type": "content", "content": []}},
            {
                "source.content": "This document has no parts; add a text or remove the document.",
            },
        ),
        (
            {"type": "search_result", "source": "", "title": "", "content": [text("")]},
            {
                "source": "A search result needs its source, such as a URL.",
                "title": "A search result needs a title.",
                "content.0.text": "This text is empty; write something or remove it.",
            },
        ),
        (
            {"type": "container_upload", "file_id": ""},
            {"file_id": "A file for the container needs its file ID."},
        ),
        (
            {"type": "document", "source": {"type": "url", "url": "cat"}},
            {"source.url": 'The address "cat" is no URL; write it out, from https:// on.'},
        ),
        (
            {"type": "image", "source": PNG | {"data": "!!!"}},
            {"source.data": "The data of this image is no base64; attach the file instead."},
        ),
    ],
)
def test_a_block_that_is_not_filled_in_says_so_at_its_field(
    block: dict[str, Any], sentences: dict[str, str]
) -> None:
    expected = {f"messages.0.content.0.{path}": text for path, text in sentences.items()}
    assert found(messages=[turn("user", block)]) == expected


def test_a_system_block_without_a_type_is_one_problem() -> None:
    assert list(found(system=[{"type": ""}])) == ["system.0.type"]


def test_an_address_may_hold_a_variable_that_has_no_value_yet() -> None:
    image = {"type": "image", "source": {"type": "url", "url": "{{picture}}"}}
    assert paths(turn("user", image)) == []


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ({"type": "image", "source": PNG}, None),
        ({"type": "image"}, "source"),
        ({"type": "image", "source": PNG | {"media_type": "image/tiff"}}, "source.media_type"),
        ({"type": "image", "source": PNG | {"data": ""}}, "source.data"),
        ({"type": "image", "source": PNG | {"data": "a" * (10 * 2**20 + 1)}}, "source.data"),
        ({"type": "image", "source": {"type": "url"}}, "source.url"),
        (DOCUMENT, None),
        ({"type": "document", "source": {"type": "file", "file_id": 3}}, "source.file_id"),
    ],
)
def test_media_need_a_usable_source(block: dict[str, Any], path: str | None) -> None:
    assert paths(turn("user", block)) == ([f"messages.0.content.0.{path}"] if path else [])


def test_models_with_a_small_context_take_fewer_images() -> None:
    images = turn("user", *[{"type": "image", "source": PNG}] * 101)
    assert paths(images, model="claude-haiku-4-5") == ["messages"]
    assert paths(images) == []


def test_media_are_refused_where_the_upstream_says_so() -> None:
    capabilities = {"image_input": {"supported": False}}
    catalogue = Catalogue.builtin().merged(
        [{"id": "claude-opus-5-5", "capabilities": capabilities}]
    )
    message = turn("user", {"type": "image", "source": PNG})
    assert paths(message, catalogue=catalogue) == ["messages.0.content.0"]


@pytest.mark.parametrize(
    ("model", "refused"),
    [
        ("claude-opus-5-5", True),
        ("claude-opus-4-6", True),
        ("claude-mythos-preview", True),
        ("claude-opus-4-5", False),
        ("my-own-model", False),
    ],
)
def test_prefill_is_refused_from_4_6_on(model: str, refused: bool) -> None:
    assert paths(ASK, ANSWER, model=model) == (["messages.1"] if refused else [])


def test_prefill_and_thinking_exclude_each_other() -> None:
    thinking = {"type": "enabled", "budget_tokens": 1024}
    changes = {"model": "claude-opus-4-5", "max_tokens": 4096, "thinking": thinking}
    assert paths(ASK, ANSWER, **changes) == ["messages.1"]


def test_a_paused_turn_goes_back_as_the_last_one() -> None:
    assert paths(ASK, turn("assistant", text("Searching"), SEARCH)) == []


@pytest.mark.parametrize(
    ("version", "message", "path"),
    [
        (NEW, turn("assistant", DOCUMENT), "messages.1.content.0"),
        (OLD, turn("assistant", DOCUMENT), None),
        (NEW, turn("assistant", text(citations=[{"type": "char_location"}])), None),
        (NEW, turn("user", text(citations=[])), None),
        (NEW, turn("user", text(citations=[{}])), "messages.1.content.0.citations"),
        (OLD, turn("user", text(citations=[{}])), None),
        (NEW, turn("user", DOCUMENT | {"citations": {"enabled": True}}), None),
        (
            NEW,
            turn("user", FOUND | {"content": [text(citations=[{}])]}),
            "messages.1.content.0.content.0.citations",
        ),
    ],
)
def test_the_new_version_refuses_two_kinds_of_content(
    version: str, message: dict[str, Any], path: str | None
) -> None:
    assert paths(ASK, message, ASK, api_version=version) == ([path] if path else [])


SYSTEM = turn("system", "Be brief from now on.")


@pytest.mark.parametrize(
    ("messages", "path"),
    [
        ([ASK, SYSTEM], None),
        ([ASK, SYSTEM, ANSWER, ASK], None),
        ([ASK, turn("assistant", SEARCH, SEARCHED), SYSTEM], None),
        ([SYSTEM, ASK], "messages.0"),
        ([ASK, ANSWER, SYSTEM], "messages.2"),
        ([ASK, SYSTEM, ASK], "messages.1"),
        ([ASK, turn("system", text("Be brief."))], None),
        ([ASK, turn("system", DOCUMENT)], "messages.1.content.0"),
        ([ASK, turn("system", "")], "messages.1.content"),
    ],
)
def test_system_turns_have_their_place(messages: list[Any], path: str | None) -> None:
    assert list(dict.fromkeys(paths(*messages))) == ([path] if path else [])


@pytest.mark.parametrize(
    ("model", "refused"),
    [
        ("claude-opus-5-5", False),
        ("claude-sonnet-5", True),
        ("claude-opus-4-7", True),
        ("claude-haiku-5-5", False),
        ("my-own-model", False),
    ],
)
def test_system_turns_depend_on_the_model(model: str, refused: bool) -> None:
    assert paths(ASK, SYSTEM, model=model) == (["messages.1.role"] if refused else [])


def test_a_system_turn_may_not_part_a_tool_use_from_its_result() -> None:
    messages = [ASK, turn("assistant", use("t1")), SYSTEM, turn("user", result("t1"))]
    assert set(paths(*messages)) == {"messages.2"}


@pytest.mark.parametrize(
    ("assistant", "answer", "expected"),
    [
        ([use("t1"), use("t2")], [result("t1"), result("t2"), text()], []),
        ([use("t1"), use("t2")], [result("t1")], ["messages.1.content.1"]),
        ([use("t1")], [text()], ["messages.1.content.0"]),
        ([use("t1")], [text(), result("t1")], ["messages.2.content.0"]),
        ([text()], [result("t9")], ["messages.2.content.0.tool_use_id"]),
        ([use("t1")], [result("t1"), result("t1")], ["messages.2.content.1.tool_use_id"]),
        ([use("t1"), use("t1")], [result("t1")], ["messages.1.content.1.id"]),
        ([use("t1")], [result("t1", content="")], []),
        ([use("t1")], [result("t1", content=[text("")])], []),
        ([use("t1")], [result("t1", content=None, is_error=True)], []),
        ([use("t1")], [result("t1", content=4)], ["messages.2.content.0.content"]),
        ([use("t1")], [result("t1", is_error="no")], ["messages.2.content.0.is_error"]),
        ([use("t1"), SEARCH], [result("t1"), text()], ["messages.2.content.1"]),
        ([use("t1"), SEARCH, SEARCHED], [result("t1"), text()], []),
        ([use("t1") | {"input": "{"}], [result("t1")], ["messages.1.content.0.input"]),
    ],
)
def test_every_tool_use_has_its_result_in_the_next_turn(
    assistant: list[Any], answer: list[Any], expected: list[str]
) -> None:
    assert paths(ASK, turn("assistant", *assistant), turn("user", *answer)) == expected


def test_tool_results_may_be_spread_over_neighbouring_user_turns() -> None:
    messages = [ASK, turn("assistant", use("a"), use("b")), turn("user", result("a"))]
    assert paths(*messages, turn("user", result("b"))) == []


def test_tool_blocks_belong_to_their_side() -> None:
    assert "messages.0.content.0" in paths(turn("user", use("t1")))
    assert "messages.1.content.0" in paths(ASK, turn("assistant", result("t1")), ASK)


def test_a_thread_on_the_server_may_hold_the_tool_use() -> None:
    betas = ["message-threads-2026-08-12"]
    assert paths(turn("user", result("t1")), thread={"type": "continue"}, betas=betas) == []


def test_thinking_blocks_cannot_be_cache_breakpoints() -> None:
    thought = {"type": "thinking", "thinking": "", "signature": "s"}
    messages = [ASK, turn("assistant", thought | {"cache_control": {"type": "ephemeral"}}), ASK]
    assert paths(*messages) == ["messages.1.content.0.cache_control"]


def test_tools_do_not_change_what_the_turns_may_hold() -> None:
    messages = [ASK, turn("assistant", use("t1")), turn("user", result("t1"))]
    assert paths(*messages, tools=[tool("clock")]) == []
