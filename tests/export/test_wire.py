"""Every program of the corpus is executed: it sends what the screen sends, prints the answer."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.corpus import CORPUS, OPEN_SOURCES, random_requests
from workbench.export.source import Options, Source
from workbench.export.targets import TARGETS
from workbench.messages_api import MessageRequest

from .kinds import MAIN, bases, programs, with_features
from .proving import Faults, faults_of, part, raw_faults_of, report
from .trying import Stage

PARTS = 4
EXAMPLES = int(os.environ.get("WORKBENCH_EXPORT_EXAMPLES", "500"))
"""Random requests for each target."""

keys = pytest.mark.parametrize("key", programs())
parts = pytest.mark.parametrize("number", range(PARTS))


@parts
@keys
def test_the_main_form_sends_every_request(stage: Stage, key: str, number: int) -> None:
    faults: Faults = {}
    for name in part(CORPUS, number, PARTS):
        if found := faults_of(stage, key, Source(CORPUS[name], title=name), MAIN):
            faults[name] = found
    assert not faults, report(faults)


@parts
@keys
def test_every_request_is_sent_with_other_options_too(stage: Stage, key: str, number: int) -> None:
    faults: Faults = {}
    names = list(CORPUS)
    others = bases(TARGETS[key])[1:]
    for name in part(CORPUS, number, PARTS) if others else ():
        options = others[names.index(name) % len(others)]
        if found := faults_of(stage, key, Source(CORPUS[name]), options):
            faults[f"{name} {options}"] = found
    assert not faults, report(faults)


@keys
def test_features_of_the_request_are_exported_by_every_base(stage: Stage, key: str) -> None:
    target = TARGETS[key]
    faults: Faults = {}
    for number, (name, request) in enumerate(CORPUS.items()):
        for feature in with_features(target, request):
            for base in bases(target)[number % 3 :: 3]:
                options = _with(base, feature)
                if found := faults_of(stage, key, Source(request), options):
                    faults[f"{name} {options}"] = found
    assert not faults, report(faults)


@keys
def test_arguments_are_filled_in_where_the_markers_stand(stage: Stage, key: str) -> None:
    every = bases(TARGETS[key])
    faults: Faults = {}
    for number, (name, source) in enumerate(OPEN_SOURCES.items()):
        for options in {MAIN, every[number % len(every)]}:
            if found := faults_of(stage, key, source, options):
                faults[f"{name} {options}"] = found
    assert not faults, report(faults)


def test_the_raw_body_is_the_body_of_every_request() -> None:
    faults: Faults = {}
    for name, request in CORPUS.items():
        for streaming in (True, False):
            if found := raw_faults_of(request, streaming=streaming):
                faults[f"{name}, streaming={streaming}"] = found
    assert not faults, report(faults)


@keys
def test_random_requests_are_sent(stage: Stage, key: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(random_requests(), st.sampled_from(bases(TARGETS[key])))
    def send(request: MessageRequest, options: Options) -> None:
        assert faults_of(stage, key, Source(request), options) == []

    send()


def _with(options: Options, feature: str) -> Options:
    more: dict[str, Any] = {feature: True}
    return replace(options, **more)
