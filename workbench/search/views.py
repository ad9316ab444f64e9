"""The page of the search, and the options of the palette."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from workbench.accounts.access import Access, rule
from workbench.accounts.http import WorkbenchRequest
from workbench.full_text import BadQuery, Query, parse
from workbench.messages_api import clean_text
from workbench.runs.pages import path_of_page

from .groups import GROUPS, Group, Results
from .palette import options


@rule("team.read")
@require_safe
def page(request: WorkbenchRequest) -> HttpResponse:
    """What matches ``q``: the first of each group, or with ``in`` one group page by page.

    htmx gets the next results of a group alone.
    """
    typed = clean_text(request.GET.get("q", "")).strip()
    chosen = next((group for group in GROUPS if group.key == request.GET.get("in")), None)
    context: dict[str, Any] = {"typed": typed, "chosen": chosen}
    if not typed:
        return render(request, "search/page.html", context)
    try:
        query = parse(typed)
    except BadQuery as problem:
        context["problem"] = str(problem)
        return render(request, "search/page.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    mark = request.GET.get("before", "") if chosen else ""
    if request.htmx and chosen:
        results = chosen.look(request.access, query, mark)
        return render(
            request, "search/_results.html", {**context, "group": chosen, "results": results}
        )
    context["found"] = _found(request.access, query, chosen, mark)
    context["before"] = mark
    return render(request, "search/page.html", context)


@rule("team.read")
@require_safe
def palette(request: WorkbenchRequest) -> HttpResponse:
    """The options for ``q``; for the page that asks by htmx, by its address."""
    if not request.htmx:
        return redirect("search:page", team=request.access.team.slug)
    typed = clean_text(request.GET.get("q", "")).strip()
    query = None
    context: dict[str, Any] = {"typed": typed}
    if typed:
        try:
            query = parse(typed)
        except BadQuery as problem:
            context["problem"] = str(problem)
            return render(request, "search/palette.html", context)
    context["groups"] = options(request.access, query, path_of_page(request))
    return render(request, "search/palette.html", context)


def _found(
    access: Access, query: Query, chosen: Group | None, mark: str
) -> list[tuple[Group, Results]]:
    """Each group that was asked for with what it has, without those that have nothing."""
    groups = [chosen] if chosen else GROUPS
    found = [(group, group.look(access, query, mark)) for group in groups]
    return [(group, results) for group, results in found if results.rows or not results.is_whole]
