"""What the web server runs: start and stop of the run engine and the errands, and each request.

On the way it gets a number, is counted, and has its body limited.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import threading
from collections.abc import Iterable
from types import FrameType
from typing import Any, Protocol, cast

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from django.core.asgi import get_asgi_application

from workbench.body_limits import BodyLimits, Limit
from workbench.request_ids import RequestIds
from workbench.turnstile import Turnstile

UPLOADS = re.compile(r"/t/[-\w]+/files/uploads/")
TOO_LARGE_A_LIBRARY = (
    "This file is larger than the {limit} that the page takes. Import it on the server instead: "
    "manage.py library import FILE --team TEAM."
)
PLACES = 16  # requests at once, each with a connection; Postgres has a hundred for all processes
# Programs have few: at full speed they take turns with people for the one interpreter.
APART = {"/api/": 2}
logger = logging.getLogger(__name__)


class Engine(Protocol):
    """What lives as long as the server does."""

    async def start(self) -> None: ...

    def drain(self) -> None: ...

    async def stop(self) -> None: ...


class Application:
    """An ASGI application that starts ``engines`` before the first request, stops them at the end.

    The last one that was started stops first.
    """

    def __init__(self, pages: ASGI3Application, *engines: Engine) -> None:
        self.pages = pages
        self.engines = engines

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self.pages(scope, receive, send)

    async def _live(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await receive()
        try:
            for engine in self.engines:
                await engine.start()
        except Exception as error:
            logger.exception("%s does not start", type(engine).__name__)
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        _drain_when_told_to_stop(self.engines)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        try:
            for engine in reversed(self.engines):
                await engine.stop()
        except Exception as error:
            logger.exception("%s did not stop in order", type(engine).__name__)
            await send({"type": "lifespan.shutdown.failed", "message": str(error)})
            return
        await send({"type": "lifespan.shutdown.complete"})


def _drain_when_told_to_stop(engines: Iterable[Engine]) -> None:
    """Let the viewers go at the signal: the web server waits for open streams before it stops."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def tell(received: int, frame: FrameType | None, before: Any = before) -> None:
            for engine in engines:
                loop.call_soon_threadsafe(engine.drain)
            if callable(before):
                before(received, frame)

        signal.signal(number, tell)


def _application() -> Application:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbench.settings")
    # The same interface in other words: Django types it by plain dictionaries.
    django = cast(ASGI3Application, get_asgi_application())
    # All need Django to be set up.
    from django.conf import settings

    from workbench.operations.errand_list import errands
    from workbench.operations.errands import Errands
    from workbench.operations.figures import Figures
    from workbench.operations.measured import Measured
    from workbench.runs.engine import engine

    pages = BodyLimits(
        Turnstile(django, PLACES, APART),
        anonymous=settings.BODY_LIMIT_ANONYMOUS,
        signed_in=settings.BODY_LIMIT_SIGNED_IN,
        cookie=settings.SESSION_COOKIE_NAME,
        by_path=[(UPLOADS, Limit(settings.BODY_LIMIT_LIBRARY, TOO_LARGE_A_LIBRARY))],
    )
    measured = Measured(pages, Figures(engine), settings.METRICS_TOKEN)
    return Application(RequestIds(measured), engine, Errands(*errands()))


application = _application()
