"""Keeps API keys and tokens out of every log line."""

from __future__ import annotations

import logging
import re

# The prefixes of Anthropic's keys and of our tokens, and whatever follows a header that carries a
# credential.
SECRETS = re.compile(
    r"(sk-ant-|\bwbk_|x-api-key['\"]?\s*[:=,]\s*['\"]?|bearer\s+|/welcome/|/account/reset/)[\w.~+/=-]{6,}",
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


def hide_secrets(text: str) -> str:
    """``text`` with every API key, bearer token and welcome code replaced by ``[hidden]``."""
    return SECRETS.sub(lambda match: match[1] + "[hidden]", text)
