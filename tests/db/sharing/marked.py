"""A content with a marker in each part, and a run of it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from workbench.accounts.models import User
from workbench.prompts.content import Content, Variable
from workbench.prompts.models import Prompt
from workbench.runs.models import Run, State

SYSTEM, VALUE, DEFAULT = "SYSTEM-MARK of the team", "VALUE-MARK", "DEFAULT-MARK"
CONTENT = Content(
    {
        "model": "claude-opus-5-5",
        "max_tokens": 99,
        "system": f"You know {SYSTEM}.",
        "messages": [{"role": "user", "content": "TURN-MARK in {{CITY}} on {{DAY}}?"}],
        "metadata": {"user_id": "PERSON-MARK@example.com"},
    },
    variables=(Variable("CITY"), Variable("DAY", "", DEFAULT)),
)
NEVER = ("PERSON-MARK", "NOTE-OF-THE-TEAM", "HEADER-MARK", "REQUEST-ID-MARK", "@example.com")


def run_of(user: User, prompt: Prompt, **fields: Any) -> Run:
    """A run of version 1 whose answer repeats the system prompt and both values."""
    values = {"CITY": VALUE}
    text = f"ANSWER-MARK: I know {SYSTEM}. It rains in {VALUE} on {DEFAULT}."
    called = {"type": "tool_use", "id": "t1", "name": "look", "input": {"where": VALUE}}
    given = {
        "request": CONTENT.prepared(values, "simulator").request.to_dict(),
        "message": {"role": "assistant", "content": [{"type": "text", "text": text}, called]},
        "state": State.SUCCEEDED,
        "ending": "end_turn",
        **fields,
    }
    return Run.objects.create(
        team=prompt.team,
        user=user,
        prompt=prompt,
        prompt_name=f"Weather in {VALUE}",
        version_number=1,
        values=values,
        request_hash="h",
        model="claude-opus-5-5",
        upstream="simulator",
        upstream_request_id="REQUEST-ID-MARK",
        response_headers=[["x-mark", "HEADER-MARK"]],
        idempotency_key=f"made-{Run.objects.count()}",
        finished_at=timezone.now(),
        **given,
    )
