"""docs/ says what is so: the table of abilities is the one that decides."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from workbench.accounts.access import ABILITIES
from workbench.accounts.who_may import WORDS, table
from workbench.sharing.webhooks.secret import signature

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
FILE_LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


def test_the_page_has_the_table_that_decides() -> None:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    begin, end = page.index("who_may -->\n"), page.index("<!-- end of who may -->")
    assert page[begin:end].removeprefix("who_may -->\n") == table()


def test_every_ability_has_words_and_no_other() -> None:
    assert WORDS.keys() == ABILITIES.keys()


def test_a_role_that_may_something_lets_all_higher_ones_too() -> None:
    rows = table().splitlines()
    assert rows[0] == "| May | Viewer | Editor | Admin | Owner |"
    assert rows[-1].endswith("(`team.own`) |  |  |  | yes |")
    assert any(row.endswith("(`run.start`) |  | yes | yes | yes |") for row in rows)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    links = FILE_LINK.findall(page.read_text("utf-8"))
    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_receiver_of_webhooks_takes_what_is_signed_and_nothing_else() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(import hashlib.*?)```", page, re.DOTALL)
    receiver: dict[str, Any] = {}
    exec(program, receiver)  # our own page
    is_genuine, now, body = receiver["is_genuine"], int(time.time()), b'{"id": "1"}'
    signed = signature("whsec_a", now, body)
    assert is_genuine("whsec_a", signed, body)
    assert not is_genuine("whsec_b", signed, body)
    assert not is_genuine("whsec_a", signed, body + b" ")
    assert not is_genuine("whsec_a", signature("whsec_a", now - 600, body), body)


def test_every_figure_of_the_page_is_one_that_is_counted() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    source = (ROOT / "workbench" / "operations" / "figures.py").read_text("utf-8")
    named = {name.removesuffix("_total") for name in re.findall(r"\bworkbench_\w+", page)}
    counted = set(re.findall(r'"(workbench_\w+)"', source)) | {"workbench_info"}
    assert named == counted
