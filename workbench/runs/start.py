"""Begin a run: check the request, store the row, hand it to the engine. Exactly once per click."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DiskFull

from workbench import catalogue
from workbench.accounts.access import Access
from workbench.catalogue import Problem
from workbench.messages_api import MessageRequest
from workbench.prompts.models import Draft, Prompt

from .engine import engine
from .execute import Job
from .models import Run

FULL = "The disk of the server is full, so no run can be kept. Ask whoever runs it to make room."
GONE = "This server has no upstream “{}” any more. Choose another under “Send to” and run again."
MOST_PROBLEMS = 100  # said at once; a request of a megabyte can have hundreds of thousands
MAX_REQUEST_BYTES = 32 * 1024 * 1024  # Messages API: 32 MB per request (docs, api/errors, Oct 2026)


class NotStarted(Exception):
    """The run was not begun; ``problems`` says why, field by field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems


class Conflict(Exception):
    """The same key came with another request: a form that was sent again after an edit."""


class Draining(Exception):
    """This process is about to stop and takes no more runs."""


@dataclass(frozen=True)
class Origin:
    """Where a request came from, so that its run can be found there."""

    draft: Draft | None = None
    prompt: Prompt | None = None
    prompt_name: str = ""
    version_number: int | None = None


def check(request: MessageRequest, size: int) -> list[Problem]:
    """What the API would refuse, plus its limit on the ``size`` of a request in bytes."""
    found = catalogue.problems(request)
    problems, more = found[:MOST_PROBLEMS], len(found) - MOST_PROBLEMS
    if more > 0:
        problems.append(Problem("", f"There are {more:,} more problems. Mend these first."))
    if size > MAX_REQUEST_BYTES:
        problems.append(
            Problem(
                "messages",
                f"The request has {size / 2**20:.1f} MB, the API takes 32 MB. Shorten it.",
            )
        )
    return problems


def start(
    access: Access,
    request: MessageRequest,
    *,
    values: Mapping[str, str],
    upstream: str,
    idempotency_key: str,
    origin: Origin,
) -> Run:
    """Store and submit a run; a second click with the same key returns the same run.

    Raises ``NotStarted``, ``Conflict`` or ``Draining``; nothing is stored then.
    """
    body = request.json_bytes()
    digest = _digest(request, body, upstream)
    if existing := Run.objects.filter(idempotency_key=idempotency_key).first():
        return _same(existing, access, digest)
    if engine.is_draining:
        raise Draining
    chosen = settings.UPSTREAMS.get(upstream)
    if chosen is None:
        raise NotStarted([Problem("upstream", GONE.format(upstream))])
    if problems := check(request, len(body)):
        raise NotStarted(problems)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                team=access.team,
                user=access.user,
                draft=origin.draft,
                prompt=origin.prompt,
                prompt_name=origin.prompt_name[:200],
                version_number=origin.version_number,
                request=request.to_dict(),
                request_hash=digest,
                values=dict(values),
                model=str(request.body.get("model", ""))[:200],
                upstream=chosen.name,
                idempotency_key=idempotency_key,
                executor=engine.lease_key,
            )
    except IntegrityError:
        return _same(Run.objects.get(idempotency_key=idempotency_key), access, digest)
    except OperationalError as error:
        if isinstance(error.__cause__, DiskFull):
            raise NotStarted([Problem("", FULL)]) from error
        raise
    engine.submit(
        Job(
            run_id=run.pk,
            team=access.team.slug,
            request=request,
            upstream=chosen.name,
            key_last4="" if chosen.is_simulator else chosen.api_key[-4:],
            is_simulated=chosen.is_simulator,
        )
    )
    return run


def _digest(request: MessageRequest, body: bytes, upstream: str) -> str:
    """What is sent, and where to: an equal digest is an equal request."""
    head = json.dumps([upstream, request.api_version, request.betas])
    return hashlib.sha256(head.encode() + body).hexdigest()


def _same(run: Run, access: Access, digest: str) -> Run:
    if run.team_id != access.team.pk or run.request_hash != digest:
        raise Conflict
    return run
