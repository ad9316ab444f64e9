"""The figures of a process, and who may read them."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from prometheus_client.parser import text_string_to_metric_families

from workbench.operations.figures import Figures
from workbench.operations.measured import Measured
from workbench.runs.engine import Engine
from workbench.runs.models import State
from workbench.runs.signals import run_ended, run_started
from workbench.runs.store import Outcome

TOKEN = "a-token-of-24-characters"


async def _pages(scope: Any, receive: Any, send: Any) -> None:
    status = int(scope["path"].strip("/") or 404) if scope["path"] != "/metrics/" else 404
    await send({"type": "http.response.start", "status": status, "headers": []})


def _ask(
    measured: Measured, path: str, method: str = "GET", authorization: str = ""
) -> SimpleNamespace:
    events: list[Any] = []

    async def send(event: Any) -> None:
        events.append(event)

    headers = [(b"authorization", authorization.encode())] if authorization else []
    scope: Any = {"type": "http", "path": path, "method": method, "headers": headers}
    asyncio.run(measured(scope, cast(Any, None), send))
    body = b"".join(event.get("body", b"") for event in events[1:]).decode()
    return SimpleNamespace(
        status=events[0]["status"], headers=dict(events[0]["headers"]), text=body
    )


def _samples(measured: Measured) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = _ask(measured, "/metrics/", authorization=f"Bearer {TOKEN}").text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def measured() -> Measured:
    return Measured(_pages, Figures(Engine()), TOKEN)


@pytest.mark.parametrize("path", ["/metrics", "/metrics/"])
def test_the_token_opens_the_figures(measured: Measured, path: str) -> None:
    answer = _ask(measured, path, authorization=f"Bearer {TOKEN}")
    assert answer.status == 200
    assert answer.headers[b"content-type"] == b"text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers[b"cache-control"] == b"no-store"
    assert "process_start_time_seconds" in answer.text


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}"])
def test_nothing_else_does(measured: Measured, sent: str) -> None:
    answer = _ask(measured, "/metrics/", authorization=sent)
    assert answer.status == 401
    assert answer.headers[b"www-authenticate"] == b"Bearer"
    assert "workbench" not in answer.text


def test_without_a_token_in_the_settings_there_is_no_such_page() -> None:
    hidden = Measured(_pages, Figures(Engine()), "")
    assert _ask(hidden, "/metrics/", authorization="Bearer ").status == 404


def test_requests_are_counted_by_method_and_class_of_status(measured: Measured) -> None:
    for path, method in [("/200/", "GET"), ("/204/", "GET"), ("/503/", "POST"), ("/405/", "ODD")]:
        _ask(measured, path, method)
    samples = _samples(measured)
    name = "workbench_http_requests_total"
    counted = {labels: value for (found, labels), value in samples.items() if found == name}
    assert counted == {
        (("method", "GET"), ("status", "2xx")): 2,
        (("method", "POST"), ("status", "5xx")): 1,
        (("method", "other"), ("status", "4xx")): 1,
    }
    assert samples["workbench_http_request_seconds_count", ()] == 4


def test_runs_are_counted_as_they_start_and_end(measured: Measured) -> None:
    run_started.send_robust(Engine)
    good = Outcome(State.SUCCEEDED, "end_turn", first_token_ms=700)
    bad = Outcome(State.FAILED, "overloaded", "overloaded")
    for outcome in (good, bad):
        run_ended.send_robust(Engine, outcome=outcome)
    samples = _samples(measured)
    assert samples["workbench_runs_started_total", ()] == 1
    assert samples["workbench_runs_ended_total", (("state", "succeeded"),)] == 1
    assert samples["workbench_runs_ended_total", (("state", "cancelled"),)] == 0
    assert samples["workbench_run_errors_total", (("kind", "overloaded"),)] == 1
    assert samples["workbench_run_first_token_seconds_bucket", (("le", "0.5"),)] == 0
    assert samples["workbench_run_first_token_seconds_bucket", (("le", "1.0"),)] == 1
    assert samples["workbench_engine_up", ()] == 0  # it was never started
    assert samples["workbench_runs_active", ()] == 0
    assert samples["workbench_streams_open", ()] == 0
