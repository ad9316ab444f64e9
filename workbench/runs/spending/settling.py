"""What a run is counted with once it has ended, in the transaction that ends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from psycopg import AsyncConnection

from workbench import catalogue
from workbench.catalogue import server_tools
from workbench.runs.models import State

from .scopes import keys_of, month_of

if TYPE_CHECKING:
    from workbench.runs.store import Outcome

MILLION = Decimal(1_000_000)
# Nothing came of the request: it did not arrive, or the API refused it or failed before it began an
# answer. The API does not bill errors.
NOT_BILLED = frozenset(
    {
        "auth",
        "billing",
        "conflict",
        "connect_refused",
        "connect_timeout",
        "dns",
        "invalid_request",
        "not_found",
        "not_messages_api",
        "overloaded",
        "permission",
        "rate_limited",
        "request_timeout",
        "stream_error_event",
        "tls",
        "too_large",
        "upstream_error",
    }
)
STATES_OF_KINDS = {"auth": "refused", "permission": "workspace", "billing": "no-credit"}
"""What a failed run says about the connection that it used."""

OF_RUN = """
    SELECT team_id, user_id, connection_id, created_at, started_at, reserved_usd
    FROM runs_run WHERE id = %s
"""
SETTLE = """
    UPDATE runs_spending
    SET reserved_usd = reserved_usd - %(reserved)s, spent_usd = spent_usd + %(spent)s
    WHERE team_id = %(team)s AND month = %(month)s AND scope = %(scope)s
"""
# A run that began before the key was tested says nothing about it: it had an older key.
MARK = """
    UPDATE accounts_connection SET state = %(state)s,
        refused_at = CASE WHEN %(state)s = 'works' THEN NULL ELSE now() END
    WHERE id = %(connection)s AND state <> %(state)s
        AND (tested_at IS NULL OR tested_at <= %(created)s)
"""


@dataclass(frozen=True)
class _Reserved:
    """The columns of ``OF_RUN``."""

    team: int
    user: int | None
    connection: int | None
    created: datetime
    started: datetime | None
    usd: Decimal | None


async def settle(
    database: AsyncConnection[Any],
    run_id: int,
    request: dict[str, Any],
    outcome: Outcome,
    received_bytes: int,
) -> None:
    """Give back what the run held back and count what it cost; once, with the run's end.

    The connection is marked before the sums are locked, the order in which a run begins.
    """
    cursor = await database.execute(OF_RUN, (run_id,))
    row = await cursor.fetchone()
    if row is None or row[-1] is None:
        return
    run = _Reserved(*row)
    if run.connection is not None and (state := _state_of_connection(outcome)):
        values = {"state": state, "connection": run.connection, "created": run.created}
        await database.execute(MARK, values)
    reserved = run.usd or Decimal(0)
    spent = Decimal(0)
    if run.started is not None:
        spent = counted(outcome, reserved, request.get("body") or {}, received_bytes)
    shared = {"team": run.team, "month": month_of(run.created), "reserved": reserved}
    for key in keys_of(run.user, run.connection):
        await database.execute(SETTLE, {**shared, "scope": key, "spent": spent})


def counted(
    outcome: Outcome, reserved: Decimal, body: dict[str, Any], received_bytes: int
) -> Decimal:
    """The USD that a run counts with which had been sent.

    It is the cost where that is known. Where it is not, because the answer broke off, was stopped,
    or never said what it used, it is the most that it can have been: better too much than more than
    a cap allows.
    """
    cost = None if outcome.cost_usd is None else Decimal(outcome.cost_usd)
    if outcome.message is None:
        is_billed = outcome.error_kind not in NOT_BILLED
        return max(reserved, cost or Decimal(0)) if is_billed else Decimal(0)
    if cost is None:
        return reserved
    if outcome.state == State.SUCCEEDED or outcome.message.get("stop_reason"):
        return cost
    written = _most_written(outcome, body, received_bytes)
    most = max(reserved, cost)
    return most if written is None else min(most, cost + written)


def _most_written(outcome: Outcome, body: dict[str, Any], received_bytes: int) -> Decimal | None:
    """The most USD of an answer that broke off: a token came as one byte at least.

    None when tokens may have been used that nothing had come of yet: thinking that is not shown,
    and the input of server tools.
    """
    if (
        any(True for _ in server_tools(body))
        or body.get("mcp_servers")
        or _is_thinking_hidden(body)
    ):
        return None
    prices = outcome.cost.get("prices") or {}
    try:
        price = Decimal(prices["output"]) * Decimal(prices.get("factor", "1"))
    except (KeyError, TypeError, InvalidOperation):
        return None
    return received_bytes * price / MILLION


def _is_thinking_hidden(body: dict[str, Any]) -> bool:
    """Whether the model may have thought without anything of it arriving."""
    thinking = body.get("thinking")
    chosen = thinking if isinstance(thinking, dict) else {}
    if chosen.get("type") == "disabled":
        return False
    rules = catalogue.get(str(body.get("model", ""))).rules
    if not chosen and rules.thinking_default == "off":
        return False
    return (chosen.get("display") or rules.default_display) != "summarized"


def _state_of_connection(outcome: Outcome) -> str | None:
    if outcome.state == State.SUCCEEDED:
        return "works"
    return STATES_OF_KINDS.get(outcome.error_kind)
