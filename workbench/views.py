"""The site's own pages: the way in, the health of the server, and what an error looks like."""

from __future__ import annotations

import logging
import secrets
import shutil
import sys

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import Error, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.encoding import escape_uri_path
from django.views.decorators.http import require_safe

from workbench.accounts.access import public, roles_with, signed_in
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Membership
from workbench.prompts.models import Draft
from workbench.request_ids import current_request_id
from workbench.runs.engine import engine

from .version import version

LEAST_FREE_BYTES = 500 * 1024 * 1024
RETRY_AFTER = "5"  # seconds
HEALTH = {True: "ok", False: "failing", None: "off"}
TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
DATABASE_AWAY = (OperationalError, InterfaceError)

# For the place in a page that a fragment would have filled; the pages say the same at more length.
SENTENCES = {
    400: "The server could not read this request. Reload the page and try again.",
    403: "You may not do this. Ask an admin of your team.",
    404: "This is not here any more, or you are not in its team. Reload the page.",
    413: "This is larger than the server accepts. Make it smaller, then send it again.",
    500: "The server failed at this; what was saved is safe. Try again.",
    503: "The server cannot do this just now. Try again in a few seconds.",
}
TOKEN_SENTENCE = "This page was open for too long. Reload it in another tab, then try again."
logger = logging.getLogger(__name__)


@signed_in
@require_safe
def home(request: WorkbenchRequest) -> HttpResponse:
    """Go on where the person left off: the newest draft, else the library of their first team."""
    memberships = Membership.objects.filter(user=request.user)
    teams = memberships.filter(role__in=roles_with("prompt.edit")).values("team")
    draft = Draft.objects.filter(user=request.user, team__in=teams).order_by("-updated_at").first()
    if draft is not None:
        return redirect("prompts:draft", team=draft.team.slug, draft=draft.pk)
    membership = memberships.select_related("team").order_by("team__name").first()
    if membership is None:
        return render(request, "accounts/no_team.html")
    return redirect("prompts:library", team=membership.team.slug)


@public
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Whether this server can work, as JSON: 200, or 503 with the parts that are not well."""
    checks = {"database": _database_answers(), "disk": _has_space(), "engine": engine.is_well}
    is_well = False not in checks.values()
    words = {name: HEALTH[is_ok] for name, is_ok in checks.items()}
    answer = {"status": "ok" if is_well else "failing", **words, "version": version()}
    return JsonResponse(answer, status=200 if is_well else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        logger.warning("The database does not answer: %s", error)
        return False
    return True


def _has_space() -> bool:
    """Whether the data directory has 500 MB left; one that does not exist holds no data here."""
    try:
        return shutil.disk_usage(settings.DATA_DIR).free >= LEAST_FREE_BYTES
    except FileNotFoundError:
        return True


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token: mostly one that was open for too long."""
    return _error(request, 403, sentence=TOKEN_SENTENCE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 when the request was too large for Django's own limits.

    A ``BadRequest`` brings its own sentence; other exceptions may name what is not for everybody.
    """
    sentence = str(exception) if isinstance(exception, BadRequest) else ""
    return _error(request, 413 if isinstance(exception, TOO_BIG) else 400, sentence)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 for a member who lacks the ability."""
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: missing, or somebody else's; the answer is the same."""
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 while the database is away, else 500 with a number that the log has too."""
    if isinstance(sys.exception(), DATABASE_AWAY):
        response = _error(request, 503)
        response["Retry-After"] = RETRY_AFTER
        return response
    number = current_request_id() or secrets.token_hex(4)
    logger.error("Error %s at %s %s", number, request.method, escape_uri_path(request.path))
    return _error(request, 500, error_number=number)


def _error(request: HttpRequest, status: int, sentence: str = "", **context: str) -> HttpResponse:
    """A page for people, the sentence alone for what a script fetched.

    Both say the number of the request where whoever runs the server can find it in the log.
    """
    sentence = sentence or SENTENCES[status]
    if number := context.get("error_number"):
        sentence = f"{sentence} It is number {number} in the log."
    if "HX-Request" in request.headers:
        return _plain(sentence, status)
    context |= {"sentence": sentence, "request_number": current_request_id()}
    try:
        return HttpResponse(render_to_string(f"{status}.html", context), status=status)
    except Exception:  # an error page that fails would be asked for again, without end
        logger.exception("The page for error %s cannot be drawn", status)
        return _plain(sentence, status)


def _plain(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence, "text/plain; charset=utf-8", status)
