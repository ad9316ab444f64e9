"""Decisions of the readers of JSON that are easy to lose."""

from __future__ import annotations

import json
from typing import Any

from workbench.intake.detect import read
from workbench.intake.reading import FoundPrompt

KEY = "sk-ant-" + "api03-abcdefghijklmnop"
BODY: dict[str, Any] = {
    "model": "claude-opus-5-5",
    "max_tokens": 9,
    "messages": [{"role": "user", "content": "q"}],
}
CHAT = {**BODY, "messages": [{"role": "system", "content": "s"}, *BODY["messages"]]}


def found(value: object) -> FoundPrompt:
    return read(json.dumps(value)).prompts[0]


def test_an_old_result_of_a_function_belongs_to_its_last_call() -> None:
    call = {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}}
    result = {"role": "function", "name": "f", "content": "r"}
    turns = found({**CHAT, "messages": [*CHAT["messages"], call, result, call, result]})
    blocks = [turn["content"][0] for turn in turns.request.body["messages"][1:]]
    assert [block.get("id", block.get("tool_use_id")) for block in blocks] == [
        "call_3",
        "call_3",
        "call_5",
        "call_5",
    ]


def test_the_safety_identifier_is_the_user() -> None:
    prompt = found({**CHAT, "safety_identifier": "u"})
    assert prompt.request.body["metadata"] == {"user_id": "u"}


def test_a_tool_keeps_its_cache_control() -> None:
    cache = {"type": "ephemeral"}
    tool = {"type": "function", "function": {"name": "f", "parameters": {}}, "cache_control": cache}
    assert found({**CHAT, "tools": [tool]}).request.body["tools"][0]["cache_control"] == cache


def test_data_of_media_that_is_not_there_is_said() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": ""}
    turns = [{"role": "user", "content": [{"type": "image", "source": source}]}]
    remarks = found({**BODY, "messages": turns}).remarks
    assert any("not whole" in remark.sentence for remark in remarks)


def test_a_key_written_in_escapes_is_taken_out_of_betas_and_answers_too() -> None:
    answer = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": KEY}]}
    logged = {"request": BODY, "headers": {"anthropic-beta": KEY}, "response": answer}
    escaped = json.dumps(logged).replace("sk-ant-", "s\\u006b-ant-")
    prompt = read(escaped).prompts[0]
    assert prompt.request.betas != ()
    assert prompt.answer is not None
    assert KEY not in repr(prompt)
