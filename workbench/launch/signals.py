"""Signals as something to wait for, together with the end of children."""

from __future__ import annotations

import os
import select
import signal
from types import FrameType

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class StopRequested(Exception):
    """Somebody asked the installation to stop."""


class Signals:
    """Counts the requests to stop from ``install`` on; wakes ``wait`` when a child ends."""

    def __init__(self) -> None:
        self.stops = 0
        self.interrupts = (
            0  # by Ctrl-C; managers of services repeat SIGTERM without being in a hurry
        )
        self._reader, self._writer = os.pipe()
        for end in (self._reader, self._writer):
            os.set_blocking(end, False)

    def install(self) -> None:
        """Handle the signals from now on; one that was ignored (``nohup``) stays ignored."""
        for number in STOPPING:
            if signal.getsignal(number) is not signal.SIG_IGN or number != signal.SIGHUP:
                signal.signal(number, self._count)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)

    def _count(self, number: int, frame: FrameType | None) -> None:
        self.stops += 1
        self.interrupts += number == signal.SIGINT

    def check(self) -> None:
        """Raise StopRequested when a stop was asked for."""
        if self.stops:
            raise StopRequested

    def wait(self, seconds: float) -> None:
        """Return after ``seconds``, or as soon as a signal came."""
        select.select([self._reader], [], [], seconds)
        try:
            os.read(self._reader, 4096)
        except BlockingIOError:
            return
