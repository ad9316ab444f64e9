"""The table of settings in README.md names what the code reads."""

import re
from pathlib import Path

from workbench.runs.limits import VARIABLES, RunLimits

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
READERS = (
    "workbench/configuration.py",
    "workbench/launch/options.py",
    "workbench/launch/places.py",
)
NAMED = re.compile(r"""["']([A-Z]{2,}(?:_[A-Z0-9]+)*)["']""")
NOT_SETTINGS = {"HOME", "XDG_DATA_HOME", "ENGINE", "NAME", "USER", "PASSWORD", "PORT", "HOST"} | {
    "CONN_MAX_AGE",
    "CONN_HEALTH_CHECKS",
    "OPTIONS",
    "DATABASE_URL_FILE",
}


def test_every_setting_that_is_read_is_in_the_table() -> None:
    read = {name for path in READERS for name in NAMED.findall((ROOT / path).read_text("utf-8"))}
    assert len(read) > 5
    missing = {name for name in read - NOT_SETTINGS if f"`{name}`" not in README}
    assert not missing


def test_every_limit_of_a_run_is_in_the_table_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(RUN_\w+)` \| (\S+) \|", README, re.MULTILINE))
    defaults = RunLimits()
    expected = {variable: getattr(defaults, name) for name, variable in VARIABLES.items()}
    assert {name: float(value) for name, value in rows.items()} == expected


def test_the_changelog_names_a_version() -> None:
    from workbench.version import version

    assert re.fullmatch(r"\d+\.\d+\.\d+", version())
