"""Copies of system prompts: what is noted, what still holds, what a text is put into."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.prompts.system_prompts.copies import (
    Copied,
    copied_in,
    digest_of,
    joined,
    kept_copies,
    slug_in,
    text_of,
    with_text,
)
from workbench.prompts.system_prompts.differences import difference

NOTE = {"slug": "style", "number": 3, "hash": "a" * 64}
BLOCK = {"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}


def test_a_note_is_read_as_it_was_written() -> None:
    copied = Copied("style", 3, "a" * 64)
    assert copied_in({"system": copied.to_dict()}) == copied
    assert slug_in({"system": NOTE}) == "style"


@pytest.mark.parametrize(
    "note",
    [
        None,
        "style",
        [],
        {},
        NOTE | {"slug": 1},
        NOTE | {"slug": ""},
        NOTE | {"slug": "s" * 81},
        NOTE | {"number": "3"},
        NOTE | {"number": True},
        NOTE | {"number": 0},
        NOTE | {"number": 2**31},
        NOTE | {"hash": None},
    ],
)
def test_a_damaged_note_is_none(note: object) -> None:
    assert copied_in({"system": note}) is None
    assert slug_in({"system": note}) == ""


@pytest.mark.parametrize("body", [{}, {"system": ""}, {"system": []}])
def test_the_note_of_a_cleared_text_goes(body: dict[str, object]) -> None:
    assert kept_copies({"system": NOTE, "other": 1}, body) == {"other": 1}


def test_the_note_of_a_changed_text_stays() -> None:
    assert kept_copies({"system": NOTE}, {"system": "Changed"}) == {"system": NOTE}


def test_a_text_is_a_string_or_one_block() -> None:
    assert text_of("Be kind.") == text_of([BLOCK]) == "Be kind."
    assert text_of([BLOCK, BLOCK]) is text_of([]) is text_of(3) is text_of([{"type": "x"}]) is None


def test_another_text_leaves_what_the_block_holds_besides() -> None:
    assert with_text([BLOCK], "New") == [BLOCK | {"text": "New"}]
    assert with_text([BLOCK, BLOCK], "New") == with_text("Old", "New") == "New"


def test_texts_are_joined_with_a_blank_line_and_blocks_in_a_list() -> None:
    assert joined("One\n", "\nTwo") == "One\n\nTwo"
    assert joined("One", [BLOCK]) == [{"type": "text", "text": "One"}, BLOCK]


def test_the_digest_is_the_sha_256_of_the_text() -> None:
    assert digest_of("ä") == hashlib.sha256("ä".encode()).hexdigest()


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_difference_holds_both_texts(before: str, after: str) -> None:
    found = difference(before, after)
    if found is None:
        assert before == after
        return
    left = [part.text for passage in found.passages for part in passage.left]
    right = [part.text for passage in found.passages for part in passage.right]
    assert ("".join(left), "".join(right)) == (before, after)
