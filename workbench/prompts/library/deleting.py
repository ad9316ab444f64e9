"""Deleting a prompt for ever, and who may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.accounts import audit
from workbench.accounts.access import Access
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.labels.protection import has_protected
from workbench.prompts.models import Draft, Prompt

from .locking import alone_with
from .loose import let_loose, unlink_runs


class NotArchived(Exception):
    """Only archived prompts are deleted: this one was restored meanwhile, or never archived."""


@dataclass(frozen=True)
class Loss:
    """What goes with a prompt, and what stays without it."""

    versions: int
    labels: list[str]
    value_sets: int
    comments: int
    drafts: int
    runs: int


def may_delete(access: Access, prompt: Prompt) -> bool:
    """Whether the member may delete it: an admin, or who made it when nobody else saved into it.

    With a protected label it is an admin's alone: the label would go too.
    """
    if access.can("prompt.delete"):
        return True
    is_own = prompt.created_by_id == access.user.pk
    if not is_own or prompt.versions.exclude(author=access.user).exists():
        return False
    return not has_protected(prompt)


def loss_of(prompt: Prompt) -> Loss:
    """What deleting ``prompt`` would mean now."""
    kept: Any = prompt  # runs and comments belong to packages above this one
    return Loss(
        versions=prompt.versions.count(),
        labels=list(prompt.labels.order_by("name").values_list("name", flat=True)),
        value_sets=prompt.value_sets.count(),
        comments=kept.comments.filter(deleted_at=None).count(),
        drafts=prompt.drafts.count(),
        runs=kept.runs.count(),
    )


def delete(request: WorkbenchRequest, prompt: int) -> str:
    """Delete it; drafts of it become drafts of nothing, runs stay. Returns its name.

    Raises ``Http404``, ``NotArchived``, ``PermissionDenied`` and ``Busy``.
    """

    def change(found: Prompt, drafts: list[Draft]) -> str:
        if found.archived_at is None:
            raise NotArchived
        if not may_delete(request.access, found):
            request.access.require("prompt.delete")
        for draft in drafts:
            let_loose(draft, found.name)
        unlink_runs(found)
        audit.record_in_team(
            request, "prompt.delete", found.name, prompt=found.pk, versions=found.latest_number
        )
        found.delete()
        return found.name

    return alone_with(request.access, prompt, change)
