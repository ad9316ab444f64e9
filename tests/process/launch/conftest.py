"""Fixtures: installations that leave nothing behind."""

from __future__ import annotations

import subprocess

import pytest

from workbench.launch.postgres import EmbeddedPostgres

from .installation import Installation


@pytest.fixture(scope="session")
def used_directory(tmp_path_factory):
    """A data directory after its first start, to be copied: quicker than many first starts."""
    directory = tmp_path_factory.mktemp("used") / "data"
    with EmbeddedPostgres(directory, extra_settings={"fsync": "off"}):
        pass
    return directory


@pytest.fixture
def install(tmp_path, used_directory):
    """Makes installations: ``install(path=None, is_first=False, NAME=value, ...)``."""
    made = []

    def make(directory=None, is_first=False, **environ):
        directory = directory or tmp_path / "data"
        if not is_first and not directory.exists():
            directory.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-a", used_directory, directory], check=True)
        made.append(Installation(directory, **environ))
        return made[-1]

    yield make
    for each in made:
        each.clean_up()
