"""Pages and actions of runs. A view fetches, checks, calls one verb, answers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.catalogue import Problem
from workbench.messages_api import clean_text
from workbench.prompts.content import MissingValues
from workbench.prompts.conversation import append_answer
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft, PromptVersion
from workbench.prompts.page import workbench_page
from workbench.prompts.posting import is_late, locked_draft, posted
from workbench.prompts.slots import problem_slots

from . import again, pages
from .filters import RunFilter
from .fragments import plain_text
from .models import ACTIVE, Run, State
from .reasons import CANCELLED
from .start import Conflict, Draining, NotStarted, Origin, start
from .store import CHANNEL

TOO_LATE = "This form was sent before with another text. Look at the run, then press Run again."
OVER = "This run has already ended."
DRAINING = "The server is being restarted. Your text is saved; press Run again in a moment."


@rule("run.start")
@require_POST
def create(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Save the editor's form as the draft, then run it."""
    with transaction.atomic():
        mine = locked_draft(request, draft)
        has_later = is_late(request, mine)  # the page has stored what was typed after the click
        form = posted(request, mine)
        if not has_later:
            form.save_to(mine)
    if form.errors:
        return _refuse(request, mine, form, form.errors)
    try:
        run = start(
            request.access,
            form.content.to_request(form.values),
            values=form.values,
            upstream=form.upstream,
            idempotency_key=_key(request),
            origin=_origin(mine, form),
        )
    except MissingValues as missing:
        problems = [Problem(f"variables.{name}", str(missing)) for name in missing.names[:1]]
        return _refuse(request, mine, form, problems)
    except NotStarted as refusal:
        return _refuse(request, mine, form, refusal.problems)
    except Conflict:
        return _stored(_say(request, TOO_LATE, 409, mine))
    except Draining:
        return _stored(_say(request, DRAINING, 503))
    return _started(request, run, mine, problem_slots([], form))


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
    try:
        run_again = start(
            request.access,
            make(before),
            values=before.values,
            upstream=before.upstream,
            idempotency_key=_key(request),
            origin=origin,
        )
    except NotStarted as refusal:
        return _say(request, str(refusal), 422)
    except Conflict:
        return _say(request, TOO_LATE, 409)
    except Draining:
        return _say(request, DRAINING, 503)
    return _started(request, run_again, draft)


@rule("run.cancel")
@require_POST
def cancel(request: WorkbenchRequest, run: int) -> HttpResponse:
    """Stop a run, wherever it is executed; one that has ended stays as it is."""
    wanted = request.access.get(Run, pk=run)
    if wanted.user_id != request.user.pk:
        request.access.require("run.cancel-any")
    now = timezone.now()
    queued = Run.objects.filter(pk=run, state=State.QUEUED)
    if not queued.update(
        state=State.CANCELLED, ending=CANCELLED, cancel_requested_at=now, finished_at=now
    ):
        Run.objects.filter(pk=run, state__in=ACTIVE).update(cancel_requested_at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"cancel:{run}"])
    if not request.htmx:
        return redirect("runs:run", request.access.team.slug, run)
    response = HttpResponse(status=200)
    response["HX-Reswap"] = "none"
    if not wanted.is_active:
        response["HX-Trigger"] = json.dumps({"toast": {"text": OVER, "kind": "info"}})
    return response


@rule("prompt.edit")
@require_POST
def converse(request: WorkbenchRequest, run: int) -> HttpResponse:
    """Add to Conversation: the answer becomes the next turn of the draft it came from."""
    answered = request.access.get(Run, pk=run)
    mine = request.access.get(Draft, pk=answered.draft_id or 0, user=request.user)
    if "name" in request.POST:  # the editor's form came along: what was typed is stored first
        with transaction.atomic():
            mine = locked_draft(request, mine.pk)
            posted(request, mine).save_to(mine)
    if answered.is_active:
        return _say(request, "Wait until the answer is whole, or stop the run first.", 409)
    turns = append_answer(mine, answered.message or {})
    if request.htmx:
        context = {"turns": turns, "draft": mine, "access": request.access}
        return render(request, "runs/_conversation.html", context)
    return redirect("prompts:draft", request.access.team.slug, mine.pk)


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
    return _tab(request, run, "run")


@rule("run.read")
@require_safe
def request_tab(request: WorkbenchRequest, run: int) -> HttpResponse:
    """The request exactly as it was sent."""
    return _tab(request, run, "request")


@rule("run.read")
@require_safe
def log_tab(request: WorkbenchRequest, run: int) -> HttpResponse:
    """The upstream's events with the time each came."""
    return _tab(request, run, "log")


@rule("run.read")
@require_safe
def headers_tab(request: WorkbenchRequest, run: int) -> HttpResponse:
    """Request and response headers, the key left out."""
    return _tab(request, run, "headers")


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
    context = pages.answer_context(request.access, wanted, "run")
    answer = render(request, "runs/_outcome.html", context | {"is_fetched": True})
    if not wanted.is_active:
        answer["HX-Trigger"] = "run-over"
    return answer


@rule("prompt.read")
@require_safe
def run_bar(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """The Run or Stop button of the editor."""
    mine = request.access.get(Draft, pk=draft, user=request.user)
    run = mine.runs.order_by("-pk").first()
    context = {"draft": mine, "run": run, "new_key": pages.new_key()}
    return render(request, "runs/_bar.html", context)


def _tab(request: WorkbenchRequest, run: int, tab: str) -> HttpResponse:
    wanted = request.access.get(Run, pk=run)
    context = pages.answer_context(request.access, wanted, tab, request.GET.get("view", ""))
    return render(request, "runs/_pane.html" if request.htmx else "runs/run.html", context)


def _started(
    request: WorkbenchRequest,
    run: Run,
    draft: Draft | None,
    slots: Mapping[str, list[str]] | None = None,
) -> HttpResponse:
    """Show the run where it was asked for; ``slots`` are error places to empty."""
    url = reverse("runs:run", args=[request.access.team.slug, run.pk])
    if not request.htmx:
        return redirect(url)
    if draft is None or draft.user_id != request.user.pk or _is_on(request, "/runs/"):
        return HttpResponseClientRedirect(url)
    context = pages.answer_context(request.access, run, "run")
    return render(
        request, "runs/_started.html", context | {"draft": draft, "error_slots": slots or {}}
    )


def _refuse(
    request: WorkbenchRequest, draft: Draft, form: EditorForm, problems: list[Problem]
) -> HttpResponse:
    """Nothing was sent: say so beside each field, and above the last answer, which stays."""
    if not request.htmx:
        return workbench_page(request, draft, form, problems, status=422)
    context = {
        "problems": problems,
        "error_slots": problem_slots(problems, form),
        "draft": draft,
    }
    answer = render(request, "runs/_refused.html", context, status=422)
    return _stored(_above_the_answer(answer))


def _above_the_answer(response: HttpResponse) -> HttpResponse:
    """Lead htmx to the place for what was not run."""
    response["HX-Retarget"] = "#not-run"
    response["HX-Reswap"] = "innerHTML"
    return response


def _stored(response: HttpResponse) -> HttpResponse:
    """Tell the page that the text it posted is kept."""
    response["HX-Trigger"] = "draft-saved"
    return response


def _say(
    request: WorkbenchRequest, sentence: str, status: int, draft: Draft | None = None
) -> HttpResponse:
    """One sentence above the last answer; a restart says when to come back.

    The Run button of ``draft`` comes anew: its key has been used.
    """
    template = "runs/_said.html" if request.htmx else "runs/said.html"
    run = draft.runs.order_by("-pk").first() if draft else None
    context = {"sentence": sentence, "draft": draft, "run": run}
    answer = render(request, template, context, status=status)
    if status == 503:
        answer["Retry-After"] = "5"
    if request.htmx:
        answer.status_code = 422  # htmx swaps no other error status
        _above_the_answer(answer)
    return answer


def _origin(draft: Draft, form: EditorForm) -> Origin:
    """Which prompt and version is being run; a changed draft is no version."""
    number = draft.base_number
    version = PromptVersion.objects.filter(prompt=draft.prompt_id, number=number or 0).first()
    if version is None or version.content_hash != form.content.digest():
        number = None
    name = form.name or (draft.prompt.name if draft.prompt else "")
    return Origin(draft, draft.prompt, name, number)


def _key(request: HttpRequest) -> str:
    """The key that the form carries; a client without one gets no protection from itself."""
    key = clean_text(request.POST.get("idempotency_key", ""))
    return key[:64] or secrets.token_urlsafe(16)


def _is_on(request: WorkbenchRequest, part: str) -> bool:
    return part in (request.htmx.current_url_abs_path or "")
