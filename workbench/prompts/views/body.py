"""The body of a draft as JSON: everything the form has, and everything it has no field for."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from workbench import catalogue
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.catalogue import Problem
from workbench.messages_api import MessageRequest, clean_text
from workbench.prompts.body_text import Remark, body_of, remarks, text_of
from workbench.prompts.bound import Unreadable
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.media.measures import problems_of_media
from workbench.prompts.media.store import extracted
from workbench.prompts.merging.copies import new_page
from workbench.prompts.merging.leading import lead_to_merge
from workbench.prompts.models import Draft
from workbench.prompts.posting import locked_draft, own_draft, posted, posted_page, shown_to

APPLIED = "The form now shows this body."


@rule("prompt.edit")
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def body(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """The JSON of the body. A POST stores the editor's form, ``check``s a text or applies it."""
    if request.method != "POST":
        found = own_draft(request, draft)
        return _page(request, found, text_of(EditorForm.of(found).content.body))
    found = locked_draft(request, draft)
    if "body-text" in request.POST:
        return _read(request, found, clean_text(request.POST["body-text"]))
    form = posted(request, found)
    form.save_to(found)
    if form.sender is not None and form.sender.is_apart:
        return lead_to_merge(request, found, form)
    url = reverse("prompts:body", args=[request.access.team.slug, draft])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _read(request: WorkbenchRequest, draft: Draft, text: str) -> HttpResponse:
    """Apply the text, or show again what was typed with what is wrong with it."""
    shown, sender = shown_to(request, draft)
    form = EditorForm.of(shown)
    form.sender = sender
    try:
        form.replace_body(extracted(body_of(text), request.access.team))
    except Unreadable as error:
        return _page(request, draft, text, error=str(error), status=422)
    if "check" in request.POST:
        found = remarks(_problems(form.content, draft.team_id), text)
        return _page(request, draft, text, found=found, is_checked=True)
    form.save_to(draft)
    if sender.is_apart:
        return lead_to_merge(request, draft, form)
    messages.success(request, APPLIED)
    return redirect("prompts:draft", team=request.access.team.slug, draft=draft.pk)


def _problems(content: Content, team_id: int) -> list[Problem]:
    """What the API would refuse, and which kept files are not there."""
    model = catalogue.get(str(content.body.get("model", "")))
    asked = MessageRequest(content.api_version, content.betas, content.body)
    return [*problems_of_media(content.body, team_id, model), *catalogue.problems(asked)]


def _page(
    request: WorkbenchRequest,
    draft: Draft,
    text: str,
    *,
    error: str = "",
    found: list[Remark] | None = None,
    is_checked: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "draft": draft,
        "page": posted_page(request) if "body-text" in request.POST else new_page(draft),
        "text": text,
        "error": error,
        "remarks": found or [],
        "is_checked": is_checked,
        "api_version": draft.parsed.api_version,
    }
    return render(request, "prompts/body.html", context, status=status)
