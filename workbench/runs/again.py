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


def whole_answer(run: Run) -> Answer:
    """The answer, joined to what it carries on; an answer to what was asked first."""
    content = (run.message or {}).get("content")
    before = _carried_on(run)
    if before is None:
        return Answer(content, run.message_request.body, run.next_upstream)
    begun = whole_answer(before)
    return replace(begun, content=_joined(begun.content, content, is_text=not _is_paused(before)))


def beginnings_of(run: Run) -> list[Answer]:
    """What a run carries on, as it was before each time that it was carried on."""
    before = _carried_on(run)
    return [] if before is None else [*beginnings_of(before), whole_answer(before)]


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
    if _is_paused(run):
        return True
    return bool(_broke_off(run) and _only_text(run) and catalogue.accepts_prefill(run.model))


def _is_paused(run: Run) -> bool:
    return run.ending == "pause_turn"


def _carried_on(run: Run) -> Run | None:
    """The run whose answer this one was asked to go on with, not one whose tools it answers."""
    messages = run.message_request.body.get("messages")
    last = mapping_of(messages[-1]) if isinstance(messages, list) and messages else {}
    return run.continues if last.get("role") == "assistant" else None


def _joined(begun: Any, rest: Any, *, is_text: bool) -> list[Any]:
    """The blocks of an answer and of its rest; a text that broke off goes on in the same block."""
    first = list(begun) if isinstance(begun, list) else []
    more = list(rest) if isinstance(rest, list) else []
    if not (is_text and first and more):
        return [*first, *more]
    last, following = mapping_of(first[-1]), mapping_of(more[0])
    if last.get("type") != "text" or following.get("type") != "text":
        return [*first, *more]
    # It was sent without the blanks at its end, so the rest brings its own.
    text = {**last, "text": text_of(last).rstrip() + text_of(following)}
    return [*first[:-1], text, *more[1:]]


def _limit(run: Run) -> int:
    return int(run.message_request.body.get("max_tokens") or 1)


def _broke_off(run: Run) -> bool:
    return run.state in ("interrupted", "cancelled") or run.ending == "max_tokens"


def _answer(run: Run) -> Any:
    if _is_paused(run):
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
