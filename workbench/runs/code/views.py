"""The code of a draft, a version or a run: its page, its dialog, its files.

A GET shows what its query names. A POST takes a choice, remembers it for the person, and leads to
that; of a draft it also takes the editor's form, which is kept first.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import User
from workbench.messages_api import clean_text
from workbench.prompts.editor import EditorForm
from workbench.prompts.merging.leading import lead_to_merge
from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.prompts.page import pieces
from workbench.prompts.posting import is_late, locked_draft, own_draft, posted
from workbench.runs.models import Run
from workbench.runs.pages import path_of_page

from .choice import Choice
from .files import download
from .page import Shown, context, shown
from .subject import of_form, of_run, of_version

pages = require_http_methods(["GET", "HEAD", "POST"])


@rule("prompt.edit")
@pages
def draft(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """The code of the member's own draft, as it is stored; a POST may store the form first."""
    if request.method == "POST" and "target" not in request.POST:
        return _opened(request, draft)
    found = own_draft(request, draft)
    back = reverse("prompts:draft", args=[request.access.team.slug, draft])
    return _answer(request, _of_draft(request, found), back=back, is_own=True)


@rule("prompt.read")
@pages
def version(request: WorkbenchRequest, prompt: int, number: int) -> HttpResponse:
    """The code of one version."""
    code = _of_version(request, prompt, number)
    back = reverse("prompts:version", args=[request.access.team.slug, prompt, number])
    return _answer(request, code, back=back, detail=f"v{number}")


@rule("run.read")
@pages
def run(request: WorkbenchRequest, run: int) -> HttpResponse:
    """The code of exactly what a run has sent."""
    code = _of_run(request, run)
    back = reverse("runs:run", args=[request.access.team.slug, run])
    return _answer(request, code, back=back, detail=f"Run {run}")


@rule("prompt.edit")
@require_safe
def draft_files(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """The code of a draft as a file, or several in an archive; ``?path=`` names one."""
    return _download(request, _of_draft(request, own_draft(request, draft)))


@rule("prompt.read")
@require_safe
def version_files(request: WorkbenchRequest, prompt: int, number: int) -> HttpResponse:
    """The code of a version as a file, or several in an archive; ``?path=`` names one."""
    return _download(request, _of_version(request, prompt, number))


@rule("run.read")
@require_safe
def run_files(request: WorkbenchRequest, run: int) -> HttpResponse:
    """The code of a run as a file, or several in an archive; ``?path=`` names one."""
    return _download(request, _of_run(request, run))


@transaction.atomic
def _opened(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Keep the editor's form; htmx gets a dialog for it, anybody else is led to the page."""
    found = locked_draft(request, draft)
    form = EditorForm.of(found)
    if not is_late(request, found):
        form = posted(request, found)
        form.save_to(found)
        if form.sender is not None and form.sender.is_apart:
            return lead_to_merge(request, found, form)
    url = reverse("runs:draft-code", args=[request.access.team.slug, draft])
    if not request.htmx:
        return redirect(url)
    choice = Choice.of({}, request.user.code_choice)
    subject = of_form(form, found.team_id, is_open=choice.has_arguments)
    more = context(shown(subject, choice), url, is_own=True)
    response = pieces(request, found, form)
    response.write(render_to_string("runs/code/_pieces.html", more, request))
    return response


def _of_draft(request: WorkbenchRequest, draft: Draft) -> Shown:
    choice = _choice(request)
    form = EditorForm.of(draft)
    return shown(of_form(form, draft.team_id, is_open=choice.has_arguments), choice)


def _of_version(request: WorkbenchRequest, prompt: int, number: int) -> Shown:
    found = request.access.get(Prompt, pk=prompt)
    version = request.access.get(PromptVersion, prompt=found, number=number)
    version.prompt = found
    choice = _choice(request)
    return shown(of_version(version, is_open=choice.has_arguments), choice)


def _of_run(request: WorkbenchRequest, run: int) -> Shown:
    return shown(of_run(request.access.get(Run, pk=run)), _choice(request))


def _choice(request: WorkbenchRequest) -> Choice:
    asked = request.POST if request.method == "POST" else request.GET
    return Choice.of({name: clean_text(asked[name]) for name in asked}, request.user.code_choice)


def _answer(request: WorkbenchRequest, code: Shown, **more: Any) -> HttpResponse:
    """The page, or for htmx the dialog; after a choice its inside."""
    url = request.path
    address = f"{url}?{code.choice.query()}"
    if request.method == "POST":
        User.objects.filter(pk=request.user.pk).update(code_choice=code.choice.to_dict())
        if not request.htmx:
            return redirect(address)
    template = "page" if not request.htmx else "_code" if request.method == "POST" else "_dialog"
    shown_context = context(code, url, is_alone=_is_alone(request), **more)
    response = render(request, f"runs/code/{template}.html", shown_context)
    if request.method == "POST" and _is_alone(request):
        response["HX-Replace-Url"] = address
    return response


def _is_alone(request: WorkbenchRequest) -> bool:
    """Whether the code stands on its own page, not in a dialog of another one."""
    return not request.htmx or path_of_page(request) == request.path


def _download(request: WorkbenchRequest, code: Shown) -> HttpResponse:
    return download(code, clean_text(request.GET.get("path", "")))
