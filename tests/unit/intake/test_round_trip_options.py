"""What the options of an export write comes back too: loops, helpers, files, clients, names."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

import pytest

from tests.corpus import CORPUS, OPEN_SOURCES
from workbench.export.source import Argument, CodeFile, Export, Options, Source
from workbench.export.targets import TARGETS, generate
from workbench.intake.archives import Files
from workbench.intake.code.beside import Media
from workbench.intake.curl import read_curl
from workbench.intake.detect import read_file
from workbench.intake.javascript import read_javascript
from workbench.intake.many_files import read_files
from workbench.intake.python import read_python
from workbench.intake.reading import FoundPrompt, Kind, Reading
from workbench.messages_api import MessageRequest

from .readers import assert_variables_are_back, plain

_READERS = {"python": read_python, "typescript": read_javascript, "bash": read_curl}
_KEYS = [key for key, target in TARGETS.items() if target.language in _READERS]
_STREAMS = "“stream” is not kept"
_MEDIA = [name for name, each in CORPUS.items() if b'"base64"' in each.json_bytes()]
_TOOLS = [
    name
    for name, each in CORPUS.items()
    if isinstance(each.body.get("tools"), list) and each.body["tools"]
]
_SCHEMAS = [
    name
    for name, each in CORPUS.items()
    if isinstance(config := each.body.get("output_config"), dict) and config.get("format")
]
_TYPESCRIPT = [key for key in _KEYS if TARGETS[key].language == "typescript"]
_CLIENTS = [(key, client) for key, each in TARGETS.items() for client, _ in each.clients]
_ON_PLATFORMS = ("simple", "simple, old version", "beta: several", "everything at once")
_SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}


def _with(option: str) -> list[str]:
    return [key for key in _KEYS if option in TARGETS[key].options]


def _read(files: Mapping[str, bytes], key: str) -> Reading:
    """What the reader of a target's language finds in files; other files are none of its."""

    def read(text: str, name: str, beside: Mapping[str, str]) -> Reading:
        is_program = name.endswith((".py", ".ts", ".sh"))
        found = _READERS[TARGETS[key].language](text, name, beside) if is_program else None
        return found or Reading("nothing")

    return read_files(Files(dict(files)), read)


def _back(export: Export, key: str, *expected: str) -> FoundPrompt:
    """The one prompt of an export, about which only ``expected`` is said."""
    reading = _read({file.path: file.data for file in export.files}, key)
    assert len(reading.prompts) == 1, reading.remarks
    found = reading.prompts[0]
    said = [remark.sentence for remark in found.remarks]
    assert [each for each in said if not each.startswith((_STREAMS, *expected))] == []
    return found


def _sent(request: MessageRequest) -> tuple[str, tuple[str, ...], str]:
    """What a request is, apart from how its answer is fetched and from the order of keys."""
    body = {key: value for key, value in request.body.items() if key != "stream"}
    return request.api_version, request.betas, json.dumps(plain(body), sort_keys=True)


@pytest.mark.parametrize("key", _with("media_files"))
@pytest.mark.parametrize("name", _MEDIA)
def test_media_come_back_from_the_files_beside_a_program(name: str, key: str) -> None:
    export = generate(Source(CORPUS[name]), key, Options(media_files=True))
    assert _sent(_back(export, key).request) == _sent(CORPUS[name])


@pytest.mark.parametrize("key", _with("media_files"))
def test_a_file_that_is_not_there_is_named(key: str) -> None:
    request = CORPUS["blocks: image of each type"]
    export = generate(Source(request), key, Options(media_files=True))
    program, *others = export.files
    lost = [file for file in others if file.path.startswith("image-")]
    kept = [program, *(file for file in others if file not in lost[1:])]
    reading = _read({file.path: file.data for file in kept}, key)
    (found,) = reading.prompts
    said = [each.sentence for each in found.remarks if each.kind is Kind.NOT_UNDERSTOOD]
    assert said == [
        f"The file {file.path} is not in the text: put it in again." for file in lost[1:]
    ]
    blocks = found.request.body["messages"][0]["content"]
    data = [block["source"]["data"] for block in blocks if block["type"] == "image"]
    assert [bool(each) for each in data] == [True] + [False] * len(lost[1:])


@pytest.mark.parametrize("folder", ["", "code/", "some/where/"])
@pytest.mark.parametrize("key", _with("media_files"))
def test_an_export_comes_back_from_its_archive(key: str, folder: str) -> None:
    request = CORPUS["blocks: PDF"]
    export = generate(Source(request), key, Options(media_files=True))
    reading = read_file(
        _packed({f"{folder}{file.path}": file.data for file in export.files}), "a.zip"
    )
    (found,) = reading.prompts
    assert _sent(found.request) == _sent(request)
    assert not any(".pdf" in remark.sentence for remark in reading.remarks)


def test_programs_in_an_archive_have_the_sdk_of_their_own_folder() -> None:
    request = CORPUS["simple, old version"]
    body = dict(request.body)
    newer = MessageRequest("2026-10-21", (), body)
    files = {
        f"{folder}/{file.path}": _without_pin(file)
        for folder, each, key in (("a", request, "python-1"), ("b", newer, "python-2"))
        for file in generate(Source(each), key, Options()).files
    }
    reading = read_file(_packed(files), "a.zip")
    assert [each.request.api_version for each in reading.prompts] == ["2023-06-01", "2026-10-21"]


def test_a_file_that_no_program_asks_for_is_said() -> None:
    export = generate(Source(CORPUS["blocks: image"]), "python-2", Options(media_files=True))
    files = {file.path: file.data for file in export.files} | {"other.png": b"\x89PNG"}
    reading = read_file(_packed(files), "a.zip")
    said = [remark.sentence for remark in reading.remarks]
    assert said == ["other.png is no text in UTF-8: it was not read."]


def test_media_of_an_archive_are_given_out_within_limits() -> None:
    media = Media({"a.png": b"12345678", "b.png": b"1"}, left=20)
    assert media.base64("a.png") == "MTIzNDU2Nzg="
    assert media.base64("none.png") is None
    assert media.base64("b.png") == "MQ=="
    assert media.base64("a.png") is None


def _packed(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _without_pin(file: CodeFile) -> bytes:
    """A program whose first comment does not say which SDK it is for."""
    return file.data.partition(b"# ///\n\n")[2] or file.data


@pytest.mark.parametrize("key", _with("tool_loop"))
@pytest.mark.parametrize("name", _TOOLS[::3])
def test_a_request_comes_back_from_its_loop_over_tools(name: str, key: str) -> None:
    export = generate(Source(CORPUS[name]), key, Options(tool_loop=True))
    found = _back(export, key, "“messages” grows in a loop from line ")
    assert _sent(found.request) == _sent(CORPUS[name])
    assert found.variables == ()


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize("key", _with("structured"))
@pytest.mark.parametrize("name", _SCHEMAS)
def test_a_schema_comes_back_from_the_helper(name: str, key: str, streaming: bool) -> None:
    export = generate(Source(CORPUS[name]), key, Options(structured=True, streaming=streaming))
    found = _back(export, key, "output_format became output_config.format")
    assert _sent(found.request) == _sent(CORPUS[name])


@pytest.mark.parametrize("key", _with("errors"))
@pytest.mark.parametrize("name", [*CORPUS][3::20])
def test_a_request_comes_back_from_between_its_errors(name: str, key: str) -> None:
    export = generate(Source(CORPUS[name]), key, Options(errors=True))
    found = _back(export, key, "No messages were understood")
    assert _sent(found.request) == _sent(CORPUS[name])


@pytest.mark.parametrize(("key", "client"), _CLIENTS)
@pytest.mark.parametrize("name", _ON_PLATFORMS)
def test_a_request_comes_back_from_the_client_of_a_platform(
    name: str, key: str, client: str
) -> None:
    export = generate(Source(CORPUS[name]), key, Options(client=client))
    found = _back(export, key, "anthropic_version of the body became API version ")
    assert _sent(found.request) == _sent(CORPUS[name])


@pytest.mark.parametrize("key", _TYPESCRIPT)
@pytest.mark.parametrize("name", OPEN_SOURCES)
def test_variables_come_back_from_typescript_under_their_own_names(name: str, key: str) -> None:
    source = OPEN_SOURCES[name]
    found = _back(generate(source, key, Options()), key)
    assert _sent(found.request) == _sent(source.request)
    assert_variables_are_back(found, source)


@pytest.mark.parametrize("key", [key for key in _KEYS if key != "curl"])
@pytest.mark.parametrize(
    "description",
    [
        "",
        "It ends */ here /** and `there`",
        "{{other}} and more",
        "@param values.x - not this one",
        "word " * 60,
    ],
)
def test_a_description_comes_back_with_its_variable(description: str, key: str) -> None:
    body = {
        "model": "m",
        "max_tokens": 1,
        "messages": [{"role": "user", "content": "{{my-x}}{{y}}"}],
    }
    arguments = (Argument("my-x", "1", description), Argument("y", "2", description))
    export = generate(Source(MessageRequest("2026-10-21", (), body), arguments), key, Options())
    found = _back(export, key)
    assert [(each.name, each.description) for each in found.variables] == [
        ("my-x", description.strip()),
        ("y", description.strip()),
    ]


def test_what_a_comment_of_others_says_of_an_argument_is_kept() -> None:
    program = """
/** Made by hand. */
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic();

/**
 * Sums up.
 *
 * @param {string} text What to sum up,
 *   in any language
 * @param {object} [options={}] - Not used
 * @returns {Promise<string>} The summary
 */
export async function sumUp(text, options = {}) {
  return client.messages.create({
    model: "m",
    max_tokens: 5,
    messages: [{ role: "user", content: `Sum up: ${text}` }],
  });
}
"""
    reading = read_javascript(program)
    assert reading is not None
    variables = [(each.name, each.description) for each in reading.prompts[0].variables]
    assert variables == [("text", "What to sum up, in any language")]


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize("key", _with("structured"))
def test_variables_come_back_from_a_program_with_a_schema(key: str, streaming: bool) -> None:
    body = {
        "model": "{{MODEL}}",
        "max_tokens": 1,
        "output_config": {"format": {"type": "json_schema", "schema": _SCHEMA}},
        "messages": [{"role": "user", "content": "{{MY-TEXT}}"}],
    }
    request = MessageRequest("2026-10-21", (), body)
    source = Source(request, (Argument("MODEL", "m"), Argument("MY-TEXT", "x", "What it is")))
    export = generate(source, key, Options(structured=True, streaming=streaming))
    found = _back(export, key, "output_format became output_config.format")
    assert _sent(found.request) == _sent(request)
    assert {each.name for each in found.variables} == {"MODEL", "MY-TEXT"}
