"""The proof can fail: each mutant breaks one thing in a generator, and a program is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.corpus import CORPUS, OPEN_SOURCES
from workbench.export import curl, media, raw
from workbench.export.python import literals as python_literals
from workbench.export.python import plain_http, sdk
from workbench.export.python import values as python_values
from workbench.export.python.platforms import BY_KEY
from workbench.export.source import Options, Source
from workbench.export.typescript import literals as typescript_literals
from workbench.export.typescript import target as typescript
from workbench.export.typescript import values as typescript_values
from workbench.export.wire import Wire, wire_of

from .kinds import MAIN
from .platforms import platform_faults_of
from .proving import faults_of, raw_faults_of
from .trying import Stage

Patch = pytest.MonkeyPatch
CALL_OF_CURL = curl._call


@dataclass(frozen=True)
class Mutant:
    """What is broken, and a request whose program shows it."""

    key: str
    request: str
    breaks: Callable[[Patch], None]
    options: Options = MAIN

    @property
    def source(self) -> Source:
        return OPEN_SOURCES.get(self.request) or Source(CORPUS[self.request])

    def faults(self, stage: Stage) -> list[str]:
        if self.key == "raw":
            return raw_faults_of(self.source.request, streaming=self.options.streaming)
        if self.options.client != MAIN.client:
            return platform_faults_of(stage, self.key, self.source.request, self.options)
        return faults_of(stage, self.key, self.source, self.options)


def _swap(owner: Any, name: str, other: Any) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(owner, name, other)


def _entry(table: Any, key: str, other: Any) -> Callable[[Patch], None]:
    return lambda patch: patch.setitem(table, key, other)


def _without_last_field(source: Source, *, streaming: bool) -> Wire:
    wire = wire_of(source, streaming=streaming)
    name = [name for name in wire.body if name != "stream"][-1]
    return replace(wire, body={key: wire.body[key] for key in wire.body if key != name})


def _without_betas(source: Source, *, streaming: bool) -> Wire:
    return replace(wire_of(source, streaming=streaming), betas=())


def _of_another_version(source: Source, *, streaming: bool) -> Wire:
    return replace(wire_of(source, streaming=streaming), version="2024-01-01")


def _stream_without_a_word(patch: Patch) -> None:
    patch.setattr(sdk, "must_stream", lambda _: True)
    patch.setattr(sdk, "_MUST_STREAM", "The request is long.")


def _stream_for_no_reason(patch: Patch) -> None:
    patch.setattr(sdk, "must_stream", lambda _: True)


def _open_to_the_shell(*parts: Any, **chosen: Any) -> str:
    return CALL_OF_CURL(*parts, **chosen).replace("<< 'JSON'", "<< JSON")


def _as_it_stands(text: str) -> str:
    return text


class _NoQuotes:
    """In the place of ``shlex``."""

    @staticmethod
    def quote(text: str) -> str:
        return f'"{text}"'


class _NoTabs:
    """In the place of ``json``."""

    @staticmethod
    def dumps(value: Any, **chosen: Any) -> str:
        return json.dumps(value, **chosen).replace("\\t", " ")


def _on(client: str) -> Options:
    return Options(client=client)


MEDIA = Options(media_files=True)
WHOLE = Options(streaming=False)
TEMPLATE = "text: interpolation on lines"
MUTANTS = {
    "Python, a backslash is not escaped": Mutant(
        "python-2", "text: backslashes", _entry(python_literals._NAMED, "\\", "\\")
    ),
    "Python, a tab becomes a blank": Mutant(
        "python-1", "text: tabs", _entry(python_literals._NAMED, "\t", " ")
    ),
    "Python, three quotes close a literal": Mutant(
        "python-0",
        "text: Python",
        _swap(python_literals, "_without_quotes_in_a_row", _as_it_stands),
    ),
    "Python, a number is rounded": Mutant(
        "python-2", "sampling: temperature", _swap(python_values, "_number", lambda _: "0.3")
    ),
    "Python, a parameter is left out": Mutant(
        "python-2", "parameter: service tier", _swap(sdk, "wire_of", _without_last_field)
    ),
    "Python, the betas are left out": Mutant(
        "python-1", "beta: several", _swap(sdk, "wire_of", _without_betas)
    ),
    "Python, another version": Mutant(
        "python-0", "simple", _swap(sdk, "wire_of", _of_another_version)
    ),
    "Python, a file is cut short": Mutant(
        "python-2", "blocks: PDF", _swap(media, "_decoded", lambda _: b"%PDF"), MEDIA
    ),
    "Python, it streams and does not say so": Mutant(
        "python-2", "simple", _stream_without_a_word, WHOLE
    ),
    "Python, it streams for no reason": Mutant("python-1", "simple", _stream_for_no_reason, WHOLE),
    "httpx, a backslash is not escaped": Mutant(
        "python-httpx", "text: backslashes", _entry(python_literals._NAMED, "\\", "\\")
    ),
    "httpx, the betas are left out": Mutant(
        "python-httpx", "beta: several", _swap(plain_http, "wire_of", _without_betas)
    ),
    "httpx, another version": Mutant(
        "python-httpx", "simple, old version", _swap(plain_http, "wire_of", _of_another_version)
    ),
    "httpx, a parameter is left out": Mutant(
        "python-httpx", "parameter: metadata", _swap(plain_http, "wire_of", _without_last_field)
    ),
    "TypeScript, a template is left open": Mutant(
        "typescript-1", TEMPLATE, _swap(typescript_literals, "_in_template", _as_it_stands)
    ),
    "TypeScript, a line feed becomes a blank": Mutant(
        "typescript-0",
        "text: ends in a line feed",
        _entry(typescript_literals._NAMED, "\n", " "),
    ),
    "TypeScript, a prototype is set": Mutant(
        "typescript-1",
        "unknown field: '__proto__'",
        _swap(typescript_values, "key_of", lambda key: json.dumps(key)),
    ),
    "TypeScript, the betas are left out": Mutant(
        "typescript-1", "beta: several", _swap(typescript, "wire_of", _without_betas)
    ),
    "TypeScript, another version": Mutant(
        "typescript-0", "simple", _swap(typescript, "wire_of", _of_another_version)
    ),
    "TypeScript, a parameter is left out": Mutant(
        "typescript-1", "parameter: metadata", _swap(typescript, "wire_of", _without_last_field)
    ),
    "curl, the shell reads the body": Mutant(
        "curl", "text: command", _swap(curl, "_call", _open_to_the_shell)
    ),
    "curl, a header is in the wrong quotes": Mutant(
        "curl", "beta: an odd name", _swap(curl, "shlex", _NoQuotes)
    ),
    "curl, the variables are not filled in": Mutant(
        "curl", "one", _swap(curl, "fill", lambda body, _: body)
    ),
    "curl, the betas are left out": Mutant(
        "curl", "beta: several", _swap(curl, "wire_of", _without_betas)
    ),
    "curl, a parameter is left out": Mutant(
        "curl", "parameter: metadata", _swap(curl, "wire_of", _without_last_field)
    ),
    "raw, a tab becomes a blank": Mutant("raw", "text: tabs", _swap(raw, "json", _NoTabs)),
    "raw, the betas are left out": Mutant(
        "raw", "beta: several", _swap(raw, "wire_of", _without_betas)
    ),
    "raw, another version": Mutant("raw", "simple", _swap(raw, "wire_of", _of_another_version)),
    "raw, a parameter is left out": Mutant(
        "raw", "parameter: metadata", _swap(raw, "wire_of", _without_last_field)
    ),
    "Bedrock, a backslash is not escaped": Mutant(
        "python-2",
        "text: backslashes",
        _entry(python_literals._NAMED, "\\", "\\"),
        _on("bedrock"),
    ),
    "Bedrock, the betas are left out": Mutant(
        "python-1", "beta: several", _swap(sdk, "wire_of", _without_betas), _on("bedrock")
    ),
    "Bedrock's Messages endpoint, another version": Mutant(
        "python-2", "simple", _swap(sdk, "wire_of", _of_another_version), _on("bedrock-mantle")
    ),
    "Vertex AI, the version has another name": Mutant(
        "python-2",
        "simple, old version",
        _entry(BY_KEY["vertex"].versions, "2023-06-01", "2023-06-01"),
        _on("vertex"),
    ),
    "Google Cloud, a parameter is left out": Mutant(
        "python-0",
        "parameter: effort and thinking",
        _swap(sdk, "wire_of", _without_last_field),
        _on("google-cloud"),
    ),
    "Foundry, the betas are left out": Mutant(
        "python-2", "beta: several", _swap(sdk, "wire_of", _without_betas), _on("foundry")
    ),
    "AWS, the client of another platform": Mutant(
        "python-1",
        "simple",
        _entry(BY_KEY, "aws", BY_KEY["bedrock-mantle"]),
        _on("aws"),
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS.keys())
def test_a_fault_of_a_generator_is_found(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, mutant: Mutant
) -> None:
    assert mutant.faults(stage) == []
    mutant.breaks(monkeypatch)
    assert mutant.faults(stage) != []
