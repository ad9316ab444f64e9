"""From an HTTP answer with an error status, or an error event, to our errors.

Status decides; `error_code` and `error.type` refine it; the wording of messages changes and is
only shown. Table: https://platform.claude.com/docs/en/api/errors (state 2026-11).
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from workbench.messages_api.connection_errors import CHECK_BASE_URL
from workbench.messages_api.errors import (
    EXCERPT_CHARACTERS,
    AuthRefused,
    BillingRefused,
    Conflict,
    InvalidRequest,
    NotFound,
    NotMessagesApi,
    Overloaded,
    PermissionRefused,
    RateLimited,
    Refused,
    RequestTimedOut,
    StreamErrorEvent,
    TooLarge,
    UpstreamFailed,
)
from workbench.messages_api.text import clean_text

SPEND_LIMIT_CODES = frozenset(
    {
        "enforced_spend_limit_reached",
        "contract_spend_limit_reached",
        "linked_organization_spend_limit_reached",
        "linked_organization_billing_unavailable",
    }
)
# The only sign of an own spend limit in a 400: it has no code of its own.
_OWN_SPEND_LIMIT = "You have reached your specified API usage limits"
_MESSAGE_CHARACTERS = 2000
_FIELD = re.compile(r"([a-z][a-z_]*(?:\.[\w-]+|\[\d+\])*): ")
_BY_STATUS: dict[int, type[Refused]] = {
    401: AuthRefused,
    402: BillingRefused,
    403: PermissionRefused,
    404: NotFound,
    408: RequestTimedOut,
    409: Conflict,
    413: TooLarge,
    429: RateLimited,
    529: Overloaded,
}
_ADVICE = {
    "auth": "Give Workbench a key that is valid.",
    "billing": "Raise the spend limit or settle the payment with the API's provider.",
    "overloaded": "Try again a little later.",
}


def refusal(
    status: int, headers: Mapping[str, str], body: bytes, retry_after_seconds: float | None
) -> Refused:
    """Return the error for an answer with a status of 400 or more.

    The body may be anything: JSON, HTML, cut, empty. It is only shown as text, cut to 500
    characters.
    """
    error, body_id = _error_object(body)
    error_type, error_code = _short(error.get("type")), _error_code(error)
    message = _short(error.get("message"), _MESSAGE_CHARACTERS) or ""
    kind = _kind(status, error_type, error_code, message)
    found = _FIELD.match(message) if kind is InvalidRequest else None
    retryable = _should_retry(kind, headers)
    # Who is told to wait for some seconds is not told to wait for a little as well.
    is_told_when = retryable and bool(retry_after_seconds)
    return kind(
        f"{kind.default_lead} (HTTP {status})",
        message,
        "" if is_told_when else _ADVICE.get(kind.kind, ""),
        retryable=retryable,
        http_status=status,
        error_type=error_type,
        error_code=error_code,
        upstream_request_id=_short(headers.get("request-id")) or body_id,
        retry_after_seconds=retry_after_seconds,
        excerpt=excerpt_of(body),
        field=found.group(1) if found else None,
    )


def error_event(data: Any, request_id: str | None) -> StreamErrorEvent:
    """Return the error for an error event inside an answer (its status was 200)."""
    data = data if isinstance(data, dict) else {}
    inner = data.get("error", data)
    error = inner if isinstance(inner, dict) else {"message": inner}
    return StreamErrorEvent(
        "",
        _short(error.get("message"), _MESSAGE_CHARACTERS) or "",
        "",
        http_status=200,
        error_type=_short(error.get("type")),
        error_code=_error_code(error),
        upstream_request_id=request_id or _short(data.get("request_id")),
    )


def not_messages_api(lead: str, status: int, request_id: str | None, body: bytes) -> NotMessagesApi:
    """Return the error for an answer that something else than the Messages API gave."""
    return NotMessagesApi(
        lead,
        "",
        CHECK_BASE_URL,
        http_status=status,
        upstream_request_id=request_id,
        excerpt=excerpt_of(body),
    )


def excerpt_of(body: bytes) -> str:
    """Return the beginning of a body as clean text of at most 500 characters."""
    return clean_text(body[: 4 * EXCERPT_CHARACTERS].decode("utf-8", "replace"))[
        :EXCERPT_CHARACTERS
    ]


def _kind(status: int, error_type: str | None, code: str | None, message: str) -> type[Refused]:
    if code in SPEND_LIMIT_CODES or (status == 400 and message.startswith(_OWN_SPEND_LIMIT)):
        return BillingRefused
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return Overloaded if error_type == "overloaded_error" else UpstreamFailed
    return InvalidRequest


def _should_retry(kind: type[Refused], headers: Mapping[str, str]) -> bool:
    """Obey `x-should-retry`, except that a spend limit does not go away by trying again."""
    if kind is BillingRefused:
        return False
    return {"true": True, "false": False}.get(
        headers.get("x-should-retry", "").lower(), kind.retryable
    )


def _error_object(body: bytes) -> tuple[dict[str, Any], str | None]:
    try:
        whole = orjson.loads(body)
    except ValueError:
        return {}, None
    if not isinstance(whole, dict):
        return {}, None
    error = whole.get("error")
    if isinstance(error, str):
        error = {"message": error}
    return error if isinstance(error, dict) else {}, _short(whole.get("request_id"))


def _error_code(error: Mapping[str, Any]) -> str | None:
    details = error.get("details")
    return _short(details.get("error_code")) if isinstance(details, dict) else None


def _short(value: Any, characters: int = 200) -> str | None:
    return clean_text(value)[:characters] if isinstance(value, str) and value else None
