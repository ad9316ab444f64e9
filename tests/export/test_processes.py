"""A handful of programs of each target in processes of their own, started as their steps say."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.corpus import CORPUS, OPEN_SOURCES
from workbench.export.source import Options, Source
from workbench.export.targets import generate

from . import places
from .kinds import LANGUAGES, MAIN, programs
from .proving import faults_of
from .running import KEY, Folder, environ_for
from .trying import Stage
from .wire import differences

EVERYTHING = Options(asynchronous=True, errors=True, media_files=True)
PROGRAMS = {
    "usual": ("everything at once", MAIN),
    "with every option": ("blocks: PDF with everything", EVERYTHING),
}


@pytest.mark.parametrize(("name", "options"), PROGRAMS.values(), ids=PROGRAMS.keys())
@pytest.mark.parametrize("key", programs())
def test_a_program_runs_by_itself(stage: Stage, key: str, name: str, options: Options) -> None:
    assert faults_of(stage, key, Source(CORPUS[name]), options, alone=True) == []


@pytest.mark.parametrize("key", programs())
def test_a_program_with_arguments_runs_by_itself(stage: Stage, key: str) -> None:
    assert faults_of(stage, key, OPEN_SOURCES["everywhere"], MAIN, alone=True) == []


@pytest.mark.parametrize("key", [*programs(), "raw"])
def test_the_last_step_runs_the_program_that_is_exported(
    stage: Stage, key: str, tmp_path: Path
) -> None:
    request = CORPUS["text: both quotes"]
    export = generate(Source(request, title="It's “mine” $(id)"), key, MAIN)
    folder = Folder(tmp_path / "programs", _packages(key)).lay(export).parent
    environ = environ_for(stage.recorder, tmp_path, by_proxy=True, more={})
    environ["PATH"] = f"{_command(key).parent}:{environ['PATH']}"
    stage.recorder.take()
    run = subprocess.run(
        ["bash", "-c", export.steps[-1]], cwd=folder, env=environ, capture_output=True, check=True
    )
    (came,) = stage.recorder.take()
    assert list(differences(request, came, streaming=True)) == []
    assert came.said in run.stdout.decode()


@pytest.mark.parametrize("key", [key for key in programs() if key.startswith("python")])
def test_the_pinned_version_is_the_one_that_is_proven(key: str) -> None:
    export = generate(Source(CORPUS["simple"]), key, MAIN)
    (pin,) = (file.text for file in export.files if file.path == "requirements.txt")
    check = "import sys; from importlib.metadata import version; print(version(sys.argv[1]))"
    name = "httpx" if "httpx" in key else "anthropic"
    interpreter = places.python(LANGUAGES[key].generation)
    installed = subprocess.check_output([interpreter, "-c", check, name], text=True)
    assert Requirement(pin.strip()).specifier.contains(installed.strip())


@pytest.mark.parametrize("key", [key for key in programs() if key.startswith("typescript")])
def test_the_pinned_packages_are_those_that_are_proven(key: str) -> None:
    export = generate(Source(CORPUS["simple"]), key, MAIN)
    (package,) = (file.text for file in export.files if file.path == "package.json")
    wanted = re.search(r"\d+", json.loads(package)["dependencies"]["@anthropic-ai/sdk"])
    folder = places.packages(LANGUAGES[key].generation) / "@anthropic-ai" / "sdk"
    installed = json.loads((folder / "package.json").read_text())["version"]
    assert wanted
    assert installed.partition(".")[0] == wanted[0]


def _packages(key: str) -> Path | None:
    is_node = key.startswith("typescript")
    return places.packages(LANGUAGES[key].generation) if is_node else None


def _command(key: str) -> Path:
    """The program that a step starts."""
    return Path(LANGUAGES[key].command[0]) if key in LANGUAGES else Path("bash")


def test_the_key_is_nowhere_in_the_code() -> None:
    for key in programs():
        for file in generate(Source(CORPUS["simple"]), key, MAIN).files:
            assert KEY.encode() not in file.data
