"""What every view for programs has in common."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from workbench.accounts.access import TokenAccess
from workbench.accounts.models import ApiToken

from .allowance import Allowance
from .errors import ApiError

METHODS = ("GET", "HEAD")
NOTED_EVERY = timedelta(minutes=1)
allowance = Allowance()


class ApiRequest(HttpRequest):
    """A request of a program; ``access`` is set by the view's rule."""

    access: TokenAccess


def only_reading(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view answer GET and HEAD alone."""

    @wraps(view)
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if request.method not in METHODS:
            refusal = ApiError(405, "method_not_allowed", "This is for reading: use GET or HEAD.")
            raise refusal.with_headers(Allow=", ".join(METHODS))
        return view(request, **arguments)

    return guarded


def counted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Count a request against its token's allowance, and note that the token is used."""

    @wraps(view)
    def guarded(request: ApiRequest, **arguments: Any) -> HttpResponse:
        if wait := allowance.take(request.access.token_id):
            sentence = f"Slow down: a token may read {allowance.per_second} times a second."
            refusal = ApiError(429, "rate_limited", sentence)
            raise refusal.with_headers(Retry_After=str(math.ceil(wait)))
        _note_use(request.access)
        return view(request, **arguments)

    return guarded


def _note_use(access: TokenAccess) -> None:
    """Write when the token was used, at most once a minute, whichever process is the first."""
    now = timezone.now()
    if access.last_used_at is not None and access.last_used_at > now - NOTED_EVERY:
        return
    is_due = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_EVERY)
    ApiToken.objects.filter(is_due, pk=access.token_id).update(last_used_at=now)
