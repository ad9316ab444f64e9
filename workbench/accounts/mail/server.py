"""The mail server as ``EMAIL_URL`` names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

# RFC 6409 (submission, 2011) and RFC 8314 (TLS from the first byte, 2018).
PORTS = {"smtp": 587, "smtps": 465}
SHAPE = "EMAIL_URL must look like smtp://user:password@host:587?tls=1 or smtps://user:password@host"


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over; without a host none is sent."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    starts_tls: bool = False
    speaks_tls: bool = False


def mail_server(url: str) -> MailServer:
    """The server that ``url`` names; "" names none.

    Raises ``ImproperlyConfigured``, whose sentence has nothing of the URL: it holds a password.
    """
    if not url:
        return MailServer()
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise ImproperlyConfigured(f"{SHAPE}: its host or port cannot be read.") from None
    if not port or not parts.hostname or parts.path.strip("/") or parts.fragment:
        raise ImproperlyConfigured(f"{SHAPE}.")
    server = MailServer(
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starts_tls=_starts_tls(parts),
        speaks_tls=parts.scheme == "smtps",
    )
    _mind_the_password(server)
    return server


def sender(text: str) -> str:
    """``EMAIL_FROM``, checked: an address, perhaps with a name before it."""
    address = parseaddr(text)[1]
    try:
        validate_email(address)
    except ValidationError:
        raise ImproperlyConfigured(
            "EMAIL_FROM is needed with EMAIL_URL: an address such as workbench@example.org, or "
            "Workbench <workbench@example.org>."
        ) from None
    if len(text.splitlines()) > 1:
        raise ImproperlyConfigured("EMAIL_FROM must be one line.")
    return text


def _starts_tls(parts: SplitResult) -> bool:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls = options.pop("tls", "0")
    if options or tls not in ("0", "1"):
        raise ImproperlyConfigured(f"{SHAPE}: tls=1 or tls=0 is all that may follow the “?”.")
    if tls == "1" and parts.scheme == "smtps":
        raise ImproperlyConfigured("EMAIL_URL: smtps:// has TLS already; leave out tls=1.")
    return tls == "1"


def _mind_the_password(server: MailServer) -> None:
    is_sealed = server.starts_tls or server.speaks_tls
    if server.password and not is_sealed and not _is_this_machine(server.host):
        raise ImproperlyConfigured(
            "EMAIL_URL would send its password unencrypted: add ?tls=1, or write smtps://."
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
