"""Presets: reusable parameters."""

from __future__ import annotations

from django.db import models

from workbench.accounts.exact_json import ExactJSONField
from workbench.accounts.models import TeamOwned, User


class Preset(TeamOwned):
    """Reusable parameters: model, limits, thinking, tools and so on.

    ``parameters`` has the shape of a content without turns, system prompt and variables:
    ``{"body": {…}}`` with ``api_version``, ``betas`` and ``mocks`` where the preset sets them.
    New prompts of the team begin with the one that ``is_default``.
    """

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80)
    description = models.TextField(blank=True)
    parameters = ExactJSONField(default=dict)
    is_default = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="preset_name_in_team"),
            models.UniqueConstraint(fields=["team", "slug"], name="preset_slug_in_team"),
            models.UniqueConstraint(
                fields=["team"], condition=models.Q(is_default=True), name="one_default_preset"
            ),
        ]

    def __str__(self) -> str:
        return self.name
