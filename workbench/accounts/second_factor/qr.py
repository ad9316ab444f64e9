"""The QR code that an authenticator app reads, as the path of an SVG."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M


@dataclass(frozen=True)
class Picture:
    """``size`` modules to each side, the margin included; ``path`` is the dark ones."""

    size: int
    path: str


def address_of(email: str, secret: str, host: str) -> str:
    """What apps read: https://github.com/google/google-authenticator/wiki/Key-Uri-Format.

    ``host`` tells two installations of one person apart.
    """
    issuer = f"{settings.MFA_TOTP_ISSUER} ({host})"
    label = quote(f"{issuer}:{email}", safe="@")
    return (
        f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"
    )


def picture_of(text: str) -> Picture:
    """The QR code of ``text``, with the white margin of four modules that readers need."""
    code = QRCode(border=4, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return Picture(len(rows), path)
