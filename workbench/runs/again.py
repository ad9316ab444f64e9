"""The next request after an ending: the same again, with more room, carrying on, with results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench import catalogue
from workbench.messages_api import MessageRequest
from workbench.messages_api.blocks import PARTIAL_JSON
from workbench.prompts.conversation import Answer, as_turn, leaves_something

from .answer.texts import mapping_of, text_of
from .models import Run


def same(run: Run) -> MessageRequest:
    """Exactly the request that was sent."""
    return run.message_request


def raised(run: Run) -> MessageRequest:
    """The request with twice the room for the answer, as far as the model goes."""
    return _with_body(run, max_tokens=raised_limit(run))


def raised_limit(run: Run) -> int:
    """Twice the run's ``max_tokens``, at most the model's own limit."""
    before = _limit(run)
    most = catalogue.get(run.model).max_output_tokens
    return min(before * 2, most) if most else before * 2


def can_raise(run: Run) -> bool:
    """Whether there is more room than the run had."""
    return raised_limit(run) > _limit(run)


def continued(run: Run) -> MessageRequest:
    """The request with the answer so far as the last turn, for the model to carry on."""
    turns = list(run.message_request.body.get("messages", []))
    return _with_body(run, messages=[*turns, {"role": "assistant", "content": _answer(run)}])


def answered(run: Run, results: Sequence[dict[str, Any]]) -> MessageRequest:
    """The request with the whole answer and the results of its tool calls behind it."""
    turns = list(run.message_request.body.get("messages", []))
    blocks, _ = as_turn((run.message or {}).get("content"))
    reply = {"role": "user", "content": list(results)}
    return _with_body(run, messages=[*turns, {"role": "assistant", "content": blocks}, reply])


def answers_of(run: Run) -> list[Answer]:
    """The answer, behind those that it carries on."""
    answers = [Answer((run.message or {}).get("content"), run.message_request.body, run.upstream)]
    messages = run.message_request.body.get("messages")
    last = mapping_of(messages[-1]) if isinstance(messages, list) and messages else {}
    if run.continues is not None and last.get("role") == "assistant":
        return [*answers_of(run.continues), *answers]
    return answers


def request_to_go_on(run: Run) -> str:
    """What a user can write to a model that takes no prefill, after its answer was cut."""
    tail = " ".join("".join(text_of(block) for block in _blocks(run)).split()[-12:])
    where = f" after “{tail}”" if tail else ""
    return f"Your answer was cut off{where}. Go on from there without repeating anything."


def can_add(run: Run) -> bool:
    """Whether the answer makes a turn that can be sent: some of it is whole and not empty."""
    return leaves_something((run.message or {}).get("content"))


def can_ask_to_go_on(run: Run) -> bool:
    """Whether a text broke off that only a further user turn can have carried on.

    Not behind a whole tool call: the next turn must then answer it.
    """
    calls = any(
        block.get("type") == "tool_use" and PARTIAL_JSON not in block for block in _blocks(run)
    )
    return _broke_off(run) and not can_continue(run) and can_add(run) and not calls


def can_continue(run: Run) -> bool:
    """After ``pause_turn`` always; a text that broke off where the model takes a prefill."""
    if run.ending == "pause_turn":
        return True
    return bool(_broke_off(run) and _only_text(run) and catalogue.accepts_prefill(run.model))


def _limit(run: Run) -> int:
    return int(run.message_request.body.get("max_tokens") or 1)


def _broke_off(run: Run) -> bool:
    return run.state in ("interrupted", "cancelled") or run.ending == "max_tokens"


def _answer(run: Run) -> Any:
    if run.ending == "pause_turn":
        return as_turn((run.message or {}).get("content"))[0]
    return [{"type": "text", "text": _only_text(run)}]


def _only_text(run: Run) -> str:
    """The answer's text without trailing blanks, which the API refuses; "" if there is more."""
    blocks = _blocks(run)
    if any(block.get("type") != "text" for block in blocks):
        return ""
    return "".join(text_of(block) for block in blocks).rstrip()


def _blocks(run: Run) -> list[Mapping[str, Any]]:
    content = (run.message or {}).get("content")
    return [mapping_of(block) for block in content] if isinstance(content, list) else []


def _with_body(run: Run, **changes: Any) -> MessageRequest:
    request = run.message_request
    return replace(request, body={**request.body, **changes})


WAYS: dict[str, Callable[[Run], MessageRequest]] = {
    "same": same,
    "raised": raised,
    "continued": continued,
}
