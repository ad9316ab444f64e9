"""The two async views of the product: attaching to the streams of runs."""

from __future__ import annotations

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import is_id

from .engine import engine
from .live import Viewer
from .models import Run
from .stream import event_stream, page_stream

MAX_RUNS_PER_STREAM = 8


@rule("run.read")
@require_GET
async def stream(request: WorkbenchRequest, run: int) -> StreamingHttpResponse | HttpResponse:
    """HTML pieces for the page; ``?runs=2,3`` adds further runs to the same stream."""
    more = [int(text) for text in request.GET.get("runs", "").split(",") if is_id(text)]
    wanted = list(dict.fromkeys([run, *more]))[:MAX_RUNS_PER_STREAM]
    await sync_to_async(_require_runs)(request, wanted)
    lives = [await engine.attach(number, request.access.team.slug) for number in wanted]
    return _answer(page_stream(engine, lives, _viewer(request)))


@rule("run.read")
@require_GET
async def events(request: WorkbenchRequest, run: int) -> StreamingHttpResponse | HttpResponse:
    """The upstream's own events as JSON; honours ``Last-Event-ID``."""
    await sync_to_async(_require_runs)(request, [run])
    live = await engine.attach(run, request.access.team.slug)
    last = request.headers.get("Last-Event-ID", "") or request.GET.get("after", "")
    return _answer(event_stream(engine, live, _viewer(request), last))


def _require_runs(request: WorkbenchRequest, wanted: list[int]) -> None:
    """404 unless all are runs of the team; gives the connection back, the stream may be long."""
    try:
        if request.access.rows(Run).filter(pk__in=wanted).count() != len(wanted):
            raise Http404("no such run")
    finally:
        connections.close_all()


def _viewer(request: WorkbenchRequest) -> Viewer:
    session = request.session.session_key or ""
    return Viewer(request.user.pk, request.access.team.pk, session, request.access.role)


def _answer(body: AsyncIterator[bytes]) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        body,
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
