"""Setting a label on a version, moving it and removing it, one step at a time."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from workbench.accounts import audit
from workbench.accounts.access import Access
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.library.locking import locked_prompt
from workbench.prompts.models import Label, LabelMove, Prompt, PromptVersion
from workbench.prompts.signals import label_moved

from .protection import REFUSAL, protected_names

OFFERED = ("production", "staging")
LONGEST = 60  # characters
NAME = re.compile(rf"[\w.-]{{1,{LONGEST}}}")
MOVES_SHOWN = 50
BAD_NAME = f"A label is 1 to {LONGEST} letters, digits, - _ or . without spaces; change this name."
UNITS = ((86_400, "day", "a day"), (3_600, "hour", "an hour"), (60, "minute", "a minute"))


class NotMoved(ValueError):
    """A label stays where it is; the text says why, and what to do."""


def labels_of(access: Access, prompt: Prompt) -> QuerySet[Any]:
    """The prompt's labels by name; ``number`` is that of the version they point to."""
    rows = access.rows(Label).filter(prompt=prompt).select_related("moved_by")
    return rows.annotate(number=F("version__number")).order_by("name")


def moves_of(access: Access, prompt: Prompt) -> QuerySet[LabelMove]:
    """The newest steps in the history of the prompt's labels."""
    return access.rows(LabelMove).filter(prompt=prompt).order_by("-pk")[:MOVES_SHOWN]


class IsProtected(NotMoved):
    """The team has decided that the label moves by an approved proposal alone."""


@transaction.atomic
def move(
    request: WorkbenchRequest,
    prompt: Prompt,
    name: str,
    *,
    to: int | None,
    shown: int | None,
    is_approved: bool = False,
) -> str:
    """Point a label to version ``to``, or remove it (None); returns what to say about it.

    ``shown`` is the version that the person saw it at, None when they saw none. Raises ``NotMoved``
    when it is elsewhere by now, and for a name or a version that cannot be, ``IsProtected`` for a
    protected label unless another editor has approved, and ``Http404`` when the prompt has gone.
    """
    access, name = request.access, name.lower()
    if not NAME.fullmatch(name):
        raise NotMoved(BAD_NAME)
    # Whoever moves a label of this prompt waits here for the other.
    locked = locked_prompt(access, prompt.pk)
    if not is_approved and protected_names(access.team.pk, [name]):
        raise IsProtected(REFUSAL.format(name=name))
    label = labels_of(access, prompt).filter(name=name).first()
    now = label.number if label else None
    if now == to:
        return _stays(name, to)
    if now != shown:
        raise NotMoved(_meanwhile(access, prompt, name, now))
    _store(access, locked, label, name, to)
    _write_down(request, locked, name, now, to)
    return f"“{name}” was removed from v{now}." if to is None else f"“{name}” points to v{to}."


def _store(access: Access, prompt: Prompt, label: Label | None, name: str, to: int | None) -> None:
    if to is None:
        access.rows(Label).filter(prompt=prompt, name=name).delete()
        return
    version = access.rows(PromptVersion).filter(prompt=prompt, number=to).defer("content").first()
    if version is None:
        raise NotMoved(f"There is no v{to:,}; choose a version from 1 to {prompt.latest_number:,}.")
    label = label or Label(team=access.team, prompt=prompt, name=name)
    label.version, label.moved_by = version, access.user
    label.save()


def _write_down(
    request: WorkbenchRequest, prompt: Prompt, name: str, before: int | None, to: int | None
) -> None:
    access = request.access
    LabelMove.objects.create(
        team=access.team,
        prompt=prompt,
        name=name,
        from_number=before,
        to_number=to,
        moved_by=access.user,
        mover_name=str(access.user)[:200],
    )
    audit.record_in_team(
        request,
        "label.remove" if to is None else "label.move",
        prompt.name,
        label=name,
        prompt=prompt.pk,
        before=before,
        after=to,
    )
    label_moved.send(Prompt, prompt=prompt, label=name, before=before, after=to, user=access.user)


def _stays(name: str, number: int | None) -> str:
    return f"There is no label “{name}”." if number is None else f"“{name}” points to v{number}."


def _meanwhile(access: Access, prompt: Prompt, name: str, now: int | None) -> str:
    """Who moved the label, when and where to; nothing was changed since."""
    last = access.rows(LabelMove).filter(prompt=prompt, name=name).order_by("-pk").first()
    by = f" by {last.mover_name or 'somebody'} {ago(last.moved_at)}" if last else ""
    if now is None:
        return f"“{name}” was removed{by}. Nothing was changed."
    return f"“{name}” was moved to v{now}{by}. Nothing was changed; look at it and move it again."


def ago(moment: datetime) -> str:
    """How long ago something was, in words: "just now", "3 minutes ago"."""
    seconds = (timezone.now() - moment).total_seconds()
    for length, unit, one in UNITS:
        if count := int(seconds // length):
            return f"{one} ago" if count == 1 else f"{count:,} {unit}s ago"
    return "just now"
