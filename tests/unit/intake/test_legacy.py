"""Prompts of the Text Completions API: each rule of their form, and each edge of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbench.intake.detect import read
from workbench.intake.legacy import ASSISTANT, HUMAN, read_legacy, split_prompt
from workbench.intake.reading import Kind
from workbench.messages_api import clean_text

USER, MODEL = "user", "assistant"
# Text that cannot be taken for a marker, and that trimming leaves as it is.
TEXT = st.text(alphabet="abc ,.é\n:", min_size=1, max_size=30).map(str.strip).filter(bool)


@pytest.mark.parametrize(
    ("prompt", "system", "turns"),
    [
        ("\n\nHuman: Hi\n\nAssistant:", "", [(USER, "Hi")]),
        ("\n\nHuman: Hi\n\nAssistant: ", "", [(USER, "Hi")]),
        ("Be brief.\n\nHuman: Hi\n\nAssistant:", "Be brief.", [(USER, "Hi")]),
        (
            "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:",
            "",
            [(USER, "a"), (MODEL, "b"), (USER, "c")],
        ),
        ("\n\nHuman: a\n\nAssistant: {", "", [(USER, "a"), (MODEL, "{")]),
        ("\n\nHuman: a\n\nAssistant: {  \n", "", [(USER, "a"), (MODEL, "{")]),
        ("Human: a\n\nAssistant:", "", [(USER, "a")]),
        ("\nHuman: a\nAssistant: ", "", [(USER, "a")]),
        ("What is the capital of France?", "", [(USER, "What is the capital of France?")]),
        ("\n\nHuman: a\n\nHuman: b\n\nAssistant:", "", [(USER, "a\n\nb")]),
        (
            "\n\nHuman: a\n\nAssistant: b\n\nAssistant: c\n\nHuman: d",
            "",
            [(USER, "a"), (MODEL, "b\n\nc"), (USER, "d")],
        ),
        ("\n\nAssistant: a\n\nHuman: b\n\nAssistant:", "", [(MODEL, "a"), (USER, "b")]),
        ("\n\nHuman: a\n\nAssistant: b\n\nHuman: c", "", [(USER, "a"), (MODEL, "b"), (USER, "c")]),
        ("\n\nHuman: a\n\nHumanoid: b\n\nAssistant:", "", [(USER, "a\n\nHumanoid: b")]),
        ("\n\nHuman: a\n\nHumanoids are\n\nAssistant:", "", [(USER, "a\n\nHumanoids are")]),
        ("\n\nHuman: a\nHuman: b\n\nAssistant:", "", [(USER, "a\nHuman: b")]),
        ("\n\nHuman: a\n\nhuman: b\n\nAssistant:", "", [(USER, "a\n\nhuman: b")]),
        ("\r\n\r\nHuman: a\r\nb\r\n\r\nAssistant:", "", [(USER, "a\nb")]),
        ("\n\nHuman: a\n\nAssistant:\n\nHuman: b\n\nAssistant:", "", [(USER, "a\n\nb")]),
        (
            "\n\nHuman: a\n\nAssistant: b\n\nHuman:\n\nAssistant: c",
            "",
            [(USER, "a"), (MODEL, "b\n\nc")],
        ),
        ("\n\nHuman:   a  \n\nAssistant:", "", [(USER, "a")]),
        ("\n\nHuman: a\n\nAssistant", "", [(USER, "a\n\nAssistant")]),
        ("\n\nHuman: {{Q}}\n\nAssistant:", "", [(USER, "{{Q}}")]),
        ("\n\nHuman:\n\nAssistant:", "", []),
        ("", "", []),
    ],
)
def test_a_prompt_is_split_at_its_markers(
    prompt: str, system: str, turns: list[tuple[str, str]]
) -> None:
    split = split_prompt(prompt)
    assert (split.system, list(split.turns)) == (system, turns)


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("Human: a\n\nAssistant:", "at the beginning was taken as the first marker"),
        ("plain", "no “Human:” marker"),
        ("\n\nHuman: a\n\nHuman: b", "Two user turns in a row"),
        ("\n\nHuman: a\n\nAssistant:\n\nHuman: b", "An empty turn behind “Assistant:”"),
        ("\n\nAssistant: a\n\nHuman: b", "begins with the assistant"),
        ("\n\nHuman: a\n\nAssistant: ", "no longer needed"),
        ("S\n\nHuman: a", "became the system prompt"),
        ("\n\nHuman: a\nAssistant:", "behind one line end only"),
    ],
)
def test_each_decision_is_said(prompt: str, said: str) -> None:
    assert any(said in sentence for sentence in split_prompt(prompt).sentences)


def legacy(**changes: Any) -> dict[str, Any]:
    prompt = f"{HUMAN} Hi{ASSISTANT}"
    return {"model": "claude-2.1", "prompt": prompt, "max_tokens_to_sample": 5000} | changes


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({}, "model", "claude-opus-5-5"),
        ({"model": "claude-instant-v1-100k"}, "model", "claude-haiku-5-5"),
        ({"model": "claude-v1.2"}, "model", "claude-opus-5-5"),
        ({"model": "claude-opus-4-6"}, "model", "claude-opus-4-6"),
        ({}, "max_tokens", 5000),
        ({"max_tokens_to_sample": "6000"}, "max_tokens", 6000),
        ({"max_tokens_to_sample": 300}, "max_tokens", 4096),
        ({"max_tokens_to_sample": 300, "model": "claude-opus-4-6"}, "max_tokens", 300),
        ({"stop_sequences": [HUMAN, ASSISTANT, " ", "END"]}, "stop_sequences", ["END"]),
        ({"stop_sequences": ["\r\n\r\nHuman:"]}, "stop_sequences", None),
        ({"stop_sequences": "END"}, "stop_sequences", ["END"]),
        ({"metadata": {"user_id": "u"}}, "metadata", {"user_id": "u"}),
        ({"stream": True}, "stream", None),
        ({"temperature": 0.5}, "temperature", 0.5),
        ({"prompt": None}, "messages", []),
        ({"prompt": ["a"]}, "messages", []),
    ],
)
def test_a_parameter_is_mapped(changes: dict[str, Any], name: str, value: Any) -> None:
    assert read_legacy(legacy(**changes)).request.body.get(name) == value


def test_what_has_no_equivalent_is_listed_with_its_value() -> None:
    remarks = read_legacy(legacy(best_of=3)).remarks
    assert [(r.sentence, r.text) for r in remarks if r.kind is Kind.LEFT_OUT] == [
        ("best_of has no equivalent here.", "3")
    ]


def test_sampling_stays_where_the_model_takes_it_and_goes_where_it_does_not() -> None:
    old = legacy(temperature=0.5, top_k=-1, top_p=-1)
    kept = read(str({**old, "model": "claude-opus-4-6"}).replace("'", '"'))
    gone = read(str(old).replace("'", '"'))
    assert kept.prompts[0].request.api_version == "2023-06-01"
    assert kept.prompts[0].request.body["temperature"] == 0.5
    assert not {"top_k", "top_p"} & kept.prompts[0].request.body.keys()
    assert gone.prompts[0].request.api_version == "2026-10-21"
    assert "temperature" not in gone.prompts[0].request.body
    assert any("temperature 0.5 is removed" in r.sentence for r in gone.prompts[0].remarks)


def test_a_begun_answer_stays_for_a_model_that_continues_it() -> None:
    prompt = f"{HUMAN} As JSON{ASSISTANT} {{ "
    kept = read(str({"model": "claude-haiku-4-5", "prompt": prompt, "max_tokens_to_sample": 9}))
    assert kept.prompts[0].request.body["messages"][-1] == {"role": "assistant", "content": "{"}


def test_a_text_with_one_marker_alone_is_no_prompt() -> None:
    assert read("\n\nHuman: error is the most common cause").kind == "nothing"


@given(st.text(alphabet="abc\n ", max_size=20), st.lists(TEXT, min_size=1, max_size=6))
def test_what_is_joined_is_split_again(system: str, texts: list[str]) -> None:
    roles = [USER if number % 2 == 0 else MODEL for number in range(len(texts))]
    markers = [HUMAN if role == USER else ASSISTANT for role in roles]
    joined = system.strip() + "".join(f"{m} {t}" for m, t in zip(markers, texts, strict=True))
    split = split_prompt(joined)
    assert split.system == system.strip()
    assert list(split.turns) == list(zip(roles, texts, strict=True))
    assert split_prompt(joined + HUMAN).turns == split.turns


@given(st.lists(st.sampled_from(["a", "\n", "\n\n", "Human:", "Assistant:", " ", "\r\n", "x y"])))
def test_turns_alternate_and_none_is_empty(pieces: list[str]) -> None:
    split = split_prompt("".join(pieces))
    roles = [role for role, _ in split.turns]
    assert all(text and text == text.strip() for _, text in split.turns)
    assert all(one != other for one, other in pairwise(roles))


@given(st.text())
def test_a_text_without_markers_is_one_turn(prompt: str) -> None:
    assume("Human:" not in prompt and "Assistant:" not in prompt)
    text = clean_text(prompt).strip()
    assert split_prompt(prompt).turns == (((USER, text),) if text else ())
