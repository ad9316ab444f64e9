"""The table of settings in README.md names what the code reads."""

import re
from pathlib import Path

from tests.unit.settings_read import settings_read
from workbench.runs.limits import VARIABLES, RunLimits

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
ROW = re.compile(r"^\| (`[A-Z`, _]+`)(?: \*)? \| .* \| .* \|$", re.MULTILINE)


def test_the_tables_have_every_setting_that_is_read_and_no_other() -> None:
    named = [name for row in ROW.findall(README) for name in re.findall(r"[A-Z_]+", row)]
    assert len(named) == len(set(named)) > 40
    assert set(named) == settings_read()


def test_every_limit_of_a_run_is_in_the_table_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(RUN_\w+)` \| (\S+) \|", README, re.MULTILINE))
    defaults = RunLimits()
    expected = {variable: getattr(defaults, name) for name, variable in VARIABLES.items()}
    assert {name: float(value) for name, value in rows.items()} == expected


def test_the_changelog_names_a_version() -> None:
    from workbench.version import version

    assert re.fullmatch(r"\d+\.\d+\.\d+", version())
