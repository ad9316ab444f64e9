"""Labels that a team protects: they move by an approved proposal alone."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from workbench.prompts.models import Prompt, ProtectedLabel

REFUSAL = "“{name}” is protected in this team: propose the change, and another editor decides."
STAYS = (
    "“{name}” is protected in {team}: a prompt with this label moves to no other team and comes "
    "from none. An admin of {team} can lift the protection."
)


class Protected(ValueError):
    """A label may not be carried to another team; the text says why, and what to do."""


def protected_names(team_id: int, names: Iterable[str]) -> set[str]:
    """Those of ``names`` that the team protects."""
    rows = ProtectedLabel.objects.filter(team=team_id, name__in=set(names))
    return set(rows.values_list("name", flat=True))


def all_protected(team_id: int) -> set[str]:
    """All names of labels that the team protects."""
    rows = ProtectedLabel.objects.filter(team=team_id)
    return set(rows.values_list("name", flat=True))


def has_protected(prompt: Prompt) -> bool:
    """Whether a label of ``prompt`` is protected in its team."""
    names = list(prompt.labels.values_list("name", flat=True))
    return bool(names) and bool(protected_names(prompt.team_id, names))


def refuse_to_carry(prompt: Prompt, team: int) -> None:
    """Raise ``Protected`` when a label of ``prompt`` is protected in its team or in ``team``.

    Else a label would be taken from one team, and set in the other, with nobody's consent.
    """
    names = list(prompt.labels.values_list("name", flat=True))
    here_or_there = Q(team=prompt.team_id) | Q(team=team)
    rows = ProtectedLabel.objects.filter(here_or_there, name__in=names).select_related("team")
    if found := rows.order_by("name", "pk").first():
        raise Protected(STAYS.format(name=found.name, team=found.team))
