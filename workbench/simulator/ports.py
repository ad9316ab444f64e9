"""Addresses where no Messages API can be reached, each in its own way."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

HOST = "127.0.0.1"
CALLERS = 8  # enough to fill a queue that holds one


class DeadPorts:
    """An async context manager; its addresses are valid inside the block.

    `refused_url` refuses the connection, `silent_url` takes it and never answers, `timeout_url`
    never completes it (Linux), `tls_url` shows a certificate nobody signed.
    """

    def __init__(self) -> None:
        self._open = contextlib.ExitStack()
        self._tls: asyncio.Server | None = None
        self.refused_url = self.silent_url = self.timeout_url = self.tls_url = ""

    async def __aenter__(self) -> DeadPorts:
        self.refused_url = _url(self._bound())
        silent = self._bound()
        silent.listen(CALLERS)
        self.silent_url = _url(silent)
        self.timeout_url = _url(self._full())
        self._tls = await asyncio.start_server(_leave, HOST, 0, ssl=_unsigned())
        self.tls_url = _url(self._tls.sockets[0], "https")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._open.close()
        if self._tls is not None:
            self._tls.close()
            await self._tls.wait_closed()

    def _bound(self) -> socket.socket:
        plug = self._open.enter_context(socket.socket())
        plug.bind((HOST, 0))
        return plug

    def _full(self) -> socket.socket:
        """Return a socket whose queue is full: further callers wait without an answer."""
        plug = self._bound()
        plug.listen(0)
        for _ in range(CALLERS):
            caller = self._open.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(plug.getsockname())
        return plug


async def _leave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


def _url(plug: socket.socket, scheme: str = "http") -> str:
    return f"{scheme}://{HOST}:{plug.getsockname()[1]}"


def _unsigned() -> ssl.SSLContext:
    """Return a TLS context with a fresh certificate that is its own authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.pem"
        path.write_bytes(_self_signed())
        context.load_cert_chain(path)
    return context


def _self_signed() -> bytes:
    """Return a key and a certificate for this host, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
