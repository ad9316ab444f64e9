"""Making, replacing, renaming and deleting a preset, and choosing the team's default."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.text import slugify

from workbench.accounts import audit
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.slugs import free_slug
from workbench.messages_api import clean_text
from workbench.prompts.library.locking import hold_presets
from workbench.prompts.models import Preset
from workbench.prompts.tags import is_visible

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 2_000


class Refused(ValueError):
    """A name or description that a preset cannot have; the text says why and what to do."""


class Taken(Refused):
    """Another preset of the team has the name."""

    def __init__(self, other: Preset) -> None:
        self.other = other
        super().__init__(f"There is a preset “{other.name}” already; choose another name.")


def clean_name(text: str) -> str:
    """The name as it is kept; raises ``Refused`` when it is empty or too long."""
    name = " ".join(clean_text(text).split())
    if not is_visible(name):
        raise Refused("Give the preset a name.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"A name has at most {LONGEST_NAME} characters; shorten this one.")
    return name


def clean_description(text: str) -> str:
    """The description as it is kept; raises ``Refused`` when it is too long."""
    found = clean_text(text).strip()
    if len(found) > LONGEST_DESCRIPTION:
        raise Refused(
            f"A description has at most {LONGEST_DESCRIPTION:,} characters; shorten this one."
        )
    return found


@transaction.atomic
def save(
    request: WorkbenchRequest,
    name: str,
    description: str,
    parameters: dict[str, Any],
    replaces: int | None = None,
) -> Preset:
    """A new preset, or the one with the id ``replaces`` if it has this name.

    Raises ``Refused``, and ``Taken`` when the name belongs to a preset that is not to be replaced.
    """
    name, description = clean_name(name), clean_description(description)
    hold_presets(request.access.team.pk)
    old = request.access.rows(Preset).filter(name=name).first()
    if old is None:
        return _create(request, name, description, parameters)
    if old.pk != replaces:
        raise Taken(old)
    old.parameters, old.description = parameters, description or old.description
    old.save(update_fields=["parameters", "description", "updated_at"])
    audit.record_in_team(request, "preset.replace", old.name)
    return old


def _create(
    request: WorkbenchRequest, name: str, description: str, parameters: dict[str, Any]
) -> Preset:
    made = Preset.objects.create(
        team=request.access.team,
        name=name,
        slug=free_slug(request.access.rows(Preset), slugify(name)[:60] or "preset"),
        description=description,
        parameters=parameters,
        created_by=request.user,
    )
    audit.record_in_team(request, "preset.create", made.name)
    return made


@transaction.atomic
def rename(request: WorkbenchRequest, preset: Preset, name: str, description: str) -> None:
    """Give a preset another name and description; raises ``Refused``, ``Taken`` and ``Http404``."""
    name, description = clean_name(name), clean_description(description)
    _hold(request, preset)
    other = request.access.rows(Preset).filter(name=name).exclude(pk=preset.pk).first()
    if other:
        raise Taken(other)
    before = preset.name
    preset.name, preset.description = name, description
    preset.save(update_fields=["name", "description", "updated_at"])
    audit.record_in_team(request, "preset.rename", preset.name, before=before)


@transaction.atomic
def make_default(request: WorkbenchRequest, preset: Preset, *, is_default: bool) -> None:
    """Let new prompts of the team begin with ``preset``, or no longer; raises ``Http404``."""
    _hold(request, preset)
    changed = request.access.rows(Preset)
    if is_default:
        changed.filter(is_default=True).update(is_default=False)
    changed.filter(pk=preset.pk).update(is_default=is_default)
    audit.record_in_team(request, "preset.default", preset.name, is_default=is_default)


@transaction.atomic
def delete(request: WorkbenchRequest, preset: Preset) -> None:
    """Delete a preset; drafts and versions that took it keep their parameters.

    Raises ``Http404``.
    """
    _hold(request, preset)
    audit.record_in_team(request, "preset.delete", preset.name)
    preset.delete()


def _hold(request: WorkbenchRequest, preset: Preset) -> None:
    """Be the only one who changes presets; ``preset`` is read again, and may have gone."""
    hold_presets(request.access.team.pk)
    try:
        preset.refresh_from_db(from_queryset=request.access.rows(Preset))
    except Preset.DoesNotExist:
        raise Http404("no such preset") from None
