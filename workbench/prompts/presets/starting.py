"""What a new prompt of a team begins with: its default preset, if it has one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from workbench.accounts.access import Access
from workbench.prompts.content import Content
from workbench.prompts.models import Draft, Preset

from .parts import applied
from .refusals import refusal_of


def default_preset(access: Access) -> Preset | None:
    """The preset that new prompts begin with, None when the team has chosen none."""
    return access.rows(Preset).filter(is_default=True).first()


def start_of(access: Access, api_version: str) -> dict[str, Any]:
    """The stored content of a new draft; it notes what it began with, to be known as blank.

    The version is ``api_version`` unless the preset says another.
    """
    preset = default_preset(access)
    content = replace(Content.blank(), api_version=api_version)
    if preset is None and content == Content.blank():
        return content.to_dict()
    content = applied(content, preset.parameters) if preset else content
    return content.to_dict() | {"editor": {"start": content.digest()}}


def begins_with(draft: Draft, start: dict[str, Any]) -> bool:
    """Whether a draft began with the content ``start``."""
    return _mark(draft.content) == _mark(start)


def _mark(content: dict[str, Any]) -> str:
    return str(content.get("editor", {}).get("start", ""))


def warning(access: Access) -> str:
    """A sentence on what is wrong with the team's default preset; "" when nothing is."""
    preset = default_preset(access)
    refusal = refusal_of(preset.parameters) if preset else None
    if preset is None or refusal is None or not refusal.sentences:
        return ""
    return (
        f"New prompts begin with the preset “{preset.name}”, which is in part "
        f"{refusal.heading}: {' '.join(refusal.sentences)}"
    )
