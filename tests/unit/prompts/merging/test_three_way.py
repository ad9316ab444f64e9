"""The laws of the three-way merge of lists and texts."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from workbench.prompts.merging.three_way import Agreed, Clash, Stretch, text_three_way, three_way

WORDS = st.sampled_from(["", "a", "b", "Be kind.", "Be kind. Be brief.", "No!  Never", "ä\u2028ö"])
TOKENS = st.lists(WORDS, max_size=8)
TEXTS = st.lists(WORDS, max_size=6).map("\n".join)


def resolved(stretches: list[Stretch], side: str) -> list[str]:
    """The result when ``side`` is taken in every clash."""
    return [
        token
        for each in stretches
        for token in (each.tokens if isinstance(each, Agreed) else getattr(each, side))
    ]


def clashes(stretches: list[Stretch]) -> list[Clash]:
    return [each for each in stretches if isinstance(each, Clash)]


@st.composite
def edited(draw: st.DrawFn, base: list[str], mark: str) -> list[str]:
    """``base`` with lines left out, replaced and put in; what is put in is there once."""
    found: list[str] = []
    for place in range(len(base) + 1):
        found += [f"{mark}{place}.{n}" for n in range(draw(st.integers(0, 2)))]
        if place < len(base) and draw(st.booleans() | st.just(True)):
            found.append(base[place])
    return found


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[str], list[str], list[str]]:
    base = [f"line {number}" for number in range(draw(st.integers(0, 7)))]
    return base, draw(edited(base, "t")), draw(edited(base, "m"))


@given(TOKENS, TOKENS)
def test_what_one_side_changed_is_taken(base: list[str], side: list[str]) -> None:
    assert resolved(three_way(base, side, base), "mine") == side
    assert resolved(three_way(base, base, side), "theirs") == side
    assert not clashes(three_way(base, side, base))
    assert not clashes(three_way(base, base, side))


@given(TOKENS, TOKENS)
def test_what_both_changed_alike_is_there_once(base: list[str], both: list[str]) -> None:
    merged = three_way(base, both, both)
    assert resolved(merged, "mine") == both
    assert not clashes(merged)


@given(TOKENS, TOKENS, TOKENS)
def test_the_sides_can_be_exchanged(base: list[str], one: list[str], two: list[str]) -> None:
    there, back = three_way(base, one, two), three_way(base, two, one)
    assert resolved(there, "mine") == resolved(back, "theirs")
    assert [(each.theirs, each.mine) for each in clashes(there)] == [
        (each.mine, each.theirs) for each in clashes(back)
    ]


@given(edits())
def test_no_line_that_a_side_put_in_is_lost(
    three: tuple[list[str], list[str], list[str]],
) -> None:
    base, theirs, mine = three
    merged = three_way(base, theirs, mine)
    for side, lines in (("theirs", theirs), ("mine", mine)):
        found = resolved(merged, side)
        assert [line for line in lines if line not in base] == [
            line for line in found if line in lines and line not in base
        ]
        assert len(found) == len(set(found))


@given(edits())
def test_a_line_stays_when_both_keep_it_and_goes_when_one_side_takes_it_out(
    three: tuple[list[str], list[str], list[str]],
) -> None:
    base, theirs, mine = three
    merged = three_way(base, theirs, mine)
    agreed = [token for each in merged if isinstance(each, Agreed) for token in each.tokens]
    in_clashes = {token for each in clashes(merged) for token in each.base}
    for line in base:
        if line not in in_clashes:
            assert (line in agreed) == (line in theirs and line in mine)


@given(TEXTS, TEXTS, TEXTS)
@example("A. B.", "A! B.", "A. B?")
def test_no_sentence_of_a_text_is_lost(base: str, theirs: str, mine: str) -> None:
    merged = text_three_way(base, theirs, mine)
    assert "\n".join(resolved(text_three_way(base, theirs, base), "mine")) == theirs
    assert "\n".join(resolved(text_three_way(base, mine, mine), "mine")) == mine
    for side, text in (("theirs", theirs), ("mine", mine)):
        words = " ".join(resolved(merged, side)).split()
        for word in set(text.split()) - set(base.split()):
            assert word in words


def test_changes_of_different_lines_are_both_taken() -> None:
    merged = text_three_way("one\ntwo\nthree", "ONE\ntwo\nthree", "one\ntwo\nthree\nfour")
    assert resolved(merged, "mine") == ["ONE", "two", "three", "four"]
    assert not clashes(merged)


def test_lines_beside_each_other_do_not_clash() -> None:
    merged = text_three_way("one\ntwo", "ONE\ntwo", "one\nTWO")
    assert resolved(merged, "mine") == ["ONE", "TWO"]


def test_sentences_of_one_line_are_merged() -> None:
    merged = text_three_way("Be kind. Be brief.", "Be very kind. Be brief.", "Be kind. Be short.")
    assert resolved(merged, "mine") == ["Be very kind. Be short."]


def test_one_sentence_changed_in_two_ways_clashes() -> None:
    merged = text_three_way("Hi\nBe kind.", "Hi\nBe very kind.", "Hi\nBe kinder.")
    assert clashes(merged) == [Clash(("Be kind.",), ("Be very kind.",), ("Be kinder.",))]


def test_what_one_side_takes_out_and_the_other_changes_clashes() -> None:
    assert clashes(text_three_way("a\nb\nc", "a\nc", "a\nB\nc")) == [Clash(("b",), (), ("B",))]


def test_what_both_put_in_at_one_place_clashes_but_for_what_is_alike() -> None:
    merged = three_way(["a"], ["a", "x", "y"], ["a", "x", "z"])
    assert clashes(merged) == [Clash((), ("y",), ("z",))]
    assert resolved(three_way(["a"], ["a", "x", "y"], ["a", "x"]), "mine") == ["a", "x", "y"]


def test_of_two_changed_lines_only_the_one_that_both_changed_clashes() -> None:
    merged = text_three_way("one\ntwo", "one\nTWO!", "ONE\nTWO?")
    assert resolved(merged, "mine") == ["ONE", "TWO?"]
    assert clashes(merged) == [Clash(("two",), ("TWO!",), ("TWO?",))]
