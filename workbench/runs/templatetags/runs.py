"""The answer and the Run button for pages of other packages: they need no context of runs."""

from __future__ import annotations

from typing import Any

from django.template import Context, Library

from workbench.runs import pages
from workbench.runs.filters import RunFilter
from workbench.runs.models import Run
from workbench.runs.rate_limits import RateLimit, rate_limits
from workbench.runs.team_usage.filters import UsageFilter
from workbench.runs.team_usage.sums import Sums
from workbench.runs.usage import UsageSummary, usage_of

register = Library()


@register.inclusion_tag("runs/_pane.html", takes_context=True)
def answer_pane(context: Context) -> dict[str, Any]:
    """The right column: the answer of the context's ``run``, or a welcome without one."""
    run: Run | None = context.get("run")
    shared = {name: context.get(name) for name in ("request", "team", "access", "obstacle", "user")}
    access = context["access"]
    if run is None:
        return shared | {"run": None}
    return shared | pages.answer_context(access, run, "run", is_in_editor=True)


@register.inclusion_tag("runs/_bar.html", takes_context=True)
def run_bar(context: Context, oob: bool = False) -> dict[str, Any]:
    """The Run button, or Stop while the context's ``run`` goes on."""
    names = ("request", "team", "access", "draft", "run", "csrf_token")
    return {name: context.get(name) for name in names} | {"new_key": pages.new_key(), "oob": oob}


@register.filter
def value_of(chosen: RunFilter | UsageFilter, name: str) -> str:
    """What a filter is set to."""
    return str(getattr(chosen, name, ""))


@register.filter
def usage_summary(run: Run) -> UsageSummary:
    """What a finished run used and what it cost."""
    return usage_of(run)


@register.filter
def limits_of(run: Run) -> list[RateLimit]:
    """What its response headers said of the rate limits."""
    return rate_limits(run.response_headers)


@register.simple_tag
def usage_query(chosen: UsageFilter, **changes: str) -> str:
    """The query string of the page of usage with ``changes``."""
    return chosen.query(**changes)


@register.simple_tag
def usage_row_query(chosen: UsageFilter, key: str) -> str:
    """The query string of the days of one row of the page's table."""
    return chosen.narrowed(chosen.group, key).here


@register.simple_tag
def usage_share(row: Sums, measure: str, whole: float) -> str:
    """What part of the ``whole`` a row is, in percent, as SVG writes numbers."""
    return f"{float(row.measured(measure)) / whole * 100:.2f}" if whole else "0"
