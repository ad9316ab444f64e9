"""Hold back what a run can cost at most, before it is sent, so that no cap is ever exceeded."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_UP, Decimal
from typing import Any

from django.db import connection as database

from workbench.catalogue import Ceiling
from workbench.runs.models import Run, Spending
from workbench.template_tags import cost as dollars

from .scopes import Scope, month_of, scopes_of

STEP = Decimal("1e-10")
"""The least part of a dollar that the columns keep."""
WAYS_OUT = (
    "An admin of the team can raise it under Team, Connections. Lower max tokens or a shorter "
    "request hold back less."
)
# One statement looks and takes, so that runs at the same time wait for each other's row: the last
# of them finds what the others hold back. No row comes back when the cap does not allow it.
HOLD = """
    INSERT INTO runs_spending AS sums (team_id, month, scope, reserved_usd)
    SELECT %(team)s, %(month)s, %(scope)s, %(usd)s::numeric
    WHERE %(cap)s::numeric IS NULL OR %(usd)s::numeric <= %(cap)s::numeric
    ON CONFLICT (team_id, month, scope) DO UPDATE
    SET reserved_usd = sums.reserved_usd + excluded.reserved_usd
    WHERE %(cap)s::numeric IS NULL
        OR sums.spent_usd + sums.reserved_usd + excluded.reserved_usd <= %(cap)s::numeric
    RETURNING id
"""


class NotPaid(Exception):
    """Nobody pays for this run; the message says why, and who can change that."""


def reservation(most: Ceiling) -> Decimal:
    """The USD that are held back for a run; nothing for a price that nobody knows."""
    return (most.usd or Decimal(0)).quantize(STEP, ROUND_UP)


def hold(run: Run, most: Ceiling) -> None:
    """Hold back the most that a stored run can cost, in all its scopes or in none.

    Belongs into the transaction that stores the run; raises ``NotPaid``, which must undo it. The
    month is that in which the run began. A price that nobody knows is refused where a cap is set.
    """
    scopes = scopes_of(run.team_id, run.user_id, run.connection)
    capped = next((scope for scope in scopes if scope.cap is not None), None)
    if most.usd is None and capped:
        raise NotPaid(
            f"{most.reason} So it cannot be told whether this stays below the monthly cap on what "
            f"{_spends(capped)}. Choose another model, or ask an admin of the team to remove the "
            "cap."
        )
    usd = reservation(most)
    month = month_of(run.created_at)
    for scope in scopes:
        if not _is_held(run.team_id, month, scope, usd):
            raise NotPaid(_refusal(run.team_id, month, scope, usd))


def _is_held(team_id: int, month: date, scope: Scope, usd: Decimal) -> bool:
    values: dict[str, Any] = {"team": team_id, "month": month, "scope": scope.key, "usd": usd}
    with database.cursor() as cursor:
        cursor.execute(HOLD, values | {"cap": scope.cap})
        return cursor.fetchone() is not None


def _refusal(team_id: int, month: date, scope: Scope, usd: Decimal) -> str:
    """Which cap it is, what is left of it, what the request could cost, who can raise it."""
    sums = Spending.objects.filter(team_id=team_id, month=month, scope=scope.key).first()
    taken = sums.spent_usd + sums.reserved_usd if sums else Decimal(0)
    left = max(Decimal(0), (scope.cap or Decimal(0)) - taken)
    held = ""
    if sums and sums.reserved_usd:
        held = f", while runs that are going on hold back {dollars(sums.reserved_usd)}"
    return (
        f"Of the ${scope.cap:,.2f} that {_spends(scope)} in {month:%B} at most, "
        f"{dollars(left)} is left{held}; this request could cost {dollars(usd)}. {WAYS_OUT}"
    )


def _spends(scope: Scope) -> str:
    return "you may spend" if scope.name == "you" else f"{scope.name} may spend"
