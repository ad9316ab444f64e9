"""Keeping the API key out of everything that is shown, stored or logged."""

import re

import httpx

from workbench.messages_api.text import clean_text

HIDDEN = "[API key]"
_SENDABLE = re.compile(r"[!-~]+")
_SECRET_HEADERS = frozenset(
    {"set-cookie", "set-cookie2", "authorization", "x-api-key", "proxy-authenticate"}
)
_SHORTEST_KEY = 8


class ApiKey:
    """An API key that shows itself only where it is sent."""

    def __init__(self, key: str) -> None:
        """Take a key; raises `ValueError` (without the key) if it cannot be sent in a header."""
        if not _SENDABLE.fullmatch(key):
            raise ValueError("The API key is empty or has characters that cannot be sent")
        self._key = key

    def headers(self, auth: str) -> dict[str, str]:
        """Return the header that carries the key: `x-api-key`, or `authorization` for bearer."""
        if auth == "bearer":
            return {"authorization": f"Bearer {self._key}"}
        return {"x-api-key": self._key}

    def hide(self, text: str) -> str:
        """Return `text` with the key replaced, should an upstream have repeated it."""
        return text.replace(self._key, HIDDEN) if len(self._key) >= _SHORTEST_KEY else text

    def hide_in_bytes(self, body: bytes) -> bytes:
        """Return `body` with the key replaced."""
        if len(self._key) < _SHORTEST_KEY:
            return body
        return body.replace(self._key.encode(), HIDDEN.encode())

    def shown_headers(self, headers: httpx.Headers) -> dict[str, str]:
        """Return the headers of an answer, names in lower case, without cookies and keys."""
        return {
            name: self.hide(clean_text(value))
            for name, value in headers.items()
            if name not in _SECRET_HEADERS
        }

    def shown_request_headers(self, headers: httpx.Headers) -> list[tuple[str, str]]:
        """Return the headers of a request with the key cut to its last four characters."""
        short = f"…{self._key[-4:]}" if len(self._key) >= _SHORTEST_KEY else "…"
        return [(name, value.replace(self._key, short)) for name, value in headers.items()]

    def __repr__(self) -> str:
        return "ApiKey(…)"
