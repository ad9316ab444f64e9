"""Short ways to write the values that many entries of the table share."""

from decimal import Decimal

from workbench.catalogue.model import PriceTier

LOW_TO_HIGH = ("low", "medium", "high")
LOW_TO_HIGH_AND_MAX = ("low", "medium", "high", "max")
ALL_LEVELS = ("low", "medium", "high", "xhigh", "max")
NO_EFFORT: tuple[str, ...] = ()


def price(
    input: str,
    output: str,
    write_5m: str | None = None,
    write_1h: str | None = None,
    read: str | None = None,
    up_to_prompt_tokens: int | None = None,
) -> PriceTier:
    """Return the tier with these prices in USD per million tokens."""
    return PriceTier(
        input=Decimal(input),
        output=Decimal(output),
        cache_write_5m=_decimal(write_5m),
        cache_write_1h=_decimal(write_1h),
        cache_read=_decimal(read),
        up_to_prompt_tokens=up_to_prompt_tokens,
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
