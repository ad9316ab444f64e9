"""What is said of a prompt besides its versions: name, description, tags; archived or not."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404

from workbench.accounts import audit
from workbench.accounts.http import WorkbenchRequest
from workbench.messages_api import clean_text
from workbench.prompts.editor import NAME_LENGTH
from workbench.prompts.models import Archived, Draft, Prompt, Star
from workbench.prompts.tags import is_visible, tags_of

from .locking import locked_prompt

LONGEST_DESCRIPTION = 2_000  # characters


class DetailsForm(forms.Form):
    """Name, description and tags of a prompt, as they are typed."""

    name = forms.CharField(required=False, strip=False)
    description = forms.CharField(
        required=False, strip=False, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
    tags = forms.CharField(
        required=False, strip=False, help_text="Short words, with commas between them."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "tags"):
            self.fields[name].widget.attrs.update(dir="auto", autocomplete="off")
        for field in self.fields.values():
            # Cleaned here, with a sentence of its own; Django's would refuse a NUL without advice.
            field.validators = []

    @classmethod
    def of(cls, prompt: Prompt) -> DetailsForm:
        """The form as it stands for ``prompt``."""
        shown = {"name": prompt.name, "description": prompt.description}
        return cls(initial={**shown, "tags": ", ".join(map(str, prompt.tags))})

    def clean_name(self) -> str:
        name = " ".join(clean_text(self.cleaned_data["name"]).split())
        if not is_visible(name):
            raise ValidationError("A prompt needs a name that can be seen: write one.")
        if len(name) > NAME_LENGTH:
            raise ValidationError(
                f"A name has at most {NAME_LENGTH} characters and this one {len(name):,}: "
                "shorten it."
            )
        return name

    def clean_description(self) -> str:
        text = clean_text(self.cleaned_data["description"]).strip()
        if len(text) > LONGEST_DESCRIPTION:
            raise ValidationError(
                f"A description has at most {LONGEST_DESCRIPTION:,} characters and this one "
                f"{len(text):,}: shorten it."
            )
        return text

    def clean_tags(self) -> list[str]:
        try:
            return tags_of(self.cleaned_data["tags"])
        except ValueError as error:
            raise ValidationError(str(error)) from None


def describe(request: WorkbenchRequest, prompt: int, said: dict[str, Any]) -> Prompt:
    """Take name, description and tags of a valid form; raises ``Http404`` and ``Archived``.

    Drafts that had the old name get the new one: saving them would bring the old one back.
    """
    with transaction.atomic():
        found = locked_prompt(request.access, prompt)
        if found.archived_at:
            raise Archived
        old_name = found.name
        changed = [name for name, value in said.items() if getattr(found, name) != value]
        for name in changed:
            setattr(found, name, said[name])
        if changed:
            found.save(update_fields=changed)
            names = {"renamed_from": old_name} if "name" in changed else {}
            _record(request, "prompt.describe", found, fields=changed, **names)
    if old_name != found.name:
        rename_drafts(found, old_name)
    return found


@transaction.atomic
def rename_drafts(prompt: Prompt, old_name: str) -> None:
    """Give the drafts that had the prompt's old name its new one, after that is stored."""
    # Without the prompt's lock, and in the order of their ids: see ``locking``.
    drafts = Draft.objects.filter(prompt=prompt, name=old_name).order_by("pk")
    held = [draft.pk for draft in drafts.select_for_update(no_key=True).only("pk")]
    Draft.objects.filter(pk__in=held).update(name=prompt.name)


@transaction.atomic
def archive(request: WorkbenchRequest, prompt: int, *, now: Any) -> Prompt:
    """Take the prompt out of the list at the moment ``now``, or with None put it back."""
    found = locked_prompt(request.access, prompt)
    if bool(found.archived_at) != bool(now):
        found.archived_at = now
        found.save(update_fields=["archived_at"])
        _record(request, "prompt.archive" if now else "prompt.restore", found)
    return found


def star(request: WorkbenchRequest, prompt: Prompt, *, is_starred: bool) -> None:
    """Set or take away the member's own star; raises ``Http404`` when the prompt goes meanwhile."""
    if is_starred:
        made = Star(team_id=prompt.team_id, user=request.user, prompt=prompt)
        try:
            Star.objects.bulk_create([made], ignore_conflicts=True)
        except IntegrityError:
            raise Http404("no such prompt") from None
    else:
        prompt.stars.filter(user=request.user).delete()


def _record(request: WorkbenchRequest, action: str, prompt: Prompt, **detail: Any) -> None:
    audit.record_in_team(request, action, prompt.name, prompt=prompt.pk, **detail)
