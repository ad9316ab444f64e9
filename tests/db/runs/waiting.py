"""Runs that wait for the results of two tool calls, and a short way to send some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils import timezone

from workbench.accounts.models import User
from workbench.prompts.models import Draft
from workbench.runs.models import Run, State

ClientOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
TOOL = {"name": "get_weather", "description": "w", "input_schema": {"type": "object"}}
CALLS = [
    {"type": "tool_use", "id": f"t{number}", "name": "get_weather", "input": {"city": city}}
    for number, city in enumerate(["Bern", "Chur"], 1)
]
THOUGHT = {"type": "thinking", "thinking": "hm", "signature": "s"}
ASKED = {
    "model": "claude-opus-5-5",
    "max_tokens": 99,
    "messages": [{"role": "user", "content": "Weather?"}],
    "tools": [TOOL],
}
RESULTS = [
    {"type": "tool_result", "tool_use_id": "t1", "content": "20 C"},
    {"type": "tool_result", "tool_use_id": "t2"},
]


def waiting_run(user: User, draft: Draft | None, **fields: Any) -> Run:
    """A run that ended with two calls."""
    team = user.memberships.get().team
    message = {"role": "assistant", "content": [THOUGHT, *CALLS]}
    defaults = {"state": State.SUCCEEDED, "ending": "tool_use", "message": message}
    return Run.objects.create(
        **{
            "team": team,
            "user": user,
            "draft": draft,
            "request": {"api_version": "2026-10-21", "betas": [], "body": ASKED},
            "request_hash": "h",
            "model": "claude-opus-5-5",
            "upstream": "simulator",
            "idempotency_key": f"made-{Run.objects.count()}",
            "finished_at": timezone.now(),
            **defaults,
            **fields,
        }
    )


def send(client: Client, run: Run, *, htmx: bool = True, **fields: str) -> Any:
    """Post results; ``__`` stands for ``-`` in the names of fields."""
    named = {name.replace("__", "-"): value for name, value in fields.items()}
    given = {"results_key": "key-1", "result-1-text": "20 C", "result-2-text": ""} | named
    headers = HTMX if htmx else {}
    return client.post(f"/t/acme/runs/{run.pk}/results/", given, headers=headers)


def newest() -> Run:
    return Run.objects.latest("pk")


def turns(run: Run) -> list[Any]:
    return [turn["content"] for turn in run.request["body"]["messages"]]
