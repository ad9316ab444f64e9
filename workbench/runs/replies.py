"""What the views that begin runs answer: the new run, why there is none, one sentence."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from workbench.accounts.http import WorkbenchRequest
from workbench.catalogue import Problem
from workbench.messages_api import clean_text
from workbench.prompts.conversation import Answered
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft
from workbench.prompts.page import newest_run, workbench_page
from workbench.prompts.slots import problem_slots
from workbench.prompts.turn_page import media_context, turn_context, turn_place

from . import pages
from .models import Run

TOO_LATE = "This form was sent before with another text. Look at the run, then press Run again."
DRAINING = "The server is being restarted. Your text is saved; press Run again in a moment."


def started(
    request: WorkbenchRequest,
    run: Run,
    draft: Draft | None,
    slots: Mapping[str, list[str]] | None = None,
    answered: Answered | None = None,
    *,
    takes_focus: bool = False,
) -> HttpResponse:
    """Show the run where it was asked for.

    ``slots`` are error places to empty, ``answered`` has turns that the page does not show yet.
    The answer ``takes_focus`` when the button that was pressed goes away with the old one.
    """
    url = reverse("runs:run", args=[request.access.team.slug, run.pk])
    if not request.htmx:
        return redirect(url)
    if draft is None or not pages.is_in_editor(request, draft):
        followed = f"?{pages.FOLLOWED}=1" if run.mock_round else ""
        return HttpResponseClientRedirect(url + followed)
    context = pages.answer_context(request.access, run, "run", is_in_editor=True)
    context |= {"draft": draft, "error_slots": slots or {}, "takes_focus": takes_focus}
    turns = turn_pieces(request, draft, answered) if answered is not None else ""
    return HttpResponse(render_to_string("runs/_started.html", context, request) + turns)


def turn_pieces(request: WorkbenchRequest, draft: Draft, answered: Answered) -> str:
    """The pieces that bring the turns of ``answered`` onto the page of its draft."""
    changed = answered.changed
    place = turn_place(answered.form, changed) if changed else "beforeend:#turns"
    context = {
        "draft": draft,
        "form": answered.form,
        **turn_context(answered.form),
        **media_context(draft.team_id, answered.form),
        "new_turns": [changed] if changed else answered.added,
        "focus": answered.added[-1].name if answered.added else "",
        "turn_place": place,
        "gone": [changed.name] if changed else [],
    }
    return render_to_string("runs/_conversation.html", context, request)


def refuse(
    request: WorkbenchRequest,
    draft: Draft,
    form: EditorForm,
    problems: list[Problem],
    waiting: Run | None = None,
) -> HttpResponse:
    """Nothing was sent: say so beside each field, and above the last answer, which stays.

    ``waiting`` is the run whose results were to be sent.
    """
    if not request.htmx:
        return workbench_page(request, draft, form, problems, status=422)
    slots = problem_slots(problems, form)
    # As they stand at the fields, with their lines and the names of tools.
    sentences = [sentence for several in slots.values() for sentence in several]
    context = {
        "problems": [Problem("", sentence) for sentence in sentences],
        "error_slots": slots,
        "draft": draft,
    }
    if waiting is not None:
        context |= {
            "run": waiting,
            "are_results": True,
            "is_in_editor": True,
            "new_key": pages.new_key(),
        }
    answer = render(request, "runs/_refused.html", context, status=422)
    return stored(above_the_answer(answer))


def above_the_answer(response: HttpResponse) -> HttpResponse:
    """Lead htmx to the place for what was not run."""
    response["HX-Retarget"] = "#not-run"
    response["HX-Reswap"] = "innerHTML"
    return response


def stored(response: HttpResponse, toast: str = "") -> HttpResponse:
    """Tell the page that the text it posted is kept, and what else there is to say."""
    said = {"toast": {"text": toast, "kind": "info"}} if toast else {}
    response["HX-Trigger"] = json.dumps({"draft-saved": ""} | said)
    return response


def say(
    request: WorkbenchRequest, sentence: str, status: int, draft: Draft | None = None
) -> HttpResponse:
    """One sentence above the last answer; a restart says when to come back.

    The Run button of ``draft`` comes anew: its key has been used.
    """
    template = "runs/_said.html" if request.htmx else "runs/said.html"
    run = newest_run(draft) if draft else None
    context = {"sentence": sentence, "draft": draft, "run": run}
    answer = render(request, template, context, status=status)
    if status == 503:
        answer["Retry-After"] = "5"
    if request.htmx:
        answer.status_code = 422  # htmx swaps no other error status
        above_the_answer(answer)
    return answer


def posted_key(request: HttpRequest, name: str = "idempotency_key") -> str:
    """The key that the form carries; a client without one gets no protection from itself."""
    key = clean_text(request.POST.get(name, ""))
    return key[:64] or secrets.token_urlsafe(16)
