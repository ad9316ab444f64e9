"""Presets: reusable parameters."""

from __future__ import annotations

from django.db import models

from workbench.accounts.models import TeamOwned, User


class Preset(TeamOwned):
    """Reusable parameters: model, limits, thinking, tools and so on."""

    name = models.CharField(max_length=200)
    parameters = models.JSONField(default=dict)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="preset_name_in_team")]

    def __str__(self) -> str:
        return self.name
