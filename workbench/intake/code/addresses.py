"""Which API an address belongs to."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple
from urllib.parse import unquote


class Api(Enum):
    """What a call asks for."""

    MESSAGES = auto()
    COUNT = auto()
    BATCHES = auto()
    COMPLETE = auto()
    CHAT = auto()
    RESPONSES = auto()
    ANY = auto()
    """Only the body tells."""


class Endpoint(NamedTuple):
    """An API, and the model where the address names it."""

    api: Api
    model: str = ""


_PATHS = (
    (re.compile(r"/messages/batches/?$"), Api.BATCHES),
    (re.compile(r"/messages/count_tokens/?$"), Api.COUNT),
    (re.compile(r"/messages/?$"), Api.MESSAGES),
    (re.compile(r"/chat/completions/?$"), Api.CHAT),
    (re.compile(r"/responses/?$"), Api.RESPONSES),
    (re.compile(r"/complete/?$"), Api.COMPLETE),
)
_BEDROCK = re.compile(r"/model/([^/]{1,300})/invoke(?:-with-response-stream)?/?$")
_GOOGLE = re.compile(r"/models/([^/:]{1,300}):(?:rawPredict|streamRawPredict)/?$")


def endpoint_of(address: object) -> Endpoint:
    """Return the endpoint of an address; `Api.ANY` for one that is not known."""
    if not isinstance(address, str):
        return Endpoint(Api.ANY)
    path = address.partition("?")[0].partition("#")[0].strip()
    for pattern in (_BEDROCK, _GOOGLE):
        if match := pattern.search(path):
            return Endpoint(Api.MESSAGES, unquote(match[1]))
    for pattern, api in _PATHS:
        if pattern.search(path):
            return Endpoint(api)
    return Endpoint(Api.ANY)
