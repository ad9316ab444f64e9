"""Begin a comparison: one row, one run per pane, exactly once per click."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from django.db import IntegrityError, transaction

from workbench.accounts.access import Access
from workbench.catalogue import Problem
from workbench.messages_api import MessageRequest
from workbench.prompts.models import Draft
from workbench.runs.models import Comparison, Run
from workbench.runs.start import Conflict, Draining, NotStarted, start

from .setup import LETTERS, Setup
from .trial import Trial

DRAINING = "The server is being restarted. Nothing is lost; press Run again in a moment."
EDITED = "This pane was sent before with another text. Press Run again."
GONE = "The draft was deleted or moved to another team at this moment. Open it again, then run."


def begin(
    access: Access, draft: Draft | None, name: str, trials: Sequence[Trial], key: str
) -> Comparison:
    """The comparison of ``trials``; a second click with the same ``key`` returns the same one.

    A form that was edited and sent with its old key is another comparison. A pane that is refused
    keeps the sentences that say why, the others run. Raises ``NotStarted`` when not a single one
    could be started; nothing is stored then.
    """
    key = _of_content(key, trials)
    try:
        comparison, is_new = _made(access, draft, name, trials, key)
    except IntegrityError:
        raise NotStarted([Problem("", GONE)]) from None
    refused = [
        _run(access, comparison, number, trial, f"{key}-{LETTERS[number].lower()}")
        for number, trial in enumerate(trials)
    ]
    if all(refused) and not comparison.runs.exists():
        if is_new:
            comparison.delete()
        raise NotStarted([problem for problems in refused for problem in problems])
    if is_new:
        for pane, problems in zip(comparison.panes, refused, strict=True):
            pane["refused"] = [problem.sentence for problem in problems]
        comparison.save(update_fields=["panes"])
    return comparison


def runs_of(comparison: Comparison) -> dict[int, Run]:
    """The runs of a comparison by the number of their pane, 0 for A."""
    rows = comparison.runs.filter(pane__isnull=False).select_related("user")
    return {run.pane: run for run in rows.order_by("pk") if run.pane is not None}


def trials_again(comparison: Comparison) -> list[Trial]:
    """The panes as they were sent; one that was not run then is left out."""
    runs = runs_of(comparison)
    setups = [Setup.from_dict(pane) for pane in comparison.panes]
    return [
        Trial.again(setups[number] if number < len(setups) else Setup(), run)
        for number, run in sorted(runs.items())
    ]


def _of_content(key: str, trials: Sequence[Trial]) -> str:
    """A key for this form with this content: the same click, the same key."""
    digest = hashlib.sha256(key.encode())
    for trial in trials:
        body = trial.request.json_bytes() if trial.request else b""
        version = trial.request.api_version if trial.request else ""
        digest.update(f"\n{trial.setup.to_dict()} {trial.upstream} {version} ".encode() + body)
    return digest.hexdigest()[:48]


@transaction.atomic
def _made(
    access: Access, draft: Draft | None, name: str, trials: Sequence[Trial], key: str
) -> tuple[Comparison, bool]:
    """The row, and whether this click made it; clicks of the same person wait for each other."""
    type(access.user).objects.select_for_update(no_key=True).get(pk=access.user.pk)
    own = access.rows(Comparison).filter(user=access.user)
    if existing := own.filter(panes__contains=[{"key": key}]).order_by("-pk").first():
        return existing, False
    panes = [trial.setup.to_dict() | {"key": key, "refused": []} for trial in trials]
    made = Comparison.objects.create(
        team=access.team, user=access.user, draft=draft, name=name[:200], panes=panes
    )
    return made, True


def _run(
    access: Access, comparison: Comparison, number: int, trial: Trial, key: str
) -> list[Problem]:
    """Start one pane; returns why it was not started."""
    if trial.refusals or trial.request is None:
        return list(trial.refusals)
    try:
        _start(access, comparison, number, trial, trial.request, key)
    except NotStarted as refusal:
        return refusal.problems
    except Draining:
        return [Problem("", DRAINING)]
    except Conflict:
        return [Problem("", EDITED)]
    return []


def _start(
    access: Access,
    comparison: Comparison,
    number: int,
    trial: Trial,
    request: MessageRequest,
    key: str,
) -> Run:
    return start(
        access,
        request,
        values=trial.values,
        upstream=trial.upstream,
        idempotency_key=key,
        origin=replace(trial.origin, comparison=comparison, pane=number),
        transformations=trial.transformations,
    )
