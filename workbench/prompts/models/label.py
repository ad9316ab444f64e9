"""Labels: names that point to versions."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from workbench.accounts.models import TeamOwned, User

from .prompt import Prompt, PromptVersion


class Label(TeamOwned):
    """A movable pointer from a name such as ``production`` to a version."""

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="labels")
    name = models.CharField(max_length=60)
    version = models.ForeignKey(PromptVersion, models.CASCADE, related_name="labels")
    moved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    moved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prompt", "name"], name="label_name_in_prompt")
        ]
        indexes = [models.Index(fields=["team", "name"], name="labels_by_name")]

    def __str__(self) -> str:
        return self.name


class ProtectedLabel(TeamOwned):
    """A name of a label that in this team moves by an approved proposal alone."""

    name = models.CharField(max_length=60)
    protected_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="protected_label_in_team")
        ]

    def __str__(self) -> str:
        return self.name


class LabelMove(TeamOwned):
    """One step in the history of a label; no number means that it was not there, or was removed."""

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="label_moves")
    name = models.CharField(max_length=60)
    from_number = models.PositiveIntegerField(null=True)
    to_number = models.PositiveIntegerField(null=True)
    moved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    mover_name = models.CharField(max_length=200, blank=True)
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["prompt", "-id"], name="label_moves_of_prompt")]

    def __str__(self) -> str:
        return f"{self.name}: {self.from_number} to {self.to_number}"
