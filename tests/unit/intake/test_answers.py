"""Recorded answers of several APIs as Messages, beside their requests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.intake.answers import error_sentence, read_answer
from workbench.intake.detect import read

PARAMS = {
    "model": "claude-opus-5-5",
    "max_tokens": 9,
    "messages": [{"role": "user", "content": "q"}],
}
MESSAGE = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "a"}]}


@pytest.mark.parametrize(
    ("completion", "reason", "stop"),
    [
        ({"stop_reason": "stop_sequence", "stop": "\n\nHuman:"}, "end_turn", None),
        ({"stop_reason": "stop_sequence"}, "end_turn", None),
        ({"stop_reason": "stop_sequence", "stop": "END"}, "stop_sequence", "END"),
        ({"stop_reason": "max_tokens"}, "max_tokens", None),
        ({"stop_reason": None, "type": "completion"}, None, None),
    ],
)
def test_an_old_completion_becomes_a_message(
    completion: dict[str, Any], reason: str | None, stop: str | None
) -> None:
    answer = read_answer({"completion": "  Hi ", "model": "claude-2.1"} | completion)
    assert answer is not None
    assert answer["content"] == [{"type": "text", "text": " Hi "}]
    assert (answer["stop_reason"], answer["stop_sequence"]) == (reason, stop)
    assert "usage" not in answer


@pytest.mark.parametrize(
    ("finish", "reason"),
    [
        ("stop", "end_turn"),
        ("length", "max_tokens"),
        ("content_filter", "refusal"),
        ("other", "other"),
    ],
)
def test_a_chat_completion_becomes_a_message(finish: str, reason: str) -> None:
    choice = {"message": {"role": "assistant", "content": "a"}, "finish_reason": finish}
    usage = {
        "prompt_tokens": 10,
        "completion_tokens": 2,
        "prompt_tokens_details": {"cached_tokens": 4},
    }
    answer = read_answer({"choices": [choice], "usage": usage})
    assert answer is not None
    assert answer["content"] == [{"type": "text", "text": "a"}]
    assert answer["stop_reason"] == reason
    assert answer["usage"] == {"input_tokens": 6, "output_tokens": 2, "cache_read_input_tokens": 4}


def test_what_is_no_answer_is_none() -> None:
    for value in (None, [], {}, PARAMS, {"completion": 1}, {"choices": []}, {"type": "message"}):
        assert read_answer(value) is None


def test_an_error_is_said_however_deep() -> None:
    inner = {"type": "overloaded_error", "message": "Busy"}
    assert error_sentence({"type": "error", "error": inner}) == "overloaded_error: Busy"
    assert error_sentence({"type": "error", "error": {"type": "error", "error": inner}})
    assert error_sentence({"error": "x"}) == ""
    assert error_sentence(PARAMS) == ""


def test_results_of_a_batch_stand_beside_their_requests_in_any_order() -> None:
    lines = [
        {"custom_id": "b", "result": {"type": "succeeded", "message": {**MESSAGE, "id": "B"}}},
        {"custom_id": "a", "params": PARAMS},
        {"custom_id": "b", "params": PARAMS},
        {"custom_id": "a", "result": {"type": "expired"}},
        {"custom_id": "c", "result": {"type": "succeeded", "message": {**MESSAGE, "id": "C"}}},
    ]
    reading = read("\n".join(json.dumps(line) for line in lines))
    found = {prompt.name: (prompt.answer or {}).get("id") for prompt in reading.prompts}
    assert found == {"a": None, "b": "B", "c": "C"}
    assert any("result of a holds no answer. It was expired" in r.sentence for r in reading.remarks)


@pytest.mark.parametrize("key", ["response", "answer", "output"])
def test_a_logged_pair_is_a_request_with_its_answer(key: str) -> None:
    prompt = read(json.dumps({"request": PARAMS, key: MESSAGE})).prompts[0]
    assert prompt.request.body == PARAMS
    assert prompt.answer == MESSAGE


LEGACY = {"model": "claude-2.1", "max_tokens_to_sample": 5000, "prompt": "\n\nHuman: q"}
COMPLETION = {"completion": " a", "stop_reason": "stop_sequence", "stop": "END", "log_id": "L"}
CHOICE = {"message": {"role": "assistant", "content": "a"}, "finish_reason": "stop"}
CHAT = {"model": "gpt-4o", "messages": PARAMS["messages"], "n": 1}


@pytest.mark.parametrize(
    ("request_part", "answer_part", "stop"),
    [
        (LEGACY, COMPLETION, ("stop_sequence", "END")),
        (LEGACY, {**COMPLETION, "type": "completion", "id": "c", "stop": None}, ("end_turn", None)),
        (LEGACY, {"completion": " a"}, (None, None)),
        (CHAT, {"id": "x", "object": "chat.completion", "choices": [CHOICE]}, ("end_turn", None)),
        (PARAMS, {**MESSAGE, "stop_reason": "end_turn", "stop_sequence": None}, ("end_turn", None)),
        (PARAMS, {"response": {**MESSAGE, "stop_reason": "end_turn"}}, ("end_turn", None)),
    ],
)
def test_a_request_with_its_answer_in_one_object_is_a_recorded_run(
    request_part: dict[str, Any], answer_part: dict[str, Any], stop: tuple[str | None, str | None]
) -> None:
    alone = read(json.dumps(request_part)).prompts[0]
    prompt = read(json.dumps({**request_part, **answer_part})).prompts[0]
    assert prompt.request == alone.request
    assert prompt.remarks == alone.remarks
    assert prompt.answer is not None
    assert prompt.answer["content"] == [{"type": "text", "text": "a"}]
    assert (prompt.answer["stop_reason"], prompt.answer.get("stop_sequence")) == stop


def test_the_stop_of_a_request_stays_with_it_where_its_answer_says_no_reason() -> None:
    prompt = read(json.dumps({**LEGACY, "stop": "END", "completion": "a"})).prompts[0]
    assert prompt.request.body["stop_sequences"] == ["END"]
    assert prompt.answer is not None
    assert prompt.answer["stop_sequence"] is None


def test_what_is_no_answer_stays_in_the_request() -> None:
    body = {**PARAMS, "response": {"a": 1}, "usage": 3, "content": "x"}
    prompt = read(json.dumps(body)).prompts[0]
    assert prompt.answer is None
    assert prompt.request.body == body


def test_a_refusal_of_a_chat_is_text_of_the_answer() -> None:
    said = {"role": "assistant", "content": None, "refusal": "No."}
    answer = read_answer({"choices": [{"message": said, "finish_reason": "stop"}]})
    assert answer is not None
    assert answer["content"] == [{"type": "text", "text": "No."}]


def test_more_tokens_from_a_cache_than_there_were_are_not_believed() -> None:
    said = {"role": "assistant", "content": "a"}
    usage = {
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "prompt_tokens_details": {"cached_tokens": 4},
    }
    answer = read_answer({"choices": [{"message": said}], "usage": usage})
    assert answer is not None
    assert answer["usage"] == {"input_tokens": 3, "output_tokens": 2}


def test_an_answer_alone_has_a_request_without_turns_and_says_so() -> None:
    prompt = read(json.dumps({**MESSAGE, "model": "claude-opus-5-5"})).prompts[0]
    assert prompt.request.body["messages"] == []
    assert "Only an answer was found" in prompt.remarks[0].sentence


def stream(*datas: Any, name: str = "") -> str:
    event = f"event: {name}\n" if name else ""
    return "".join(f"{event}data: {json.dumps(data)}\n\n" for data in datas)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            stream(
                *({"type": "completion", "completion": t} for t in ("a", "a", "a")),
                name="completion",
            ),
            "aaa",
        ),
        (stream(*({"completion": t} for t in (" H", " Hi", " Hi"))) + "data: [DONE]\n\n", "Hi"),
        (stream(*({"choices": [{"delta": {"content": t}}]} for t in ("x", "y"))), "xy"),
        ("  event: a\n  data: " + json.dumps({"type": "completion", "completion": "ok"}), "ok"),
    ],
)
def test_a_recorded_stream_is_put_together(text: str, said: str) -> None:
    answer = read(text).prompts[0].answer
    assert answer is not None
    assert answer["content"] == [{"type": "text", "text": said}]


def test_calls_in_pieces_are_put_together() -> None:
    pieces = [
        {"index": 0, "id": "c", "function": {"name": "f", "arguments": '{"a"'}},
        {"index": 0, "function": {"arguments": ": 1}"}},
    ]
    text = stream(*({"choices": [{"delta": {"tool_calls": [piece]}}]} for piece in pieces))
    answer = read(text).prompts[0].answer
    assert answer is not None
    assert answer["content"] == [{"type": "tool_use", "id": "c", "name": "f", "input": {"a": 1}}]


@pytest.mark.parametrize(
    "text",
    [
        'data: {"type": "ping"}\n\n',
        'data: {"type": "content_block_delta", "index": 3, "delta": {}}\n\n',
        'data: {"type": "message_start"}\n\n'
        'data: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta"}}\n\n',
    ],
)
def test_a_stream_without_an_answer_says_so(text: str) -> None:
    reading = read(text)
    assert reading.prompts == ()
    assert "stream" in reading.remarks[0].sentence
