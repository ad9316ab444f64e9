"""What a request may cost, and whether it fits, before it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workbench.catalogue.checks.subject import is_whole, items, mapping
from workbench.catalogue.lookup import Catalogue, current
from workbench.catalogue.model import Model
from workbench.catalogue.pricing import cost

FILE_CHARACTERS = 6_000
"""What a file without blanks (base64) weighs beside texts: about 1,500 tokens."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """USD at list price from `low` (no answer) to `high` (an answer of max_tokens).

    Both are None where the price is not known; `reason` says why then. `high` alone is None when
    max_tokens sets no bound. `warning` is a sentence
    when the request does not fit the model's context, "" when it does or nobody knows;
    `context_share` is the part of the context that the input takes (0 to 1), None if unknown.
    """

    low: Decimal | None
    high: Decimal | None
    reason: str
    warning: str
    context_share: float | None


def forecast(
    body: Mapping[str, Any], input_tokens: int, catalogue: Catalogue | None = None
) -> Forecast:
    """Return what a request with `input_tokens` may cost. Searches on the web come on top.

    With prompt caching the part up to the last mark costs between a read and a write; how large it
    is, is judged by the lengths of the texts. Sources as in `pricing.py`.
    """
    found = catalogue or current()
    model = found.get(str(body.get("model", "")))
    most = body.get("max_tokens")
    bound = most if isinstance(most, int) and is_whole(most) and most >= 0 else None
    output = bound or 0
    cached = int(input_tokens * _cached_share(body))
    least = model.rules.minimum_cache_tokens
    cheapest, dearest = _ways_to_bill(body, input_tokens, 0 if least and cached < least else cached)
    low = cost(model.id, _usage(body, cheapest, 0), found)
    high = cost(model.id, _usage(body, dearest, output), found)
    return Forecast(
        low=low.usd,
        high=None if bound is None else high.usd,
        reason=low.reason or high.reason,
        warning=_warning(model, input_tokens, output),
        context_share=input_tokens / model.context_tokens if model.context_tokens else None,
    )


def _ways_to_bill(
    body: Mapping[str, Any], input_tokens: int, cached: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The cheapest and the dearest usage record of the input, of which `cached` may be kept."""
    rest = {"input_tokens": input_tokens - cached}
    written = f"ephemeral_{'1h' if '1h' in cache_lifetimes(body) else '5m'}_input_tokens"
    write = {"cache_creation_input_tokens": cached, "cache_creation": {written: cached}}
    return rest | {"cache_read_input_tokens": cached}, rest | write


def _cached_share(body: Mapping[str, Any]) -> float:
    """The part of the input (0 to 1) that stands before the last cache mark, and at it."""
    if body.get("cache_control"):
        return 1.0
    turns = [mapping(turn).get("content") for turn in items(body.get("messages"))]
    total = before = 0
    for content in (body.get("tools"), body.get("system"), *turns):
        for entry in items(content) or (content,):
            total += _length(entry)
            if cache_lifetimes({"system": [entry]}):
                before = total
    return before / total if total else 0.0


def _length(value: object) -> int:
    """The characters of all texts in a value; the data of a file counts as an ordinary page."""
    total = 0
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            is_file = len(part) > FILE_CHARACTERS and " " not in part
            total += FILE_CHARACTERS if is_file else len(part)
        elif isinstance(part, Mapping):
            waiting.extend(part.values())
        else:
            waiting.extend(items(part))
    return total


def cache_lifetimes(body: Mapping[str, Any]) -> list[str]:
    """The lifetimes of all cache breakpoints: of the request, its tools, texts and blocks."""
    contents = [mapping(turn).get("content") for turn in items(body.get("messages"))]
    lists = [body.get("tools"), body.get("system"), *contents]
    lists += [part for entries in lists for entry in items(entries) for part in _parts(entry)]
    marked = [body, *(entry for entries in lists for entry in items(entries))]
    marks = [mapping(entry).get("cache_control") for entry in marked]
    return [str(mapping(mark).get("ttl") or "5m") for mark in marks if mark]


def _parts(block: object) -> tuple[object, object]:
    """What may hold blocks in a block: the content of a tool result, and of a document's source."""
    fields = mapping(block)
    return fields.get("content"), mapping(fields.get("source")).get("content")


def _usage(body: Mapping[str, Any], tokens: dict[str, Any], output: int) -> dict[str, Any]:
    """A usage record as the answer would carry it for the choices of the request."""
    chosen = {name: body[name] for name in ("speed", "inference_geo") if body.get(name)}
    return {**tokens, "output_tokens": output, **chosen}


def _warning(model: Model, input_tokens: int, output: int) -> str:
    context = model.context_tokens
    if context is None or input_tokens + output <= context:
        return ""
    if input_tokens >= context:
        return (
            f"This does not fit: the input has {input_tokens:,} tokens, "
            f"{model.display_name} takes {context:,}. Shorten it or choose a larger model."
        )
    return (
        f"The context of {model.display_name} leaves {context - input_tokens:,} tokens for the "
        f"answer, fewer than max tokens ({output:,})."
    )
