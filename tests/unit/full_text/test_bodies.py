"""What people read in a body of the Messages API."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.full_text import Document, texts_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=20,
)


def test_texts_are_read_and_what_is_for_machines_is_not() -> None:
    blocks = [
        {"type": "text", "text": "Hello", "cache_control": {"type": "ephemeral"}},
        {"type": "thinking", "thinking": "Hm", "signature": "c2ln"},
        {"type": "tool_use", "id": "toolu_1", "name": "look_up", "input": {"id": 7, "type": "x"}},
        {
            "type": "tool_result",
            "tool_use_id": "toolu_1",
            "content": [{"type": "text", "text": "R"}],
        },
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBOR"}},
        {"type": "image", "source": {"type": "workbench_media", "sha256": "abc"}},
        {"type": "document", "title": "T", "source": {"type": "text", "data": "Plain"}},
        {"type": "from_the_future", "wisdom": "New"},
    ]
    assert list(texts_of([{"role": "user", "content": blocks}])) == [
        *("Hello", "Hm", "look_up", "7", "x", "R", "T", "Plain", "New")
    ]


def test_names_and_descriptions_of_a_schema_are_read() -> None:
    schema = {"type": "object", "properties": {"order": {"type": "string", "description": "D"}}}
    assert list(texts_of([{"name": "tool", "input_schema": schema}])) == ["tool", "order", "D"]


@given(JSON)
def test_any_json_can_be_read(value: object) -> None:
    document = Document(1)
    document.add(texts_of(value))
    assert document.vector.startswith("'/team/1'")


def test_a_phrase_does_not_go_from_one_text_to_the_next() -> None:
    document = Document(1)
    document.add_name("one")
    document.add_about(["two"])
    document.add(["three four"])
    assert document.vector == (
        "'/team/1' 'one':1 '/name/one':1 '/about/one':1 'two':3 '/about/two':3 'three':5 'four':6"
    )
