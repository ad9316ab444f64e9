"""Proposing that a label of a prompt points to another version."""

from __future__ import annotations

from django.db import transaction

from workbench.accounts import audit
from workbench.accounts.access import Access, roles_with
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Membership
from workbench.prompts.labels.moving import BAD_NAME, NAME, labels_of
from workbench.prompts.library.locking import locked_prompt
from workbench.prompts.models import Prompt, PromptVersion
from workbench.sharing.inbox.telling import tell
from workbench.sharing.models import Notice, Proposal

from .events import tell_of

LONGEST_NOTE = 2_000  # characters
NOTE_TOO_LONG = f"Write {LONGEST_NOTE:,} characters at most; shorten the note."
ARCHIVED = "The prompt is archived: restore it before its labels are moved."
NO_VERSION = "There is no such version; choose one from 1 to {:,}."
IS_THERE = "“{}” points to v{} already; choose another version."


class NotProposed(ValueError):
    """Nothing is proposed; the text says why, and what to do."""


class OpenAlready(Exception):
    """A proposal for this label of the prompt waits for a decision."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(proposal.pk)
        self.proposal = proposal


def place_of(access: Access, prompt: Prompt, name: str) -> int | None:
    """The number of the version that the label is on, None where the prompt has no such label."""
    label = labels_of(access, prompt).filter(name=name).first()
    return label.number if label else None


def check(access: Access, prompt: Prompt, name: str, to: int) -> int | None:
    """Where the label ``name`` is now, from where it can be proposed to move to version ``to``.

    Raises ``NotProposed`` and ``OpenAlready``.
    """
    if not NAME.fullmatch(name):
        raise NotProposed(BAD_NAME)
    rows = access.rows(Proposal).filter(prompt=prompt, label=name, state=Proposal.State.OPEN)
    if found := rows.first():
        raise OpenAlready(found)
    if prompt.archived_at:
        raise NotProposed(ARCHIVED)
    versions = access.rows(PromptVersion).filter(prompt=prompt, number=to)
    if not versions.exists():
        raise NotProposed(NO_VERSION.format(prompt.latest_number))
    now = place_of(access, prompt, name)
    if now == to:
        raise NotProposed(IS_THERE.format(name, to))
    return now


@transaction.atomic
def propose(request: WorkbenchRequest, prompt: Prompt, name: str, to: int, note: str) -> Proposal:
    """Propose that the label ``name`` points to version ``to``; tells those who can decide.

    Raises ``NotProposed``, ``OpenAlready``, and ``Http404`` when the prompt has gone.
    """
    access, name = request.access, name.lower()
    # Whoever proposes for this prompt, or moves a label of it, waits here for the other.
    locked = locked_prompt(access, prompt.pk)
    now = check(access, locked, name, to)
    if len(note) > LONGEST_NOTE:
        raise NotProposed(NOTE_TOO_LONG)
    made: Proposal = Proposal.objects.create(
        team=access.team,
        prompt=locked,
        label=name,
        from_number=now,
        to_number=to,
        note=note,
        author=access.user,
    )
    record(request, "proposal.create", made)
    tell(request, made, dict.fromkeys(_deciders(access), Notice.Kind.PROPOSAL))
    tell_of(made, "proposal.created", access.user)
    return made


def record(request: WorkbenchRequest, action: str, proposal: Proposal) -> None:
    """Write down what was done about a proposal: names and numbers, no note."""
    audit.record_in_team(
        request,
        action,
        proposal.prompt.name,
        proposal=proposal.pk,
        prompt=proposal.prompt_id,
        label=proposal.label,
        before=proposal.from_number,
        after=proposal.to_number,
    )


def _deciders(access: Access) -> list[int]:
    members = Membership.objects.filter(team=access.team, role__in=roles_with("proposal.decide"))
    return list(members.values_list("user_id", flat=True))
