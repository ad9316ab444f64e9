"""A version as a text file and back: nothing lost, readable, one sentence for what is broken."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.prompts.test_round_trip import drafts, json_values, keys, texts
from tests.unit.prompts.test_round_trip_of_blocks import bodies as bodies_of_blocks
from tests.unit.prompts.test_round_trip_of_blocks import shuffled
from workbench.prompts.content import Content, Variable
from workbench.prompts.files.front_matter import Broken
from workbench.prompts.files.text import (
    SystemText,
    VersionText,
    read_system_version,
    read_version,
    write_system_version,
    write_version,
)

many = settings(max_examples=500, suppress_health_check=list(HealthCheck))
# What a file is made of, and every character that ends a line for somebody.
lines = st.sampled_from(
    (
        *("=== user", "=== system turn", "\\=== user", "=== user blocks", '=== a {"x": 1}', "=== "),
        *(
            "--- text",
            "\\\\--- json",
            "--- ",
            "---",
            "===",
            "```",
            "",
            " ",
            "\\",
            "text",
            "key: value",
        ),
    )
)
unclean = st.text(
    st.characters(codec=None) | st.sampled_from("\n\r\0\u2028\u2029\x85\x0b\x0c\ufeff")
).map(lambda text: json.loads(json.dumps(text)))  # JSON joins the halves of a character
odd_texts = st.lists(lines | texts | unclean, max_size=5).map("\n".join)
odd_keys = keys | st.sampled_from(
    ["name", "version", "note", "betas", "variables", "body.x", "body.", "", "a: b", "yes", "---"]
)
odd_values = odd_texts | json_values | st.sampled_from(["(below)", "[", "{}", "null", "1", " "])
rests = st.dictionaries(odd_keys, odd_values, max_size=2)
odd_blocks = st.builds(lambda text, rest: {"type": "text", "text": text} | rest, odd_texts, rests)
odd_contents = odd_texts | st.lists(odd_blocks | json_values, max_size=3) | odd_values
roles = st.sampled_from(["user", "assistant", "system", "json", "blocks", "turn", "User", ""])
odd_turns = st.builds(
    lambda role, content, rest: {"role": role, "content": content} | rest,
    roles,
    odd_contents,
    rests,
)
odd_bodies = st.builds(
    lambda known, rest, order: shuffled(known | rest, order),
    st.fixed_dictionaries(
        {},
        optional={
            "system": odd_contents,
            "messages": st.lists(odd_turns | json_values) | odd_values,
        },
    ),
    rests,
    st.randoms(use_true_random=False),
)
notes = st.dictionaries(odd_keys, odd_values, max_size=2)
odd_drafts = st.builds(
    Content,
    odd_bodies,
    odd_texts,
    st.lists(odd_texts, max_size=2).map(tuple),
    st.lists(st.builds(Variable, odd_texts, odd_texts, odd_texts), max_size=2).map(tuple),
    notes,
    notes,
    notes,
)
about = (
    odd_texts,
    st.none() | st.integers(1, 2**31 - 1),
    st.none() | st.integers(1, 2**31 - 1),
    odd_texts,
    st.none() | st.datetimes(timezones=st.just(UTC)),
    odd_texts,
)
contents = drafts | odd_drafts | bodies_of_blocks.map(Content)
versions = st.builds(VersionText, *about, content=contents)
system_versions = st.builds(SystemText, *about, text=odd_texts)


def exact(content: Content) -> str:
    """Content with its order of keys and kinds of numbers, which ``==`` would overlook."""
    return json.dumps(content.to_dict())


def turns_of(*lines: str) -> Any:
    """The messages of a file with these lines below its front matter."""
    return read_version("\n".join(["---", "model: m", "---", *lines])).content.body["messages"]


@many
@given(versions)
def test_what_was_written_is_read_as_the_same(version: VersionText) -> None:
    text = write_version(version)
    read = read_version(text.encode().decode())
    assert exact(read.content) == exact(version.content)
    assert read.content.digest() == version.content.digest()
    assert (read.name, read.author, read.note) == (version.name, version.author, version.note)
    assert (read.number, read.parent, read.created) == (
        version.number,
        version.parent,
        version.created,
    )
    assert text.endswith("\n")
    assert write_version(read) == text


@many
@given(system_versions)
def test_a_system_prompt_that_was_written_is_read_as_the_same(version: SystemText) -> None:
    text = write_system_version(version)
    assert read_system_version(text.encode().decode()) == version
    assert text.endswith("\n")


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(versions)
def test_the_line_ends_of_windows_change_nothing(version: VersionText) -> None:
    text = write_version(version)
    read = read_version("\ufeff" + text.replace("\n", "\r\n"))
    assert exact(read.content) == exact(version.content)


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(st.lists(lines | texts | st.just("---")).map("\n".join))
def test_whatever_is_read_is_a_version_or_one_sentence_with_its_line(text: str) -> None:
    try:
        read_version(text)
        return
    except Broken as caught:
        broken = caught
    assert re.fullmatch(r"Line \d+: .+", str(broken), re.DOTALL)
    assert 1 <= broken.line <= text.count("\n") + 1


def test_a_file_is_readable() -> None:
    messages = [
        {"role": "user", "content": "Hello {{WHO}}\n\n- a list\n"},
        {
            "role": "assistant",
            "content": [{"type": "text", "text": "Hi", "cache_control": {"a": 1}}],
        },
        {"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "x"}}]},
    ]
    body = {
        "model": "claude-opus-5-5",
        "max_tokens": 100,
        "system": "Be kind.",
        "messages": messages,
    }
    content = Content(body, "2026-10-21", ("one",), (Variable("WHO", "", "you"),))
    moment = datetime(2026, 11, 28, 17, 40, tzinfo=UTC)
    assert write_version(
        VersionText("Greeting", 3, 2, "Ana", moment, "Kinder", content=content)
    ) == (
        """---
workbench: 1
name: "Greeting"
version: 3
parent: 2
author: "Ana"
created: "2026-11-28T17:40:00.000000Z"
note: "Kinder"
api_version: "2026-10-21"
betas: ["one"]
model: "claude-opus-5-5"
max_tokens: 100
variables: [{"name": "WHO", "description": "", "default": "you"}]
---

=== system
Be kind.

=== user
Hello {{WHO}}

- a list


=== assistant blocks

--- text {"cache_control": {"a": 1}}
Hi

=== user blocks

--- json
```json
{
  "type": "image",
  "source": {
    "type": "url",
    "url": "x"
  }
}
```
"""
    )


def test_a_file_by_hand_needs_no_quotes() -> None:
    version = read_version(
        """---
# A comment.
name: It's "mine"
author: 2026
note:
model: claude-opus-5-5
temperature: 0.5
stream: false
tools:
  [
    {"name": "a"}
  ]
variables: [{"name": "A"}]
---
=== user
Hello"""
    )
    assert (version.name, version.author, version.note) == ('It\'s "mine"', "2026", "")
    assert version.content.variables == (Variable("A"),)
    assert version.content.body == {
        "model": "claude-opus-5-5",
        "temperature": 0.5,
        "stream": False,
        "tools": [{"name": "a"}],
        "messages": [{"role": "user", "content": "Hello"}],
    }


def test_changing_one_line_of_a_text_changes_one_line_of_the_file() -> None:
    def text_of(words: str) -> list[str]:
        turns = [{"role": "user", "content": f"one\n{words}\nthree"}]
        return write_version(VersionText(content=Content({"messages": turns}))).splitlines()

    changed = [
        pair for pair in zip(text_of("two"), text_of("2"), strict=True) if pair[0] != pair[1]
    ]
    assert changed == [("two", "2")]


def test_text_that_looks_like_a_head_is_text_behind_a_backslash() -> None:
    assert turns_of("=== user", "\\=== user", "--- text") == [
        {"role": "user", "content": "=== user\n--- text"}
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Line 1: a file begins with a line ---"),
        ("model: m\n", "Line 1: a file begins with a line ---"),
        ("---\nmodel: m\n", "Line 1: what begins with this --- has no end"),
        ("---\nmodel\n---\n", "Line 2: “model” is no setting: write it as key: value."),
        ("---\nmodel: a\nmodel: b\n---\n", "Line 3: model stands here twice"),
        ("---\nworkbench: 2\n---\n", "Line 2: the format 2 is not known"),
        ("---\nworkbench: true\n---\n", "Line 2: the format true is not known"),
        ("---\nversion: 0\n---\n", "Line 2: the value of version must be a whole number"),
        ("---\nversion: 1.5\n---\n", "Line 2: the value of version must be a whole number"),
        ("---\nversion: 99999999999\n---\n", "Line 2: the value of version must be a whole number"),
        ("---\ncreated: today\n---\n", "Line 2: write the value of created as"),
        ("---\ncreated: 2026-01-01T00:00:00\n---\n", "Line 2: write the value of created as"),
        ("---\ncreated: 0001-01-01T00:00:00+09:00\n---\n", "Line 2: write the value of created"),
        ("---\nname: [1]\n---\n", "Line 2: the value of name must be text."),
        ("---\nbetas: one\n---\n", "Line 2: write betas as a list"),
        ("---\nvariables: [1]\n---\n", "Line 2: write variables as a list of objects"),
        ('---\nvariables: [{"name": 1}]\n---\n', "Line 2: write variables as a list of objects"),
        ("---\nmocks: 5\n---\n", "Line 2: the value of mocks must be an object"),
        ("---\ntools: [\n\n  {,\n  ]\n---\n", "Line 4: the value of tools is no valid JSON"),
        ("---\nstop_sequences:\n  - a\n---\n", "Line 2: write the value of stop_sequences as JSON"),
        ('---\nx: {"a": 1, "a": 2}\n---\n', "Line 2: the value of x is no valid JSON: the key “a”"),
        ("---\nx: [NaN]\n---\n", "Line 2: the value of x is no valid JSON"),
        ("---\nx: " + "[" * 100_000 + "\n---\n", "Line 2: the value of x is nested too deeply"),
        ("---\nsystem: a\n---\n=== system\nb\n", "Line 2: system stands here and as a section"),
        ("---\nsystem: (below)\n---\n", "Line 2: system is said to stand below"),
        ("---\n---\n\nHello\n", "Line 4: this text belongs to no section"),
        ("---\n---\n=== User\n", "Line 3: “=== User” begins no section"),
        ("---\n---\n=== user\n\n=== system\n", "Line 5: the system prompt stands above all turns"),
        ("---\n---\n=== system\n\n=== system\n", "Line 5: the system prompt stands above all"),
        ("---\n---\n=== user {1}\n", "Line 3: what stands behind the head is no valid JSON"),
        ('---\n---\n=== user {"role": 1}\n', "Line 3: role cannot stand behind the head"),
        ("---\n---\n=== user blocks\nHello\n", "Line 3: write --- text below this line"),
        ("---\n---\n=== user blocks\n--- image\n", "Line 4: “--- image” begins no block"),
        ("---\n---\n=== json\n\n", "Line 3: this section must hold JSON"),
        ("---\n---\n=== json\n```json\n{\n  1\n```\n", "Line 6: this section is no valid JSON"),
        ("---\n---\n=== json\n" + "[" * 100_000, "Line 4: this section is nested too deeply"),
    ],
)
def test_a_broken_file_has_one_sentence_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(Broken) as caught:
        read_version(text)
    assert str(caught.value).startswith(sentence)


def test_a_large_file_is_read_in_reasonable_time() -> None:
    text = "---\n" + "".join(f"x{n}: 1\n" for n in range(20_000)) + "tools: [\n"
    text += "  1,\n" * 100_000 + "  1]\n---\n" + "=== user\na\n\n" * 50_000
    content = read_version(text).content
    assert len(content.body["messages"]) == 50_000
    assert len(content.body["tools"]) == 100_001
