"""Results of tool calls that were typed: kept with the draft, so that no reload loses them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench.accounts.models import User
from workbench.messages_api import clean_text
from workbench.prompts.models import Draft

from .answer.texts import mapping_of
from .models import Run

_FIELD = re.compile(r"result-\d{1,4}-(text|error)")


def note(draft: Draft, run: Run, post: Mapping[str, str]) -> None:
    """Note in ``draft``, which is not stored yet, what the form with the results of ``run`` holds.

    The draft remembers the results of one run, the last in which somebody typed.
    """
    fields = {name: clean_text(text) for name, text in post.items() if _FIELD.fullmatch(name)}
    notes = draft.content.setdefault("editor", {})
    notes["results"] = {"run": run.pk, "fields": fields}


def fields_of(
    run: Run, calls: list[Mapping[str, Any]], following: Run | None, user: User
) -> dict[str, str]:
    """The fields of the form as ``user`` left them, else as ``following`` has sent them."""
    if run.draft is not None and run.draft.user_id == user.pk:
        noted = mapping_of(run.draft.content.get("editor", {}).get("results"))
        if noted.get("run") == run.pk:
            return dict(noted["fields"])
    return _sent(following, calls) if following is not None else {}


def _sent(following: Run, calls: list[Mapping[str, Any]]) -> dict[str, str]:
    """The texts in the last turn of a request, by the names of their fields."""
    messages = mapping_of(following.request.get("body")).get("messages")
    last = mapping_of(messages[-1]) if isinstance(messages, list) and messages else {}
    content = last.get("content")
    blocks = [mapping_of(block) for block in content] if isinstance(content, list) else []
    results = {block.get("tool_use_id"): block for block in blocks if "tool_use_id" in block}
    fields = {}
    for number, call in enumerate(calls, 1):
        result = results.get(call["id"])
        if result is not None and isinstance(text := result.get("content", ""), str):
            fields[f"result-{number}-text"] = text
            if result.get("is_error"):
                fields[f"result-{number}-error"] = "1"
    return fields
