"""Programs for other platforms call the platform's address, and send it the same request."""

from __future__ import annotations

import pytest

from tests.corpus import CORPUS
from workbench.export.source import Options
from workbench.export.targets import TARGETS

from .kinds import bases
from .platforms import PLATFORMS, platform_faults_of
from .proving import Faults, report
from .trying import Stage

NAMES = (
    "simple",
    "simple, old version",
    "model anthropic.claude-opus-5-5",
    "everything at once",
    "text: three of both",
    "blocks: PDF with everything",
    "tools: two",
    "parameter: effort and thinking",
    "sampling: all of it",
    "beta: several",
    "unknown fields: all of them",
    "order: unknown first",
)
OFFERED = [
    (key, client)
    for key, target in TARGETS.items()
    for client, _ in target.clients
    if client != "anthropic"
]


@pytest.mark.parametrize(("key", "client"), OFFERED)
def test_a_platform_is_sent_the_same_request(stage: Stage, key: str, client: str) -> None:
    every = bases(TARGETS[key])
    faults: Faults = {}
    for number, name in enumerate(NAMES):
        options = Options(**{**vars(every[number % len(every)]), "client": client})
        if found := platform_faults_of(stage, key, CORPUS[name], options):
            faults[f"{name} {options}"] = found
    assert not faults, report(faults)


def test_every_platform_is_offered_and_known() -> None:
    assert {client for _, client in OFFERED} == PLATFORMS.keys()
