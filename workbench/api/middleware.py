"""Takes what is below ``/api/`` out of the way that pages go."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from .errors import ApiError, error_answer

PREFIX = "/api/"
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}
HTTPS = "Use https: this address would send your token readable over the network."


class ApiMiddleware:
    """Answers programs without sessions, form tokens and pages; the first middleware of all.

    A cookie that a browser sends along is never looked at, so no other site can read anything here
    through a browser; and a read does not pay for what only pages need.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        return _answer(request)


def _answer(request: HttpRequest) -> HttpResponse:
    try:
        if settings.IS_HTTPS and not request.is_secure():
            raise ApiError(403, "https_required", HTTPS)
        view, _, arguments = _match(request.path_info)
        response: HttpResponse = view(request, **arguments)
    except Exception as error:
        response = error_answer(request, error)
    for name, text in HEADERS.items():
        response.headers.setdefault(name, text)
    if response.status_code != HTTPStatus.NOT_MODIFIED:  # there it would be the length of a 200
        response["Content-Length"] = str(len(response.content))
    return response


def _match(path: str) -> ResolverMatch:
    """The view of a path, which may lack its last slash."""
    try:
        return resolve(path)
    except Resolver404:
        return resolve(f"{path}/")
