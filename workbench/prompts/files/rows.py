"""The rows that an import makes: the one place where they get their columns.

They are inserted many at a time, so nothing that a model does when it is saved happens here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.text import slugify

from workbench.accounts.models import Team, User
from workbench.prompts.content import Content
from workbench.prompts.models import (
    Label,
    LabelMove,
    Preset,
    Prompt,
    PromptVersion,
    SystemPrompt,
    SystemPromptVersion,
    ValueSet,
)

from .records import Move, PresetRecord, Shelved
from .text import SystemText, VersionText

Row = TypeVar("Row", bound=models.Model)


def prompt_row(team: Team, user: User | None, slug: str, record: Shelved) -> Prompt:
    """A prompt without versions; ``finish`` copies what the list shows once they are there."""
    return Prompt(team=team, created_by=user, slug=slug, name=record.name)


def described_row(team: Team, user: User, slug: str, details: Mapping[str, Any]) -> Prompt:
    """A prompt without versions, with the name, description and tags that somebody typed."""
    return Prompt(team=team, created_by=user, slug=slug, **details)


def slug_of(name: str) -> str:
    """The slug of a prompt with this name, free or not."""
    return slugify(name)[:60] or "prompt"


def system_row(team: Team, user: User | None, slug: str, record: Shelved) -> SystemPrompt:
    return SystemPrompt(team=team, created_by=user, slug=slug, name=record.name)


def version_row(prompt: Prompt, number: int, text: VersionText) -> PromptVersion:
    """A version by somebody who may have no account here: their name alone is kept."""
    return PromptVersion(
        team_id=prompt.team_id,
        prompt=prompt,
        number=number,
        parent_number=text.parent,
        author_name=text.author,
        note=text.note,
        content=text.content.to_dict(),
        content_hash=text.content.digest(),
        created_at=text.created or timezone.now(),
    )


def first_version_row(prompt: Prompt, author: User, content: Content, note: str) -> PromptVersion:
    """The first version of a prompt, by a member."""
    return PromptVersion(
        team_id=prompt.team_id,
        prompt=prompt,
        number=1,
        author=author,
        author_name=str(author)[:200],
        note=note,
        content=content.to_dict(),
        content_hash=content.digest(),
    )


def system_version_row(prompt: SystemPrompt, number: int, text: SystemText) -> SystemPromptVersion:
    return SystemPromptVersion(
        team_id=prompt.team_id,
        system_prompt=prompt,
        number=number,
        author_name=text.author,
        note=text.note,
        text=text.text,
        content_hash=hashlib.sha256(text.text.encode()).hexdigest(),
        created_at=text.created or timezone.now(),
    )


def label_row(version: PromptVersion, name: str, user: User | None) -> Label:
    """A label on a stored version; ``version`` may have been read without its content."""
    return Label(
        team_id=version.team_id,
        prompt_id=version.prompt_id,
        name=name,
        version=version,
        moved_by=user,
    )


def move_row(prompt: Prompt, move: Move, user: User | None = None) -> LabelMove:
    return LabelMove(
        team_id=prompt.team_id,
        prompt=prompt,
        name=move.name,
        from_number=move.from_number,
        to_number=move.to_number,
        moved_by=user,
        mover_name=move.by,
        moved_at=move.at,
    )


def value_set_row(prompt: Prompt, name: str, values: dict[str, str], user: User | None) -> ValueSet:
    return ValueSet(
        team_id=prompt.team_id, prompt=prompt, name=name, values=values, created_by=user
    )


def preset_row(team: Team, user: User | None, slug: str, record: PresetRecord) -> Preset:
    return Preset(
        team=team,
        created_by=user,
        slug=slug,
        name=record.name,
        description=record.description,
        is_default=record.is_default,
        parameters=record.parameters,
    )


def insert(rows: Sequence[Row]) -> None:
    """Insert rows of one model; each gets its id."""
    if rows:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=500)


def update(rows: Sequence[Row], *fields: str) -> None:
    """Write some columns of rows of one model."""
    if rows:
        type(rows[0])._default_manager.bulk_update(rows, fields, batch_size=200)
