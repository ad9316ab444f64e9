"""No page shows a form or a button that leads to what its reader may not do."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import pytest
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


def _posted(page: HttpResponse) -> set[str]:
    """The paths that forms and buttons of a page post to."""
    found = (next(filter(None, match)) for match in POSTED.findall(page.text))
    return {urlsplit(html.unescape(path)).path for path in found}


@pytest.mark.parametrize("actor", ROLES)
def test_what_a_page_offers_its_reader_may_do(
    actor: str, world: World, clients: dict[str, Client]
) -> None:
    seen, wrong = set(), []
    for url in URLS:
        if url.name in STREAMS | TRYING or ruled(url, actor) != "admitted":
            continue
        with undone():
            path = reverse(url.name, kwargs=world.arguments(url, actor))
            page = call(clients[actor], "GET", path)
            if page.streaming or not page.get("Content-Type", "").startswith("text/html"):
                continue
            offered = _posted(page)
        for there in offered:
            view = resolve(there).func
            target = Url(there, view, ())
            seen.add(there)
            if ruled(target, actor) != "admitted":
                wrong.append(f"{url.name} offers {there}")
    assert not wrong
    assert len({resolve(path).view_name for path in seen}) > 3
