"""What a Messages body has no longer is said by every reader in the same words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.intake.detect import read
from workbench.intake.reading import FoundPrompt, Kind

TURNS = [{"role": "user", "content": "q"}]
BODY: dict[str, Any] = {"model": "claude-opus-5-5", "max_tokens": 9, "messages": TURNS}
FORMAT = {"type": "json_schema", "schema": {"type": "object", "additionalProperties": False}}
STREAMS = "“stream” is not kept: Workbench streams every answer by itself."
ADDRESS = "https://api.anthropic.com/v1/messages"

WAYS = {
    "a body": lambda body: json.dumps(body),
    "a line of a batch": lambda body: json.dumps({"custom_id": "a", "params": body}),
    "a stored content": lambda body: json.dumps({"api_version": "2026-10-21", "body": body}),
    "curl": lambda body: f"curl {ADDRESS} -d '{json.dumps(body)}'",
    "requests": lambda body: (
        f"import json, requests\nrequests.post('{ADDRESS}', json=json.loads('{json.dumps(body)}'))"
    ),
    "the SDK for Python": lambda body: (
        f"import anthropic\nanthropic.Anthropic().messages.create(**{body!r})"
    ),
    "the SDK for TypeScript": lambda body: (
        f"const reply = await client.messages.create({json.dumps(body)});"
    ),
    "promptfoo": lambda body: json.dumps(
        {
            "prompts": [TURNS],
            "providers": [
                {
                    "id": "anthropic:messages:claude-opus-5-5",
                    "config": {key: body[key] for key in body if key != "messages"},
                }
            ],
        }
    ),
}


def found(way: str, **more: Any) -> FoundPrompt:
    return read(WAYS[way]({**BODY, **more})).prompts[0]


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_whether_an_answer_is_streamed_is_left_out_and_said(way: str, value: bool) -> None:
    prompt = found(way, stream=value)
    assert prompt.request.body == found(way).request.body
    assert [(each.kind, each.sentence, each.text) for each in prompt.remarks] == [
        (Kind.LEFT_OUT, STREAMS, str(value).lower())
    ]


@pytest.mark.parametrize("way", WAYS)
def test_a_stream_that_is_no_boolean_stays_to_be_seen(way: str) -> None:
    assert found(way, stream="yes").request.body["stream"] == "yes"


@pytest.mark.parametrize("way", WAYS)
def test_the_old_place_of_a_format_becomes_that_of_today(way: str) -> None:
    prompt = found(way, output_format=FORMAT)
    assert prompt.request.body == found(way, output_config={"format": FORMAT}).request.body
    assert [(each.kind, each.sentence) for each in prompt.remarks] == [
        (Kind.CHANGED, "output_format is called output_config.format now.")
    ]


def test_a_format_stands_beside_what_is_said_of_the_output_already() -> None:
    prompt = found("a body", output_format=FORMAT, output_config={"effort": "low"})
    assert prompt.request.body["output_config"] == {"effort": "low", "format": FORMAT}


def test_of_two_formats_the_one_at_the_place_of_today_is_kept() -> None:
    other = {"type": "json_schema", "schema": {"type": "string"}}
    prompt = found("a body", output_format=other, output_config={"format": FORMAT})
    assert prompt.request.body == {**BODY, "output_config": {"format": FORMAT}}
    assert [(each.kind, json.loads(each.text)) for each in prompt.remarks] == [
        (Kind.LEFT_OUT, other)
    ]


def test_the_same_format_twice_is_not_worth_a_word() -> None:
    prompt = found("a body", output_format=FORMAT, output_config={"format": FORMAT})
    assert prompt.request.body == {**BODY, "output_config": {"format": FORMAT}}
    assert prompt.remarks == ()


def test_a_format_in_a_chat_body_is_understood_too() -> None:
    body = {**BODY, "messages": [{"role": "system", "content": "s"}, *TURNS]}
    prompt = read(json.dumps({**body, "output_format": FORMAT})).prompts[0]
    assert prompt.request.body["output_config"] == {"format": FORMAT}
