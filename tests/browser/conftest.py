"""A real Chromium, a running site with the simulator as its upstream, and guarded visits."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from tests.process.runs.lasting import an_origin, an_upstream, one_site
from tests.process.runs.running import ROOT, Upstream
from tests.process.runs.site import Origin, Site

from .fresh import FreshSite
from .hostile_site import a_hostile_site
from .visiting import Visit, Visitor
from .workbench_page import WorkbenchPage

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = (
        os.environ.get("WORKBENCH_TEST_BROWSER")
        or subprocess.run(
            [ROOT / ".ci" / "browser"], check=True, capture_output=True, text=True
        ).stdout.strip()
    )
    # Ends with the folder: asyncio tests cannot run in a thread where Playwright does.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


upstream = pytest.fixture(scope="package", name="upstream")(an_upstream)
origin = pytest.fixture(scope="package", name="origin")(an_origin)
site = pytest.fixture(scope="package", name="site")(one_site)
hostile = pytest.fixture(scope="package", name="hostile")(a_hostile_site)


@pytest.fixture
def fresh_site(upstream: Upstream, origin: Origin, tmp_path: Path) -> Iterator[FreshSite]:
    """A site that nobody has opened yet."""
    fresh = FreshSite(tmp_path, str(origin.static), upstream)
    yield fresh
    fresh.close()


@pytest.fixture
def mortal(upstream: Upstream, origin: Origin, tmp_path: Path) -> Iterator[Site]:
    """A site of its own, whose server may be killed and whose database may be broken."""
    site = Site(tmp_path, upstream, origin)
    yield site
    site.close()


@pytest.fixture
def visit(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Makes visits: ``visit(signed_in=True, on=site, **options of the browser context)``."""
    made: list[Visit] = []

    def make(on: Site | FreshSite = site, **options: Any) -> Visit:
        made.append(Visit(browser, on, **options))
        return made[-1]

    yield make
    for each in made:
        if request.node.stash.get(FAILED, False) or each.troubles:
            with contextlib.suppress(Error):
                each.picture(re.sub(r"\W+", "-", request.node.name))
        each.context.close()
    for each in made:
        each.check()


@pytest.fixture
def workbench(visit: Visitor) -> WorkbenchPage:
    """A new draft, open in the workbench."""
    return WorkbenchPage.on_new_draft(visit())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
