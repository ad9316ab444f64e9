"""From what the network library raises to our errors; its own texts are often empty."""

import errno
import socket
import ssl
from collections.abc import Iterator

import httpx

from workbench.messages_api.errors import (
    MAYBE_BILLED,
    ConnectRefused,
    ConnectTimedOut,
    DnsFailed,
    MessagesApiError,
    NoResponse,
    NotMessagesApi,
    StreamCut,
    TlsFailed,
)

CHECK_BASE_URL = "A proxy or a login page may have answered. Check the base URL."

_NOT_CONNECTED = (
    httpx.ConnectError,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    ConnectionRefusedError,
    socket.gaierror,
    ssl.SSLError,
)
_DNS_WORDS = (
    "name or service not known",
    "getaddrinfo",
    "nodename nor servname",
    "name resolution",
)
_TLS_WORDS = ("certificate", "ssl:", "wrong version number")
_CLOSED_WORDS = ("disconnected", "closed", "reset", "incomplete")


def before_answer(error: Exception, host: str) -> MessagesApiError:
    """Return our error for one raised before the headers of an answer had arrived."""
    if isinstance(error, httpx.ConnectTimeout):
        return ConnectTimedOut(f"{host} did not accept a connection in time")
    if isinstance(error, _NOT_CONNECTED):
        return _not_connected(error, host)
    if isinstance(error, httpx.TimeoutException):
        return NoResponse(f"{host} did not answer in time", "", MAYBE_BILLED)
    if isinstance(error, httpx.RemoteProtocolError) and not _is_closed(error):
        return NotMessagesApi(f"What {host} answered is not HTTP", "", CHECK_BASE_URL)
    return NoResponse(f"{host} closed the connection without an answer")


def within_answer(error: Exception, host: str) -> MessagesApiError:
    """Return our error for one raised while the body of an answer was read."""
    if isinstance(error, httpx.DecodingError):
        return NotMessagesApi(
            f"The answer of {host} cannot be decompressed: it is not what its header says",
            "",
            CHECK_BASE_URL,
        )
    return StreamCut(f"The connection to {host} broke while the answer arrived")


def is_closed_by_peer(error: Exception) -> bool:
    """Tell whether the peer closed (or garbled) a connection, perhaps an old one of the pool."""
    return isinstance(
        error,
        httpx.ReadError
        | httpx.WriteError
        | httpx.CloseError
        | httpx.RemoteProtocolError
        | ConnectionResetError
        | BrokenPipeError,
    )


def _not_connected(error: Exception, host: str) -> MessagesApiError:
    causes = list(_causes(error))
    words = " ".join(str(cause) for cause in causes).lower()
    if any(isinstance(c, ssl.SSLError) for c in causes) or _has(words, _TLS_WORDS):
        return TlsFailed(
            f"No encrypted connection to {host} could be made ({_tls_reason(causes)})",
            "",
            "Check the certificate, the proxy and the clock.",
        )
    if any(isinstance(c, socket.gaierror) for c in causes) or _has(words, _DNS_WORDS):
        return DnsFailed(
            f"The host name {host} could not be found", "", "Check the server's DNS and proxy."
        )
    return ConnectRefused(f"Could not reach {host} ({_connect_reason(causes, words)})")


def _connect_reason(causes: list[BaseException], words: str) -> str:
    numbers = {cause.errno for cause in causes if isinstance(cause, OSError)}
    if errno.ECONNREFUSED in numbers or "refused" in words:
        return "connection refused"
    if errno.ENETUNREACH in numbers or errno.EHOSTUNREACH in numbers:
        return "no route to it"
    if any(isinstance(cause, httpx.ProxyError) for cause in causes):
        return "the proxy did not let the request through"
    return "connection refused" if "all connection attempts failed" in words else "no connection"


def _tls_reason(causes: list[BaseException]) -> str:
    for cause in causes:
        reason = getattr(cause, "verify_message", "") or getattr(cause, "reason", "")
        if isinstance(reason, str) and reason:
            return reason.lower().replace("_", " ")
    text = str(causes[0]).split("\n")[0]
    return text[:120] or "the TLS handshake failed"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and everything behind it (the reason sits several layers down)."""
    waiting, seen = [error], set()
    while waiting:
        current = waiting.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions


def _is_closed(error: Exception) -> bool:
    return not str(error) or _has(str(error).lower(), _CLOSED_WORDS)


def _has(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)
