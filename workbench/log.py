"""Keeps API keys and tokens out of every log line; log lines as JSON."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

# The prefixes of Anthropic's keys and of our tokens, and whatever follows a header that carries a
# credential.
SECRETS = re.compile(
    r"(sk-ant-|\bwbk_|\bwhsec_|x-api-key['\"]?\s*[:=,]\s*['\"]?|bearer\s+|/welcome/|/account/reset/|/join/|(?:/|%2F)s(?:/|%2F)(?=[\w-]{43}))[\w.~+/=-]{6,}",
    re.I,
)


class SecretFilter(logging.Filter):
    """Replaces secrets in the finished message and in a traceback's text."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = hide_secrets(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = hide_secrets(record.exc_text)
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
