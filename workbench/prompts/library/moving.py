"""Moving a prompt to another team, in which the person is an editor as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.dispatch import Signal
from django.http import Http404

from workbench.accounts import audit
from workbench.accounts.access import Access, roles_with
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Membership, Team
from workbench.prompts.labels.protection import refuse_to_carry
from workbench.prompts.models import Draft, DraftCopy, Presence, Prompt

from .locking import alone_with
from .loose import let_loose, unlink_runs

# A file is named by its hash: in a version, in a draft, in what was removed from it.
_HASHES = """
SELECT DISTINCT found[1]
FROM (
    SELECT content FROM prompts_promptversion WHERE prompt_id = %(prompt)s AND number > %(after)s
    UNION ALL
    SELECT content FROM prompts_draft WHERE prompt_id = %(prompt)s
    UNION ALL
    SELECT unnest(ARRAY[copy.base, copy.typed]) FROM prompts_draftcopy copy
    JOIN prompts_draft draft ON draft.id = copy.draft_id WHERE draft.prompt_id = %(prompt)s
) AS texts, regexp_matches(texts.content::text, '"sha256":\\s*"([0-9a-f]{64})"', 'g') AS found
"""
_COPY_MEDIA = """
INSERT INTO prompts_media
    (team_id, sha256, media_type, size, width, height, pages, bytes, created_at)
SELECT %s, sha256, media_type, size, width, height, pages, bytes, now()
FROM prompts_media WHERE team_id = %s AND sha256 = ANY(%s)
ON CONFLICT (team_id, sha256) DO NOTHING
"""

prompt_moves = Signal()
"""Sent with ``prompt`` and the ``team`` that it moves to, in the transaction that moves it."""


@dataclass(frozen=True)
class Moved:
    """A prompt in its new team, and how many drafts stayed behind without it."""

    prompt: Prompt
    drafts_left: int


def other_teams(access: Access) -> list[Team]:
    """The other teams in which the member may write prompts, by name."""
    memberships = Membership.objects.filter(
        user=access.user, role__in=roles_with("prompt.edit")
    ).exclude(team=access.team)
    return [each.team for each in memberships.select_related("team").order_by("team__name")]


def team_of_moved(request: WorkbenchRequest, prompt: int) -> str:
    """The slug of the member's team that a prompt has moved to; raises ``Http404``."""
    own = Membership.objects.filter(user=request.user).values("team")
    found = Prompt.objects.filter(pk=prompt, team__in=own)
    slug = found.values_list("team__slug", flat=True).first()
    if slug is None:
        raise Http404("no such prompt")
    return slug


def move(request: WorkbenchRequest, prompt: int, team: Team) -> Moved:
    """Move it to ``team``, one of ``other_teams``.

    Raises ``Http404``, ``Busy``, and ``Protected`` when one of the two protects a label of it.

    Versions, labels, sets of values and comments go along, and the drafts of those who edit there;
    the drafts of others become drafts of nothing. Runs stay, and do not belong to the prompt any
    more.
    """
    # Files may be large: most are there before anybody has to wait for the move.
    before = request.access.get(Prompt, pk=prompt)
    _copy_media(before, team)

    def change(found: Prompt, drafts: list[Draft]) -> Moved:
        refuse_to_carry(found, team.pk)
        _copy_media(found, team, after=before.latest_number)
        left = _part_drafts(found, drafts, team)
        unlink_runs(found)
        _close_links(found)
        old_team, found.team = found.team, team
        found.slug = _free_slug(found)
        found.save(update_fields=["team", "slug"])
        for rows in (found.versions, found.labels, found.label_moves, found.value_sets):
            rows.all().update(team=team)
        _keep_members_marks(found, team)
        prompt_moves.send(Prompt, prompt=found, team=team)
        for event, side in (("prompt.move-out", old_team), ("prompt.move-in", team)):
            audit.record(
                request,
                event,
                actor=request.user,
                team=side,
                target=found.name,
                prompt=found.pk,
                from_team=old_team.slug,
                to_team=team.slug,
                versions=found.latest_number,
            )
        return Moved(found, left)

    return alone_with(request.access, prompt, change)


def _close_links(prompt: Prompt) -> None:
    """Delete the links to it: the team that it moves to has shared nothing."""
    kept: Any = prompt  # the links belong to a package above this one
    kept.share_links.all().delete()


def _part_drafts(prompt: Prompt, drafts: list[Draft], team: Team) -> int:
    """Take along the drafts of those who edit in ``team``; returns how many stay."""
    editors = set(
        Membership.objects.filter(
            team=team,
            role__in=roles_with("prompt.edit"),
            user__in=[each.user_id for each in drafts],
        ).values_list("user", flat=True)
    )
    going = [draft.pk for draft in drafts if draft.user_id in editors]
    for draft in drafts:
        if draft.user_id not in editors:
            let_loose(draft, prompt.name)
    rows: Any = Draft.objects.filter(pk__in=going)
    for draft in rows.only("pk"):
        draft.runs.update(draft=None)
        draft.comparisons.update(draft=None)
    rows.update(team=team)
    DraftCopy.objects.filter(draft__in=going).update(team=team)
    return len(drafts) - len(going)


def _keep_members_marks(prompt: Prompt, team: Team) -> None:
    """Take along the stars and presence of members of ``team``; others could not see them there."""
    members = Membership.objects.filter(team=team).values("user")
    for rows in (prompt.stars.all(), Presence.objects.filter(prompt=prompt)):
        rows.exclude(user__in=members).delete()
        rows.update(team=team)


def _free_slug(prompt: Prompt) -> str:
    """The slug as it is, unless a prompt of the team that it moves to has it."""
    is_taken = Prompt.objects.filter(team=prompt.team, slug=prompt.slug).exists()
    return Prompt.free_slug(prompt.team_id, prompt.slug) if is_taken else prompt.slug


def _copy_media(prompt: Prompt, team: Team, after: int = 0) -> None:
    """Give ``team`` the files that a draft or a version with a number above ``after`` names."""
    with connection.cursor() as cursor:
        cursor.execute(_HASHES, {"prompt": prompt.pk, "after": after})
        hashes = [digest for (digest,) in cursor.fetchall()]
        cursor.execute(_COPY_MEDIA, [team.pk, prompt.team_id, hashes])
