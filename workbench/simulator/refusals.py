"""Requests the API does not accept, with the error bodies it documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench import catalogue
from workbench.simulator.calls import Call
from workbench.simulator.replies import Reply, error_reply

LARGEST_BODY = 32 * 1000 * 1000  # bytes, https://docs.anthropic.com/en/api/errors (2026-10)
DEEPEST = 100  # levels of a body
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
    if key.startswith("sk-ant-wrong"):
        return _error(call, 401, "invalid x-api-key", "authentication_error")
    return None


def _bad_version(call: Call) -> Reply | None:
    version = call.headers.get("anthropic-version")
    if version is None:
        return _error(call, 400, "anthropic-version: header is required")
    if version not in catalogue.API_VERSIONS:
        return _error(call, 400, f"anthropic-version: {version!r} is not a valid version")
    return None


def _bad_body(call: Call) -> Reply | None:
    if call.method != "POST":
        return None
    if len(call.raw) > LARGEST_BODY:
        return too_large(call.request_id)
    if not call.body:
        return _error(call, 400, "The request body is not valid JSON: expected an object")
    sentence = _bad_shape(call)
    if sentence:
        return _error(call, 400, sentence)
    if call.model.startswith("claude-missing"):
        return _error(call, 404, f"model: {call.model}", "not_found_error")
    if catalogue.get(call.model).state == "retired":
        return _error(call, 404, f"model: {call.model}", "not_found_error")
    return _against_the_rules(call)


@dataclass(frozen=True)
class _Request:
    """The request in the form the catalogue checks."""

    api_version: str
    betas: Sequence[str]
    body: Mapping[str, Any]


def _against_the_rules(call: Call) -> Reply | None:
    """Return the error of the first rule of model or API version that the request breaks."""
    betas = [name.strip() for name in call.headers.get("anthropic-beta", "").split(",")]
    body = {"max_tokens": 1, **call.body} if call.path.endswith("/count_tokens") else call.body
    request = _Request(call.headers["anthropic-version"], [b for b in betas if b], body)
    for problem in catalogue.problems(request):
        return _error(call, 400, documented(problem, request))
    return None


def documented(problem: catalogue.Problem, request: catalogue.Request) -> str:
    """Return the API's own words for a problem where they are known, else `path: sentence`.

    Sources: https://docs.anthropic.com/en/api/errors and the pages on thinking (2026-08 to -11).
    """
    path, body = problem.path, request.body
    rules = catalogue.get(str(body["model"])).rules
    if path in catalogue.SAMPLING_FIELDS and request.api_version == catalogue.API_VERSIONS[0]:
        return f"{path}: Extra inputs are not permitted"
    if path == f"messages.{len(body['messages']) - 1}" and rules.prefill is False:
        return (
            "This model does not support assistant message prefill. "
            "The conversation must end with a user message."
        )
    if path == "tool_choice.type" and rules.forced_tool_choice is False:
        return 'tool_choice: type "tool" and "any" are not supported for this model.'
    if path == "thinking.type" and body["thinking"]["type"] not in (rules.thinking_types or ()):
        return _THINKING_REFUSED.get(body["thinking"]["type"], f"{path}: {problem.sentence}")
    return f"{path}: {problem.sentence}" if path else problem.sentence


_THINKING_REFUSED = {
    "adaptive": "adaptive thinking is not supported on this model",
    "enabled": (
        '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" '
        'and "output_config.effort" to control thinking behavior.'
    ),
    "disabled": '"thinking.type.disabled" is not supported for this model.',
}


def _bad_shape(call: Call) -> str:
    body = call.body
    if _is_deeper_than(body, DEEPEST):
        return f"The request body is nested more than {DEEPEST} levels deep"
    counting = call.path.endswith("/count_tokens")
    if not isinstance(body.get("model"), str):
        return _required(body, "model", "a valid string")
    limit = body.get("max_tokens")
    if not counting and (not isinstance(limit, int) or isinstance(limit, bool)):
        return _required(body, "max_tokens", "a valid integer")
    if not isinstance(body.get("messages"), list):
        return _required(body, "messages", "a valid array")
    if not body["messages"]:
        return "messages: at least one message is required"
    for number, turn in enumerate(body["messages"]):
        sentence = _bad_turn(number, turn)
        if sentence:
            return sentence
    extra = [name for name in ("max_tokens", "stream", "stop_sequences", "metadata") if counting]
    return next((f"{name}: Extra inputs are not permitted" for name in extra if name in body), "")


def _bad_turn(number: int, turn: Any) -> str:
    if not isinstance(turn, dict):
        return f"messages.{number}: Input should be an object"
    if turn.get("role") not in {"user", "assistant", "system"}:
        return f"messages.{number}.role: Input should be 'user', 'assistant' or 'system'"
    content = turn.get("content")
    if not isinstance(content, str | list):
        return f"messages.{number}.content: Input should be a valid string or array"
    if isinstance(content, list):
        for place, block in enumerate(content):
            if not isinstance(block, dict) or not isinstance(block.get("type"), str):
                return f"messages.{number}.content.{place}: Input should be a content block"
    return ""


def _is_deeper_than(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels):
        layer = [item for one in layer for item in _items(one) if isinstance(item, dict | list)]
        if not layer:
            return False
    return True


def _items(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _required(body: dict[str, Any], name: str, kind: str) -> str:
    return f"{name}: Input should be {kind}" if name in body else f"{name}: Field required"


def _error(
    call: Call, status: int, message: str, error_type: str = "invalid_request_error"
) -> Reply:
    return error_reply(status, error_type, message, request_id=call.request_id)
