"""Prompts of promptfoo, Langfuse and Phoenix."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.intake.detect import read
from workbench.intake.markers import f_string, mustache
from workbench.intake.reading import FoundPrompt, Kind, Reading
from workbench.intake.remarks import Remarks
from workbench.intake.yaml_text import Refused, read_yaml


def yaml(text: str) -> Reading:
    return read(text, "promptfooconfig.yaml")


def turns(prompt: FoundPrompt) -> Any:
    return prompt.request.body["messages"]


def names(prompt: FoundPrompt) -> list[str]:
    return [variable.name for variable in prompt.variables]


@pytest.mark.parametrize(
    ("text", "written", "lost"),
    [
        ("{{a}} {{ b }} {{- c -}}", "{{a}} {{b}} {{c}}", []),
        ("{{a | upper}}", "{{a | upper}}", ["{{a | upper}}"]),
        ("{{a.b}}", "{{a.b}}", ["{{a.b}}"]),
        ("{% if a %}x{% endif %}", "{% if a %}x{% endif %}", ["{% if a %}", "{% endif %}"]),
        ("{{#each}}", "{{#each}}", ["{{#each}}"]),
        ('{"a": {"b": 1}} {one}', '{"a": {"b": 1}} {one}', []),
    ],
)
def test_mustache_markers(text: str, written: str, lost: list[str]) -> None:
    remarks = Remarks()
    assert mustache(text, remarks) == written
    assert [r.text for r in remarks.all if r.kind is Kind.NOT_UNDERSTOOD] == lost


@pytest.mark.parametrize(
    ("text", "written", "lost"),
    [
        ("{a} {{b}}", "{{a}} {b}", []),
        ("{a!r} {b:>3} {c.d} {} {0}", "{a!r} {b:>3} {c.d} {} {0}", 5),
        ("open { and close }", "open { and close }", 1),
        ("{ never closed", "{ never closed", ["{"]),
    ],
)
def test_markers_of_format_strings(text: str, written: str, lost: list[str] | int) -> None:
    remarks = Remarks()
    assert f_string(text, remarks) == written
    found = [remark.text for remark in remarks.all]
    assert found == lost if isinstance(lost, list) else len(found) == lost


@pytest.mark.parametrize(
    ("prompts", "expected"),
    [
        ("'one {{a}}'", ["one {{a}}"]),
        ("['one', 'two']", ["one", "two"]),
        ("[{raw: one, label: L}]", ["one"]),
        ("[{id: one}]", ["one"]),
        ("{one: label, two: other}", ["one", "two"]),
        ("[[{role: user, content: one}]]", ["one"]),
        ('[\'[{"role": "user", "content": "one"}]\']', ["one"]),
        ('["- role: user\\n  content: one"]', ["one"]),
        ("['[not json']", ["[not json"]),
    ],
)
def test_prompts_of_promptfoo_in_each_form(prompts: str, expected: list[str]) -> None:
    reading = yaml(f"prompts: {prompts}\nproviders: [anthropic:messages:claude-opus-5-5]\n")
    assert [turns(prompt)[0]["content"] for prompt in reading.prompts] == expected


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("file://prompts/a.txt", "in a file of its own"),
        ("prompts/a.txt", "in a file of its own"),
        ("file://make.py:create", "nothing is ever run"),
        ("exec:./make.sh", "nothing is ever run"),
    ],
)
def test_a_prompt_that_is_elsewhere_is_said(reference: str, said: str) -> None:
    reading = yaml(f"prompts: ['{reference}']\nproviders: [x]\n")
    assert turns(reading.prompts[0]) == []
    assert any(said in r.sentence and r.text == reference for r in reading.prompts[0].remarks)


@pytest.mark.parametrize(
    ("providers", "model", "limit"),
    [
        ("[anthropic:messages:claude-sonnet-4-6]", "claude-sonnet-4-6", 4096),
        ("anthropic:claude-opus-4-6", "claude-opus-4-6", 4096),
        (
            "[openai:gpt-5, {id: 'anthropic:messages:claude-opus-4-6', config: {max_tokens: 7}}]",
            "claude-opus-4-6",
            7,
        ),
        (
            "[{'anthropic:messages:claude-opus-4-6': {config: {max_tokens: 8}}}]",
            "claude-opus-4-6",
            8,
        ),
        ("[{id: x, config: {model: claude-opus-4-6, max_tokens: 9}}]", "claude-opus-4-6", 9),
        ("[openai:gpt-5]", "claude-opus-5-5", 4096),
        ("[anthropic:messages:claude-3-5-sonnet-20241022]", "claude-sonnet-5-5", 4096),
    ],
)
def test_parameters_of_a_provider(providers: str, model: str, limit: int) -> None:
    body = yaml(f"prompts: [a]\nproviders: {providers}\n").prompts[0].request.body
    assert (body["model"], body["max_tokens"]) == (model, limit)


def test_tests_of_promptfoo_become_sets_of_values() -> None:
    reading = yaml(
        "prompts: ['{{a}} {{b}}']\nproviders: [x]\ndefaultTest: {vars: {b: 0}}\n"
        "tests:\n- vars: {a: yes, b: 1.5}\n- {description: D, vars: {a: [x, y]}}\n"
        "- vars: {a: {k: [1]}}\n- vars: file://v.yaml\n- file://t.csv\n"
        "scenarios:\n- config: [{vars: {a: s}}, {vars: {a: t}}]\n  tests: [{vars: {b: u}}]\n"
    )
    prompt = reading.prompts[0]
    assert prompt.value_sets == (
        ("Test 1", {"a": "yes", "b": "1.5"}),
        ("D (1)", {"a": "x", "b": "0"}),
        ("D (2)", {"a": "y", "b": "0"}),
        ("Test 3", {"a": '{"k": [1]}', "b": "0"}),
        ("Test 5", {"a": "s", "b": "u"}),
        ("Test 6", {"a": "t", "b": "u"}),
    )
    assert prompt.variables[1].default == "0"
    assert {"file://v.yaml", "file://t.csv"} <= {remark.text for remark in prompt.remarks}


def test_at_most_five_hundred_sets_are_kept() -> None:
    rows = "".join(f"- vars: {{a: {number}}}\n" for number in range(600))
    prompt = yaml(f"prompts: ['{{{{a}}}}']\nproviders: [x]\ntests:\n{rows}").prompts[0]
    assert len(prompt.value_sets) == 500
    assert any("At most 500" in remark.sentence for remark in prompt.remarks)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prompts: [a\nproviders: [", "Line"),
        ("prompts: &a [*a]\nproviders: x\n", "holds itself"),
        ("prompts: !!python/object/apply:os.system [x]\n", "Line 1"),
        ("prompts:\n" + "- " * 200 + "a\n", "100 levels"),
        (
            "prompts: [a]\nx: &a [y, y, y, y, y, y, y, y, y]\n"
            + "".join(
                f"x{n}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
            ),
            "too many values",
        ),
    ],
)
def test_yaml_that_is_not_read_is_said(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_yaml(text)
    reading = yaml(text)
    assert reading.prompts == ()
    assert said in reading.remarks[0].sentence


def test_plain_words_of_yaml_stay_words() -> None:
    value = read_yaml(
        "{a: yes, b: 2024-01-01, c: 1:30, d: 010, e: true, f: ~, g: 1e3, h: '1'}"
    ).value
    assert value == {
        "a": "yes",
        "b": "2024-01-01",
        "c": "1:30",
        "d": "010",
        "e": True,
        "f": None,
        "g": 1000.0,
        "h": "1",
    }


def test_a_key_that_stands_twice_in_yaml_is_said() -> None:
    found = read_yaml("a: 1\nb: 2\na: 3\n")
    assert found.value == {"a": 3, "b": 2}
    assert [remark.line for remark in found.remarks] == [3]


def langfuse(**changes: Any) -> FoundPrompt:
    value = {
        "name": "n",
        "type": "text",
        "prompt": "As {{a}}",
        "version": 2,
        "labels": ["latest", "prod"],
        "tags": ["t"],
    }
    return read(json.dumps(value | changes)).prompts[0]


def test_a_text_prompt_of_langfuse() -> None:
    prompt = langfuse(config={"model": "claude-opus-4-6", "temperature": 0.3, "maxTokens": 9})
    assert prompt.request.body == {
        "model": "claude-opus-4-6",
        "temperature": 0.3,
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "As {{a}}"}],
    }
    assert (prompt.name, prompt.tags, names(prompt)) == ("n", ("t", "prod"), ["a"])
    assert prompt.description == "Version 2 in Langfuse"


def test_a_chat_prompt_of_langfuse() -> None:
    chat = [
        {"role": "system", "content": "{{s}}"},
        {"type": "placeholder", "name": "h"},
        {"role": "user", "content": "{{u}}"},
    ]
    prompt = langfuse(type="chat", prompt=chat, config={})
    assert prompt.request.body["system"] == "{{s}}"
    assert turns(prompt) == [{"role": "user", "content": "{{u}}"}]
    assert names(prompt) == ["s", "u"]
    assert any("placeholder h" in remark.sentence for remark in prompt.remarks)


def test_what_the_config_of_langfuse_says_beyond_parameters_is_listed() -> None:
    remarks = langfuse(config={"audience": ["x"]}).remarks
    assert ("audience in config is no parameter of a request.", '["x"]') in [
        (r.sentence, r.text) for r in remarks
    ]


def test_lists_of_langfuse_are_read_and_lists_of_names_are_not() -> None:
    one = {"name": "n", "prompt": "a", "version": 1, "labels": []}
    assert len(read(json.dumps({"data": [one, one], "meta": {}})).prompts) == 2
    assert read(json.dumps({"data": [{"name": "n", "versions": [1], "labels": []}]})).prompts == ()


def phoenix(**changes: Any) -> FoundPrompt:
    template = {"type": "chat", "messages": [{"role": "user", "content": "Hi {{a}}"}]}
    value = {"model_name": "claude-opus-4-6", "template": template, "template_format": "MUSTACHE"}
    return read(json.dumps({"data": value | changes})).prompts[0]


@pytest.mark.parametrize(
    ("style", "written", "variables"),
    [
        ("MUSTACHE", "Hi {{a}} {b}", ["a"]),
        ("F_STRING", "Hi {a} {{b}}", ["b"]),
        ("NONE", "Hi {{a}} {b}", ["a"]),
    ],
)
def test_the_formats_of_phoenix(style: str, written: str, variables: list[str]) -> None:
    template = {"type": "string", "template": "Hi {{a}} {b}"}
    prompt = phoenix(template=template, template_format=style)
    assert turns(prompt)[0]["content"] == written
    assert names(prompt) == variables


def test_parameters_and_tools_of_phoenix() -> None:
    function = {"name": "f", "parameters": {"type": "object"}}
    body = phoenix(
        invocation_parameters={
            "type": "anthropic",
            "anthropic": {
                "max_tokens": 5,
                "stop_sequences": ["x"],
                "thinking": {"type": "disabled"},
            },
        },
        tools={
            "type": "tools",
            "tools": [{"type": "function", "function": function}],
            "tool_choice": {"type": "specific_function", "function_name": "f"},
            "disable_parallel_tool_calls": True,
        },
        response_format={
            "type": "json_schema",
            "json_schema": {
                "name": "n",
                "schema": {"type": "object", "additionalProperties": False},
            },
        },
    ).request.body
    assert body["max_tokens"] == 5
    assert body["stop_sequences"] == ["x"]
    assert body["thinking"] == {"type": "disabled"}
    assert body["tools"] == [{"name": "f", "input_schema": {"type": "object"}}]
    assert body["tool_choice"] == {"type": "tool", "name": "f", "disable_parallel_tool_use": True}
    assert body["output_config"]["format"]["type"] == "json_schema"


def test_calls_and_results_of_phoenix() -> None:
    call = {
        "type": "tool_call",
        "tool_call_id": "c",
        "tool_call": {"type": "function", "name": "f", "arguments": '{"a": 1}'},
    }
    result = {"type": "tool_result", "tool_call_id": "c", "tool_result": {"b": 2}}
    messages = [
        {"role": "user", "content": "q"},
        {"role": "ai", "content": [{"type": "text", "text": "t"}, call]},
        {"role": "tool", "content": [result]},
    ]
    found = turns(phoenix(template={"type": "chat", "messages": messages}))
    assert [turn["role"] for turn in found] == ["user", "assistant", "user"]
    assert found[1]["content"][1] == {"type": "tool_use", "id": "c", "name": "f", "input": {"a": 1}}
    assert found[2]["content"] == [
        {"type": "tool_result", "tool_use_id": "c", "content": '{"b": 2}'}
    ]


def test_a_prompt_of_phoenix_has_the_name_that_stands_beside_its_version() -> None:
    version = {
        "model_name": "m",
        "template": {"type": "string", "template": "x"},
        "template_format": "NONE",
    }
    prompt = read(json.dumps({"prompt": {"name": "N"}, "version": version})).prompts[0]
    assert prompt.name == "N"
