"""Where a request comes from."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest

HOUSEHOLD = 64  # bits of an IPv6 address that one customer cannot change at will


def client_address(request: HttpRequest) -> str | None:
    """The address of the client, or None when there is none (a unix socket).

    The server has replaced it already if a trusted proxy said otherwise; headers are not read here.
    """
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def client_network(request: HttpRequest) -> str:
    """What a throttle counts by: an IPv4 address, or the /64 network of an IPv6 address."""
    address = client_address(request)
    if address is None:
        return "local"
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network(f"{address}/{HOUSEHOLD}", strict=False))
    return address
