"""The pretend Messages API: one request in, one reply out. Transport and server both ask it."""

from __future__ import annotations

import difflib
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from workbench.simulator import refusals
from workbench.simulator.calls import DEFAULT_SCENARIO, Call
from workbench.simulator.catalogue_pages import model_page, one_model
from workbench.simulator.journal import Entry, Journal
from workbench.simulator.prompt_cache import PromptCache
from workbench.simulator.replies import Reply, error_reply, json_reply
from workbench.simulator.scenarios import SCENARIOS
from workbench.simulator.stage import Stage
from workbench.simulator.usage import input_tokens

REMEMBERED_ATTEMPTS = 1000
RATE_LIMITS = {
    "requests": 1000,
    "tokens": 2_400_000,
    "input-tokens": 2_000_000,
    "output-tokens": 400_000,
}  # per minute
FAST_RATE_LIMITS = {"fast-input-tokens": 200_000, "fast-output-tokens": 40_000}
JOURNAL_PATH = "/__journal__"


class Upstream:
    """Answers requests; remembers attempts, cached prefixes and the journal."""

    def __init__(self) -> None:
        self.journal = Journal()
        self._cache = PromptCache()
        self._count = 0
        self._attempts: OrderedDict[bytes, int] = OrderedDict()

    def reply(
        self, method: str, target: str, headers: Mapping[str, str], raw: bytes
    ) -> tuple[Reply, Entry | None]:
        """Return the reply to a request and its journal entry (None for the journal itself)."""
        if target.split("?")[0] == JOURNAL_PATH:
            return self._journal_reply(method), None
        self._count += 1
        call = Call(self._count, method, target, headers, raw)
        entry = self.journal.begin(call)
        reply = self._dispatch(call)
        reply.first = max(0.0, call.wish.number("first", reply.first))
        if not reply.bare:
            reply.headers += _extra_headers(call, reply)
        return reply, entry

    def _journal_reply(self, method: str) -> Reply:
        if method == "DELETE":
            self.journal.clear()
        return json_reply(200, self.journal.entries())

    def _dispatch(self, call: Call) -> Reply:
        refused = refusals.refusal(call)
        if refused is not None:
            return refused
        if call.path == "/v1/models":
            return self._played(call) or model_page(call)
        if call.path.startswith("/v1/models/"):
            return self._played(call) or one_model(call)
        if call.path == "/v1/messages/count_tokens":
            counted = json_reply(200, {"input_tokens": input_tokens(call.body)})
            return self._played(call) or counted
        return self._played(call) or SCENARIOS[DEFAULT_SCENARIO].play(Stage(call, self._cache))

    def _played(self, call: Call) -> Reply | None:
        """Return the scenario's reply; None when the request is to get its plain answer."""
        name = call.wish.scenario
        if name == DEFAULT_SCENARIO:
            return None
        if name not in SCENARIOS:
            return _unknown(call)
        if not SCENARIOS[name].applies_to(call) or not self._is_due(call):
            return None
        return SCENARIOS[name].play(Stage(call, self._cache))

    def _is_due(self, call: Call) -> bool:
        """Return whether the scenario still applies: `times=N` limits it to N attempts in a row."""
        times = call.wish.count("times", 0)
        if times <= 0:
            return True
        key = hashlib.sha256(call.headers.get("x-simulate", "").encode() + call.raw).digest()
        attempt = self._attempts.pop(key, 0) + 1
        if attempt > times:
            return False
        self._attempts[key] = attempt
        if len(self._attempts) > REMEMBERED_ATTEMPTS:
            self._attempts.popitem(last=False)
        return True


def _unknown(call: Call) -> Reply:
    name = call.wish.scenario
    near = difflib.get_close_matches(name, SCENARIOS, n=3) or ["answer", "drop", "status"]
    return error_reply(
        400,
        "invalid_request_error",
        f"The simulator has no scenario {name[:60]!r}. Near it: {', '.join(near)}.",
        request_id=call.request_id,
    )


def _extra_headers(call: Call, reply: Reply) -> list[tuple[str, str]]:
    """Return the headers every answer of the API carries, without those the reply has."""
    present = {name for name, _ in reply.headers}
    extra = [("request-id", call.request_id), ("anthropic-organization-id", "org_simulated")]
    reset = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    limits = RATE_LIMITS | (FAST_RATE_LIMITS if call.body.get("speed") == "fast" else {})
    for name, limit in limits.items():
        prefix = f"anthropic-{name}" if name.startswith("fast-") else f"anthropic-ratelimit-{name}"
        left = limit - (1 if name == "requests" else 1000)
        extra += [(f"{prefix}-limit", str(limit)), (f"{prefix}-remaining", str(left))]
        extra.append((f"{prefix}-reset", reset))
    return [(name, value) for name, value in extra if name not in present]
