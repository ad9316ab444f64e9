"""A small identity provider on a socket: discovery, sign-in, tokens signed with RSA, user details.

It holds the other side to the rules: client, secret, redirect address, PKCE and codes for one use.
``claims`` change what the next tokens say, and the other fields how it misbehaves.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "workbench", "a secret of more than thirty-two characters"


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A private key; the same one for the same name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class IdentityProvider:
    """Signs everybody in as ``claims`` say, without asking."""

    claims: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] | None = None
    signing_key: str = "ours"
    algorithm: str = "RS256"
    described: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    is_down: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    nonce: str | None = None
    asked: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def __enter__(self) -> IdentityProvider:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, dict(parse_qsl(urlsplit(self.path).query)))

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                provider.answer(self, dict(parse_qsl(self.rfile.read(length).decode())))

            def log_message(self, *arguments: Any) -> None:
                """Nothing: the tests look at ``asked``."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, handler: BaseHTTPRequestHandler, fields: dict[str, str]) -> None:
        path = urlsplit(handler.path).path
        self.asked.append(path)
        if self.is_down:
            return _send(handler, {"error": "down"}, 503)
        if path == "/authorize":
            return self._authorize(handler, fields)
        routes = {
            "/.well-known/openid-configuration": lambda: (self._description(), 200),
            "/jwks": lambda: (_public_keys(), 200),
            "/token": lambda: self._token(fields),
            "/userinfo": lambda: self._userinfo(handler),
        }
        body, status = routes.get(path, lambda: ({"error": "no such page"}, 404))()
        return _send(handler, body, status)

    def _description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.described,
        }

    def code_for(self, address: str) -> tuple[str, str]:
        """What the person brings back from ``address``: the code and the state."""
        fields = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert fields["client_id"] == CLIENT_ID
        assert fields["response_type"] == "code"
        assert fields["code_challenge_method"] == "S256"
        assert "openid" in fields["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = fields
        return code, fields["state"]

    def _authorize(self, handler: BaseHTTPRequestHandler, fields: dict[str, str]) -> None:
        code, state = self.code_for(f"?{urlencode(fields)}")
        back = (
            {"error": self.error, "error_description": self.error} if self.error else {"code": code}
        )
        handler.send_response(302)
        handler.send_header(
            "Location", f"{fields['redirect_uri']}?{urlencode(back | {'state': state})}"
        )
        handler.end_headers()

    def _token(self, fields: dict[str, str]) -> tuple[dict[str, Any], int]:
        asked = self.codes.pop(fields.get("code", ""), None)
        client = fields.get("client_id"), fields.get("client_secret")
        if asked is None or client != (CLIENT_ID, CLIENT_SECRET):
            return {"error": "invalid_grant"}, 400
        digest = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return {"error": "invalid_grant"}, 400
        if fields.get("redirect_uri") != asked["redirect_uri"]:
            return {"error": "invalid_grant"}, 400
        made = {
            "access_token": secrets.token_urlsafe(24),
            "refresh_token": secrets.token_urlsafe(24),
            "token_type": "Bearer",
            "id_token": self._id_token(asked["nonce"] if self.nonce is None else self.nonce),
        }
        self.tokens += [made["access_token"], made["refresh_token"], made["id_token"]]
        return made, 200

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        claims |= {"nonce": nonce, **self.claims}
        said = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            return jwt.encode(said, None, algorithm="none", headers={"kid": "ours"})
        if self.algorithm == "HS256":
            return jwt.encode(said, CLIENT_SECRET, algorithm="HS256", headers={"kid": "ours"})
        return jwt.encode(said, key(self.signing_key), self.algorithm, headers={"kid": "ours"})

    def _userinfo(self, handler: BaseHTTPRequestHandler) -> tuple[dict[str, Any], int]:
        sent = handler.headers.get("Authorization", "").removeprefix("Bearer ")
        if sent not in self.tokens or self.details is None:
            return {"error": "invalid_token"}, 401
        return self.details, 200


def _public_keys() -> dict[str, Any]:
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key("ours").public_key(), as_dict=True)
    return {"keys": [public | {"kid": "ours", "use": "sig", "alg": "RS256"}]}


def _send(handler: BaseHTTPRequestHandler, body: dict[str, Any], status: int) -> None:
    content = json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)
