"""Commands of curl as requests, in the shells they are written for."""

from __future__ import annotations

import json
from subprocess import list2cmdline
from typing import Any

import pytest

from workbench.intake.curl import read_curl
from workbench.intake.detect import read
from workbench.intake.reading import FoundPrompt, Kind

from .readers import asked, lost, names, only

ADDRESS = "https://api.anthropic.com/v1/messages"
BODY: dict[str, Any] = {
    "model": "m",
    "max_tokens": 9,
    "messages": [{"role": "user", "content": "Hi"}],
}
TEXT = json.dumps(BODY)


def curl(code: str) -> FoundPrompt:
    return only(read_curl, code)


@pytest.mark.parametrize(
    "options",
    [
        f"-d '{TEXT}'",
        f"-d'{TEXT}'",
        f"-sSNd '{TEXT}'",
        f"--data '{TEXT}'",
        f"--data='{TEXT}'",
        f"--data-raw '{TEXT}'",
        f"--data-binary '{TEXT}'",
        f"--json '{TEXT}'",
        f"-X POST --max-time 60 -o answer.json -w '%{{http_code}}' -d '{TEXT}'",
        f"-d {json.dumps(TEXT)}",
        f"-d $'{TEXT}'",
        f"\\\n  -H 'content-type: application/json' \\\n  -d '{TEXT}'",
    ],
)
def test_each_way_to_send_data_is_a_body(options: str) -> None:
    prompt = curl(f"curl {ADDRESS} {options}")
    assert prompt.request.body == BODY
    assert prompt.remarks == ()


def test_several_pieces_of_data_are_joined() -> None:
    prompt = curl(
        f'curl {ADDRESS} -d \'{{"model": "m", "max_tokens": 9, "messages": [], "system": "a\' '
        "-d 'b\"}'"
    )
    assert prompt.request.body["system"] == "a&b"


def test_several_headers_are_the_version_the_betas_and_what_is_not_kept() -> None:
    prompt = curl(
        f"curl {ADDRESS} -H 'anthropic-version: 2023-06-01' -H 'anthropic-beta: a,b' \\\n"
        f"  --header \"X-Api-Key: $KEY\" --header 'X-Trace: 1' -H 'Accept;' -d '{TEXT}'"
    )
    assert prompt.request.api_version == "2023-06-01"
    assert prompt.request.betas == ("a", "b")
    assert [(each.kind, each.sentence) for each in prompt.remarks] == [
        (Kind.LEFT_OUT, "Headers that a request does not keep here: x-trace.")
    ]


@pytest.mark.parametrize("begin", ["$ ", "time ", "result=$(", "sudo -E ", "A=1 "])
def test_a_command_may_stand_behind_other_words(begin: str) -> None:
    end = ")" if begin.endswith("(") else ""
    assert curl(f"{begin}curl {ADDRESS} -d '{TEXT}'{end}").request.body == BODY


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("'It'\\''s'", "It's"),
        ("'It'\"'\"'s'", "It's"),
        ('"It\'s \\"so\\" \\$5 \\`x\\` \\\\"', 'It\'s "so" $5 `x` \\'),
        ("$'It\\'s\\ta \\u00e9 \\x41'", "It's\ta é A"),
        ("a\\ b", "a b"),
    ],
)
def test_quotes_of_a_shell_are_gone_from_the_text(written: str, text: str) -> None:
    prompt = curl(f"curl {ADDRESS} -H anthropic-beta:{written} -d '{TEXT}'")
    assert prompt.request.betas == (text,)


def test_a_here_document_is_the_body_and_its_variables_are_filled_in() -> None:
    prompt = curl(
        f"""
        NAME=Ada
        curl {ADDRESS} --data @- <<EOF
        {{"model": "m", "max_tokens": 9, "messages": [
          {{"role": "user", "content": "$NAME and ${{PLACE:-Rome}} for \\$5 and $TIME"}}]}}
        EOF
        """
    )
    assert asked(prompt) == "Ada and {{PLACE}} for $5 and {{TIME}}"
    assert [(each.name, each.default) for each in prompt.variables] == [
        ("PLACE", "Rome"),
        ("TIME", ""),
    ]


@pytest.mark.parametrize("quoted", ["'EOF'", '"EOF"', "\\EOF"])
def test_a_quoted_here_document_keeps_its_dollars(quoted: str) -> None:
    body = json.dumps({**BODY, "system": "$NAME `x` \\"})
    prompt = curl(f"curl {ADDRESS} -d @- <<{quoted}\n{body}\nEOF\n")
    assert prompt.request.body["system"] == "$NAME `x` \\"
    assert prompt.variables == ()


@pytest.mark.parametrize(
    "command",
    [
        "cat <<'EOF' | curl {address} -d @-\n{body}\nEOF",
        "echo '{body}' | curl {address} -d @-",
        "curl {address} -d @- <<< '{body}'",
        "curl {address} -d @/dev/stdin <<'EOF'\n{body}\nEOF",
    ],
)
def test_a_body_that_another_command_writes_is_found(command: str) -> None:
    prompt = curl(command.replace("{address}", ADDRESS).replace("{body}", TEXT))
    assert prompt.request.body == BODY


def test_a_body_in_a_file_is_taken_from_it_or_said_to_be_missing() -> None:
    command = f"curl {ADDRESS} -d @./request.json"
    with_file = read_curl(command, "", {"request.json": TEXT})
    without = read_curl(command)
    assert with_file is not None
    assert without is not None
    assert with_file.prompts[0].request.body == BODY
    assert without.prompts == ()
    assert "request.json, which is not in the text" in without.remarks[0].sentence


@pytest.mark.parametrize("written", ["$NAME", "${NAME}", "'\"$NAME\"'", "'\"${NAME}\"'"])
def test_a_variable_in_a_body_is_a_variable_here(written: str) -> None:
    quote = '"' if written.startswith("$") else "'"
    body = TEXT.replace("Hi", f"Hi {written}")
    data = body.replace('"', '\\"') if quote == '"' else body
    prompt = curl(f"curl {ADDRESS} -d {quote}{data}{quote}")
    assert asked(prompt) == "Hi {{NAME}}"
    assert names(prompt) == ["NAME"]


def test_a_dollar_in_single_quotes_is_only_a_dollar() -> None:
    prompt = curl(f"curl {ADDRESS} -d '{TEXT.replace('Hi', '$NAME $5')}'")
    assert asked(prompt) == "$NAME $5"


def test_a_number_that_is_a_variable_is_never_guessed() -> None:
    data = json.dumps(TEXT.replace("9", "$LIMIT"))
    prompt = curl(f"curl {ADDRESS} -d {data}")
    assert "max_tokens" not in prompt.request.body
    assert lost(prompt) == [
        ("The value of “LIMIT” for “max_tokens” is not in the text.", 1, "LIMIT")
    ]


def test_windows_quotes_and_carets_are_read() -> None:
    body = {**BODY, "system": 'C:\\temp "x"'}
    data = list2cmdline([json.dumps(body)])
    prompt = curl(f'curl {ADDRESS} ^\n  -H "anthropic-version: 2023-06-01" ^\n  -d {data}')
    assert prompt.request.body == body
    assert prompt.request.api_version == "2023-06-01"


def test_a_variable_of_windows_is_a_variable_here() -> None:
    data = json.dumps(TEXT.replace("Hi", "Hi %USERNAME%"))
    assert names(curl(f"curl {ADDRESS} ^\n  -d {data}")) == ["USERNAME"]


def test_powershell_with_its_backticks_and_its_own_command_is_read() -> None:
    prompt = curl(
        f"Invoke-RestMethod -Uri {ADDRESS} -Method Post `\n"
        '  -Headers @{ "anthropic-version" = "2023-06-01"; "x-api-key" = $env:KEY } `\n'
        f"  -Body '{TEXT}'"
    )
    assert prompt.request.body == BODY
    assert prompt.request.api_version == "2023-06-01"


def test_curly_quotes_are_read_as_straight_ones_and_that_is_said() -> None:
    prompt = curl(f"curl {ADDRESS} -d ‘{TEXT}’")
    assert prompt.request.body == BODY
    assert any("Curly quotes" in each.sentence for each in prompt.remarks)


def test_a_command_that_ends_in_the_middle_gives_what_is_there_and_says_so() -> None:
    prompt = curl(f"curl {ADDRESS} \\\n  -d '{TEXT[:-4]}")
    assert asked(prompt) == "Hi"
    assert any("not whole" in sentence for sentence, _, _ in lost(prompt))


def test_an_elision_in_the_body_is_said() -> None:
    data = TEXT.replace("[{", "[..., {")
    prompt = curl(f"curl {ADDRESS} -d '{data}'")
    assert prompt.request.body == BODY
    assert lost(prompt) != []


def test_the_address_says_which_api_it_is() -> None:
    old = {"model": "claude-2.1", "prompt": "\n\nHuman: Hi\n\nAssistant:"}
    address = "https://api.anthropic.com/v1/complete"
    prompt = curl(f"curl {address} -d {json.dumps(json.dumps(old))}")
    assert prompt.request.body["messages"] == [{"role": "user", "content": "Hi"}]


def test_each_command_of_a_script_is_a_prompt() -> None:
    other = TEXT.replace("Hi", "Ho")
    reading = read_curl(
        f"curl {ADDRESS} -d '{TEXT}'\ncurl https://a.b/c\ncurl {ADDRESS} -d '{other}'"
    )
    assert reading is not None
    assert [asked(prompt) for prompt in reading.prompts] == ["Hi", "Ho"]


def test_a_form_is_no_body_and_that_is_said() -> None:
    reading = read_curl(f"curl {ADDRESS} -F file=@cat.png")
    assert reading is not None
    assert reading.prompts == ()
    assert [(each.sentence, each.text) for each in reading.remarks[:1]] == [
        ("A form of several parts is no request with a JSON body.", "file=@cat.png")
    ]


def test_a_key_in_a_header_is_taken_out() -> None:
    key = "sk-ant-" + "api03-abcdefghijklmnop"
    reading = read(f"curl {ADDRESS} \\\n  -H 'x-api-key: {key}' \\\n  -d '{TEXT}'")
    assert key not in repr(reading)
    assert [(each.kind, each.line) for each in reading.remarks] == [(Kind.KEY_REMOVED, 2)]
    assert reading.prompts[0].request.body == BODY


def test_a_command_without_a_body_says_what_it_needs() -> None:
    reading = read_curl(f"curl {ADDRESS} -H 'a: b'")
    assert reading is not None
    assert reading.prompts == ()
    assert "needs -d with the JSON" in reading.remarks[0].sentence


def test_the_word_curl_in_a_sentence_is_no_command() -> None:
    assert read_curl("You may use curl for this.") is None
