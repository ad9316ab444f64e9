"""Quoted passages are found where they stand, or refused."""

from __future__ import annotations

import time

import pytest

from workbench.sharing.comments.passages import (
    LONGEST,
    NOT_THERE,
    TOO_LONG,
    NoPassage,
    address_of,
    passage_in,
    place_of,
)

BODY = {
    "system": [{"type": "text", "text": "Be brief.  Speak\nof the weather."}],
    "messages": [
        {"role": "user", "content": "How is the weather in {{CITY}}?"},
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "content": [{"type": "text", "text": "It rains — 5 °C"}]}
            ],
        },
    ],
}


@pytest.mark.parametrize(
    ("quote", "path", "kept"),
    [
        ("Speak of", "system[0].text", "Speak\nof"),
        ("  the weather.\n", "system[0].text", "the weather."),
        ("weather in {{CITY}}", "messages[0].content", "weather in {{CITY}}"),
        ("ther in {{C", "messages[0].content", "ther in {{C"),
        ("rains — 5", "messages[1].content[0].content[0].text", "rains — 5"),
        ("brief. Speak", "system[0].text", "brief.  Speak"),
    ],
)
def test_a_passage_is_located_whatever_its_white_space(quote: str, path: str, kept: str) -> None:
    found = passage_in(BODY, quote)
    assert (found["path"], found["quote"]) == (path, kept)
    assert found["end"] - found["start"] == len(kept)
    text = BODY["messages"][0]["content"] if path == "messages[0].content" else ""
    if text:
        assert text[found["start"] : found["end"]] == kept


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [("the sun", NOT_THERE), ("brief. It rains", NOT_THERE), ("x" * (LONGEST + 1), TOO_LONG)],
)
def test_what_is_not_in_one_text_of_the_version_is_refused(quote: str, sentence: str) -> None:
    with pytest.raises(NoPassage, match=sentence.split(";")[0]):
        passage_in(BODY, quote)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"system": None, "messages": None},
        {"system": 5, "messages": [None, 5, {}, {"content": 5}, {"content": [5, {"text": 5}]}]},
    ],
)
def test_odd_bodies_have_no_passages(body: dict[str, object]) -> None:
    with pytest.raises(NoPassage):
        passage_in(body, "five")


def test_a_text_that_almost_repeats_the_quote_takes_no_time() -> None:
    body = {"system": "a " * 300_000}
    began = time.perf_counter()
    with pytest.raises(NoPassage):
        passage_in(body, "a " * 900 + "b")
    assert time.perf_counter() - began < 5  # a pattern needs minutes


def test_the_part_of_the_prompt_is_named_in_words() -> None:
    assert place_of("system[0].text") == "System prompt"
    assert place_of("messages[2].content") == "Turn 3"


def test_the_address_marks_the_first_and_last_words_of_a_long_passage() -> None:
    assert address_of("a-b & c,\nd") == "#:~:text=a%2Db%20%26%20c%2C%20d"
    long = " ".join(f"w{number}" for number in range(40))
    assert address_of(long) == (
        "#:~:text=w0%20w1%20w2%20w3%20w4%20w5,w34%20w35%20w36%20w37%20w38%20w39"
    )
