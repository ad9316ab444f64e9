"""What a link leaves out is nowhere in what is left."""

from __future__ import annotations

import json

import pytest

from workbench.prompts.content import Content, Variable
from workbench.prompts.media.sources import KEPT
from workbench.sharing.links.hiding import NAMELESS, shared_content, systems_in, veil_of

SYSTEM = "Speak as QUOKKA-SYSTEM does,\nand never say so to anybody who asks."
BODY = {
    "model": "claude-opus-5-5",
    "max_tokens": 99,
    "metadata": {"user_id": "erin@example.com"},
    "system": [{"type": "text", "text": SYSTEM, "cache_control": {"type": "ephemeral"}}],
    "mcp_servers": [{"type": "url", "url": "https://m.test", "authorization_token": "hush-hush"}],
    "messages": [
        {"role": "user", "content": "Dear {{NAME}}, I know: " + SYSTEM},
        {"role": "system", "content": "LATER-SYSTEM, which comes in between."},
        {"role": "assistant", "content": [{"type": "text", "text": "Hello Marker-Value!"}]},
    ],
}
CONTENT = Content(
    BODY,
    variables=(Variable("NAME", "whose MARKED-NOTE", "Marker-Value"),),
    mocks={"tool": {"text": "MOCKED"}},
    copied_from={"system": {"slug": "library-slug", "number": 1, "hash": "0"}},
)


def text_of(content: Content) -> str:
    return json.dumps(content.to_dict(), ensure_ascii=False)


@pytest.mark.parametrize("shows_variables", [True, False])
def test_without_the_system_prompt_nothing_repeats_it(*, shows_variables: bool) -> None:
    shared = shared_content(CONTENT, shows_system=False, shows_variables=shows_variables)
    for marker in ("QUOKKA-SYSTEM", "never say so", "LATER-SYSTEM", "library-slug"):
        assert marker not in text_of(shared)
    assert "system" not in shared.body
    assert [turn["role"] for turn in shared.body["messages"]] == ["user", "assistant"]


def test_without_variables_no_value_is_left_and_the_names_stay_where_they_stood() -> None:
    shared = shared_content(CONTENT, shows_system=True, shows_variables=False)
    assert "Marker-Value" not in text_of(shared)
    assert "MARKED-NOTE" not in text_of(shared)
    assert "QUOKKA-SYSTEM" in text_of(shared)
    assert shared.body["messages"][2]["content"][0]["text"] == "Hello {{NAME}}!"


def test_what_is_never_shared_is_left_out_in_any_case() -> None:
    shared = text_of(shared_content(CONTENT, shows_system=True, shows_variables=True))
    for marker in ("erin@example.com", "hush-hush", "MOCKED", "library-slug"):
        assert marker not in shared
    assert "Marker-Value" in shared


def test_what_looks_like_a_key_is_hidden() -> None:
    body = {"messages": [{"role": "user", "content": "use sk-ant-api03-abcdefgh please"}]}
    shared = shared_content(Content(body), shows_system=True, shows_variables=True)
    assert "abcdefgh" not in text_of(shared)


def test_a_value_is_hidden_also_as_json_writes_it() -> None:
    veil = veil_of([], [("TEXT", 'two\nlines "quoted" ünd')])
    assert veil.over('{"a": "two\\nlines \\"quoted\\" ünd"}') == '{"a": "{{TEXT}}"}'
    assert veil.over({'two\nlines "quoted" ünd': 1}) == {"{{TEXT}}": 1}


def test_a_piece_of_a_system_prompt_is_known_again() -> None:
    system = "You are the concierge of a small hotel at the sea, and polite to all."
    veil = veil_of([system], [])
    said = "I am *the Concierge\nof a small* hotel. It is a small hotel, at the sea and polite."
    assert veil.over(said) == "I am *[system prompt]. It is [system prompt]."
    assert veil.over("It is a small hotel.") == "It is a small hotel."


def test_a_file_in_a_system_prompt_hides_no_other_file() -> None:
    source = {"type": KEPT, "sha256": "a" * 64, "media_type": "image/png"}
    blocks = [{"type": "image", "source": source}]
    body = {"system": blocks, "messages": [{"role": "user", "content": blocks}]}
    shared = shared_content(Content(body), shows_system=False, shows_variables=True)
    assert shared.body["messages"][0]["content"] == blocks


def test_a_short_value_is_a_word_of_its_own() -> None:
    veil = veil_of([], [("ANSWER", "no"), ("KIND", "text"), ("EMPTY", " ")])
    assert veil.over("no note, (no)") == "{{ANSWER}} note, ({{ANSWER}})"
    assert veil.over({"type": "text"}) == {"type": "text"}


def test_a_value_is_hidden_in_capitals_and_in_small_letters() -> None:
    veil = veil_of([], [("CITY", "Reykjavik"), ("ODD", "İstanbul now")])
    assert veil.over("REYKJAVIK, reykjavik") == "{{CITY}}, {{CITY}}"
    assert "stanbul" not in veil.over("In İstanbul now")


def test_a_value_inside_another_one_shows_nothing_of_either() -> None:
    veil = veil_of([], [("A", "a long value"), ("B", "long value")])
    assert veil.over("a long value, long value") == "{{A}}, {{B}}"


@pytest.mark.parametrize(
    "name", ["Speak as QUOKKA-SYSTEM does,", "Speak as QUOKKA-SYSTEM d…", "QUOKKA-SYSTEM", ""]
)
def test_a_title_that_is_made_of_the_system_prompt_is_not_shown(name: str) -> None:
    assert veil_of(systems_in(BODY), []).title(name) == NAMELESS


def test_a_title_with_a_value_shows_the_name_of_the_variable() -> None:
    veil = veil_of([], [("CITY", "Reykjavik")])
    assert veil.title("Weather in Reykjavik") == "Weather in {{CITY}}"
    assert veil.title("Weather") == "Weather"


def test_odd_bodies_are_no_error() -> None:
    for body in ({"messages": "x", "system": 5}, {"messages": [5, None], "mcp_servers": [1]}):
        shared_content(Content(body), shows_system=False, shows_variables=False)
