"""Tables of values."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.intake.csv_values import LARGEST_CELL, MOST_SETS, read_rows
from workbench.intake.detect import read


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (["a", "b"], ["1", "2 x"], ["3", "4"]))
    assert read_rows(text).sets == (
        ("Row 1", {"a": "1", "b": "2 x"}),
        ("Row 2", {"a": "3", "b": "4"}),
    )


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('a,b\n"x,y","z"\n', {"a": "x,y", "b": "z"}),
        ('a,b\n"x\ny","say ""hi"""\n', {"a": "x\ny", "b": 'say "hi"'}),
        ("a\r\n1\r\n", {"a": "1"}),
        ("\ufeffa,b\n1,2\n", {"a": "1", "b": "2"}),
        ("a;b\n1,5;2,5\n3,5;4,5\n", {"a": "1,5", "b": "2,5"}),
        ("{{a}}, b\n1, 2\n", {"a": "1", "b": "2"}),
        ("a,b\n\n,\n1,2\n", {"a": "1", "b": "2"}),
        ("a,b\n1\n", {"a": "1", "b": ""}),
        ("a,\n1,2\n", {"a": "1"}),
        ("a,a\n1,2\n", {"a": "1"}),
        ("a,__expected\n1,2\n", {"a": "1"}),
    ],
)
def test_the_first_row_of_a_table(text: str, values: dict[str, str]) -> None:
    assert read(text, "values.csv").prompts[0].value_sets[0][1] == values


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a b,c\n1,2\n", "“a b” is called a_b here"),
        ("1a,\n1,2\n", "no name that a variable can have"),
        ("a,b\n1,2,3\n", "more cells than the header"),
        ("a,b\n1\n", "fewer cells"),
        ("a,a\n1,2\n", "Two columns are called a"),
        ("a,__metadata:x\n1,2\n", "holds no values"),
        (f"a\n{'x' * (LARGEST_CELL + 1)}\n", "at most 1,000,000 characters"),
    ],
)
def test_what_does_not_fit_is_said(text: str, said: str) -> None:
    assert any(said in remark.sentence for remark in read_rows(text).remarks)


def test_a_description_names_its_row() -> None:
    assert [name for name, _ in read_rows("a,__description\n1,First\n2,\n").sets] == [
        "First",
        "Row 2",
    ]


def test_a_long_table_is_cut_and_said() -> None:
    rows = read_rows("a,b\n" + "1,2\n" * 600)
    assert len(rows.sets) == MOST_SETS
    assert [remark.line for remark in rows.remarks] == [502]


@pytest.mark.parametrize("text", ["", "\n", "a,b\n", '"'])
def test_a_table_without_rows_says_so(text: str) -> None:
    reading = read(text, "values.csv")
    assert reading.prompts == ()
    assert reading.remarks


@pytest.mark.parametrize(
    "text",
    ["Hello, dear reader\nI am fine, thank you", "one line, no more", "a\nb\nc", "x, y\n1, 2"],
)
def test_prose_is_no_table(text: str) -> None:
    assert read(text).kind == "nothing"


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), min_size=1, max_size=8))
def test_a_written_table_is_read_back(rows: list[list[str]]) -> None:
    clean = [[cell.replace("\0", "").replace("\r", "").strip() for cell in row] for row in rows]
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["first", "second"], *clean])
    found = [list(values.values()) for _, values in read_rows(file.getvalue()).sets]
    assert found == [row for row in clean if any(row)]


@given(st.text())
def test_no_text_makes_an_error(text: str) -> None:
    read(text, "values.csv")
    read_rows(text)
