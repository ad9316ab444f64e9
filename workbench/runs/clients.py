"""One client per upstream and key, so that connections are kept alive between runs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import httpx
from django.utils.module_loading import import_string

from workbench import catalogue
from workbench.accounts.upstreams import Upstream
from workbench.messages_api import Client, Limits, MessagesApiError

from .limits import RunLimits

logger = logging.getLogger(__name__)


class Clients:
    """Makes and keeps clients; ``close`` ends their connections."""

    def __init__(self, upstreams: Mapping[str, Upstream], limits: RunLimits) -> None:
        self._upstreams = upstreams
        self._limits = Limits(
            connect=limits.connect,
            first_byte=limits.first_byte,
            between_bytes=limits.between_bytes,
            no_progress=limits.no_progress,
            whole=limits.whole,
            answer_bytes=limits.answer_bytes,
            event_bytes=limits.answer_bytes,
            max_retries=limits.max_retries,
            retry_wait_total=limits.retry_wait,
        )
        self._clients: dict[tuple[str, str], Client] = {}

    def get(self, name: str, api_key: str = "") -> Client:
        """The client for an upstream, with ``api_key`` or else the operator's own."""
        wanted = (name, api_key)
        if wanted not in self._clients:
            upstream = self._upstreams[name]
            self._clients[wanted] = Client(
                upstream.base_url,
                api_key or upstream.api_key,
                limits=self._limits,
                transport=_transport(upstream),
                auth=upstream.auth,  # type: ignore[arg-type]
            )
        return self._clients[wanted]

    async def learn_models(self) -> None:
        """Ask every real upstream for its models; one that does not answer is asked next time."""
        for name, upstream in self._upstreams.items():
            if upstream.is_simulator or not upstream.api_key:
                continue
            try:
                catalogue.learn(await self.get(name).list_models())
            except MessagesApiError as error:
                logger.info("Upstream %s does not list its models: %s", name, error.kind)

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()


def _transport(upstream: Upstream) -> httpx.AsyncBaseTransport | None:
    if not upstream.transport:
        return None
    transport_class: Any = import_string(upstream.transport)
    transport: httpx.AsyncBaseTransport = transport_class()
    return transport
