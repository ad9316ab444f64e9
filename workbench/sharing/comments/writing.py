"""Writing, changing, deleting, resolving and reopening comments."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from workbench.accounts import audit
from workbench.accounts.access import Access
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Membership
from workbench.accounts.numbers import is_id
from workbench.sharing.inbox.telling import tell
from workbench.sharing.models import Comment, Notice

from .events import tell_of
from .mentions import Ambiguous, Member, members_of, mentioned, pattern_of
from .passages import NoPassage, passage_in
from .subjects import Subject

LONGEST = 10_000  # characters
MOST_ANSWERS = 100
EMPTY = "Write something before you send it."
TOO_LONG = f"Write {LONGEST:,} characters at most; shorten the comment."
NO_PARENT = "The comment that you answer is not here any more; begin a new thread."
TOO_MANY = f"A thread has {MOST_ANSWERS} answers at most; begin a new one."


class NotWritten(ValueError):
    """A comment is not kept; the text says why, and what to do."""


@dataclass(frozen=True)
class Typed:
    """What a form says of a comment.

    ``parent`` is the id of the comment that it answers, ``quote`` the passage that it is about, and
    ``mention`` the id of a member who is mentioned before the text unless it does so itself.
    """

    text: str
    parent: str = ""
    quote: str = ""
    mention: str = ""


def mentionable(access: Access) -> list[Member]:
    """The active members of the team, by name."""
    rows = Membership.objects.filter(team=access.team, user__is_active=True)
    people = rows.order_by("user__name", "user__email")
    return members_of(people.values_list("user_id", "user__name", "user__email"))


def write(request: WorkbenchRequest, subject: Subject, typed: Typed) -> Comment:
    """Keep a comment and tell whom it concerns.

    Raises ``NotWritten``, and ``Http404`` when the subject goes at the same time.
    """
    try:
        with transaction.atomic():
            return _write(request, subject, typed)
    except IntegrityError:  # the keys of what it is about are looked at when the transaction ends
        raise Http404("its subject has gone") from None


def edit(request: WorkbenchRequest, comment: Comment, text: str) -> None:
    """Change one's own comment; whoever is mentioned for the first time is told.

    Raises ``NotWritten``, ``PermissionDenied`` for another's and ``Http404`` for a deleted one.
    """
    access = request.access
    with transaction.atomic():
        rows = access.rows(Comment).select_for_update()
        found = rows.filter(pk=comment.pk, deleted_at=None).first()
        if found is None:
            raise Http404("deleted meanwhile")
        if found.author_id != access.user.pk:
            raise PermissionDenied("comment of another")
        before = found.mentions
        found.text, mentions = _checked(text, mentionable(access))
        # A name that was written before means whom it meant then.
        still = re.findall(pattern_of(before), found.text)
        found.mentions = mentions | {name[1:]: before[name[1:]] for name in still}
        found.edited_at = timezone.now()
        found.save(update_fields=["text", "mentions", "edited_at"])
        new = set(found.mentions.values()) - set(before.values())
        tell(request, found, dict.fromkeys(new, Notice.Kind.MENTION))


@transaction.atomic
def delete(request: WorkbenchRequest, comment: Comment) -> None:
    """Take away the text of a comment, and what told of it; answers stay.

    Raises ``PermissionDenied`` for another's without ``comment.delete-any``.
    """
    access = request.access
    is_own = comment.author_id == access.user.pk
    if not is_own:
        access.require("comment.delete-any")
    rows = access.rows(Comment).filter(pk=comment.pk, deleted_at=None)
    if not rows.update(text="", mentions={}, passage=None, deleted_at=timezone.now()):
        return
    access.rows(Notice).filter(comment=comment).delete()
    if not is_own:
        audit.record_in_team(
            request,
            "comment.delete-any",
            comment.author_name,
            comment=comment.pk,
            prompt=comment.prompt_id,
            version=comment.version_number,
            run=comment.run_id,
            proposal=comment.proposal_id,
        )


def settle(access: Access, comment: Comment, *, is_resolved: bool) -> None:
    """Resolve or reopen a thread; one that is so already stays as it is."""
    rows = access.rows(Comment).filter(pk=comment.pk, parent=None, deleted_at=None)
    rows.filter(resolved_at__isnull=is_resolved).update(
        resolved_at=timezone.now() if is_resolved else None,
        resolved_by=access.user if is_resolved else None,
    )


def _write(request: WorkbenchRequest, subject: Subject, typed: Typed) -> Comment:
    access = request.access
    answered = _parent(access, subject, typed.parent)
    members = mentionable(access)
    text, mentions = _checked(_addressed(typed, members), members)
    comment = Comment.objects.create(
        team=access.team,
        version_number=answered.version_number if answered else subject.number,
        parent=answered,
        author=access.user,
        author_name=str(access.user)[:100],
        text=text,
        mentions=mentions,
        passage=None if answered else _passage(subject, typed.quote),
        **{subject.kind: subject.row},
    )
    tell(request, comment, _concerned(subject, comment))
    tell_of(comment)
    return comment


def _checked(text: str, members: list[Member]) -> tuple[str, dict[str, int]]:
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise NotWritten(TOO_LONG if text else EMPTY)
    try:
        return text, mentioned(text, members)
    except Ambiguous as refusal:
        raise NotWritten(str(refusal)) from None


def _addressed(typed: Typed, members: list[Member]) -> str:
    member = next((each for each in members if str(each.pk) == typed.mention), None)
    if member is None or not typed.text.strip():
        return typed.text
    if re.search(pattern_of([member.handle]), typed.text, re.IGNORECASE):
        return typed.text
    return f"@{member.handle} {typed.text.lstrip()}"


def _parent(access: Access, subject: Subject, parent: str) -> Comment | None:
    if not parent:
        return None
    # Locked, so that of two answers at once one is the last that fits.
    rows = subject.rows(access).filter(parent=None, deleted_at=None).select_for_update()
    found = rows.filter(pk=int(parent)).first() if is_id(parent) else None
    if found is None:
        raise NotWritten(NO_PARENT)
    if access.rows(Comment).filter(parent=found).count() >= MOST_ANSWERS:
        raise NotWritten(TOO_MANY)
    return found


def _passage(subject: Subject, quote: str) -> dict[str, object] | None:
    if not quote.strip() or subject.version is None:
        return None
    try:
        return passage_in(subject.version.parsed.body, quote)
    except NoPassage as refusal:
        raise NotWritten(str(refusal)) from None


def _concerned(subject: Subject, comment: Comment) -> dict[int, str]:
    """By the id of a user why the comment concerns them: the nearest reason counts."""
    concerned: dict[int, str] = {}
    if subject.concerned:
        concerned[subject.concerned] = Notice.Kind.COMMENT
    if comment.parent:
        answers = Comment.objects.filter(parent=comment.parent, deleted_at=None)
        authors = {comment.parent.author_id, *answers.values_list("author_id", flat=True)}
        concerned |= {pk: Notice.Kind.REPLY for pk in authors if pk}
    return concerned | dict.fromkeys(comment.mentions.values(), Notice.Kind.MENTION)
