"""Going on from an answer: the results of its tool calls, and a complaint at its field."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.catalogue import Problem
from workbench.prompts.conversation import Answered, with_answer, with_results
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft
from workbench.prompts.posting import is_late, locked_draft, posted
from workbench.prompts.slots import problem_slots

from . import again, pages, typed_results
from .complaints import slot_of_complaint
from .models import Run
from .replies import (
    DRAINING,
    TOO_LATE,
    above_the_answer,
    posted_key,
    refuse,
    say,
    started,
    stored,
    turn_pieces,
)
from .results import Waiting, waiting_of
from .start import Conflict, Draining, NotStarted, Origin, start, start_form
from .stopping import stop_what_follows

THERE_ALREADY = "The conversation ends with this answer already."
NOTHING_TO_ADD = "Nothing of this answer can be sent back, so it makes no turn."
TOO_EARLY = "Wait until the answer is whole, or stop the run first."
NOT_WAITING = "This run waits for no results. Look at how it ended."
NOT_MOCKED = "A call has no mocked result. Fill in the results and send them."
STOPPED = "You pressed Stop, so the mocked results were not sent."


@rule("run.start")
@require_POST
def results(request: WorkbenchRequest, run: int) -> HttpResponse:
    """Send the results of an answer's tool calls, and run on.

    From the editor the turns go into its draft; else the run's own request is carried on.
    """
    asked = request.access.get(Run, pk=run)
    found = waiting_of(asked, request.user)
    if found is None:
        return say(request, NOT_WAITING, 409)
    waiting = found.with_posted(request.POST.dict())
    is_own = asked.draft is not None and asked.draft.user_id == request.user.pk
    if is_own and "mocks" not in request.POST:
        _note_typed(request, asked)
    if "mocks" in request.POST and not waiting.can_mock:
        return _refused(request, waiting, [Problem("", NOT_MOCKED)])
    if waiting.problems:
        return _refused(request, waiting, waiting.problems)
    goes_on_alone = posted_key(request, "results_key") == waiting.own_key
    if goes_on_alone and asked.cancel_requested_at:
        return _refused(request, waiting, [Problem("", STOPPED)])
    try:
        if is_own and "editor" in request.POST:
            answer = _from_draft(request, waiting)
        else:
            answer = _from_run(request, waiting)
    except NotStarted as refusal:
        return _refused(request, waiting, refusal.problems)
    except Conflict:
        return _refused(request, waiting, [Problem("", TOO_LATE)])
    except Draining:
        return say(request, DRAINING, 503)
    if goes_on_alone:
        stop_what_follows(request, asked)
    return answer


@rule("prompt.edit")
@require_POST
def keep_results(request: WorkbenchRequest, run: int) -> HttpResponse:
    """Keep the results as typed, with the draft of the run, until they are sent."""
    _note_typed(request, request.access.get(Run, pk=run))
    return HttpResponse(status=204)


@rule("prompt.edit")
@require_POST
def converse(request: WorkbenchRequest, run: int) -> HttpResponse:
    """Add to Conversation: the answer becomes the next turn of the draft it came from.

    Its tool calls get a turn for their results, ``ask`` a request to go on where it was cut.
    """
    answered = request.access.get(Run, pk=run)
    mine = request.access.get(Draft, pk=answered.draft_id or 0, user=request.user)
    with transaction.atomic():
        draft, form = _posted_form(request, answered)
        if answered.is_active:
            return say(request, TOO_EARLY, 409)
        waiting = waiting_of(answered, request.user)
        if waiting is None and not again.can_add(answered):
            return say(request, NOTHING_TO_ADD, 409)
        if waiting is not None:
            grown = _with_results(form, waiting.with_posted(request.POST.dict()))
        else:
            reply = again.request_to_go_on(answered) if "ask" in request.POST else ""
            whole, beginnings = again.whole_answer(answered), again.beginnings_of(answered)
            grown = _added_once(form, with_answer(form, whole, reply, beginnings))
        grown.form.save_to(draft)
    if pages.is_in_editor(request, draft):
        toast = "" if grown.added or grown.changed else THERE_ALREADY
        return stored(HttpResponse(turn_pieces(request, draft, grown)), toast)
    url = reverse("prompts:draft", args=[request.access.team.slug, mine.pk])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@rule("prompt.edit")
@require_POST
def complaint(request: WorkbenchRequest, run: int) -> HttpResponse:
    """What the upstream did not accept, at its field in the posted form of the run's draft."""
    refused = request.access.get(Run, pk=run)
    mine = request.access.get(Draft, pk=refused.draft_id or 0, user=request.user)
    form = EditorForm.from_post(request.POST, mine)
    context = {"slots": slot_of_complaint(refused, form)}
    return render(request, "runs/_complaint.html", context)


def _added_once(form: EditorForm, grown: Answered) -> Answered:
    """``grown``, or the form as it is when it ends with the same answer: a second click."""
    if grown.changed:
        return grown
    *answers, _reply = [turn.message for turn in grown.added]
    there = [turn.message for turn in form.turns][-len(grown.added) :]
    return Answered(form, []) if answers and there[:-1] == answers else grown


@transaction.atomic
def _note_typed(request: WorkbenchRequest, run: Run) -> None:
    """Note the posted results in the member's own draft; raises ``Http404``."""
    draft = locked_draft(request, run.draft_id or 0)
    typed_results.note(draft, run, request.POST.dict())
    draft.save(update_fields=["content"])


def _from_run(request: WorkbenchRequest, waiting: Waiting) -> HttpResponse:
    """A new run of the same request with the answer and its results behind it."""
    asked = waiting.run
    run = start(
        request.access,
        again.answered(asked, waiting.results),
        values=asked.values,
        upstream=asked.next_upstream,
        idempotency_key=posted_key(request, "results_key"),
        origin=Origin(
            None,
            asked.prompt,
            asked.prompt_name,
            asked.version_number,
            continues=asked,
            mock_round=_round(request, waiting),
        ),
        transformations=asked.transformations,
    )
    return started(request, run, None)


def _from_draft(request: WorkbenchRequest, waiting: Waiting) -> HttpResponse:
    """Run the draft with the turns and keep them; when it cannot run, nothing is added."""
    own = request.access.rows(Run).filter(user=request.user)
    begun = own.filter(idempotency_key=waiting.own_key).first()
    is_alone = posted_key(request, "results_key") == waiting.own_key
    if begun is not None and is_alone:
        return _begun_elsewhere(request, waiting, begun)
    draft, form = _posted_form(request, waiting.run)
    answered = _with_results(form, waiting)
    try:
        run = _begun(request, waiting, draft, answered.form)
    except NotStarted as refusal:
        if request.htmx:
            return refuse(request, draft, form, refusal.problems, waiting.run)
        raise
    slots = problem_slots([], form)
    return stored(started(request, run, draft, slots, answered, takes_focus=not is_alone))


def _begun_elsewhere(request: WorkbenchRequest, waiting: Waiting, begun: Run) -> HttpResponse:
    """The round that another page of the same draft has begun, with its turns, shown here too.

    The form that came along is older than what that page has stored, so it is not kept: what was
    typed into it comes with the next autosave, which has the turns.
    """
    draft = request.access.get(Draft, pk=waiting.run.draft_id or 0, user=request.user)
    is_whole = "name" in request.POST
    form = EditorForm.from_post(request.POST, draft) if is_whole else EditorForm.of(draft)
    return started(request, begun, draft, {}, _with_results(form, waiting))


@transaction.atomic
def _posted_form(request: WorkbenchRequest, run: Run) -> tuple[Draft, EditorForm]:
    """The draft and its form; a form that came along is stored first."""
    draft = locked_draft(request, run.draft_id or 0)
    if "name" not in request.POST:
        return draft, EditorForm.of(draft)
    has_later = is_late(request, draft)
    form = posted(request, draft)
    form.shown_slots += request.POST.getlist("complaint-shown")
    if not has_later:
        form.save_to(draft)
    return draft, form


@transaction.atomic
def _begun(request: WorkbenchRequest, waiting: Waiting, draft: Draft, form: EditorForm) -> Run:
    """The run of the form with its results.

    The turns come into what is stored, which may have been edited since, at the same time: a page
    that shows the run has them.
    """
    locked = locked_draft(request, draft.pk)
    origin = Origin.of(locked, form).after(waiting.run, _round(request, waiting))
    key = posted_key(request, "results_key")
    run = start_form(request.access, form, idempotency_key=key, origin=origin)
    _with_results(EditorForm.of(locked), waiting).form.save_to(locked)
    return run


def _with_results(form: EditorForm, waiting: Waiting) -> Answered:
    return with_results(form, again.whole_answer(waiting.run), waiting.results)


def _refused(request: WorkbenchRequest, waiting: Waiting, problems: list[Problem]) -> HttpResponse:
    """Why nothing was sent; what was typed stays where it is, and can be sent anew."""
    context = pages.answer_context(
        request.access, waiting.run, "run", is_in_editor="editor" in request.POST
    )
    context |= {"waiting": waiting, "problems": problems, "are_results": True}
    if not request.htmx:
        return render(request, "runs/run.html", context, status=422)
    answer = render(request, "runs/_refused.html", context, status=422)
    return above_the_answer(answer)


def _round(request: WorkbenchRequest, waiting: Waiting) -> int | None:
    """Which round of mocked results this is; None when a person sends what they typed."""
    return waiting.next_round if "mocks" in request.POST else None
