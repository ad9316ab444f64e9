import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.messages_api import AnswerTooBig, EventParser, decode_event

from .scripted import recorded, sse

PLAIN = recorded("plain.txt")
LINE_ENDS = st.sampled_from([b"\n", b"\r", b"\r\n"])


def parse(*chunks: bytes, limit: int = 10**6) -> list:
    parser = EventParser(limit)
    events = [event for chunk in chunks for event in parser.feed(chunk)]
    return events + parser.finish()


def texts(events: list) -> str:
    return "".join(e.data["delta"]["text"] for e in events if e.type == "content_block_delta")


@given(st.data(), LINE_ENDS)
def test_any_split_of_the_bytes_gives_the_same_events(data, line_end):
    stream = PLAIN.replace(b"\n", line_end)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=40)))
    chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert parse(*chunks) == parse(PLAIN)


@given(st.lists(st.binary() | st.sampled_from([b"data:", b"\n", b"\r", b"event: x\n", b"{}"])))
def test_any_bytes_are_read_without_an_error_and_in_any_split(chunks):
    stream = b"".join(chunks)
    one_by_one = [stream[i : i + 1] for i in range(len(stream))]
    assert parse(*chunks) == parse(stream) == parse(*one_by_one)


def test_events_are_numbered_and_keep_their_bytes():
    events = parse(PLAIN)
    assert [e.number for e in events] == list(range(1, len(events) + 1))
    assert [json.loads(e.raw) for e in events] == [e.data for e in events]
    assert texts(events) == "Hello, wörld 🙂 a\u2028b"


def test_an_event_is_given_out_with_the_byte_that_completes_it():
    parser = EventParser(1000)
    assert parser.feed(b'data: {"type":"ping"}\n') == []
    assert [e.type for e in parser.feed(b"\n")] == ["ping"]
    assert parser.feed(b'data: {"type":"ping"}\r') == []
    assert [e.type for e in parser.feed(b"\r")] == ["ping"]


@pytest.mark.parametrize(
    "stream",
    [
        b'\xef\xbb\xbfdata: {"type":"ping"}\n\n',
        b': comment\n\ndata: {"type":"ping"}\n: more\n\n',
        b'data:{"type":"ping"}\n\n',
        b'data: {"type":\ndata: "ping"}\n\n',
        b'id: 7\nretry: 5\nevent: other\ndata: {"type":"ping"}\nnonsense\n\n',
        b'event: ping\ndata: {"x":1}\n\n',
        b'event: ping\n\nevent: ping\ndata: {"type":"ping"}\n\n',
    ],
)
def test_every_legal_form_of_an_event_is_understood(stream):
    assert [e.type for e in parse(stream)] == ["ping"]


def test_an_event_without_data_is_none():
    assert parse(b"event: ping\n\ndata:\n\n\n\n") == []


def test_line_separators_of_other_kinds_do_not_cut_a_line():
    stream = sse('{"type":"t","text":"a\u2028b\u2029c\u0085d\x0b"}'.replace("\x0b", "\\u000b"))
    assert [e.data["text"] for e in parse(stream)] == ["a\u2028b\u2029c\u0085d\x0b"]


def test_a_complete_last_event_counts_without_its_blank_line():
    for end in (b"", b"\n"):
        assert [e.type for e in parse(b'data: {"type":"message_stop"}' + end)] == ["message_stop"]


@pytest.mark.parametrize("rest", [b'data: {"type":"te', b'data: {"a":"\xf0\x9f', b'data: {"a":1'])
def test_a_piece_of_an_event_is_dropped_at_the_end_and_kept_as_remainder(rest):
    parser = EventParser(1000)
    assert parser.feed(sse('{"type":"ping"}') + rest)[0].type == "ping"
    assert parser.finish() == []
    assert parser.remainder == rest.removeprefix(b"data: ")


@pytest.mark.parametrize(
    "chunks",
    [
        [b"data: " + b"x" * 600, b"x" * 600],
        [b"data: " + b"x" * 2000 + b"\n\n"],
        [b"data: x\n"] * 900,
        [b": " + b"x" * 2000],
    ],
)
def test_one_event_may_not_exceed_its_limit(chunks):
    with pytest.raises(AnswerTooBig) as caught:
        parse(*chunks, limit=1000)
    assert caught.value.kind == "too_big"


def test_many_small_events_may_exceed_the_limit_of_one():
    assert len(parse(sse('{"type":"ping"}') * 500, limit=100)) == 500


def bytes_handled(stream: bytes, size: int) -> int:
    """Count the bytes on which the parser calls methods; copying a growing buffer shows here."""
    parser, total = EventParser(10**9), 0

    def count(_frame, what, function):
        nonlocal total
        owner = getattr(function, "__self__", None)
        if what == "c_call" and isinstance(owner, bytes):
            total += len(owner)

    chunks = [stream[i : i + size] for i in range(0, len(stream), size)]
    sys.setprofile(count)
    try:
        for chunk in chunks:
            parser.feed(chunk)
    finally:
        sys.setprofile(None)
    return total


@pytest.mark.parametrize(
    "line", [b'data: {"a":"%s"}\n\n' % (b"x" * 10), b"data: x\n", b'data: "%s"' % (b"x" * 10**6)]
)
def test_the_work_grows_with_the_bytes_and_not_faster(line):
    stream = line * max(1, 2 * 10**5 // len(line))
    assert bytes_handled(stream, 20) < 12 * len(stream)


@pytest.mark.parametrize(
    ("raw", "data", "invalid"),
    [
        (b'{"a":NaN,"b":-Infinity}', {"a": None, "b": None}, 0),
        (b'{"a":"\\ud83d"}', {"a": "\ud83d"}, 0),
        (b'{"a":"\xff"}', {"a": "\ufffd"}, 1),
        (b'{"a":"\xff\xfe\xc3"}', {"a": "\ufffd\ufffd\ufffd"}, 3),
        (b'{"a":"\xe2\x82 \xef\xbf\xbd"}', {"a": "\ufffd \ufffd"}, 2),
        (b"[1]", [1], 0),
        (b'"text"', None, 0),
        (b"[DONE]", None, 0),
        (b"[" * 100_000 + b"]" * 100_000, None, 0),
    ],
)
def test_odd_json_never_raises(raw, data, invalid):
    event = decode_event(3, raw, "name")
    assert (event.number, event.type, event.data) == (3, "name", data)
    assert event.invalid_bytes == invalid


def test_the_type_in_the_json_goes_before_the_name_of_the_event():
    assert decode_event(1, b'{"type":"a"}', "b").type == "a"
    assert decode_event(1, b'{"type":7}', "b").type == "b"
    assert decode_event(1, b'{"type":"overloaded_error"}', "error").type == "error"
