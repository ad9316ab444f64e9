"""A client of the simulator inside the process."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import pytest

from workbench.simulator import SimulatorTransport

OLD, NEW = "2023-06-01", "2026-10-21"
MESSAGES = "http://simulator/v1/messages"
Ask = Callable[..., Coroutine[Any, Any, httpx.Response]]


@pytest.fixture
def transport() -> SimulatorTransport:
    return SimulatorTransport()


@pytest.fixture
async def client(transport: SimulatorTransport) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"x-api-key": "sk-ant-test-1234", "anthropic-version": NEW}
    async with httpx.AsyncClient(transport=transport, headers=headers, timeout=5) as client:
        yield client


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Ask:
    """Send a message; `line` names a scenario, `version` the API version, the rest is body."""

    async def send(
        text: Any = "Hello", line: str = "", version: str = NEW, **body: Any
    ) -> httpx.Response:
        whole = {
            "model": "claude-opus-4-8",
            "max_tokens": 4000,
            "messages": [{"role": "user", "content": text}],
            **body,
        }
        headers = {"anthropic-version": version}
        if line:
            headers["x-simulate"] = f"{line} delay=0" if "delay=" not in line else line
        return await client.post(MESSAGES, json=whole, headers=headers)

    return send


@pytest.fixture
def events(ask: Ask) -> Callable[..., Coroutine[Any, Any, list[dict[str, Any]]]]:
    """Stream a message and return its events as JSON."""

    async def stream(text: Any = "Hello", line: str = "answer", **body: Any) -> Any:
        response = await ask(text, line, stream=True, **body)
        assert response.status_code == 200, response.text
        lines = response.content.split(b"\n")
        return [json.loads(one[6:]) for one in lines if one.startswith(b"data: ")]

    return stream
