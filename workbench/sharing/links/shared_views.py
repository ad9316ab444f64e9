"""What readers of a link see, without an account: nothing here acts, and nothing here tells more.

Wrong, revoked, expired and gone: one and the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from workbench.accounts.access import access_to, public, signed_in
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.throttle import Bucket
from workbench.messages_api import clean_text
from workbench.prompts.models import Media
from workbench.prompts.views.media import file_response
from workbench.sharing.models import ShareLink

from .copying import copy, teams_of
from .forms import PasswordForm
from .opening import count_view, find, is_locked, try_password, unlock
from .showing import Shown, shown_by

WRONG = "This password is not right. Ask whoever sent you the link."
TOO_OFTEN = "Too many wrong passwords. Try again in {} minute{}."
NO_TEAM = "Choose a team in which you are an editor."
NOTHING_TO_COPY = "This link shows no request, so there is nothing to copy."

View = Callable[..., HttpResponse]


def _apart(view: View) -> View:
    """Let no search engine, no cache and no other site learn of the page."""

    @wraps(view)
    def answered(request: HttpRequest, token: str, **arguments: Any) -> HttpResponse:
        response = view(request, token, **arguments)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "no-store"
        # A browser names no origin in a form that it sends from a page with "no-referrer", and
        # without one no form is taken: the pages with forms tell this site alone.
        response.setdefault("Referrer-Policy", "no-referrer")
        return response

    return answered


@public
@require_safe
@csp_replace({"script-src": [NONE], "connect-src": [NONE], "form-action": [NONE]})
@_apart
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The version, run or comparison that a link shows."""
    link = find(token)
    if link is None:
        return _nothing()
    if is_locked(request, link):
        return redirect("sharing:unlock", token=token)
    shown = shown_by(link)
    if shown is None:
        return _nothing()
    count_view(request, link)
    context = shown.context() | {"link": link, "share_token": token}
    return render(request, "sharing/links/shared.html", context)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@_apart
def unlocking(request: HttpRequest, token: str) -> HttpResponse:
    """The form for the password of a link; the right one opens it for an hour."""
    link = find(token)
    if link is None:
        return _nothing()
    if not is_locked(request, link):
        return redirect("sharing:shared", token=token)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _form(request, "unlock", {"form": form}, 422 if form.is_bound else 200)
    result = try_password(request, link, form.cleaned_data["password"])
    if isinstance(result, Bucket):
        return _too_often(request, form, result)
    if not result:
        form.add_error("password", WRONG)
        return _form(request, "unlock", {"form": form}, 422)
    response = redirect("sharing:shared", token=token)
    unlock(response, link, token)
    return response


@public
@require_safe
@_apart
def media(request: HttpRequest, token: str, sha256: str) -> HttpResponse:
    """A file that the shared content names, and no other file of the team."""
    shown = _open(request, token)
    if shown is None or sha256 not in shown.hashes:
        return _nothing()
    rows = Media.objects.filter(team=shown.team_id, sha256=sha256)
    return file_response(request, rows) if rows.exists() else _nothing()


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@_apart
def copying(request: WorkbenchRequest, token: str) -> HttpResponse:
    """Copy what a link shows to a team of the reader's; leads to the new prompt."""
    shown = _open(request, token)
    if shown is None:
        return _nothing()
    teams = teams_of(request.user)
    context = {"shown": shown, "teams": teams, "share_token": token}
    if shown.content is None:
        status = 422 if request.method == "POST" else 200
        return _form(request, "copy", context | {"sentence": NOTHING_TO_COPY}, status)
    if request.method != "POST":
        return _form(request, "copy", context)
    slug = clean_text(request.POST.get("team", ""))
    if slug not in [team.slug for team in teams]:
        return _form(request, "copy", context | {"team_error": NO_TEAM}, 422)
    prompt = copy(request, access_to(request.user.pk, slug), shown)
    return redirect("prompts:prompt", team=slug, prompt=prompt.pk)


def _open(request: HttpRequest, token: str) -> Shown | None:
    """What the link shows to this reader, None when it shows nothing."""
    link: ShareLink | None = find(token)
    if link is None or is_locked(request, link):
        return None
    return shown_by(link)


def _nothing() -> HttpResponse:
    """What every link says that shows nothing: not a byte tells why."""
    return HttpResponse(render_to_string("sharing/links/no_link.html"), status=404)


def _too_often(request: HttpRequest, form: PasswordForm, bucket: Bucket) -> HttpResponse:
    seconds = bucket.wait()
    minutes = -(-seconds // 60)
    form.add_error("password", TOO_OFTEN.format(minutes, "" if minutes == 1 else "s"))
    response = _form(request, "unlock", {"form": form}, 429)
    response["Retry-After"] = str(seconds)
    return response


def _form(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    response = render(request, f"sharing/links/{template}.html", context, status=status)
    response["Referrer-Policy"] = "same-origin"
    return response
