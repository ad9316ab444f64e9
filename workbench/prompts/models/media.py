"""Attached files, kept once per team."""

from __future__ import annotations

from django.db import models

from workbench.accounts.models import TeamOwned


class Media(TeamOwned):
    """An image or document, stored once per team by its hash."""

    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    pages = models.PositiveIntegerField(null=True)
    bytes = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "sha256"], name="media_in_team")]

    def __str__(self) -> str:
        return f"{self.media_type}, {self.size} bytes"
