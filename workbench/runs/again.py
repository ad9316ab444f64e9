"""The next request after an ending: the same again, with a higher limit, or carrying on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from workbench import catalogue
from workbench.messages_api import MessageRequest

from .answer_text import text_of
from .models import Run


def same(run: Run) -> MessageRequest:
    """Exactly the request that was sent."""
    return run.message_request


def raised(run: Run) -> MessageRequest:
    """The request with twice the room for the answer, as far as the model goes."""
    return _with_body(run, max_tokens=raised_limit(run))


def raised_limit(run: Run) -> int:
    """Twice the run's ``max_tokens``, at most the model's own limit."""
    before = int(run.message_request.body.get("max_tokens") or 1)
    most = catalogue.get(run.model).max_output_tokens
    return min(before * 2, most) if most else before * 2


def continued(run: Run) -> MessageRequest:
    """The request with the answer so far as the last turn, for the model to carry on."""
    turns = list(run.message_request.body.get("messages", []))
    return _with_body(run, messages=[*turns, {"role": "assistant", "content": _answer(run)}])


def can_continue(run: Run) -> bool:
    """After ``pause_turn`` always; a text that broke off where the model takes a prefill."""
    if run.ending == "pause_turn":
        return True
    broke_off = run.state in ("interrupted", "cancelled") or run.ending == "max_tokens"
    return bool(broke_off and _only_text(run) and catalogue.accepts_prefill(run.model))


def _answer(run: Run) -> Any:
    content = (run.message or {}).get("content", [])
    if run.ending == "pause_turn":
        return content
    return [{"type": "text", "text": _only_text(run)}]


def _only_text(run: Run) -> str:
    """The answer's text without trailing blanks, which the API refuses; "" if there is more."""
    content = (run.message or {}).get("content", [])
    if any(block.get("type") != "text" for block in content):
        return ""
    return "".join(text_of(block) for block in content).rstrip()


def _with_body(run: Run, **changes: Any) -> MessageRequest:
    request = run.message_request
    return replace(request, body={**request.body, **changes})


WAYS: dict[str, Callable[[Run], MessageRequest]] = {
    "same": same,
    "raised": raised,
    "continued": continued,
}
