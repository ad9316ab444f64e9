"""A certificate authority of a session's own, so that a program may call https on loopback."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOSTS = (
    "*.anthropic.com",
    "*.amazonaws.com",
    "*.us-east-1.amazonaws.com",
    "*.us-east-1.api.aws",
    "*.googleapis.com",
    "*.rep.googleapis.com",
    "*.services.ai.azure.com",
)
"""The hosts that programs call; none of them is ever reached."""


@dataclass(frozen=True)
class Authority:
    """What a server shows, and the file by which clients trust it."""

    server: ssl.SSLContext
    trusted: Path


def make_authority(folder: Path) -> Authority:
    """Write a new authority's certificate into ``folder``, valid for ``HOSTS``."""
    root_key, host_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests of Workbench")])
    root = (
        _dated(root_name, root_name, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), False)
        .sign(root_key, hashes.SHA256())
    )
    host_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Any host")])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    host = (
        _dated(host_name, root_name, host_key.public_key())
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in HOSTS]), False)
        .add_extension(issuer, False)
        .sign(root_key, hashes.SHA256())
    )
    trusted, shown = folder / "trusted.pem", folder / "shown.pem"
    trusted.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    key = host_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    shown.write_bytes(host.public_bytes(serialization.Encoding.PEM) + key)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(shown)
    return Authority(server, trusted)


def _dated(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=7))
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )
