"""The tokenizer: what becomes a word, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.full_text.folding import composed, fold, places
from workbench.full_text.words import LONGEST_WORD, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Über UBER uber U\u0308ber", ["uber"] * 4),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("don't foo_bar, a-b", ["don", "t", "foo", "bar", "a", "b"]),
        ("Ёлка Άλφα ΑΛΦΑ", ["елка", "αλφα", "αλφα"]),
        ("A-1043 ½ Ⅷ", ["a", "1043", "1", "2", "viii"]),
        ("ｆｕｌｌ ﬁne", ["full", "fine"]),
        ("你好, 世界abc", ["你", "好", "世", "界", "abc"]),
        ("がんばって ｶ", [*"がんばって", "カ"]),
        ("ไทย", [*"ไทย"]),
        ("한국어 하다", ["한국어", "하다"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("שָׁלוֹם שלום", ["שלום", "שלום"]),
        ("سَلَام سلام", ["سلام", "سلام"]),
        ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zerowidth"]),
        ("❤️ 1️⃣ 😀", ["1"]),
        ("\0'\\\"<b>&amp;", ["b", "amp"]),
        ("", []),
    ],
)
def test_words_of_many_scripts(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_long_word_is_cut() -> None:
    assert words("x" * 500) == ["x" * LONGEST_WORD]


@given(st.text())
def test_case_never_matters(text: str) -> None:
    assert words(composed(text).casefold().upper().lower()) == words(
        composed(text).casefold().upper()
    )


@given(st.text(), st.text())
def test_words_of_two_texts_are_those_of_both_together(first: str, second: str) -> None:
    assert words(f"{first}\n{second}") == words(first) + words(second)


@given(st.text())
def test_no_word_has_a_sign_that_a_literal_would_have_to_escape(text: str) -> None:
    for word in words(text):
        assert word
        assert not set(word) & set("'\\\":*/&|!()<> \0\t\n")


@given(st.text())
def test_every_character_of_a_folded_text_comes_from_one_of_the_text(text: str) -> None:
    text, folded = composed(text), fold(text)
    found = places(text, folded)
    assert len(found if found is not None else text) == len(folded)
    assert found is None or found == sorted(found)
