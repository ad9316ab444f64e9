"""No page shows a form, a button or a link that leads to what its reader may not do."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from tests.every_url import Url

from .asking import URLS, call, ruled
from .unchanged import undone
from .world import World

pytestmark = pytest.mark.django_db

ROLES = ("viewer", "editor", "admin", "owner")
STREAMS = {"runs:stream", "runs:events", "runs:estimate"}
TRYING = {"accounts:add-connection", "accounts:connection-key", "accounts:try-connection"}
POSTED = re.compile(
    r'hx-post="([^"]+)"|<form\b(?=[^>]*method="post")[^>]*\baction="([^"]+)"|formaction="([^"]+)"'
)


LED_TO = re.compile(r'\b(?:href|hx-get)="(/[^"]*)"')


def _offered(page: HttpResponse) -> set[str]:
    """The paths that forms and buttons of a page post to, and those that it leads to."""
    posted = [next(filter(None, match)) for match in POSTED.findall(page.text)]
    paths = {urlsplit(html.unescape(path)).path for path in posted + LED_TO.findall(page.text)}
    return {path for path in paths if not path.startswith(settings.STATIC_URL)}


@pytest.mark.parametrize("actor", ROLES)
def test_what_a_page_offers_its_reader_may_do(
    actor: str, world: World, clients: dict[str, Client]
) -> None:
    seen: set[str] = set()
    wrong = []
    for url in URLS:
        if url.name in STREAMS | TRYING or ruled(url, actor) != "admitted":
            continue
        with undone():
            path = reverse(url.name, kwargs=world.arguments(url, actor))
            page = call(clients[actor], "GET", path)
            if page.streaming or not page.get("Content-Type", "").startswith("text/html"):
                continue
            offered = _offered(page)
        for there in offered:
            match = resolve(there)
            seen.add(match.view_name)
            if ruled(Url(there, match.func, ()), actor) != "admitted":
                wrong.append(f"{url.name} offers {there}")
    assert not wrong
    assert len(seen) > 50
