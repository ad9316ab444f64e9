"""`GET /v1/models`: the list of models, page by page."""

from __future__ import annotations

from typing import Any

from workbench.simulator.accepted import EFFORTS, LIVES, Life
from workbench.simulator.calls import Call
from workbench.simulator.replies import Reply, error_reply, json_reply

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 1000


def model_page(call: Call) -> Reply:
    """Return one page of the list (cursor `after_id`/`before_id`, filter `lifecycle[]`)."""
    wanted = call.query.get("lifecycle[]", []) + call.query.get("lifecycle", [])
    lifecycles = set(wanted) or {"active", "deprecated"}
    models = [model for model in LISTING if model["lifecycle"] in lifecycles]
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
    for model in LISTING:
        if model["id"] == wanted:
            return json_reply(200, model)
    message = f"model: {wanted}"
    return error_reply(404, "not_found_error", message, request_id=call.request_id)


def _limit(call: Call) -> int | None:
    text = call.query.get("limit", [str(DEFAULT_LIMIT)])[0]
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if is_number and 1 <= int(text) <= LARGEST_LIMIT else None


def _entry(life: Life) -> dict[str, Any]:
    return {
        "type": "model",
        "id": life.id,
        "display_name": life.name,
        "created_at": _midnight(life.released) or "1970-01-01T00:00:00Z",
        "lifecycle": life.lifecycle,
        "deprecated_at": _midnight(life.deprecated),
        "retires_at": _midnight(life.retires),
        "line": life.line,
        "max_input_tokens": life.context,
        "max_tokens": life.most_output,
        "capabilities": _capabilities(life),
    }


def _capabilities(life: Life) -> dict[str, Any] | None:
    """Return what the API says a model can do; None for models nothing is known of.

    A value that no source tells is null, as the API allows for each of them.
    """
    accepted = life.accepted
    if not accepted.thinking:
        return None
    plain = {name: _flag(True) for name in ("batch", "citations", "code_execution")}
    tools = {"web_search": _flag(True), "code_execution": _flag(True)}
    types = {name: _flag(value) for name, value in accepted.thinking.items()}
    return {
        **plain,
        "context_management": _flag(True),
        "effort": _effort(accepted.efforts),
        "image_input": _flag(True),
        "pdf_input": _flag(True),
        "server_tools": {"supported": True, **tools},
        "structured_outputs": _flag(True),
        "thinking": {"supported": True, "types": types},
    }


def _effort(levels: tuple[str, ...] | None) -> dict[str, Any] | None:
    if levels is None:
        return None
    return {"supported": bool(levels), **{name: _flag(name in levels) for name in EFFORTS}}


def _flag(supported: bool | None) -> dict[str, Any] | None:
    return None if supported is None else {"supported": supported}


def _midnight(day: str | None) -> str | None:
    return f"{day}T00:00:00Z" if day else None


LISTING = tuple(_entry(life) for life in LIVES.values())
