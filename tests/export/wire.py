"""What must be on the wire for a request, and how what came differs from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from workbench.messages_api import MessageRequest

from .recording import Recorded, exact
from .running import KEY

HEADERS = ("anthropic-version", "anthropic-beta")
SHOWN = 300  # characters of a body in a message


def differences(request: MessageRequest, came: Recorded, *, streaming: bool) -> Iterator[str]:
    """Yield a sentence for each way in which ``came`` is not what Workbench itself sends."""
    wanted = as_sent(request, streaming=streaming)
    address = urlsplit(came.url)
    if (came.method, address.path) != ("POST", "/v1/messages"):
        yield f"{came.method} {address.path} instead of POST /v1/messages"
    if address.query not in ("", "beta=true"):  # old SDKs add it to beta calls; it means nothing
        yield f"the query is {address.query}"
    for name in HEADERS:
        if came.headers.get(name) != wanted.headers().get(name):
            yield f"{name}: {came.headers.get(name)} instead of {wanted.headers().get(name)}"
    if not came.headers.get("content-type", "").startswith("application/json"):
        yield f"content-type: {came.headers.get('content-type')}"
    if KEY not in (came.headers.get("x-api-key"), came.headers.get("authorization", "")[7:]):
        yield "the key is not sent"
    yield from body_differences(exact(wanted.json_bytes()), came.body)


def as_sent(request: MessageRequest, *, streaming: bool) -> MessageRequest:
    """Return the request as Workbench sends it, or the same without streaming."""
    if streaming:
        return request.streaming()
    body = {name: value for name, value in request.body.items() if name != "stream"}
    return MessageRequest(request.api_version, request.betas, body)


def body_differences(wanted: Any, came: Any) -> Iterator[str]:
    """Yield a sentence when two bodies are not the same JSON: first what, then in which order."""
    wanted, came = (_without_false_stream(body) for body in (wanted, came))
    if canonical(wanted) != canonical(came):
        place, one, other = next(_differing("", wanted, came))
        yield f"body{place}: {_short(other)} instead of {_short(one)}"
    elif (found := next(_disordered("", wanted, came), None)) is not None:
        yield f"body{found}: the fields are in another order"


def canonical(value: Any) -> str:
    """A JSON value as text that is the same for the same value: 1 is 1.0, true is not 1."""
    return json.dumps(_normal(value), sort_keys=True)


def _without_false_stream(body: Any) -> Any:
    """``"stream": false`` says what its absence says."""
    if isinstance(body, dict) and body.get("stream") is False:
        return {name: value for name, value in body.items() if name != "stream"}
    return body


def _normal(value: Any) -> Any:
    if isinstance(value, float | Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dict):
        return {name: _normal(item) for name, item in value.items()}
    return [_normal(item) for item in value] if isinstance(value, list) else value


def _differing(place: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield the places at which two values differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one | other:
            if name not in one or name not in other:
                yield f"{place}.{name}", one.get(name, "nothing"), other.get(name, "nothing")
            else:
                yield from _differing(f"{place}.{name}", one[name], other[name])
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from _differing(f"{place}.{number}", *pair)
    elif canonical(one) != canonical(other):
        yield place, one, other


def _disordered(place: str, one: Any, other: Any) -> Iterator[str]:
    """Yield the places of objects below the body whose fields stand in another order.

    A model reads a schema in its order. The order of the body's own fields means nothing, and a
    JavaScript object puts names that are numbers first.
    """
    if isinstance(one, Mapping):
        if place and _order(one) != _order(other):
            yield place
        for name in one:
            yield from _disordered(f"{place}.{name}", one[name], other[name])
    elif isinstance(one, list):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from _disordered(f"{place}.{number}", *pair)


def _order(value: Mapping[str, Any]) -> list[str]:
    return [name for name in value if not name.isdecimal()]


def _short(value: Any) -> str:
    text = canonical(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
