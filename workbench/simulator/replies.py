"""What the simulator sends back: a status, headers and timed pieces of the body.

The same `Reply` is played by the in-process transport and by the socket server, so a scenario
is written once. Faults are part of a reply; the two players turn them into what a client sees.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson


class Fault(enum.Enum):
    """How a reply breaks off."""

    CLOSE = "close"  # the connection is closed in the middle of the body
    RESET = "reset"  # the connection is reset (TCP RST)
    SILENCE = "silence"  # nothing more is sent, the connection stays open


class Framing(enum.Enum):
    """How the end of the body is announced."""

    CHUNKED = "chunked"
    LENGTH = "length"
    UNTIL_CLOSE = "until-close"


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes to send after `wait` seconds; `fault` ends the reply right behind them."""

    data: bytes = b""
    wait: float = 0.0
    fault: Fault | None = None


@dataclass(slots=True)
class Reply:
    """One HTTP answer.

    `instead` replaces status line, headers and body by raw bytes, then the connection closes.
    `early` is a fault before the first byte. `declared_length` is a wrong Content-Length.
    `first` is the time before the status line in seconds. `connect` names a failure that happens
    before there is a connection (in-process only). `bare` leaves out the headers of the API.
    """

    status: int
    headers: list[tuple[str, str]]
    pieces: Iterable[Piece]
    framing: Framing = Framing.CHUNKED
    declared_length: int | None = None
    http_version: str = "HTTP/1.1"
    instead: bytes | None = None
    early: Fault | None = None
    first: float = 0.0
    connect: str = ""
    bare: bool = False

    def wire_headers(self) -> list[tuple[str, str]]:
        """Return the headers including the one that frames the body."""
        if self.status == 204:
            return list(self.headers)
        if self.framing is Framing.CHUNKED:
            return [*self.headers, ("transfer-encoding", "chunked")]
        if self.framing is Framing.UNTIL_CLOSE:
            return [*self.headers, ("connection", "close")]
        length = self.declared_length
        if length is None:
            self.pieces = list(self.pieces)
            length = sum(len(piece.data) for piece in self.pieces)
        return [*self.headers, ("content-length", str(length))]


def json_reply(status: int, body: Any, headers: Iterable[tuple[str, str]] = ()) -> Reply:
    """Return a whole JSON answer."""
    data = orjson.dumps(body)
    return plain_reply(status, data, "application/json", headers)


def plain_reply(
    status: int, data: bytes, content_type: str, headers: Iterable[tuple[str, str]] = ()
) -> Reply:
    """Return a whole answer of any content type, framed by Content-Length."""
    every = [("content-type", content_type), *headers] if content_type else list(headers)
    return Reply(status, every, [Piece(data)], framing=Framing.LENGTH)


def error_reply(
    status: int,
    error_type: str,
    message: str,
    *,
    request_id: str,
    error_code: str = "",
    headers: Iterable[tuple[str, str]] = (),
) -> Reply:
    """Return an error in the shape of the Messages API (https://docs.anthropic.com/en/api/errors)."""
    error: dict[str, Any] = {"type": error_type, "message": message}
    if error_code:
        error["details"] = {"error_code": error_code}
    body = {"type": "error", "error": error, "request_id": request_id}
    return json_reply(status, body, [("request-id", request_id), *headers])
