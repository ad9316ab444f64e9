"""The packed event log gives back what went in."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.messages_api import decode_event
from workbench.runs.log import LoggedEvent, pack, unpack

raw_events = st.lists(
    st.tuples(st.integers(0, 10**7), st.binary(max_size=300).filter(lambda raw: b"\n" not in raw)),
    max_size=30,
)
DELTA = b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" word%d"}}'


def logged(number: int, ms: int, raw: bytes) -> LoggedEvent:
    return LoggedEvent.of(decode_event(number, raw, "content_block_delta"), ms)


@given(raw_events, st.integers(1, 10**6))
def test_unpacking_gives_the_same_events(raws: list[tuple[int, bytes]], first: int) -> None:
    times = sorted(ms for ms, _ in raws)
    events = [
        logged(first + n, ms, raw) for n, (ms, (_, raw)) in enumerate(zip(times, raws, strict=True))
    ]
    assert list(unpack(pack(events), first)) == events


def test_a_data_field_of_several_lines_survives() -> None:
    event = logged(1, 5, b'{"type":\n"ping"}')
    assert list(unpack(pack([event]))) == [event]


def test_the_type_of_an_event_is_one_line() -> None:
    event = LoggedEvent.of(decode_event(1, b"{}", "two\u2028lines \n"), 0)
    assert "\n" not in event.type
    assert list(unpack(pack([event]))) == [event]


def test_five_deltas_pack_into_fewer_bytes_than_two_of_them_have() -> None:
    events = [logged(n, n * 20, DELTA % n) for n in range(1, 6)]
    assert len(pack(events)) < 2 * len(DELTA)
