"""The words of mails: plain text, and of what people wrote nothing but names."""

from __future__ import annotations

import re

from django.conf import settings
from django.urls import reverse

from workbench.accounts import resets
from workbench.accounts.models import Invitation, User
from workbench.accounts.teams.forms import one_line

LONGEST_NAME = 60  # characters
LINK_SIGN = re.compile(r"(?<=[^\s])([.:/@])(?=[^\s])")
RESET_SUBJECT = "A new password for Workbench"
TRIAL_SUBJECT = "A test of Workbench"
FOOT = "\n-- \nWorkbench at {site}\n"


def visible(text: str) -> str:
    """``text`` as one line without control characters and signs that turn the direction."""
    return "".join(character for character in one_line(text) if character.isprintable())


def named(name: str) -> str:
    """A name as it may stand in a mail: visible, not long, and no program makes a link of it."""
    line = visible(name)
    cut = line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1].rstrip()}…"
    return LINK_SIGN.sub(r"\1 ", cut)


def invitation_mail(invitation: Invitation, token: str) -> tuple[str, str]:
    """Subject and text of the mail to whom an invitation is for."""
    team, inviter = named(invitation.team.name), named(str(invitation.invited_by))
    link = settings.SITE_URL + reverse("accounts:join", args=[token])
    subject = f"{inviter} invites you to “{team}” on Workbench"
    text = (
        f"{inviter} invites you to the team “{team}” with the role "
        f"{invitation.get_role_display()}.\n\nThis link lets you join, until "
        f"{invitation.expires_at:%-d %b %Y, %H:%M} UTC:\n\n{link}\n\n"
        "Whoever has the link can use it: do not pass this mail on. If you do not know what it is "
        "about, leave it alone.\n"
    )
    return subject, with_foot(text)


def reset_mail(user: User) -> str:
    """The text of the mail with which ``user`` chooses a new password."""
    link = settings.SITE_URL + resets.reset_path(user)
    return with_foot(
        "Somebody, probably you, asked for a new password at the sign-in page.\n\n"
        f"Choose it here, within an hour:\n\n{link}\n\n"
        "If it was not you, leave this mail alone: your password stays as it is.\n"
    )


def trial_mail() -> str:
    """The text of a test mail."""
    return with_foot("Mail from Workbench arrives.\n")


def with_foot(text: str) -> str:
    """``text`` and, below it, which installation sends it."""
    return text + FOOT.format(site=settings.SITE_URL)
