"""What two texts have in common, word by word."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.prompts.word_diff import (
    MOST_CHARACTERS,
    Part,
    Passage,
    counts,
    passages,
    word_diff,
)

words = st.lists(st.sampled_from(["a", "b", "the", "Order", "1.", "\n", "\n\n", "日本", "é", ""]))
texts = st.one_of(st.text(), words.map(" ".join), words.map("".join))


def left(parts: list[Part]) -> str:
    return "".join(part.text for part in parts if part.kind != "insert")


def right(parts: list[Part]) -> str:
    return "".join(part.text for part in parts if part.kind != "delete")


def shown(before: str, after: str) -> str:
    """The parts as one line: ``[-gone-]`` and ``{+new+}``."""
    marks = {"same": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    return "".join(marks[part.kind].format(part.text) for part in word_diff(before, after))


@given(texts, texts)
def test_without_inserts_it_is_the_left_and_without_deletes_the_right(
    before: str, after: str
) -> None:
    parts = word_diff(before, after)
    assert left(parts) == before
    assert right(parts) == after


@given(texts, texts)
def test_passages_hold_every_part_and_split_none_that_changed(before: str, after: str) -> None:
    found = passages(word_diff(before, after))
    assert "".join(part.text for passage in found for part in passage.left) == before
    assert "".join(part.text for passage in found for part in passage.right) == after
    assert all(one.is_same != two.is_same for one, two in itertools.pairwise(found))


@given(texts)
def test_a_text_and_itself_differ_in_nothing(text: str) -> None:
    assert word_diff(text, text) == ([Part("same", text)] if text else [])


@given(texts, texts)
def test_parts_are_never_empty_and_neighbours_differ_in_kind(before: str, after: str) -> None:
    kinds = [part.kind for part in word_diff(before, after)]
    assert all(part.text for part in word_diff(before, after))
    assert all(one != two for one, two in itertools.pairwise(kinds))
    assert ("insert", "delete") not in itertools.pairwise(kinds)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Answer politely.", "Answer.", "Answer[- politely-]."),
        ("Answer.", "Answer in German.", "Answer{+ in German+}."),
        ("One two three", "One 2 three", "One[- two-]{+ 2+} three"),
        ("First.\nSecond.\n", "First.\nNew.\nSecond.\n", "First.\n{+New.\n+}Second.\n"),
        ("丁寧に答える", "短く答える", "[-丁寧に-]{+短く+}答える"),
        ("a - b", "c - d", "[-a - b-]{+c - d+}"),
        ("You are a dog.", "This is not a cat.", "[-You are a dog-]{+This is not a cat+}."),
        ("Hi {{a_b}}: {{c}}", "Hi {{a_b}}\n\n{{c}}", "Hi {{a_b}}[-: {{c}}-]{+\n\n{{c}}+}"),
        ("Hi {{name}}, you", "Hi {{team}}, you", "Hi[- {{name}}-]{+ {{team}}+}, you"),
        ("The a\nb end", "One a\nb two", "[-The-]{+One+} a\nb[- end-]{+ two+}"),
    ],
)
def test_only_the_changed_words_are_marked(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


def test_a_word_in_each_of_many_lines_is_found_although_all_lines_are_alike() -> None:
    before = "".join(f"The price of item {n} is the price of the item.\n" for n in range(600))
    after = before.replace("is the", "was the")
    parts = word_diff(before, after)
    assert counts(parts) == (600, 600)


def test_a_long_text_without_sentences_keeps_most_of_its_words() -> None:
    source = random.Random(1)
    old = [source.choice("abcdefghijklmnopqrstuvwxyz") + str(n % 97) for n in range(9_000)]
    new = [word if n % 90 else "new" for n, word in enumerate(old)]
    inserted, deleted = counts(word_diff(" ".join(old), " ".join(new)))
    assert inserted == deleted == 100


@pytest.mark.parametrize(
    ("before", "after"),
    [("a b " * 50_000, "b a " * 50_000), ("\n" * 90_000, "x\n" * 90_000), ("a" * 10**6, "b" * 9)],
    ids=["two words", "empty lines", "one word"],
)
def test_texts_that_say_the_same_over_and_over_come_to_an_end(before: str, after: str) -> None:
    parts = word_diff(before, after)
    assert left(parts) == before
    assert right(parts) == after


def test_anchors_within_gaps_within_gaps_come_to_an_end() -> None:
    old, new = ["p"], ["q"]
    for n in range(3_000):  # each word is unique only in the gap behind the word before it
        old += [f"t{n + 1}", "x", f"t{n}", "x"]
        new += [f"t{n + 1}", "x", "x", f"t{n}", "y", "x"]
    parts = word_diff(" ".join([*old, "p"]), " ".join([*new, "q"]))
    assert left(parts) == " ".join([*old, "p"])


def test_beyond_the_limit_whole_lines_are_compared() -> None:
    lines = [f"line number {n}\n" for n in range(MOST_CHARACTERS // 12)]
    before = "".join(lines)
    lines[7] = "line number seven\n"
    changed = [part for part in word_diff(before, "".join(lines)) if part.kind != "same"]
    assert changed == [Part("delete", "line number 7\n"), Part("insert", "line number seven\n")]


def test_what_lies_far_from_a_change_is_one_passage_to_fold() -> None:
    lines = [f"{n}\n" for n in range(20)]
    after = [*lines]
    after[10] = "ten\n"
    found = passages(word_diff("".join(lines), "".join(after)))
    assert [(passage.is_same, passage.lines) for passage in found] == [
        (True, 8),
        (False, 5),
        (True, 7),
    ]


def test_a_single_line_between_two_changes_stays_in_sight() -> None:
    lines = [f"{n}\n" for n in range(9)]
    after = [*lines]
    after[0], after[6] = "zero\n", "six\n"
    assert len(passages(word_diff("".join(lines), "".join(after)))) == 1


def test_the_columns_of_a_passage_are_the_two_texts() -> None:
    passage = Passage(tuple(word_diff("old word\n", "new word\n")))
    assert left(list(passage.left)) == "old word\n"
    assert right(list(passage.right)) == "new word\n"
