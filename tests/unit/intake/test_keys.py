"""No key survives; what is no key stays."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.intake.detect import read
from workbench.intake.keys import REMOVED, without_keys
from workbench.intake.reading import Kind

# Put together here, so that no scanner takes this file for a leak.
TAIL = "Zk3nQ8rT0wXyV1bC9dLm"
KEYS = (
    "sk-ant-" + "api03-" + TAIL,
    "sk-ant-" + "ZkQnQrTRwXyVBCdLm",
    "sk-" + "proj-" + TAIL,
    "sk-" + TAIL,
    "AKIA" + "Q8RT0WXYV1BC9DLM",
    "ASIA" + "Q8RT0WXYV1BC9DLM",
    "AIza" + "Sy" + TAIL + "a1b2c3d4e5f6g",
    "ghp_" + TAIL + "x9",
    "github_pat_" + TAIL + "_x9",
    "gsk_" + TAIL,
    "hf_" + TAIL,
    "xoxb-" + "123456789012-" + TAIL,
    "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxMjM0" + "." + TAIL,
)
PLACES = (
    "{}",
    "x-api-key: {}",
    "-H 'x-api-key: {}'",
    '-H "Authorization: Bearer {}"',
    'api_key="{}"',
    "apiKey: '{}',",
    '{{"apiKey": "{}"}}',
    "export ANTHROPIC_API_KEY={}",
    "https://example.org/v1?key={}&a=b",
    "text before {} and after.",
)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("place", PLACES)
def test_a_key_is_taken_out_wherever_it_stands(key: str, place: str) -> None:
    text, remarks = without_keys(place.format(key))
    assert text == place.format(REMOVED)
    assert [remark.kind for remark in remarks] == [Kind.KEY_REMOVED]
    assert key[:7] not in remarks[0].sentence


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('x-api-key: "f3a9c1d27b"', f'x-api-key: "{REMOVED}"'),
        ("Authorization: Bearer 0a1b2c3d4e5f", f"Authorization: Bearer {REMOVED}"),
        ("authorization: Basic dXNlcjpwYXNz", f"authorization: Basic {REMOVED}"),
        (
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxR",
            f"aws_secret_access_key = {REMOVED}",
        ),
        ('client_secret: "8f2e1d0c9b8a7f6e5d"', f'client_secret: "{REMOVED}"'),
        ("http://ada:s3cretword@proxy:8080", f"http://ada:{REMOVED}@proxy:8080"),
        ('headers["x-api-key"] = "a1b2c3d4e5"', f'headers["x-api-key"] = "{REMOVED}"'),
        ("api_key=‘q9w8e7r6t5’", f"api_key=‘{REMOVED}’"),
    ],
)
def test_a_secret_is_known_by_the_name_before_it(text: str, left: str) -> None:
    assert without_keys(text)[0] == left


@pytest.mark.parametrize(
    "text",
    [
        "x-api-key: $ANTHROPIC_API_KEY",
        '-H "x-api-key: ${API_KEY}"',
        'api_key="your-api-key-here"',
        "API_KEY = ‘your-api-key-here‘",
        "export API_KEY=my_api_key",
        'api_key=os.environ["ANTHROPIC_API_KEY"]',
        "apiKey: process.env.ANTHROPIC_API_KEY,",
        "apiKey: process.env['ANTHROPIC_API_KEY'], // the default",
        "Authorization: Bearer <token>",
        "Bearer authentication is one way among others",
        "sk-ant-...",
        "sk-ant-xxxxxxxxxxxx",
        "AKIAIOSFODNN7EXAMPLE",
        "the sk-learn-like-interface-of-this",
        '"max_tokens": 123456789012, "token": "short"',
        '{"properties": {"api_key": {"type": "string"}}}',
        "https://example.org/a:b@c",
        '"data": "' + "AAAAsk" + "QUJD" * 40 + '"',
        "api_key=settings.anthropic.key",
    ],
)
def test_what_is_no_key_stays(text: str) -> None:
    assert without_keys(text) == (text, ())


def test_a_private_key_is_taken_out() -> None:
    block = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nQ8rT\n-----END RSA PRIVATE KEY-----"
    assert without_keys(f"a\n{block}\nb")[0] == f"a\n{REMOVED}\nb"


def test_a_remark_names_the_line() -> None:
    _, remarks = without_keys(f"one\ntwo\n{KEYS[0]}\n\n{KEYS[1]}")
    assert [remark.line for remark in remarks] == [3, 5]


def test_what_was_cleaned_is_not_cleaned_again() -> None:
    once, _ = without_keys(" ".join(KEYS) + f" x-api-key: {KEYS[0]}")
    assert without_keys(once) == (once, ())


@pytest.mark.parametrize("key", KEYS)
def test_no_key_is_anywhere_in_what_is_found(key: str) -> None:
    body = {
        "model": "claude-opus-5-5",
        "max_tokens": 9,
        "system": f"Use {key}.",
        "messages": [{"role": "user", "content": f"My key is {key}"}],
    }
    texts = [
        json.dumps(body),
        json.dumps(body)[:-1],
        json.dumps(body).replace('"', "'"),
        json.dumps({"custom_id": "a", "params": body}),
        json.dumps({"name": key, "type": "text", "prompt": f"{key}", "config": {"x": key}}),
        f"\n\nHuman: {key}\n\nAssistant:",
        f"prompts: ['{key} {{{{a}}}}']\nproviders: [{{id: x, config: {{apiKey: {key}}}}}]\n",
        f"name,secret\nAda,{key}\n",
        f"Nothing of it is understood {key}",
        f"{{{{{{ {key}",
    ]
    for text in texts:
        assert key not in repr(read(text)), text
        assert TAIL[:8] not in repr(read(text)), text


def test_a_key_that_hides_behind_escapes_is_found_in_what_was_read() -> None:
    escaped = "".join(f"\\u{ord(character):04x}" for character in KEYS[0])
    body = '{"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "KEY"}]}'
    body = body.replace("KEY", escaped)
    reading = read(body)
    assert reading.prompts[0].request.body["messages"][0]["content"] == REMOVED
    assert [remark.kind for remark in reading.prompts[0].remarks] == [Kind.KEY_REMOVED]


@given(
    st.text(alphabet=string.ascii_letters + string.digits, min_size=12, max_size=60),
    st.text(max_size=40),
    st.text(max_size=40),
)
def test_an_anthropic_key_never_survives(tail: str, before: str, after: str) -> None:
    key = "sk-ant-api03-" + "9" + tail
    reading = read(f"{before} {key} {after}")
    if not any(word in tail.lower() for word in ("your", "example", "xxxx", "here", "dummy")):
        assert key not in repr(reading)


@given(st.text())
def test_any_text_is_cleaned_without_an_error_and_keeps_its_lines(text: str) -> None:
    cleaned, _ = without_keys(text)
    assert cleaned.count("\n") == text.count("\n")
