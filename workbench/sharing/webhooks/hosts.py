"""Which addresses a webhook may have: the hosts that the operator lists, and nobody else's.

Nobody who can make a webhook can thereby reach into the network that Workbench runs in: neither by
an address, nor by a name that points there, nor by a redirect.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

LONGEST = 500  # characters
PORTS = {"https": 443, "http": 80}
NO_URL = "Type an address such as https://example.org/hooks."
NO_HTTPS = "The address must begin with https://."
NO_USER = "Leave name and password out of the address: the signature says who sends."
NO_FRAGMENT = "Leave out what follows the “#”: it is never sent."


def allowed_hosts(text: str) -> frozenset[str]:
    """``host:port`` of each entry of WORKBENCH_WEBHOOK_HOSTS; without a port it is 443.

    Raises ``ImproperlyConfigured``.
    """
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    return frozenset(_entry(entry) for entry in entries)


def refusal(url: str, allowed: frozenset[str]) -> str:
    """Why nothing is sent to ``url``, as a sentence; "" when it may be."""
    try:
        parts = urlsplit(url)
        place = _place(parts, PORTS.get(parts.scheme, 0))
    except ValueError:
        return NO_URL
    if not place or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return NO_URL
    if "@" in parts.netloc:
        return NO_USER
    if "#" in url:
        return NO_FRAGMENT
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(place)):
        return NO_HTTPS
    if place not in allowed:
        return f"Nothing is sent to {_shown(parts)}: it is not among the hosts of this site."
    return ""


def _entry(entry: str) -> str:
    try:
        parts = urlsplit(f"//{entry}")
        place = _place(parts, PORTS["https"])
    except ValueError:
        place = ""
    if not place or parts.netloc != entry or "@" in entry or "*" in entry or not entry.isascii():
        raise ImproperlyConfigured(
            f"WORKBENCH_WEBHOOK_HOSTS: write host or host:port, separated by commas, not {entry!r}."
        )
    return place


def _place(parts: SplitResult, port: int) -> str:
    """``host:port`` of an address; "" without either."""
    port = parts.port or port
    return f"{parts.hostname}:{port}" if parts.hostname and port else ""


def _shown(parts: SplitResult) -> str:
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _is_this_machine(place: str) -> bool:
    host = place.rpartition(":")[0]
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
