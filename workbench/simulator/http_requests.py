"""HTTP/1.1 requests out of the bytes of a connection."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_HEAD = 64 * 1024  # bytes
LARGEST_BODY = 64 * 1024 * 1024  # bytes; the API's own limit of 32 MB is answered as an error


class BadRequest(Exception):
    """The bytes are no request this server can read; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP status {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class WholeRequest:
    """One request. Header names are lower case; `old` is HTTP/1.0."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    old: bool


class RequestReader:
    """Collects bytes and gives out whole requests."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._head: tuple[str, str, dict[str, str], bool] | None = None
        self._told = False

    def feed(self, data: bytes) -> None:
        """Add bytes that arrived."""
        self._buffer += data

    def wants_continue(self) -> bool:
        """Return, once per request, whether the client waits before it sends the body."""
        self._read_head()
        if self._head is None or self._told:
            return False
        self._told = self._head[2].get("expect", "").lower() == "100-continue"
        return self._told

    def take(self) -> WholeRequest | None:
        """Return the next request, None until it is whole; raises BadRequest."""
        self._read_head()
        if self._head is None:
            return None
        method, target, headers, old = self._head
        if "chunked" in headers.get("transfer-encoding", "").lower():
            body = self._chunked_body()
        else:
            body = self._sized_body(headers.get("content-length", "0"))
        if body is None:
            return None
        self._head, self._told = None, False
        return WholeRequest(method, target, headers, body, old)

    def _read_head(self) -> None:
        if self._head is not None:
            return
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > LARGEST_HEAD or self._buffer[:1] == b"\x16":  # a TLS greeting
                raise BadRequest(400)
            return
        lines = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        words = lines[0].split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise BadRequest(400)
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        self._head = (words[0], words[1], headers, words[2] == "HTTP/1.0")

    def _sized_body(self, length: str) -> bytes | None:
        if not (length.isascii() and length.isdigit() and len(length) < 20):
            raise BadRequest(400)
        size = int(length)
        if size > LARGEST_BODY:
            raise BadRequest(413)
        if len(self._buffer) < size:
            return None
        body = bytes(self._buffer[:size])
        del self._buffer[:size]
        return body

    def _chunked_body(self) -> bytes | None:
        """Return the joined chunks when the last one is there; nothing is taken before."""
        parts: list[bytes] = []
        at = 0
        while True:
            line = self._buffer.find(b"\r\n", at)
            if line < 0:
                return None
            try:
                size = int(bytes(self._buffer[at:line]).split(b";")[0], 16)
            except ValueError:
                raise BadRequest(400) from None
            if size < 0:
                raise BadRequest(400)
            if size > LARGEST_BODY:
                raise BadRequest(413)
            start = line + 2
            if len(self._buffer) < start + size + 2:
                return None
            at = start + size + 2
            if size == 0:
                del self._buffer[:at]
                return b"".join(parts)
            parts.append(bytes(self._buffer[start : start + size]))
