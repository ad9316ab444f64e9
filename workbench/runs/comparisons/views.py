"""Side by side: setting a comparison up, its page, and what can be done with all its panes."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import is_id
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.merging.leading import lead_to_merge
from workbench.prompts.models import Draft
from workbench.prompts.posting import is_late, locked_draft, own_draft, posted
from workbench.runs.models import Comparison, Run
from workbench.runs.pages import new_key
from workbench.runs.replies import posted_key, stored
from workbench.runs.start import NotStarted
from workbench.runs.stopping import stop

from . import comparing, panes
from .form import ComparisonForm
from .setup import Setup

LISTED = 10
NOTHING_TO_REPEAT = "No pane of this comparison was run, so there is nothing to run again."


@rule("run.start")
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """The setup of a comparison; a POST changes it (``do``) or runs it."""
    mine = own_draft(request, draft)
    if request.method != "POST":
        return _setup(request, _form_of(request, mine))
    form = ComparisonForm.from_post(request.access, mine, request.POST)
    if _change(form, request.POST.get("do", "show")):
        return _setup(request, form)
    if form.errors or form.notes:
        return _setup(request, form, status=422)
    try:
        made = comparing.begin(request.access, mine, form.name, form.trials, posted_key(request))
    except NotStarted as refusal:
        form.tell(refusal.problems)
        return _setup(request, form, status=422)
    return _to(request, made)


@rule("run.start")
@require_POST
def compare_draft(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Keep the editor's form as the draft, then lead to the setup of a comparison."""
    with transaction.atomic():
        mine = locked_draft(request, draft)
        if not is_late(request, mine):
            form = posted(request, mine)
            form.save_to(mine)
            if form.sender is not None and form.sender.is_apart:
                return lead_to_merge(request, mine, form)
    url = reverse("runs:compare", args=[request.access.team.slug, draft])
    return stored(HttpResponseClientRedirect(url)) if request.htmx else redirect(url)


@rule("run.read")
@require_safe
def comparison(request: WorkbenchRequest, comparison: int) -> HttpResponse:
    """The panes of a comparison, live while any of them goes on."""
    found = request.access.get(Comparison, pk=comparison)
    context = panes.context(request, found, has_differences="differences" in request.GET)
    return render(request, "runs/comparison.html", context)


@rule("run.cancel")
@require_POST
def stop_comparison(request: WorkbenchRequest, comparison: int) -> HttpResponse:
    """Stop every pane that goes on."""
    found = request.access.get(Comparison, pk=comparison)
    for run in comparing.runs_of(found).values():
        if run.is_active:
            stop(request, run)
    if not request.htmx:
        return _to(request, found)
    answer = HttpResponse()
    answer["HX-Reswap"] = "none"
    return answer


@rule("run.start")
@require_POST
def repeat_comparison(request: WorkbenchRequest, comparison: int) -> HttpResponse:
    """Run again: what each pane has sent, once more."""
    found = request.access.get(Comparison, pk=comparison)
    trials = comparing.trials_again(found)
    if not trials:
        return _said(request, found, NOTHING_TO_REPEAT)
    try:
        made = comparing.begin(request.access, found.draft, found.name, trials, posted_key(request))
    except NotStarted as refusal:
        return _said(request, found, str(refusal))
    return _to(request, made)


@rule("prompt.edit")
@require_POST
def open_as_draft(request: WorkbenchRequest, run: int) -> HttpResponse:
    """Go on with what a run has sent, in a draft of its own; variables are filled in there."""
    sent = request.access.get(Run, pk=run)
    asked = sent.message_request
    content = Content(dict(asked.body), asked.api_version, asked.betas)
    draft = Draft.objects.create(
        team=request.access.team,
        user=request.user,
        name=sent.prompt_name,
        upstream=sent.next_upstream,
        content=content.to_dict(),
    )
    EditorForm.of(draft).save_to(draft)  # notes that it is not blank
    return redirect("prompts:draft", request.access.team.slug, draft.pk)


def _change(form: ComparisonForm, wish: str) -> bool:
    """Change the setup as a button of the form says; False when the wish is to run it."""
    verbs = {"pane": form.add, "same": form.add_same, "other": form.add_other_model}
    if wish in verbs:
        verbs[wish]()
    elif wish.startswith("remove-"):
        form.remove(wish.removeprefix("remove-"))
    return wish != "run"


def _form_of(request: WorkbenchRequest, draft: Draft) -> ComparisonForm:
    """A fresh form, or with ``?from=`` the setup of an earlier comparison."""
    earlier = request.GET.get("from", "")
    if is_id(earlier):
        found = request.access.rows(Comparison).filter(pk=int(earlier)).first()
        if found and found.panes:
            setups = [Setup.from_dict(pane) for pane in found.panes]
            return ComparisonForm(request.access, draft, setups)
    return ComparisonForm.first(request.access, draft)


def _setup(request: WorkbenchRequest, form: ComparisonForm, status: int = 200) -> HttpResponse:
    earlier = request.access.rows(Comparison).select_related("user").order_by("-pk")[:LISTED]
    context = {
        "form": form,
        "draft": form.draft,
        "new_key": new_key(),
        "earlier": [] if request.htmx else earlier,
        "is_refused": status >= 400,
        "was_removed": request.POST.get("do", "").startswith("remove-"),
    }
    template = "runs/_compare_form.html" if request.htmx else "runs/compare.html"
    return render(request, template, context, status=status)


def _to(request: WorkbenchRequest, made: Comparison) -> HttpResponse:
    url = reverse("runs:comparison", args=[request.access.team.slug, made.pk])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _said(request: WorkbenchRequest, found: Comparison, sentence: str) -> HttpResponse:
    context = panes.context(request, found) | {"sentence": sentence}
    return render(request, "runs/comparison.html", context, status=422)
