"""Each answer has a number, and everything that happens for it knows the number."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from django.test import RequestFactory

from workbench.log import JsonFormatter, SecretFilter
from workbench.request_ids import RequestIdFilter, RequestIds, current_request_id
from workbench.views import bad_request, forbidden, not_found, server_error

PROXY = ("203.0.113.7", 0)
SOMEBODY = ("203.0.113.7", 51234)


def _ask(
    client: tuple[str, int] | None, *sent: bytes, seen: list[str] | None = None
) -> dict[bytes, bytes]:
    """The headers of an answer; ``seen`` gets the number that the application knew."""
    events: list[Any] = []

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0)
        if seen is not None:
            seen.append(current_request_id())
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})

    async def send(event: Any) -> None:
        events.append(event)

    headers = [(b"x-request-id", text) for text in sent]
    scope: Any = {"type": "http", "client": client, "headers": headers}
    asyncio.run(RequestIds(pages)(scope, None, send))  # type: ignore[arg-type]
    return dict(events[0]["headers"])


def test_an_answer_has_the_number_that_its_code_knew() -> None:
    seen: list[str] = []
    headers = _ask(SOMEBODY, seen=seen)
    assert headers[b"a"] == b"b"
    assert headers[b"x-request-id"].decode() == seen[0]
    assert len(seen[0]) == 16
    assert _ask(SOMEBODY)[b"x-request-id"] != headers[b"x-request-id"]
    assert current_request_id() == ""


def test_a_trusted_proxy_may_name_the_request() -> None:
    assert _ask(PROXY, b"0f8a-proxy.number_1")[b"x-request-id"] == b"0f8a-proxy.number_1"


@pytest.mark.parametrize("client", [SOMEBODY, None])
def test_nobody_else_may(client: tuple[str, int] | None) -> None:
    assert _ask(client, b"0f8a-proxy.number_1")[b"x-request-id"] != b"0f8a-proxy.number_1"


@pytest.mark.parametrize(
    "sent", [(b"short",), (b"x" * 41,), (b"with spaces in it",), (b"line\nbroken",), (b"\xff" * 9,)]
)
def test_an_odd_number_is_replaced(sent: tuple[bytes, ...]) -> None:
    assert _ask(PROXY, *sent)[b"x-request-id"] not in sent


def test_two_numbers_are_none() -> None:
    assert _ask(PROXY, b"number-one", b"number-two")[b"x-request-id"] not in (
        b"number-one",
        b"number-two",
    )


def test_the_page_of_an_error_says_the_number_of_its_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    events: list[Any] = []

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        page = server_error(RequestFactory().get("/broken/"))
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": page.content})

    async def send(event: Any) -> None:
        events.append(event)

    scope: Any = {"type": "http", "client": SOMEBODY, "headers": []}
    asyncio.run(RequestIds(pages)(scope, None, send))  # type: ignore[arg-type]
    number = dict(events[0]["headers"])[b"x-request-id"].decode()
    assert f"to its log as {number}" in events[1]["body"].decode()
    assert f"Error {number} at GET /broken/" in caplog.text


@pytest.mark.parametrize(
    ("view", "status"), [(not_found, 404), (forbidden, 403), (bad_request, 400)]
)
def test_the_page_of_a_refusal_names_its_request(view: Any, status: int) -> None:
    pages: list[str] = []

    async def refusing(scope: Any, receive: Any, send: Any) -> None:
        pages.append(view(RequestFactory().get("/x/"), ValueError()).content.decode())
        await send({"type": "http.response.start", "status": status, "headers": []})

    number = _number_of(refusing)
    assert f'· request <span class="mono">{number}</span>' in pages[0]


def _number_of(application: Any) -> str:
    events: list[Any] = []

    async def send(event: Any) -> None:
        events.append(event)

    scope: Any = {"type": "http", "client": SOMEBODY, "headers": []}
    asyncio.run(RequestIds(application)(scope, None, send))  # type: ignore[arg-type]
    return dict(events[0]["headers"])[b"x-request-id"].decode()


def test_a_line_of_json_has_number_and_exception_and_no_secret() -> None:
    try:
        raise ValueError("x-api-key: abcdef0123")
    except ValueError as error:
        failure = (type(error), error, error.__traceback__)
    record = logging.LogRecord(
        "workbench.x", logging.ERROR, "x.py", 1, "sent %s\nnext", ("sk-ant-abcdefgh",), failure
    )
    for each in (RequestIdFilter(), SecretFilter()):
        assert each.filter(record)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    entry = json.loads(line)
    assert entry.keys() == {"time", "level", "logger", "request_id", "message", "exception"}
    assert entry["message"] == "sent sk-ant-[hidden]\nnext"
    assert (entry["level"], entry["request_id"]) == ("ERROR", "-")
    assert "ValueError" in entry["exception"]
    assert "abcdef0123" not in line
