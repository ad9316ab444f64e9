"""The prompts, labels and presets of a team whose model is retired, deprecated or may go soon.

However many there are, the number of queries is the same and no content is loaded: prompts keep
the model of their latest version, and the database that of every version in a column.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, OrderBy, QuerySet, Window
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import RowNumber

from workbench.accounts.access import Access
from workbench.catalogue import Model, all_models, get, lasting_successor, lifecycle
from workbench.prompts.library.authors import latest_authors
from workbench.prompts.models import Label, Preset, Prompt

SHOWN = 50
"""Prompts, labels and presets per id of a model; the library has a filter for all prompts."""
Rows = list[dict[str, Any]]


@dataclass
class Ending:
    """A model that goes, with what uses it: up to ``SHOWN`` of each kind and id."""

    model: Model
    countdown: str
    filters: Rows = field(default_factory=list)
    """The ids by which latest versions name the model, each with the number of its prompts."""
    prompts: Rows = field(default_factory=list)
    labels: Rows = field(default_factory=list)
    presets: Rows = field(default_factory=list)

    @property
    def count(self) -> int:
        """Prompts whose latest version uses it, also those that are not shown."""
        return sum(row["count"] for row in self.filters)

    @property
    def successor(self) -> Model | None:
        return lasting_successor(self.model)

    @property
    def is_gone(self) -> bool:
        """Whether requests to it fail already."""
        return self.model.state == "retired"


@dataclass(frozen=True)
class Watch:
    """The ending models in use, those that go first first, and how many prompts use one."""

    endings: list[Ending]
    prompt_count: int


def watch(access: Access, today: date | None = None) -> Watch:
    """What the team uses of the models that are ending on ``today``."""
    ids = ending_ids(today)
    prompts = access.rows(Prompt).filter(archived_at=None, latest_model__in=ids)
    labels = _labels(access, ids)
    found = {
        "filters": _counts(prompts),
        "prompts": _first(prompts.annotate(model=F("latest_model")), "-updated_at", *_OF_PROMPTS),
        "labels": _first(labels, "-moved_at", *_OF_LABELS),
        "presets": _first(_presets(access, ids), "name", "name"),
    }
    authors = latest_authors(access, [row["pk"] for row in found["prompts"]])
    for row in found["prompts"]:
        row["author"] = authors.get(row["pk"], "")
    elsewhere = labels.exclude(prompt__latest_model__in=ids)
    others = elsewhere.aggregate(count=Count("prompt", distinct=True))["count"]
    return Watch(_grouped(found, today), sum(row["count"] for row in found["filters"]) + others)


_OF_PROMPTS = ("name", "latest_number", "updated_at")
_OF_LABELS = ("name", "prompt_id", "prompt__name", "version__number")


def ending_ids(today: date | None = None) -> list[str]:
    """The ids and aliases of all models that are ending on ``today``."""
    ending = [model for model in all_models() if lifecycle.is_ending(model, today)]
    return [name for model in ending for name in (model.id, *model.aliases)]


def _counts(prompts: QuerySet[Prompt]) -> Rows:
    counted = prompts.values("latest_model").annotate(count=Count("pk")).order_by("latest_model")
    return [{"model": row["latest_model"], "count": row["count"]} for row in counted]


def _labels(access: Access, ids: list[str]) -> QuerySet[Any]:
    """Labels of versions before the latest: the latest one stands among the prompts."""
    labels = access.rows(Label).annotate(model=F("version__model"))
    labels = labels.filter(version__model__in=ids, version__team=access.team)
    return labels.filter(prompt__archived_at=None).exclude(
        version__number=F("prompt__latest_number")
    )


def _presets(access: Access, ids: list[str]) -> QuerySet[Any]:
    model = KeyTextTransform("model", KeyTransform("body", "parameters"))
    return access.rows(Preset).annotate(model=model).filter(model__in=ids)


def _first(rows: QuerySet[Any], order: str, *columns: str) -> Rows:
    """The first ``SHOWN`` rows of each model, in this order."""
    by = OrderBy(F(order.removeprefix("-")), descending=order.startswith("-"))
    place = Window(RowNumber(), partition_by=F("model"), order_by=[by, F("pk")])
    ranked = rows.annotate(place=place).filter(place__lte=SHOWN)
    return list(ranked.order_by("model", "place").values("pk", "model", *columns))


def _grouped(found: dict[str, Rows], today: date | None) -> list[Ending]:
    endings: dict[str, Ending] = {}
    for name, rows in found.items():
        for row in rows:
            model = get(row["model"])
            if model.id not in endings:
                endings[model.id] = Ending(model, lifecycle.countdown(model, today))
            getattr(endings[model.id], name).append(row)
    return sorted(endings.values(), key=_urgency)


def _urgency(ending: Ending) -> tuple[bool, date, str]:
    """Retired models first, then by date; those without a date last."""
    model = ending.model
    return not ending.is_gone, model.retires_on or date.max, model.display_name
