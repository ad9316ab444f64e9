"""Members of a team at work, each with a browser of their own, and what they do all at once."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from typing import Any, TypeVar

import httpx

from tests.process.runs.running import Web
from tests.process.runs.site import PASSWORD, Site
from tests.unit.prompts.form_page import fields_of

T = TypeVar("T")

_PERSON = """
INSERT INTO accounts_user
    (email, name, password, is_active, is_instance_admin, theme, created_at)
SELECT %s, %s, password, true, false, theme, now() FROM accounts_user WHERE name = 'Ana'
RETURNING id
"""
_MEMBER = """
INSERT INTO accounts_membership (team_id, user_id, role, created_at)
SELECT team.id, person.id, %s, now() FROM accounts_team team, accounts_user person
WHERE team.slug = %s AND person.name = %s
"""


def move_in(site: Site, names: list[str]) -> None:
    """Make editors of Acme, and a second team, Labs, of which every second one is an editor too."""
    rows = site.database.rows
    rows("INSERT INTO accounts_team (name, slug, created_at) VALUES ('Labs', 'labs', now())")
    rows(_MEMBER, "owner", "labs", "Ana")
    for number, name in enumerate(names):
        take_in(site, name)
        if number % 2:
            rows(_MEMBER, "editor", "labs", name)


def take_in(site: Site, name: str) -> None:
    """Make an editor of Acme, with Ana's password."""
    site.database.rows(_PERSON, f"{name.lower()}@example.com", name)
    site.database.rows(_MEMBER, "editor", "acme", name)


class Person:
    """Somebody who is signed in; ``answers`` counts what they were answered, by status."""

    def __init__(self, site: Site, web: Web, name: str) -> None:
        self.site, self.web, self.name = site, web, name
        self.client = httpx.Client(base_url=web.url, timeout=60, trust_env=False)
        self.answers: Counter[int] = Counter()
        page = self.client.get("/sign-in/").text
        form = fields_of_form(page) | {"email": f"{name.lower()}@example.com"}
        answer = self.client.post("/sign-in/", data=form | {"password": PASSWORD})
        assert answer.status_code == 302, answer.text

    def at(self, web: Web) -> Person:
        """The same browser, led to another process."""
        same = copy(self)
        same.web, cookies = web, dict(self.client.cookies)
        same.client = httpx.Client(base_url=web.url, cookies=cookies, timeout=60, trust_env=False)
        return same

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def get(self, path: str, team: str = "acme") -> httpx.Response:
        """A page of a team."""
        return self._answered(self.client.get(f"/t/{team}/{path}"))

    def post(
        self, path: str, fields: dict[str, Any] | None = None, team: str = "acme", **more: Any
    ) -> httpx.Response:
        """Post a form."""
        headers = {"X-CSRFToken": self.client.cookies["workbench-csrf"]}
        headers |= more.pop("headers", {})
        answer = self.client.post(f"/t/{team}/{path}", data=fields, headers=headers, **more)
        return self._answered(answer)

    def _answered(self, answer: httpx.Response) -> httpx.Response:
        self.answers[answer.status_code] += 1
        assert answer.status_code < 500, f"{answer.request.url}: {answer.status_code}"
        return answer

    # A prompt ----------------------------------------------------------------------------

    def new_prompt(self, name: str, text: str) -> int:
        """Make a prompt whose system text is ``text``; returns its id."""
        draft = number_in(self.post("drafts/").headers["location"], "drafts")
        fields = {"name": name, "system-text": text}
        return number_in(self.post(f"drafts/{draft}/versions/", fields).headers["location"])

    def draft_of(self, prompt: int) -> int:
        """The id of the person's draft of a prompt."""
        return number_in(self.get(f"prompts/{prompt}/").text, "drafts")

    def tab(self, prompt: int) -> dict[str, list[str]]:
        """The fields of the workbench as one page shows them; they go with every post of it."""
        html = self.get(f"prompts/{prompt}/").text
        form = html.partition('<form id="prompt-form"')[2].partition("</form>")[0]
        head, names = html.partition("<form id=")[0], ("name", "base")
        found: dict[str, list[str]] = {}
        for name, value in [*[f for f in fields_of(head) if f[0] in names], *fields_of(form)]:
            found.setdefault(name, []).append(value.replace("\r\n", "\n"))
        return found

    def merge(self, url: str) -> None:
        """Take both texts wherever a merge page asks."""
        path = url.partition("/t/acme/")[2]
        page = self.get(path)
        if page.status_code == 200:  # else there was nothing to merge any more
            self.post(path, fields_of_form(page.text))

    def store(self, draft: int, text: str) -> httpx.Response:
        """What a page posts by itself while somebody types."""
        headers = {"HX-Request": "true", "X-Autosave": "1"}
        return self.post(f"drafts/{draft}/", {"system-text": text}, headers=headers)

    def save(self, draft: int) -> bool:
        """Press Save on what the draft holds; False when it was led to a merge, which it made."""
        answer = self.post(f"drafts/{draft}/versions/", {"note": f"by {self.name}"})
        place = answer.headers.get("location", "")
        if place.endswith("/merge/"):
            self.merge(place)
            return False
        return answer.status_code == 302


def fields_of_form(html: str) -> dict[str, str]:
    """What a browser posts of the first form of the page's own that posts."""
    content = html.partition("<main")[2] or html
    form = content.partition('method="post"')[2].partition("</form>")[0]
    found: dict[str, str] = {}
    for name, value in fields_of(form):
        found.setdefault(name, value)
    return found


def number_in(text: str, what: str = "prompts") -> int:
    """The number in the first address of ``text`` that leads to one of ``what``."""
    found = re.search(rf"/{what}/(\d+)/", text)
    assert found, text[:2000]
    return int(found[1])


def all_at_once(*actions: Callable[[], T]) -> list[T]:
    """What the actions return, each on a thread of its own; the first error is raised."""
    with ThreadPoolExecutor(len(actions)) as pool:
        return [each.result() for each in [pool.submit(action) for action in actions]]


def for_seconds(seconds: float, action: Callable[[int], Any]) -> Callable[[], int]:
    """Does ``action`` again and again with the number of the round; returns how often."""

    def repeat() -> int:
        until, count = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            action(count)
            count += 1
        return count

    return repeat


def archive_of(person: Person, prompts: list[int]) -> dict[str, bytes]:
    """The files of some prompts as an archive has them."""
    query = "&".join(f"prompt={prompt}" for prompt in prompts)
    with zipfile.ZipFile(io.BytesIO(person.get(f"files/library.zip?{query}").content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bring_up_to_date(person: Person, files: dict[str, Any]) -> httpx.Response:
    """Import an archive in place of what is there."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    answer = person.post("files/uploads/", {}, files={"file": ("library.zip", file.getvalue())})
    upload = number_in(answer.headers["location"], "uploads")
    return person.post(f"files/uploads/{upload}/imports/", {"mode": "update"})
