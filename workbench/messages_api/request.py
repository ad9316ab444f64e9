"""The request as data: API version, beta names and body, and exactly the bytes that are sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.messages_api.text import clean_json, write_json

# `catalogue/checks/fields.py` says the same of a beta name at its field, before a run begins.
_HEADER_WORD = re.compile(r"[!-+\--~]{1,200}")


@dataclass(frozen=True)
class MessageRequest:
    """One request to the Messages API, without key and address.

    The body is cleaned (`clean_json`) and copied when the request is made, so it is storable and
    later changes to the caller's dict do not reach it. Raises `ValueError("nested too deeply")`.
    """

    api_version: str
    betas: tuple[str, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "betas", tuple(self.betas))
        object.__setattr__(self, "body", clean_json(dict(self.body)))

    def json_bytes(self) -> bytes:
        """Return the body exactly as it is sent, in UTF-8; keys keep their order."""
        return write_json(self.body)

    def headers(self) -> dict[str, str]:
        """Return the headers that belong to the request; the API key is not among them.

        Raises `ValueError` when the version or a beta name cannot be sent in a header.
        """
        for word in (self.api_version, *self.betas):
            if not _HEADER_WORD.fullmatch(word):
                raise ValueError(f"“{word}” cannot be sent as an API version or beta name")
        headers = {"anthropic-version": self.api_version, "content-type": "application/json"}
        if self.betas:
            headers["anthropic-beta"] = ",".join(self.betas)
        return headers

    def streaming(self) -> "MessageRequest":
        """Return the same request with `"stream": true`."""
        if self.body.get("stream") is True:
            return self
        return replace(self, body={**self.body, "stream": True})

    def to_dict(self) -> dict[str, Any]:
        """Return the request as a JSON value; `from_dict` is the way back."""
        return {
            "api_version": self.api_version,
            "betas": list(self.betas),
            "body": clean_json(self.body),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "MessageRequest":
        """Return the request that `to_dict` stored. Raises `KeyError` for a missing part."""
        return cls(stored["api_version"], tuple(stored["betas"]), stored["body"])
