"""Lines are broken where prettier breaks them."""

import pytest

from workbench.export.typescript.layout import render, width
from workbench.export.typescript.values import Writer


def laid_out(value):
    return render(Writer().value(value))


def test_what_fits_stays_in_its_line():
    value = {"a": [1, 2], "b": {"c": []}, "d": {}}
    assert laid_out(value) == "{ a: [1, 2], b: { c: [] }, d: {} }"


def test_eighty_columns_fit_and_eighty_one_do_not():
    assert laid_out({"text": "x" * 68}) == f'{{ text: "{"x" * 68}" }}'
    assert laid_out({"text": "x" * 69}) == f'{{\n  text: "{"x" * 69}",\n}}'


def test_a_long_text_goes_below_its_key_unless_the_key_is_short():
    long = "x" * 90
    assert laid_out({"text": long}) == f'{{\n  text: "{long}",\n}}'
    assert laid_out({"texts": long}) == f'{{\n  texts:\n    "{long}",\n}}'


def test_a_text_of_several_lines_breaks_what_is_around_it():
    assert laid_out([{"a": "x\n y"}]) == "[\n  {\n    a: `x\n y`,\n  },\n]"


def test_several_objects_of_several_fields_are_never_in_one_line():
    assert laid_out([{"a": 1}, {"b": 2}]) == "[{ a: 1 }, { b: 2 }]"
    assert laid_out([{"a": 1, "c": 1}, {"b": 2, "d": 2}]) == (
        "[\n  { a: 1, c: 1 },\n  { b: 2, d: 2 },\n]"
    )
    assert laid_out([[1, 2], [3, 4]]) == "[\n  [1, 2],\n  [3, 4],\n]"


def test_numbers_fill_their_lines():
    assert laid_out(list(range(100, 125))) == (
        "[\n"
        "  100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114,\n"
        "  115, 116, 117, 118, 119, 120, 121, 122, 123, 124,\n"
        "]"
    )


def test_the_last_number_of_a_line_leaves_room_for_its_comma():
    row = "100, " * 14 + "100,"
    assert laid_out({"a": [100] * 15 + [1]}) == f"{{\n  a: [\n    {row}\n    1,\n  ],\n}}"
    row = "100, " * 13 + "1000, 100,"
    assert laid_out({"a": [100] * 13 + [1000, 100]}) == f"{{\n  a: [\n    {row}\n  ],\n}}"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("abc", 3),
        ("日本", 4),
        ("é", 1),
        ("e\u0301", 1),
        ("🎉", 2),
        ("👩‍👧", 2),
        ("❤️🇩🇪", 4),
        ("1️⃣", 2),
    ],
)
def test_wide_characters_and_emoji_take_two_columns(text, columns):
    assert width(text) == columns
