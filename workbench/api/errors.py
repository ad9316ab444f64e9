"""Every refusal as JSON: ``{"error": {"type": …, "message": …}}``."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

from workbench.accounts.access import TokenRefused
from workbench.request_ids import current_request_id

from .answers import json_answer

RETRY_AFTER = "5"  # seconds
DATABASE_AWAY = (OperationalError, InterfaceError)
NOT_FOUND = "This is not in the library of the token's team."
UNAUTHORIZED = (
    "Send a token of your team that was not revoked, in the header Authorization: Bearer wbk_…"
)
UNAVAILABLE = "The server cannot do this just now. Try again in a few seconds."
logger = logging.getLogger(__name__)


class ApiError(Exception):
    """A refusal; ``kind`` is for programs, ``message`` for who reads their log."""

    def __init__(self, status: int, kind: str, message: str, **detail: Any) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message
        self.detail = detail
        self.headers: dict[str, str] = {}

    def with_headers(self, **headers: str) -> ApiError:
        """The same refusal with headers; ``_`` in their names stands for ``-``."""
        self.headers = {name.replace("_", "-"): text for name, text in headers.items()}
        return self


def bad_request(message: str) -> ApiError:
    """400: the address cannot be understood."""
    return ApiError(400, "invalid_request", message)


def not_found(message: str = NOT_FOUND) -> ApiError:
    """404: missing, or another team's; the answer is the same."""
    return ApiError(404, "not_found", message)


def error_answer(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to a request that ended with ``error``."""
    refusal = _refusal(error)
    if refusal is None:
        refusal = _failure(request, error)
    content = {"type": refusal.kind, "message": refusal.message, **refusal.detail}
    response = json_answer({"error": content}, refusal.status)
    response["Cache-Control"] = "no-store"
    for name, text in refusal.headers.items():
        response[name] = text
    return response


def _refusal(error: Exception) -> ApiError | None:
    if isinstance(error, ApiError):
        return error
    if isinstance(error, TokenRefused):
        refused = ApiError(401, "unauthorized", UNAUTHORIZED)
        return refused.with_headers(WWW_Authenticate="Bearer")
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, RequestDataTooBig | SuspiciousOperation):
        return bad_request("The server could not read this request.")
    if isinstance(error, DATABASE_AWAY):
        return ApiError(503, "unavailable", UNAVAILABLE).with_headers(Retry_After=RETRY_AFTER)
    return None


def _failure(request: HttpRequest, error: Exception) -> ApiError:
    number = current_request_id() or secrets.token_hex(4)
    place = escape_uri_path(request.path)
    logger.error("Error %s at %s %s", number, request.method, place, exc_info=error)
    message = f"The server failed at this. Its log has more under the number {number}."
    return ApiError(500, "server_error", message)
