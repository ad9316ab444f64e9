"""Which columns hold sealed texts: ``manage.py keys rotate`` finds those of all packages here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from .encryption import Unreadable, key_ring


@dataclass(frozen=True)
class SealedColumn:
    """A column whose text is "" or sealed for the row that ``row_of`` identifies."""

    model: type[models.Model]
    name: str
    row_of: Callable[[Any], str]

    def rotate_all(self) -> Iterator[str]:
        """Seal each text under the current key: yields ``sealed``, ``current``, ``unreadable``."""
        rows = self.model._default_manager.exclude(**{self.name: ""})
        for pk in rows.order_by("pk").values_list("pk", flat=True):
            yield self._rotate(pk)

    @transaction.atomic
    def _rotate(self, pk: Any) -> str:
        row = self.model._default_manager.select_for_update().filter(pk=pk).first()
        text = getattr(row, self.name, "")
        if not text or key_ring().is_current(text):  # deleted or emptied meanwhile, or done
            return "current"
        try:
            setattr(row, self.name, key_ring().rotate(text, self.row_of(row)))
        except Unreadable:
            return "unreadable"
        row.save(update_fields=[self.name])  # type: ignore[union-attr]
        return "sealed"


COLUMNS: list[SealedColumn] = []
"""Each package adds its own when the site starts."""
