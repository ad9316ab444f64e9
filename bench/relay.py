"""A bare relay on the same server and HTTP client: what streaming through Python costs at least.

It stores nothing, renders nothing and checks nobody; the product is compared with it in one run.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import uvicorn

from bench import processes

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@contextlib.asynccontextmanager
async def running(upstream_url: str) -> AsyncIterator[tuple[str, int]]:
    """A relay in a process of its own: its address and process id."""
    port = processes.free_port()
    relay = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.relay", upstream_url, str(port)
    )
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            for _ in range(200):
                with contextlib.suppress(httpx.HTTPError):
                    await client.get(f"{url}/v1/models")
                    break
                await asyncio.sleep(0.05)
        yield url, relay.pid
    finally:
        relay.terminate()
        await relay.wait()


class Relay:
    """The ASGI application."""

    def __init__(self, upstream_url: str) -> None:
        limits = httpx.Limits(max_connections=None)
        self.upstream = httpx.AsyncClient(
            base_url=upstream_url, timeout=None, limits=limits, trust_env=False
        )

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        body = b""
        is_whole = False
        while not is_whole:
            message = await receive()
            body += message.get("body", b"")
            is_whole = not message.get("more_body")
        async with self.upstream.stream(scope["method"], scope["path"], content=body) as answer:
            kind = answer.headers.get("content-type", "application/json").encode()
            start = {"type": "http.response.start", "status": answer.status_code}
            await send(start | {"headers": [(b"content-type", kind)]})
            async for data in answer.aiter_bytes():
                await send({"type": "http.response.body", "body": data, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    uvicorn.run(
        Relay(sys.argv[1]),  # type: ignore[arg-type]
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        log_level="warning",
    )
