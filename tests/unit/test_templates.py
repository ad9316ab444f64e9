"""Templates name only templates that are there."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NAMED = re.compile(r'{% (?:include|extends) "([^"#]+)["#]')


def test_every_template_that_another_one_includes_is_there() -> None:
    named = {
        (page.relative_to(TEMPLATES).as_posix(), name)
        for page in TEMPLATES.rglob("*.html")
        for name in NAMED.findall(page.read_text())
    }
    assert len(named) > 100
    assert [pair for pair in sorted(named) if not (TEMPLATES / pair[1]).is_file()] == []
