"""TypeScript and JavaScript as requests: what each way of writing a call means."""

from __future__ import annotations

import pytest

from workbench.intake.detect import read
from workbench.intake.javascript import read_javascript
from workbench.intake.reading import FoundPrompt, Kind

from .readers import asked, lost, names, only, said

CALL = "await client.messages.create({model: 'm', max_tokens: 9, messages});"


def script(code: str) -> FoundPrompt:
    return only(read_javascript, code)


def with_messages(lines: str) -> FoundPrompt:
    return script(f"{lines}\n{CALL}")


def with_content(expression: str, before: str = "") -> FoundPrompt:
    turns = f"const messages = [{{role: 'user', content: {expression}}}];"
    return with_messages(f"{before}\n{turns}" if before else turns)


def with_field(field: str, before: str = "const a = 1;") -> FoundPrompt:
    return script(
        f"{before}\nawait client.messages.create({{model: 'm', max_tokens: 9,\n"
        f"  messages: [{{role: 'user', content: 'Hi'}}], {field}}});"
    )


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("'a' + b", "ax"),
        ("`${b}, ${n}`", "x, 2"),
        ("`a\n  b`", "a\n  b"),
        ("`\\`\\${b}`", "`${b}"),
        ("'\\u00e9\\x41\\u{1F600}\\n'", "éA\U0001f600\n"),
        ("'a\\\nb'", "ab"),
        ("String.raw`\\d`", "\\d"),
        ("['a', b].join('\\n')", "a\nx"),
        ("' a '.trim()", "a"),
        ("words[1]", "two"),
        ("words.length", 2),
        ("options.tone", "calm"),
        ("options['tone']", "calm"),
        ("JSON.stringify(options)", '{"tone":"calm"}'),
        ("'a' as const", "a"),
        ("`${JSON.stringify(options)}!`", '{"tone":"calm"}!'),
        ("JSON.stringify(words, null, 1)", '[\n "one",\n "two"\n]'),
        ("<string>b", "x"),
        ("b ?? 'y'", "x"),
        ("(b)", "x"),
    ],
)
def test_an_expression_of_constants_is_resolved(expression: str, text: object) -> None:
    before = "const b = 'x', n = 2;\nconst words = ['one', 'two'];\nconst options = {tone: 'calm'};"
    prompt = with_content(expression, before)
    assert asked(prompt) == text
    assert prompt.variables == ()


def test_arguments_are_variables_with_their_defaults_also_where_they_are_taken_apart() -> None:
    prompt = script(
        """
        export async function ask(question: string, {tone = 'calm', place}: Options) {
          return client.messages.create({
            model: 'm', max_tokens: 9, system: `Be ${tone} in ${place}.`,
            messages: [{role: 'user', content: question}],
          });
        }
        """
    )
    assert prompt.request.body["system"] == "Be {{tone}} in {{place}}."
    assert [(each.name, each.default) for each in prompt.variables] == [
        ("tone", "calm"),
        ("place", ""),
        ("question", ""),
    ]


def test_an_expression_inside_of_a_template_is_a_variable_and_its_code_is_kept() -> None:
    prompt = with_content("`Read ${await load(path)} now`")
    assert asked(prompt) == "Read {{load_path}} now"
    assert [(line, text) for _, line, text in said(prompt, Kind.CHANGED)] == [(1, "load(path)")]


@pytest.mark.parametrize("expression", ["process.env.QUESTION", "import.meta.env.QUESTION"])
def test_a_variable_of_the_environment_is_a_variable_here(expression: str) -> None:
    assert names(with_content(expression)) == ["QUESTION"]


def test_a_default_behind_a_variable_of_the_environment_is_its_default() -> None:
    prompt = with_content("process.env.QUESTION ?? 'Who?'")
    assert [(each.name, each.default) for each in prompt.variables] == [("QUESTION", "Who?")]


@pytest.mark.parametrize("field", ["temperature", "tools"])
def test_a_value_outside_of_texts_that_is_not_in_the_text_is_left_out_and_said(field: str) -> None:
    prompt = with_field(f"{field}: settings.{field}")
    assert field not in prompt.request.body
    assert lost(prompt) == [
        (f"The value of “{field}” was not understood and was left out.", 3, f"settings.{field}")
    ]


def test_a_field_in_short_form_has_the_value_of_its_name() -> None:
    assert with_field("system", "const system = 'S';").request.body["system"] == "S"


def test_objects_and_lists_that_are_spread_are_part_of_the_request() -> None:
    prompt = with_field("...options, stop_sequences: [...stops, 'c']", OPTIONS)
    assert prompt.request.body["system"] == "S"
    assert prompt.request.body["stop_sequences"] == ["a", "b", "c"]


OPTIONS = "const options = {system: 'S'};\nconst stops = ['a', 'b'];"


def test_what_is_spread_and_not_in_the_text_is_said_with_its_line() -> None:
    assert lost(with_field("...options")) == [
        ("What is spread here is not in the text.", 3, "...options")
    ]


@pytest.mark.parametrize(
    "change",
    [
        "messages.push({role: 'assistant', content: 'b'});",
        "messages = [...messages, {role: 'assistant', content: 'b'}];",
    ],
)
def test_what_is_added_to_a_list_before_the_call_is_in_it(change: str) -> None:
    prompt = with_messages(f"let messages = [{{role: 'user', content: 'a'}}];\n{change}")
    assert [turn["content"] for turn in prompt.request.body["messages"]] == ["a", "b"]


def test_a_list_that_grows_in_a_loop_is_taken_as_before_it_and_that_is_said() -> None:
    prompt = with_messages(
        "const messages = [{role: 'user', content: 'a'}];\nfor (const text of texts) {\n"
        "  messages.push({role: 'user', content: text});\n}"
    )
    assert len(prompt.request.body["messages"]) == 1
    assert any("grows in a loop from line 3 on" in each.sentence for each in prompt.remarks)


def test_a_condition_that_is_open_takes_the_first_value_and_that_is_said() -> None:
    prompt = with_content("isLate() ? 'a' : 'b'")
    assert asked(prompt) == "a"
    assert said(prompt, Kind.CHANGED) == [
        (
            "Which of two values it is was not understood: the first one was taken.",
            1,
            "isLate() ? 'a' : 'b'",
        )
    ]


@pytest.mark.parametrize(
    "call",
    [
        "fetch(URL, {method: 'POST', headers: HEADERS, body: JSON.stringify(BODY)})",
        "axios.post(URL, BODY, {headers: HEADERS})",
        "axios({method: 'post', url: URL, data: BODY, headers: HEADERS})",
        "axios.request({url: URL, data: JSON.stringify(BODY), headers: HEADERS})",
        "ky.post(URL, {json: BODY, headers: HEADERS})",
        "got.post(URL, {json: BODY, headers: HEADERS})",
        "axios.create({baseURL: 'https://api.anthropic.com', headers: HEADERS})"
        ".post('/v1/messages', BODY)",
    ],
)
def test_a_request_over_plain_http_has_its_version_and_betas_in_headers(call: str) -> None:
    prompt = script(
        "const URL = 'https://api.anthropic.com/v1/messages';\n"
        "const HEADERS = {'anthropic-version': '2023-06-01', 'Anthropic-Beta': 'a, b'};\n"
        "const BODY = {model: 'm', max_tokens: 9, messages: [{role: 'user', content: 'Hi'}]};\n"
        f"const answer = await {call};"
    )
    assert prompt.request.api_version == "2023-06-01"
    assert prompt.request.betas == ("a", "b")
    assert asked(prompt) == "Hi"
    assert prompt.remarks == ()


def test_headers_of_the_client_and_of_the_call_are_those_of_the_request() -> None:
    prompt = script(
        """
        const client = new Anthropic({defaultHeaders: {'anthropic-beta': 'a'}});
        await client.messages.create({model: 'm', max_tokens: 9, messages: []},
          {headers: {'anthropic-version': '2023-06-01', 'x-trace': '1'}, timeout: 9});
        """
    )
    assert (prompt.request.api_version, prompt.request.betas) == ("2023-06-01", ("a",))
    assert "x-trace" in prompt.remarks[0].sentence


def test_betas_of_the_beta_client_are_no_part_of_the_body() -> None:
    prompt = script(
        "const a = await client.beta.messages.create({model: 'm', max_tokens: 9,\n"
        "  betas: ['a', 'b'], messages: []});"
    )
    assert prompt.request.betas == ("a", "b")
    assert "betas" not in prompt.request.body


@pytest.mark.parametrize("method", ["create", "stream", "parse", "countTokens", "toolRunner"])
def test_each_method_of_the_sdk_is_a_call(method: str) -> None:
    prompt = script(
        f"const a = client.messages.{method}({{model: 'm', max_tokens: 9, messages: []}});"
    )
    assert prompt.request.body["model"] == "m"


def test_types_are_no_part_of_the_values() -> None:
    prompt = script(
        """
        import Anthropic from '@anthropic-ai/sdk';
        type Turn = Anthropic.MessageParam;
        const turns: Array<Turn> = [{ role: 'user' as const, content: <any>'Hi' }];
        const body = { model: 'm', max_tokens: 9, messages: turns! } satisfies Body as any;
        const answer = await client.messages.create<Answer>(body);
        """
    )
    assert prompt.request.body["messages"] == [{"role": "user", "content": "Hi"}]


def test_comments_and_commas_at_the_end_are_no_part_of_the_values() -> None:
    prompt = script(
        """
        await client.messages.create({
          model: 'm', // 'the old one'
          max_tokens: 9, /* messages: [] */
          messages: [{role: 'user', content: 'http://a.b'},],
        },);
        """
    )
    assert prompt.request.body == {
        "model": "m",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "http://a.b"}],
    }


@pytest.mark.parametrize("number", ["1_024", "0x400", "1024.0", "1.024e3", "8 * 128", "1000 + 24"])
def test_numbers_are_numbers_however_they_are_written(number: str) -> None:
    prompt = script(f"client.messages.create({{model: 'm', max_tokens: {number}, messages: []}});")
    assert prompt.request.body["max_tokens"] == 1024


def test_three_dots_in_a_list_say_that_something_was_left_out() -> None:
    prompt = with_messages("const messages = [\n  {role: 'user', content: 'a'},\n  ...\n];")
    assert len(prompt.request.body["messages"]) == 1
    assert [(sentence, line) for sentence, line, _ in lost(prompt)] == [
        ("Something was left out here before.", 3)
    ]


def test_undefined_is_not_sent_and_null_is() -> None:
    prompt = with_field("system: undefined, thinking: null")
    assert "system" not in prompt.request.body
    assert prompt.request.body["thinking"] is None


def test_a_function_is_no_part_of_a_request_and_is_said() -> None:
    prompt = with_field("onText: (text) => print(text)")
    assert "onText" not in prompt.request.body
    assert [(sentence, line) for sentence, line, _ in lost(prompt)] == [
        ("A function is no part of a request.", 3)
    ]


def test_the_result_of_a_function_of_the_program_is_never_guessed() -> None:
    prompt = script(
        """
        function limit() { return 5; }
        const a = client.messages.create({model: 'm', max_tokens: limit(), messages: []});
        """
    )
    assert "max_tokens" not in prompt.request.body
    assert lost(prompt) == [
        ("The value of “max_tokens” was not understood and was left out.", 2, "limit()")
    ]


def test_curly_quotes_are_read_as_straight_ones_and_that_is_said() -> None:
    prompt = script(
        "const a = await client.messages.create({model: ‘m’, max_tokens: 9,\n"
        "  messages: [{role: “user”, content: “Don’t”}]});"
    )
    assert asked(prompt) == "Don’t"
    assert any("Curly quotes" in each.sentence for each in prompt.remarks)


def test_code_that_ends_in_the_middle_gives_what_is_there_and_says_so() -> None:
    prompt = script(
        "const a = await client.messages.create({\n  model: 'm',\n  max_tokens: 9,\n"
        "  messages: [{role: 'user', content: `Tell me ab"
    )
    assert asked(prompt) == "Tell me ab"
    assert any("ends in the middle" in sentence for sentence, _, _ in lost(prompt))


def test_a_key_in_the_program_is_taken_out() -> None:
    key = "sk-ant-" + "api03-abcdefghijklmnop"
    reading = read(
        f"const client = new Anthropic({{apiKey: '{key}'}});\nconst messages = [];\n{CALL}"
    )
    assert key not in repr(reading)
    assert [(each.kind, each.line) for each in reading.remarks] == [(Kind.KEY_REMOVED, 1)]


def test_the_nearest_name_counts() -> None:
    prompt = script(
        """
        const text = 'outer';
        async function ask(text) {
          return client.messages.create({model: 'm', max_tokens: 9,
            messages: [{role: 'user', content: text}]});
        }
        """
    )
    assert asked(prompt) == "{{text}}"


@pytest.mark.parametrize(
    ("pin", "version"), [("0.40.0", "2023-06-01"), ("^1.0.0", "2026-10-21"), ("", "")]
)
def test_the_pin_of_the_sdk_says_the_api_version(pin: str, version: str) -> None:
    package = f"@anthropic-ai/sdk@{pin}" if pin else "@anthropic-ai/sdk"
    assert with_field("system: 'S'", f"// npm install {package}").request.api_version == version


def test_a_program_without_a_call_says_what_one_looks_like() -> None:
    reading = read_javascript("const max_tokens = 9;\nconsole.log(max_tokens);")
    assert reading is not None
    assert reading.prompts == ()
    assert "client.messages.create({…})" in reading.remarks[0].sentence
