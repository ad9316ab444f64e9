"""The comment above a function in TypeScript says what its arguments are, and nothing breaks it."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from workbench.export.source import Argument
from workbench.export.typescript.comments import comment_of
from workbench.export.typescript.layout import WIDTH, width


def test_there_is_no_comment_where_the_names_say_it_all() -> None:
    assert comment_of([Argument("name", "x")], {"name": "name"}) == []
    assert comment_of([], {}) == []


def test_descriptions_and_own_names_are_said() -> None:
    arguments = [Argument("class", "x", "Its class"), Argument("a", "x", "One"), Argument("b", "x")]
    assert comment_of(arguments, {"class": "class2", "a": "a", "b": "b"}) == [
        "/**",
        " * Asks for an answer and prints it.",
        " *",
        " * @param values - The variables of the prompt.",
        " * @param values.class2 - `{{class}}` Its class",
        " * @param values.a - One",
        " */",
    ]


def test_an_own_name_stands_alone_without_a_description() -> None:
    lines = comment_of([Argument("my-name", "x")], {"my-name": "myName"})
    assert lines[-2] == " * @param values.myName - `{{my-name}}`"


def test_long_descriptions_end_and_their_lines_are_short() -> None:
    lines = comment_of([Argument("a", "x", "größer 文字 " * 200)], {"a": "a"})
    assert max(map(width, lines)) <= WIDTH
    assert lines[-2].endswith("…")


@example("It ends */ here.")
@example("One line.\u2028Another\none.")
@given(st.text())
def test_no_description_ends_the_comment(description: str) -> None:
    lines = comment_of([Argument("my-name", "x", description)], {"my-name": "myName"})
    text = "\n".join(lines)
    assert text.index("*/") == len(text) - 2
    assert len(text.splitlines()) == len(lines)
    assert all(line == line.rstrip() for line in lines)
