"""axe on every page of the site, as the URLconf knows them, light and wide, dark and narrow."""

from __future__ import annotations

from playwright.sync_api import Page

from .hostile_pages import place_of
from .hostile_site import Hostile
from .test_accessibility import STANDARDS, axed
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
        for violation in axed(page, rules).response["violations"]:
            places = [node["html"][:300] for node in violation["nodes"]]
            found.append(f"{path} {theme}: {violation['id']} {places}")
    return found


def test_axe_finds_nothing_on_any_page(hostile: Hostile, visit: Visitor) -> None:
    visitor = visit(on=hostile.site, bypass_csp=True, reduced_motion="reduce")
    visitor.tolerate(r"/favicon\.ico\)$")
    keys = hostile.keys["markup"]["owner"]
    paths = [place_of(page, keys, "")[0] for page in hostile.pages]
    found = [finding for path in paths for finding in findings(visitor.page, path)]
    assert not found, "\n".join(found)
