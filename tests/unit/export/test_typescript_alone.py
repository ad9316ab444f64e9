"""TypeScript programs without the files beside them, and loops that begin with a forced call."""

import pytest

from workbench.export.source import Options, Source
from workbench.export.typescript import TYPESCRIPT_0, TYPESCRIPT_1
from workbench.intake.javascript import read_javascript
from workbench.messages_api import MessageRequest

BODY = {
    "model": "claude-opus-5-5",
    "max_tokens": 1024,
    "messages": [{"role": "user", "content": "Hi"}],
}
WEATHER = {"name": "get_weather", "input_schema": {"type": "object"}}


def code_of(target, body, version, **options):
    source = Source(MessageRequest(version, (), body), (), "My prompt")
    return target.generate(source, Options(**options)).files[0].text


def read_alone(code):
    (prompt,) = read_javascript(code).prompts
    return prompt


@pytest.mark.parametrize(
    ("target", "major", "version"),
    [(TYPESCRIPT_1, 1, "2026-10-21"), (TYPESCRIPT_0, 0, "2023-06-01")],
    ids=["1.x", "0.x"],
)
def test_a_program_alone_says_which_sdk_it_is_for(target, major, version):
    code = code_of(target, BODY, version)
    assert code.startswith(f"// Needs: npm install @anthropic-ai/sdk@{major}\n")
    assert read_alone(code).request.api_version == version


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize(
    ("choice", "then"),
    [
        ({"type": "any"}, '{ type: "auto" }'),
        (
            {"type": "tool", "name": "get_weather", "disable_parallel_tool_use": True},
            '{ type: "auto", disable_parallel_tool_use: true }',
        ),
    ],
)
def test_a_loop_forces_a_tool_in_its_first_request_only(choice, then, streaming):
    body = {**BODY, "tools": [WEATHER], "tool_choice": choice}
    code = code_of(TYPESCRIPT_1, body, "2026-10-21", tool_loop=True, streaming=streaming)
    before, loop = code.split("while (true) {")
    assert "let toolChoice: Anthropic.ToolChoice = {" in before
    assert "tool_choice: toolChoice," in loop
    assert f"\n  toolChoice = {then};\n" in loop
    assert read_alone(code).request.body["tool_choice"] == choice


def test_a_loop_repeats_a_choice_that_is_free():
    body = {**BODY, "tools": [WEATHER], "tool_choice": {"type": "auto"}}
    code = code_of(TYPESCRIPT_1, body, "2026-10-21", tool_loop=True)
    assert "toolChoice" not in code
