"""What is stored of an answer follows from what was received."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest

from workbench.messages_api import Accumulator, MessageRequest, decode_event
from workbench.runs.execute import outcome_of
from workbench.runs.models import State

START = {"type": "message_start", "message": {"id": "m", "role": "assistant", "content": []}}
REQUEST = MessageRequest("2026-10-21", (), {"model": "claude-opus-5-5"})


def refused(category: str, content: list[dict[str, Any]]) -> Accumulator:
    usage = {"input_tokens": 1_000, "output_tokens": 0}
    message = {"type": "message", "role": "assistant", "model": "claude-opus-5-5", "usage": usage}
    details = {"type": "refusal", "category": category}
    ending = {"stop_reason": "refusal", "stop_details": details}
    accumulator = Accumulator()
    for number, event in enumerate(
        [
            {"type": "message_start", "message": message | {"content": content}},
            {"type": "message_delta", "delta": ending, "usage": usage},
            {"type": "message_stop"},
        ],
        1,
    ):
        accumulator.apply(decode_event(number, orjson.dumps(event)))
    return accumulator


@pytest.mark.parametrize(
    ("category", "content", "usd"),
    [
        ("cyber", [], Decimal(0)),
        ("bio", [], Decimal("0.004")),
        ("cyber", [{"type": "text", "text": "Begun"}], Decimal("0.004")),
    ],
)
def test_a_refusal_costs_what_is_billed(
    category: str, content: list[dict[str, Any]], usd: Decimal
) -> None:
    answer = refused(category, content)
    outcome = outcome_of(answer, State.SUCCEEDED, "refusal", None, REQUEST, False)
    assert outcome.cost_usd == usd
    assert (outcome.cost["reason"] == "This refusal is not billed.") == (usd == 0)


def test_bytes_that_are_no_text_are_counted_with_the_answer() -> None:
    accumulator = Accumulator()
    accumulator.apply(decode_event(1, orjson.dumps(START)))
    accumulator.apply(decode_event(2, b'{"type":"odd","x":"\xff\xfe"}'))
    outcome = outcome_of(accumulator, State.SUCCEEDED, "end_turn", None, REQUEST, False)
    assert outcome.invalid_bytes == 2
