"""The client: what the rest of the product calls."""

import asyncio
import random
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from typing import Any, Literal

import httpx

from workbench.messages_api.answer import Answer
from workbench.messages_api.calls import Call, Caller, Opened, Parameter, Timing
from workbench.messages_api.errors import InvalidRequest
from workbench.messages_api.events import decode_event
from workbench.messages_api.limits import Limits
from workbench.messages_api.refusals import error_event, not_messages_api
from workbench.messages_api.request import MessageRequest
from workbench.messages_api.retries import Attempt
from workbench.messages_api.secrets import ApiKey
from workbench.messages_api.text import clean_json

LISTING_VERSION = "2023-06-01"  # the listing is the same in all versions; every server knows this
PAGES_AT_MOST = 50
IDLE_SECONDS = 30.0  # how long an unused connection is kept for the next call
# https://platform.claude.com/docs/en/api/messages-count-tokens (state 2026-11)
COUNTED_KEYS = frozenset(
    {
        "model",
        "messages",
        "system",
        "tools",
        "tool_choice",
        "thinking",
        "output_config",
        "cache_control",
        "speed",
        "context_management",
        "mcp_servers",
    }
)


class Client:
    """Calls one Messages API with one key. Make one per run or keep it; `aclose` ends it.

    Every method raises `MessagesApiError`. Redirects are never followed. The proxy variables of
    the environment apply. The key is in no text the client gives out.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        limits: Limits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        auth: Literal["x-api-key", "bearer"] = "x-api-key",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Prepare the client; nothing is sent yet.

        The times are in seconds, `jitter` is a random number from 0 to 1. Raises `ValueError` for
        a base URL that is no http(s) address, and for a key that cannot be sent in a header.
        """
        self._base_url = _checked_base_url(base_url)
        self._limits = limits or Limits()
        self._key = ApiKey(api_key)
        self._http = httpx.AsyncClient(
            base_url=self._base_url,
            headers={"user-agent": "workbench", "accept-encoding": "identity"}
            | self._key.headers(auth),
            transport=transport,
            verify=_tls_settings(),
            follow_redirects=False,
            trust_env=True,
            timeout=httpx.Timeout(None, connect=self._limits.connect),
            limits=httpx.Limits(
                max_connections=None, max_keepalive_connections=20, keepalive_expiry=IDLE_SECONDS
            ),
        )
        timing = Timing(monotonic, sleep, wall_clock, jitter)
        self._caller = Caller(self._http, self._base_url.host, self._key, timing)

    @asynccontextmanager
    async def open(
        self,
        request: MessageRequest,
        *,
        on_attempt: Callable[[Attempt], None] | None = None,
    ) -> AsyncIterator[Answer]:
        """Send a request for streaming and give its answer, still running.

        Tries again by the rule of `retries.py`; `on_attempt` hears of each try and wait. Leaving
        the block, or cancelling it, closes the connection at once unless the answer is complete.
        """
        call = _message_call("/v1/messages", request.streaming(), "text/event-stream")
        opened = await self._caller.open(call, self._limits, on_attempt)
        answer = self._answer(opened)
        try:
            yield answer
            if answer.is_complete:
                await opened.body.drain()
        finally:
            await opened.body.close()

    async def create(self, request: MessageRequest) -> dict[str, Any]:
        """Return the whole message, cleaned, for a request without streaming."""
        body = {name: value for name, value in request.body.items() if name != "stream"}
        # Without streaming the first byte comes when the answer is complete.
        limits = replace(self._limits, first_byte=self._limits.whole)
        call = _message_call("/v1/messages", replace(request, body=body))
        return await self._json(call, limits, lambda value: value.get("type") == "message")

    async def count_tokens(self, request: MessageRequest) -> int:
        """Return the API's estimate of the input tokens of a request; free of charge."""
        body = {name: value for name, value in request.body.items() if name in COUNTED_KEYS}
        call = _message_call("/v1/messages/count_tokens", replace(request, body=body))
        value = await self._json(
            call, self._limits, lambda value: isinstance(value.get("input_tokens"), int)
        )
        return int(value["input_tokens"])

    async def list_models(self) -> list[dict[str, Any]]:
        """Return all models this key may see, as the API lists them, retired ones too."""
        models: list[dict[str, Any]] = []
        last_id = ""
        for _page in range(PAGES_AT_MOST):
            page = await self._json(
                _listing_call(last_id), self._limits, lambda v: isinstance(v.get("data"), list)
            )
            models += [model for model in page["data"] if isinstance(model, dict)]
            if page.get("has_more") is not True or page.get("last_id") in (None, "", last_id):
                break
            last_id = str(page["last_id"])
        return models

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"Client({self._base_url.host!r})"

    def _answer(self, opened: Opened) -> Answer:
        return Answer(
            opened.body,
            limits=self._limits,
            host=self._caller.host,
            sent_headers=opened.sent_headers,
            headers=list(opened.headers.items()),
            attempts=opened.attempts,
            is_json=opened.is_json,
            key=self._key,
        )

    async def _json(
        self, call: Call, limits: Limits, is_expected: Callable[[Mapping[str, Any]], bool]
    ) -> dict[str, Any]:
        """Return the JSON object that answers `call`, cleaned."""
        opened = await self._caller.open(call, limits)
        try:
            raw = self._key.hide_in_bytes(await opened.body.read_whole())
        finally:
            await opened.body.close()
        request_id = opened.headers.get("request-id")
        value = decode_event(1, raw).data
        if isinstance(value, dict) and value.get("type") == "error":
            raise error_event(value, request_id)
        if isinstance(value, dict) and is_expected(value):
            try:
                return dict(clean_json(value))
            except ValueError:
                pass
        lead = f"The answer of {self._caller.host} is not one of the Messages API"
        raise not_messages_api(lead, 200, request_id, raw)


@cache
def _tls_settings() -> ssl.SSLContext:
    """Return the trusted certificates; reading them takes some 20 ms, so it is done once."""
    return httpx.create_ssl_context(trust_env=True)


def _message_call(path: str, request: MessageRequest, accept: str = "application/json") -> Call:
    try:
        headers = request.headers()
    except ValueError as error:
        raise InvalidRequest("The request cannot be sent", str(error)) from None
    return Call("POST", path, {**headers, "accept": accept}, request.json_bytes())


def _listing_call(after_id: str) -> Call:
    """Ask for one page of the listing. https://platform.claude.com/docs/en/api/models-list"""
    parameters: list[tuple[str, Parameter]] = [("limit", 1000)]
    parameters += [("lifecycle[]", state) for state in ("active", "deprecated", "retired")]
    if after_id:
        parameters.append(("after_id", after_id))
    headers = {"anthropic-version": LISTING_VERSION, "accept": "application/json"}
    return Call("GET", "/v1/models", headers, parameters=parameters)


def _checked_base_url(base_url: str) -> httpx.URL:
    """Return the address without a closing `/v1`, which the paths bring along."""
    try:
        url = httpx.URL(base_url.strip().rstrip("/").removesuffix("/v1"))
    except httpx.InvalidURL as error:
        raise ValueError(f"“{base_url}” is not an address") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"“{base_url}” is not an address that begins with http:// or https://")
    return url
