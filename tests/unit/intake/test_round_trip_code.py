"""import(export(request)) is the request, for every target and the whole corpus."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.corpus import CORPUS, OPEN_SOURCES, random_requests
from workbench import catalogue
from workbench.export.source import CodeFile, Export, Options, Source
from workbench.export.targets import TARGETS, generate
from workbench.intake.curl import read_curl
from workbench.intake.detect import read
from workbench.intake.javascript import read_javascript
from workbench.intake.keys import without_keys
from workbench.intake.mending import mend
from workbench.intake.messages_body import is_messages_body
from workbench.intake.python import read_python
from workbench.intake.reading import FoundPrompt, FoundVariable
from workbench.messages_api import MessageRequest, clean_text

from .readers import assert_variables_are_back, plain

_READERS = {"python": read_python, "typescript": read_javascript, "bash": read_curl}
_KEYS = [key for key, target in TARGETS.items() if target.language in _READERS]
_PYTHON_SDKS = [key for key in _KEYS if key in ("python-2", "python-1", "python-0")]
_PYTHON = [key for key in _KEYS if TARGETS[key].language == "python"]
_FRONT = [
    (name, key)
    for row, name in enumerate(CORPUS)
    for column, key in enumerate(TARGETS)
    if (row + column) % 16 == 0 and (key != "raw" or is_messages_body(CORPUS[name].body))
]
"""Each target with each sixteenth request; JSON alone must look like one to be taken for it."""
_SENDABLE = re.compile(r"[!-+\--~]{1,200}")
_STREAMS = "“stream” is not kept"


def _back(export: Export, key: str) -> FoundPrompt:
    """The one prompt that is read from an export."""
    program, *others = export.files
    reading = _READERS[TARGETS[key].language](program.text, program.path, _beside(others))
    assert reading is not None, program.text[:2_000]
    assert len(reading.prompts) == 1, reading.remarks
    lost = [
        remark
        for remark in (*reading.remarks, *reading.prompts[0].remarks)
        if not remark.sentence.startswith((_STREAMS, "No messages were understood"))
    ]
    assert lost == [], program.text[:2_000]
    return reading.prompts[0]


def _beside(files: Iterable[CodeFile]) -> dict[str, str]:
    return {file.path: file.text for file in files if file.path.endswith((".txt", ".json"))}


def _sent(request: MessageRequest) -> tuple[str, tuple[str, ...], str]:
    """What a request is, apart from how its answer is fetched and from the order of keys."""
    body = {key: value for key, value in request.body.items() if key != "stream"}
    if request.body.get("stream") not in (True, False, None):
        body["stream"] = request.body["stream"]
    version = request.api_version if _SENDABLE.fullmatch(request.api_version) else ""
    betas = tuple(beta for beta in request.betas if _SENDABLE.fullmatch(beta))
    return version, betas, json.dumps(plain(body), sort_keys=True)


def _proven(request: MessageRequest, key: str, options: Options) -> None:
    found = _back(generate(Source(request), key, options), key)
    assert _sent(found.request) == _sent(request)
    assert found.variables == ()


@pytest.mark.parametrize("key", _KEYS)
@pytest.mark.parametrize("name", CORPUS)
def test_a_request_comes_back_from_its_code(name: str, key: str) -> None:
    _proven(CORPUS[name], key, Options())


@pytest.mark.parametrize("key", _KEYS)
@pytest.mark.parametrize("name", [*CORPUS][::7])
def test_a_request_comes_back_from_code_that_waits_for_the_whole_answer(
    name: str, key: str
) -> None:
    _proven(CORPUS[name], key, Options(streaming=False, errors=True, asynchronous=True))


@settings(max_examples=60, deadline=None)
@given(request=random_requests())
@pytest.mark.parametrize("key", _KEYS)
def test_any_request_comes_back_from_its_code(key: str, request: MessageRequest) -> None:
    _proven(request, key, Options())


@pytest.mark.parametrize("key", [key for key in _KEYS if key != "curl"])
@pytest.mark.parametrize("name", OPEN_SOURCES)
def test_open_variables_come_back_from_code(name: str, key: str) -> None:
    source = OPEN_SOURCES[name]
    found = _back(generate(source, key, Options()), key)
    names = _names(source, found.variables)
    assert _sent(_renamed(found.request, names)) == _sent(source.request)
    defaults = {names.get(each.name, each.name): each.default for each in found.variables}
    used = json.dumps(source.request.body)
    assert defaults == {
        argument.name: clean_text(argument.value)
        for argument in source.arguments
        if f"{{{{{argument.name}}}}}" in used
    }


@pytest.mark.parametrize("key", _PYTHON_SDKS)
@pytest.mark.parametrize("name", CORPUS)
def test_a_python_program_alone_says_the_version_of_its_sdk(name: str, key: str) -> None:
    export = generate(Source(CORPUS[name]), key, Options())
    found = _back(Export(export.files[:1], export.steps), key)
    assert _sent(found.request) == _sent(CORPUS[name])


@pytest.mark.parametrize("key", _PYTHON_SDKS)
@pytest.mark.parametrize("version", ["2023-06-01", "2026-10-21"])
def test_a_pin_with_an_extra_says_the_version_too(version: str, key: str) -> None:
    body = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}]}
    request = MessageRequest(version, (), body)
    export = generate(Source(request), key, Options(client="aws"))
    found = _back(Export(export.files[:1], export.steps), key)
    assert "anthropic[aws]" in export.files[0].text
    assert found.request.api_version == version


@pytest.mark.parametrize("key", _PYTHON)
@pytest.mark.parametrize("name", OPEN_SOURCES)
def test_variables_come_back_from_python_under_their_own_names(name: str, key: str) -> None:
    source = OPEN_SOURCES[name]
    found = _back(generate(source, key, Options()), key)
    assert _sent(found.request) == _sent(source.request)
    assert_variables_are_back(found, source)


@pytest.mark.parametrize(("name", "key"), _FRONT)
def test_a_request_comes_back_through_the_front_door(name: str, key: str) -> None:
    """With the reader that is found by the form of the text, without keys, and mended."""
    request = CORPUS[name]
    export = generate(Source(request), key, Options())
    program, *others = export.files
    text, keys = without_keys(program.text)
    reading = read(program.text, program.path, _beside(others))
    assert len(reading.prompts) == 1, reading
    found = reading.prompts[0]
    if TARGETS[key].language in _READERS:
        direct = _back(Export((replace(program, data=text.encode()), *others), export.steps), key)
        assert _sent(found.request) == _sent(mend(direct).request)
    is_of_today = "output_format" not in request.body and not catalogue.problems(request)
    if is_of_today and not keys:
        assert _sent(found.request)[2] == _sent(request)[2]
        assert key == "raw" or _sent(found.request) == _sent(request)


def _names(source: Source, variables: tuple[FoundVariable, ...]) -> Mapping[str, str]:
    """What each variable was called before it got a name of the language."""
    found: dict[str, str] = {}
    names = [argument.name for argument in source.arguments]
    for variable in sorted(variables, key=lambda each: (len(each.name), each.name)):
        left = [name for name in names if name not in found.values()]
        same = [name for name in left if _letters(name) == _letters(variable.name)]
        found[variable.name] = variable.name if variable.name in left else (same or [""])[0]
    return found


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower().removeprefix("value"))


def _renamed(request: MessageRequest, names: Mapping[str, str]) -> MessageRequest:
    text = re.sub(
        r"\{\{(\w+)\}\}",
        lambda match: f"{{{{{names.get(match[1], match[1])}}}}}",
        json.dumps(request.body),
    )
    return MessageRequest(request.api_version, request.betas, json.loads(text))
