"""Which field of the editor an upstream complained about, when it refused a request.

Most messages begin with the path of a field (``max_tokens: …``); some documented ones do not
(platform.claude.com: api/errors and the pages on thinking and tools, read 2026-08 to 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.accounts.numbers import is_id
from workbench.prompts.content import MissingValues
from workbench.prompts.editor import EditorForm
from workbench.prompts.paths import ABSENT
from workbench.prompts.slots import OTHER, slot_of

from .answer.texts import mapping_of, text_of
from .models import Run, State

INDEX = re.compile(r"\[(\d+)\]")
LAST_TURN = "messages.-1"
LAST_ANSWER = "messages.assistant"
WORDS = (
    ("does not support assistant message prefill", LAST_TURN),
    ("thinking.type", "thinking.type"),
    ("thinking is not supported", "thinking.type"),
    ("redacted_thinking", LAST_ANSWER),
    ("tool_choice", "tool_choice.type"),
    ("without `tool_result` blocks", LAST_ANSWER),
)
"""Words of messages that name no path, and what they are about; the first that fits."""


def slot_of_complaint(run: Run, form: EditorForm) -> dict[str, list[str]]:
    """The sentence of a refused run by the slot of its field; empty when it has none.

    Neither has it when what was refused does not stand there any more.
    """
    path = path_of_complaint(run)
    try:
        prepared = form.content.prepared(form.values, form.upstream)
    except MissingValues:
        return {}
    sent, now = run.message_request.body, prepared.request.body
    if not path or _part(sent, path) != _part(now, path):
        return {}
    slot = slot_of(prepared.path_in_content(path), form)
    return {} if slot == OTHER else {slot: [_short_sentence(mapping_of(run.error))]}


def _short_sentence(error: Mapping[str, Any]) -> str:
    """What the upstream said, from the path on where it named one."""
    sentence, field = text_of(error, "sentence"), text_of(error, "field")
    begin = sentence.find(f"{field}: ") if field else -1
    return sentence if begin < 0 else f"The API says: {sentence[begin:]}"


def path_of_complaint(run: Run) -> str:
    """The path of the field that the upstream named, "" when it named none."""
    error = mapping_of(run.error)
    if run.state != State.FAILED or run.error_kind != "invalid_request":
        return ""
    path = INDEX.sub(r".\1", text_of(error, "field"))
    if path:
        return path
    said = text_of(error, "sentence")
    found = next((about for words, about in WORDS if words in said), "")
    messages = run.message_request.body.get("messages")
    return _turn(found, messages if isinstance(messages, list) else [])


def _turn(path: str, messages: Sequence[Any]) -> str:
    """``path`` with a number in place of the turn it describes."""
    if path == LAST_TURN:
        return f"messages.{len(messages) - 1}" if messages else ""
    if path == LAST_ANSWER:
        roles = [mapping_of(message).get("role") for message in messages]
        last = len(roles) - 1 - roles[::-1].index("assistant") if "assistant" in roles else None
        return "" if last is None else f"messages.{last}"
    return path


def _part(body: Mapping[str, Any], path: str) -> Any:
    """The turn, or the key of the body, in which ``path`` lies."""
    name, _, rest = path.partition(".")
    part = body.get(name, ABSENT)
    number = rest.partition(".")[0]
    if name == "messages" and isinstance(part, list) and is_id(number):
        return part[int(number)] if int(number) < len(part) else ABSENT
    return part
