"""What each scenario sends, read the way the standard of server-sent events says."""

import json
import re
import zlib

import httpx
import pytest

from workbench.simulator import SCENARIOS
from workbench.simulator.scenarios.odd_text import CONTROLS, HOSTILE, LINE_SEPARATORS

ANSWER = "# A simulated answer"
FRAMINGS = [
    "crlf",
    "cr",
    "bom",
    "comments",
    "multiline",
    "no-space",
    "unnamed",
    "gzip",
    "deflate",
    "http10",
    "until-close",
    "length",
    "end-no-blank-line",
    "split",
    "burst",
    "drip tokens=40",
]
# Every token that the catalogue of upstream faults names.
TOKENS = """
hang rst-early close-early half-headers garbage status status-html status-empty status-badjson
status-huge error-event drop drop-mid-event drop-mid-json drop-mid-utf8 rst drop-clean end-mid-json
end-mid-utf8 length-short drop-before-stop end-no-blank-line stall pings drip split burst many
endless flood-line dup-delta dup-start dup-stop after-stop unknown-event unknown-delta
unknown-stop-reason unknown-block early-unknown extra-fields server-tool redacted-thinking bad-index
no-message-start null-delta json-array bad-json nan deep-json long-line gzip deflate gzip-lie crlf
cr bom comments multiline no-space unnamed linesep html-200 html-200-as-sse json-200 empty-200
no-content-204 redirect bad-utf8 nul lone-surrogate split-surrogate controls refusal max-tokens
pause-turn context-exceeded stop-sequence empty null-stop tool-cut tool-broken tool-empty tool-html
usage-missing usage-null usage-absurd hostile http10 length length-long tool thinking
"""


def read(data):
    """Return (event name, data) pairs of a stream, by the standard's rules."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    events, name, lines = [], "", []
    for line in [*re.split("\r\n|\r|\n", text), ""]:
        field, _, value = line.partition(":")
        if line == "" and lines:
            events.append((name, "\n".join(lines)))
        if line == "":
            name, lines = "", []
        elif field == "data":
            lines.append(value.removeprefix(" "))
        elif field == "event":
            name = value.removeprefix(" ")
    return events


def text_of(data):
    deltas = [json.loads(one).get("delta") for _, one in read(data)]
    return "".join(d["text"] for d in deltas if d and d.get("type") == "text_delta")


async def partial(client, line, **body):
    """Return the bytes that came and the exception that ended them, if any."""
    whole = {
        "model": "claude-opus-4-8",
        "max_tokens": 99999,
        "stream": True,
        "messages": [{"role": "user", "content": "Hello"}],
        **body,
    }
    data, error = bytearray(), None
    url, headers = "http://simulator/v1/messages", {"x-simulate": f"{line} delay=0"}
    try:
        async with client.stream("POST", url, json=whole, headers=headers) as response:
            async for piece in response.aiter_bytes():
                data += piece
    except httpx.TransportError as caught:
        error = caught
    return bytes(data), error


def test_every_fault_of_the_catalogue_has_a_scenario_and_every_scenario_a_sentence():
    assert set(TOKENS.split()) <= set(SCENARIOS)
    for name, scenario in SCENARIOS.items():
        assert scenario.name == name
        assert re.fullmatch(r"[A-Z0-9].+\.", scenario.sentence), name


@pytest.mark.parametrize("line", FRAMINGS)
async def test_every_legal_form_of_a_stream_holds_the_same_events(client, line):
    plain, _ = await partial(
        client, line.replace("drip", "answer") if "tokens" in line else "answer"
    )
    data, error = await partial(client, line)
    assert error is None
    assert text_of(data) == text_of(plain)
    assert len(read(data)) == len(read(plain))


async def test_a_compressed_stream_can_be_read_event_by_event(client, ask):
    url, headers = "http://simulator/v1/messages", {"x-simulate": "gzip delay=0.01"}
    body = {
        "model": "claude-opus-4-8",
        "max_tokens": 99,
        "stream": True,
        "messages": [{"role": "user", "content": "Hello"}],
    }
    async with client.stream("POST", url, json=body, headers=headers) as response:
        async for raw in response.aiter_raw():
            first = zlib.decompressobj(wbits=31).decompress(raw)
            break
    assert first.startswith(b"event: message_start")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("drop", "incomplete chunked read"),
        ("drop-mid-event", "incomplete chunked read"),
        ("drop-mid-json", "incomplete chunked read"),
        ("drop-mid-utf8", "incomplete chunked read"),
        ("length-long", "received"),
        ("close-early", "without sending a response"),
        ("half-headers", "without sending a response"),
        ("garbage", "illegal status line"),
    ],
)
async def test_a_cut_is_a_protocol_error(client, line, message):
    _, error = await partial(client, line)
    assert isinstance(error, httpx.RemoteProtocolError)
    assert message in str(error)


@pytest.mark.parametrize("line", ["rst", "rst-early", "rst-mid-json"])
async def test_a_reset_is_a_read_error_without_words(client, line):
    _, error = await partial(client, line)
    assert isinstance(error, httpx.ReadError)
    assert str(error) == ""


@pytest.mark.parametrize("line", ["hang", "stall", "pings every=60"])
async def test_silence_ends_at_the_limit_of_the_client(client, line, transport):
    client.timeout = httpx.Timeout(0.05)
    _, error = await partial(client, line)
    assert isinstance(error, httpx.ReadTimeout)
    assert transport.journal[-1]["ended"] == "client-gone"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("refused", httpx.ConnectError),
        ("dns", httpx.ConnectError),
        ("tls", httpx.ConnectError),
        ("timeout", httpx.ConnectTimeout),
    ],
)
async def test_there_can_be_no_connection_at_all(client, name, kind):
    _, error = await partial(client, f"connect-{name}")
    assert type(error) is kind


@pytest.mark.parametrize("after", [0, 1, 2, 5, 17])
async def test_a_cut_keeps_as_many_words_as_asked_for(client, after):
    data, _ = await partial(client, f"drop after={after}")
    assert len(re.findall(rb'"text_delta"', data)) == after


async def test_an_error_event_can_be_the_first(client):
    data, error = await partial(client, "error-event after=-1 type=api_error")
    assert error is None
    ((name, event),) = read(data)
    assert (name, json.loads(event)["error"]["type"]) == ("error", "api_error")


async def test_cuts_leave_exactly_half_of_what_they_cut(client):
    assert (await partial(client, "drop-mid-utf8"))[0].endswith(b"\xc3")
    assert (await partial(client, "end-mid-utf8"))[0].endswith(b"\xc3")
    assert (await partial(client, "drop-mid-json"))[0].endswith(b'"te')
    assert (await partial(client, "drop-mid-event"))[0].endswith(b"event: content_block_delta\n")


async def test_a_clean_end_has_no_message_stop(client):
    for line in ("drop-clean", "end-mid-json", "drop-before-stop", "length-short"):
        data, error = await partial(client, line)
        assert error is None
        assert b"message_stop" not in data
    assert b'"stop_reason":"end_turn"' in (await partial(client, "drop-before-stop"))[0]


async def test_a_cut_also_cuts_an_answer_that_is_not_streamed(client):
    data, error = await partial(client, "drop", stream=False)
    assert isinstance(error, httpx.RemoteProtocolError)
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(data)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, "invalid_request_error"),
        (401, "authentication_error"),
        (402, "billing_error"),
        (403, "permission_error"),
        (409, "conflict_error"),
        (429, "rate_limit_error"),
        (500, "api_error"),
        (504, "timeout_error"),
        (529, "overloaded_error"),
    ],
)
async def test_a_status_has_the_error_type_of_the_api(ask, code, kind):
    response = await ask(line=f"status code={code}")
    assert response.status_code == code
    assert response.json()["error"]["type"] == kind


async def test_retry_headers_are_the_ones_asked_for(ask):
    line = "code=429 retry-after=2 retry-after-ms=300 should-retry=false"
    headers = (await ask(line=line)).headers
    assert (headers["retry-after"], headers["retry-after-ms"]) == ("2", "300")
    assert headers["x-should-retry"] == "false"
    dated = (await ask(line="code=429 retry-after-date=2")).headers["retry-after"]
    assert dated.endswith("GMT")
    assert "retry-after" not in (await ask(line="code=429")).headers


async def test_a_spend_limit_carries_its_code(ask):
    error = (await ask(line="code=429 error-code=enforced_spend_limit_reached")).json()["error"]
    assert error["details"] == {"error_code": "enforced_spend_limit_reached"}
    assert "usage limits" in error["message"]


async def test_other_bodies_are_what_their_names_say(ask):
    assert (await ask(line="status-html code=413")).text.startswith("<!doctype html>")
    assert (await ask(line="status-empty")).content == b""
    assert len((await ask(line="status-huge")).content) > 5_000_000
    assert (await ask(line="no-content-204")).status_code == 204
    assert (await ask(line="empty-200", stream=True)).content == b""
    assert (await ask(line="json-200", stream=True)).json()["type"] == "message"
    as_stream = await ask(line="html-200-as-sse")
    assert as_stream.headers["content-type"].startswith("text/event-stream")
    assert "request-id" not in as_stream.headers
    moved = await ask(line="redirect")
    assert (moved.status_code, "location" in moved.headers) == (302, True)


async def test_a_false_gzip_cannot_be_decoded(client):
    url, headers = "http://simulator/v1/messages", {"x-simulate": "gzip-lie delay=0"}
    turns = [{"role": "user", "content": "Hi"}]
    body = {"model": "claude-opus-4-8", "max_tokens": 9, "stream": True, "messages": turns}
    with pytest.raises(httpx.DecodingError):
        await client.post(url, json=body, headers=headers)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("refusal", "refusal"),
        ("refusal-text", "refusal"),
        ("max-tokens", "max_tokens"),
        ("pause-turn", "pause_turn"),
        ("context-exceeded", "model_context_window_exceeded"),
        ("stop-sequence", "stop_sequence"),
        ("empty", "end_turn"),
        ("null-stop", None),
        ("tool", "tool_use"),
        ("tool-cut", "max_tokens"),
        ("unknown-stop-reason", "quantum_pause"),
    ],
)
async def test_an_answer_ends_for_the_reason_in_its_name(ask, events, line, reason):
    assert (await ask(line=line)).json()["stop_reason"] == reason
    stream = await events(line=line)
    assert stream[-2]["delta"]["stop_reason"] == reason
    assert stream[-1] == {"type": "message_stop"}


async def test_a_refusal_tells_its_category(ask):
    message = (await ask(line="refusal")).json()
    assert message["content"] == []
    assert message["stop_details"]["category"] == "cyber"


@pytest.mark.parametrize(
    ("line", "text"),
    [("hostile", HOSTILE), ("controls", CONTROLS), ("linesep", LINE_SEPARATORS)],
)
async def test_odd_text_arrives_unchanged(client, ask, line, text):
    data, _ = await partial(client, line)
    assert text_of(data) == text
    assert (await ask(line=line)).json()["content"][-1]["text"] == text


@pytest.mark.parametrize(
    "needle",
    [
        "<script>",
        "onerror=",
        "javascript:",
        "https://evil.example/pixel.png",
        "<iframe",
        'http-equiv="refresh"',
        "hx-get=",
        "<style>",
        "<form",
        "<title>",
        "</main></body></html>",
        '![image](https://evil.example/markdown.png "a \\" quote")',
        "onmouseover",
    ],
)
def test_the_hostile_text_holds_every_kind_of_attack(needle):
    assert needle in HOSTILE


async def test_line_separators_are_raw_bytes_inside_the_json(client):
    data, _ = await partial(client, "linesep")
    assert "\u2028".encode() in data
    assert "\x85".encode() in data


async def test_surrogates_come_alone_and_in_two_events(client):
    assert "\ud83d" in text_of((await partial(client, "lone-surrogate"))[0])
    data, _ = await partial(client, "split-surrogate")
    assert data.count(b"text_delta") == 2
    assert text_of(data).encode("utf-16", "surrogatepass").decode("utf-16") == "smile 😀 done"


async def test_broken_events_stand_between_whole_ones(client):
    for line in ("bad-json", "json-array", "null-delta", "deep-json", "bad-utf8", "bad-index"):
        data, error = await partial(client, line)
        assert error is None
        assert data.endswith(b'data: {"type":"message_stop"}\n\n')
        assert ANSWER.encode() not in data  # the words come one by one
        assert data.count(b"event: ") > 100
    assert b"\xff\xfe\xc3" in (await partial(client, "bad-utf8"))[0]
    assert b"NaN" in (await partial(client, "nan"))[0]
    assert b"[" * 100_000 in (await partial(client, "deep-json"))[0]


async def test_doubled_and_added_events(client, events):
    plain = await events()
    assert len(await events(line="dup-delta")) == len(plain) + 1
    assert len(await events(line="dup-start")) == len(plain) + 2
    assert len(await events(line="dup-stop")) == len(plain) + 2
    assert (await events(line="early-unknown"))[0]["type"] == "queue_position"
    assert "execute" in [event["type"] for event in await events(line="unknown-event")]
    assert (await events(line="extra-fields"))[0]["message"]["zz_new"]
    data, _ = await partial(client, "after-stop")
    assert data.endswith(b"data: {nonsense\n\nxyz")


async def test_usage_can_be_missing_null_or_absurd(events):
    assert "usage" not in (await events(line="usage-missing"))[0]["message"]
    assert (await events(line="usage-null"))[-2]["usage"] is None
    assert (await events(line="usage-absurd"))[-2]["usage"]["input_tokens"] == 2**63


async def test_a_long_line_is_one_event_of_the_size_asked_for(client):
    data, _ = await partial(client, "long-line bytes=2000000")
    assert max(map(len, data.split(b"\n"))) > 2_000_000


@pytest.mark.parametrize("line", ["endless", "flood-line"])
async def test_a_stream_without_end_goes_on_until_the_client_leaves(client, line, transport):
    url, headers = "http://simulator/v1/messages", {"x-simulate": f"{line} delay=0"}
    turns = [{"role": "user", "content": "Hi"}]
    body = {"model": "claude-opus-4-8", "max_tokens": 9, "stream": True, "messages": turns}
    size = 0
    async with client.stream("POST", url, json=body, headers=headers) as response:
        async for piece in response.aiter_raw():
            size += len(piece)
            if size > 1_000_000:
                break
    assert transport.journal[-1]["ended"] == "client-gone"
