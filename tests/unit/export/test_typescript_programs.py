"""Programs for the TypeScript SDK: what they send, print and need."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.export.typescript_reading import Reader
from workbench.export.filling import fill
from workbench.export.source import Argument, Options, Source
from workbench.export.typescript import TYPESCRIPT_0, TYPESCRIPT_1
from workbench.messages_api import MessageRequest

BODY = {
    "model": "claude-opus-5-5",
    "max_tokens": 1024,
    "system": "Be brief.\nBe kind.",
    "messages": [{"role": "user", "content": "Hi {{NAME}}"}],
}
WEATHER = {"name": "get_weather", "input_schema": {"type": "object"}}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
PICTURE = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(b"png!").decode()}

TEXTS = st.text() | st.lists(st.sampled_from([*"`$\\\n\r '\"{}", "{{NAME}}", "🎉"])).map("".join)
NUMBERS = st.integers(-(2**80), 2**80) | st.floats(allow_nan=False, allow_infinity=False)
KEYS = TEXTS | st.sampled_from(["type", "text", "role", "content", "name", "constructor", "1"])
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)
BLOCKS = st.fixed_dictionaries({"type": st.just("text"), "text": TEXTS}) | JSON
TURNS = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "tool"]), "content": TEXTS | st.lists(BLOCKS)}
)
TOP = st.sampled_from(["system", "tools", "thinking", "temperature", "output_config", "new"])
BODIES = st.tuples(
    st.fixed_dictionaries({"model": TEXTS, "max_tokens": st.integers(1, 30_000)}),
    st.fixed_dictionaries({"messages": st.lists(TURNS, min_size=1, max_size=3)}),
    st.dictionaries(TOP | KEYS, JSON, max_size=4),
).map(lambda parts: {**parts[0], **parts[1], **parts[2]})


def export_of(body=BODY, *, target=TYPESCRIPT_1, arguments=(), version="2026-10-21", **options):
    betas = options.pop("betas", ())
    request = MessageRequest(version, betas, body)
    return target.generate(Source(request, arguments, "My prompt"), Options(**options))


def code_of(body=BODY, **choices):
    return export_of(body, **choices).files[0].text


def sent_by(code, values=None, files=None):
    """The body that a program without a loop sends, without what the SDK adds."""
    if (start := code.find("body: ")) >= 0 and "client.post<" in code:
        return Reader(code, start + len("body: "), values, files).value()
    call = next(call for call in (".stream(", ".create(", ".parse(") if f"messages{call}" in code)
    return Reader(code, code.index(call) + len(call), values, files).value()


@pytest.mark.parametrize("target", [TYPESCRIPT_1, TYPESCRIPT_0], ids=["1.x", "0.x"])
@settings(max_examples=60)
@given(body=BODIES, streaming=st.booleans(), structured=st.booleans())
def test_the_program_has_exactly_the_body_in_it(target, body, streaming, structured):
    arguments = (Argument("NAME", "Ann `${x}` \\\n{{NAME}}"),)
    export = export_of(
        body, target=target, arguments=arguments, streaming=streaming, structured=structured
    )
    values = {argument.name.lower(): argument.value for argument in arguments}
    sent = sent_by(export.files[0].text, values | {"name2": values["name"]})
    expected = fill(MessageRequest("2026-10-21", body=body).body, {"NAME": arguments[0].value})
    for found in (sent, expected := dict(expected)):
        if found.get("stream") is True:
            del found["stream"]
    assert sent == expected
    assert list(sent) == list(expected)


def test_a_stream_is_printed_as_it_comes():
    assert code_of() == (
        "// Needs: npm install @anthropic-ai/sdk@1\n"
        'import Anthropic from "@anthropic-ai/sdk";\n'
        "\n"
        "const client = new Anthropic();\n"
        "\n"
        "const stream = client.messages.stream({\n"
        '  model: "claude-opus-5-5",\n'
        "  max_tokens: 1024,\n"
        "  system: `Be brief.\nBe kind.`,\n"
        '  messages: [{ role: "user", content: "Hi {{NAME}}" }],\n'
        "});\n"
        'stream.on("text", (text) => process.stdout.write(text));\n'
        "await stream.finalMessage();\n"
        'process.stdout.write("\\n");\n'
    )


def test_a_whole_answer_is_printed_text_by_text():
    code = code_of(streaming=False)
    assert "const message = await client.messages.create({\n" in code
    assert code.endswith(
        "\nfor (const block of message.content) {\n"
        '  if (block.type === "text") {\n'
        "    console.log(block.text);\n"
        "  }\n"
        "}\n"
    )


def test_variables_are_arguments_of_a_function():
    arguments = (Argument("NAME", "Ann"), Argument("UNUSED", "x"))
    code = code_of(arguments=arguments)
    assert 'async function ask({ name2 = "Ann" } = {}) {\n' in code
    assert "content: `Hi ${name2}` }" in code
    assert code.endswith("  return message;\n}\n\nawait ask();\n")
    assert "nused" not in code


def test_thinking_and_keys_keep_their_markers():
    thought = {"type": "thinking", "thinking": "{{NAME}}", "signature": "x"}
    turns = [{"role": "assistant", "content": [thought, {"type": "text", "text": "{{NAME}}"}]}]
    code = code_of({**BODY, "messages": turns}, arguments=(Argument("NAME", "Ann"),))
    assert 'thinking: "{{NAME}}"' in code
    assert "text: name2" in code


@pytest.mark.parametrize(
    ("target", "own", "other"),
    [(TYPESCRIPT_1, "2026-10-21", "2023-06-01"), (TYPESCRIPT_0, "2023-06-01", "2026-10-21")],
    ids=["1.x", "0.x"],
)
def test_a_header_stands_there_only_when_the_sdk_would_send_another(target, own, other):
    assert "headers" not in code_of(target=target, version=own)
    assert f'{{ headers: {{ "anthropic-version": "{other}" }} }}' in code_of(
        target=target, version=other
    )
    code = code_of(target=target, version=own, betas=("a-1", "b-2"))
    assert '{ headers: { "anthropic-beta": "a-1,b-2" } }' in code


def test_an_answer_that_the_sdk_wants_to_stream_is_streamed_and_it_is_said():
    code_21_333 = code_of({**BODY, "max_tokens": 21_333}, streaming=False)
    assert ".create(" in code_21_333
    export = export_of({**BODY, "max_tokens": 21_334}, streaming=False)
    assert ".stream(" in export.files[0].text
    assert export.notes[0].startswith("It streams: ")


def test_errors_are_asked_for_from_the_narrow_to_the_wide():
    code = code_of(errors=True)
    names = [line.split("Anthropic.")[1][:-3] for line in code.split("\n") if "instanceof" in line]
    for narrow, wide in (
        ("APIConnectionTimeoutError", "APIConnectionError"),
        ("RateLimitError", "APIError"),
        ("APIConnectionError", "APIError"),
    ):
        assert names.index(narrow) < names.index(wide)
    assert names[-1] == "APIError"
    assert "new Anthropic({ maxRetries: 2 })" in code
    assert "} else {\n    throw error;\n  }\n  process.exitCode = 1;\n}\n" in code


def test_a_loop_has_a_stub_for_each_client_tool():
    server = {"type": "web_search_20250305", "name": "web_search"}
    bash = {"type": "bash_20250124", "name": "bash"}
    code = code_of({**BODY, "tools": [WEATHER, server, bash]}, tool_loop=True)
    assert "\n  get_weather: async (input) => {\n" in code
    assert "\n  bash: async (input) => {\n" in code
    assert "web_search: async" not in code
    assert '    if (message.stop_reason === "pause_turn") {' not in code
    assert '  if (message.stop_reason === "pause_turn") {\n    continue;\n' in code
    assert "\n    messages,\n" in code


def test_without_a_client_tool_there_is_no_loop_and_it_is_said():
    export = export_of(tool_loop=True)
    assert "while" not in export.files[0].text
    assert "There is no loop" in export.notes[0]


def test_a_plain_schema_goes_through_the_helper_as_it_stands():
    body = {**BODY, "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}
    code = code_of(body, structured=True, streaming=False)
    assert "client.messages.parse({" in code
    assert "transform: false" in code
    assert sent_by(code) == body
    assert "console.log(message.parsed_output);" in code


@pytest.mark.parametrize(
    "answer",
    [
        {"type": "json_schema", "schema": {"type": "string"}},
        {"type": "json_schema", "schema": {**SCHEMA, "$defs": {}}},
        {"type": "json_schema", "schema": SCHEMA, "name": "x"},
        {"schema": SCHEMA, "type": "json_schema"},
    ],
)
def test_a_schema_that_the_helper_would_change_stays_a_parameter(answer):
    body = {**BODY, "output_config": {"format": answer}}
    export = export_of(body, structured=True, streaming=False)
    assert "OutputFormat" not in export.files[0].text
    assert "plain parameter" in export.notes[0]
    assert sent_by(export.files[0].text) == body


def test_media_are_files_beside_the_program():
    body = {
        **BODY,
        "messages": [{"role": "user", "content": [{"type": "image", "source": PICTURE}]}],
    }
    export = export_of(body, media_files=True)
    assert [file.path for file in export.files][3:] == ["image-1.png"]
    assert export.files[3].data == b"png!"
    code = export.files[0].text
    assert 'import { readFile } from "node:fs/promises";' in code
    assert PICTURE["data"] not in code
    assert sent_by(code, files={"image-1.png": PICTURE["data"]}) == body


@pytest.mark.parametrize(
    "change",
    [
        {"user_profile_id": "x"},
        {"workspace_id": "x"},
        {"messages": None},
        {"messages": ["Hi"]},
        {"tools": {"a": 1}},
        {"output_config": {"format": "json"}},
        {"output_config": {"format": {"parse": 1}}},
    ],
    ids=str,
)
@pytest.mark.parametrize("streaming", [True, False])
def test_a_body_that_the_sdk_would_change_or_refuse_is_posted(change, streaming):
    export = export_of({**BODY, **change}, streaming=streaming, tool_loop=True, structured=True)
    code = export.files[0].text
    assert "client.post<" in code
    assert ("stream: true" in code) is streaming
    assert any("posted as it is" in note for note in export.notes)
    sent = sent_by(code)
    assert sent.pop("stream", False) is streaming
    assert sent == {**BODY, **change}


def test_numbers_that_javascript_would_round_are_kept():
    export = export_of({**BODY, "new": [2**53 + 1, 2**60, 2**53]})
    assert "const { rawJSON } = JSON as unknown as" in export.files[0].text
    assert sent_by(export.files[0].text)["new"] == [2**53 + 1, 2**60, 2**53]
    assert "rawJSON" not in code_of({**BODY, "new": 2**53})
    assert any("JSON.rawJSON" in note for note in export.notes)


def test_keys_that_javascript_puts_first_are_said():
    assert any("whole numbers first" in note for note in export_of({**BODY, "1": 2}).notes)
    assert not export_of().notes


def test_the_files_pin_the_generation_and_say_how_to_run():
    for target, pin in ((TYPESCRIPT_1, "^1."), (TYPESCRIPT_0, ">=0.137.0 <1")):
        export = export_of(target=target)
        assert [file.path for file in export.files] == [
            "my-prompt.ts",
            "package.json",
            "tsconfig.json",
        ]
        package = json.loads(export.files[1].text)
        assert package["dependencies"]["@anthropic-ai/sdk"].startswith(pin)
        assert package["type"] == "module"
        assert len(export.steps) == 3
        assert export.steps[-1] == "node my-prompt.ts"


def test_names_of_arguments_are_names_of_the_language():
    names = ("class", "TOPIC_NAME", "topic-name", "_", "messages", "A1", "camelCase")
    body = {**BODY, "system": "".join(f"{{{{{name}}}}}" for name in names)}
    code = code_of(body, arguments=tuple(Argument(name, name) for name in names))
    written = code[code.index("ask({") : code.index("= {})")]
    for name in ("class2", "topicName", "topicName2", "value", "messages2", "a1", "camelCase"):
        assert f"  {name} = " in written
