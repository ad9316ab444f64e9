"""Texts, keys and numbers in TypeScript keep every character and every digit."""

from decimal import Decimal
from math import inf

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.export.typescript_reading import Reader
from workbench.export.typescript.layout import render
from workbench.export.typescript.literals import (
    is_exact,
    key_of,
    keys_are_moved,
    number,
    quoted,
    text_doc,
)

PIECES = st.sampled_from(
    [*"`$\\{}'\" \t\n\r\0ax", "${", "\\n", "\u2028", "\ufeff", "\u202e", "🎉", "👩‍👧", "</script>"]
)
TEXTS = st.lists(PIECES).map("".join) | st.text()


def code_of(text, names=None):
    return render(text_doc(text, names))


@given(TEXTS)
@example("line \nline\t\n `${x}` \\` \r\n\u2028 ")
def test_a_text_is_read_back_unchanged(text):
    assert Reader(code_of(text)).value() == text
    assert Reader(quoted(text)).value() == text


@given(st.lists(TEXTS | st.sampled_from(["{{A}}", "{{B-2}}", "{{C}}"])).map("".join), TEXTS)
@example("$\\{{A}} ", "x")
def test_arguments_take_the_places_of_their_markers(text, value):
    code = code_of(text, {"A": "a", "B-2": "b2"})
    expected = text.replace("{{A}}", "\0A").replace("{{B-2}}", "{{A}}").replace("\0A", value)
    assert Reader(code, values={"a": value, "b2": "{{A}}"}).value() == expected


@given(TEXTS)
def test_nothing_invisible_stands_in_the_code(text):
    code = code_of(text)
    assert not set(code) & set("\r\0\u2028\u2029\ufeff\u202e\x7f")
    assert not any(line.endswith((" ", "\t")) for line in code.split("\n"))


def test_several_lines_are_a_template_and_one_line_is_in_quotes():
    assert code_of("Hi\nyou") == "`Hi\nyou`"
    assert code_of("Hi you\n") == '"Hi you\\n"'
    assert code_of("\n\n") == '"\\n\\n"'
    assert code_of("Hi {{A}}!", {"A": "a"}) == "`Hi ${a}!`"
    assert code_of("{{A}}", {"A": "a"}) == "a"
    assert code_of("{{A}}") == '"{{A}}"'


def test_quotes_are_those_with_fewer_escapes():
    assert quoted("it's") == '"it\'s"'
    assert quoted('say "hi"') == "'say \"hi\"'"
    assert quoted("'\"") == '"\'\\""'
    assert quoted('\'\'"""') == "'\\'\\'\"\"\"'"


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("name", "name"),
        ("class", "class"),
        ("$ref", "$ref"),
        ("x-y", '"x-y"'),
        ("1", '"1"'),
        ("", '""'),
        ("é", "é"),
        ("日本", "日本"),
        ("a·b", '"a·b"'),
        ("𝒳", '"𝒳"'),
        ("__proto__", '["__proto__"]'),
        ("\u0560", '"\\u0560"'),
    ],
)
def test_a_key_has_quotes_only_when_it_needs_them(key, code):
    assert key_of(key) == code


@given(TEXTS)
def test_a_key_is_read_back_unchanged(key):
    assert Reader(f"{{ {key_of(key)}: 1 }}").value() == {key: 1}


@given(st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False))
@example(10**400)
@example(2**53 + 1)
@example(2**60)
@example(1e22)
def test_a_number_is_exact_or_known_not_to_be(value):
    try:
        read = float(number(value))
    except OverflowError:
        read = inf
    # JavaScript writes the shortest digits that lead back to what it read, and then zeros.
    is_same = read != inf and Decimal(repr(read)) == Decimal(repr(value))
    assert is_exact(value) == is_same


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (1e-7, "1e-7"),
        (1.5e22, "1.5e22"),
        (1e20, "1" + "0" * 20),
    ],
)
def test_a_number_is_written_as_prettier_leaves_it(value, code):
    assert number(value) == code


def test_keys_that_javascript_moves_are_known():
    assert keys_are_moved(["a", "1"])
    assert keys_are_moved(["2", "1"])
    assert not keys_are_moved(["1", "2", "a", "01", "-1", "1.5"])
