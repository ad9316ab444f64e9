"""Add to Conversation: an answer becomes the next turn of a draft."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from .editor import EditorForm
from .models import Draft
from .turns import Turn, new_key

THOUGHTS = ("thinking", "redacted_thinking")


@transaction.atomic
def append_answer(draft: Draft, message: dict[str, Any]) -> list[Turn]:
    """Append an answer's content and an empty user turn to the stored draft; returns both turns.

    A single text becomes a plain string. Thinking is left out, since it is bound to the request it
    came from, and the turn's ``note`` says so; every other block is kept as it is. Raises
    ``BadRequest`` when the answer is nested too deeply to be sent back.
    """
    locked = Draft.objects.select_for_update().get(pk=draft.pk)
    form = EditorForm.of(locked)
    blocks = message.get("content")
    added = [
        _answer(blocks if isinstance(blocks, list) else []),
        Turn(new_key(), {"role": "user", "content": ""}),
    ]
    form.turns += added
    form.check_depth()
    form.save_to(locked)
    draft.refresh_from_db()
    return added


def _answer(blocks: list[Any]) -> Turn:
    kept = [block for block in blocks if not _is_thought(block)]
    note = "The model's thinking was left out of this turn." if len(kept) < len(blocks) else ""
    content = _plain_text(kept)
    message = {"role": "assistant", "content": kept if content is None else content}
    return Turn(new_key(), message, note)


def _is_thought(block: Any) -> bool:
    return isinstance(block, dict) and block.get("type") in THOUGHTS


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
