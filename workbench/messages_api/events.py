"""Server-sent events: from the bytes of an answer to decoded events.

Own reader on bytes, because ready-made ones cut legal JSON at U+2028 (they split text into lines),
take quadratic time for long lines, or buffer without limit. Format:
https://html.spec.whatwg.org/multipage/server-sent-events.html (state 2026-11).
"""

import json
from dataclasses import dataclass
from typing import Any

import orjson

from workbench.messages_api.errors import AnswerTooBig
from workbench.messages_api.limits import MEBIBYTE

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event of an answer.

    `number` counts 1, 2, 3 … per answer; `type` is "" if the event names none; `data` is None if
    the JSON cannot be read; `raw` holds the bytes of the data field as they arrived;
    `invalid_bytes` counts those of them that are no UTF-8.
    """

    number: int
    type: str
    data: dict[str, Any] | list[Any] | None
    raw: bytes
    invalid_bytes: int = 0


class EventParser:
    """Cuts the bytes of an answer into events; any split of the bytes gives the same events.

    Lines end with LF, CR or CRLF. Time is linear in the bytes: the pieces of an unfinished line
    wait in a list and are joined once.
    """

    def __init__(self, max_event_bytes: int = 16 * MEBIBYTE) -> None:
        self.remainder = b""
        self._max_event_bytes = max_event_bytes
        self._number = 0
        self._line_pieces: list[bytes] = []
        self._name = ""
        self._data: list[bytes] = []
        self._data_bytes = 0
        self._line_bytes = 0
        self._ended_with_cr = False
        self._is_first_line = True

    def feed(self, chunk: bytes) -> list[StreamEvent]:
        """Return the events that `chunk` completed.

        Raises `AnswerTooBig` when one event exceeds the limit of bytes.
        """
        if self._ended_with_cr and chunk:
            self._ended_with_cr = False
            chunk = chunk.removeprefix(b"\n")
        has_cr = b"\r" in chunk
        if not has_cr and b"\n" not in chunk:
            self._wait_for_line_end(chunk)
            return []
        self._ended_with_cr = chunk.endswith(b"\r")
        self._line_pieces.append(chunk)
        buffer = b"".join(self._line_pieces)
        if has_cr:
            buffer = buffer.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = buffer.split(b"\n")
        rest = lines.pop()
        self._line_pieces = []
        self._line_bytes = 0
        events = [event for line in lines if (event := self._take_line(line)) is not None]
        self._wait_for_line_end(rest)
        return events

    def finish(self) -> list[StreamEvent]:
        """Return the last event if only its closing blank line is missing.

        A piece of an event (cut inside its JSON or a character) is dropped; it is then readable
        as `remainder`.
        """
        last_line = b"".join(self._line_pieces)
        self._line_pieces = []
        if last_line:
            self._take_line(last_line)
        raw = b"\n".join(self._data)
        event = self._dispatch()
        if event is not None and event.data is not None:
            return [event]
        self.remainder = raw or last_line
        return []

    def _wait_for_line_end(self, piece: bytes) -> None:
        if piece:
            self._line_pieces.append(piece)
            self._line_bytes += len(piece)
            self._check_size()

    def _take_line(self, line: bytes) -> StreamEvent | None:
        if self._is_first_line:
            self._is_first_line = False
            line = line.removeprefix(BYTE_ORDER_MARK)
        if not line:
            return self._dispatch()
        name, _, value = line.partition(b":")
        if name == b"data":
            value = value.removeprefix(b" ")
            self._data.append(value)
            self._data_bytes += len(value) + 1
            self._check_size()
        elif name == b"event":
            self._name = value.removeprefix(b" ").decode("utf-8", "replace")
        return None

    def _dispatch(self) -> StreamEvent | None:
        raw = b"\n".join(self._data)
        name, self._name = self._name, ""
        self._data = []
        self._data_bytes = 0
        if not raw:
            return None
        self._number += 1
        return decode_event(self._number, raw, name)

    def _check_size(self) -> None:
        if self._data_bytes + self._line_bytes > self._max_event_bytes:
            raise AnswerTooBig(
                "The answer was stopped because one event is larger than"
                f" {self._max_event_bytes / MEBIBYTE:g} MB"
            )


def decode_event(number: int, raw: bytes, name: str = "") -> StreamEvent:
    """Return the event for the bytes of a data field; never raises.

    The type is the JSON's own `type`, else `name` (the event field). NaN and infinities become
    None, invalid UTF-8 becomes U+FFFD, unreadable JSON and bare values give `data` None.
    """
    invalid_bytes = 0
    try:
        data = orjson.loads(raw)
    except ValueError:
        data, invalid_bytes = _decode_leniently(raw)
    if not isinstance(data, dict | list):
        return StreamEvent(number, name, None, raw, invalid_bytes)
    own_type = data.get("type") if isinstance(data, dict) else None
    is_named_error = name == "error"  # some proxies put the inner error object there bare
    event_type = own_type if isinstance(own_type, str) and not is_named_error else name
    return StreamEvent(number, event_type, data, raw, invalid_bytes)


def _decode_leniently(raw: bytes) -> tuple[Any, int]:
    """Decode what orjson refuses: NaN, lone surrogates, invalid UTF-8; None if it is no JSON.

    The second value counts the bytes that are no UTF-8.
    """
    text = raw.decode("utf-8", "replace")
    invalid_bytes = len(raw) - len(raw.decode("utf-8", "ignore").encode())
    try:
        return json.loads(text, parse_constant=lambda _name: None), invalid_bytes
    except (ValueError, RecursionError):
        return None, invalid_bytes
