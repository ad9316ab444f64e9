"""Python as requests: what each way of writing a call means, and what is said where it is open."""

from __future__ import annotations

import pytest

from workbench.intake.detect import read
from workbench.intake.python import read_python
from workbench.intake.reading import FoundPrompt, Kind

from .readers import asked, lost, names, only, said

CALL = 'client.messages.create(model="claude-opus-5-5", max_tokens=9, messages=messages)'


def python(code: str) -> FoundPrompt:
    return only(read_python, code)


def with_messages(lines: str) -> FoundPrompt:
    return python(f"{lines}\n{CALL}")


def with_content(expression: str, before: str = "") -> FoundPrompt:
    turn = f'messages = [{{"role": "user", "content": {expression}}}]'
    return with_messages(f"{before}\n{turn}".strip())


def with_argument(argument: str, before: str = "import anthropic") -> FoundPrompt:
    return python(
        f'{before}\nclient.messages.create({argument}, model="claude-opus-5-5", max_tokens=9,\n'
        '    messages=[{"role": "user", "content": "Hi"}])'
    )


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("'a' 'b'", "ab"),
        ("'a' + B", "ax"),
        ("B * 3", "xxx"),
        ("f'{B}, {B!r}, {N + 1}'", "x, 'x', 3"),
        ("f'{N:03d} {N:.1f}'", "002 2.0"),
        ("'{} {b} {{}}'.format(N, b=B)", "2 x {}"),
        ("'%s and %d%%' % (B, N)", "x and 2%"),
        ("'-'.join(['a', B])", "a-x"),
        ("' a '.strip().upper()", "A"),
        ("textwrap.dedent('''\\n  a\\n   b''')", "\na\n b"),
        ("r'\\d'", "\\d"),
        ("'\\u00e9\\x41'", "éA"),
        ("WORDS[1]", "two"),
        ("NAMES['a']", "b"),
        ("json.dumps(NAMES)", '{"a": "b"}'),
        ("json.dumps(['é'])", '["\\u00e9"]'),
        ("json.dumps(['é'], indent=1, ensure_ascii=False)", '[\n "é"\n]'),
        ("f'{json.dumps(NAMES)}!'", '{"a": "b"}!'),
        ("B if N > 1 else 'no'", "x"),
        ("str(N)", "2"),
    ],
)
def test_an_expression_of_constants_is_resolved(expression: str, text: str) -> None:
    before = "import json, textwrap\nB = 'x'\nN = 2\nWORDS = ['one', 'two']\nNAMES = {'a': 'b'}"
    prompt = with_content(expression, before)
    assert asked(prompt) == text
    assert prompt.variables == ()


def test_a_name_has_the_value_of_its_last_assignment_before_the_call() -> None:
    prompt = python(
        """
        import anthropic
        text = "one"
        text = "two"
        turn = {"role": "user", "content": text}
        client.messages.create(model="m", max_tokens=9, messages=[turn])
        text = "three"
        """
    )
    assert asked(prompt) == "two"


def test_the_argument_of_a_function_is_a_variable_with_its_default() -> None:
    prompt = python(
        """
        def ask(question, tone="calm"):
            return client.messages.create(
                model="claude-opus-5-5", max_tokens=9, system=f"Be {tone}.",
                messages=[{"role": "user", "content": question}],
            )
        """
    )
    assert prompt.request.body["system"] == "Be {{tone}}."
    assert asked(prompt) == "{{question}}"
    assert [(each.name, each.default) for each in prompt.variables] == [
        ("tone", "calm"),
        ("question", ""),
    ]


def test_an_expression_inside_of_a_text_is_a_variable_and_its_code_is_kept() -> None:
    prompt = with_content("f'Read {path.read_text()} now'", "import anthropic")
    assert asked(prompt) == "Read {{path_read_text}} now"
    assert said(prompt, Kind.CHANGED) == [
        (
            "Only the running program knows this value: it became the variable path_read_text.",
            2,
            "path.read_text()",
        )
    ]


def test_the_same_expression_twice_is_one_variable_and_another_one_has_its_own_name() -> None:
    prompt = with_content("f'{user.name} {user.name} {user[name]}'", "import anthropic")
    assert asked(prompt) == "{{user_name}} {{user_name}} {{user_name_2}}"
    assert names(prompt) == ["user_name", "user_name_2"]


def test_a_variable_of_the_environment_is_a_variable_here() -> None:
    prompt = with_content("os.environ.get('QUESTION', 'Who?')", "import os")
    assert [(each.name, each.default) for each in prompt.variables] == [("QUESTION", "Who?")]


@pytest.mark.parametrize("argument", ["max_tokens=limit", "temperature=warmth", "tools=tools"])
def test_a_value_outside_of_texts_that_is_not_in_the_text_is_left_out_and_said(
    argument: str,
) -> None:
    prompt = python(
        f'import anthropic\nclient.messages.create(model="claude-opus-5-5",\n    {argument},\n'
        '    messages=[{"role": "user", "content": "Hi"}])'
    )
    name, _, value = argument.partition("=")
    assert name not in prompt.request.body
    assert lost(prompt) == [(f"The value of “{value}” for “{name}” is not in the text.", 3, value)]


def test_a_number_that_a_function_takes_has_its_default_and_that_is_said() -> None:
    prompt = python(
        """
        def ask(limit=64):
            client.messages.create(model="m", max_tokens=limit, messages=[])
        """
    )
    assert prompt.request.body["max_tokens"] == 64
    assert "default value of the argument “limit”" in prompt.remarks[0].sentence


def test_options_that_are_spread_are_arguments() -> None:
    prompt = with_argument("**options", "options = dict(system='S', stop_sequences=['x'])")
    assert prompt.request.body["system"] == "S"
    assert prompt.request.body["stop_sequences"] == ["x"]


def test_options_that_are_not_in_the_text_are_said_with_their_line() -> None:
    assert lost(with_argument("**options")) == [
        ("What is spread here is not in the text.", 2, "options")
    ]


def test_an_item_that_is_set_later_belongs_to_the_options() -> None:
    prompt = with_argument("**options", 'options = {}\noptions["system"] = "S"')
    assert prompt.request.body["system"] == "S"


@pytest.mark.parametrize(
    "change",
    [
        "messages.append(turn)",
        "messages.extend([turn])",
        "messages += [turn]",
        "messages = messages + [turn]",
        "messages = [*messages, turn]",
    ],
)
def test_what_is_added_to_a_list_before_the_call_is_in_it(change: str) -> None:
    prompt = with_messages(
        'messages = [{"role": "user", "content": "a"}]\n'
        f'turn = {{"role": "assistant", "content": "b"}}\n{change}'
    )
    assert [turn["content"] for turn in prompt.request.body["messages"]] == ["a", "b"]


def test_what_is_added_behind_the_call_is_not_in_it() -> None:
    prompt = python(
        f'messages = [{{"role": "user", "content": "a"}}]\n{CALL}\nmessages.append({{"role": "x"}})'
    )
    assert len(prompt.request.body["messages"]) == 1


def test_a_list_that_grows_in_a_loop_is_taken_as_before_it_and_that_is_said() -> None:
    prompt = with_messages(
        'messages = [{"role": "user", "content": "a"}]\nfor text in texts:\n'
        '    messages.append({"role": "user", "content": text})'
    )
    assert len(prompt.request.body["messages"]) == 1
    assert any("grows in a loop from line 3 on" in each.sentence for each in prompt.remarks)


def test_a_condition_that_is_open_takes_the_first_value_and_that_is_said() -> None:
    prompt = with_content("'a' if is_late() else 'b'", "import anthropic")
    assert asked(prompt) == "a"
    assert said(prompt, Kind.CHANGED) == [
        (
            "Which of two values it is was not understood: the first one was taken.",
            2,
            "'a' if is_late() else 'b'",
        )
    ]


def test_the_first_client_had_one_prompt_with_markers() -> None:
    prompt = python(
        """
        import anthropic
        c = anthropic.Client(os.environ["ANTHROPIC_API_KEY"])
        c.completion(
            prompt=f"{anthropic.HUMAN_PROMPT} Hi{anthropic.AI_PROMPT}",
            stop_sequences=[anthropic.HUMAN_PROMPT], model="claude-v1", max_tokens_to_sample=5000,
        )
        """
    )
    assert prompt.request.body == {
        "model": "claude-opus-5-5",
        "max_tokens": 5000,
        "messages": [{"role": "user", "content": "Hi"}],
    }


@pytest.mark.parametrize(
    "call",
    [
        "requests.post(URL, headers=HEADERS, json=BODY)",
        "requests.request('POST', URL, headers=HEADERS, json=BODY)",
        "requests.post(URL, headers=HEADERS, data=json.dumps(BODY))",
        "httpx.post(url=URL, headers=HEADERS, json=BODY)",
        "with httpx.stream('POST', URL, headers=HEADERS, json=BODY) as r: pass",
        "httpx.Client(headers=HEADERS).post(URL, json=BODY)",
        "session.post(URL, headers={**HEADERS}, content=json.dumps(BODY))",
    ],
)
def test_a_request_over_plain_http_has_its_version_and_betas_in_headers(call: str) -> None:
    prompt = python(
        "import httpx, json, requests\n"
        'URL = "https://api.anthropic.com/v1/messages"\n'
        'HEADERS = {"anthropic-version": "2023-06-01", "Anthropic-Beta": "a, b", "X-Trace": "1"}\n'
        'BODY = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}\n'
        + call
    )
    assert prompt.request.api_version == "2023-06-01"
    assert prompt.request.betas == ("a", "b")
    assert asked(prompt) == "Hi"
    assert [each.sentence for each in prompt.remarks] == [
        "Headers that a request does not keep here: x-trace."
    ]


def test_betas_extra_headers_and_an_extra_body_go_where_they_belong() -> None:
    prompt = with_argument(
        'betas=["a"], extra_body={"top_k": 3}, extra_headers={"anthropic-version": "2026-10-21"}, '
        'timeout=9, extra_query={"q": 1}'
    )
    assert prompt.request.betas == ("a",)
    assert prompt.request.api_version == "2026-10-21"
    assert prompt.request.body["top_k"] == 3
    assert not {"timeout", "extra_query", "extra_body", "betas"} & prompt.request.body.keys()
    assert [each.sentence for each in prompt.remarks] == [
        "extra_query: sent outside of the body, and not kept here."
    ]


@pytest.mark.parametrize("value", ["NOT_GIVEN", "anthropic.NOT_GIVEN", "anthropic.omit", "omit"])
def test_an_argument_that_is_not_given_is_not_sent(value: str) -> None:
    prompt = with_argument(f"system={value}")
    assert "system" not in prompt.request.body
    assert prompt.remarks == ()


@pytest.mark.parametrize(
    "argument",
    [
        "output_format={'type': 'json_schema', 'schema': {'type': 'object'}}",
        "**{'output_format': {'type': 'json_schema', 'schema': {'type': 'object'}}}",
    ],
)
def test_a_format_of_the_answer_goes_to_its_place_of_today(argument: str) -> None:
    schema = {"type": "json_schema", "schema": {"type": "object"}}
    assert with_argument(argument).request.body["output_format"] == schema
    prompt = only(read, f"import anthropic\nmessages = []\n{CALL[:-1]}, {argument})")
    assert prompt.request.body["output_config"] == {"format": schema}


def test_a_file_in_base64_is_said_to_be_missing_by_its_name() -> None:
    prompt = python(
        """
        import anthropic, base64
        data = base64.b64encode(open("cat.png", "rb").read()).decode()
        source = {"type": "base64", "media_type": "image/png", "data": data}
        messages = [{"role": "user", "content": [{"type": "image", "source": source}]}]
        client.messages.create(model="m", max_tokens=9, messages=messages)
        """
    )
    assert asked(prompt)[0]["source"]["data"] == ""
    assert [sentence for sentence, _, _ in lost(prompt)] == [
        "The file cat.png is not in the text: put it in again."
    ]


def test_three_dots_say_that_something_was_left_out() -> None:
    prompt = with_messages('messages = [{"role": "user", "content": "a"}, ...]')
    assert len(prompt.request.body["messages"]) == 1
    assert lost(prompt) == [("Something was left out here before.", 1, "...")]


def test_a_result_of_a_function_of_the_program_is_never_guessed() -> None:
    prompt = python(
        """
        def limit():
            return 5
        client.messages.create(model="m", max_tokens=limit(), messages=[])
        """
    )
    assert "max_tokens" not in prompt.request.body
    assert ("The value of “max_tokens” was not understood and was left out.", 3, "limit()") in lost(
        prompt
    )


def test_a_comprehension_over_known_entries_is_written_out() -> None:
    prompt = with_messages('messages = [{"role": "user", "content": t} for t in ("a", "b")]')
    assert [turn["content"] for turn in prompt.request.body["messages"]] == ["a", "b"]


def test_curly_quotes_are_read_as_straight_ones_and_that_is_said() -> None:
    prompt = python(
        "import anthropic\nclient.messages.create(model=“m”, max_tokens=9,\n"
        "    messages=[{‘role’: ‘user’, ‘content’: “Hi”}])"
    )
    assert asked(prompt) == "Hi"
    assert any("Curly quotes" in each.sentence for each in prompt.remarks)


def test_code_that_ends_in_the_middle_gives_what_is_there_and_says_so() -> None:
    prompt = python(
        'import anthropic\nclient.messages.create(\n    model="m",\n    max_tokens=9,\n'
        '    messages=[{"role": "user", "content": "Tell me ab'
    )
    assert asked(prompt) == "Tell me ab"
    assert said(prompt, Kind.CHANGED) == [
        ("A text without its closing quote was closed at its line's end.", 5, ""),
        ("The text ends before its brackets: they were closed.", 5, ""),
    ]


def test_a_key_in_the_program_is_taken_out() -> None:
    key = "sk-ant-" + "api03-abcdefghijklmnop"
    reading = read(
        f'import anthropic\nclient = anthropic.Anthropic(api_key="{key}")\nx = 1\n{CALL}'
    )
    assert key not in repr(reading)
    assert [(each.kind, each.line) for each in reading.remarks] == [(Kind.KEY_REMOVED, 2)]


def test_a_loop_over_prompts_is_one_prompt_with_a_variable() -> None:
    prompt = python(
        """
        import anthropic
        for city in load():
            client.messages.create(model="m", max_tokens=9,
                                   messages=[{"role": "user", "content": f"Tell me of {city}"}])
        """
    )
    assert asked(prompt) == "Tell me of {{city}}"
    assert names(prompt) == ["city"]


def test_sampling_as_an_argument_says_the_older_api_version() -> None:
    assert with_argument("temperature=0.5").request.api_version == "2023-06-01"
    assert with_argument("system='S'").request.api_version == ""


@pytest.mark.parametrize(
    ("pin", "version"), [("==0.40.0", "2023-06-01"), (">=2,<3", "2026-10-21"), ("", "")]
)
def test_the_pin_of_the_sdk_says_the_api_version(pin: str, version: str) -> None:
    prompt = with_argument("system='S'", f"# pip install anthropic{pin}\nimport anthropic")
    assert prompt.request.api_version == version


def test_a_program_without_a_call_says_what_one_looks_like() -> None:
    reading = read_python("import anthropic\nprint('max_tokens')")
    assert reading is not None
    assert reading.prompts == ()
    assert "client.messages.create(…)" in reading.remarks[0].sentence
