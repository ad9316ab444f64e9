"""Texts as Python literals: no character is lost, and what cannot be seen is escaped."""

import ast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.export.filling import fill
from workbench.export.python.layout import COLUMNS, keyword, statement, width
from workbench.export.python.literals import Place, block, expression, literal, text_of

ODD = "\"'\\{}$`\n\t\r\x00\x0c \u2028\u00a0\u202e\ufeff\U000e0041\x85#é日🙂\u200d\u3000ab"
texts = st.text() | st.text(alphabet=ODD, max_size=30)


@given(texts)
@example('ends in a quote"')
@example('""""""')
@example('\\""" \\')
@example("blanks at the end  \n  \n ")
@example("\n")
def test_a_literal_is_the_text(text):
    assert ast.literal_eval(literal(text_of([text]))) == text
    assert ast.literal_eval(block(text_of([text]))) == text


@given(texts, st.integers(0, 100))
@example("a " * 200, 0)
@example("x" * 300, 40)
def test_a_long_literal_is_the_text_wherever_it_is_broken(text, indent):
    value = expression(text_of([text]))
    wide = f"{' ' * indent}{value.broken(indent, 1, True)}"
    assert ast.literal_eval(wide.strip()) == text
    written = statement("x = ", value)
    read = ast.parse(written).body[0]
    assert isinstance(read, ast.Assign)
    assert ast.literal_eval(read.value) == text


@given(st.lists(texts | st.sampled_from(["{{a}}", "{{b-c}}", "{{unknown}}"]), max_size=8))
def test_a_text_with_variables_is_what_filling_gives(parts):
    text = "".join(parts)
    places = {"a": "a", "b-c": "b_c"}
    values = {"a": "{{b-c}} {x} \\", "b-c": "“two\nlines”"}
    filled = fill(text, values)
    in_parts = _split(text, places)
    here = {"a": values["a"], "b_c": values["b-c"]}
    for written in (literal(in_parts), block(in_parts), expression(in_parts).flat):
        assert eval(written, dict(here)) == filled
    pieces = expression(in_parts).broken(0, 1, True)
    assert eval(f"({pieces})", dict(here)) == filled


def _split(text, places):
    from workbench.export.filling import pieces

    found = []
    for before, name in pieces(text, places):
        found += [before, Place(places[name])] if name else [before]
    return text_of(found)


@given(texts)
def test_nothing_stands_in_a_program_that_cannot_be_seen(text):
    for written in (literal(text_of([text])), block(text_of([text]))):
        for char in written:
            assert char.isprintable() or char in "\n\u200c\u200d\u3000"
        assert not any(line.endswith(" ") for line in written.split("\n"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", '"plain"'),
        ('say "no"', "'say \"no\"'"),
        ("it's \"both\" 'ways'", '"it\'s \\"both\\" \'ways\'"'),
        ("a\\d", '"a\\\\d"'),
        ("line\nline", '"line\\nline"'),
        ("line\u2028separator", '"line\\u2028separator"'),
        ("🙂 é 日本", '"🙂 é 日本"'),
        ("$(id) ${x} {y}", '"$(id) ${x} {y}"'),
        ("</script>", '"</script>"'),
    ],
)
def test_a_literal_is_written_as_people_write_it(text, written):
    assert literal((text,)) == written


def test_a_text_of_several_lines_reads_as_its_lines():
    assert block(("Hello \n{x}\n",)) == '"""\\\nHello\\x20\n{x}\n"""'


def test_braces_are_doubled_in_texts_with_variables_alone():
    assert literal(("{x}",)) == '"{x}"'
    assert literal(("{x} ", Place("name"))) == 'f"{{x}} {name}"'


def test_a_variable_alone_is_its_name():
    assert expression((Place("name"),)).flat == "name"


@given(st.text(alphabet=" abcé日", min_size=1, max_size=400))
def test_pieces_of_a_text_keep_within_the_columns(text):
    written = statement("f", expression(text_of([text])))
    words = max((width(word) for word in text.split(" ")), default=0)
    if words < 20:
        longest = max(width(line.replace("  # noqa: E501", "")) for line in written.split("\n"))
        is_flat = "\n" not in written
        assert is_flat or longest <= COLUMNS


def test_a_long_argument_is_broken_at_blanks_inside_of_brackets():
    value = expression(("word " * 20,))
    from workbench.export.python.layout import call

    written = statement("", call("f", keyword("text", value)))
    assert written.split("\n")[1] == "    text=("
    assert ast.literal_eval(ast.parse(written).body[0].value.keywords[0].value) == "word " * 20
