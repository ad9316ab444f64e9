"""Servers that speak the Messages API. The operator names them; no person or form can."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

ANTHROPIC_BASE_URL = "https://api.anthropic.com"
SIMULATOR = "simulator"


@dataclass(frozen=True)
class Upstream:
    """A server that speaks the Messages API, configured by the operator alone.

    ``transport`` is the dotted path of an ``httpx.AsyncBaseTransport`` to use instead of the
    network; only the simulator has one. ``api_key`` is the operator's own key for this upstream.
    """

    name: str
    label: str
    base_url: str
    api_key: str = field(default="", repr=False)
    auth: str = "x-api-key"
    transport: str = ""

    @property
    def is_simulator(self) -> bool:
        return bool(self.transport)

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or self.base_url
