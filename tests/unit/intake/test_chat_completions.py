"""Requests of the chat-completions and the Responses API as Messages requests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.intake.chat_completions import is_chat_completions, read_chat_completions
from workbench.intake.detect import read
from workbench.intake.reading import Kind
from workbench.intake.responses import read_responses

HI = {"role": "user", "content": "Hi"}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}


def body_of(**changes: Any) -> dict[str, Any]:
    chat = {"model": "gpt-4o", "messages": [HI]} | changes
    return dict(read_chat_completions(chat).request.body)


def left_out(**changes: Any) -> list[str]:
    chat = {"model": "gpt-4o", "messages": [HI]} | changes
    return [r.text for r in read_chat_completions(chat).remarks if r.kind is Kind.LEFT_OUT]


@pytest.mark.parametrize(
    ("model", "new"),
    [
        ("gpt-4o", "claude-opus-5-5"),
        (None, "claude-opus-5-5"),
        ("claude-sonnet-4-6", "claude-sonnet-4-6"),
        ("claude-haiku-4-5", "claude-haiku-4-5"),
        ("anthropic/claude-3.5-sonnet", "claude-sonnet-5-5"),
        ("us.anthropic.claude-3-7-sonnet-20250219-v1:0", "claude-sonnet-5-5"),
        ("claude-3-5-haiku@20241022", "claude-haiku-5-5"),
        ("anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"),
        ("bedrock/anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6"),
    ],
)
def test_a_model_is_one_of_ours(model: str | None, new: str) -> None:
    assert body_of(model=model)["model"] in (new, f"{new}-20250929", f"{new}-20251001")


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"max_tokens": 5}, "max_tokens", 5),
        ({"max_completion_tokens": 6, "max_tokens": 5}, "max_tokens", 6),
        ({"stop": "END"}, "stop_sequences", ["END"]),
        ({"stop": ["a", " ", "b"]}, "stop_sequences", ["a", "b"]),
        ({"stop": None}, "stop_sequences", None),
        ({"temperature": 0.4, "top_p": 0.5}, "temperature", 0.4),
        ({"stream": True}, "stream", None),
        ({"user": "u"}, "metadata", {"user_id": "u"}),
        ({"reasoning_effort": "high"}, "output_config", {"effort": "high"}),
        ({"reasoning_effort": "minimal"}, "output_config", {"effort": "low"}),
        ({"reasoning": {"effort": "medium"}}, "output_config", {"effort": "medium"}),
        ({"response_format": {"type": "text"}}, "output_config", None),
        ({"response_format": {"type": "json_object"}}, "output_config", None),
        (
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"schema": {"type": "object"}},
                }
            },
            "output_config",
            {"format": {"type": "json_schema", "schema": {"type": "object"}}},
        ),
        ({"tools": [TOOL]}, "tools", [{"name": "f", "input_schema": {"type": "object"}}]),
        (
            {"functions": [{"name": "g"}]},
            "tools",
            [{"name": "g", "input_schema": {"type": "object", "properties": {}}}],
        ),
        ({"tools": [TOOL], "tool_choice": "required"}, "tool_choice", {"type": "any"}),
        ({"tools": [TOOL], "tool_choice": "auto"}, "tool_choice", {"type": "auto"}),
        ({"tools": [TOOL], "tool_choice": "none"}, "tool_choice", {"type": "none"}),
        (
            {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "f"}}},
            "tool_choice",
            {"type": "tool", "name": "f"},
        ),
        (
            {"tools": [TOOL], "parallel_tool_calls": False},
            "tool_choice",
            {"type": "auto", "disable_parallel_tool_use": True},
        ),
        ({"tools": [TOOL], "parallel_tool_calls": True}, "tool_choice", None),
        ({"tool_choice": "auto"}, "tool_choice", None),
        ({"thinking": {"type": "adaptive"}}, "thinking", {"type": "adaptive"}),
    ],
)
def test_a_parameter_is_mapped(changes: dict[str, Any], name: str, value: Any) -> None:
    assert body_of(**changes).get(name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", 3),
        ("seed", 1),
        ("logprobs", True),
        ("top_logprobs", 2),
        ("logit_bias", {"5": 1}),
        ("presence_penalty", 0.1),
        ("frequency_penalty", -0.1),
        ("store", True),
        ("modalities", ["text", "audio"]),
        ("audio", {"voice": "x"}),
        ("prediction", {"type": "content"}),
        ("service_tier", "flex"),
        ("something_new", 1),
        ("response_format", {"type": "json_object"}),
        ("metadata", {"order": "1"}),
    ],
)
def test_what_has_no_equivalent_is_listed_with_its_value(name: str, value: Any) -> None:
    assert left_out(**{name: value}) == [value if isinstance(value, str) else json.dumps(value)]


def test_values_that_say_nothing_are_not_listed() -> None:
    assert left_out(n=1, presence_penalty=0, frequency_penalty=0.0, logprobs=False, seed=None) == []


@pytest.mark.parametrize(
    ("messages", "system", "turns"),
    [
        ([{"role": "system", "content": "S"}, HI], "S", [HI]),
        ([{"role": "developer", "content": "S"}, HI], "S", [HI]),
        (
            [{"role": "system", "content": "S"}, {"role": "system", "content": "T"}, HI],
            "S\n\nT",
            [HI],
        ),
        ([{"role": "system", "content": [{"type": "text", "text": "S"}]}, HI], "S", [HI]),
        ([HI, {"role": "system", "content": "S"}], None, [HI, {"role": "system", "content": "S"}]),
        ([HI, {"role": "system", "content": "S"}, HI], "S", [HI, HI]),
        (
            [HI, {"role": "assistant", "content": "x", "refusal": "No"}, HI],
            None,
            [
                HI,
                {
                    "role": "assistant",
                    "content": [{"type": "text", "text": "x"}, {"type": "text", "text": "No"}],
                },
                HI,
            ],
        ),
        ([HI, {"role": "assistant", "content": ""}, HI], None, [HI, HI]),
        (
            [{"role": "user", "content": ["a", {"type": "text", "text": "b"}]}],
            None,
            [
                {
                    "role": "user",
                    "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
                }
            ],
        ),
    ],
)
def test_roles_become_turns(messages: list[Any], system: str | None, turns: list[Any]) -> None:
    body = body_of(messages=messages)
    assert body.get("system") == system
    assert body["messages"] == turns


@pytest.mark.parametrize(
    ("part", "block"),
    [
        (
            {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
            {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
        ),
        (
            {"type": "image_url", "image_url": "data:image/JPG;base64,AAAA"},
            {
                "type": "image",
                "source": {"type": "base64", "media_type": "image/jpeg", "data": "AAAA"},
            },
        ),
        (
            {
                "type": "file",
                "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AAAA"},
            },
            {
                "type": "document",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"},
                "title": "a.pdf",
            },
        ),
    ],
)
def test_media_become_blocks(part: Any, block: Any) -> None:
    body = body_of(messages=[{"role": "user", "content": [part]}])
    assert body["messages"] == [{"role": "user", "content": [block]}]


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": "data:image/tiff;base64,AAAA"}},
        {"type": "image_url", "image_url": {"url": "ftp://x"}},
        {"type": "image_url"},
        {"type": "input_audio", "input_audio": {"data": "AAAA"}},
        {"type": "file", "file": {"file_id": "file-1"}},
        {"type": "unheard of"},
        7,
    ],
)
def test_a_part_without_an_equivalent_is_said(part: Any) -> None:
    chat = {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, part]}]}
    prompt = read_chat_completions(chat)
    assert prompt.request.body["messages"][0]["content"] == [{"type": "text", "text": "a"}]
    assert [r for r in prompt.remarks if r.kind is not Kind.CHANGED]


def test_arguments_that_are_no_object_are_kept_in_a_remark() -> None:
    call = {"id": "c", "function": {"name": "f", "arguments": "not json"}}
    prompt = read_chat_completions({"messages": [HI, {"role": "assistant", "tool_calls": [call]}]})
    assert prompt.request.body["messages"][1]["content"][0]["input"] == {}
    assert "not json" in [remark.text for remark in prompt.remarks]


@pytest.mark.parametrize(
    ("changes", "is_chat"),
    [
        ({"model": "gpt-4o"}, True),
        ({"model": "claude-opus-5-5"}, False),
        ({"model": "claude-opus-5-5", "max_completion_tokens": 5}, True),
        ({"model": "claude-opus-5-5", "seed": 1}, True),
        ({"model": "claude-opus-5-5", "tools": [TOOL]}, True),
        ({"model": "gpt-4o", "system": "S"}, False),
        ({"messages": [{"role": "system", "content": "S"}, HI]}, True),
        ({"messages": [HI, {"role": "system", "content": "S"}]}, False),
        ({"messages": [HI, {"role": "tool", "content": "S"}]}, True),
        ({"tools": [{"name": "f", "input_schema": {}}]}, False),
        ({"messages": []}, False),
        ({"messages": None}, False),
    ],
)
def test_the_two_forms_are_told_apart(changes: dict[str, Any], is_chat: bool) -> None:
    assert is_chat_completions({"messages": [HI], **changes}) is is_chat


def test_a_foreign_request_can_be_sent() -> None:
    chat = {
        "model": "gpt-4o",
        "temperature": 1.7,
        "messages": [HI],
        "tools": [TOOL],
        "tool_choice": "required",
    }
    prompt = read(json.dumps(chat)).prompts[0]
    assert "temperature" not in prompt.request.body
    assert prompt.request.body["tool_choice"] == {"type": "auto"}
    assert prompt.request.body["max_tokens"] == 4096


def test_the_responses_form_is_read() -> None:
    prompt = read_responses(
        {
            "model": "gpt-5",
            "instructions": "S",
            "input": [
                {
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "a"},
                        {"type": "input_image", "image_url": "https://e.org/i.png"},
                    ],
                },
                {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"},
                {"type": "function_call", "call_id": "2", "name": "f", "arguments": '{"a": 1}'},
                {"type": "function_call_output", "call_id": "1", "output": "x"},
                {"type": "function_call_output", "call_id": "2", "output": "y"},
                {"type": "reasoning", "summary": []},
            ],
            "max_output_tokens": 9,
            "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}},
        }
    )
    body = prompt.request.body
    assert (body["system"], body["max_tokens"]) == ("S", 9)
    assert [turn["role"] for turn in body["messages"]] == ["user", "assistant", "user"]
    assert [block["type"] for block in body["messages"][0]["content"]] == ["text", "image"]
    assert [block["id"] for block in body["messages"][1]["content"]] == ["1", "2"]
    assert body["output_config"]["format"]["schema"] == {"type": "object"}
    assert '{"type": "reasoning", "summary": []}' in [remark.text for remark in prompt.remarks]
