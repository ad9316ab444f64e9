"""JSON answers, and the mark by which a program finds out that nothing has changed."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

from workbench.messages_api.text import write_json
from workbench.version import version


def json_answer(value: Any, status: int = 200, etag: str = "") -> HttpResponse:
    """``value`` as JSON."""
    response = HttpResponse(write_json(value), content_type="application/json", status=status)
    if etag:
        response["ETag"] = etag
    return response


def etag_of(request: HttpRequest, *shown: Any) -> str:
    """A strong mark of an answer to this address that is made from ``shown``, by this release."""
    asked = (request.path, request.META.get("QUERY_STRING", ""))
    made_of = write_json([version(), request.access.team.pk, asked, shown])  # type: ignore[attr-defined]
    return f'"{hashlib.sha256(made_of).hexdigest()[:40]}"'


def is_known(request: HttpRequest, etag: str) -> bool:
    """Whether the program has the answer with this mark already: ``If-None-Match`` says so.

    A proxy that compresses makes the mark a weak one; that is the same content still.
    """
    known = [
        each.removeprefix("W/") for each in parse_etags(request.headers.get("If-None-Match", ""))
    ]
    return "*" in known or etag in known


def not_modified(etag: str) -> HttpResponse:
    """304: what the program has is what it would get."""
    response = HttpResponse(status=304)
    del response["Content-Type"]
    response["ETag"] = etag
    return response


def revalidated(request: HttpRequest, value: Any) -> HttpResponse:
    """``value`` as JSON, or 304 when the program has it already."""
    etag = etag_of(request, value)
    return not_modified(etag) if is_known(request, etag) else json_answer(value, etag=etag)
