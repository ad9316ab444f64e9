"""`GET /v1/models`: the catalogue of models, page by page."""

from __future__ import annotations

from datetime import date
from typing import Any

from workbench import catalogue
from workbench.simulator.calls import Call
from workbench.simulator.replies import Reply, error_reply, json_reply

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 1000


def model_page(call: Call) -> Reply:
    """Return one page of the list (cursor `after_id`/`before_id`, filter `lifecycle[]`)."""
    wanted = call.query.get("lifecycle[]", []) + call.query.get("lifecycle", [])
    lifecycles = set(wanted) or {"active", "deprecated"}
    models = [model for model in _listing() if model["lifecycle"] in lifecycles]
    limit = _limit(call)
    if limit is None:
        message = f"limit: Input should be between 1 and {LARGEST_LIMIT}"
        return error_reply(400, "invalid_request_error", message, request_id=call.request_id)
    ids = [model["id"] for model in models]
    after, before = call.query.get("after_id", [""])[0], call.query.get("before_id", [""])[0]
    start = ids.index(after) + 1 if after in ids else 0
    end = ids.index(before) if before in ids else len(ids)
    if before in ids and not after:
        start = max(0, end - limit)
    page = models[start:end][:limit]
    more = start > 0 if before in ids and not after else start + len(page) < end
    return json_reply(
        200,
        {
            "data": page,
            "has_more": more,
            "first_id": page[0]["id"] if page else None,
            "last_id": page[-1]["id"] if page else None,
        },
    )


def one_model(call: Call) -> Reply:
    """Return one model, or 404."""
    wanted = call.path.removeprefix("/v1/models/")
    for model in _listing():
        if model["id"] == wanted:
            return json_reply(200, model)
    message = f"model: {wanted}"
    return error_reply(404, "not_found_error", message, request_id=call.request_id)


def _limit(call: Call) -> int | None:
    text = call.query.get("limit", [str(DEFAULT_LIMIT)])[0]
    return int(text) if text.isdigit() and 1 <= int(text) <= LARGEST_LIMIT else None


def _listing() -> list[dict[str, Any]]:
    """Return all models of the catalogue, newest first, in the shape of the API."""
    known = [model for model in catalogue.all_models() if model.state != "unknown"]
    dated = sorted(known, key=lambda model: model.released_on or date.min, reverse=True)
    return [_entry(model) for model in dated]


def _entry(model: catalogue.Model) -> dict[str, Any]:
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.display_name,
        "created_at": _midnight(model.released_on) or "1970-01-01T00:00:00Z",
        "lifecycle": "active" if model.state == "legacy" else model.state,
        "deprecated_at": _midnight(model.deprecated_on),
        "retires_at": _midnight(model.retires_on),
        "line": model.line,
        "max_input_tokens": model.context_tokens,
        "max_tokens": model.max_output_tokens,
        "capabilities": _capabilities(model),
    }


def _capabilities(model: catalogue.Model) -> dict[str, Any] | None:
    """Return what the API says a model can do; None for models nothing is known of."""
    rules = model.rules
    if rules.thinking_types is None or rules.effort_levels is None:
        return None
    levels = {name: _flag(name in rules.effort_levels) for name in catalogue.EFFORT_LEVELS}
    types = {name: _flag(name in rules.thinking_types) for name in catalogue.THINKING_TYPES}
    plain = {name: _flag(True) for name in ("batch", "citations", "code_execution")}
    tools = {"web_search": _flag(True), "code_execution": _flag(True)}
    return {
        **plain,
        "context_management": _flag(True),
        "effort": {**_flag(bool(rules.effort_levels)), **levels},
        "image_input": _flag(rules.image_input is not False),
        "pdf_input": _flag(rules.pdf_input is not False),
        "server_tools": {**_flag(True), **tools},
        "structured_outputs": _flag(rules.structured_outputs is not False),
        "thinking": {**_flag(bool(rules.thinking_types)), "types": types},
    }


def _flag(supported: bool) -> dict[str, Any]:
    return {"supported": supported}


def _midnight(day: date | None) -> str | None:
    return f"{day.isoformat()}T00:00:00Z" if day else None
