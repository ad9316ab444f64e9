"""Default deny, the age of sessions, and pages that no cache keeps."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions import middleware as sessions
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
LONGEST_SESSION = 30 * 24 * 3600  # seconds; OWASP ASVS 5.0 7.3.2 asks for an absolute limit
TOUCH_EVERY = 24 * 3600  # seconds between two writes that keep an idle limit from passing
SESSION_KEY = re.compile(r"[0-9a-z]{32}")


class SessionMiddleware(sessions.SessionMiddleware):
    """Takes only session cookies that can be ours: a NUL in one would be an error in Postgres."""

    def process_request(self, request: HttpRequest) -> None:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if not SESSION_KEY.fullmatch(key):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        super().process_request(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Every view needs a signed-in person unless it is marked ``@public``.

    A page is redirected to the sign-in. What a script fetches gets 401 instead: it would swap the
    sign-in page into the middle of another one.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if request.user.is_authenticated:
            _mind_the_age(request)
        refusal = super().process_view(request, view_func, view_args, view_kwargs)
        if refusal is None:
            return None
        login_url = resolve_url(self.get_login_url(view_func))
        if _is_fetched(request):
            return _unauthorized(_with_next(login_url, _page_shown(request)))
        if request.method not in ("GET", "HEAD"):  # what was posted cannot be come back to
            return HttpResponseRedirect(login_url)
        return refusal


class PrivatePagesMiddleware:
    """No page of the site stays in a cache unless its view decided so.

    The innermost middleware, and sync on purpose: then the whole chain runs in one thread, which
    spares each request about ten changes of thread.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response


def _mind_the_age(request: HttpRequest) -> None:
    """End a session of 30 days; keep a younger one in use from expiring by idleness."""
    now = int(time.time())
    session = request.session
    if now - session.setdefault(SIGNED_IN_AT, now) > LONGEST_SESSION:
        logout(request)
    elif now - session.get(SEEN_AT, 0) > TOUCH_EVERY:
        session[SEEN_AT] = now
        _save_now(request)


def _save_now(request: HttpRequest) -> None:
    """Write the session before the view: after it, a stream would keep the connection it took."""
    try:
        request.session.save()
        request.session.modified = False
    except UpdateError:  # it was ended by another request a moment ago
        logout(request)


def _is_fetched(request: HttpRequest) -> bool:
    is_fragment = "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    return is_fragment or "text/event-stream" in request.headers.get("Accept", "")


def _unauthorized(sign_in: str) -> HttpResponse:
    sentence = "You are signed out. Sign in again to go on."
    response = HttpResponse(sentence, "text/plain; charset=utf-8", 401)
    response["HX-Redirect"] = sign_in
    return response


def _page_shown(request: HttpRequest) -> str:
    """The path of the page that fetched this, to come back to; empty when it is not ours."""
    url = request.headers.get("HX-Current-URL", "")
    if not url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure()):
        return ""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _with_next(login_url: str, page: str) -> str:
    return f"{login_url}?{urlencode({REDIRECT_FIELD_NAME: page})}" if page else login_url
