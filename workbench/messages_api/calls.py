"""One HTTP call with its tries: what the client's methods have in common."""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import httpx

from workbench.messages_api.body import Body
from workbench.messages_api.clocks import AnswerClocks
from workbench.messages_api.connection_errors import before_answer, is_closed_by_peer
from workbench.messages_api.errors import MAYBE_BILLED, MessagesApiError, NoResponse, TooLarge
from workbench.messages_api.limits import MEBIBYTE, Limits
from workbench.messages_api.refusals import not_messages_api, refusal
from workbench.messages_api.retries import Attempt, RetryBudget, in_words, retry_after_seconds
from workbench.messages_api.secrets import ApiKey

Parameter = str | int | float | bool | None
ERROR_BODY_BYTES = 64 * 1024

logger = logging.getLogger("workbench.messages_api")


@dataclass(frozen=True)
class Timing:
    """Where the time comes from; tests put their own in."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    wall_clock: Callable[[], float] = time.time
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True)
class Call:
    """What is sent: method, path below the base URL, headers, query and body."""

    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes = b""
    parameters: list[tuple[str, Parameter]] = field(default_factory=list)


@dataclass(frozen=True)
class Opened:
    """An answer with status 200 whose body waits to be read; close the body after use."""

    body: Body
    sent_headers: list[tuple[str, str]]
    headers: dict[str, str]
    attempts: int
    is_json: bool


@dataclass(frozen=True)
class FailedTry:
    """A try that gave no usable answer."""

    error: MessagesApiError
    is_closed_by_peer: bool = False


class SocketInOpening:
    """The socket of a connection that is being made.

    The network library forgets it when it is cancelled during the TLS handshake; this closes it.
    https://www.encode.io/httpcore/extensions/#trace (tried with httpcore 1.0.9)
    """

    def __init__(self) -> None:
        self._stream: Any = None

    async def notice(self, event_name: str, info: Mapping[str, Any]) -> None:
        """Take note of the socket; called by the network library at each of its steps."""
        if event_name == "connection.connect_tcp.complete":
            self._stream = info["return_value"]

    async def close(self) -> None:
        """Close the socket if there is one; closing it twice does no harm."""
        if self._stream is not None:
            with contextlib.suppress(httpx.HTTPError, OSError):
                await self._stream.aclose()


class Caller:
    """Sends calls to one base URL, tries them again by the rule, and opens their answers."""

    def __init__(self, http: httpx.AsyncClient, host: str, key: ApiKey, timing: Timing) -> None:
        self.host = host
        self._http = http
        self._key = key
        self._timing = timing

    async def open(
        self, call: Call, limits: Limits, on_attempt: Callable[[Attempt], None] | None = None
    ) -> Opened:
        """Return the opened answer of the first try that gets one.

        Raises the error of the last try. Cancelling closes the connection.
        """
        budget = RetryBudget(limits)
        call_started = self._timing.monotonic()
        report = on_attempt or _report_to_nobody
        number = 1
        while True:
            report(Attempt(number))
            clocks = AnswerClocks(limits, self._timing.monotonic, call_started)
            result = await self._try(call, limits, clocks, number)
            if isinstance(result, Opened):
                return result
            wait = budget.wait_before_next(
                result.error, self._timing.jitter(), result.is_closed_by_peer
            )
            kind = result.error.kind
            logger.info(
                "Try %d of a call to %s failed: %s.",
                number,
                self.host,
                kind,
                extra={"action": "try_failed", "error_kind": kind},
            )
            if wait is None:
                raise _final(result.error, number)
            report(Attempt(number, result.error, wait))
            await self._timing.sleep(wait)
            number += 1

    async def _try(
        self, call: Call, limits: Limits, clocks: AnswerClocks, number: int
    ) -> Opened | FailedTry:
        opening = SocketInOpening()
        request = self._http.build_request(
            call.method,
            call.path,
            params=call.parameters or None,
            headers=dict(call.headers),
            content=call.content or None,
            extensions={"trace": opening.notice},
        )
        response = None
        try:
            async with asyncio.timeout(limits.first_byte) as clock:
                response = await self._http.send(request, stream=True)
        except (httpx.HTTPError, OSError) as error:
            if clock.expired():
                return FailedTry(
                    NoResponse(f"{self.host} did not answer in time", "", MAYBE_BILLED)
                )
            return FailedTry(before_answer(error, self.host), is_closed_by_peer(error))
        finally:
            if response is None:
                await opening.close()
        body = Body(response, limits, clocks, self.host)
        is_kept = False
        try:
            result = await self._judge(call, response, body, number)
            is_kept = isinstance(result, Opened)
        finally:
            if not is_kept:
                await body.close()
        return result

    async def _judge(
        self, call: Call, response: httpx.Response, body: Body, number: int
    ) -> Opened | FailedTry:
        """Check status and content type: a proxy or a login page may have answered."""
        status, headers = response.status_code, self._key.shown_headers(response.headers)
        if status >= 400:
            return FailedTry(await self._refusal(call, status, headers, body))
        content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if status == 200 and content_type in ("text/event-stream", "application/json", ""):
            sent = self._key.shown_request_headers(response.request.headers)
            return Opened(body, sent, headers, number, content_type == "application/json")
        if status == 200:
            what = f"with a page of the type “{content_type}”"
        elif 300 <= status < 400:
            what = f"with a redirect (HTTP {status}), which is never followed"
        else:
            what = f"without a message (HTTP {status})"
        beginning = b"" if status == 204 else await body.read_beginning(2000)
        lead = f"{self.host} answered {what}"
        request_id = headers.get("request-id")
        return FailedTry(
            not_messages_api(lead, status, request_id, self._key.hide_in_bytes(beginning))
        )

    async def _refusal(
        self, call: Call, status: int, headers: Mapping[str, str], body: Body
    ) -> MessagesApiError:
        beginning = self._key.hide_in_bytes(await body.read_beginning(ERROR_BODY_BYTES))
        wait = retry_after_seconds(headers, self._timing.wall_clock())
        error = refusal(status, headers, beginning, wait)
        if isinstance(error, TooLarge):
            error.advise(f"The request has {_size_in_words(len(call.content))}. Send less.")
        return error


def _final(error: MessagesApiError, attempts: int) -> MessagesApiError:
    """Complete the error that ends a call: how often it was tried and when to try again."""
    error.attempts = attempts
    if error.retryable and error.retry_after_seconds:
        error.advise(f"Try again in {in_words(error.retry_after_seconds)}.")
    return error


def _size_in_words(size: int) -> str:
    """Return `size` in bytes as "12 kB" or "3.0 MB", rounded up to what is not nothing."""
    return f"{ceil(size / 1000)} kB" if size < MEBIBYTE else f"{size / MEBIBYTE:.1f} MB"


def _report_to_nobody(_attempt: Attempt) -> None:
    """Stand in for the caller's callback."""
