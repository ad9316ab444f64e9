"""Reusable system texts and their immutable versions."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from workbench.accounts.models import TeamOwned, User

from .immutable import Immutable


class SystemPrompt(TeamOwned):
    """A reusable system text in the library, versioned like a prompt."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80)
    description = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    latest_number = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "id"], name="system_prompt_in_team"),
            models.UniqueConstraint(fields=["team", "slug"], name="system_prompt_slug_in_team"),
        ]
        indexes = [
            models.Index(fields=["team", "-updated_at", "-id"], name="system_prompts_by_change")
        ]

    def __str__(self) -> str:
        return self.name


class SystemPromptVersion(TeamOwned, Immutable):
    """What a system prompt said at one moment."""

    system_prompt = models.ForeignKey(SystemPrompt, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    text = models.TextField()
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system_prompt", "number"], name="system_prompt_version_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system_prompt} v{self.number}"
