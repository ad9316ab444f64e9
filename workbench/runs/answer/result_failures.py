"""Why a tool on the server failed, in words; it says so inside an answer with status 200.

Codes: anthropic-python 2.11, `types/*_error_code.py` (2026-11-19). The set is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .texts import text_of
from .web_links import in_isolation

CODES = {
    "invalid_tool_input": "the model gave it an input that is not valid",
    "unavailable": "the tool is not available at the moment",
    "max_uses_exceeded": "the model has used it as often as max_uses allows",
    "too_many_requests": "too many requests were made; try again a little later",
    "query_too_long": "the query is too long",
    "request_too_large": "the request is too large",
    "url_too_long": "the address is too long",
    "url_not_allowed": "the allowed or blocked domains do not let it go there",
    "url_not_in_prior_context": "the address does not stand in the conversation before",
    "url_not_accessible": "the page cannot be reached",
    "unsupported_content_type": "the page is of a kind that it does not read",
    "content_too_large": "the page is too large",
    "execution_time_exceeded": "it took too long",
    "file_not_found": "there is no such file in the container",
    "output_file_too_large": "it wrote a file that is too large",
}


def failure(subject: str, content: Any) -> str:
    """Return one sentence on a failed `subject`; "" if `content` is no error."""
    code = text_of(content, "error_code") if isinstance(content, Mapping) else ""
    if not code:
        return ""
    why = CODES.get(code)
    said = in_isolation(content.get("error_message"), 500)
    sentence = f"{subject} failed: {why}." if why else f"{subject} failed."
    detail = f" It said: {said}" if said else ""
    return f'<p class="answer-label">{sentence}{detail} <code>{in_isolation(code, 100)}</code></p>'
