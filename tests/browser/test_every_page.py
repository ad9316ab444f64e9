"""axe on every page of the site, as the URLconf knows them, light and wide, dark and narrow."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.process.runs.site import Site

from .hostile_pages import MORE, Keys, address_of, pages_of
from .test_accessibility import STANDARDS
from .test_hostile_library import hostile  # noqa: F401
from .visiting import NARROW, WIDE, Visitor

# The second look is for what light and width can change.
RULES = {"type": "rule", "values": ["color-contrast", "scrollable-region-focusable", "target-size"]}
LOOKS = ((WIDE, "light", STANDARDS), (NARROW, "dark", RULES))
IS_PART = "document.styleSheets.length === 0"


def findings(page: Page, path: str) -> list[str]:
    """What axe says of a whole page; a part of one that is opened alone has no style."""
    found = []
    page.goto(path)
    if page.evaluate(IS_PART):
        return []
    for size, theme, rules in LOOKS:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        report = Axe().run(page, options={"runOnly": rules, "preload": False})
        for violation in report.response["violations"]:
            places = [node["html"][:300] for node in violation["nodes"]]
            found.append(f"{path} {theme}: {violation['id']} {places}")
    return found


def test_axe_finds_nothing_on_any_page(
    hostile: tuple[Site, dict[str, Keys]],  # noqa: F811
    visit: Visitor,
) -> None:
    site, keys = hostile
    visitor = visit(on=site, bypass_csp=True, reduced_motion="reduce")
    visitor.tolerate(r"/favicon\.ico\)$")
    mine = keys["markup"]
    paths = [address_of(url, mine) for url in pages_of(site.web.client, mine)]
    paths += [f"/t/acme/{path.format(**mine)}" for path in MORE]
    found = [finding for path in paths for finding in findings(visitor.page, path)]
    assert not found, "\n".join(found)
