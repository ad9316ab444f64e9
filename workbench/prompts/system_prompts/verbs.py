"""What the library does to the system text of a draft, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench.prompts.blocks import Contents
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import SystemPromptVersion

from .copies import Copied, joined, text_of, with_text


def is_empty(form: EditorForm) -> bool:
    """Whether the draft has no system text."""
    return form.system.value in ("", [])


def text_in(form: EditorForm) -> str | None:
    """The system text, None when it is more than one text."""
    return text_of(form.system.value)


def replace_with(form: EditorForm, version: SystemPromptVersion) -> None:
    """Make the text of ``version`` the whole system text, and note that it is a copy."""
    _put(form, with_text(form.system.value, version.text), copy_of(version))


def put_before(form: EditorForm, version: SystemPromptVersion) -> None:
    """Put the text of ``version`` before what is there; the whole is a copy of nothing."""
    _put(form, joined(version.text, form.system.value), None)


def put_behind(form: EditorForm, version: SystemPromptVersion) -> None:
    """Put the text of ``version`` behind what is there; the whole is a copy of nothing."""
    _put(form, joined(form.system.value, version.text), None)


def put_back(form: EditorForm) -> bool:
    """Exchange the system text with the one from before; False when none is kept."""
    before = form.before.get("system")
    if not isinstance(before, Mapping):
        return False
    _put(form, before.get("value", ""), before.get("copied"))
    return True


def note_copy(form: EditorForm, version: SystemPromptVersion) -> None:
    """Note that the system text as it stands is a copy of ``version``."""
    _note(form, copy_of(version))


def copy_of(version: SystemPromptVersion) -> dict[str, Any]:
    """What a content notes about a copy of ``version``."""
    return Copied(version.system_prompt.slug, version.number, version.content_hash).to_dict()


def _put(form: EditorForm, system: Any, copied: Any) -> None:
    now = {"value": form.system.value, "copied": form.content.copied_from.get("system")}
    form.before.pop("system", None)
    if not is_empty(form):
        form.before["system"] = now
    form.system = Contents.of("system", system, form.system.notes_for(system))
    _note(form, copied)


def _note(form: EditorForm, copied: Any) -> None:
    kept = {part: note for part, note in form.kept.copied_from.items() if part != "system"}
    if copied:
        kept["system"] = copied
    form.kept = replace(form.kept, copied_from=kept)
