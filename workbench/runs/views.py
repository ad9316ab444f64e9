"""Pages and actions of runs. A view fetches, checks, calls one verb, answers."""

from __future__ import annotations

import json

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.page import newest_run
from workbench.prompts.posting import is_late, locked_draft, own_draft, posted
from workbench.prompts.slots import problem_slots

from . import again, pages
from .answer.fragments import plain_text
from .comparisons import panes
from .filters import RunFilter
from .models import Run
from .replies import (
    DRAINING,
    TOO_LATE,
    posted_key,
    refuse,
    say,
    started,
    stored,
)
from .results import goes_on_by_itself
from .start import Conflict, Draining, NotStarted, Origin, start, start_form
from .stopping import stop

OVER = "This run has already ended."
LAST_ROUND = "Stopped: no further mocked results are sent by themselves."


@rule("run.start")
@require_POST
def create(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Save the editor's form as the draft, then run it."""
    with transaction.atomic():
        mine = locked_draft(request, draft)
        has_later = is_late(request, mine)  # the page has stored what was typed after the click
        form = posted(request, mine)
        form.shown_slots += request.POST.getlist("complaint-shown")
        if not has_later:
            form.save_to(mine)
    try:
        run = start_form(
            request.access, form, idempotency_key=posted_key(request), origin=Origin.of(mine, form)
        )
    except NotStarted as refusal:
        return refuse(request, mine, form, refusal.problems)
    except Conflict:
        return stored(say(request, TOO_LATE, 409, mine))
    except Draining:
        return stored(say(request, DRAINING, 503))
    return stored(started(request, run, mine, problem_slots([], form)))


@rule("run.start")
@require_POST
def repeat(request: WorkbenchRequest, run: int) -> HttpResponse:
    """Run again: the same request, with more room, or carrying on (``way``)."""
    before = request.access.get(Run, pk=run)
    make = again.WAYS.get(request.POST.get("way", "same"), again.same)
    # Another person's draft stays theirs: it shows the runs that they began.
    is_own = before.draft is not None and before.draft.user_id == request.user.pk
    draft = before.draft if is_own else None
    origin = Origin(draft, before.prompt, before.prompt_name, before.version_number)
    origin = origin.after(before if make is again.continued else before.continues)
    try:
        run_again = start(
            request.access,
            make(before),
            values=before.values,
            upstream=before.next_upstream,
            idempotency_key=posted_key(request),
            origin=origin,
            transformations=before.transformations,
        )
    except NotStarted as refusal:
        return say(request, str(refusal), 422)
    except Conflict:
        return say(request, TOO_LATE, 409)
    except Draining:
        return say(request, DRAINING, 503)
    return started(request, run_again, draft, takes_focus=True)


@rule("run.cancel")
@require_POST
def cancel(request: WorkbenchRequest, run: int) -> HttpResponse:
    """Stop a run, wherever it is executed; one that has ended stays as it is."""
    wanted = request.access.get(Run, pk=run)
    stop(request, wanted)
    if not request.htmx:
        return redirect("runs:run", request.access.team.slug, run)
    response = HttpResponse(status=200)
    response["HX-Reswap"] = "none"
    if not wanted.is_active:
        sentence = OVER if wanted.mock_round is None else LAST_ROUND
        toast = {"text": sentence, "kind": "info"}
        response["HX-Trigger"] = json.dumps({"toast": toast, "run-over": ""})
    return response


@rule("run.read")
@require_safe
def run_list(request: WorkbenchRequest) -> HttpResponse:
    """All runs of the team, newest first, with filters that live in the URL."""
    chosen = RunFilter.from_query(request.GET)
    rows = request.access.rows(Run)
    page = chosen.page(rows)
    context = {"filter": chosen, "page": page, "choices": chosen.choices(rows)}
    context["totals"] = chosen.totals(rows)
    template = "runs/list.html#rows" if request.htmx and chosen.before else "runs/list.html"
    return render(request, template, context)


@rule("run.read")
@require_safe
def response(request: WorkbenchRequest, run: int) -> HttpResponse:
    """The answer of a run: live while it goes on, whole afterwards."""
    return pages.tab(request, run, "run")


@rule("run.read")
@require_safe
def text(request: WorkbenchRequest, run: int) -> HttpResponse:
    """The answer's text alone, for copying and for programs."""
    wanted = request.access.get(Run, pk=run)
    return HttpResponse(plain_text(pages.message_of(wanted)), "text/plain; charset=utf-8")


@rule("run.read")
@require_safe
def outcome(request: WorkbenchRequest, run: int) -> HttpResponse:
    """How a run ended, with the buttons that fit the ending and the reader's role."""
    wanted = request.access.get(Run, pk=run)
    context = pages.answer_context(
        request.access, wanted, "run", is_in_editor=pages.is_in_editor(request, wanted.draft)
    )
    if panes.is_in_comparison(request, wanted):
        context |= {"is_pane": True, "can_run": False}
    waiting = context.get("waiting")
    context["goes_on"] = waiting is not None and waiting.goes_on(request.user)
    answer = render(request, "runs/_outcome.html", context | {"is_fetched": True})
    if not wanted.is_active:
        answer["HX-Trigger"] = panes.events_of_end(wanted)
    return answer


@rule("prompt.read")
@require_safe
def run_bar(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """The Run or Stop button of the editor; Stop stays between two rounds of mocked results."""
    mine = own_draft(request, draft)
    run = newest_run(mine)
    goes_on = goes_on_by_itself(run, request.user)
    context = {"draft": mine, "run": run, "goes_on": goes_on, "new_key": pages.new_key()}
    return render(request, "runs/_bar.html", context)
