"""What the page of a run shows: the answer, its figures, its tabs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from workbench.accounts.access import Access
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.models import Draft

from . import again
from .answer.views import answer_view
from .complaints import path_of_complaint
from .endings import ending_of, face_of
from .log import LoggedEvent, accumulated, unpack
from .models import Run, RunChunk, RunLog
from .offers import next_step, offers_of
from .results import MOST_ROUNDS, cut_calls, goes_on_by_itself, waiting_of
from .wire import sent_request, shown_json

TABS = {
    "run": "Response",
    "request": "Request",
    "log": "Events",
    "message": "Message",
    "headers": "Headers",
}
MOST_OTHERS = 20
FOLLOWED = "followed"
"""In a query it says that the page has shown the run while it went on."""
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


def tab(request: WorkbenchRequest, run: int, tab: str) -> HttpResponse:
    """The page of a run with one of its ``TABS`` open, or for htmx the tab alone.

    A page that has ``FOLLOWED`` the run until now hears that it is over, and shows the answer when
    mocked results go on from it.
    """
    wanted = request.access.get(Run, pk=run)
    if wanted.is_active and request.htmx.trigger == f"run-{wanted.pk}-watch":
        return HttpResponse(status=204)
    is_over = FOLLOWED in request.GET and not wanted.is_active
    goes_on = is_over and goes_on_by_itself(wanted, request.user)
    context = answer_context(
        request.access,
        wanted,
        "run" if goes_on else tab,
        request.GET.get("view", ""),
        is_in_editor=is_in_editor(request, wanted.draft),
    )
    template = "runs/_pane.html" if request.htmx else "runs/run.html"
    response = render(request, template, context | {"goes_on": goes_on})
    if is_over:
        response["HX-Trigger"] = "run-over"
    return response


def answer_context(
    access: Access, run: Run, tab: str, view: str = "", *, is_in_editor: bool = False
) -> dict[str, Any]:
    """The template context of ``runs/_pane.html`` for one tab.

    ``is_in_editor`` tells that the pane stands beside the run's own draft.
    """
    context: dict[str, Any] = {
        "run": run,
        "tab": tab,
        "tabs": TABS,
        "view": view,
        "access": access,
        "can_run": access.can("run.start"),
        "can_stop": run.is_active and may_stop(access, run),
        "draft": run.draft,
        "is_in_editor": is_in_editor,
        "most_rounds": MOST_ROUNDS,
        "new_key": new_key(),
    }
    if not run.is_active:
        context |= _of_the_end(access, run, is_in_editor=is_in_editor)
    return context | _of_tab(run, tab, view)


def _of_the_end(access: Access, run: Run, *, is_in_editor: bool) -> dict[str, Any]:
    """What can be done after the answer, and what was done already."""
    ending = ending_of(run)
    is_own = run.draft is not None and run.draft.user_id == access.user.pk
    waiting = waiting_of(run, access.user)
    offers = offers_of(run, ending, is_own=is_own, waits=waiting is not None)
    return {
        "ending": ending,
        "face": face_of(run),
        "is_own": is_own,
        "offers": offers,
        "next_step": next_step(ending, offers),
        "raised_limit": again.raised_limit(run),
        "waiting": waiting,
        "cut_calls": cut_calls(run),
        "following": run.continuations.only("pk").order_by("pk")[:MOST_OTHERS],
        "has_complaint": is_in_editor and bool(path_of_complaint(run)),
    }


def is_in_editor(request: WorkbenchRequest, draft: Draft | None) -> bool:
    """Whether htmx asks from the workbench with this draft, and the draft is the member's own."""
    if not request.htmx or draft is None or draft.user_id != request.user.pk:
        return False
    path = path_of_page(request)
    team = request.access.team.slug
    pages_of_it = [reverse("prompts:draft", args=[team, draft.pk])]
    if draft.prompt_id:
        pages_of_it.append(reverse("prompts:prompt", args=[team, draft.prompt_id]))
    return not path or path in pages_of_it


def path_of_page(request: WorkbenchRequest) -> str:
    """The path of the page that asks by htmx, "" when it does not say."""
    # Only the path: a proxy may know the site by another scheme or host than the browser does.
    try:
        return urlsplit(request.htmx.current_url or "").path
    except ValueError:  # "http://["
        return ""


def may_stop(access: Access, run: Run) -> bool:
    """Whether the member may stop this run."""
    is_own = run.user_id == access.user.pk
    return access.can("run.cancel" if is_own else "run.cancel-any")


def _of_tab(run: Run, tab: str, view: str) -> dict[str, Any]:
    if tab == "request":
        return {"shown": shown_json(dict(sent_request(run).body)), "others": others_of(run)}
    if tab == "log":
        events = list(events_of(run))
        shown = [_event_row(event) for event in events[:SHOWN_EVENTS]]
        return {"events": shown, "more_events": max(0, len(events) - len(shown))}
    if tab == "message":
        return {"shown": shown_json(message_of(run))}
    if tab == "run" and (message := message_of(run)):
        return answer_view(run, message, view)
    return {}


def others_of(run: Run) -> list[Run]:
    """Earlier runs of the same draft, prompt or comparison, nearest first."""
    same = Q(draft=run.draft_id) if run.draft_id else Q(pk__isnull=True)
    if run.prompt_id:
        same |= Q(prompt=run.prompt_id)
    if run.comparison_id:
        same |= Q(comparison=run.comparison_id)
    rows = Run.objects.filter(same, team=run.team_id, pk__lt=run.pk).order_by("-pk")
    return list(rows.defer("request", "message")[:MOST_OTHERS])


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
