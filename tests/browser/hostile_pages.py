"""Which pages a hostile team has, as the URLconf knows them, and one look at each."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.urls import reverse
from playwright.sync_api import Page

from tests.every_url import Url, every_url

from .test_hostile_text import FOREIGN, OVERFLOW, RAN
from .visiting import Visit

Keys = dict[str, Any]
# What a page shows or offers to edit; text that became an element is in none of it.
SHOWN = """[document.body.textContent,
  ...[...document.querySelectorAll('input, textarea')].map((field) => field.value)].join('\\n')"""
SHARED = ("version", "latest", "run", "comparison")
# What a link leaves out; then a name may be hidden, too.
BARE = ("-no-system", "-no-variables", "-bare")
# Pages that a query or other arguments make look different.
MORE = (
    "prompts/{archived}/",
    "prompts/{archived}/details/",
    "prompts/{archived}/deletion/",
    "prompts/{prompt}/versions/2/",
    "prompts/{prompt}/versions/1/differences/2/?view=split",
    "proposals/{proposal}/?view=split",
    "drafts/{draft}/presets/?preset={preset}",
    "drafts/{unsaved}/",
    "drafts/{unsaved}/deletion/",
    "system-prompts/{system}/versions/2/?against=1",
    "files/?prompt={prompt}",
    "runs/{failed}/",
    "comparisons/{comparison}/?differences",
    "spending/",
)
# Shut here: no welcome after the first person, no way back from the identity provider without a way
# there, no file in what is shared, no changing of what somebody else said; and a form that nothing
# was chosen in.
SHUT = {
    "accounts:welcome",
    "accounts:single-sign-on-return",
    "sharing:shared-media",
    "sharing:edit-comment",
    "prompts:choose-versions",
}


# About a row, and yet without a text of it.
SILENT = {
    "prompts:news",
    "runs:estimate",
    "runs:run-bar",
    "runs:choose-other",
    "sharing:share-run",
    "sharing:share-comparison",
}

# The head of a page and the menus are the same on all pages of a reader: one look at them will do.
FRAME = re.compile(r"^.*?(?=<main\b)|<nav\b.*?</nav>", re.DOTALL)
# Other in each answer, or the numbers of a reader's own rows: nobody writes text there.
FLEETING = re.compile(
    r"""\bname="(?:csrfmiddlewaretoken|idempotency_key|page)"\svalue="[^"]*"|<time\b.*?</time>
    |(?<=/drafts/)\d+|(?<=/copies/)\d+|(?<=/found/)\d+|(?<=/uploads/)\d+|(?<=<option\svalue=")\d+
    |\b[0-9a-f]{10}\b""",
    re.VERBOSE,
)


def gist(page: str) -> str:
    """The HTML of a page without what makes two readers' answers differ that show the same."""
    return FLEETING.sub("", FRAME.sub("", page))


def pages_of(reader: httpx.Client, keys: Keys) -> list[Url]:
    """All URLs that answer ``reader`` with a page.

    One that answers neither with a page nor a file nor a redirect nor "no such method" fails.
    """
    found, wrong = [], []
    for url in every_url():
        path = address_of(url, keys)
        with reader.stream("GET", path) as answer:
            is_page = answer.headers.get("content-type", "").startswith("text/html")
            if answer.status_code == HTTPStatus.OK and is_page:
                found.append(url)
            elif answer.status_code >= HTTPStatus.BAD_REQUEST and not _may_refuse(url, answer):
                wrong.append(f"{url.name}: {answer.status_code} {path}")
    assert not wrong, "\n".join(wrong)
    return found


def address_of(url: Url, keys: Keys) -> str:
    """Where a URL leads for the rows of ``keys``; some have an argument of their own there."""
    known = {name: keys.get(f"{url.name} {name}", keys.get(name)) for name in url.arguments}
    missing = [name for name, value in known.items() if value is None]
    assert not missing, f"give {missing} of {url.name} a row in hostile_team.py"
    return reverse(url.name, kwargs=known)


def _may_refuse(url: Url, answer: httpx.Response) -> bool:
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        return url.rule == "token"
    return answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED or url.name in SHUT


def place_of(page: Url | str, keys: Keys, name: str) -> tuple[str, str]:
    """Where a page is for the rows of ``keys``, and the name that is to be read there."""
    if isinstance(page, str):
        return f"/t/acme/{page.format(**keys)}", name
    return address_of(page, keys), name if is_of_a_row(page) else ""


def is_of_a_row(url: Url) -> bool:
    """Whether the page is about a row, and so shows a text of it."""
    return set(url.arguments) > {"team"} and url.name not in SILENT


def harm(page: Page) -> str:
    """What ran, became an element that acts, or is wider than the screen."""
    found = ["a script ran"] if page.evaluate(RAN) else []
    found += page.evaluate(FOREIGN)
    # A part of a page that is opened alone has no style sheet.
    if page.evaluate("document.styleSheets.length") and (wider := page.evaluate(OVERFLOW)):
        found.append(f"{wider} px wider than the screen")
    return "; ".join(found)


def trouble_with(visit: Visit, path: str, name: str = "") -> str:
    """What is wrong with a page, "" for nothing.

    That is harm, a page that is left, what the guard of the visit has heard, and that the beginning
    of ``name`` is not to be read.
    """
    heard = len(visit.troubles)
    answer = visit.page.goto(path)
    assert answer is not None
    found = [str(answer.status)] if answer.status != HTTPStatus.OK else []
    found.append(harm(visit.page))
    parts = urlsplit(visit.page.url)
    if parts.path != urlsplit(path).path:
        found.append(f"it led to {parts.path}")
    found += [text for text in visit.troubles[heard:] if "favicon.ico" not in text]
    if name[:30] not in visit.page.evaluate(SHOWN):
        found.append("the name is not shown")
    said = "; ".join(filter(None, found))
    return said and f"{path}: {said}"
