"""What ends the stream of a reader, and what is said then."""

from __future__ import annotations

import pytest

from workbench.runs.farewells import LOWERED, NO_MEMBER, SIGNED_OUT, farewell


@pytest.mark.parametrize(
    ("then", "now", "is_signed_in", "sentence"),
    [
        ("viewer", "viewer", True, ""),
        ("viewer", "editor", True, ""),
        ("editor", "viewer", True, LOWERED),
        ("owner", "admin", True, LOWERED),
        ("viewer", None, True, NO_MEMBER),
        ("owner", "owner", False, SIGNED_OUT),
        ("viewer", None, False, SIGNED_OUT),
    ],
)
def test_a_stream_goes_on_with_the_same_rights_or_more(
    then: str, now: str | None, is_signed_in: bool, sentence: str
) -> None:
    assert farewell(then, now, is_signed_in=is_signed_in) == sentence
