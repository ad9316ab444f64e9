"""Named sets of values for the variables of a prompt."""

from __future__ import annotations

from django.db import models

from workbench.accounts.exact_json import ExactJSONField
from workbench.accounts.models import TeamOwned, User

from .prompt import Prompt


class ValueSet(TeamOwned):
    """Values by the names of variables, under a name such as "angry customer"."""

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="value_sets")
    name = models.CharField(max_length=200)
    values = ExactJSONField(default=dict)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prompt", "name"], name="value_set_name_in_prompt")
        ]

    def __str__(self) -> str:
        return self.name
