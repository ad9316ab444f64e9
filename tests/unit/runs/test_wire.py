"""What went over the wire, written out."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from workbench.messages_api import decode_event
from workbench.runs.log import LoggedEvent
from workbench.runs.wire import SHOWN_CHARACTERS, elided, event_lines, shown_json, whole_json

DATA = b"\x89PNG" * 500
ENCODED = base64.b64encode(DATA).decode()


def logged(raw: bytes, number: int = 1, type_: str = "ping") -> LoggedEvent:
    return LoggedEvent.of(decode_event(number, raw, type_), 12)


def test_long_data_are_shown_by_their_length_and_hash() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": ENCODED}
    text = elided({"source": source})["source"]["data"]
    digest = hashlib.sha256(DATA).hexdigest()
    assert text == f"… {len(ENCODED):,} base64 characters, sha256 {digest} …"
    assert source["data"] == ENCODED


@pytest.mark.parametrize(
    "value",
    [{"text": "a" * 5_000}, {"data": "short"}, {"data": "not base64! " * 500}, {"data": 5}],
)
def test_texts_of_people_are_never_elided(value: object) -> None:
    assert elided(value) == value


def test_data_that_only_look_like_base64_are_hashed_as_they_stand() -> None:
    odd = "A" * 501
    assert hashlib.sha256(odd.encode()).hexdigest() in elided(odd, "data")


def test_very_long_json_is_cut_for_reading_and_whole_for_copying() -> None:
    value = {"text": "x" * SHOWN_CHARACTERS}
    shown = shown_json(value)
    assert shown.is_cut
    assert len(shown.text) == SHOWN_CHARACTERS
    assert json.loads(whole_json(value)) == value


def test_each_event_is_one_line_of_json_with_its_data_as_they_came() -> None:
    raws = [b'{"type":"ping",\n "n": 1.50}', b"no json \xff\n", b"[1,2"]
    lines = list(event_lines(logged(raw, number) for number, raw in enumerate(raws, 1)))
    assert all(line.count(b"\n") == 1 for line in lines)
    assert b'"n": 1.50' in lines[0]
    read = [json.loads(line) for line in lines]
    assert read[0]["data"] == {"type": "ping", "n": 1.5}
    assert [line["number"] for line in read] == [1, 2, 3]
    assert read[1] == {"number": 2, "ms": 12, "type": "ping", "data": "no json \ufffd\n"}
    assert read[2]["data"] == "[1,2"
