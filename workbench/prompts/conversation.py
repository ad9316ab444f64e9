"""Add to Conversation: answers become turns of a draft, with what answers their tool calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workbench.messages_api.blocks import PARTIAL_JSON, UNKNOWN_DELTAS

from .blocks import new_key
from .editor import EditorForm
from .thinking import origins_of, still_needed
from .turns import Turn, Turns

CUT_CALL = "A tool call that was cut off was left out of this turn."
UNSIGNED_THINKING = (
    "Thinking without a signature was left out of this turn: the API does not take it back."
)
EMPTY_TEXT = "A text without a word was left out of this turn."


@dataclass(frozen=True)
class Answer:
    """What a model said: the content of its message, the body it answers, where that was sent."""

    content: Any
    body: Mapping[str, Any]
    upstream: str


@dataclass(frozen=True)
class Answered:
    """A form with an answer in it; ``added`` turns are new, ``changed`` was there before."""

    form: EditorForm
    added: list[Turn]
    changed: Turn | None = None


def with_answer(
    form: EditorForm, answer: Answer, reply: Any = "", beginnings: Sequence[Answer] = ()
) -> Answered:
    """A copy of ``form`` with the answer and a user turn with the content ``reply`` behind it.

    One of the ``beginnings`` that it carries on, when that was added before, becomes the whole.
    Raises ``BadRequest`` when an answer is nested too deeply to be sent back.
    """
    copy = _copy(form)
    turn = _turn_of(answer)
    known = [_turn_of(beginning).message for beginning in beginnings]
    begun = next((each for each in copy.turns if each.message in known), None)
    if begun is not None:
        begun.message, begun.note = turn.message, turn.note
        _note_origins(copy, turn, answer)
        copy.check_depth()
        return Answered(copy, [], begun)
    copy.turns.append(turn)
    _note_origins(copy, turn, answer)
    copy.turns.append(Turn(new_key(), {"role": "user", "content": reply}))
    copy.check_depth()
    return Answered(copy, [turn, copy.turns[-1]])


def with_results(form: EditorForm, answer: Answer, results: Sequence[dict[str, Any]]) -> Answered:
    """A copy of ``form`` with the answer and a turn of ``results`` behind it.

    A conversation that already has the calls, because they were added before, gets the results
    where they belong, so doing it twice is doing it once.
    """
    copy = _copy(form)
    ids = {result["tool_use_id"] for result in results}
    for place, turn in enumerate(copy.turns):
        if ids <= _call_ids(turn) and place + 1 < len(copy.turns):
            following = copy.turns[place + 1]
            following.message = _answering(following.message, results)
            return Answered(copy, [], following)
    return with_answer(form, answer, list(results))


def as_turn(content: Any) -> tuple[list[Any], tuple[str, ...]]:
    """An answer's blocks as they can be sent back, and sentences on what had to be left out."""
    kept, notes = [], []
    for block in content if isinstance(content, list) else []:
        if note := _why_unsendable(block):
            notes.append(note)
        elif isinstance(block, dict) and UNKNOWN_DELTAS in block:
            kept.append({key: value for key, value in block.items() if key != UNKNOWN_DELTAS})
        else:
            kept.append(block)
    return kept, tuple(dict.fromkeys(notes))


def leaves_something(content: Any) -> bool:
    """Whether an answer is worth a turn: ``as_turn`` leaves a block that is no blank text."""
    blocks, _ = as_turn(content)
    return any(_has_content(block) for block in blocks)


def _has_content(block: Any) -> bool:
    if not isinstance(block, dict) or block.get("type") != "text":
        return True
    text = block.get("text")
    return not isinstance(text, str) or bool(text.strip())


def _copy(form: EditorForm) -> EditorForm:
    return replace(form, turns=Turns([*form.turns], form.turns.removed))


def _turn_of(answer: Answer) -> Turn:
    blocks, notes = as_turn(answer.content)
    text = _plain_text(blocks)
    content: Any = blocks if text is None else text
    return Turn(new_key(), {"role": "assistant", "content": content}, " ".join(notes))


def _note_origins(form: EditorForm, turn: Turn, answer: Answer) -> None:
    """Note where the thinking of an answer's ``turn`` comes from."""
    content = turn.message["content"]
    origins = form.kept.origins | origins_of(content, answer.body, answer.upstream)
    removed = [entry.get("message") for entry in form.turns.removed]
    needed = still_needed(origins, [*form.turns.messages, *removed])
    form.kept = replace(form.kept, origins=needed)


def _call_ids(turn: Turn) -> set[str]:
    message = turn.message if isinstance(turn.message, dict) else {}
    blocks = message.get("content")
    if message.get("role") != "assistant" or not isinstance(blocks, list):
        return set()
    calls = (block for block in blocks if isinstance(block, dict))
    return {str(block.get("id")) for block in calls if block.get("type") == "tool_use"}


def _answering(message: Any, results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The user turn ``message`` with these results first, in place of older ones."""
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, str) and content:
        content = [{"type": "text", "text": content}]
    ids = {result["tool_use_id"] for result in results}
    others = [
        block
        for block in (content if isinstance(content, list) else [])
        if not (isinstance(block, dict) and block.get("tool_use_id") in ids)
    ]
    return {**(message if isinstance(message, dict) else {}), "content": [*results, *others]}


def _why_unsendable(block: Any) -> str:
    """Why the API would not take a block back: it never became whole; "" if it would."""
    if not isinstance(block, dict):
        return ""
    kind = block.get("type")
    if PARTIAL_JSON in block:
        return CUT_CALL
    if kind == "thinking" and not block.get("signature"):
        return UNSIGNED_THINKING
    return EMPTY_TEXT if kind == "text" and not block.get("text") else ""


def _plain_text(blocks: list[Any]) -> str | None:
    """The text, when there is nothing else to keep."""
    if not blocks:
        return ""
    block = blocks[0]
    if len(blocks) > 1 or not isinstance(block, dict) or block.get("type") != "text":
        return None
    has_more = any(value for key, value in block.items() if key not in ("type", "text"))
    text = block.get("text")
    return text if isinstance(text, str) and not has_more else None
