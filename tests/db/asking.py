"""Asking a URL as somebody: what its rule says, and what the answer was."""

from __future__ import annotations

from http import HTTPStatus

from django.http import FileResponse, HttpResponse
from django.test import Client

from tests.every_url import Url, every_url
from workbench.accounts.access import ABILITIES
from workbench.accounts.models import Role

from .hardening import EVIL, weakness_of
from .world import STRANGERS

URLS = every_url()


def ruled(url: Url, actor: str) -> str:
    """The verdict that the rule of ``url`` gives: sign in, hidden, forbidden or admitted."""
    if url.rule == "public":
        return "admitted"
    if url.rule == "token":  # a session opens nothing for programs
        return "sign in"
    if actor in ("anonymous", "disabled"):
        return "sign in"
    if url.rule == "signed in":
        return "admitted"
    if url.rule == "instance admin":
        return "admitted" if actor == "instance admin" else "hidden"
    if actor in STRANGERS:
        return "hidden"
    assert url.rule is not None
    return "admitted" if Role(actor).rank >= ABILITIES[url.rule].rank else "forbidden"


def verdict_of(answer: HttpResponse, *, is_public: bool) -> str:
    status = answer.status_code
    if status == HTTPStatus.UNAUTHORIZED:
        return "sign in"
    if status == HTTPStatus.FOUND and answer["Location"].startswith("/sign-in/") and not is_public:
        return "sign in"
    if status == HTTPStatus.NOT_FOUND and not is_public:  # of a code that nobody was given
        return "hidden"
    if status == HTTPStatus.FORBIDDEN:
        return "forbidden"
    return "failed" if status >= 500 else "admitted"


def call(
    client: Client, method: str, path: str, headers: dict[str, str] | None = None
) -> HttpResponse:
    """Ask, and wish to be led to another site in every way there is."""
    sent = {"Referer": EVIL, "HX-Current-URL": EVIL} | (headers or {})
    form, kind = f"next={EVIL}", "application/x-www-form-urlencoded"
    # Programs are refused a parameter that is not known, so they would not come to anything.
    asked = path if path.startswith("/api/") else f"{path}?next={EVIL}"
    answer = client.generic(method, asked, form, kind, headers=sent)
    assert not (weakness := weakness_of(answer, path)), f"{method} {path}: {weakness}"
    if isinstance(answer, FileResponse):
        assert b"".join(answer.streaming_content)  # its end closes the file
    return answer
