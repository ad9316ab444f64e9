"""What another model or API version means for a request: what changes, and what no longer fits.

facts         sentences on what will be different, such as prices and default effort
misfits       what the new choice refuses, each with a replacement (see replacements/)
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workbench.catalogue import lifecycle
from workbench.catalogue.checks.subject import Subject
from workbench.catalogue.lookup import Catalogue, current
from workbench.catalogue.model import API_VERSIONS, Model, PriceTier
from workbench.catalogue.replacements import Misfit, misfits


@dataclass(frozen=True, slots=True)
class Switch:
    """A change of model, API version or both, before it is made."""

    facts: tuple[str, ...]
    misfits: tuple[Misfit, ...]

    def applied(self, body: Mapping[str, Any], accepted: Collection[str]) -> dict[str, Any]:
        """Return `body` with the replacements whose ids are `accepted`; the rest stays as it is."""
        result = dict(body)
        for misfit in self.misfits:
            if misfit.id in accepted:
                result = misfit.apply(result)
        return result


def changes(
    body: Mapping[str, Any],
    *,
    from_model: str,
    to_model: str,
    from_version: str,
    to_version: str,
    betas: Sequence[str] = (),
    catalogue: Catalogue | None = None,
) -> Switch:
    """Return what changes for `body`, whose own `model` key plays no part and stays.

    A misfit is whatever the new choice refuses, whether or not the old one took it.
    """
    known = catalogue or current()
    old, new = known.get(from_model), known.get(to_model)
    facts = [*_model_facts(old, new), *_version_facts(from_version, to_version)]
    subject = Subject(to_version, tuple(betas), body, new)
    return Switch(tuple(facts), tuple(misfits(subject)))


def _model_facts(old: Model, new: Model) -> Iterator[str]:
    if old.id == new.id:
        return
    if age := lifecycle.sentence(new):
        yield age
    if new.state == "unknown":
        return
    for label, words in _COMPARED.items():
        before, after = words(old), words(new)
        if after and after != before:
            yield f"{label}: {after} instead of {before}." if before else f"{label}: {after}."
        elif before and not after:
            yield f"{label}: not known; it was {before}."
    yield from _tokenizer(old, new)


def _tokenizer(old: Model, new: Model) -> Iterator[str]:
    dense = (old.rules.dense_tokenizer, new.rules.dense_tokenizer)
    if dense == (False, True):
        yield "The same text counts about 30 % more tokens."
    elif dense == (True, False):
        yield "The same text counts about 25 % fewer tokens."


def _version_facts(old: str, new: str) -> Iterator[str]:
    if old == new:
        return
    refused = (
        "temperature, top_p and top_k, documents in assistant turns, and citations on the text of "
        "user turns"
    )
    if new == API_VERSIONS[0]:
        yield f"API version {new} refuses {refused}."
    elif old == API_VERSIONS[0]:
        yield f"API version {new} takes {refused}, where the model does."


def _tokens(count: int | None) -> str:
    return f"{count:,} tokens" if count else ""


def _prices(model: Model) -> str:
    return ", ".join(_price(tier) for tier in model.prices)


def _price(tier: PriceTier) -> str:
    upto = tier.up_to_prompt_tokens
    words = f"{_usd(tier.input)} in and {_usd(tier.output)} out"
    return f"{words} for prompts up to {upto:,} tokens" if upto else words


def _usd(price: Decimal | None) -> str:
    return "an unknown price" if price is None else f"${price}"


def _thinking(model: Model) -> str:
    words = {"always": "always on", "on": "on", "off": "off"}
    return words.get(model.rules.thinking_default or "", "")


def _effort(model: Model) -> str:
    return "none" if model.rules.effort_levels == () else model.rules.default_effort or ""


_COMPARED: dict[str, Callable[[Model], str]] = {
    "Context window": lambda model: _tokens(model.context_tokens),
    "Longest answer": lambda model: _tokens(model.max_output_tokens),
    "List price per million tokens": _prices,
    "Thinking, unless set": _thinking,
    "Display of thinking, unless set": lambda model: model.rules.default_display or "",
    "Effort, unless set": _effort,
    "Shortest text that is cached": lambda model: _tokens(model.rules.minimum_cache_tokens),
}
