"""Programs that are cut off, shuffled and mangled: never an exception, and never slow."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.intake.curl import read_curl
from workbench.intake.javascript import read_javascript
from workbench.intake.python import read_python
from workbench.intake.reading import Reading

FOLDER = Path(__file__).parent / "samples" / "code"
TEXTS = [path.read_text("utf-8") for path in sorted(FOLDER.glob("*.txt"))]
READERS = (read_python, read_javascript, read_curl)
_PIECES = "\"'`“”‘’{}[]()<>\\\n\t $#=:;,.|&^@%!?*+-/~…0aé\u2028\U0001f600"
_SECONDS = 20
"""On a machine that does other things too; what grows with the square takes minutes."""
_LENGTH = 100_000

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
    "doubling": "x0 = 'messages'\n"
    + "".join(f"x{n} = x{n - 1} + x{n - 1}\n" for n in range(1, 400)),
    "lists of lists": "x0 = ['messages']\n"
    + "".join(f"x{n} = [x{n - 1}, x{n - 1}]\n" for n in range(1, 60))
    + "client.messages.create(model='a', messages=x59)\n",
    "objects of objects": "const x0 = {a: 'messages'};\n"
    + "".join(f"const x{n} = {{a: x{n - 1}, b: x{n - 1}}};\n" for n in range(1, 60))
    + "client.messages.create({model: 'a', messages: x59});\n",
    "documents": "<<A\n" * 200_000,
    "variables": "$A${B" * 200_000,
    "substitutions": "$(" * 500_000,
    "options": "-H a " * 200_000,
    "comments": "/*" * 500_000,
    "divisions": "a / b " * 160_000,
    "commas": "," * 1_000_000,
    "keys": "{'a':" * 200_000,
    "f-strings": "f'{f\"{" * 140_000,
    "annotations": "let a: {b: " * 90_000,
}


@pytest.mark.parametrize("name", _LONG)
def test_a_hostile_text_of_100_kb_is_read_in_seconds(name: str) -> None:
    begins = (
        "import anthropic\nclient.messages.create(messages=[",
        "const a = await client.messages.create({messages: [",
        'curl https://api.anthropic.com/v1/messages -d \'{"messages": [',
        "",
    )
    for begin in begins:
        for before in ("", "\n"):
            start = time.monotonic()
            _read(begin + before + _LONG[name][:_LENGTH])
            assert time.monotonic() - start < _SECONDS


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_many_programs_in_one_text_are_read_in_seconds(text: str) -> None:
    start = time.monotonic()
    _read(text * (200_000 // len(text)))
    assert time.monotonic() - start < _SECONDS


def _read(text: str) -> None:
    for reader in READERS:
        reading = reader(text)
        assert reading is None or isinstance(reading, Reading)
        for prompt in reading.prompts if reading else ():
            prompt.request.json_bytes()
