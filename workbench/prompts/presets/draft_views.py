"""The presets of a draft: choosing one, seeing what it changes, taking it, and making one.

Each answers htmx with the inside of the dialog in the workbench, and anybody else with a page.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import is_id
from workbench.messages_api import clean_text
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft, Preset
from workbench.prompts.page import pieces
from workbench.prompts.parameters import errors
from workbench.prompts.posting import is_late, locked_draft, posted

from .applying import Preview
from .lines import changes, lines_of
from .listing import presets_page
from .parts import PERSONAL, chosen, name_of, parameters_in, parts_of
from .saving import Refused, Taken, save

NONE_CHOSEN = "Choose a preset first."
NOTHING_TICKED = "Tick at least one parameter: a preset without any changes nothing."
IS_TAKEN = "There is a preset “{name}” already: replace it, or choose another name."
IS_ANOTHER = "This preset was replaced while you looked at it; this is what it changes now."


@rule("prompt.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def presets(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """The presets to choose from, or what ``preset`` changes. A POST stores the editor's form."""
    if request.method == "POST":
        return _opened(request, draft)
    found = request.access.get(Draft, pk=draft, user=request.user)
    if "preset" in request.GET:
        preset = _preset(request, request.GET["preset"])
        return _previewed(request, found, Preview(EditorForm.of(found), preset))
    return _chooser(request, found)


@transaction.atomic
def _opened(request: WorkbenchRequest, draft: int) -> HttpResponse:
    found = locked_draft(request, draft)
    form = EditorForm.of(found)
    if not is_late(request, found):
        form = posted(request, found)
        form.save_to(found)
    if not request.htmx:
        return redirect("prompts:draft-presets", team=request.access.team.slug, draft=draft)
    return pieces(request, found, form, preset_page=presets_page(request.access))


@rule("prompt.edit")
@require_POST
@transaction.atomic
def application(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Let the draft take a preset, with the replacements named by ``accept``."""
    found = locked_draft(request, draft)
    if not request.POST.get("preset"):
        return _chooser(request, found, error=NONE_CHOSEN, status=422)
    preview = Preview(EditorForm.of(found), _preset(request, request.POST["preset"]))
    if request.POST.get("seen") != preview.digest:
        return _previewed(request, found, preview, error=IS_ANOTHER, status=422)
    accepted = preview.accepted(request.POST.getlist("accept"))
    preview.form.take_parameters(accepted, list(parts_of(preview.preset.parameters)))
    preview.form.save_to(found)
    messages.success(request, f"The preset “{preview.preset.name}” was applied.")
    url = reverse("prompts:draft", args=[request.access.team.slug, draft])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@rule("prompt.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """The form of a preset made from the draft's parameters; a POST makes or replaces it."""
    found = request.access.get(Draft, pk=draft, user=request.user)
    if request.method != "POST":
        return _save_form(request, found)
    parameters = chosen(parameters_in(found.parsed), request.POST.getlist("part"))
    try:
        if not parts_of(parameters):
            raise Refused(NOTHING_TICKED)
        made = _saved(request, parameters)
    except Taken as taken:
        error = IS_TAKEN.format(name=taken.other.name)
        return _save_form(request, found, error=error, other=taken.other, taken=parameters)
    except Refused as refused:
        return _save_form(request, found, error=str(refused))
    told = f"Saved as the preset “{made.name}”."
    if request.htmx:
        return _chooser(request, found, told=told)
    messages.success(request, told)
    return redirect("prompts:draft", team=request.access.team.slug, draft=draft)


def _saved(request: WorkbenchRequest, parameters: dict[str, Any]) -> Preset:
    post = request.POST
    name, description = post.get("preset-name", ""), post.get("preset-description", "")
    return save(request, name, description, parameters, _number(post.get("replaces", "")))


def _number(text: str) -> int | None:
    return int(text) if is_id(text) else None


def _preset(request: WorkbenchRequest, text: str) -> Preset:
    number = _number(text)
    if number is None:
        raise Http404("no such preset")
    return request.access.get(Preset, pk=number)


def _shown(
    request: WorkbenchRequest, draft: Draft, part: str, status: int, **context: Any
) -> HttpResponse:
    """The template ``part`` alone for the dialog, else as a page."""
    context |= {"draft": draft, "part": f"prompts/presets/{part}.html", "is_alone": True}
    template = context["part"] if request.htmx else "prompts/presets/draft.html"
    return render(request, template, context, status=status)


def _chooser(
    request: WorkbenchRequest, draft: Draft, *, told: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    page = presets_page(request.access, clean_text(request.GET.get("after", "")))
    return _shown(request, draft, "_choose", status, preset_page=page, told=told, error=error)


def _previewed(
    request: WorkbenchRequest,
    draft: Draft,
    preview: Preview,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    return _shown(request, draft, "_preview", status, preview=preview, error=error)


def _save_form(
    request: WorkbenchRequest,
    draft: Draft,
    *,
    error: str = "",
    other: Preset | None = None,
    taken: dict[str, Any] | None = None,
) -> HttpResponse:
    """The form, on a refusal with what was typed and ticked."""
    parameters, post = parameters_in(draft.parsed), request.POST
    is_first = request.method != "POST"
    ticked = set(post.getlist("part"))
    rows = [
        (name_of(part), lines, part not in PERSONAL if is_first else name_of(part) in ticked)
        for part, lines in _lines_by_part(parameters).items()
    ]
    differences = changes(lines_of(other.parameters), lines_of(taken or {})) if other else []
    return _shown(
        request,
        draft,
        "_save",
        422 if error else 200,
        rows=rows,
        name=clean_text(post.get("preset-name", "")),
        description=clean_text(post.get("preset-description", "")),
        error=error,
        other=other,
        differences=differences,
        unreadable=errors(EditorForm.of(draft).typed),
    )


def _lines_by_part(parameters: dict[str, Any]) -> dict[tuple[str, ...], list[Any]]:
    """The lines of each part that is set."""
    found: dict[tuple[str, ...], list[Any]] = {}
    for line in lines_of(parameters):
        found.setdefault(line.part, []).append(line)
    return found
