"""Rows that are written once."""

from __future__ import annotations

from typing import Any

from django.db import models


class Immutable(models.Model):
    """A row that is written once: saving it again raises."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is immutable; make a new one instead.")
        super().save(*args, **kwargs)
