"""The part of a web process that executes runs: started and stopped with the process.

No HTTP request owns a run: a view stores the row and submits the job; tasks of this engine do the
rest. Viewers attach to whatever process they reached.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Coroutine
from typing import Any

import psycopg
from django.conf import settings

from workbench.messages_api import Client, MessageRequest, NotReached

from .clients import Clients
from .execute import Conversation, Job
from .farewells import farewell
from .lease import Lease
from .live import LiveRun, Viewer
from .mirror import Mirror
from .models import State
from .reaper import Reaper
from .reasons import CANCELLED, INTERNAL, REASONS, SERVER_RESTART, STORAGE
from .retention import keep_tidy
from .signals import run_ended, run_started
from .store import UNREACHABLE, Outcome, Store, conninfo_of
from .writer import ChunkWriter

logger = logging.getLogger(__name__)

LEARN_SECONDS = 6 * 3600
LAST_WORDS_SECONDS = 2.0  # for interrupted runs to be stored when the process stops


class Engine:
    """Executes the runs of one process; one per process, on its event loop."""

    def __init__(self) -> None:
        self.lease_key = secrets.randbelow(2**31 - 1) + 1
        self.limits = settings.RUN_LIMITS
        self.is_draining = False
        self.viewers: set[Viewer] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: dict[int, LiveRun] = {}
        self._executions: dict[int, asyncio.Task[None]] = {}
        self._conversations: dict[int, asyncio.Task[Outcome]] = {}
        self._stop_reasons: dict[int, str] = {}
        self._mirrors: dict[int, Mirror] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._drain_began = 0.0

    # Life of the engine ----------------------------------------------------------------------

    async def start(self) -> None:
        """Open the connections and begin to look after runs."""
        self._loop = asyncio.get_running_loop()
        self.is_draining = False
        conninfo = conninfo_of(settings.DATABASES["default"])
        self.store = Store(conninfo, self.lease_key)
        await self.store.open()
        self.clients = Clients(settings.UPSTREAMS, self.limits)
        self.writer = ChunkWriter(
            self.store,
            interval=self.limits.chunk_interval,
            patience=self.limits.storage_patience,
            on_storage_failure=self._storage_failed,
            on_taken=self._taken,
        )
        self._lease = Lease(conninfo, self.lease_key, self._on_notice)
        reaper = Reaper(self.store, grace=self.limits.lease_grace, is_ours=self._is_ours)
        self._keepers = [
            asyncio.create_task(work)
            for work in (
                self.writer.work(),
                self._lease.hold(),
                reaper.work(),
                self._recheck(),
                self._learn(),
                keep_tidy(),
            )
        ]

    def drain(self) -> None:
        """Take no more runs and let the viewers go; runs that are going on continue."""
        if not self.is_draining:
            self._drain_began = time.monotonic()
        self.is_draining = True
        for viewer in self.viewers:
            viewer.bell.set()

    async def stop(self) -> None:
        """Give running runs their grace, interrupt the rest, close everything.

        The grace counts from the signal: the web server may have waited for a slow viewer since.
        """
        self.drain()
        grace = self._drain_began + self.limits.shutdown_grace - time.monotonic()
        if self._executions and grace > 0:
            await asyncio.wait(self._executions.values(), timeout=grace)
        for run_id in list(self._executions):
            self._interrupt(run_id, SERVER_RESTART)
        if self._executions:
            await asyncio.wait(self._executions.values(), timeout=LAST_WORDS_SECONDS)
        for task in [*self._keepers, *self._tasks]:
            task.cancel()
        await asyncio.gather(*self._keepers, *self._tasks, return_exceptions=True)
        await self.clients.close()
        await self.store.close()
        self._loop = None

    async def count_tokens(self, upstream: str, request: MessageRequest, api_key: str = "") -> int:
        """The input tokens of a request as ``upstream`` counts them, asked with ``api_key``.

        Raises ``MessagesApiError``, and ``NotReached`` while this process executes nothing.
        """
        if self._loop is None or upstream not in settings.UPSTREAMS:
            raise NotReached("This upstream cannot be asked now")
        return await self.clients.get(upstream, api_key).count_tokens(request)

    @property
    def is_well(self) -> bool | None:
        """Whether runs are looked after here; None in a process that executes none.

        Without the lease other processes would end the runs of this one.
        """
        if self._loop is None:
            return None
        return self._lease.is_held.is_set() and not any(task.done() for task in self._keepers)

    @property
    def active_runs(self) -> int:
        """How many runs this process executes now."""
        return len(self._running)

    # Runs ------------------------------------------------------------------------------------

    def submit(self, job: Job) -> None:
        """Execute a queued run; called from the thread of a view after its row is committed."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._begin, job)

    def _begin(self, job: Job) -> None:
        live = LiveRun(job.run_id, job.team, frame_seconds=self.limits.frame_interval)
        self._running[job.run_id] = live
        run_started.send_robust(Engine)
        self._executions[job.run_id] = self._spawn(self._execute(job, live))

    async def _execute(self, job: Job, live: LiveRun) -> None:
        """Bring a queued run to its end, whatever happens."""
        run_id = job.run_id
        try:
            outcome = await self._held(job, live)
            await self.writer.release(run_id)
            await self._end(live, outcome)
        except Exception:
            logger.exception("Run %s could not be looked after", run_id)
            await self.writer.release(run_id)
            await self._give_up(live)
        finally:
            self.writer.forget(run_id)
            self._conversations.pop(run_id, None)
            self._running.pop(run_id, None)
            self._stop_reasons.pop(run_id, None)
            self._executions.pop(run_id, None)

    async def _held(self, job: Job, live: LiveRun) -> Outcome:
        """Claim the run and hold its conversation; returns what it came to."""
        run_id = job.run_id
        if not await self._patiently(self.store.claim, run_id):
            return Outcome(State.CANCELLED, CANCELLED, CANCELLED)
        self.writer.begin(run_id)
        conversation = self._conversation(job, live, self.clients.get(job.upstream, job.api_key))
        talk = asyncio.create_task(conversation.hold())
        self._conversations[run_id] = talk
        if run_id in self._stop_reasons:
            talk.cancel()
        return await self._outcome(conversation, talk)

    async def _end(self, live: LiveRun, outcome: Outcome) -> None:
        """Store the end and show it; a run that had ended already keeps the end it has."""
        state: str = outcome.state
        if await self._patiently(self.store.finish, live.run_id, outcome, live.events):
            run_ended.send_robust(Engine, outcome=outcome)
        else:
            head = await self._patiently(self.store.head, live.run_id)
            state = head["state"] if head else State.CANCELLED
        live.end(state)

    async def _give_up(self, live: LiveRun) -> None:
        """End a run whose message cannot be made or stored, without it; its log is kept."""
        state, sentence = REASONS[INTERNAL]
        try:
            await self._end(live, Outcome(state, INTERNAL, INTERNAL, {"sentence": sentence}))
        except Exception:
            logger.exception("Run %s is left to the reaper", live.run_id)

    def _conversation(self, job: Job, live: LiveRun, client: Client) -> Conversation:
        run_id = job.run_id
        return Conversation(
            job,
            live,
            client,
            note_attempt=lambda number, waiting: self._spawn(
                self._quietly(self.store.note_attempt(run_id, number, waiting))
            ),
            note_streaming=lambda head: self.writer.note_streaming(run_id, head),
            keep=lambda event: self.writer.add(run_id, event),
        )

    async def _outcome(self, conversation: Conversation, talk: asyncio.Task[Outcome]) -> Outcome:
        """What the conversation came to, or the reason for which it was broken off."""
        try:
            return await talk
        except asyncio.CancelledError:
            reason = self._stop_reasons.get(conversation.job.run_id, SERVER_RESTART)
            state, sentence = REASONS[reason]
            return conversation.outcome(state, reason, {"sentence": sentence})

    async def _patiently(self, operation: Any, *arguments: Any) -> Any:
        """Call the store until Postgres takes it; what arrived waits in memory meanwhile."""
        pause = 0.2
        while True:
            try:
                return await operation(*arguments)
            except UNREACHABLE as error:
                logger.warning("Postgres did not take the state of a run: %s", error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2)

    def _interrupt(self, run_id: int, reason: str) -> None:
        if run_id in self._running:
            self._stop_reasons.setdefault(run_id, reason)
        if talk := self._conversations.get(run_id):
            talk.cancel()

    def _storage_failed(self, run_ids: list[int], error: Exception) -> None:
        logger.error("Runs %s end, Postgres cannot store them: %s", run_ids, error)
        for run_id in run_ids:
            self._interrupt(run_id, STORAGE)

    def _taken(self, run_ids: set[int]) -> None:
        logger.error("Runs %s were ended by another process: this one was out of reach", run_ids)
        for run_id in run_ids:
            self._interrupt(run_id, SERVER_RESTART)

    async def _stop_the_unwanted(self) -> None:
        """Stop the runs that somebody asked to stop while no notice could reach this process."""
        for run_id in await self.store.to_cancel():
            self._interrupt(run_id, CANCELLED)

    def _is_ours(self, run_id: int) -> bool:
        return run_id in self._running

    # Viewers ---------------------------------------------------------------------------------

    async def attach(self, run_id: int, team: str) -> LiveRun:
        """The run as something to watch, wherever it is executed; over when it has ended."""
        if live := self._running.get(run_id):
            return live
        if run_id not in self._mirrors:
            live = LiveRun(run_id, team, frame_seconds=self.limits.frame_interval)
            self._mirrors[run_id] = Mirror(self.store, live)
            self._spawn(self._follow(self._mirrors[run_id]))
        return await self._mirrors[run_id].ready()

    async def _follow(self, mirror: Mirror) -> None:
        try:
            await mirror.follow()
        finally:
            self._mirrors.pop(mirror.live.run_id, None)

    def _on_notice(self, kind: str, run_id: int) -> None:
        if kind == "cancel":
            self._interrupt(run_id, CANCELLED)
        elif kind == "all":
            for mirror in self._mirrors.values():
                mirror.bell.set()
            self._spawn(self._quietly(self._stop_the_unwanted()))
        elif following := self._mirrors.get(run_id):
            following.bell.set()

    async def _recheck(self) -> None:
        """Look up regularly who may still watch and what is to be stopped."""
        while True:
            await asyncio.sleep(self.limits.recheck_interval)
            if self.viewers:
                await self._quietly(self._recheck_viewers())
            if self._running:
                await self._quietly(self._stop_the_unwanted())

    async def _recheck_viewers(self) -> None:
        """One query for all viewers."""
        viewers = dict(enumerate(self.viewers))
        rows = [(n, v.user_id, v.team_id, v.session) for n, v in viewers.items()]
        for number, is_signed_in, role in await self.store.rights_of(rows):
            viewer = viewers[number]
            viewer.farewell = farewell(viewer.role, role, is_signed_in=is_signed_in)
            if viewer.farewell:
                viewer.bell.set()

    async def _learn(self) -> None:
        """Keep the catalogue in step with what the upstreams say about their models."""
        while True:
            await self.clients.learn_models()
            await asyncio.sleep(LEARN_SECONDS)

    # Small things ----------------------------------------------------------------------------

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _quietly(self, work: Coroutine[Any, Any, Any]) -> None:
        """Work that may fail when Postgres is away: the next time makes up for it."""
        try:
            await work
        except (*UNREACHABLE, psycopg.Error) as error:
            logger.info("Postgres could not be asked: %s", error)


engine = Engine()
