"""What the page of a comparison shows: its panes, and the one stream for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.word_diff import counts, passages, word_diff
from workbench.runs import pages
from workbench.runs.answer.fragments import plain_text
from workbench.runs.models import ACTIVE, Comparison, Run

from .comparing import runs_of
from .setup import LETTERS, Setup


@dataclass(frozen=True)
class Pane:
    """One column: the letter, what it tries, and its run or why there is none."""

    letter: str
    words: str
    run: Run | None
    refused: Sequence[str]
    body: SafeString


def context(
    request: WorkbenchRequest, comparison: Comparison, *, has_differences: bool = False
) -> dict[str, Any]:
    """The template context of ``runs/comparison.html``."""
    runs = runs_of(comparison)
    active = [run for run in runs.values() if run.is_active]
    reference = runs.get(0)
    draft = comparison.draft
    is_own = draft is not None and draft.user_id == request.user.pk
    return {
        "comparison": comparison,
        "panes": [
            _pane(request, number, stored, runs.get(number), reference if has_differences else None)
            for number, stored in enumerate(comparison.panes)
        ],
        "has_differences": has_differences,
        "can_differ": len(runs) > 1 and reference is not None,
        "is_active": bool(active),
        "stream_url": _stream_url(request, active),
        "can_stop": any(pages.may_stop(request.access, run) for run in active),
        "can_run": bool(runs) and request.access.can("run.start"),
        "own_draft": draft if is_own and request.access.can("run.start") else None,
        "new_key": pages.new_key(),
    }


def is_in_comparison(request: WorkbenchRequest, run: Run) -> bool:
    """Whether the page that asks is the run's comparison, whose panes have no buttons."""
    if run.comparison_id is None:
        return False
    url = reverse("runs:comparison", args=[request.access.team.slug, run.comparison_id])
    return pages.path_of_page(request) == url


def events_of_end(run: Run) -> str:
    """What the page is told when a run has ended, and when it was the last of a comparison."""
    others = Run.objects.filter(comparison=run.comparison_id, state__in=ACTIVE)
    is_last = run.comparison_id is not None and not others.exists()
    return "run-over, comparison-over" if is_last else "run-over"


def _pane(
    request: WorkbenchRequest,
    number: int,
    stored: dict[str, Any],
    run: Run | None,
    reference: Run | None,
) -> Pane:
    body = _body(request, run, reference) if run else SafeString("")
    refused = [str(sentence) for sentence in stored.get("refused", [])]
    return Pane(LETTERS[number], Setup.from_dict(stored).words, run, refused, body)


def _body(request: WorkbenchRequest, run: Run, reference: Run | None) -> SafeString:
    shown = pages.answer_context(request.access, run, "run")
    more = {"is_pane": True, "can_run": False, "team": request.access.team}
    more["can_edit"] = request.access.can("prompt.edit")
    if reference and not run.is_active and not reference.is_active:
        more |= _differences(reference, run)
    return render_to_string("runs/_compared.html", shown | more, request)


def _differences(reference: Run, run: Run) -> dict[str, Any]:
    """The text of A as it is; of the others the word diff against it, empty when nothing differs.

    Answers are compared by the texts that the models wrote, Markdown and all.
    """
    text, against = plain_text(run.message or {}), plain_text(reference.message or {})
    if run.pk == reference.pk:
        return {"is_reference": True, "text": text}
    parts = word_diff(against, text) if text != against else []
    inserted, deleted = counts(parts)
    return {
        "is_compared": True,
        "passages": passages(parts),
        "inserted": inserted,
        "deleted": deleted,
    }


def _stream_url(request: WorkbenchRequest, active: Sequence[Run]) -> str:
    """One stream for all runs that go on, "" when none does."""
    if not active:
        return ""
    url = reverse("runs:stream", args=[request.access.team.slug, active[0].pk])
    more = ",".join(str(run.pk) for run in active[1:])
    return f"{url}?runs={more}" if more else url
