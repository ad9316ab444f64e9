"""Keeps keys, tokens and the secrets of the operator out of every log line; log lines as JSON."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

from django.conf import settings

# The prefixes of Anthropic's keys and of our tokens, and whatever follows a header that carries a
# credential.
SECRETS = re.compile(
    r"(sk-ant-|\bwbk_|\bwhsec_|x-api-key['\"]?\s*[:=,]\s*['\"]?|bearer\s+|/welcome/|/account/reset/|/join/|(?:/|%2F)s(?:/|%2F)(?=[\w-]{43}))[\w.~+/=-]{6,}",
    re.I,
)
LEAST = 8
"""Characters of a setting that is looked for: a shorter one may be a word of any line."""


class SecretFilter(logging.Filter):
    """Replaces secrets in the finished message and in a traceback's text."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _hidden(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _hidden(record.exc_text)
        return True


class JsonFormatter(logging.Formatter):
    """One object a line: time (UTC), level, logger, request_id, message, and exception if any."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            entry["exception"] = record.exc_text
        return json.dumps(entry, ensure_ascii=False)


def hide_secrets(text: str) -> str:
    """``text`` with every API key, bearer token and welcome code replaced by ``[hidden]``."""
    return SECRETS.sub(lambda match: match[1] + "[hidden]", text)


def _hidden(text: str) -> str:
    """``text`` without what looks like a secret, and without what the operator has set as one."""
    found = _pattern(frozenset(_settings()))
    return hide_secrets(found.sub("[hidden]", text) if found else text)


def _settings() -> Iterator[str]:
    """The secrets of the operator, which may look like anything; none before settings are read."""
    if not settings.configured:
        return
    yield settings.SECRET_KEY
    yield from (secret.strip() for secret in settings.ENCRYPTION_KEY.split(","))
    yield settings.METRICS_TOKEN
    yield settings.MAIL_SERVER.password
    yield settings.SINGLE_SIGN_ON.client_secret if settings.SINGLE_SIGN_ON else ""
    yield from (each.api_key for each in settings.UPSTREAMS.values() if not each.is_simulator)


@lru_cache(maxsize=4)
def _pattern(secrets: frozenset[str]) -> re.Pattern[str] | None:
    """What finds ``secrets`` as they are and as addresses spell them; None without any."""
    long_enough = [secret for secret in secrets if len(secret) >= LEAST]
    spelled = {form for secret in long_enough for form in (secret, quote(secret, safe=""))}
    longest_first = sorted(spelled, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if spelled else None
