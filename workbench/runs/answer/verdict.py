"""Is the answer the JSON that was asked for? The verdict on an answer, and on each strict call."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.messages_api import clean_json

from .schema_check import NotChecked, Violation, check
from .texts import mapping_of, text_of

MAX_CHARACTERS = 1_000_000
"""Longer texts are neither checked nor pretty-printed."""

MAX_INDENTS = 10_000_000
MAX_CALLS = 20
CUT_REASONS = frozenset({"max_tokens", "model_context_window_exceeded", "pause_turn"})
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')
_NO_JSON = object()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`mark` and `tone` are those of a chip; `subject` is the call it is about, "" for the answer.

    `sentences` say what the mark leaves open; `violations` are at most 20, `has_more` says that
    there are others.
    """

    mark: str
    tone: str
    sentences: tuple[str, ...] = ()
    violations: tuple[Violation, ...] = ()
    has_more: bool = False
    subject: str = ""


def of(message: Mapping[str, Any], request_body: Mapping[str, Any]) -> Verdict | None:
    """Return the verdict on the answer; None if no format was asked for, or tools come first."""
    wanted = _format(request_body)
    reason = text_of(message, "stop_reason")
    if wanted is None or reason == "tool_use":
        return None
    if reason == "refusal":
        return Verdict("Refused, so not checked", "warn")
    if not reason or reason in CUT_REASONS:
        return Verdict("Cut off, so not checked", "warn")
    text = json_text(message)
    if text is None:
        return Verdict("Not JSON", "error", ("The answer is no JSON, although it was asked for.",))
    return _judged(text, wanted.get("schema"), "")


def of_calls(message: Mapping[str, Any], request_body: Mapping[str, Any]) -> list[Verdict]:
    """Return a verdict on each call of a tool that is strict, at most 20."""
    schemas = _strict_schemas(request_body)
    content = message.get("content")
    calls = [
        block
        for block in (content if isinstance(content, list) else ())
        if isinstance(block, Mapping)
        and block.get("type") == "tool_use"
        and text_of(block, "name") in schemas
    ]
    return [_of_call(call, schemas[text_of(call, "name")]) for call in calls[:MAX_CALLS]]


def json_text(message: Mapping[str, Any]) -> str | None:
    """Return the text of the answer that is one JSON value: all of it, or its last block."""
    content = message.get("content")
    blocks = content if isinstance(content, list) else []
    texts = [
        text_of(block)
        for block in blocks
        if isinstance(block, Mapping) and block.get("type") == "text"
    ]
    for text in ("".join(texts), texts[-1] if texts else ""):
        if text.strip() and (len(text) > MAX_CHARACTERS or _value_of(text) is not _NO_JSON):
            return text
    return None


def is_shown_as_json(message: Mapping[str, Any], request_body: Mapping[str, Any]) -> bool:
    """Tell whether the answer is JSON to be read as such: asked for, or an object or a list."""
    text = json_text(message)
    if text is None or len(text) > MAX_CHARACTERS:
        return False
    return _format(request_body) is not None or text.lstrip()[:1] in ("{", "[")


def indented(text: str) -> str:
    """Return a JSON text with line breaks and indents; what it says stays as it was written.

    What is nested so deeply that the indents would outweigh everything stays on its lines.
    """
    pieces: list[str] = []
    depth = 0
    tokens = _TOKEN.findall(text)
    if _indents(tokens) > MAX_INDENTS:
        return text
    for before, token in zip(["", *tokens], tokens, strict=False):
        if token in "]}":
            depth -= 1
        if (token in "]}" and before not in "[{") or (before and before in "[{,"):
            is_empty = token in "]}" and before in "[{"
            pieces.append("" if is_empty else "\n" + "  " * depth)
        pieces.append(token + " " if token == ":" else token)
        if token in "[{":
            depth += 1
    return "".join(pieces)


def _indents(tokens: Sequence[str]) -> int:
    """Return how many characters the indents would have at most."""
    depth = total = 0
    for token in tokens:
        depth += (token in "[{") - (token in "]}")
        total += 2 * depth
    return total


def _format(request_body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    wanted = mapping_of(request_body.get("output_config")).get("format")
    return wanted if isinstance(wanted, Mapping) else None


def _judged(text: str, schema: Any, subject: str) -> Verdict:
    if len(text) > MAX_CHARACTERS:
        return Verdict("Not checked", "warn", ("It is larger than 1 MB.",), subject=subject)
    value = _value_of(text)
    if value is _NO_JSON:
        return Verdict("Not JSON", "error", subject=subject)
    try:
        found = check(value, schema)
    except NotChecked as reason:
        return Verdict("Not checked", "warn", (str(reason),), subject=subject)
    mark, tone = ("Does not match", "error") if found.violations else ("Matches the schema", "ok")
    remarks, violations = tuple(sorted(found.remarks)), tuple(found.violations)
    return Verdict(mark, tone, remarks, violations, found.has_more, subject)


def _of_call(call: Mapping[str, Any], schema: Any) -> Verdict:
    subject = f"{text_of(call, 'name')[:64]} {text_of(call, 'id')[:64]}".strip()
    if "partial_json" in call:
        return Verdict("Cut off, so not checked", "warn", subject=subject)
    try:
        text = json.dumps(call.get("input", {}), ensure_ascii=False)
    except (ValueError, RecursionError):
        return Verdict("Not checked", "warn", ("It is nested too deeply.",), subject=subject)
    return _judged(text, schema, subject)


def _strict_schemas(request_body: Mapping[str, Any]) -> dict[str, Any]:
    tools = request_body.get("tools")
    return {
        text_of(tool, "name"): tool.get("input_schema")
        for tool in (tools if isinstance(tools, list) else ())
        if isinstance(tool, Mapping) and tool.get("strict") is True and "input_schema" in tool
    }


def _value_of(text: str) -> Any:
    """Return the value of a JSON text, `_NO_JSON` if it is none or is nested too deeply."""
    try:
        return clean_json(json.loads(text, parse_constant=_refuse))
    except (ValueError, RecursionError):
        return _NO_JSON


def _refuse(name: str) -> None:
    """NaN and the infinities are no JSON."""
    raise ValueError(name)
