"""Cutting a growing text into blocks: the pieces make no difference, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.runs.answer import markdown
from workbench.runs.answer.markdown_blocks import MAX_BLOCKS, MarkdownBlocks

LINES = [
    *("- a", "- ", "* b", "1. c", "2. d", "10) e", "+ p", "-", "*", "1.", "- - x", "- a | b"),
    *("> q", ">", "> - a", "> ```", "- ```", "- # h", "  > q", "  - nested", "   1. deep"),
    *("text", "words **b**", "**b** x", "-x", "**", "<b>", "`c`", "&amp;", "[l](http://a.example)"),
    *("# h", "# h | x", "#", "---", "***", "* * *", "- - -", "===", "  text", "     deep"),
    *("```", "```py", "~~~", "````", "   ```", "    code", "\t", "", "", "", ""),
    *("| a | b |", "|---|---|", "a | b", "--|--", "|a|", ":-:", "|"),
]
DOCUMENTS = st.lists(st.sampled_from(LINES), max_size=14).map("\n".join)
CUTS = st.lists(st.integers(1, 12), min_size=1)


def blocks_of(text: str, cuts: list[int] | None = None) -> list[str]:
    blocks = MarkdownBlocks()
    position = number = 0
    while position < len(text):
        size = cuts[number % len(cuts)] if cuts else len(text)
        before = list(blocks.finished)
        blocks.feed(text[position : position + size])
        assert blocks.finished[: len(before)] == before
        position, number = position + size, number + 1
    blocks.finish()
    return blocks.finished


def growing(text: str) -> list[tuple[int, str]]:
    """Return how many blocks are finished and which is open, character by character."""
    blocks = MarkdownBlocks()
    states = []
    for character in text:
        blocks.feed(character)
        states.append((len(blocks.finished), blocks.open))
    return states


@given(DOCUMENTS, CUTS)
@settings(max_examples=400)
@example("- a | b\n--|--\n\n```\nx", [1])
def test_any_pieces_give_the_blocks_of_the_whole_text(text, cuts):
    whole = blocks_of(text)
    assert blocks_of(text, cuts) == whole
    assert "".join(whole) == (text if text.strip() else "")


@given(DOCUMENTS)
@settings(max_examples=400)
def test_the_blocks_look_like_the_whole_text(text):
    # The parser would leave out nothing here: these documents are small and flat.
    html = "".join(markdown.render(block, is_finished=True) for block in blocks_of(text))
    assert html == markdown.render(text, is_finished=True)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("# h\ntext\n", ["# h\n", "text\n"]),
        ("---\ntext", ["---\n", "text"]),
        ("```\na\n\nb\n```\ntext", ["```\na\n\nb\n```\n", "text"]),
        ("a\n\nb\n\n\nc", ["a\n\n", "b\n\n\n", "c"]),
        ("a:\n- x\n- y\n\n- z\n\nb", ["a:\n", "- x\n- y\n\n- z\n\n", "b"]),
        ("a\n===\nb", ["a\n===\n", "b"]),
        ("- a\n\n  b\n\n1. c\n", ["- a\n\n  b\n\n", "1. c\n"]),
        ("|a|\n|-|\n|b|\n\nc", ["|a|\n|-|\n|b|\n\n", "c"]),
        ("> a\nb\n\n> c", ["> a\nb\n\n", "> c"]),
    ],
)
def test_blocks_are_cut_where_a_reader_sees_them(text, blocks):
    found = blocks_of(text)
    assert [block.strip("\n") for block in found] == [block.strip("\n") for block in blocks]


@pytest.mark.parametrize("text", ["# h\n", "---\n", "```\nx\n```\n", "a\n===\n"])
def test_what_is_closed_by_its_own_line_is_finished_at_once(text):
    assert growing(text)[-1][0] == 1
    assert growing(text)[-2][0] == 0


@pytest.mark.parametrize(
    "text",
    ["a\n\nNext", "# h\nNext", "- a\n\nNext", "- a\n\n**Next**", "> a\n\nNext", "|a|\n|-|\n\nN"],
)
def test_a_paragraph_has_its_number_from_its_first_character(text):
    start = max(text.rfind("\n"), 0) + 1
    numbers = {number for number, _ in growing(text)[start + (text[start] == "*") :]}
    assert numbers == {1}


def test_the_code_of_an_open_fence_only_grows():
    seen = ""
    blocks = MarkdownBlocks()
    for character in "```py\na = `b`\n``\n\n  c\n``` \n":
        blocks.feed(character)
        code = blocks.open_code
        if code is not None:
            assert code.startswith(seen)
            seen = code
    assert seen == "a = `b`\n``\n\n  c\n"
    assert blocks.open_code is None


def test_a_text_of_blank_lines_has_no_blocks():
    blocks = MarkdownBlocks()
    blocks.feed("\n \n")
    assert blocks.open == ""
    blocks.finish()
    assert blocks.finished == []


def test_what_follows_very_many_blocks_stays_in_one() -> None:
    text = "a\n\n" * 20_000
    blocks = blocks_of(text)
    assert len(blocks) == MAX_BLOCKS + 1
    assert "".join(blocks) == text
    assert blocks == blocks_of(text, list(range(997, len(text), 997)))
