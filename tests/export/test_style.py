"""Exported code is as the tools of its language leave it: formatted, without lint, typed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from . import places
from .generated import write_programs
from .kinds import LANGUAGES, programs

PYTHON = [key for key in programs() if LANGUAGES[key].name == "python"]
TYPESCRIPT = [key for key in programs() if LANGUAGES[key].name == "typescript"]
RULES = "E,W,F,I,B,UP,C4,SIM,RUF"
NOT_RULES = "RUF001,RUF002,RUF003"  # unusual characters come from the prompt
NOT_SHELL_RULES = "SC2016"  # a $ in single quotes is meant as it stands
MOST = 6_000  # characters of a tool's complaints that a failure shows
TSCONFIG = """\
{
  "compilerOptions": {
    "strict": true, "noEmit": true, "skipLibCheck": true, "erasableSyntaxOnly": true,
    "target": "es2022", "module": "nodenext", "types": ["node"]
  },
  "include": ["*.ts"]
}
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the folder with every program of a target, which is written once."""

    @cache
    def folder(key: str) -> Path:
        path = tmp_path_factory.mktemp(key)
        write_programs(key, path)
        return path

    return folder


@pytest.mark.parametrize("key", PYTHON)
def test_python_is_formatted_and_free_of_lint(key: str, written: Callable[[str], Path]) -> None:
    ruff = [sys.executable, "-m", "ruff"]
    common = ["--isolated", "--no-cache", "--quiet", "--target-version", "py310", written(key)]
    assert complaints_of([*ruff, "format", "--diff", *common]) == ""
    rules = ["--select", RULES, "--ignore", NOT_RULES]
    assert complaints_of([*ruff, "check", "--output-format", "concise", *rules, *common]) == ""


@pytest.mark.parametrize("key", PYTHON)
def test_python_is_typed_as_the_sdk_wants_it(
    key: str, written: Callable[[str], Path], tmp_path: Path
) -> None:
    interpreter = places.python(LANGUAGES[key].generation)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary"]
    places_of_it = ["--cache-dir", tmp_path / "cache", "--python-executable", interpreter]
    assert complaints_of([*command, *places_of_it, written(key)]) == ""


@pytest.mark.parametrize("key", TYPESCRIPT)
def test_typescript_compiles_and_is_formatted(key: str, tmp_path: Path) -> None:
    write_programs(key, tmp_path)
    (tmp_path / "node_modules").symlink_to(places.packages(LANGUAGES[key].generation))
    (tmp_path / "package.json").write_text('{"type": "module"}\n')
    (tmp_path / "tsconfig.json").write_text(TSCONFIG)
    assert complaints_of([places.node(), places.tool("typescript/bin/tsc"), "-p", tmp_path]) == ""
    prettier = [places.node(), places.tool("prettier/bin/prettier.cjs"), "--log-level", "warn"]
    assert complaints_of([*prettier, "--check", f"{tmp_path}/*.ts"]) == ""


def test_shell_scripts_have_no_faults(tmp_path: Path) -> None:
    scripts = write_programs("curl", tmp_path)
    assert complaints_of(["bash", "-c", 'for file; do bash -n "$file"; done', "-", *scripts]) == ""
    assert complaints_of([places.SHELLCHECK, "--exclude", NOT_SHELL_RULES, *scripts]) == ""


def complaints_of(command: Sequence[object]) -> str:
    """Return what a tool says, "" when it is content."""
    environ = {"PATH": str(Path(shutil.which("bash") or "/bin/bash").parent), "LANG": "C.UTF-8"}
    words = [str(word) for word in command]
    ended = subprocess.run(words, env=environ, capture_output=True, text=True)
    said = ended.stdout + ended.stderr
    return said[:MOST] or (f"exit {ended.returncode}" if ended.returncode else "")
