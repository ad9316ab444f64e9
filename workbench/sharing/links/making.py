"""Making a link and revoking it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from workbench.accounts import audit
from workbench.accounts.access import Access
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.teams.roles import lock_team
from workbench.accounts.unguessable import digest, new_secret
from workbench.prompts.models import Prompt
from workbench.runs.models import Comparison, Run
from workbench.sharing.models import ShareLink

from .forms import LinkForm
from .rights import may_revoke, refusal

MOST = 1_000
"""Links of a team that are open at a time."""
TOO_MANY = f"A team has at most {MOST:,} open links: revoke one that is not used any more."


class TooMany(Exception):
    """The team has as many open links as it may have."""


@dataclass(frozen=True)
class Subject:
    """What is to be shared: a prompt with the number of a version, a run or a comparison."""

    row: Prompt | Run | Comparison
    name: str
    back: str
    number: int = 0

    @property
    def kind(self) -> str:
        return type(self.row).__name__.lower()


def open_links() -> Q:
    """What holds for links that open today."""
    return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=timezone.now()))


@transaction.atomic
def make(request: WorkbenchRequest, subject: Subject, form: LinkForm) -> str:
    """Make a link as the valid ``form`` says; returns its token, which is not kept.

    Raises ``PermissionDenied``, ``TooMany``, and ``Http404`` when the team was deleted.
    """
    access = request.access
    if refusal(access, subject.row):
        raise PermissionDenied("link.edit")
    # One at a time: two at once would both find a place free.
    lock_team(access.team)
    if access.rows(ShareLink).filter(open_links()).count() >= MOST:
        raise TooMany
    token = new_secret()
    password = form.cleaned_data["password"]
    link = ShareLink.objects.create(
        team=access.team,
        token_hash=digest(token),
        last4=token[-4:],
        version_number=None if form.is_latest else subject.number or None,
        shows_system=form.cleaned_data["shows_system"],
        shows_variables=form.cleaned_data["shows_variables"],
        password=make_password(password) if password else "",
        created_by=access.user,
        expires_at=form.expires_at,
        **{subject.kind: subject.row},
    )
    _record(request, "link.create", link, subject.name)
    return token


def revoke(request: WorkbenchRequest, link: ShareLink) -> None:
    """Close a link at once; one that is revoked stays so. Raises ``PermissionDenied``."""
    access: Access = request.access
    if not may_revoke(access, link):
        raise PermissionDenied("link.edit-any")
    with transaction.atomic():
        rows = access.rows(ShareLink).filter(pk=link.pk, revoked_at=None)
        if rows.update(revoked_at=timezone.now()):
            _record(request, "link.revoke", link, str(link))


def _record(request: WorkbenchRequest, action: str, link: ShareLink, target: str) -> None:
    audit.record_in_team(
        request,
        action,
        target,
        link=link.pk,
        prompt=link.prompt_id,
        version=link.version_number,
        run=link.run_id,
        comparison=link.comparison_id,
        shows_system=link.shows_system,
        shows_variables=link.shows_variables,
        has_password=bool(link.password),
        expires_at=link.expires_at.isoformat() if link.expires_at else None,
    )
