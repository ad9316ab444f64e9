"""The bars of the page of usage, drawn on the server as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from workbench.template_tags import cost, number

from .sums import Sums

HEIGHT = 100
GAP = 0.2
"""Of a bar's place, between it and the next."""
SHORTEST = 0.8
"""A day with little is still seen."""


@dataclass(frozen=True)
class Bar:
    """One day; lengths in the units of the drawing, which is ``Chart.width`` by ``HEIGHT``."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Chart:
    """Bars from left to right. ``label`` says what a person who does not see them must know."""

    bars: tuple[Bar, ...]
    width: int
    most: str
    label: str


def chart_of(rows: Sequence[Sums], measure: str) -> Chart | None:
    """The chart of the days ``rows``; None when there is nothing to draw."""
    values = [row.measured(measure) for row in rows]
    most = max(values, default=Decimal(0))
    if most <= 0:
        return None
    highest = rows[values.index(most)]
    bars = tuple(
        _bar(place, row, value, most, measure)
        for place, (row, value) in enumerate(zip(rows, values, strict=True))
        if value > 0
    )
    label = (
        f"From {rows[0].label} to {rows[-1].label}: {shown(sum(values, Decimal(0)), measure)} "
        f"together, most on {highest.label} with {shown(most, measure)}."
    )
    return Chart(bars, len(rows), shown(most, measure), label)


def shown(value: Decimal, measure: str) -> str:
    """A measured value as a text with its unit."""
    if measure == "cost":
        return cost(value)
    unit = "run" if measure == "runs" else "token"
    return f"{number(int(value))} {unit}{'' if value == 1 else 's'}"


def _bar(place: int, row: Sums, value: Decimal, most: Decimal, measure: str) -> Bar:
    height = round(max(float(value / most) * HEIGHT, SHORTEST), 2)
    return Bar(
        x=round(place + GAP / 2, 2),
        y=round(HEIGHT - height, 2),
        width=1 - GAP,
        height=height,
        title=f"{row.label}: {shown(value, measure)}",
    )
