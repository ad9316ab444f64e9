"""Which reader a text is for."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.growth import proven_to_grow_with_length
from workbench.intake.detect import read
from workbench.intake.reading import Kind

from .hostile import HOSTILE, enough_of, hostile

BODY = {"model": "claude-opus-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": "q"}]}
TEXT = json.dumps(BODY)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "\ufeff" + TEXT,
        "\n\n  " + TEXT + "\n",
        TEXT.replace(", ", ",\r\n"),
        f"```json\n{TEXT}\n```",
        f"~~~\n{TEXT}\n~~~",
        f"Text\n\n```\n{TEXT}\n```\n\nmore",
        f"```json\n{TEXT}",
        "\n".join(f"> {line}" for line in json.dumps(BODY, indent=1).split("\n")),
        f"> ```\n> {TEXT}\n> ```",
        f"'{TEXT}'",
        f"“{TEXT}”",
        json.dumps(TEXT),
        f"I sent this:\n{TEXT}",
        json.dumps({"params": BODY}),
        json.dumps({"body": BODY}),
        json.dumps({"a": {"b": [{"c": {"request": BODY}}]}}),
        json.dumps([BODY]),
    ],
)
def test_what_stands_around_a_request_does_not_matter(text: str) -> None:
    assert [prompt.request.body for prompt in read(text).prompts] == [BODY]


def test_every_fence_of_a_page_is_read() -> None:
    other = json.dumps({**BODY, "max_tokens": 10})
    reading = read(f"# One\n```json\n{TEXT}\n```\n# Two\n```json\n{other}\n```\n")
    assert [prompt.request.body["max_tokens"] for prompt in reading.prompts] == [9, 10]


def test_the_name_of_a_file_names_the_prompt_and_decides_nothing() -> None:
    reading = read(TEXT, "folder/night job.py")
    assert reading.kind == "a Messages body"
    assert reading.prompts[0].name == "night job"


def test_remarks_name_lines_of_the_text_as_it_was_pasted() -> None:
    text = 'Hello\n\n```json\n{"model": "claude-opus-5-5", "max_tokens": 9,\n"messages": [],}\n```'
    assert [(remark.line, remark.kind) for remark in read(text).remarks] == [(5, Kind.CHANGED)]


@pytest.mark.parametrize("text", ["", "   \n", "\ufeff", "\0"])
def test_an_empty_text_says_what_to_do(text: str) -> None:
    assert read(text).remarks[0].sentence


def test_a_text_that_nothing_fits_names_everything_that_would() -> None:
    remark = read("Just a sentence.").remarks[0]
    for word in (
        "curl",
        "Python",
        "TypeScript",
        "JSON",
        "batch",
        "Human:",
        "promptfoo",
        "Langfuse",
    ):
        assert word in remark.sentence
    assert remark.text == "Just a sentence."


def test_too_long_a_text_is_refused() -> None:
    assert "at most 40,000,000" in read("x" * 40_000_001).remarks[0].sentence


def test_an_api_answer_of_ours_gives_its_content_with_the_name_of_its_prompt() -> None:
    content = {
        "api_version": "2023-06-01",
        "betas": ["b"],
        "body": BODY,
        "variables": [{"name": "V", "default": "d"}],
    }
    answer = {
        "prompt": {"name": "P", "description": "D", "tags": ["t"]},
        "content": content,
        "request": {"body": BODY},
    }
    reading = read(json.dumps(answer))
    prompt = reading.prompts[0]
    assert len(reading.prompts) == 1
    assert (prompt.name, prompt.description, prompt.tags) == ("P", "D", ("t",))
    assert (prompt.request.api_version, prompt.request.betas) == ("2023-06-01", ("b",))
    assert [(variable.name, variable.default) for variable in prompt.variables] == [("V", "d")]


def test_data_of_media_that_was_shortened_is_said() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": "iVBORw0..."}
    body = {
        **BODY,
        "messages": [{"role": "user", "content": [{"type": "image", "source": source}]}],
    }
    prompt = read(json.dumps(body)).prompts[0]
    assert prompt.request.body == body
    assert "not whole" in prompt.remarks[0].sentence


def test_at_most_five_thousand_prompts_are_read_and_it_is_said() -> None:
    reading = read(json.dumps([BODY] * 5_001))
    assert len(reading.prompts) == 5_000
    assert "At most 5,000" in reading.remarks[-1].sentence


@given(st.text(), st.text(max_size=12))
def test_no_text_makes_an_error(text: str, name: str) -> None:
    reading = read(text, name)
    assert reading.prompts or reading.remarks or reading.kind == "Workbench prompt file"


@given(st.integers(0, 400), st.text(alphabet="\"'`{}[],:\\\n/#x1“", max_size=4))
def test_a_damaged_request_makes_no_error(place: int, noise: str) -> None:
    text = json.dumps({"custom_id": "a", "params": BODY, "tools": [{"name": "f"}]}, indent=1)
    read(text[:place] + noise + text[place + 1 :])
    read(text[:place])


WORDS = hostile("words", 40_000)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_work_on_a_hostile_text_grows_with_its_length(name: str) -> None:
    proven_to_grow_with_length(read, lambda length: hostile(name, length), enough_of(name))


@pytest.mark.parametrize(
    "text_of",
    [
        lambda length: json.dumps({**BODY, "system": WORDS[:length]}),
        lambda length: json.dumps({**BODY, "system": WORDS[:length]})[:-1] + ",}",
        lambda length: json.dumps({**BODY, "system": WORDS[:length]})[:length],
        lambda length: f"\n\nHuman: {WORDS[:length]}\n\nAssistant:",
        lambda length: "\n\nHuman: a\n\nAssistant: b" * (length // 20),
        lambda length: _lines({"custom_id": "a", "params": BODY}, length),
        lambda length: _lines(BODY, length),
        lambda length: json.dumps(
            [{"name": "n", "type": "text", "prompt": "{{a}}", "labels": []}] * (length // 40)
        ),
        lambda length: json.dumps({**BODY, "messages": BODY["messages"] * (length // 40)}),
        lambda length: f"```json\n{TEXT}\n```\n" * (length // 100),
    ],
    ids=range(10),
)
def test_the_work_on_a_large_request_or_many_grows_with_their_length(
    text_of: Callable[[int], str],
) -> None:
    proven_to_grow_with_length(read, text_of, 4_000)


def _lines(value: object, length: int) -> str:
    return "\n".join([json.dumps(value)] * (length // 100))
