"""Labels: names that point to versions."""

from __future__ import annotations

from django.db import models

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

    def __str__(self) -> str:
        return self.name
