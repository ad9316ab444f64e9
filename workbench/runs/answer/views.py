"""The ways to look at a finished answer: Markdown, plain text, and JSON where it is JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import mark_safe

from workbench.runs.models import Run

from . import verdict
from .fragments import render_message, render_plain
from .texts import text_of

MARKDOWN, TEXT, JSON = "markdown", "text", "json"


def answer_view(run: Run, message: Mapping[str, Any], asked: str) -> dict[str, Any]:
    """Return what the template needs to show an answer in the view asked for, or the best one.

    `views` are the ones on offer, `view` the one that is shown, `verdicts` what a check of the
    schemas said.
    """
    body = run.message_request.body
    is_json = not run.is_active and verdict.is_shown_as_json(message, body)
    views = {MARKDOWN: "Markdown", TEXT: "Text"} | ({JSON: "JSON"} if is_json else {})
    view = asked if asked in views else JSON if is_json else MARKDOWN
    return {
        "views": views,
        "view": view,
        "verdicts": [] if run.is_active else verdicts_on(message, body),
        # Made by our own renderer, which sanitises everything that came from the model.
        "answer_html": mark_safe(rendered(run.pk, message, view)),
    }


def verdicts_on(message: Mapping[str, Any], body: Mapping[str, Any]) -> list[verdict.Verdict]:
    """Return the verdict on the answer, if a format was asked for, and those on strict calls."""
    on_answer = verdict.of(message, body)
    return [*([on_answer] if on_answer else []), *verdict.of_calls(message, body)]


def rendered(run_id: int, message: Mapping[str, Any], view: str) -> str:
    """Return the inner HTML of an answer in one of its views."""
    if view == TEXT:
        return render_plain(message)
    text = verdict.json_text(message) if view == JSON else None
    return render_message(run_id, message if text is None else _with_code(message, text))


def _with_code(message: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Return the message with its JSON as one indented block of code, other blocks as they are."""
    blocks = [block for block in message["content"] if isinstance(block, Mapping)]
    texts = [position for position, block in enumerate(blocks) if block.get("type") == "text"]
    last = texts[-1]
    replaced = {last} if text_of(blocks[last]) == text else set(texts)
    code = {"type": "text", "text": f"\n\n```json\n{verdict.indented(text)}\n```\n"}
    content = [
        code if position == last else block
        for position, block in enumerate(blocks)
        if position == last or position not in replaced
    ]
    return {**message, "content": content}
