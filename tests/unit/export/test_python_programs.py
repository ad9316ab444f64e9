"""What stands in the programs, and what the dialog says about them."""

import ast
import re
import tomllib

import pytest

from tests.unit.export.python_requests import IMAGE
from workbench.export.python.generations import GENERATIONS
from workbench.export.source import Argument, Options, Source
from workbench.export.targets import TARGETS, generate
from workbench.messages_api import MessageRequest

BODY = {
    "model": "claude-opus-5-5",
    "max_tokens": 1024,
    "messages": [{"role": "user", "content": "Hello"}],
}
WEATHER = {
    "name": "get_weather",
    "description": "The weather in a city.",
    "input_schema": {
        "type": "object",
        "properties": {"unit": {"type": "string"}, "city": {"type": "string"}},
        "required": ["city"],
    },
}
PEP_723 = r"# /// script\n((?:#(?: .*)?\n)+?)# ///\n\n"
SDKS = ["python-2", "python-1", "python-0"]


def export(body=BODY, key="python-2", *, version="2026-10-21", betas=(), arguments=(), **options):
    request = MessageRequest(version, betas, body)
    return generate(Source(request, arguments, "My prompt"), key, Options(**options))


def program(*args, **kwargs):
    return export(*args, **kwargs).files[0].text


def test_the_usual_program_is_short():
    assert program() == (
        "# /// script\n"
        '# requires-python = ">=3.10"\n'
        '# dependencies = ["anthropic>=2,<3"]\n'
        "# ///\n\n"
        "from anthropic import Anthropic\n\n"
        "client = Anthropic()\n\n"
        "with client.messages.stream(\n"
        '    model="claude-opus-5-5",\n'
        "    max_tokens=1024,\n"
        '    messages=[{"role": "user", "content": "Hello"}],\n'
        ") as stream:\n"
        "    for text in stream.text_stream:\n"
        '        print(text, end="", flush=True)\n'
        "print()\n"
    )


def test_a_text_of_three_lines_is_read_as_it_was_typed():
    short = {"model": "claude-opus-5-5", "max_tokens": 1024, "system": "One\n\nTwo"}
    text = program({**short, "messages": [{"role": "user", "content": "A\nB"}]})
    assert 'SYSTEM_PROMPT = """\\\nOne\n\nTwo"""\n' in text
    assert '"content": "A\\nB"' in text


def test_files_and_steps_say_how_to_run_it():
    found = export(key="python-1", client="vertex")
    assert [file.path for file in found.files] == ["my-prompt.py", "requirements.txt"]
    assert found.files[1].text == "anthropic[vertex]>=1,<2\n"
    assert found.steps == (
        "pip install -r requirements.txt",
        "export CLOUD_ML_REGION=… ANTHROPIC_VERTEX_PROJECT_ID=…",
        "python my-prompt.py",
    )


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda generation: generation.major)
def test_the_api_version_is_given_where_the_sdk_has_another(generation):
    for version in ("2023-06-01", "2026-10-21"):
        text = program(key=f"python-{generation.major}", version=version)
        assert ("anthropic-version" in text) == (version != generation.version)


def test_betas_are_one_header():
    text = program(betas=("one-2026-01-01", "two-2026-01-01"))
    assert 'extra_headers={"anthropic-beta": "one-2026-01-01,two-2026-01-01"}' in text


def test_sampling_goes_the_way_of_its_generation():
    body = {**BODY, "temperature": 0.5}
    assert 'extra_body={"temperature": 0.5}' in program(body, "python-2")
    assert 'extra_body={"temperature": 0.5}' in program(body, "python-1")
    assert "\n    temperature=0.5,\n" in program(body, "python-0")


def test_keys_that_the_signature_lacks_are_sent_all_the_same():
    text = program({**BODY, "user_profile_id": "p", "of_tomorrow": [1], "max_tokens": "many"})
    assert "\n    max_tokens=1,\n" in text
    assert 'extra_body={"max_tokens": "many", "user_profile_id": "p", "of_tomorrow": [1]}' in text


def test_blocks_that_the_signature_lacks_stay_an_argument_of_any_type():
    body = {**BODY, "messages": [{"role": "user", "content": [{"type": "of_tomorrow"}]}]}
    text = program(body)
    assert "MESSAGES: Any = [" in text
    assert "messages=MESSAGES" in text


@pytest.mark.parametrize("key", SDKS)
def test_an_argument_that_the_body_lacks_is_taken_out_again(key):
    found = export({"model": "m", "max_tokens": 1}, key)
    assert "messages=[],\n" in found.files[0].text
    assert 'extra_body={"messages": omit}' in found.files[0].text
    assert any("“messages”" in note for note in found.notes)


@pytest.mark.parametrize("key", SDKS)
def test_long_answers_are_streamed_with_the_reason_said(key):
    short = export({**BODY, "max_tokens": 21_333}, key, streaming=False)
    assert "messages.create(" in short.files[0].text
    assert short.notes == ()
    long = export({**BODY, "max_tokens": 21_334}, key, streaming=False)
    assert "messages.stream(" in long.files[0].text
    assert any("refuses to wait" in note for note in long.notes)


def test_httpx_waits_for_long_answers_too():
    found = export({**BODY, "max_tokens": 40_000}, "python-httpx", streaming=False)
    assert "httpx.post(" in found.files[0].text
    assert '"stream"' not in found.files[0].text


@pytest.mark.parametrize("key", [*SDKS, "python-httpx"])
def test_subclasses_of_errors_are_caught_before_their_parents(key):
    names = [
        line.strip().removeprefix("except ").split(" ")[0].rstrip(":")
        for line in program(key=key, errors=True).split("\n")
        if line.strip().startswith("except ")
    ]
    classes = [_error_class(name) for name in names]
    assert len(classes) >= 3
    for place, parent in enumerate(classes):
        assert not any(issubclass(later, parent) for later in classes[place + 1 :])


def _error_class(name):
    import anthropic
    import httpx

    return getattr(httpx, name.removeprefix("httpx."), None) or getattr(anthropic, name)


def test_retries_are_said_plainly_with_the_errors():
    assert "Anthropic(max_retries=2)" in program(errors=True)
    assert "max_retries" not in program()


def test_variables_are_arguments_with_names_that_python_takes():
    body = {**BODY, "system": "{{class}}, {{my-name}}, {{client}}, {{other}}"}
    names = ("class", "my-name", "client")
    text = program(body, arguments=tuple(Argument(name, f"a {name}") for name in names))
    tree = ast.parse(text)
    ask = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    assert [arg.arg for arg in ask.args.args] == ["class_2", "my_name", "client_2"]
    assert [ast.literal_eval(default) for default in ask.args.defaults] == [
        "a class",
        "a my-name",
        "a client",
    ]
    assert 'f"{class_2}, {my_name}, {client_2}, {{{{other}}}}"' in text


def test_the_docstring_says_the_own_name_where_the_argument_has_another():
    body = {**BODY, "system": "{{class}}, {{my-name}}, {{topic}}, {{tone}}, {{odd}}"}
    arguments = (
        Argument("class", "", "The class."),
        Argument("my-name", ""),
        Argument("topic", "", "The topic."),
        Argument("tone", ""),
        Argument("odd", "", "{{other}} is not its name."),
    )
    tree = ast.parse(program(body, arguments=arguments))
    ask = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    assert ast.get_docstring(ask).split("\n")[2:] == [
        "class_2: {{class}} The class.",
        "my_name: {{my-name}}",
        "topic: The topic.",
        "odd: {{odd}} {{other}} is not its name.",
    ]


def test_the_longest_name_stays_in_the_line_of_its_argument():
    name = f"a-{'b' * 98}"
    text = program({**BODY, "system": f"{{{{{name}}}}}"}, arguments=(Argument(name, "", "It."),))
    assert f"\n    {name.replace('-', '_')}: {{{{{name}}}}}\n        It.\n" in text


@pytest.mark.parametrize("key", [*SDKS, "python-httpx"])
def test_a_program_says_what_it_needs_as_its_requirements_do(key):
    found = export(key=key, client="vertex")
    match = re.match(PEP_723, found.files[0].text)
    metadata = tomllib.loads(re.sub(r"^# ?", "", match[1], flags=re.MULTILINE))
    needs = found.files[1].text.strip()
    assert metadata == {"requires-python": ">=3.10", "dependencies": [needs]}


SHORT = 'You are a translator.\nAnswer in "French".\n\nBe kind.'


def test_a_text_with_two_line_ends_is_a_literal_of_several_lines_wherever_it_stands():
    schema = {"type": "object", "description": "a\nb\nc"}
    tools = [{**WEATHER, "description": SHORT, "input_schema": schema}]
    text = program({**BODY, "system": SHORT, "tools": tools})
    assert f'\nSYSTEM_PROMPT = """\\\n{SHORT}"""\n' in text
    assert f'\nGET_WEATHER_DESCRIPTION_1 = """\\\n{SHORT}"""\n' in text
    assert '\nGET_WEATHER_DESCRIPTION_2 = """\\\na\nb\nc"""\n' in text


def test_a_text_with_two_line_ends_and_a_variable_is_an_f_string_of_several_lines():
    body = {**BODY, "system": 'Be {{tone}}.\n{x} \\ """\n\nNow \n'}
    text = program(body, arguments=(Argument("tone", "1\n2\n3"),))
    assert '\nDEFAULT_TONE = """\\\n1\n2\n3"""\n' in text
    written = 'Be {tone}.\n{{x}} \\\\ \\"\\"\\"\n\nNow\\x20\n'
    assert f'\n    system_prompt = f"""\\\n{written}"""\n' in text


def test_markers_are_text_where_the_values_are_filled_in():
    assert '"content": "{{name}}"' in program(
        {**BODY, "messages": [{"role": "user", "content": "{{name}}"}]}
    )


def test_thinking_and_keys_keep_their_markers():
    thought = {"type": "thinking", "thinking": "{{name}}", "signature": "{{name}}"}
    body = {**BODY, "messages": [{"role": "assistant", "content": [thought]}]}
    body["tools"] = [{**WEATHER, "input_schema": {"type": "object", "{{name}}": "{{name}}"}}]
    text = program(body, arguments=(Argument("name", "x"),))
    assert '"thinking": "{{name}}"' in text
    assert '"signature": "{{name}}"' in text
    assert '"{{name}}": name' in text


def test_long_texts_are_constants_with_names_that_tell_what_they_are():
    long = "A line of the text.\n" * 5
    body = {
        **BODY,
        "system": long,
        "messages": [
            {"role": "user", "content": long},
            {"role": "assistant", "content": [{"type": "text", "text": long}]},
            {"role": "user", "content": long},
        ],
    }
    text = program(body)
    for name in ("SYSTEM_PROMPT", "USER_MESSAGE_1", "ASSISTANT_MESSAGE", "USER_MESSAGE_2"):
        assert f'\n{name} = """\\\nA line of the text.\n' in text


def test_each_client_tool_has_a_typed_stub():
    search = {"type": "web_search_20260318", "name": "web_search"}
    memory = {"type": "memory_20250818", "name": "memory"}
    text = program({**BODY, "tools": [WEATHER, search, memory]}, tool_loop=True)
    assert "def get_weather(city: str, unit: str | None = None) -> str:" in text
    assert "def memory(**values: Any) -> str:" in text
    assert "def web_search" not in text
    assert '    "get_weather": get_weather,\n    "memory": memory,\n}' in text
    assert 'message.stop_reason != "pause_turn"' in text


def test_a_loop_without_tools_is_left_out_and_said():
    found = export(tool_loop=True)
    assert "while True" not in found.files[0].text
    assert found.notes == ("There is no loop over tool calls: the request has no tools.",)


def test_a_forced_choice_of_a_tool_holds_for_the_first_turn():
    forced = {**BODY, "tools": [WEATHER], "tool_choice": {"type": "any"}}
    assert 'tool_choice: ToolChoiceParam = {"type": "any"}' in program(forced, tool_loop=True)
    assert 'tool_choice = {"type": "auto"}' in program(forced, tool_loop=True)
    assert "tool_choice" not in program({**BODY, "tools": [WEATHER]}, tool_loop=True)


def test_media_are_files_or_stand_in_the_program():
    body = {**BODY, "messages": [{"role": "user", "content": [IMAGE]}]}
    beside = export(body, media_files=True)
    assert [file.path for file in beside.files[2:]] == ["image-1.png"]
    assert 'base64_of("image-1.png")' in beside.files[0].text
    inside = export(body)
    assert f'\nIMAGE = "{IMAGE["source"]["data"]}"' in inside.files[0].text
    assert len(inside.files) == 2


@pytest.mark.parametrize("client", [key for key, _ in TARGETS["python-2"].clients])
@pytest.mark.parametrize("key", SDKS)
def test_every_client_is_in_the_sdk(key, client):
    import anthropic

    for is_async in (False, True):
        text = program(key=key, client=client, asynchronous=is_async)
        tree = ast.parse(text)
        names = next(node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)).names
        assert all(hasattr(anthropic, name.name) for name in names)


def test_platforms_take_the_version_in_the_body_under_their_own_name():
    old = program(client="bedrock", version="2023-06-01")
    assert 'extra_body={"anthropic_version": "bedrock-2023-05-31"}' in old
    assert "extra_headers" not in old
    assert "anthropic" not in program(client="vertex").split("AnthropicVertex()")[1]
    mantle = program(client="bedrock-mantle", version="2023-06-01")
    assert 'extra_headers={"anthropic-version": "2023-06-01"}' in mantle


def test_very_deep_values_become_constants():
    deep = value = []
    for _ in range(150):
        value.append([])
        value = value[0]
    text = program({**BODY, "of_tomorrow": deep})
    ast.parse(text)
    assert "PART" in text


def test_options_and_clients_that_a_target_lacks_are_its_defaults():
    plain = program(key="python-httpx")
    assert plain == program(key="python-httpx", tool_loop=True, structured=True, client="bedrock")
    assert program(client="nowhere") == program()


def test_the_targets_stand_in_the_order_of_the_dialog():
    assert list(TARGETS) == [
        *SDKS,
        "python-httpx",
        "typescript-1",
        "typescript-0",
        "curl",
        "raw",
    ]
