"""The view of the estimate: fetched by the page after every save, outdated ones are cancelled."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.posting import own_draft

from .engine import engine
from .estimate import Estimate, Question, counter, question_of


@rule("run.start")
@require_GET
async def estimate(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Tokens and price of the stored draft. Holds no database connection while it waits."""
    asked = await sync_to_async(_question)(request, draft)
    if isinstance(asked, str):
        found = Estimate(obstacle=asked)
    else:
        found = await counter.estimate(engine, asked)
    return await sync_to_async(render)(request, "runs/_estimate.html", {"estimate": found})


def _question(request: WorkbenchRequest, draft: int) -> Question | str:
    try:
        return question_of(own_draft(request, draft), settings.DEFAULT_UPSTREAM)
    finally:
        connections.close_all()
