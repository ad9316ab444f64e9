"""Requests the API does not accept, with the error bodies it documents."""

from __future__ import annotations

from workbench.simulator.accepted import API_VERSIONS, life_of
from workbench.simulator.calls import Call
from workbench.simulator.replies import Reply, error_reply
from workbench.simulator.rules.asked import Asked
from workbench.simulator.rules.order import first_refusal

LARGEST_BODY = 32 * 1000 * 1000  # bytes, https://docs.anthropic.com/en/api/errors (2026-10)
KEYS = {
    "sk-ant-wrong": (401, "invalid x-api-key", "authentication_error"),
    "sk-ant-poor": (402, "Your account has no credit", "billing_error"),
    "sk-ant-elsewhere": (403, "The key has no access to this workspace", "permission_error"),
}
"""What is said to keys that begin so; every other key is good."""
POST_PATHS = ("/v1/messages", "/v1/messages/count_tokens")


def refusal(call: Call) -> Reply | None:
    """Return the error a request gets before any model sees it; None when it is fine."""
    return _unknown_path(call) or _no_key(call) or _bad_version(call) or _bad_body(call)


def too_large(request_id: str) -> Reply:
    """Return the 413 of a body above 32 MB."""
    message = "Request exceeds the maximum size"
    return error_reply(413, "request_too_large", message, request_id=request_id)


def _unknown_path(call: Call) -> Reply | None:
    if call.path in POST_PATHS:
        return None if call.method == "POST" else _error(call, 405, "Method Not Allowed")
    if call.path == "/v1/models" or call.path.startswith("/v1/models/"):
        return None if call.method == "GET" else _error(call, 405, "Method Not Allowed")
    return _error(call, 404, "Not Found", "not_found_error")


def _no_key(call: Call) -> Reply | None:
    bearer = call.headers.get("authorization", "")
    scheme, _, token = bearer.partition(" ")
    key = call.headers.get("x-api-key", "") or (token if scheme.lower() == "bearer" else "")
    if not key.strip():
        return _error(call, 401, "x-api-key header is required", "authentication_error")
    found = next((said for start, said in KEYS.items() if key.startswith(start)), None)
    return _error(call, *found) if found else None


def _bad_version(call: Call) -> Reply | None:
    version = call.headers.get("anthropic-version")
    if version is None:
        return _error(call, 400, "anthropic-version: header is required")
    if version not in API_VERSIONS:
        return _error(call, 400, f"anthropic-version: {version!r} is not a valid version")
    return None


def _bad_body(call: Call) -> Reply | None:
    if call.method != "POST":
        return None
    if len(call.raw) > LARGEST_BODY:
        return too_large(call.request_id)
    if not call.body:
        return _error(call, 400, "The request body is not valid JSON: expected an object")
    if call.model.startswith("claude-missing") or life_of(call.model).lifecycle == "retired":
        return _error(call, 404, f"model: {call.model}", "not_found_error")
    message = first_refusal(_asked(call))
    return _error(call, 400, message) if message else None


def _asked(call: Call) -> Asked:
    betas = [name.strip() for name in call.headers.get("anthropic-beta", "").split(",")]
    return Asked(
        version=call.headers["anthropic-version"],
        betas=tuple(name for name in betas if name),
        body=call.body,
        counting=call.path.endswith("/count_tokens"),
    )


def _error(
    call: Call, status: int, message: str, error_type: str = "invalid_request_error"
) -> Reply:
    return error_reply(status, error_type, message, request_id=call.request_id)
