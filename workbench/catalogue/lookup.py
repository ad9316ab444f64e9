"""Finding a model by its id or alias, and what the editor may offer for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbench.catalogue.data import MODELS
from workbench.catalogue.listing import merged_model
from workbench.catalogue.model import API_VERSIONS, SAMPLING_FIELDS, STATES, Model, unknown_model


class Catalogue:
    """A fixed set of models. `builtin()` is the table; `merged()` adds what an upstream says."""

    def __init__(self, models: Iterable[Model]) -> None:
        self._models = tuple(sorted(models, key=lambda model: STATES.index(model.state)))
        self._by_name = {alias: model for model in self._models for alias in model.aliases}
        self._by_name.update({model.id: model for model in self._models})

    @classmethod
    def builtin(cls) -> "Catalogue":
        """Return the catalogue of the table in `data`."""
        return _BUILTIN

    def get(self, model_id: str) -> Model:
        """Return the model with this id or alias; an id nobody knows gives state "unknown"."""
        return self._by_name.get(model_id) or unknown_model(model_id)

    def all(self) -> tuple[Model, ...]:
        """Return every model in picker order: active, legacy, deprecated, retired, unknown."""
        return self._models

    def merged(self, listing: Sequence[Mapping[str, Any]]) -> "Catalogue":
        """Return a catalogue with the `data` of GET /v1/models laid over this one.

        Limits, lifecycle and capabilities of the listing win; prices and the rules a listing
        cannot express stay; ids unknown so far are added. Entries without an id are skipped.
        """
        models = {model.id: model for model in self._models}
        for entry in listing:
            model_id = entry.get("id") if isinstance(entry, Mapping) else None
            if isinstance(model_id, str) and model_id.strip():
                known = self.get(model_id)
                models[known.id] = merged_model(models.get(known.id, known), entry)
        return Catalogue(models.values())


_BUILTIN = Catalogue(MODELS)
_current = _BUILTIN


def current() -> Catalogue:
    """Return what this process knows: the table, and what upstreams have listed so far."""
    return _current


def learn(listing: Sequence[Mapping[str, Any]]) -> None:
    """Lay the `data` of an upstream's GET /v1/models over what this process knows."""
    global _current
    _current = _current.merged(listing)


def forget() -> None:
    """Go back to the table alone."""
    global _current
    _current = _BUILTIN


def get(model_id: str) -> Model:
    """Return the model with this id or alias, or one with the state "unknown"."""
    return _current.get(model_id)


def all_models() -> tuple[Model, ...]:
    """Return the models this process knows, in picker order."""
    return _current.all()


def sampling_fields(
    model_id: str, api_version: str, catalogue: Catalogue | None = None
) -> tuple[str, ...]:
    """Return the sampling parameters the editor may offer, all three or none.

    2026-10-21 refuses them for every model; on 2023-06-01 models from 4.7 on refuse them.
    A model nobody knows may sit on a compatible server that takes them, so they are offered.
    """
    if api_version != API_VERSIONS[1]:
        return ()
    refused = (catalogue or _current).get(model_id).rules.sampling is False
    return () if refused else SAMPLING_FIELDS


def accepts_prefill(model_id: str, catalogue: Catalogue | None = None) -> bool | None:
    """Return whether the last turn may be an assistant turn; None if unknown."""
    return (catalogue or _current).get(model_id).rules.prefill


def lasting_successor(model: Model, catalogue: Catalogue | None = None) -> Model | None:
    """Return the successor that is neither deprecated nor retired itself; None without one."""
    known, seen = catalogue or _current, {model.id}
    while model.successor and model.successor not in seen:
        model = known.get(model.successor)
        if model.state not in {"deprecated", "retired"}:
            return model
        seen.add(model.id)
    return None
