"""What the page of a run shows: the answer, its figures, its tabs."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import mark_safe

from workbench.accounts.access import Access

from . import again
from .endings import ending_of
from .fragments import render_message, render_plain
from .log import LoggedEvent, accumulated, unpack
from .models import Run, RunChunk, RunLog

TABS = {"run": "Response", "request": "Request", "log": "Events", "headers": "Headers"}
SHOWN_EVENTS = 2_000
SHOWN_EVENT_BYTES = 2_000


@dataclass(frozen=True)
class EventRow:
    """One line of the Events tab; ``ms`` since the run began."""

    number: int
    ms: int
    type: str
    data: str
    is_cut: bool


def new_key() -> str:
    """An idempotency key: rendered into a form, it makes two submits one run."""
    return secrets.token_urlsafe(16)


def answer_context(access: Access, run: Run, tab: str, view: str = "") -> dict[str, Any]:
    """The template context of ``runs/_pane.html`` for one tab."""
    context: dict[str, Any] = {
        "run": run,
        "tab": tab,
        "tabs": TABS,
        "view": view,
        "access": access,
        "can_run": access.can("run.start"),
        "can_stop": run.is_active and _may_stop(access, run),
        "draft": run.draft,
        "new_key": new_key(),
    }
    if not run.is_active:
        context |= {
            "ending": ending_of(run),
            "raised_limit": again.raised_limit(run),
            "can_continue": again.can_continue(run),
        }
    return context | _of_tab(run, tab, view)


def _may_stop(access: Access, run: Run) -> bool:
    is_own = run.user_id == access.user.pk
    return access.can("run.cancel" if is_own else "run.cancel-any")


def _of_tab(run: Run, tab: str, view: str) -> dict[str, Any]:
    if tab == "request":
        sent = run.message_request.streaming().body
        text = json.dumps(sent, ensure_ascii=False, indent=2)
        return {"request_text": text}
    if tab == "log":
        events = list(events_of(run))
        shown = [_event_row(event) for event in events[:SHOWN_EVENTS]]
        return {"events": shown, "more_events": max(0, len(events) - len(shown))}
    if tab == "run" and (message := message_of(run)):
        render = render_plain if view == "text" else lambda m: render_message(run.pk, m)
        # Made by our own renderer, which sanitises everything that came from the model.
        return {"answer_html": mark_safe(render(message))}
    return {}


def events_of(run: Run) -> list[LoggedEvent]:
    """All events that are stored of a run, whether it is over or not."""
    log = RunLog.objects.filter(run=run).first()
    if log:
        return list(unpack(bytes(log.events)))
    chunks: QuerySet[RunChunk] = RunChunk.objects.filter(run=run).order_by("seq")
    return [event for chunk in chunks for event in unpack(bytes(chunk.events), chunk.first)]


def message_of(run: Run) -> dict[str, Any]:
    """The message so far: the stored one, or for a run that goes on what its chunks say."""
    if run.message or not run.is_active:
        return run.message or {}
    return accumulated(events_of(run)).result()


def _event_row(event: LoggedEvent) -> EventRow:
    text = event.raw[:SHOWN_EVENT_BYTES].decode("utf-8", "replace")
    return EventRow(event.number, event.ms, event.type, text, len(event.raw) > SHOWN_EVENT_BYTES)
