"""The environment as typed values: each setting has a type, a default and a sentence.

A bad value raises ``ImproperlyConfigured`` naming the setting, so the start stops there. A secret
``NAME`` may instead be given as ``NAME_FILE``, the path of a file that holds it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import EnvError, FileAwareEnv, validate

from workbench.accounts.encryption import KeyRing
from workbench.accounts.mail.server import MailServer, mail_server, sender
from workbench.accounts.single_sign_on.provider import Provider
from workbench.accounts.upstreams import ANTHROPIC_BASE_URL, SIMULATOR, Upstream
from workbench.launch.places import data_directory
from workbench.launch.secrets import read_or_create
from workbench.runs.limits import VARIABLES, RunLimits
from workbench.sharing.webhooks.hosts import allowed_hosts

AUTH_HEADERS = ("x-api-key", "bearer")
LOG_FORMATS = ("line", "json")
LONGEST_ISSUER = 200  # characters, in the table of linked accounts
SHORTEST_TOKEN = 16  # characters of METRICS_TOKEN: nothing counts the guesses


class Configuration:
    """Reads the environment; every property raises ``ImproperlyConfigured`` on a bad value."""

    def __init__(self) -> None:
        self.env = FileAwareEnv(strip_whitespace=True)

    @property
    def data_directory(self) -> Path:
        return data_directory(os.environ)

    @property
    def static_root(self) -> Path:
        return Path(self.text("WORKBENCH_STATIC_DIR") or self.data_directory / "static")

    @property
    def site_url(self) -> str:
        """Where people reach the site; its scheme sets the security posture."""
        host, port = self.text("HOST", "127.0.0.1"), self.number("PORT", 8000)
        shown = "localhost" if host in ("0.0.0.0", "::") else host
        shown = f"[{shown}]" if ":" in shown else shown
        url = self.text("SITE_URL") or f"http://{shown}:{port}"
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ImproperlyConfigured(f"SITE_URL must look like https://example.org, not {url!r}.")
        if parts.path not in ("", "/"):
            raise ImproperlyConfigured("SITE_URL must have no path: Workbench needs a host alone.")
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            self._insist_on_insecure_http(url)
        return url.rstrip("/")

    def _insist_on_insecure_http(self, url: str) -> None:
        if not self.flag("ALLOW_INSECURE_HTTP"):
            raise ImproperlyConfigured(
                f"SITE_URL is {url}: plain http is accepted for this machine alone. Use https, or "
                "set ALLOW_INSECURE_HTTP=1 if passwords may travel unencrypted on your network."
            )

    def text(self, name: str, default: str = "") -> str:
        """The text of ``name`` or of the file ``NAME_FILE``; ``default`` when it is empty."""
        text: str = self._read(self.env.str, name, "")
        return text.strip() or default

    def flag(self, name: str, *, default: bool = False) -> bool:
        """1, 0, true, false, yes or no."""
        return bool(self._read(self.env.bool, name, default)) if self.text(name) else default

    def number(self, name: str, default: Any) -> Any:
        """A number of the kind of ``default``, not negative and not endless."""
        if not self.text(name):
            return default
        reader = self.env.int if isinstance(default, int) else self.env.float
        return self._read(reader, name, default, validate=validate.Range(0, 2**40))

    def _read(self, reader: Callable[..., Any], name: str, default: Any, **options: Any) -> Any:
        try:
            return reader(name, default, **options)
        except (EnvError, ValueError) as error:
            raise ImproperlyConfigured(f"{name} cannot be used. {error}") from None

    def secret(self, name: str, path: Path) -> str:
        """The secret ``name``, else one that is made once and kept at ``path``."""
        return self.text(name) or read_or_create(path)

    @property
    def encryption_key(self) -> str:
        """The secrets that seal API keys: checked at the start, not when a key is first needed."""
        text = self.secret("ENCRYPTION_KEY", self.data_directory / "secrets" / "encryption-key")
        KeyRing.from_text(text)
        return text

    def database(self) -> dict[str, Any]:
        """Django's database settings from DATABASE_URL, else of the embedded Postgres."""
        url = self.text("DATABASE_URL")
        running = self.data_directory / "database-url"
        if not url and running.exists():
            url = running.read_text("utf-8").strip()
        return database_settings(url)

    def upstreams(self) -> dict[str, Upstream]:
        """The upstreams by name in their order; the simulator is always the last.

        ``WORKBENCH_UPSTREAMS`` is a comma list of ``name=base URL``; the operator's key of upstream
        ``name`` is ``NAME_API_KEY``. Without the list there is ``anthropic`` alone. An upstream
        without a key is for teams that have one of their own.
        """
        text = self.text("WORKBENCH_UPSTREAMS")
        base_url = self.text("ANTHROPIC_BASE_URL", ANTHROPIC_BASE_URL)
        entries = [entry for entry in text.split(",") if entry.strip()]
        named = dict(_named_url(entry) for entry in entries) or {"anthropic": base_url}
        found = {name: self._upstream(name, url) for name, url in named.items()}
        return found | {SIMULATOR: _simulator()}

    def _upstream(self, name: str, url: str) -> Upstream:
        prefix = name.upper().replace("-", "_")
        parts = urlsplit(url)
        variable = (
            "WORKBENCH_UPSTREAMS" if self.text("WORKBENCH_UPSTREAMS") else "ANTHROPIC_BASE_URL"
        )
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ImproperlyConfigured(f"{variable}: {url!r} is no http(s) address.")
        if parts.path.rstrip("/").endswith("/v1"):
            raise ImproperlyConfigured(f"{variable}: leave out /v1 at the end of {url!r}.")
        auth = self.text(f"{prefix}_AUTH", "x-api-key")
        if auth not in AUTH_HEADERS:
            raise ImproperlyConfigured(f"{prefix}_AUTH must be one of {', '.join(AUTH_HEADERS)}.")
        key = self.text(f"{prefix}_API_KEY")
        if key and not all("!" <= character <= "~" for character in key):
            raise ImproperlyConfigured(f"{prefix}_API_KEY holds a character no key has.")
        label = "Anthropic" if url == ANTHROPIC_BASE_URL else name
        return Upstream(name, label, url.rstrip("/"), key, auth)

    @property
    def log_format(self) -> str:
        """``line`` for people, ``json`` for programs that collect logs."""
        name = self.text("LOG_FORMAT", "line")
        if name not in LOG_FORMATS:
            raise ImproperlyConfigured(f"LOG_FORMAT must be line or json, not {name!r}.")
        return name

    @property
    def metrics_token(self) -> str:
        """What opens /metrics/; without it the address answers 404."""
        token = self.text("METRICS_TOKEN")
        if token and (len(token) < SHORTEST_TOKEN or not token.isascii()):
            raise ImproperlyConfigured(
                f"METRICS_TOKEN must have {SHORTEST_TOKEN} ASCII characters or more."
            )
        return token

    @property
    def mail_server(self) -> MailServer:
        """The server that mail goes by; one without a host when there is none."""
        return mail_server(self.text("EMAIL_URL"))

    @property
    def mail_sender(self) -> str:
        """Whom mail is from; "" without a mail server."""
        return sender(self.text("EMAIL_FROM")) if self.text("EMAIL_URL") else ""

    @property
    def webhook_hosts(self) -> frozenset[str]:
        """``host:port`` of all that events may be sent to; none is none."""
        return allowed_hosts(self.text("WORKBENCH_WEBHOOK_HOSTS"))

    @property
    def single_sign_on(self) -> Provider | None:
        """The identity provider, or None while OIDC_ISSUER is empty."""
        issuer, is_only = self.text("OIDC_ISSUER"), self.flag("SINGLE_SIGN_ON_ONLY")
        if not issuer:
            if is_only:
                raise ImproperlyConfigured(
                    "SINGLE_SIGN_ON_ONLY needs OIDC_ISSUER: else nobody could sign in."
                )
            return None
        parts = urlsplit(issuer)
        is_safe = parts.scheme == "https" or _is_loopback(parts.hostname or "")
        if parts.scheme not in ("http", "https") or not parts.hostname or not is_safe:
            raise ImproperlyConfigured(
                f"OIDC_ISSUER must look like https://id.example.org, not {issuer!r}."
            )
        if len(issuer) > LONGEST_ISSUER or parts.query or parts.fragment:
            raise ImproperlyConfigured(
                f"OIDC_ISSUER has {LONGEST_ISSUER} characters at most, and no ? or #."
            )
        client_id, secret = self.text("OIDC_CLIENT_ID"), self.text("OIDC_CLIENT_SECRET")
        if not client_id or not secret:
            raise ImproperlyConfigured(
                "OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET as well."
            )
        label = self.text("OIDC_LABEL", parts.hostname)[:40]
        links = self.flag("OIDC_LINK_VERIFIED_EMAIL")
        return Provider(issuer, client_id, secret, label, links, is_only)

    def run_limits(self) -> RunLimits:
        values = {
            limit.name: self.number(VARIABLES[limit.name], limit.default)
            for limit in fields(RunLimits)
        }
        return RunLimits(**values)


def database_settings(url: str) -> dict[str, Any]:
    """Django's settings for a ``postgresql://`` URL; a socket directory is given as ``?host=``."""
    parts = urlsplit(url or "postgresql:///workbench")
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://.")
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured("DATABASE_URL: its port is no number.") from None
    options = {"connect_timeout": "5"} | dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(options.pop("port", port or "")),
        # Every request would open a connection of its own without the pool; a kept one per thread
        # (CONN_MAX_AGE) would leave as many open as there were requests at a time.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options | {"pool": {"min_size": 1, "max_size": 12, "timeout": 5}},
    }


def _named_url(entry: str) -> tuple[str, str]:
    name, separator, url = (part.strip() for part in entry.partition("="))
    if not separator or not name.replace("-", "").isalnum() or name == SIMULATOR:
        raise ImproperlyConfigured(
            f"WORKBENCH_UPSTREAMS: write name=https://host, separated by commas, not {entry!r}."
        )
    return name, url


def _simulator() -> Upstream:
    return Upstream(
        name=SIMULATOR,
        label="Simulator",
        base_url="http://simulator",
        api_key="simulated-key",
        transport="workbench.simulator.SimulatorTransport",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


__all__ = ["Configuration", "RunLimits", "Upstream", "database_settings"]
