"""Execute one run: connect, stream, keep, end. Knows nothing of HTTP views or templates."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workbench import catalogue
from workbench.catalogue import Cost
from workbench.messages_api import (
    Accumulator,
    Answer,
    Attempt,
    Client,
    MessageRequest,
    MessagesApiError,
    StreamEvent,
    normalise_usage,
)

from .live import LiveRun
from .log import LoggedEvent
from .models import State
from .reasons import INTERNAL, REASONS
from .refusals import is_unbilled_refusal
from .store import Outcome

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """What the executor needs of a run; made by the view that created the row.

    ``connection`` is the name of the team's connection whose key it is, "" for the operator's.
    """

    run_id: int
    team: str
    request: MessageRequest
    upstream: str
    key_last4: str
    api_key: str = field(repr=False, default="")
    connection: str = ""
    is_simulated: bool = False


@dataclass
class Conversation:
    """One call of the Messages API on behalf of a run, from the first try to the last byte."""

    job: Job
    live: LiveRun
    client: Client
    note_attempt: Callable[[int, dict[str, Any] | None], object]
    note_streaming: Callable[[dict[str, Any]], None]
    keep: Callable[[LoggedEvent], None]
    http_status: int | None = None
    upstream_request_id: str = ""

    async def hold(self) -> Outcome:
        """Send the request, take in the answer; returns how it ended, raises if cancelled."""
        try:
            async with self.client.open(self.job.request, on_attempt=self._on_attempt) as answer:
                self._begin(answer)
                async for event in answer.events():
                    self._take(event)
        except MessagesApiError as error:
            return self._broken(error)
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("Run %s broke off", self.job.run_id)
            return self.outcome(
                self._state_of_a_break(),
                INTERNAL,
                {"sentence": REASONS[INTERNAL][1]},
            )
        return self.outcome(State.SUCCEEDED, self.live.accumulator.stop_reason or "")

    def outcome(self, state: State, ending: str, error: dict[str, Any] | None = None) -> Outcome:
        """The terminal columns, with everything that is known so far."""
        outcome = outcome_of(
            self.live.accumulator, state, ending, error, self.job.request, self.job.is_simulated
        )
        outcome.http_status = self.http_status
        outcome.upstream_request_id = self.upstream_request_id
        outcome.attempts = self.live.attempt
        outcome.first_token_ms = self.live.first_token_ms
        outcome.duration_ms = self.live.elapsed_ms()
        return outcome

    def _on_attempt(self, attempt: Attempt) -> None:
        waiting = None
        if attempt.error is not None and attempt.wait_seconds is not None:
            waiting = {
                "kind": attempt.error.kind,
                "sentence": attempt.error.sentence,
                "retry_at": time.time() + attempt.wait_seconds,
            }
        self.live.note(State.CONNECTING, attempt.number, waiting)
        if attempt.number > 1 or waiting:
            self.note_attempt(attempt.number, waiting)

    def _begin(self, answer: Answer) -> None:
        self.http_status = answer.http_status
        self.upstream_request_id = answer.upstream_request_id or ""
        self.note_streaming(
            {
                "attempts": answer.attempts,
                "http_status": answer.http_status,
                "upstream_request_id": self.upstream_request_id,
                "request_headers": [list(pair) for pair in answer.sent_headers],
                "response_headers": [list(pair) for pair in answer.headers],
            }
        )

    def _take(self, event: StreamEvent) -> None:
        self.keep(self.live.receive(event))

    def _broken(self, error: MessagesApiError) -> Outcome:
        self.http_status = error.http_status or self.http_status
        self.upstream_request_id = error.upstream_request_id or self.upstream_request_id
        known = self.live.accumulator.stop_reason
        return self.outcome(
            self._state_of_a_break(),
            error.kind,
            {
                "sentence": error.sentence + self._advice(error.kind),
                "type": error.error_type,
                "code": error.error_code,
                "excerpt": error.excerpt,
                "field": error.field,
                "retry_after_seconds": error.retry_after_seconds,
                "stop_reason": known,
            },
        )

    def _advice(self, kind: str) -> str:
        """What only the product knows: which key was refused, which models there are."""
        if kind in ("auth", "permission", "billing") and self.job.connection:
            return (
                f" It was the key ending in {self.job.key_last4} of the team's connection "
                f"“{self.job.connection}”; an admin can change it under Team, Connections."
            )
        if kind in ("auth", "permission", "billing") and self.job.key_last4:
            return (
                f" It was the server's own key ending in {self.job.key_last4}; "
                "whoever runs this server can change it."
            )
        if kind == "not_found":
            current = [model.id for model in catalogue.all_models() if model.state == "active"]
            return f" Current models: {', '.join(current)}."
        return ""

    def _state_of_a_break(self) -> State:
        begun = self.live.accumulator.started or self.live.accumulator.has_content
        return State.INTERRUPTED if begun else State.FAILED


def outcome_of(
    accumulator: Accumulator,
    state: State,
    ending: str,
    error: dict[str, Any] | None,
    request: MessageRequest,
    is_simulated: bool,
) -> Outcome:
    """The terminal columns that follow from what was received: message, usage, cost."""
    begun = accumulator.started or accumulator.has_content
    usage = normalise_usage(accumulator.usage)
    cost = _cost(accumulator, request, is_simulated)
    return Outcome(
        state=state,
        ending=ending,
        error_kind="" if state == State.SUCCEEDED else ending,
        error=error,
        message=accumulator.result() if begun else None,
        usage={
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "thinking_tokens": usage.thinking_tokens,
            "cache_read_tokens": usage.cache_read_tokens,
            "cache_write_tokens": usage.cache_write_tokens,
        },
        cost_usd=cost.pop("usd"),
        cost=cost,
        invalid_bytes=accumulator.invalid_bytes,
    )


def _cost(accumulator: Accumulator, request: MessageRequest, is_simulated: bool) -> dict[str, Any]:
    """USD at list price; a simulated answer costs nothing, its list price is noted."""
    model = accumulator.message.get("model") or request.body.get("model")
    cost = catalogue.cost(str(model), accumulator.usage)
    if is_unbilled_refusal(accumulator.message):
        cost = Cost(usd=Decimal(0), reason="This refusal is not billed.")
    noted = {"reason": cost.reason, "estimate": cost.estimate, "prices": cost.prices}
    if is_simulated:
        list_price = None if cost.usd is None else str(cost.usd)
        return {"usd": 0, "simulated": True, "list_usd": list_price, **noted}
    return {"usd": cost.usd, **noted}
