import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.messages_api import Accumulator, BadStream, EventParser, clean_json, decode_event

from .scripted import recorded

START = {"type": "message_start", "message": {"id": "msg_1", "usage": {"input_tokens": 5}}}
STOP = {"type": "message_stop"}


def begin(index=0, **block) -> dict:
    return {
        "type": "content_block_start",
        "index": index,
        "content_block": block or {"type": "text", "text": ""},
    }


def delta(kind: str, index=0, **fields) -> dict:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **fields}}


def text(piece: str) -> dict:
    return delta("text_delta", text=piece)


def end(index=0) -> dict:
    return {"type": "content_block_stop", "index": index}


def accumulate(*datas) -> Accumulator:
    accumulator = Accumulator()
    for number, data in enumerate(datas, 1):
        accumulator.apply(decode_event(number, json.dumps(data).encode()))
    return accumulator


def changes(accumulator: Accumulator, *datas) -> list:
    events = [decode_event(n, json.dumps(d).encode()) for n, d in enumerate(datas, 1)]
    return [accumulator.apply(event) for event in events]


def test_a_plain_answer_builds_up():
    accumulator = Accumulator()
    seen = [accumulator.apply(e) for e in EventParser(10**6).feed(recorded("plain.txt"))]
    kinds = [change.kind for change in seen]
    assert kinds == ["message", "start", "ping", "text", "text", "text", "stop", "message", "end"]
    assert "".join(change.text for change in seen) == "Hello, wörld 🙂 a\u2028b"
    assert accumulator.complete
    assert accumulator.stop_reason == "end_turn"
    assert accumulator.result()["content"] == [{"type": "text", "text": "Hello, wörld 🙂 a\u2028b"}]


def test_every_documented_block_is_built_and_unknown_ones_are_kept():
    accumulator = Accumulator()
    for event in EventParser(10**6).feed(recorded("every-block.txt")):
        accumulator.apply(event)
    content = accumulator.result()["content"]
    assert content[0] == {"type": "thinking", "thinking": "Let me see.", "signature": "c2ln"}
    assert content[1] == {"type": "redacted_thinking", "data": "ZGF0YQ=="}
    assert content[2]["citations"][0]["cited_text"] == "Q"
    assert content[3]["input"] == {"query": "weather"}
    assert content[4]["content"][0]["url"] == "https://example.org"
    assert content[5]["input"] == {"a": [1, True]}
    assert content[6]["input"] == {}
    assert content[7] == {
        "type": "hologram",
        "beams": [1, 2],
        "unknown_deltas": [{"type": "hologram_delta", "beam": 3}],
    }
    assert "partial_json" not in json.dumps(content)
    assert accumulator.ignored == 2


def test_usage_numbers_are_totals_and_a_missing_one_keeps_its_value():
    accumulator = Accumulator()
    for event in EventParser(10**6).feed(recorded("every-block.txt")):
        accumulator.apply(event)
    assert accumulator.usage["input_tokens"] == 25
    assert accumulator.usage["output_tokens"] == 42
    assert accumulator.usage["cache_creation"]["ephemeral_5m_input_tokens"] == 7
    assert accumulator.usage["output_tokens_details"] == {"thinking_tokens": 9}
    assert accumulator.message["usage"] == accumulator.usage


def test_a_pair_split_over_two_deltas_becomes_the_real_character():
    accumulator = Accumulator()
    seen = changes(accumulator, START, begin(), text("a\ud83d"), text("\ude42\r"), text("\nb"))
    assert [change.text for change in seen][2:] == ["a", "🙂", "\nb"]
    assert accumulator.message["content"][0]["text"] == "a🙂\nb"


def test_text_held_back_comes_with_the_end_of_its_block():
    accumulator = Accumulator()
    seen = changes(accumulator, START, begin(), text("a\ud83d"), end())
    assert [change.text for change in seen] == ["", "", "a", "\ufffd"]
    assert accumulator.result()["content"][0]["text"] == "a\ufffd"


def test_text_in_the_start_of_a_block_counts():
    accumulator = Accumulator()
    seen = changes(accumulator, START, begin(type="text", text="Hel"), text("lo"))
    assert "".join(change.text for change in seen) == "Hello"
    assert accumulator.message["content"][0]["text"] == "Hello"


def test_doubled_deltas_are_kept_and_doubled_starts_and_stops_are_not():
    accumulator = accumulate(START, START, begin(), begin(), text("a"), text("a"), end(), end())
    assert accumulator.message["content"] == [{"type": "text", "text": "aa"}]
    assert accumulator.ignored == 3


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "unheard_of"},
        [1, 2],
        {"type": "content_block_delta", "index": 0, "delta": None},
        {"type": "content_block_delta", "index": None, "delta": {}},
        {"type": "content_block_delta", "index": True, "delta": {}},
        {"type": "content_block_start", "index": -1, "content_block": {}},
        {"type": "content_block_start", "index": 1, "content_block": None},
        text(None),
        delta("citations_delta", citation="x"),
        delta("unheard_of_delta"),
        end(9),
    ],
)
def test_an_odd_event_on_which_nothing_depends_is_counted_and_passed_over(odd):
    accumulator = accumulate(START, begin(), text("a"), odd, text("b"), end(), STOP)
    assert accumulator.complete
    assert accumulator.ignored == 1
    assert accumulator.message["content"][0]["text"] == "ab"


def test_bad_json_is_counted_and_passed_over():
    accumulator = accumulate(START, begin(), text("a"))
    change = accumulator.apply(decode_event(4, b'{"type":"content_bl', "content_block_delta"))
    assert (change.kind, accumulator.ignored) == ("ignored", 1)


def test_values_nested_too_deeply_to_be_stored_are_passed_over():
    accumulator = accumulate(START, begin())
    deep = b'{"type":"content_block_start","index":1,"content_block":{"a":%s%s}}'
    event = decode_event(3, deep % (b"[" * 500, b"]" * 500))
    assert event.data is not None
    assert accumulator.apply(event).kind == "ignored"


@pytest.mark.parametrize(
    "datas",
    [
        [begin()],
        [{"type": "message_start", "message": None}, begin()],
        [STOP],
        [{"type": "message_delta", "delta": {}}],
        [START, begin(0), delta("text_delta", 1, text="x")],
    ],
)
def test_an_event_that_depends_on_a_missing_one_is_a_bad_stream(datas):
    with pytest.raises(BadStream) as caught:
        accumulate(*datas)
    assert caught.value.kind == "bad_stream"
    assert str(caught.value).endswith(".")


def test_text_before_a_bad_event_stays_readable():
    accumulator = accumulate(START, begin(), text("kept"))
    with pytest.raises(BadStream):
        accumulator.apply(decode_event(4, json.dumps(delta("text_delta", 5, text="x")).encode()))
    assert accumulator.result()["content"][0]["text"] == "kept"


def test_blocks_with_odd_numbers_keep_the_order_of_their_arrival():
    accumulator = accumulate(START, begin(7), delta("text_delta", 7, text="a"), begin(2))
    assert [b["text"] for b in accumulator.message["content"]] == ["a", ""]


@pytest.mark.parametrize("buffer", ['{"a": [1, tr', "}{", "[" * 5000, "<script>"])
def test_a_tool_input_that_does_not_parse_stays_readable(buffer):
    tool = begin(type="tool_use", id="t", name="f", input={})
    accumulator = accumulate(START, tool, delta("input_json_delta", partial_json=buffer), end())
    block = accumulator.result()["content"][0]
    assert (block["input"], block["partial_json"]) == ({}, buffer)


def test_a_tool_input_is_readable_while_it_arrives_and_parsed_in_the_result():
    tool = begin(type="tool_use", id="t", name="f", input={})
    accumulator = accumulate(START, tool, delta("input_json_delta", partial_json='{"a": NaN}'))
    assert accumulator.message["content"][0]["partial_json"] == '{"a": NaN}'
    assert accumulator.result()["content"][0]["input"] == {"a": None}


def test_an_unknown_stop_reason_is_kept_by_its_own_name():
    accumulator = accumulate(START, {"type": "message_delta", "delta": {"stop_reason": "tired"}})
    assert accumulator.stop_reason == "tired"
    assert accumulate(START, {"type": "message_delta", "delta": {}}).stop_reason is None


def test_an_error_event_is_kept():
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    assert accumulate(error).error == {"type": "overloaded_error", "message": "Overloaded"}
    assert accumulate({"type": "error", "error": "odd"}).error == {"message": "odd"}


def test_events_behind_the_end_change_nothing():
    accumulator = accumulate(START, begin(), text("a"), end(), STOP, text("b"))
    assert accumulator.message["content"][0]["text"] == "a"


def test_invalid_bytes_are_counted():
    accumulator = accumulate(START, begin())
    raw = json.dumps(text("X")).encode().replace(b"X", b"\xff\xfe")
    assert accumulator.apply(decode_event(3, raw)).text == "\ufffd\ufffd"
    assert accumulator.invalid_bytes == 2


def test_only_something_to_show_counts_as_content():
    assert not accumulate(START, begin()).has_content
    assert accumulate(START, begin(), text("a")).has_content
    assert accumulate(START, begin(type="tool_use", input={})).has_content
    assert accumulate(START, begin(type="hologram")).has_content


FIELDS = {
    "type": st.sampled_from(
        [
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop",
            "ping",
            "error",
            "odd",
        ]
    ),
    "index": st.integers(-1, 2) | st.none() | st.text(max_size=2) | st.booleans(),
}
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
DELTA_TYPES = [f"{k}_delta" for k in ("text", "thinking", "input_json", "citations", "signature")]
NAMES = st.sampled_from(
    [
        "type",
        "text",
        "thinking",
        "partial_json",
        "citation",
        "signature",
        "content",
        "usage",
        "message",
        "role",
        "stop_reason",
        "input",
        "citations",
        "unknown_deltas",
        "index",
        "error",
    ]
)
VALUES = st.recursive(
    SCALARS | st.sampled_from([*DELTA_TYPES, "text", "tool_use", "\ud83d", "\r", "{"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=6,
)
EVENTS = st.fixed_dictionaries(
    FIELDS,
    optional=dict.fromkeys(("message", "content_block", "delta", "usage", "error"), VALUES),
)


@given(st.lists(EVENTS | VALUES, max_size=12), st.booleans())
def test_no_sequence_of_events_raises_anything_but_bad_stream(datas, is_begun):
    accumulator = Accumulator()
    for number, data in enumerate([START, begin(0), begin(1), *datas] if is_begun else datas, 1):
        with contextlib.suppress(BadStream):
            accumulator.apply(decode_event(number, json.dumps(data).encode()))
        message = accumulator.message
        assert clean_json(message) == message
    assert clean_json(accumulator.result()) == accumulator.result()
    assert accumulator.has_content in (True, False)
    assert accumulator.stop_reason is None or accumulator.stop_reason


PIECES = st.lists(st.text(max_size=4) | st.sampled_from(["\ud83d", "\ude42", "\r", "\n", "\0"]))


@given(PIECES)
def test_the_pieces_given_out_add_up_to_the_text_of_the_result(pieces):
    accumulator = Accumulator()
    seen = changes(accumulator, START, begin(), *map(text, pieces), end(), STOP)
    whole = "".join(change.text for change in seen)
    assert accumulator.result()["content"][0]["text"] == whole
