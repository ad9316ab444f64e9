"""A copy of what a link shows, as a prompt of a team of the reader's."""

from __future__ import annotations

from django.db import connection, transaction

from workbench.accounts import audit
from workbench.accounts.access import Access, roles_with
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Membership, Team, User
from workbench.prompts.editor import NAME_LENGTH
from workbench.prompts.models import Prompt
from workbench.prompts.saving import first_line_of, make_prompt

from .hiding import NAMELESS
from .showing import Shown

NOTE = "Copied from a share link."
_COPY_MEDIA = """
INSERT INTO prompts_media
    (team_id, sha256, media_type, size, width, height, pages, bytes, created_at)
SELECT %s, sha256, media_type, size, width, height, pages, bytes, now()
FROM prompts_media WHERE team_id = %s AND sha256 = ANY(%s)
ON CONFLICT (team_id, sha256) DO NOTHING
"""


def teams_of(user: User) -> list[Team]:
    """The teams in which a person may write prompts, by name."""
    memberships = Membership.objects.filter(user=user, role__in=roles_with("prompt.edit"))
    return [each.team for each in memberships.select_related("team").order_by("team__name")]


@transaction.atomic
def copy(request: WorkbenchRequest, access: Access, shown: Shown) -> Prompt:
    """Make a prompt of ``access.team`` with the shared parts and their files, and nothing else.

    Raises ``PermissionDenied``, and ``ValueError`` when the link shows no request.
    """
    access.require("prompt.edit")
    if shown.content is None:
        raise ValueError("There is no request to copy.")
    _copy_media(shown, access.team)
    name = shown.title if shown.title != NAMELESS else first_line_of(shown.content.body)
    prompt = make_prompt(access.team.pk, name[:NAME_LENGTH], access.user)
    prompt.save_version(shown.content, access.user, parent_number=None, note=NOTE)
    audit.record(
        request,
        "link.copy",
        actor=access.user,
        team=access.team,
        target=prompt.name,
        prompt=prompt.pk,
    )
    return prompt


def _copy_media(shown: Shown, team: Team) -> None:
    hashes = sorted(shown.hashes)
    if hashes:
        with connection.cursor() as cursor:
            cursor.execute(_COPY_MEDIA, [team.pk, shown.team_id, hashes])
