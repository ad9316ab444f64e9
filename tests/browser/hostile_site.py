"""A site that colleagues filled with text that wants to do harm, for all tests that look at it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus

import httpx
import pytest

from tests.every_url import Url
from tests.identity_provider import IdentityProvider
from tests.process.runs.running import MANAGE, ROOT, Upstream
from tests.process.runs.site import Origin, Site

from .hostile_names import NAMES
from .hostile_pages import MORE, Keys, gist, pages_of
from .hostile_sign_on import come_in, settings_for

WRITE = "from tests.browser.hostile_rows import write; write()"
# Opens the pages of mail; nothing listens there.
MAIL = {"EMAIL_URL": "smtp://127.0.0.1:9", "EMAIL_FROM": "workbench@example.org"}


@dataclass
class Hostile:
    """A site with such a library, the keys of its rows by kind of name and role, and who reads."""

    site: Site
    provider: IdentityProvider
    keys: dict[str, dict[str, Keys]]
    cookies: dict[str, dict[str, str]]
    seen: set[str] = field(default_factory=set)

    @cached_property
    def pages(self) -> list[Url | str]:
        """The pages of the owner, to whom all are shown."""
        return [*pages_of(self.site.web.client, self.keys["markup"]["owner"]), *MORE]

    def is_new(self, answer: httpx.Response) -> bool:
        """Whether an answer shows what no earlier one has shown, to whomever."""
        if answer.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
            return False
        seen = gist(answer.text)
        is_new = seen not in self.seen
        self.seen.add(seen)
        return is_new


def a_hostile_site(
    upstream: Upstream, origin: Origin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hostile]:
    """A site that colleagues filled who came in by an identity provider."""
    with IdentityProvider() as provider:
        settings = MAIL | settings_for(provider)
        site = Site(tmp_path_factory.mktemp("hostile"), upstream, origin, **settings)
        try:
            yield filled(site, provider)
        finally:
            site.close()


def filled(site: Site, provider: IdentityProvider) -> Hostile:
    """The site once everything hostile is in it."""
    for kind in NAMES:
        come_in(site.web.url, provider, kind)
    done = subprocess.run(
        [*MANAGE, "shell", "--verbosity", "0", "--command", WRITE],
        env=site.environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for name in NAMES.values():
        site.over(site.run(f"{name}\nsimulate: hostile delay=0"))
    return Hostile(site, provider, **json.loads(done.stdout))
