"""Rows that a search finds: whatever changes them through the ORM renews what is found of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, TypeVar

from django.contrib.postgres.search import SearchVectorField
from django.db import models, transaction

from workbench.accounts.models import Team, TeamOwned
from workbench.full_text import Document

Row = TypeVar("Row", bound="Searched", covariant=True)
AT_ONCE = 200  # rows whose texts are in memory


class SearchText(TeamOwned):
    """What is found of a row: in a table of its own, so that no list of rows loads it.

    The key is the row's own, and a newer row has a greater one.
    """

    team = models.ForeignKey(Team, models.CASCADE, related_name="+", db_index=False)
    search = SearchVectorField()

    class Meta:
        abstract = True


class SearchedQuerySet(models.QuerySet[Row]):
    """Renews the search after ``bulk_create`` and ``update`` too; only raw SQL goes past it."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        with transaction.atomic():
            rows = super().bulk_create(objs, *args, **kwargs)
            self.model.renew_search([row.pk for row in rows if row.pk is not None])
        return rows

    def update(self, **kwargs: Any) -> int:
        if not self.model.is_searched(kwargs):
            return super().update(**kwargs)
        with transaction.atomic():
            keys = list(self.values_list("pk", flat=True))
            changed = super().update(**kwargs)
            self.model.renew_search(keys)
        return changed


class Searched(models.Model):
    """A row that a search finds; ``searched_fields`` are those that its document is made from.

    ``search_text`` is the name by which the row of its ``SearchText`` refers back to it.
    """

    searched_fields: ClassVar[frozenset[str]]
    objects = SearchedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            fields = kwargs.get("update_fields")
            if fields is None or self.is_searched(fields):
                self.renew_search([self.pk])

    @classmethod
    def documents(cls, keys: Sequence[int]) -> Iterator[tuple[int, Document]]:
        """What is found of the rows with these keys, read from the database."""
        raise NotImplementedError

    @classmethod
    def is_searched(cls, fields: Iterable[str]) -> bool:
        """Whether a change of one of ``fields`` changes what is found."""
        return not cls.searched_fields.isdisjoint(name.removesuffix("_id") for name in fields)

    @classmethod
    def renew_search(cls, keys: Sequence[int]) -> None:
        """Store anew what is found of the rows with these keys."""
        table = cls._meta.get_field("search_text").related_model
        assert isinstance(table, type)
        assert issubclass(table, SearchText)
        own_key = table._meta.pk
        assert own_key is not None
        for start in range(0, len(keys), AT_ONCE):
            texts = [
                table(team_id=document.team_id, search=document.vector, **{own_key.attname: key})
                for key, document in cls.documents(keys[start : start + AT_ONCE])
            ]
            table._default_manager.bulk_create(
                texts,
                update_conflicts=True,
                unique_fields=[own_key.name],
                update_fields=["team", "search"],
            )
