"""A simulator on a real socket."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import httpx
import pytest

from workbench.simulator import SimulatorServer


@pytest.fixture(scope="session")
def no_authorities() -> ssl.SSLContext:
    """A context that loads no certificates: making clients takes no time then."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
async def server() -> AsyncIterator[SimulatorServer]:
    async with SimulatorServer() as server:
        yield server


@pytest.fixture
async def client(
    server: SimulatorServer, no_authorities: ssl.SSLContext
) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"x-api-key": "sk-ant-test-1234", "anthropic-version": "2026-10-21"}
    async with httpx.AsyncClient(
        base_url=server.base_url,
        headers=headers,
        timeout=5,
        trust_env=False,
        verify=no_authorities,
    ) as client:
        yield client
