"""Making system prompts and saving their versions, numbered without gaps."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from workbench.accounts.models import User
from workbench.accounts.slugs import free_slug
from workbench.prompts.models import SystemPrompt, SystemPromptVersion

from .copies import digest_of

RESERVED_SLUGS = {"new"}
"""Words that stand at the place of a slug in an address."""


class NewerVersion(Exception):
    """Somebody saved ``version`` after the one that a text was begun from; nothing was stored."""

    def __init__(self, version: SystemPromptVersion) -> None:
        self.version = version
        super().__init__(f"{version} is newer.")


@dataclass(frozen=True)
class Details:
    """What a system prompt has besides its text; not versioned."""

    name: str
    description: str = ""
    tags: list[str] = field(default_factory=list)


@transaction.atomic
def make(team_id: int, details: Details, text: str, author: User, note: str = "") -> SystemPrompt:
    """A system prompt with its first version; its slug is free whoever makes one meanwhile."""
    slug = _free_slug(team_id, details.name)
    made = SystemPrompt(team_id=team_id, created_by=author, **vars(details))
    for _ in range(3):
        try:
            with transaction.atomic():
                made.slug = slug
                made.save(force_insert=True)
                break
        except IntegrityError:
            slug = f"{slug[:60]}-{secrets.token_hex(4)}"
    else:
        raise IntegrityError(f"No free slug for a system prompt in team {team_id}.")
    _append(made, text, author, note)
    return made


@transaction.atomic
def save(
    system_prompt: SystemPrompt,
    details: Details,
    text: str,
    author: User,
    *,
    base: int,
    note: str = "",
) -> SystemPromptVersion | None:
    """Store the details, and ``text`` as the next version; None when the text is no other.

    ``base`` is the version that the text was begun from: raises ``NewerVersion`` when both have
    changed since. Text that is still that of ``base`` makes no version, whatever came after it.
    """
    locked = SystemPrompt.objects.select_for_update().get(pk=system_prompt.pk)
    digest = digest_of(text)
    latest = _version(locked, locked.latest_number)
    is_same = digest == latest.content_hash
    if not is_same and base != locked.latest_number:  # one that is not there is old, too
        begun = locked.versions.filter(number=base).values_list("content_hash", flat=True).first()
        if begun != digest:
            raise NewerVersion(latest)
        is_same = True
    for name, value in vars(details).items():
        setattr(locked, name, value)
    locked.save(update_fields=[*vars(details)])
    return None if is_same else _append(locked, text, author, note)


def _append(system_prompt: SystemPrompt, text: str, author: User, note: str) -> SystemPromptVersion:
    """The next version; the row of the system prompt is new, or locked by the caller."""
    version = SystemPromptVersion.objects.create(
        team_id=system_prompt.team_id,
        system_prompt=system_prompt,
        number=system_prompt.latest_number + 1,
        author=author,
        author_name=str(author)[:200],
        note=note,
        text=text,
        content_hash=digest_of(text),
    )
    system_prompt.latest_number = version.number
    system_prompt.updated_at = version.created_at
    system_prompt.save(update_fields=["latest_number", "updated_at"])
    return version


@transaction.atomic
def archive(system_prompt: SystemPrompt, *, is_archived: bool) -> None:
    """Take it out of the lists, or bring it back; prompts that hold its text keep it."""
    system_prompt.archived_at = timezone.now() if is_archived else None
    system_prompt.save(update_fields=["archived_at"])


def _version(system_prompt: SystemPrompt, number: int) -> SystemPromptVersion:
    return system_prompt.versions.select_related("author").get(number=number)


def _free_slug(team_id: int, name: str) -> str:
    stem = slugify(name)[:60].strip("-") or "system-prompt"
    return free_slug(SystemPrompt.objects.filter(team_id=team_id), stem, RESERVED_SLUGS)
