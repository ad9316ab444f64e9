import asyncio
import gzip
import json
import zlib

import httpx
import pytest

from workbench.messages_api import Accumulator, Client, Limits, MessagesApiError, NotMessagesApi

from .scripted import KEY, Scripted, ScriptedStream, recorded, sse, transport_of

PLAIN = recorded("plain.txt")
START = sse('{"type":"message_start","message":{"id":"m"}}')
PING = sse('{"type":"ping"}')
STOP = sse('{"type":"message_stop"}')


async def types(client, request) -> list[str]:
    async with client, client.open(request) as answer:
        return [event.type async for event in answer.events()]


async def failure(client, request) -> tuple[MessagesApiError, list[str]]:
    """Return the error of a request and the types of the events that came before it."""
    seen: list[str] = []

    async def run() -> None:
        async with client, client.open(request) as answer:
            async for event in answer.events():
                seen.append(event.type)

    with pytest.raises(MessagesApiError) as caught:
        await run()
    assert len(str(caught.value)) > 20
    return caught.value, seen


async def test_a_good_answer_ends_after_its_last_event(make_client, request_to_send):
    client = make_client(Scripted([PLAIN + sse('{"type":"late"}')]))
    seen = await types(client, request_to_send)
    assert (seen[0], seen[-1], len(seen)) == ("message_start", "message_stop", 9)
    sent = transport_of(client).requests[0]
    assert json.loads(sent.content)["stream"] is True
    assert str(sent.url) == "https://api.anthropic.com/v1/messages"
    assert sent.headers["anthropic-version"] == "2026-10-21"


async def test_each_event_is_given_out_before_the_next_bytes_arrive(make_client, request_to_send):
    log: list[str] = []
    pieces = [START, lambda: log.append("more bytes"), STOP]
    async with make_client(Scripted(pieces)) as client, client.open(request_to_send) as answer:
        async for event in answer.events():
            log.append(event.type)
    assert log == ["message_start", "more bytes", "message_stop"]


async def test_no_event_repeats_the_key(make_client, request_to_send):
    echo = f'{{"type":"error","error":{{"type":"authentication_error","message":"bad {KEY}"}}}}'
    client, events = make_client(Scripted([START, sse(echo)])), []

    async def read() -> None:
        async with client, client.open(request_to_send) as answer:
            async for event in answer.events():
                events.append(event)

    with pytest.raises(MessagesApiError):
        await read()
    assert events[1].data["error"]["message"] == "bad [API key]"
    assert not any(KEY.encode() in event.raw for event in events)


async def test_what_the_answer_tells_about_itself(make_client, request_to_send):
    headers = {"content-type": "text/event-stream", "request-id": "req_1", "set-cookie": "c=1"}
    script = Scripted([PLAIN], headers={**headers, "X-Echo": f"k {KEY}"})
    async with make_client(script) as client, client.open(request_to_send) as answer:
        _ = [event async for event in answer.events()]
    assert (answer.http_status, answer.upstream_request_id, answer.attempts) == (200, "req_1", 1)
    assert ("content-type", "text/event-stream") in answer.headers
    assert ("x-echo", "k [API key]") in answer.headers
    assert "set-cookie" not in dict(answer.headers)
    assert answer.body_bytes == len(PLAIN)


@pytest.mark.parametrize(
    ("auth", "name", "shown"),
    [("x-api-key", "x-api-key", ""), ("bearer", "authorization", "Bearer ")],
)
async def test_the_sent_headers_show_the_end_of_the_key_alone(
    make_client, request_to_send, auth, name, shown
):
    async with (
        make_client(Scripted([PLAIN]), auth=auth) as client,
        client.open(request_to_send) as answer,
    ):
        sent = dict(answer.sent_headers)
    assert sent[name] == f"{shown}…{KEY[-4:]}"
    assert sent["anthropic-version"] == "2026-10-21"
    assert sent["accept"] == "text/event-stream"
    assert KEY not in str(sent)


@pytest.mark.parametrize(
    ("pieces", "kind", "began", "seen"),
    [
        ([START, b"data: {", httpx.ReadError("")], "stream_cut", True, ["message_start"]),
        ([httpx.RemoteProtocolError("peer closed")], "stream_cut", False, []),
        ([START, PING], "stream_incomplete", True, ["message_start", "ping"]),
        ([PING], "stream_incomplete", False, ["ping"]),
        ([START, b'data: {"type":"message_st'], "stream_incomplete", True, ["message_start"]),
        ([], "not_messages_api", False, []),
        ([b"<html><p>Log in</p></html>"], "not_messages_api", False, []),
        ([sse('{"type":"strange"}')], "stream_incomplete", True, ["strange"]),
        ([b"\xef\xbb\xbf\nevent: mess"], "stream_incomplete", False, []),
    ],
)
async def test_an_answer_without_its_end_is_an_error(
    make_client, request_to_send, pieces, kind, began, seen
):
    error, events = await failure(make_client(Scripted(pieces)), request_to_send)
    assert (error.kind, error.began, events) == (kind, began, seen)
    assert error.http_status == 200


async def test_a_last_event_without_its_blank_line_counts(make_client, request_to_send):
    client = make_client(Scripted([START, STOP.rstrip(b"\n")]))
    assert await types(client, request_to_send) == ["message_start", "message_stop"]


@pytest.mark.parametrize("before", [b"", START])
async def test_an_error_event_is_given_out_and_raised(make_client, request_to_send, before):
    event = f'{{"type":"error","error":{{"type":"overloaded_error","message":"Full {KEY}"}}}}'
    client = make_client(Scripted([before, b"event: error\n" + sse(event)]))
    error, seen = await failure(client, request_to_send)
    assert (error.kind, error.error_type) == ("stream_error_event", "overloaded_error")
    assert (error.began, seen[-1], error.retryable) == (bool(before), "error", False)
    assert str(error).endswith("Full [API key].")


async def test_a_stall_ends_the_answer(make_client, request_to_send):
    limits = Limits(between_bytes=0.02)
    client = make_client(Scripted([START, 5.0, STOP]), limits=limits)
    error, seen = await failure(client, request_to_send)
    assert (error.kind, seen) == ("stall", ["message_start"])
    assert transport_of(client).streams[0].is_closed


async def test_headers_without_a_body_are_no_response(make_client, request_to_send):
    client = make_client(Scripted([5.0]), limits=Limits(first_byte=0.02))
    error, _ = await failure(client, request_to_send)
    assert (error.kind, error.began) == ("no_response", False)


async def test_pings_keep_the_connection_but_are_no_progress(
    make_client, request_to_send, fake_time
):
    pieces = [START] + [fake_time.advance(100), PING] * 20
    error, seen = await failure(make_client(Scripted(pieces)), request_to_send)
    assert (error.kind, seen.count("ping")) == ("no_progress", 9)


async def test_new_content_is_progress_until_the_whole_time_is_over(
    make_client, request_to_send, fake_time
):
    delta = sse('{"type":"content_block_delta"}')
    pieces = [START] + [fake_time.advance(100), delta] * 50
    error, seen = await failure(make_client(Scripted(pieces)), request_to_send)
    assert (error.kind, len(seen)) == ("too_long", 37)


@pytest.mark.parametrize(
    ("limits", "pieces"),
    [
        (Limits(answer_bytes=1000), [START] + [PING] * 200),
        (Limits(event_bytes=1000), [START, b"data: " + b"x" * 500, b"x" * 600]),
    ],
)
async def test_endless_output_is_stopped(make_client, request_to_send, limits, pieces):
    error, seen = await failure(make_client(Scripted(pieces), limits=limits), request_to_send)
    assert (error.kind, error.began, seen[0]) == ("too_big", True, "message_start")


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_compressed_answers_are_read(make_client, request_to_send, coding, pack):
    headers = {"content-type": "text/event-stream", "content-encoding": coding}
    client = make_client(Scripted([pack(PLAIN)], headers=headers))
    assert (await types(client, request_to_send))[-1] == "message_stop"


async def test_false_gzip_is_not_the_messages_api(make_client, request_to_send):
    headers = {"content-type": "text/event-stream", "content-encoding": "gzip"}
    error, _ = await failure(make_client(Scripted([PLAIN], headers=headers)), request_to_send)
    assert (error.kind, error.began) == ("not_messages_api", False)


@pytest.mark.parametrize(
    "script",
    [
        Scripted([b"<html>Log in</html>"], headers={"content-type": "text/html; charset=utf-8"}),
        Scripted([b"<html>Log in</html>"]),
        Scripted([b"<html>Log in</html>"], headers={"content-type": "application/json"}),
        Scripted([b'{"ok":true}'], headers={"content-type": "application/json"}),
        Scripted([b""]),
        Scripted([], headers={}),
        Scripted([], 204, {}),
        Scripted([], 302, {"location": "/login"}),
        Scripted([b"{}"], 202, {"content-type": "application/json"}),
    ],
)
async def test_a_proxy_or_login_page_is_recognised(make_client, request_to_send, script):
    client = make_client(script)
    error, seen = await failure(client, request_to_send)
    assert isinstance(error, NotMessagesApi)
    assert (error.began, seen, len(transport_of(client).requests)) == (False, [], 1)
    assert "Check the base URL." in str(error)
    assert error.excerpt == "" or error.excerpt.startswith(("<html>Log in", "{"))


MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [
        {"type": "thinking", "thinking": "Hm", "signature": "s"},
        {"type": "text", "text": "Hello\r\n", "citations": None},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"a": [1]}},
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 3, "output_tokens": 2**70},
}


async def test_bytes_of_a_whole_json_message_that_are_no_text_are_counted(
    make_client, request_to_send
):
    body = json.dumps(MESSAGE).encode().replace(b'"m"', b'"m\xff"')
    script = Scripted([body], headers={"content-type": "application/json"})
    async with make_client(script).open(request_to_send) as answer:
        assert sum([event.invalid_bytes async for event in answer.events()]) == 1


async def test_a_whole_json_message_is_accepted_as_the_answer(make_client, request_to_send):
    body = json.dumps(MESSAGE).encode()
    script = Scripted([body[:50], body[50:]], headers={"content-type": "application/json"})
    accumulator, kinds = Accumulator(), []
    async with make_client(script) as client, client.open(request_to_send) as answer:
        async for event in answer.events():
            kinds.append(accumulator.apply(event).kind)
    result = accumulator.result()
    assert (kinds[0], kinds[-1], accumulator.ignored) == ("message", "end", 0)
    assert result["content"][1]["text"] == "Hello\n"
    assert dict({**result, "content": 0}.items()) == {**MESSAGE, "content": 0}
    assert result["content"][::2] == MESSAGE["content"][::2]


async def test_an_error_object_with_status_200_is_an_error(make_client, request_to_send):
    body = b'{"type":"error","error":{"type":"api_error","message":"Broken"}}'
    script = Scripted([body], headers={"content-type": "application/json"})
    error, _ = await failure(make_client(script), request_to_send)
    assert (error.kind, error.error_type) == ("stream_error_event", "api_error")


async def test_cancelling_closes_the_connection_at_once(make_client, request_to_send):
    is_reading = asyncio.Event()
    client = make_client(Scripted([START, is_reading.set, 60.0]))
    task = asyncio.create_task(types(client, request_to_send))
    await is_reading.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 1)
    assert transport_of(client).streams[0].is_closed


async def test_cancelling_works_while_waiting_for_the_answer(make_client, request_to_send):
    task = asyncio.create_task(types(make_client(60.0), request_to_send))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 1)


async def test_a_complete_answer_is_read_to_its_end_so_that_its_connection_is_used_again(
    make_client, request_to_send
):
    log: list[str] = []
    await types(make_client(Scripted([START, STOP, lambda: log.append("end")])), request_to_send)
    assert log == ["end"]


async def test_an_upstream_that_goes_on_after_the_end_does_not_hold_us_up(
    make_client, request_to_send
):
    client = make_client(Scripted([START, STOP, 60.0]))
    await asyncio.wait_for(types(client, request_to_send), 1)
    assert transport_of(client).streams[0].is_closed


async def test_leaving_early_closes_the_connection(make_client, request_to_send):
    client = make_client(Scripted([START, 60.0]))
    async with client, client.open(request_to_send) as answer:
        async for _event in answer.events():
            break
    assert transport_of(client).streams[0].is_closed


class HandshakeTransport(httpx.AsyncBaseTransport):
    """Makes a connection and then hangs, as a peer does that never finishes its TLS handshake."""

    def __init__(self) -> None:
        self.is_waiting = asyncio.Event()
        self.socket = ScriptedStream([])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        made = {"return_value": self.socket}
        await request.extensions["trace"]("connection.connect_tcp.complete", made)
        self.is_waiting.set()
        await asyncio.sleep(60)
        raise AssertionError("nobody cancelled")


async def test_cancelling_a_handshake_closes_its_socket(request_to_send):
    transport = HandshakeTransport()
    client = Client("https://api.anthropic.com", KEY, transport=transport)
    task = asyncio.create_task(types(client, request_to_send))
    await transport.is_waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert transport.socket.is_closed
