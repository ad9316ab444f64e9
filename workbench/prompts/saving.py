"""Saving a draft as a version of its prompt, and the sentence that says what came of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction

from workbench.accounts.models import User

from .content import Content
from .editor import NAME_LENGTH, EditorForm
from .merging.meeting import NotMerged, refuse_older
from .models import Draft, Prompt, PromptVersion
from .thinking import still_needed
from .variables import strings_in

FIRST_LINE_LENGTH = 60
NAMELESS = "Untitled prompt"


@dataclass(frozen=True)
class Saved:
    """A version that now holds the draft's content; ``is_new`` unless an older one already did."""

    version: PromptVersion
    is_new: bool
    sentence: str


def content_to_save(form: EditorForm) -> Content:
    """What a version of the form holds: its content without origins that nothing needs."""
    needed = still_needed(form.kept.origins, form.turns.messages)
    return replace(form.content, origins=needed)


def save_version(form: EditorForm, draft: Draft, user: User, *, note: str = "") -> Saved:
    """Store the form in the draft and as the next version; makes the prompt on the first save.

    The draft must be locked by the caller, else a double click makes two prompts. Raises
    ``ValueError`` when the form has errors: the version would lack what was typed. Raises
    ``NotMerged`` when it would undo a newer version, or lack what another page has stored.
    """
    if form.errors:
        raise ValueError("A form with errors cannot become a version.")
    refuse_unmerged(form, draft)
    return _save(form, draft, user, note)


def refuse_unmerged(form: EditorForm, draft: Draft) -> None:
    """Raise ``NotMerged`` when a version of the form would undo or lack what is stored already.

    That is a newer version of somebody else, or text of another page of the same person.
    """
    if form.sender is not None and form.sender.copy is not None:
        form.save_to(draft)
        if form.sender.copy is not None:
            raise NotMerged
    if draft.prompt is not None:
        refuse_older(draft, draft.prompt, content_to_save(form).digest())


def keep_note(draft: Draft, note: str) -> None:
    """Keep the note of a version that may not come about, for the next time that it is saved."""
    notes = draft.content.setdefault("editor", {})
    if notes.get("version_note", "") != note:
        notes["version_note"] = note
        draft.save(update_fields=["content"])


def kept_note(draft: Draft) -> str:
    """The note that was typed for a version which was not saved; "" without one."""
    return str(draft.content.get("editor", {}).get("version_note", ""))


@transaction.atomic
def _save(form: EditorForm, draft: Draft, user: User, note: str) -> Saved:
    form.name = form.name or first_line(form)
    form.kept = replace(form.kept, origins=content_to_save(form).origins)
    prompt = draft.prompt or make_prompt(draft.team_id, form.name, user)
    base, before = draft.base_number, prompt.latest_number
    version = prompt.save_version(form.content, user, parent_number=base, note=note)
    is_new = prompt.latest_number != before
    new_name = form.name if _rename(prompt, form.name) else ""
    draft.prompt, draft.base_number = prompt, version.number
    form.forget_removed()
    draft.content.get("editor", {}).pop("version_note", None)
    form.save_to(draft)
    draft.save(update_fields=["prompt", "base_number"])
    return Saved(version, is_new, _sentence(version.number, new_name, is_new=is_new))


def make_prompt(team_id: int, name: str, user: User) -> Prompt:
    """A prompt without versions; its slug is free also when others take theirs this moment."""
    slug = Prompt.free_slug(team_id, name)
    for _ in range(3):
        try:
            with transaction.atomic():
                return Prompt.objects.create(team_id=team_id, name=name, slug=slug, created_by=user)
        except IntegrityError:
            slug = f"{slug[:60]}-{secrets.token_hex(4)}"
    raise IntegrityError(f"No free slug for a prompt in team {team_id}.")


def first_line(form: EditorForm) -> str:
    """A name for a prompt without one: the first line of its conversation, else of its system."""
    return first_line_of(form.content.body)


def first_line_of(body: Mapping[str, Any]) -> str:
    """As ``first_line``, of a body."""
    texts = [*_contents(body.get("messages")), *strings_in(body.get("system", ""))]
    for text in texts:
        line = next((line for line in text.splitlines() if line.strip()), "")
        if words := " ".join(line.split()):
            cut = words[:FIRST_LINE_LENGTH]
            return cut if cut == words else f"{cut[:-1].rstrip()}…"
    return NAMELESS[:NAME_LENGTH]


def _contents(messages: object) -> list[str]:
    found = messages if isinstance(messages, list) else []
    contents = [message.get("content") for message in found if isinstance(message, dict)]
    return [text for content in contents for text in _texts(content)]


def _texts(content: object) -> list[str]:
    if isinstance(content, str):
        return [content]
    blocks = content if isinstance(content, list) else []
    texts = [block.get("text") for block in blocks if isinstance(block, dict)]
    return [text for text in texts if isinstance(text, str)]


def _rename(prompt: Prompt, name: str) -> bool:
    if prompt.name == name:
        return False
    prompt.name = name
    prompt.save(update_fields=["name"])
    return True


def _sentence(number: int, new_name: str, *, is_new: bool) -> str:
    if is_new:
        return f"Saved as v{number}."
    name = f" The prompt is now called “{new_name}”." if new_name else ""
    return f"Nothing changed since v{number}.{name}"
