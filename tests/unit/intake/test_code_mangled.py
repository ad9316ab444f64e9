"""Programs that are cut off, shuffled and mangled: never an exception, and never slow."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.growth import proven_to_grow_with_length
from workbench.intake.code.limits import TOO_MUCH
from workbench.intake.code.settling import MOST_REMARKS
from workbench.intake.curl import read_curl
from workbench.intake.javascript import read_javascript
from workbench.intake.python import read_python
from workbench.intake.reading import Reading

from .hostile import BEGINS, HOSTILE, enough_of, hostile

FOLDER = Path(__file__).parent / "samples" / "code"
TEXTS = [path.read_text("utf-8") for path in sorted(FOLDER.glob("*.txt"))]
READERS = (read_python, read_javascript, read_curl)
_PIECES = "\"'`“”‘’{}[]()<>\\\n\t $#=:;,.|&^@%!?*+-/~…0aé\u2028\U0001f600"

whole = st.sampled_from(TEXTS)
randoms = st.randoms(use_true_random=False)


@settings(max_examples=150, deadline=None)
@given(text=whole, end=st.integers(0, 1_200))
def test_a_program_may_end_anywhere(text: str, end: int) -> None:
    _read(text[:end])


@settings(max_examples=150, deadline=None)
@given(text=whole, random=randoms)
def test_a_program_may_have_its_lines_in_any_order(text: str, random: Random) -> None:
    lines = text.split("\n")
    random.shuffle(lines)
    _read("\n".join(lines))


@settings(max_examples=300, deadline=None)
@given(text=whole, places=st.lists(st.tuples(st.integers(0, 1_200), st.sampled_from(_PIECES))))
def test_a_program_may_have_any_character_anywhere(
    text: str, places: list[tuple[int, str]]
) -> None:
    for place, piece in places:
        text = text[:place] + piece + text[place + 1 :]
    _read(text)


@settings(max_examples=200, deadline=None)
@given(one=whole, other=whole, cut=st.integers(0, 600), rest=st.text(_PIECES, max_size=80))
def test_a_program_may_be_made_of_two(one: str, other: str, cut: int, rest: str) -> None:
    _read(one[:cut] + rest + other[cut:])


@settings(max_examples=200, deadline=None)
@given(rest=st.text(max_size=200))
@example(rest="\\")
@example(rest="$(")
@example(rest="`${`${")
def test_any_text_may_follow_the_begin_of_a_program(rest: str) -> None:
    for begin in (
        "import anthropic\nclient.messages.create(messages=",
        "const a = anthropic.messages.create({messages: ",
        "curl https://api.anthropic.com/v1/messages -d ",
    ):
        _read(begin + rest)


_ENDLESS = {
    "lists of lists": "x0 = ['messages']\n"
    + "".join(f"x{n} = [x{n - 1}, x{n - 1}]\n" for n in range(1, 60))
    + "client.messages.create(model='a', messages=x59)\n",
    "objects of objects": "const x0 = {a: 'messages'};\n"
    + "".join(f"const x{n} = {{a: x{n - 1}, b: x{n - 1}}};\n" for n in range(1, 60))
    + "client.messages.create({model: 'a', messages: x59});\n",
}
"""A few lines that would be more than fits into any machine."""


@pytest.mark.parametrize("name", _ENDLESS)
def test_a_few_lines_that_grow_without_end_are_said_to_be_too_large(name: str) -> None:
    readings = [reader(_ENDLESS[name]) for reader in READERS]
    remarks = [
        remark
        for reading in readings
        if reading
        for remark in (*reading.remarks, *(each for p in reading.prompts for each in p.remarks))
    ]
    assert any(remark.sentence == TOO_MUCH for remark in remarks)


_DOUBLED = {
    "sums": "{0} + {0}",
    "f-strings": 'f"{{{0}}}{{{0}}}"',
    "percents": '"%s%s" % ({0}, {0})',
    "formats": '"{{}}{{}}".format({0}, {0})',
    "joins": '"".join([{0}, {0}])',
    "templates": "`${{{0}}}${{{0}}}`",
    "concatenations": "{0}.concat({0})",
    "lists": "[{0}, {0}].join('')",
}


@pytest.mark.parametrize("name", _DOUBLED)
def test_a_text_that_doubles_with_every_line_is_read_up_to_a_bound(name: str) -> None:
    lines = [f"x{n} = " + _DOUBLED[name].format(f"x{n - 1}") for n in range(1, 400)]
    program = "\n".join(["const a = 1;", "x0 = 'messages'", *lines])
    for begin in ("client.messages.create(model='a', max_tokens=1, system=x399, messages=[])", ""):
        _read(f"{program}\n{begin or 'client.messages.create({model: `a`, system: x399});'}\n")


def test_a_program_with_a_change_on_every_line_is_said_in_few_words() -> None:
    reading = read_javascript(BEGINS[1] + "a += 'b'\n" * 300)
    assert reading is not None
    said = [*reading.remarks, *(each for prompt in reading.prompts for each in prompt.remarks)]
    assert 0 < len(said) <= 3 * MOST_REMARKS


@pytest.mark.parametrize("name", HOSTILE)
def test_the_work_on_a_hostile_text_grows_with_its_length(name: str) -> None:
    for begin in BEGINS:
        for reader in READERS:
            proven_to_grow_with_length(
                reader, lambda length, begin=begin: begin + hostile(name, length), enough_of(name)
            )


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_the_work_on_many_programs_in_one_text_grows_with_their_number(text: str) -> None:
    for reader in READERS:
        proven_to_grow_with_length(reader, lambda length: text * (1 + length // len(text)))


def _read(text: str) -> None:
    for reader in READERS:
        reading = reader(text)
        assert reading is None or isinstance(reading, Reading)
        for prompt in reading.prompts if reading else ():
            prompt.request.json_bytes()
