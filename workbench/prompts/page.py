"""What the Workbench page and its out-of-band pieces are rendered from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from workbench.accounts.connections.destinations import destinations_of, spend_refusal
from workbench.accounts.http import WorkbenchRequest
from workbench.catalogue import API_VERSIONS, Problem

from .editor import EditorForm, is_changed
from .merging.copies import new_page, unmerged
from .merging.presence import others_at, say_present
from .models import Draft, Prompt, PromptVersion
from .parameters import blank_beta, blank_stop, model_groups, schema_problems
from .posting import posted_page
from .slots import mark_problems, problem_slots
from .system_prompts.origin import origin_of
from .tools import shown_choice, tool_problems
from .turn_page import media_context, turn_context
from .value_sets.panel import value_sets_context

CANDIDATES_SHOWN = 60


def stored_page(request: WorkbenchRequest, draft: Draft) -> HttpResponse:
    """The whole page of a stored draft beside its newest run.

    The run is looked up first and the text read after it: a round of tool results stores its run
    and its turns at once, so a page that shows the run has them.
    """
    run = newest_run(draft)
    say_present(draft)
    draft.refresh_from_db(fields=["name", "content", "values", "updated_at"])
    context = _workbench_context(request, draft, EditorForm.of(draft), run)
    return render(request, "prompts/workbench.html", context)


def workbench_page(
    request: WorkbenchRequest,
    draft: Draft,
    form: EditorForm,
    problems: Iterable[Problem] = (),
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The whole page; ``problems`` stand beside their fields, after what the form itself found.

    ``more`` goes into its context.
    """
    context = _workbench_context(request, draft, form, newest_run(draft), problems) | more
    return render(request, "prompts/workbench.html", context, status=status)


def _workbench_context(
    request: WorkbenchRequest,
    draft: Draft,
    form: EditorForm,
    run: Any,
    problems: Iterable[Problem] = (),
) -> dict[str, Any]:
    """The context of ``prompts/workbench.html``."""
    return (
        _state(draft, form)
        | _choices(form)
        | {
            "draft": draft,
            "form": form,
            "run": run,
            "errors": mark_problems([*form.errors, *_told_while_typing(form), *problems], form),
            "destinations": destinations_of(draft.team_id),
            "spend_refusal": spend_refusal(request.access),
            "blank_stop": blank_stop(),
            "blank_beta": blank_beta(),
            "marks": {region.name: region.mark for region in form.panel.regions.values()},
            "others": others_at(draft.prompt, request.user),
            "page": posted_page(request) or new_page(draft),
            **turn_context(form),
            **media_context(draft.team_id, form),
            **value_sets_context(draft),
        }
    )


def newest_run(draft: Draft) -> Any:
    """The run that was begun last from ``draft``, None before the first."""
    return draft.runs.order_by("-pk").first()


def pieces(
    request: WorkbenchRequest, draft: Draft, form: EditorForm, status: int = 200, **parts: Any
) -> HttpResponse:
    """The pieces that follow from a stored form, each swapped in by its id; never a field.

    ``parts`` are what the action added (``new_turns``, ``new_rows``, ``new_stops``), the ids it
    took away (``gone``) and a ``toast``. The page is told that its text is stored.
    """
    turns = turn_context(form)
    mark = turns["turns_mark"]
    has_new = any(parts.get(name) for name in ("new_turns", "new_blocks", "are_all_turns_new"))
    context = (
        _state(draft, form)
        | (media_context(draft.team_id, form) if has_new else {})
        | {
            "draft": draft,
            "form": form,
            **turns,
            "are_turns_stale": request.POST.get("turns-drawn", mark) != mark,
            "slots": problem_slots([*form.errors, *_told_while_typing(form)], form),
            **_choices(form),
            **_stale_regions(request, form, parts.get("redrawn", ())),
            **(value_sets_context(draft) if parts.get("is_removal_over") else {}),
            **parts,
        }
    )
    response = render(request, "prompts/_pieces.html", context, status=status)
    if "X-Autosave" not in request.headers:
        events: dict[str, Any] = {"draft-saved": ""}
        if parts.get("toast"):
            kind = "ok" if status < 400 else "error"
            events["toast"] = {"text": parts["toast"], "kind": kind}
        response["HX-Trigger"] = json.dumps(events)
    return response


def _choices(form: EditorForm) -> dict[str, Any]:
    """The models and API versions to choose from, the one of the draft among them."""
    versions = sorted({form.kept.api_version, *API_VERSIONS}, reverse=True)
    return {"groups": model_groups(), "api_versions": versions}


def _stale_regions(
    request: WorkbenchRequest, form: EditorForm, redrawn: Collection[str]
) -> dict[str, Any]:
    """The parts of the parameters that have to be drawn anew, and what is on the page then.

    An autosave may come while somebody types: then only the parts without fields are drawn.
    """
    drawn = dict(mark.split(" ", 1) for mark in request.POST.getlist("drawn") if " " in mark)
    regions = form.panel.regions.values()
    stale = [
        region
        for region in regions
        if region.name in redrawn or drawn.get(region.name, region.mark) != region.mark
    ]
    if "X-Autosave" in request.headers:
        stale = [region for region in stale if not region.has_fields]
    marks = drawn | {region.name: region.mark for region in stale}
    return {"stale_regions": stale, "marks": marks, "are_offers_stale": bool(stale)}


def _state(draft: Draft, form: EditorForm) -> dict[str, Any]:
    candidates = form.candidates
    content = form.content
    return {
        "is_changed": is_changed(draft, content, form.name),
        "origin": origin_of(draft.team_id, content),
        "newer": newer_version(draft),
        "unmerged": unmerged(draft),
        "candidates": candidates[:CANDIDATES_SHOWN],
        "candidate_count": len(candidates),
        "tool_choice": shown_choice(content, form.tools),
    }


def _told_while_typing(form: EditorForm) -> list[Problem]:
    """What the API would refuse of the tools and of the schema of the answer."""
    content = form.content
    return [*schema_problems(content), *tool_problems(content, form.tools)]


def newer_version(draft: Draft) -> PromptVersion | None:
    """The latest version, when somebody saved it after this draft was begun."""
    return version_since(draft.prompt, draft.base_number or 0) if draft.prompt else None


def version_since(prompt: Prompt, number: int) -> PromptVersion | None:
    """The latest version, when it has a higher number; without its content."""
    if prompt.latest_number <= number:
        return None
    versions = PromptVersion.objects.filter(prompt=prompt, number=prompt.latest_number)
    return versions.select_related("author").defer("content").first()
