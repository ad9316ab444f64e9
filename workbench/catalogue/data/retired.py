"""The retired models: requests to them fail. They are kept to explain old prompts and old costs.

Sources: platform.claude.com pages model-deprecations and pricing (read 2026-10-10). The successor
is the newest model of the same line; models from before the lines get the default model. Aliases:
the model names of the Python SDK 0.x.
"""

from datetime import date

from workbench.catalogue.data.values import NO_EFFORT, price
from workbench.catalogue.model import DEFAULT_MODEL, Model, PriceTier, Rules

_SOURCE = "docs 2026-10-10: model-deprecations, pricing"

_RULES = Rules(
    sampling=True,
    prefill=True,
    effort_levels=NO_EFFORT,
    dense_tokenizer=False,
    fine_images=False,
    thinking_bound=False,
    inference_geo=False,
)

_SUCCESSORS = {
    "opus": "claude-opus-5-5",
    "sonnet": "claude-sonnet-5-5",
    "haiku": "claude-haiku-5-5",
    "instant": "claude-haiku-5-5",
}


def _retired(
    model_id: str,
    display_name: str,
    retired_on: date,
    *,
    line: str | None = None,
    aliases: tuple[str, ...] = (),
    prices: tuple[PriceTier, ...] = (),
) -> Model:
    return Model(
        id=model_id,
        display_name=display_name,
        line=line,
        state="retired",
        aliases=aliases,
        retires_on=retired_on,
        successor=_SUCCESSORS.get(line or "", DEFAULT_MODEL),
        prices=prices,
        rules=_RULES,
        source=_SOURCE,
    )


_OPUS_4_PRICE = price("15", "75", write_5m="18.75", write_1h="30", read="1.50")

RETIRED: tuple[Model, ...] = (
    _retired(
        "claude-opus-4-1-20250805",
        "Claude Opus 4.1",
        date(2026, 8, 5),
        line="opus",
        aliases=("claude-opus-4-1",),
        prices=(_OPUS_4_PRICE,),
    ),
    _retired(
        "claude-opus-4-20250514",
        "Claude Opus 4",
        date(2026, 6, 15),
        line="opus",
        aliases=("claude-opus-4-0",),
        prices=(_OPUS_4_PRICE,),
    ),
    _retired(
        "claude-sonnet-4-20250514",
        "Claude Sonnet 4",
        date(2026, 6, 15),
        line="sonnet",
        aliases=("claude-sonnet-4-0",),
        prices=(price("3", "15"),),
    ),
    _retired("claude-3-haiku-20240307", "Claude Haiku 3", date(2026, 4, 20), line="haiku"),
    _retired(
        "claude-3-7-sonnet-20250219",
        "Claude Sonnet 3.7",
        date(2026, 2, 19),
        line="sonnet",
        aliases=("claude-3-7-sonnet-latest",),
    ),
    _retired(
        "claude-3-5-haiku-20241022",
        "Claude Haiku 3.5",
        date(2026, 2, 19),
        line="haiku",
        aliases=("claude-3-5-haiku-latest",),
        prices=(price("0.80", "4", write_5m="1", write_1h="1.60", read="0.08"),),
    ),
    _retired(
        "claude-3-opus-20240229",
        "Claude Opus 3",
        date(2026, 1, 5),
        line="opus",
        aliases=("claude-3-opus-latest",),
    ),
    _retired(
        "claude-3-5-sonnet-20241022",
        "Claude Sonnet 3.5 (October 2024)",
        date(2025, 10, 28),
        line="sonnet",
        aliases=("claude-3-5-sonnet-latest",),
    ),
    _retired(
        "claude-3-5-sonnet-20240620",
        "Claude Sonnet 3.5 (June 2024)",
        date(2025, 10, 28),
        line="sonnet",
    ),
    _retired("claude-3-sonnet-20240229", "Claude Sonnet 3", date(2025, 7, 21), line="sonnet"),
    _retired("claude-2.1", "Claude 2.1", date(2025, 7, 21)),
    _retired("claude-2.0", "Claude 2.0", date(2025, 7, 21)),
    _retired("claude-1.3", "Claude 1.3", date(2024, 11, 6)),
    _retired("claude-1.2", "Claude 1.2", date(2024, 11, 6)),
    _retired("claude-1.1", "Claude 1.1", date(2024, 11, 6)),
    _retired("claude-1.0", "Claude 1.0", date(2024, 11, 6)),
    _retired("claude-instant-1.2", "Claude Instant 1.2", date(2024, 11, 6), line="instant"),
    _retired("claude-instant-1.1", "Claude Instant 1.1", date(2024, 11, 6), line="instant"),
    _retired("claude-instant-1.0", "Claude Instant 1.0", date(2024, 11, 6), line="instant"),
)
