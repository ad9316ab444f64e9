"""temperature, top_p and top_k.

Sources: migration-2026-10-21, versioning (2026-11-12), haiku-5-5/migration-guide (2026-10-10).
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.simulator.accepted import NEW
from workbench.simulator.rules.asked import Asked, is_int, is_number


def sampling(asked: Asked) -> Iterator[str]:
    """The new version does not know the parameters; with the old one it is the model's matter."""
    if asked.version == NEW:
        for name in ("temperature", "top_p", "top_k"):
            if name in asked.body:
                yield f"{name}: Extra inputs are not permitted"
        return
    yield from _types(asked)
    match asked.accepted.sampling:
        case "free":
            yield from _ranges(asked)
        case "fixed" | "exact":
            yield from _fixed(asked)


def _types(asked: Asked) -> Iterator[str]:
    for name in ("temperature", "top_p"):
        value = asked.body.get(name)
        if value is not None and not is_number(value):
            yield f"{name}: Input should be a valid number"
    top_k = asked.body.get("top_k")
    if top_k is not None and not is_int(top_k):
        yield "top_k: Input should be a valid integer"


def _ranges(asked: Asked) -> Iterator[str]:
    for name in ("temperature", "top_p", "top_k"):
        value = asked.body.get(name)
        if value is not None and value < 0:
            yield f"{name}: Input should be greater than or equal to 0"
        if name != "top_k" and value is not None and value > 1:
            yield f"{name}: Input should be less than or equal to 1"


def _fixed(asked: Asked) -> Iterator[str]:
    temperature, top_p = asked.body.get("temperature"), asked.body.get("top_p")
    if temperature is not None and temperature != 1:
        yield "temperature: This model only supports the default value 1"
    if asked.body.get("top_k") is not None:
        yield "top_k: This model does not support top_k"
    if top_p is None:
        return
    if not 0.99 <= top_p <= 1:
        yield "top_p: This model only supports values from 0.99 to 1"
    if asked.accepted.sampling == "exact":
        if top_p != 0.99:
            yield "top_p: This model only supports the value 0.99"
        if temperature is not None:
            yield "top_p: temperature and top_p cannot both be specified for this model"
