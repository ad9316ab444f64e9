"""Deciding about proposals: approve, decline, withdraw, and roll an approved one back.

Each holds the prompt first and the proposal after it, so that labels and proposals of one prompt
change one at a time: see prompts/library/locking.py.
"""

from __future__ import annotations

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone

from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.labels.moving import NotMoved, move
from workbench.prompts.library.locking import locked_prompt
from workbench.prompts.models import Prompt
from workbench.sharing.inbox.telling import tell
from workbench.sharing.models import Notice, Proposal

from .events import tell_of
from .proposing import ARCHIVED, LONGEST_NOTE, NOTE_TOO_LONG, place_of, record

State = Proposal.State

OWN = "You proposed this: another editor decides. You can withdraw it."
ANOTHERS = "Only who proposed this withdraws it; decline it instead."
SETTLED = "This proposal was {} already; nothing was changed."
MOVED = "“{label}” is {now} by now, not {then}: decline this proposal, and propose anew from there."
NOT_APPROVED = "Only an approved proposal is rolled back, and once; nothing was changed."
MOVED_ON = "“{label}” is {now} by now, not {then}: there is nothing to roll back."


class NotDecided(ValueError):
    """A proposal stays as it is; the text says why, and what to do."""


@transaction.atomic
def approve(request: WorkbenchRequest, proposal: Proposal, note: str) -> Proposal:
    """Move the label as proposed; returns the approved proposal.

    Raises ``NotDecided`` for the author, when somebody else was first, when the label is not where
    the proposal says, and for an archived prompt; ``Http404`` when the prompt has gone.
    """
    prompt, held = _held(request, proposal)
    _refuse_author(request, held)
    _refuse_settled(held)
    if prompt.archived_at:
        raise NotDecided(ARCHIVED)
    _refuse_moved(request, prompt, held, held.from_number, MOVED)
    _settle(request, held, State.APPROVED, note)
    _move(request, prompt, held, to=held.to_number, shown=held.from_number)
    return held


@transaction.atomic
def decline(request: WorkbenchRequest, proposal: Proposal, note: str) -> Proposal:
    """Leave the label where it is; raises ``NotDecided`` for the author and a settled one."""
    _, held = _held(request, proposal)
    _refuse_author(request, held)
    _refuse_settled(held)
    _settle(request, held, State.DECLINED, note)
    return held


@transaction.atomic
def withdraw(request: WorkbenchRequest, proposal: Proposal) -> Proposal:
    """Take back one's own proposal; raises ``NotDecided`` for another's and a settled one."""
    _, held = _held(request, proposal)
    if held.author_id != request.user.pk:
        raise NotDecided(ANOTHERS)
    _refuse_settled(held)
    _settle(request, held, State.WITHDRAWN, "")
    return held


@transaction.atomic
def roll_back(request: WorkbenchRequest, proposal: Proposal) -> Proposal:
    """Bring the label back to where it was before an approved proposal moved it.

    Raises ``NotDecided`` unless the label is still where that proposal put it.
    """
    prompt, held = _held(request, proposal)
    if held.state != State.APPROVED or held.rolled_back_at:
        raise NotDecided(NOT_APPROVED)
    if prompt.archived_at:
        raise NotDecided(ARCHIVED)
    _refuse_moved(request, prompt, held, held.to_number, MOVED_ON)
    held.rolled_back_by, held.rolled_back_at = request.user, timezone.now()
    held.save(update_fields=["rolled_back_by", "rolled_back_at"])
    record(request, "proposal.roll-back", held)
    concerned = {pk for pk in (held.author_id, held.decided_by_id) if pk}
    tell(request, held, dict.fromkeys(concerned, Notice.Kind.ROLLBACK))
    _move(request, prompt, held, to=held.from_number, shown=held.to_number)
    return held


def where(number: int | None) -> str:
    """In words where a label is."""
    return f"on v{number}" if number else "on no version"


def _held(request: WorkbenchRequest, proposal: Proposal) -> tuple[Prompt, Proposal]:
    prompt = locked_prompt(request.access, proposal.prompt_id)
    rows = request.access.rows(Proposal).select_for_update(no_key=True)
    held = get_object_or_404(rows, pk=proposal.pk, prompt=prompt)
    held.prompt = prompt
    return prompt, held


def _refuse_author(request: WorkbenchRequest, proposal: Proposal) -> None:
    if proposal.author_id == request.user.pk:
        raise NotDecided(OWN)


def _refuse_settled(proposal: Proposal) -> None:
    if proposal.state != State.OPEN:
        raise NotDecided(SETTLED.format(proposal.state))


def _refuse_moved(
    request: WorkbenchRequest, prompt: Prompt, proposal: Proposal, then: int | None, words: str
) -> None:
    now = place_of(request.access, prompt, proposal.label)
    if now != then:
        said = words.format(label=proposal.label, now=where(now), then=where(then))
        raise NotDecided(said)


def _settle(request: WorkbenchRequest, proposal: Proposal, state: State, note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise NotDecided(NOTE_TOO_LONG)
    proposal.state, proposal.decision_note = state, note
    proposal.decided_by, proposal.decided_at = request.user, timezone.now()
    proposal.save(update_fields=["state", "decision_note", "decided_by", "decided_at"])
    record(request, ACTIONS[state], proposal)
    if proposal.author_id:
        tell(request, proposal, {proposal.author_id: Notice.Kind.DECISION})
    tell_of(proposal, "proposal.decided", request.user)


def _move(
    request: WorkbenchRequest,
    prompt: Prompt,
    proposal: Proposal,
    *,
    to: int | None,
    shown: int | None,
) -> None:
    try:
        move(request, prompt, proposal.label, to=to, shown=shown, is_approved=True)
    except NotMoved as refusal:  # as when the version is not there any more
        raise NotDecided(str(refusal)) from None


ACTIONS = {
    State.APPROVED: "proposal.approve",
    State.DECLINED: "proposal.decline",
    State.WITHDRAWN: "proposal.withdraw",
}
"""What the audit trail calls each way to settle a proposal."""
