"""Begin a run: check the request, store the row, hand it to the engine. Exactly once per click."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DiskFull

from workbench import catalogue
from workbench.accounts.access import Access
from workbench.accounts.upstreams import Upstream
from workbench.catalogue import LARGEST_BODY_BYTES, Ceiling, Problem
from workbench.messages_api import MessageRequest
from workbench.prompts.content import MissingValues
from workbench.prompts.editor import EditorForm
from workbench.prompts.media.check import megabytes
from workbench.prompts.media.measures import problems_of_media
from workbench.prompts.media.store import MissingMedia, resolved
from workbench.prompts.models import Draft, Prompt, PromptVersion

from .engine import engine
from .execute import Job
from .models import Comparison, Run
from .spending.bound import most_usd
from .spending.paying import Means, means_for, require_spender
from .spending.reserving import NotPaid, hold, reservation

FULL = "The disk of the server is full, so no run can be kept. Ask whoever runs it to make room."
GONE = "This server has no upstream “{}” any more. Choose another under “Send to” and run again."
MOST_PROBLEMS = 100  # said at once; a request of a megabyte can have hundreds of thousands
TOO_LARGE = (
    f"The request has {{}}; the API takes {megabytes(LARGEST_BODY_BYTES)}. "
    "Remove files or shorten it."
)
VANISHED = "What this run belongs to was deleted meanwhile. Load the page anew."


class NotStarted(Exception):
    """The run was not begun; ``problems`` says why, field by field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems


class Conflict(Exception):
    """The same key came with another request, as after an edit, or from somebody else."""


class Draining(Exception):
    """This process is about to stop and takes no more runs."""


@dataclass(frozen=True)
class Origin:
    """Where a request came from, so that its run can be found there."""

    draft: Draft | None = None
    prompt: Prompt | None = None
    prompt_name: str = ""
    version_number: int | None = None
    comparison: Comparison | None = None
    pane: int | None = None
    continues: Run | None = None
    mock_round: int | None = None

    @classmethod
    def of(cls, draft: Draft, form: EditorForm) -> Origin:
        """The draft, its prompt and the version that is being run; a changed draft is none."""
        number = draft.base_number
        version = PromptVersion.objects.filter(prompt=draft.prompt_id, number=number or 0).first()
        if version is None or version.content_hash != form.content.digest():
            number = None
        name = form.name or (draft.prompt.name if draft.prompt else "")
        return cls(draft, draft.prompt, name, number)

    def after(self, run: Run | None, mock_round: int | None = None) -> Origin:
        """The same for a request that carries on the answer of ``run``."""
        return replace(self, continues=run, mock_round=mock_round)


def sendable(request: MessageRequest, team_id: int) -> MessageRequest:
    """The request with the team's stored media in it, exactly as it is sent.

    Raises ``NotStarted`` when something in it would be refused or is not there any more.
    """
    body = dict(request.body)
    model = catalogue.get(str(body.get("model", "")))
    if problems := problems_of_media(body, team_id, model):
        raise NotStarted(problems[:MOST_PROBLEMS])
    try:
        body = resolved(body, team_id)
    except MissingMedia as missing:
        problems = [Problem(path, str(missing)) for path in missing.paths]
        raise NotStarted(problems[:MOST_PROBLEMS]) from missing
    whole = replace(request, body=body).streaming()
    if problems := check(whole, len(whole.json_bytes())):
        raise NotStarted(problems)
    return whole


def check(request: MessageRequest, size: int) -> list[Problem]:
    """What the API would refuse; of a request with too large a ``size`` in bytes only that."""
    if size > LARGEST_BODY_BYTES:
        return [Problem("messages", TOO_LARGE.format(megabytes(size)))]
    found = catalogue.problems(request)
    problems, more = found[:MOST_PROBLEMS], len(found) - MOST_PROBLEMS
    if more > 0:
        problems.append(Problem("", f"There are {more:,} more problems. Mend these first."))
    return problems


def start_form(access: Access, form: EditorForm, *, idempotency_key: str, origin: Origin) -> Run:
    """Start what a form holds; raises as ``start``, with the places of problems in its content."""
    if form.errors:
        raise NotStarted(form.errors)
    try:
        prepared = form.content.prepared(form.values, form.upstream)
    except MissingValues as missing:
        problems = [Problem(f"variables.{name}", str(missing)) for name in missing.names[:1]]
        raise NotStarted(problems) from missing
    try:
        return start(
            access,
            prepared.request,
            values=form.values,
            upstream=form.upstream,
            idempotency_key=idempotency_key,
            origin=origin,
            transformations=prepared.transformations,
        )
    except NotStarted as refusal:
        raise NotStarted(prepared.in_content(refusal.problems)) from refusal


def start(
    access: Access,
    request: MessageRequest,
    *,
    values: Mapping[str, str],
    upstream: str,
    idempotency_key: str,
    origin: Origin,
    transformations: Sequence[str] = (),
) -> Run:
    """Store and submit a run; a second click of the same person with the same key returns it.

    Inside a transaction it is submitted when that is committed.

    What it can cost at most is held back with it. ``transformations`` are sentences on what was
    changed in the request before. Raises ``NotStarted``, ``Conflict`` or ``Draining``; nothing is
    stored then.
    """
    digest = _digest(request, upstream)
    if existing := Run.objects.filter(idempotency_key=idempotency_key).first():
        return _same(existing, access, digest)
    if engine.is_draining:
        raise Draining
    chosen = settings.UPSTREAMS.get(upstream)
    if chosen is None:
        raise NotStarted([Problem("upstream", GONE.format(upstream))])
    whole = sendable(request, access.team.pk)
    means = _means(access, chosen)
    run = Run(
        **vars(origin),
        team=access.team,
        user=access.user,
        request=request.to_dict(),
        transformations=list(transformations),
        request_hash=digest,
        values=dict(values),
        model=str(request.body.get("model", ""))[:200],
        upstream=chosen.name,
        connection=means.connection,
        idempotency_key=idempotency_key,
        executor=engine.lease_key,
    )
    run.prompt_name = run.prompt_name[:200]
    most = None if chosen.is_simulator else most_usd(dict(request.body), access.team.pk)
    if not _is_stored(run, most):
        quicker = Run.objects.filter(idempotency_key=idempotency_key).first()
        if quicker is None:
            raise NotStarted([Problem("", VANISHED)])
        return _same(quicker, access, digest)
    job = _job(run, access.team.slug, whole, chosen, means)
    transaction.on_commit(lambda: engine.submit(job))
    return run


def _means(access: Access, upstream: Upstream) -> Means:
    """Whose key the run goes out with; raises ``NotStarted`` when nobody pays for it."""
    try:
        require_spender(access.team.pk, access.role, upstream)
        return means_for(access.team.pk, upstream)
    except NotPaid as refusal:
        raise NotStarted([Problem("upstream", str(refusal))]) from refusal


def _job(run: Run, team: str, request: MessageRequest, upstream: Upstream, means: Means) -> Job:
    return Job(
        run_id=run.pk,
        team=team,
        request=request,
        upstream=upstream.name,
        key_last4=means.last4,
        api_key=means.api_key,
        connection=means.connection.name if means.connection else "",
        is_simulated=upstream.is_simulator,
    )


def _is_stored(run: Run, most: Ceiling | None) -> bool:
    """Store a new run; not when its key is there already, or its draft or prompt gone.

    ``most`` is what is held back for it, None when it costs nothing.
    """
    try:
        with transaction.atomic():
            run.reserved_usd = None if most is None else reservation(most)
            run.save(force_insert=True)
            if most is not None:
                hold(run, most)
    except IntegrityError:
        return False
    except NotPaid as refusal:
        raise NotStarted([Problem("", str(refusal))]) from refusal
    except OperationalError as error:
        if isinstance(error.__cause__, DiskFull):
            raise NotStarted([Problem("", FULL)]) from error
        raise
    return True


def _digest(request: MessageRequest, upstream: str) -> str:
    """What is sent, and where to: an equal digest is an equal request."""
    head = json.dumps([upstream, request.api_version, request.betas])
    return hashlib.sha256(head.encode() + request.json_bytes()).hexdigest()


def _same(run: Run, access: Access, digest: str) -> Run:
    is_own = run.team_id == access.team.pk and run.user_id == access.user.pk
    if not is_own or run.request_hash != digest:
        raise Conflict
    return run
