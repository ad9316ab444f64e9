"""Mailing members what is new in their inboxes: one mail for many notices, to who asked for it.

A person gets one every 15 minutes at most, with names and numbers, never what somebody wrote.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from workbench.accounts.mail import outbox
from workbench.accounts.mail.wording import named, with_foot
from workbench.accounts.models import Mail, Membership, User

from .inbox.names import with_names
from .models import Notice

EVERY = timedelta(minutes=15)
MOST = 50
"""Notices that a mail names one by one."""


@transaction.atomic
def mail_next() -> bool:
    """Put one person's notices into the outbox as one mail; False when nobody is due."""
    user = _due().first()
    if user is None:
        return False
    notices = list(_with_names(_new(user.pk, user.mails_notices_since)))
    if notices:  # else they were read a moment ago
        outbox.put(Mail.Kind.NOTICES, user.email, _subject(notices), _text(notices))
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=Now())
        User.objects.filter(pk=user.pk).update(last_digest_at=Now())
    return True


def _due() -> QuerySet[User]:
    """Who has something new and no mail about it lately; of two processes one gets each."""
    new = _new(OuterRef("pk"), OuterRef("mails_notices_since"))
    is_long_ago = Q(last_digest_at=None) | Q(last_digest_at__lte=Now() - EVERY)
    rows = User.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    return rows.filter(is_long_ago, Exists(new), is_active=True).order_by("pk")


def _new(user: Any, since: Any) -> QuerySet[Notice]:
    """What was neither read nor mailed, in teams that the person still is in."""
    membership = Membership.objects.filter(team=OuterRef("team"), user=OuterRef("user"))
    return Notice.objects.filter(
        Exists(membership), user=user, read_at=None, mailed_at=None, created_at__gte=since
    )


def _with_names(rows: QuerySet[Notice]) -> QuerySet[Any]:
    # Of a comment nothing but what it is about: its text is not mailed.
    return with_names(rows).select_related("team").order_by("team__name", "team", "pk")


def _subject(notices: list[Any]) -> str:
    teams = {notice.team_id for notice in notices}
    count = f"{len(notices):,} new notice{'' if len(notices) == 1 else 's'}"
    where = f"“{named(notices[0].team.name)}”" if len(teams) == 1 else f"{len(teams)} teams"
    return f"{count} in {where} on Workbench"


def _text(notices: list[Any]) -> str:
    parts = [_team_text(list(rows)) for _, rows in groupby(notices, lambda notice: notice.team_id)]
    account = settings.SITE_URL + reverse("accounts:account")
    return with_foot("\n\n".join([*parts, f"Mail like this is switched off at {account}\n"]))


def _team_text(notices: list[Any]) -> str:
    team = notices[0].team
    lines = [f"{named(team.name)}: {settings.SITE_URL}{reverse('sharing:inbox', args=[team.slug])}"]
    lines += [f"- {_line(notice)}" for notice in notices[:MOST]]
    if len(notices) > MOST:
        lines.append(f"- and {len(notices) - MOST:,} more")
    return "\n".join(lines)


def _line(notice: Any) -> str:
    if notice.kind == Notice.Kind.WEBHOOK:
        return f"{named(notice.actor_name)} {notice.get_kind_display()}"
    about = f"run {notice.run}" if notice.run else f"“{named(notice.prompt_name or '')}”"
    return f"{named(notice.actor_name)} {notice.get_kind_display()}: {about}"
