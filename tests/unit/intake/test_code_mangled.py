"""Programs that are cut off, shuffled and mangled: never an exception, and never slow."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.intake.code.limits import TOO_MUCH
from workbench.intake.curl import read_curl
from workbench.intake.javascript import read_javascript
from workbench.intake.python import read_python
from workbench.intake.reading import Reading

FOLDER = Path(__file__).parent / "samples" / "code"
TEXTS = [path.read_text("utf-8") for path in sorted(FOLDER.glob("*.txt"))]
READERS = (read_python, read_javascript, read_curl)
_PIECES = "\"'`“”‘’{}[]()<>\\\n\t $#=:;,.|&^@%!?*+-/~…0aé\u2028\U0001f600"
_SHORT = 3_500
"""Characters; four times as many are read too."""
_GROWTH = 8
_NOISE = 0.05
"""Seconds of the processor."""
_ATTEMPTS = 3
_BEGINS = (
    "import anthropic\nclient.messages.create(messages=[\n",
    "const a = await client.messages.create({messages: [\n",
    "const a = await client.messages.create({messages: [",
    'curl https://api.anthropic.com/v1/messages -d \'{"messages": [',
)
Reader = Callable[[str], Reading | None]

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


_LONG = {
    "opening brackets": "([{" * 300_000,
    "closing brackets": ")]}" * 300_000,
    "opening quotes": "\"'`“‘" * 180_000,
    "backslashes": "\\" * 1_000_000,
    "blanks": " " * 1_000_000,
    "lines": "x\n" * 500_000,
    "dots": "a." * 500_000,
    "sums": "'a'+" * 250_000,
    "calls": "f(" * 500_000,
    "chain": ".then(x)" * 120_000,
    "posts": "a.post(" * 140_000,
    "arrows": "(a) => " * 140_000,
    "choices": "a ? (b) : " * 100_000,
    "types": "a as b<" * 140_000,
    "templates": "`${" * 330_000,
    "triple quotes": '"""' * 330_001,
    "assignments": "a = a + a\n" * 100_000,
    "documents": "<<A\n" * 200_000,
    "variables": "$A${B" * 200_000,
    "substitutions": "$(" * 500_000,
    "options": "-H a " * 200_000,
    "comments": "/*" * 500_000,
    "divisions": "a / b " * 160_000,
    "commas": "," * 1_000_000,
    "keys": "{'a':" * 200_000,
    "f-strings": "f'{f\"{" * 140_000,
    "annotations": "let a: {b: " * 2_000,
    "blank annotations": "a:" + " " * 20_000,
    "regular expressions": "(/[" * 7_000,
    "functions": "a = function " * 2_000,
    "nested assignments": "a = [1, 1, 1, 1, 1, 1, 1 " * 1_000,
    "heads": "def lines(\n" * 2_000,
    "patterns": "const {a, " * 2_000,
    "arguments": "function(a, " * 2_000,
    "growing texts": "a += 'b'\n" * 2_000,
}


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


def test_a_text_that_doubles_with_every_line_is_read() -> None:
    lines = (f"x{n} = x{n - 1} + x{n - 1}\n" for n in range(1, 400))
    _read("const a = 1;\nx0 = 'messages'\n" + "".join(lines))


@pytest.mark.parametrize("name", _LONG)
def test_the_work_on_a_hostile_text_grows_with_its_length(name: str) -> None:
    for begin in _BEGINS:
        for reader in READERS:
            _grows_with_length(reader, lambda length, begin=begin: begin + _LONG[name][:length])


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_the_work_on_many_programs_in_one_text_grows_with_their_number(text: str) -> None:
    for reader in READERS:
        _grows_with_length(reader, lambda length: text * (1 + length // len(text)))


def _grows_with_length(reader: Reader, text_of: Callable[[int], str]) -> None:
    """Four times the text takes four times the work, and sixteen times if that is squared."""
    short, long = text_of(_SHORT), text_of(4 * _SHORT)
    fewest = most = float("inf")
    for _ in range(_ATTEMPTS):
        fewest = min(fewest, _work(reader, short))
        most = min(most, _work(reader, long))
        if most <= _GROWTH * fewest + _NOISE:
            return
    pytest.fail(f"{_SHORT:,} characters took {fewest:.2f} s, four times as many {most:.2f} s.")


def _work(reader: Reader, text: str) -> float:
    """Seconds of the processor that reading takes, whatever else the machine does."""
    start = time.process_time()
    reader(text)
    return time.process_time() - start


def _read(text: str) -> None:
    for reader in READERS:
        reading = reader(text)
        assert reading is None or isinstance(reading, Reading)
        for prompt in reading.prompts if reading else ():
            prompt.request.json_bytes()
