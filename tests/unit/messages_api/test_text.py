import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.messages_api import clean_json, clean_text
from workbench.messages_api.text import MAX_DEPTH, TextPieces, write_json

ANY_TEXT = st.text(
    alphabet=st.characters(exclude_categories=()) | st.sampled_from("\r\n\0\ud83d\ude42")
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
    max_leaves=20,
)


def nested(depth: int) -> list:
    value: list = []
    for _ in range(depth - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\0b", "a\ufffdb"),
        ("lone \ud83d", "lone \ufffd"),
        ("\ude42\ud83d", "\ufffd\ufffd"),
        ("pair \ud83d\ude42", "pair 🙂"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("  kept \x1b\u202e ", "  kept \x1b\u202e "),
    ],
)
def test_odd_characters_are_replaced_and_the_rest_is_kept(dirty, clean):
    assert clean_text(dirty) == clean


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once_and_the_result_can_be_stored(text):
    once = clean_text(text)
    assert clean_text(once) == once
    assert b"\0" not in once.encode("utf-8")


@given(JSON_VALUES)
def test_any_json_value_can_be_written_after_cleaning(value):
    once = clean_json(value)
    assert clean_json(once) == once
    assert b"NaN" not in write_json(once).replace(b'"NaN"', b"")


def test_keys_are_cleaned_and_numbers_that_json_lacks_become_none():
    assert clean_json({"a\0": [float("nan"), float("inf"), 2**70, ("x\r",)]}) == {
        "a\ufffd": [None, None, 2**70, ["x\n"]]
    }


def test_a_number_beyond_64_bits_is_written():
    assert write_json({"n": 2**70}) == b'{"n":1180591620717411303424}'


def test_deep_nesting_is_accepted_up_to_the_limit_and_refused_beyond():
    assert clean_json(nested(MAX_DEPTH)) == nested(MAX_DEPTH)
    with pytest.raises(ValueError, match="nested too deeply"):
        clean_json(nested(MAX_DEPTH + 1))
    with pytest.raises(ValueError, match="nested too deeply"):
        clean_json(nested(100_000))


def test_the_original_is_not_changed():
    original = {"a": ["x\0"]}
    clean_json(original)
    assert original == {"a": ["x\0"]}


@given(st.lists(ANY_TEXT))
def test_pieces_add_up_to_the_cleaned_whole(pieces):
    text = TextPieces()
    given_out = [text.add(piece) for piece in pieces] + [text.finish()]
    assert "".join(given_out) == text.text == clean_text("".join(pieces))
