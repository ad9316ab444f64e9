"""Answers that an import brings along, as runs that were never sent from here."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from django.utils import timezone

from workbench.accounts.access import Access
from workbench.messages_api import normalise_usage
from workbench.prompts.intake.making import Answer

from .models import IMPORTED, Run, RunText, State
from .search_document import run_document


def record_answers(sender: object, access: Access, answers: list[Answer], **_: Any) -> None:
    """Store each answer as a finished run of its draft or version, in the caller's transaction."""
    runs = Run.objects.bulk_create([_run(access, answer) for answer in answers])
    RunText.objects.bulk_create(
        RunText(
            run=run,
            team=access.team,
            search=run_document(access.team.pk, run.prompt_name, run.request, run.message).vector,
        )
        for run in runs
    )


def _run(access: Access, answer: Answer) -> Run:
    request = answer.request.to_dict()
    message = dict(answer.message)
    usage = normalise_usage(message.get("usage"))
    version = answer.version
    now = timezone.now()
    return Run(
        team=access.team,
        user=access.user,
        draft=answer.draft,
        prompt=version.prompt if version else None,
        prompt_name=_name(answer)[:200],
        version_number=version.number if version else None,
        request=request,
        request_hash=hashlib.sha256(json.dumps(request).encode()).hexdigest(),
        model=str(message.get("model") or answer.request.body.get("model", ""))[:200],
        upstream=IMPORTED,
        idempotency_key=secrets.token_urlsafe(16),
        state=State.SUCCEEDED,
        ending=str(message.get("stop_reason") or "")[:100],
        message=message,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        thinking_tokens=usage.thinking_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        cost={"reason": "It was not sent from here."},
        finished_at=now,
    )


def _name(answer: Answer) -> str:
    if answer.version is not None:
        return answer.version.prompt.name
    return answer.draft.name if answer.draft is not None else ""
