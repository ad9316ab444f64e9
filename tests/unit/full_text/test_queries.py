"""What a person types becomes a query; quotes and minus; what is refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.full_text import BadQuery, Document, parse


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Refund", "'refund':*"),
        ("refund*", "'refund':*"),
        ("two words", "'two':* & 'words':*"),
        ('"no refund"', "('no' <-> 'refund')"),
        ("“no refund„", "('no' <-> 'refund')"),
        ('a "not closed', "'a':* & ('not' <-> 'closed')"),
        ('"exact"', "'exact'"),
        ("good -bad", "'good':* & !'bad':*"),
        ('good -"very bad"', "'good':* & !('very' <-> 'bad')"),
        ("claude-opus", "('claude' <-> 'opus':*)"),
        ("你好", "('你' <-> '好')"),
        ("same same", "'same':*"),
        ('"" - -- word !!', "'word':*"),
        ("o'neil \\ \0", "('o' <-> 'neil':*)"),
    ],
)
def test_what_is_typed_becomes_a_query(typed: str, expected: str) -> None:
    assert parse(typed).anywhere(7) == f"'/team/7' & {expected}"


@pytest.mark.parametrize("typed", ["team", "name", "about", "t"])
def test_no_beginning_of_a_word_finds_what_is_there_for_the_index(typed: str) -> None:
    document = Document(1)
    document.add_name("one")
    found = [word.strip("'") for word in document.vector.replace(":1", "").split()]
    assert not any(word.startswith(typed) for word in found)


def test_what_a_list_shows_is_asked_for_by_itself() -> None:
    assert parse('a "b c" -d').about(7) == (
        "'/team/7' & '/about/a':* & ('/about/b' <-> '/about/c') & !'/about/d':*"
    )


def test_the_words_of_a_name_are_asked_for_by_themselves() -> None:
    query = parse('re "a b" -x')
    assert query.named(7) == "'/team/7' & '/name/re':* & ('/name/a' <-> '/name/b') & !'x':*"
    assert query.unnamed(7) == (
        "'/team/7' & 're':* & ('a' <-> 'b') & !'x':* & !('/name/re':* & ('/name/a' <-> '/name/b'))"
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "at least one word"),
        ("-bad", "at least one word"),
        ("!!! ** ''", "at least one word"),
        ("a" * 301, "at most 300 characters"),
        (" ".join(f"w{number}" for number in range(21)), "at most 20"),
    ],
)
def test_what_cannot_be_looked_for_gets_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(BadQuery, match=sentence):
        parse(typed)


@pytest.mark.parametrize(
    ("typed", "text", "is_there"),
    [
        ("refu", "A Refund, please", True),
        ("fund", "A Refund, please", False),
        ('"refund"', "refunds", False),
        ('"a refund"', "a -- refund", True),
        ('"a refund"', "a big refund", False),
        ("refund -please", "A Refund, please", False),
        ("uber", "Über", True),
        ("世界", "你好世界", True),
        ("x1 y2", "y2 x1", True),
    ],
)
def test_a_query_is_compared_with_a_short_text(typed: str, text: str, is_there: bool) -> None:
    assert parse(typed).is_in(text) is is_there


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(typed: str) -> None:
    try:
        query = parse(typed)
    except BadQuery:
        return
    assert query.wanted
    assert query.patterns
