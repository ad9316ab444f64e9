"""Passages: what is shown of a text, and what is marked in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.full_text import BadQuery, Piece, marked, parse, passage
from workbench.full_text.folding import composed
from workbench.full_text.passages import AFTER, BEFORE, ELLIPSIS
from workbench.full_text.words import LONGEST_WORD, words

SOME = st.text(st.sampled_from("aäßA b-\n你好\u0301ﬁ'<İ"), max_size=400)


def shown(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def matches(pieces: list[Piece]) -> list[str]:
    return [piece.text for piece in pieces if piece.is_match]


def test_the_matches_are_marked_in_their_surroundings() -> None:
    text = f"{'before ' * 50}a Rückgabe of über 3 <b>{' after' * 50}"
    pieces = passage(["Nothing here", text], parse('ruck "über 3"'))
    assert matches(pieces) == ["Rückgabe", "über 3"]
    assert pieces[0] == pieces[-1] == Piece(ELLIPSIS)
    assert shown(pieces[1:-1]) in text
    assert "<b>" in shown(pieces)
    assert len(shown(pieces)) <= BEFORE + AFTER + 2


def test_the_word_that_says_most_decides_where() -> None:
    pieces = passage(["the the the", f"the {'x ' * 300} refund"], parse("the refund"))
    assert "refund" in matches(pieces)


def test_without_a_match_the_beginning_is_shown() -> None:
    assert passage(["", " ", "Some text"], parse("other")) == [Piece("Some text")]
    assert passage([], parse("other")) == []


def test_what_folding_makes_longer_or_shorter_is_marked_where_it_stands() -> None:
    pieces = marked("ﬃ Straße soft\u00adhyphen İzmir end", parse("strasse soft izmir end"))
    assert matches(pieces) == ["Straße", "soft\u00adhyphen", "İzmir", "end"]


def test_minus_words_are_not_marked() -> None:
    assert matches(marked("good bad", parse("good -bad"))) == ["good"]


@given(SOME, st.text(st.sampled_from('aäßs"- 你好'), max_size=12))
def test_the_pieces_are_the_text_and_each_match_has_a_word_of_the_query(
    text: str, typed: str
) -> None:
    try:
        query = parse(typed)
    except BadQuery:
        return
    pieces = marked(text, query)
    assert shown(pieces) == (composed(text) if text.strip() or pieces else "")
    looked_for = {term.words[0] for term in query.wanted}
    for match in matches(pieces):
        assert any(word.startswith(tuple(looked_for)) for word in words(match))


@given(SOME, SOME, st.integers(1, LONGEST_WORD))
def test_a_word_of_the_text_is_found_by_its_beginning(before: str, after: str, length: int) -> None:
    for word in words(f"{before} needle {after}")[:5]:
        query = parse(word[:length])
        assert query.is_in(f"{before} needle {after}")
        assert matches(passage([f"{before} needle {after}"], query))
