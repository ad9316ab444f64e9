"""A run while it is going on, in memory: its events, its message so far, its viewers.

The executor feeds it in the process that runs it, a mirror feeds it in any other. Viewers keep no
buffer of their own: a viewer of the page remembers the number of the last frame it was sent, a
viewer of the events the number of the last event. One that fell too far behind gets a snapshot.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from workbench.messages_api import Accumulator, BadStream, StreamEvent

from . import pieces
from .answer.fragments import AnswerView
from .log import LoggedEvent
from .models import State

logger = logging.getLogger(__name__)

FRAMES_KEPT = 64  # about five seconds; a viewer further behind is sent the whole again
SILENCE_SECONDS = 20  # without new text, after which the page says that it waits
CONTENT_CHANGES = frozenset({"text", "thinking", "input"})


@dataclass(eq=False)
class Viewer:
    """Somebody who watches: whose session it is, and the bell that wakes the stream.

    ``role`` is the one with which they began; ``farewell`` says why they may not go on.
    """

    user_id: int
    team_id: int
    session: str
    role: str
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    farewell: str = ""


@dataclass(frozen=True)
class Frame:
    """What changed on the page within one flush, as a finished server-sent event."""

    number: int
    message: bytes


class LiveRun:
    """One run in progress; every method is called on the event loop."""

    def __init__(
        self,
        run_id: int,
        team: str,
        *,
        frame_seconds: float,
        make_view: Callable[[int], AnswerView] = AnswerView,
    ) -> None:
        self.run_id = run_id
        self.team = team
        self.state: str = State.QUEUED
        self.attempt = 0
        self.waiting: Mapping[str, Any] | None = None
        self.began = time.monotonic()
        self.last_content = self.began
        self.first_token_ms: int | None = None
        self.events: list[LoggedEvent] = []
        self.accumulator = Accumulator()
        self.is_over = False
        self.viewers: set[Viewer] = set()
        self.frames: deque[Frame] = deque(maxlen=FRAMES_KEPT)
        self.frame_number = 0
        self._frame_seconds = frame_seconds
        self._make_view = make_view
        self._view: AnswerView | None = None
        self._has_hole = False
        self._shown_state = ""
        self._shown_usage = ""
        self._flush_timer: asyncio.TimerHandle | None = None
        self._last_flush = 0.0

    # What happens to the run -----------------------------------------------------------------

    def receive(self, event: StreamEvent, ms: int | None = None) -> LoggedEvent:
        """Take in the next upstream event; raises ``BadStream`` when nothing can follow it."""
        logged = LoggedEvent.of(event, self.elapsed_ms() if ms is None else ms)
        self.events.append(logged)
        self.state = State.STREAMING
        self.waiting = None
        change = self.accumulator.apply(event)
        if change.kind in CONTENT_CHANGES and change.text:
            self.last_content = time.monotonic()
            if self.first_token_ms is None:
                self.first_token_ms = logged.ms
        self._draw(lambda view: view.feed(change, self.accumulator))
        self._changed()
        return logged

    def note(self, state: str, attempt: int = 0, waiting: Mapping[str, Any] | None = None) -> None:
        """A state before the answer: connecting, or waiting for the next try."""
        self.state, self.waiting = state, waiting
        self.attempt = attempt or self.attempt
        self._changed()

    def end(self, state: str) -> None:
        """The run is terminal and stored; the viewers get the last frame."""
        self.state, self.is_over, self.waiting = state, True, None
        self._draw(lambda view: view.finish(self.accumulator.result()))
        self._flush()

    def refresh(self) -> None:
        """Flush what only the clock has changed: how long the model has been silent."""
        if not self.is_over:
            self._flush()

    def elapsed_ms(self) -> int:
        return int((time.monotonic() - self.began) * 1000)

    # What viewers are shown ------------------------------------------------------------------

    def snapshot(self) -> bytes:
        """The whole answer so far as one server-sent event; the viewer is then up to date."""
        if self._view is None:
            self._view = self._make_view(self.run_id)
            self._draw(self._replay)
            self._shown_state = self._state_html()
        self._flush()
        body = (
            pieces.whole(self.run_id, self._draw(lambda view: view.snapshot()))
            + self._state_html()
            + self._usage_html()
        )
        return pieces.message(self.frame_number, body + self._outcome_html())

    def frames_after(self, number: int) -> list[Frame] | None:
        """The frames behind ``number``; None when some are gone and only the whole helps."""
        if number >= self.frame_number:
            return []
        if not self.frames or self.frames[0].number > number + 1:
            return None
        return [frame for frame in self.frames if frame.number > number]

    def _replay(self, view: AnswerView) -> None:
        """Show a new view everything that came before anybody watched."""
        replayed = Accumulator()
        for logged in self.events:
            with suppress(BadStream):  # the last event, with which the answer broke off
                view.feed(replayed.apply(logged.decoded()), replayed)
        if self.is_over:
            view.finish(self.accumulator.result())
        view.patches()

    def _draw(self, step: Callable[[AnswerView], str | None]) -> str:
        """Do one step of drawing; one that fails leaves a hole, and the run goes on."""
        if self._view is None:
            return ""
        try:
            return step(self._view) or ""
        except Exception:
            if not self._has_hole:
                logger.exception("The answer of run %s cannot be drawn", self.run_id)
            self._has_hole = True
            return ""

    # Flushing --------------------------------------------------------------------------------

    def _changed(self) -> None:
        """Wake event viewers now; flush the page now if the last flush is long enough ago."""
        if not self.viewers:
            return
        self._ring()
        self._schedule_flush()

    def _schedule_flush(self) -> None:
        if self._view is None or self._flush_timer is not None:
            return
        wait = self._last_flush + self._frame_seconds - time.monotonic()
        if wait <= 0:
            self._flush()
        else:
            self._flush_timer = asyncio.get_running_loop().call_later(wait, self._flush)

    def _flush(self) -> None:
        """Put everything since the last flush into one frame, rendered once for all viewers."""
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        if self._view is not None:
            self._last_flush = time.monotonic()
            body = self._draw(lambda view: view.patches())
            state = self._state_html()
            if state != self._shown_state:
                self._shown_state = state
                body += state
            usage = self._usage_html()
            if usage != self._shown_usage:
                self._shown_usage = usage
                body += usage
            if body or self.is_over:
                body += self._outcome_html()
                self.frame_number += 1
                self.frames.append(
                    Frame(self.frame_number, pieces.message(self.frame_number, body))
                )
            if self._view.has_more:
                self._schedule_flush()
        self._ring()

    def _ring(self) -> None:
        for viewer in self.viewers:
            viewer.bell.set()

    def _state_html(self) -> str:
        silent = int(time.monotonic() - self.last_content)
        is_silent = not self.accumulator.has_content or silent >= SILENCE_SECONDS
        return pieces.state(
            self.run_id,
            self.state,
            self.attempt,
            self.waiting,
            silent if is_silent and not self.is_over else None,
        )

    def _usage_html(self) -> str:
        return pieces.usage(self.run_id, self.accumulator.usage, self.first_token_ms)

    def _outcome_html(self) -> str:
        return pieces.outcome(self.team, self.run_id) if self.is_over else ""
