"""Drafts: what is edited and not saved as a version."""

from __future__ import annotations

from django.db import models

from workbench.accounts.exact_json import ExactJSONField
from workbench.accounts.models import TeamOwned, User
from workbench.prompts.content import Content

from .prompt import Prompt


class Draft(TeamOwned):
    """One person's unsaved edit of a prompt, or of nothing yet; only its author sees it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    prompt = models.ForeignKey(Prompt, models.CASCADE, null=True, related_name="drafts")
    base_number = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=200, blank=True)
    content = ExactJSONField()
    values = models.JSONField(default=dict)
    upstream = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "prompt"], name="one_draft_per_prompt"),
            models.UniqueConstraint(fields=["team", "id"], name="draft_in_team"),
        ]
        indexes = [models.Index(fields=["user", "-updated_at"], name="drafts_by_change")]

    def __str__(self) -> str:
        return self.name or "Untitled"

    @property
    def parsed(self) -> Content:
        return Content.from_dict(self.content)


class DraftCopy(TeamOwned):
    """What one open page knows of a draft: the base of a merge when another page stored meanwhile.

    ``base`` is what the page showed, and ``typed`` the form that it sent and that could not simply
    take the place of the draft; both are contents with the name and values beside them.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="copies")
    page = models.CharField(max_length=40)
    base = ExactJSONField()
    typed = ExactJSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "page"], name="one_copy_per_page"),
        ]

    def __str__(self) -> str:
        return f"copy of {self.draft} on page {self.page}"


class Presence(TeamOwned):
    """That a person has a prompt open for editing, and when their page last said so."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="+")
    base_number = models.PositiveIntegerField(null=True)
    is_changed = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prompt", "user"], name="one_presence_each")]

    def __str__(self) -> str:
        return f"{self.user} at {self.prompt}"
