"""Protecting the name of a label for a team, and lifting that again."""

from __future__ import annotations

from django.db import transaction

from workbench.accounts import audit
from workbench.accounts.access import Access
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Team
from workbench.prompts.labels.moving import BAD_NAME, NAME, OFFERED
from workbench.prompts.models import Label, ProtectedLabel

MOST = 50
"""Protected names of a team."""
OFFERED_AT_MOST = 50
TAKEN = "“{}” is protected already."
TOO_MANY = f"A team protects at most {MOST} labels: lift one that is not needed any more."


class NotProtected(ValueError):
    """A name stays unprotected; the text says why, and what to do."""


@transaction.atomic
def protect(request: WorkbenchRequest, name: str) -> ProtectedLabel:
    """Let the label ``name`` move by an approved proposal alone; raises ``NotProtected``."""
    access, name = request.access, name.lower()
    if not NAME.fullmatch(name):
        raise NotProtected(BAD_NAME)
    # One at a time: two at once would both find their name free.
    Team.objects.select_for_update(no_key=True).get(pk=access.team.pk)
    rows = access.rows(ProtectedLabel)
    if rows.filter(name=name).exists():
        raise NotProtected(TAKEN.format(name))
    if rows.count() >= MOST:
        raise NotProtected(TOO_MANY)
    made = ProtectedLabel.objects.create(team=access.team, name=name, protected_by=access.user)
    audit.record_in_team(request, "label.protect", name, label=name)
    return made


@transaction.atomic
def lift(request: WorkbenchRequest, name: str) -> bool:
    """Let the label ``name`` be moved by every editor again; False when it was not protected."""
    deleted, _ = request.access.rows(ProtectedLabel).filter(name=name).delete()
    if deleted:
        audit.record_in_team(request, "label.unprotect", name, label=name)
    return bool(deleted)


def names_to_protect(access: Access) -> list[str]:
    """Names of labels that the team has and does not protect, by name; some of them."""
    protected = access.rows(ProtectedLabel).values("name")
    used = access.rows(Label).exclude(name__in=protected).order_by("name")
    names = set(used.values_list("name", flat=True).distinct()[:OFFERED_AT_MOST])
    taken = set(protected.values_list("name", flat=True))
    return sorted(names | (set(OFFERED) - taken))
