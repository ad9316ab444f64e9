"""What the launcher reads from the environment, checked before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.launch.errors import LaunchError
from workbench.launch.places import data_directory

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}
ENVIRONMENT = """\
Environment:
  PORT                  port of the web server (8000)
  HOST                  address it listens on (127.0.0.1)
  SITE_URL              where people reach it, such as https://workbench.example.org
  WORKBENCH_DATA_DIR    directory for data and secrets (as root /var/lib/workbench)
  DATABASE_URL          a Postgres of your own; none is started then
  ANTHROPIC_API_KEY     key for the Messages API; without one, answers are simulated
  ANTHROPIC_BASE_URL    another address of the Messages API
  FORWARDED_ALLOW_IPS   addresses of proxies whose X-Forwarded-* headers are believed (none)
  RUN_SHUTDOWN_GRACE    seconds that running answers get to finish at the end (25)
README.md lists every setting. Each secret may come from a file named by NAME_FILE.
"""


@dataclass(frozen=True)
class Options:
    """The launcher's settings; ``grace`` is in seconds."""

    directory: Path
    host: str = "127.0.0.1"
    port: int = 8000
    site_url: str = ""
    has_database: bool = False
    trusted_proxies: str = ""
    grace: int = 25

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Options:
        """The options in ``environ``; raises LaunchError naming the variable that is wrong."""
        host = _text(environ, "HOST") or "127.0.0.1"
        return cls(
            directory=data_directory(environ),
            host=host.removeprefix("[").removesuffix("]"),
            port=_number(environ, "PORT", 8000, range(1, 65536)),
            site_url=_text(environ, "SITE_URL").rstrip("/"),
            has_database=any(
                _text(environ, name) for name in ("DATABASE_URL", "DATABASE_URL_FILE")
            ),
            trusted_proxies=_text(environ, "FORWARDED_ALLOW_IPS"),
            grace=_number(environ, "RUN_SHUTDOWN_GRACE", 25, range(26)),
        )

    @property
    def local_host(self) -> str:
        """The address at which this machine itself reaches the web server."""
        return WILDCARDS.get(self.host, self.host)

    @property
    def shown_url(self) -> str:
        """The address to print, without a slash at its end."""
        if self.site_url:
            return self.site_url
        host = "localhost" if self.host in WILDCARDS else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def _text(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip()


def _number(environ: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    text = _text(environ, name)
    if not text:
        return default
    # Parts of a second make no difference to a shutdown.
    whole = text.split(".")[0]
    if not whole.isascii() or not whole.isdigit() or int(whole) not in allowed:
        raise LaunchError(f"{name} must be from {allowed[0]} to {allowed[-1]}, not {text!r}.")
    return int(whole)
