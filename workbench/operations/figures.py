"""The figures of this process, in a registry of its own; each process is asked by itself.

No name of a team, a person, a prompt or a model is in them, and each label has few values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connections
from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from workbench.runs.engine import Engine
from workbench.runs.models import State
from workbench.runs.signals import run_ended, run_started
from workbench.runs.store import Outcome
from workbench.version import version

METHODS = frozenset({"GET", "HEAD", "POST"})
REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
FIRST_TOKEN_SECONDS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120)


class Figures:
    """Counts what it is told and reads the rest from ``engine`` when it is asked."""

    def __init__(self, engine: Engine) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)  # start time, CPU, memory and open files (Linux)
        Info("workbench", "This release.", registry=self.registry).info({"version": version()})
        self.registry.register(_Now(engine))
        self._requests = Counter(
            "workbench_http_requests",
            "Requests answered.",
            ["method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "workbench_http_request_seconds",
            "From the head of a request to the head of its answer.",
            buckets=REQUEST_SECONDS,
            registry=self.registry,
        )
        self._started = Counter(
            "workbench_runs_started", "Runs taken up here.", registry=self.registry
        )
        self._ended = Counter(
            "workbench_runs_ended", "Runs ended here.", ["state"], registry=self.registry
        )
        self._errors = Counter(
            "workbench_run_errors",
            "Runs that did not succeed, by kind of error: the upstream's or our own.",
            ["kind"],
            registry=self.registry,
        )
        self._first_token = Histogram(
            "workbench_run_first_token_seconds",
            "From the start of a run to its first token.",
            buckets=FIRST_TOKEN_SECONDS,
            registry=self.registry,
        )
        for state in (State.SUCCEEDED, State.FAILED, State.INTERRUPTED, State.CANCELLED):
            self._ended.labels(state.value)
        run_started.connect(self._run_started)
        run_ended.connect(self._run_ended)

    def answered(self, method: str, status: int, seconds: float) -> None:
        """Count an answer."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, f"{status // 100}xx").inc()
        self._seconds.observe(seconds)

    def _run_started(self, **_: Any) -> None:
        self._started.inc()

    def _run_ended(self, outcome: Outcome, **_: Any) -> None:
        self._ended.labels(outcome.state.value).inc()
        if outcome.error_kind:
            self._errors.labels(outcome.error_kind).inc()
        if outcome.first_token_ms is not None:
            self._first_token.observe(outcome.first_token_ms / 1000)


class _Now(Collector):
    """What the engine and the database connections are doing at the moment of the question."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        engine = self._engine
        is_well = GaugeMetricFamily("workbench_engine_up", "1 while runs are looked after here.")
        is_well.add_metric([], float(bool(engine.is_well)))
        yield is_well
        runs = GaugeMetricFamily("workbench_runs_active", "Runs that this process executes.")
        runs.add_metric([], engine.active_runs)
        yield runs
        streams = GaugeMetricFamily("workbench_streams_open", "Streams that somebody watches.")
        streams.add_metric([], len(engine.viewers))
        yield streams
        yield from _pools(engine)


def _pools(engine: Engine) -> Iterator[Metric]:
    """The database connections of pages and of runs."""
    size = GaugeMetricFamily(
        "workbench_database_connections", "Connections to Postgres.", labels=["pool", "state"]
    )
    waiting = GaugeMetricFamily(
        "workbench_database_waiting", "Who waits for a connection.", labels=["pool"]
    )
    errors = CounterMetricFamily(
        "workbench_database_waits_failed", "Waits that ended in vain.", labels=["pool"]
    )
    for name, stats in _stats(engine).items():
        free = stats.get("pool_available", 0)
        size.add_metric([name, "free"], free)
        size.add_metric([name, "used"], stats.get("pool_size", 0) - free)
        waiting.add_metric([name], stats.get("requests_waiting", 0))
        errors.add_metric([name], stats.get("requests_errors", 0))
    yield from (size, waiting, errors)


def _stats(engine: Engine) -> dict[str, Mapping[str, int]]:
    found: dict[str, Mapping[str, int]] = {}
    if pool := getattr(connections["default"], "pool", None):
        found["pages"] = pool.get_stats()
    if engine.is_well is not None:
        found["runs"] = engine.store.pool_stats()
    return found
