"""Answers later in a conversation: ids of their own, and tool calls for several rounds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.simulator.answers import finish
from workbench.simulator.blocks import text_block, thinking_block, tool_block, whole_block
from workbench.simulator.calls import Call
from workbench.simulator.usage import PromptCache

RESULT = {"type": "tool_result", "tool_use_id": "t", "content": "simulate: hang"}


def call(*turns: Any) -> Call:
    """A request whose turns take the roles user, assistant, user, …"""
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": turn} for n, turn in enumerate(turns)]
    body = {"model": "claude-opus-5-5", "max_tokens": 99, "messages": messages}
    return Call(1, "POST", "/v1/messages", {}, json.dumps(body).encode())


def seals(asked: Call) -> set[str]:
    """The ids and signatures of an answer with one block of each kind."""
    redacted = whole_block({"type": "redacted_thinking", "data": "secret"})
    blocks = [thinking_block("hm"), redacted, text_block("Hi"), tool_block(1, "f", {})]
    content = finish(asked, PromptCache(), blocks).message()["content"]
    return {block.get("signature") or block.get("data") or block.get("id", "") for block in content}


def test_no_answer_of_a_conversation_has_the_id_of_an_earlier_one() -> None:
    first, second, third = seals(call("a")), seals(call("a", "b", "c")), seals(call(*"abcde"))
    assert "toolu_sim0001" in first
    assert first & second == second & third == first & third == {""}


@pytest.mark.parametrize(
    ("line", "rounds", "scenario"),
    [
        ("simulate: tool rounds=2", 1, "tool"),
        ("simulate: tool rounds=2", 2, "answer"),
        ("simulate: tool rounds=3", 2, "tool"),
        ("simulate: tool", 1, "answer"),
        ("simulate: tool rounds=x", 1, "answer"),
        ("Hello", 1, "answer"),
    ],
)
def test_a_scenario_lasts_for_as_many_rounds_of_results_as_it_says(
    line: str, rounds: int, scenario: str
) -> None:
    assert call(line, *["calls", [RESULT]] * rounds).wish.scenario == scenario


def test_a_new_text_ends_the_rounds() -> None:
    turns = ["simulate: tool rounds=9", "calls", [RESULT], "text", "Thanks"]
    assert call(*turns).wish.scenario == "answer"
