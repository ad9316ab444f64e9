"""The small HTML pieces of the page's stream around the answer: state, usage, outcome.

The wire format is that of htmx's SSE extension: one message, several out-of-band swaps.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from workbench.messages_api import normalise_usage
from workbench.template_tags import number

from .models import State


def message(number: int, html: str) -> bytes:
    """A server-sent event without a name; CR never reaches the wire, it would end a line."""
    lines = html.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    data = "".join(f"data: {line}\n" for line in lines)
    return f"id: {number}\n{data}\n".encode("utf-8", "replace")


def event(name: str, data: str = "1") -> bytes:
    """A named server-sent event with one line of data."""
    return f"event: {name}\ndata: {data}\n\n".encode()


def whole(run_id: int, inner: str) -> str:
    """The answer as a whole, patched into its container."""
    return f'<div id="run-{run_id}" hx-swap-oob="patch">{inner}</div>'


def state(
    run_id: int,
    state: str,
    attempt: int,
    waiting: Mapping[str, Any] | None,
    silent_seconds: int | None,
) -> str:
    """The line above the answer: what the run is doing, and since when where that helps."""
    return format_html(
        '<div id="run-{}-state" class="run-state" data-state="{}" hx-swap-oob="outerHTML">'
        '<span class="chip chip-info">{}</span> <span>{}</span></div>',
        run_id,
        state,
        State(state).label,
        doing(state, attempt, waiting, silent_seconds),
    )


def doing(
    state: str, attempt: int, waiting: Mapping[str, Any] | None, silent_seconds: int | None
) -> SafeString:
    """One sentence on a run that is not over.

    ``silent_seconds`` is how long no text has come, None while it comes.
    """
    if waiting:
        seconds = max(0, round(waiting["retry_at"] - time.time()))
        return format_html(
            '{} Try {} in <wb-seconds from="{}" down>{}</wb-seconds> s.',
            waiting["sentence"],
            attempt + 1,
            seconds,
            seconds,
        )
    if state == State.QUEUED:
        return mark_safe("Waiting for its turn.")
    tries = f" (try {attempt})" if attempt > 1 and state == State.CONNECTING else ""
    if silent_seconds is not None:
        return format_html(
            'Connected{}, waiting for the model <wb-seconds from="{}">{}</wb-seconds> s.',
            tries,
            silent_seconds,
            silent_seconds,
        )
    return mark_safe("The answer is being written." if state == State.STREAMING else "")


def usage(run_id: int, counts: Mapping[str, Any], first_token_ms: int | None) -> str:
    """The live figures under the answer."""
    known = normalise_usage(counts)
    first = (
        ""
        if first_token_ms is None
        else f"<div><dt>First token</dt><dd>{first_token_ms} ms</dd></div>"
    )
    return (
        f'<dl class="stats" id="run-{run_id}-usage" hx-swap-oob="outerHTML">'
        f"<div><dt>In</dt><dd>{number(known.input_tokens)}</dd></div>"
        f"<div><dt>Out</dt><dd>{number(known.output_tokens)}</dd></div>{first}</dl>"
    )


def outcome(team: str, run_id: int) -> str:
    """The place where the page fetches the ending of the run, with the viewer's own buttons."""
    url = reverse("runs:outcome", args=[team, run_id])
    return format_html(
        '<div id="run-{}-outcome" hx-swap-oob="outerHTML" hx-get="{}" hx-trigger="load" '
        'hx-swap="outerHTML"></div>',
        run_id,
        url,
    )


def notice(run_id: int, sentence: str) -> str:
    """A sentence in place of the run's state."""
    return format_html(
        '<div id="run-{}-state" class="run-state" hx-swap-oob="outerHTML">'
        '<div class="notice notice-warn"><p>{}</p></div></div>',
        run_id,
        sentence,
    )
