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
