"""Pages of proposals: the list, making one, reading one, deciding about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import is_number
from workbench.messages_api import clean_text
from workbench.prompts.history.showing import shown_difference
from workbench.prompts.models import Prompt, PromptVersion
from workbench.sharing.models import Proposal

from .deciding import NotDecided, approve, decline, roll_back, withdraw
from .listing import ProposalFilter
from .proposing import NotProposed, OpenAlready, check, place_of, propose

OPEN_ALREADY = "This proposal for “{}” is open already: decide about it first, or comment on it."


@rule("prompt.read")
@require_safe
def proposals(request: WorkbenchRequest) -> HttpResponse:
    """The team's proposals, the open ones unless another ``state`` is asked for."""
    chosen = ProposalFilter.from_query(request.GET)
    prompt = chosen.prompt and request.access.rows(Prompt).filter(pk=int(chosen.prompt)).first()
    context = {"filter": chosen, "page": chosen.page(request.access), "prompt": prompt}
    return render(request, "sharing/proposals/list.html", context)


@rule("label.move")
@require_http_methods(["GET", "HEAD", "POST"])
def proposing(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """The form that proposes ``label`` on version ``number``, and what changes; POST sends it.

    Where a proposal for the label is open, that one is shown instead.
    """
    found = request.access.get(Prompt, pk=prompt)
    fields = request.POST if request.method == "POST" else request.GET
    label = clean_text(fields.get("label", "")).strip()[:200].lower()
    typed = fields.get("number", "").strip().removeprefix("v")[:20]
    number = int(typed) if is_number(typed) else 0
    note, error = clean_text(fields.get("note", "")).strip(), ""
    try:
        if request.method == "POST":
            made = propose(request, found, label, number, note)
            messages.success(request, "Proposed. Another editor decides about it.")
            return redirect("sharing:proposal", request.access.team.slug, made.pk)
        if label:
            check(request.access, found, label, number)
    except OpenAlready as refusal:
        messages.info(request, OPEN_ALREADY.format(label))
        return redirect("sharing:proposal", request.access.team.slug, refusal.proposal.pk)
    except NotProposed as refusal:
        error = str(refusal)
    now = place_of(request.access, found, label)
    context = {
        "prompt": found,
        "label": label,
        "number": typed,
        "note": note,
        "error": error,
        "from_number": now,
        **_difference(request, found, now, number),
    }
    template = "sharing/proposals/new.html"
    return render(request, template, context, status=422 if error else 200)


@rule("prompt.read")
@require_safe
def proposal(request: WorkbenchRequest, proposal: int) -> HttpResponse:
    """One proposal: what would change or has changed, and who decided."""
    return _page(request, _get(request, proposal))


@rule("proposal.decide")
@require_POST
def approval(request: WorkbenchRequest, proposal: int) -> HttpResponse:
    """Approve another's proposal with a ``note``: the label moves."""
    note = clean_text(request.POST.get("note", "")).strip()
    said = "Approved: “{0.label}” points to v{0.to_number}."
    return _decided(request, proposal, lambda found: approve(request, found, note), said)


@rule("proposal.decide")
@require_POST
def refusal(request: WorkbenchRequest, proposal: int) -> HttpResponse:
    """Decline another's proposal; a ``note`` may say why."""
    note = clean_text(request.POST.get("note", "")).strip()
    said = "Declined: “{0.label}” stays where it is."
    return _decided(request, proposal, lambda found: decline(request, found, note), said)


@rule("label.move")
@require_POST
def withdrawal(request: WorkbenchRequest, proposal: int) -> HttpResponse:
    """Withdraw one's own proposal."""
    said = "Withdrawn: “{0.label}” stays where it is."
    return _decided(request, proposal, lambda found: withdraw(request, found), said)


@rule("label.move")
@require_POST
def rollback(request: WorkbenchRequest, proposal: int) -> HttpResponse:
    """Bring the label back to where it was before this proposal was approved."""
    said = "Rolled back: “{0.label}” is where it was before."
    return _decided(request, proposal, lambda found: roll_back(request, found), said)


def _decided(
    request: WorkbenchRequest, pk: int, action: Callable[[Proposal], Proposal], said: str
) -> HttpResponse:
    found = _get(request, pk)
    try:
        held = action(found)
    except NotDecided as refused:
        note = clean_text(request.POST.get("note", ""))
        return _page(request, _get(request, pk), status=422, error=str(refused), note=note)
    messages.success(request, said.format(held))
    return redirect("sharing:proposal", request.access.team.slug, pk)


def _get(request: WorkbenchRequest, pk: int) -> Proposal:
    rows = request.access.rows(Proposal)
    rows = rows.select_related("prompt", "author", "decided_by", "rolled_back_by")
    return get_object_or_404(rows, pk=pk)


def _page(
    request: WorkbenchRequest, found: Proposal, *, status: int = 200, **more: Any
) -> HttpResponse:
    access, now = request.access, place_of(request.access, found.prompt, found.label)
    is_open = found.state == Proposal.State.OPEN
    is_own = found.author_id == request.user.pk
    is_done = found.state == Proposal.State.APPROVED and not found.rolled_back_at
    context = {
        "proposal": found,
        "prompt": found.prompt,
        "now": now,
        "is_open": is_open,
        "is_own": is_own,
        "has_moved": is_open and now != found.from_number,
        "can_decide": is_open and not is_own and access.can("proposal.decide"),
        "can_withdraw": is_open and is_own and access.can("label.move"),
        "can_roll_back": is_done and now == found.to_number and access.can("label.move"),
        **_difference(request, found.prompt, found.from_number, found.to_number),
        **more,
    }
    return render(request, "sharing/proposals/proposal.html", context, status=status)


def _difference(
    request: WorkbenchRequest, prompt: Prompt, before: int | None, after: int | None
) -> dict[str, Any]:
    """What the move would change of what programs get; nothing without two versions."""
    rows = request.access.rows(PromptVersion).filter(prompt=prompt, number__in=[before, after])
    versions = {row.number: row for row in rows if row.number}
    old, new = versions.get(before or 0), versions.get(after or 0)
    context: dict[str, Any] = {"before": old, "after": new}
    context["is_split"] = request.GET.get("view") == "split"
    if old and new and old != new:
        context |= shown_difference(prompt.team_id, old.parsed, new.parsed)
        context["has_difference"] = True
    return context
