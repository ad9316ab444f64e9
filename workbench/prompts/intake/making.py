"""What an import makes of what was chosen: a draft, or prompts with a first version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.dispatch import Signal

from workbench.accounts.access import Access
from workbench.accounts.connections.destinations import beginning_for
from workbench.intake.reading import FoundPrompt
from workbench.messages_api import MessageRequest
from workbench.prompts.content import MissingValues
from workbench.prompts.editor import EditorForm
from workbench.prompts.files import rows as table
from workbench.prompts.files.shelf import free_slug
from workbench.prompts.models import Draft, Prompt, PromptVersion

from .showing import Row, content_of

answers_found = Signal()
"""Sent by an import, in its transaction, with ``access`` and ``answers``: a list of ``Answer``."""


class Answer(NamedTuple):
    """A recorded answer to a request, and where it belongs."""

    request: MessageRequest
    message: Mapping[str, Any]
    draft: Draft | None = None
    version: PromptVersion | None = None


@transaction.atomic
def make_draft(access: Access, row: Row, name: str) -> Draft:
    """A draft of the member's with the prompt, filled from its first set of values."""
    values = dict(row.found.value_sets[0][1]) if row.found.value_sets else {}
    draft = Draft.objects.create(
        team=access.team,
        user=access.user,
        name=name,
        upstream=beginning_for(access).upstream,
        content=row.content.to_dict(),
        values=values,
    )
    EditorForm.of(draft).save_to(draft)  # notes that it is not blank
    if row.found.answer is not None:
        answer = Answer(_sent(row.found), row.found.answer, draft=draft)
        answers_found.send(Draft, access=access, answers=[answer])
    return draft


@transaction.atomic
def make_prompts(
    access: Access, chosen: Sequence[tuple[Row, Mapping[str, Any]]], note: str
) -> list[Prompt]:
    """Prompts with the first version of each, their sets of values and recorded answers.

    Each of ``chosen`` comes with its name, description and tags. The number of queries does not
    grow with every prompt. Raises ``IntegrityError`` when somebody takes one of the slugs at this
    moment.
    """
    taken = set(Prompt.objects.filter(team=access.team).values_list("slug", flat=True))
    prompts = []
    for _, details in chosen:
        slug = free_slug(table.slug_of(details["name"]), taken)
        taken.add(slug)
        prompts.append(table.described_row(access.team, access.user, slug, details))
    table.insert(prompts)
    versions = [
        table.first_version_row(prompt, access.user, content_of(row.found), note)
        for prompt, (row, _) in zip(prompts, chosen, strict=True)
    ]
    table.insert(versions)
    for prompt, version in zip(prompts, versions, strict=True):
        columns = prompt.show(version)
    table.update(prompts, *columns)
    _keep_what_came_along(access, versions, [row.found for row, _ in chosen])
    return prompts


def _keep_what_came_along(
    access: Access, versions: list[PromptVersion], found: list[FoundPrompt]
) -> None:
    pairs = list(zip(versions, found, strict=True))
    table.insert(
        [
            table.value_set_row(version.prompt, name, dict(values), access.user)
            for version, each in pairs
            for name, values in each.value_sets
        ]
    )
    answers = [
        Answer(_sent(each), each.answer, version=version)
        for version, each in pairs
        if each.answer is not None
    ]
    if answers:
        answers_found.send(PromptVersion, access=access, answers=answers)


def _sent(found: FoundPrompt) -> MessageRequest:
    """What the answer was given to, as far as the text says: variables with their defaults."""
    try:
        return content_of(found).to_request({})
    except MissingValues:
        return found.request
