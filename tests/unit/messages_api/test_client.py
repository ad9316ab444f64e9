import logging
import traceback

import httpx
import pytest

from workbench.messages_api import Client, Limits, MessageRequest, MessagesApiError

from .scripted import KEY, Scripted, transport_of

JSON = {"content-type": "application/json", "request-id": "req_9"}


async def refused(client, request) -> MessagesApiError:
    with pytest.raises(MessagesApiError) as caught:
        async with client, client.open(request):
            pytest.fail("an answer was given")
    return caught.value


def error_body(message: str, kind: str = "t") -> bytes:
    return b'{"type":"error","error":{"type":"%b","message":"%b"},"request_id":"req_b"}' % (
        kind.encode(),
        message.encode(),
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, "invalid_request"),
        (401, "auth"),
        (402, "billing"),
        (403, "permission"),
        (404, "not_found"),
        (408, "request_timeout"),
        (409, "conflict"),
        (413, "too_large"),
        (422, "invalid_request"),
        (429, "rate_limited"),
        (500, "upstream_error"),
        (503, "upstream_error"),
        (529, "overloaded"),
    ],
)
async def test_the_status_decides_the_kind(make_client, request_to_send, code, kind):
    error = await refused(make_client(Scripted([error_body("Words")], code, JSON)), request_to_send)
    assert (error.kind, error.http_status, error.upstream_request_id) == (kind, code, "req_9")
    assert error.error_type == "t"
    assert f"(HTTP {code})" in str(error)
    assert "Words" in str(error)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[1]", b'{"error":7}', b"<html>\0 too big</html>", b"\xff" * 10, b"x" * 5_000_000],
)
@pytest.mark.parametrize("code", [413, 500])
async def test_the_body_of_an_error_may_be_anything(make_client, request_to_send, code, body):
    pieces = [body[i : i + 65536] for i in range(0, len(body), 65536)]
    error = await refused(make_client(Scripted(pieces, code, {})), request_to_send)
    assert error.http_status == code
    assert len(error.excerpt) <= 500
    assert "\0" not in error.excerpt
    assert len(str(error)) > 20


async def test_a_cut_error_body_does_not_hide_the_status(make_client, request_to_send):
    script = Scripted([b'{"type":', httpx.ReadError("")], 401, JSON)
    assert (await refused(make_client(script), request_to_send)).kind == "auth"


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("messages.0.content.1.text: too short", "messages.0.content.1.text"),
        ("temperature: Extra inputs are not permitted", "temperature"),
        ("tools[0].name: odd", "tools[0].name"),
        ("prompt is too long: 5 tokens", None),
        ("This model does not: support it", None),
    ],
)
async def test_the_field_at_the_start_of_the_message_is_named(
    make_client, request_to_send, message, field
):
    script = Scripted([error_body(message)], 400, JSON)
    assert (await refused(make_client(script), request_to_send)).field == field


async def test_an_own_spend_limit_in_a_400_is_billing(make_client, request_to_send):
    message = "You have reached your specified API usage limits. You will regain access soon."
    script = Scripted([error_body(message, "invalid_request_error")], 400, JSON)
    assert (await refused(make_client(script), request_to_send)).kind == "billing"


async def test_a_request_that_is_too_large_is_told_its_size(make_client):
    request = MessageRequest("2026-10-21", (), {"model": "m", "x": "y" * 3 * 1024 * 1024})
    error = await refused(make_client(Scripted([], 413, {})), request)
    assert "The request has 3.0 MB." in str(error)


async def test_a_small_request_that_is_too_large_for_a_proxy_has_more_than_nothing(
    make_client, request_to_send
):
    error = await refused(make_client(Scripted([], 413, {})), request_to_send)
    assert "The request has 1 kB. Send less." in str(error)


async def test_a_beta_name_that_cannot_be_sent_is_an_invalid_request(make_client):
    error = await refused(make_client(Scripted()), MessageRequest("2026-10-21", ("a\r\nb",), {}))
    assert error.kind == "invalid_request"


async def test_the_key_is_nowhere_but_in_the_request(make_client, request_to_send, caplog):
    caplog.set_level(logging.DEBUG)
    echo = Scripted([error_body(f"bad key {KEY}")], 401, {**JSON, "request-id": KEY})
    client = make_client(echo, Scripted([KEY.encode()], headers={"content-type": f"x/{KEY}"}))
    errors = []
    for _ in range(2):
        with pytest.raises(MessagesApiError) as caught:
            async with client.open(request_to_send):
                pass
        errors.append(caught.value)
    broken = make_client(httpx.ReadError(""))
    errors.append(await refused(broken, request_to_send))
    assert transport_of(client).requests[0].headers["x-api-key"] == KEY
    for error in errors:
        everything = [str(error), repr(error), str(vars(error)), repr(client), caplog.text]
        assert KEY not in "".join(everything + traceback.format_exception(error))
        assert error.__context__ is error.__cause__ is None
    await client.aclose()


async def test_a_key_can_be_sent_as_a_bearer_token(make_client, request_to_send):
    client = make_client(Scripted([], 401, {}), auth="bearer")
    await refused(client, request_to_send)
    sent = transport_of(client).requests[0].headers
    assert (sent["authorization"], "x-api-key" in sent) == (f"Bearer {KEY}", False)


@pytest.mark.parametrize("key", ["", "sk-secret\n", "sk-sécret", "sk secret"])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(key):
    with pytest.raises(ValueError, match="API key") as caught:
        Client("https://api.anthropic.com", key)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "api.anthropic.com", "ftp://x", "http://", "http://h:port"])
def test_a_base_url_that_is_no_address_is_refused(url):
    with pytest.raises(ValueError, match="is not an address"):
        Client(url, KEY)


@pytest.mark.parametrize(
    ("base", "called"),
    [
        ("http://h:81/proxy/", "http://h:81/proxy/v1/messages"),
        ("https://h/v1/", "https://h/v1/messages"),
        ("https://h", "https://h/v1/messages"),
    ],
)
async def test_the_path_is_appended_to_the_base_url(make_client, request_to_send, base, called):
    client = make_client(Scripted([], 400, {}), base_url=base)
    await refused(client, request_to_send)
    assert str(transport_of(client).requests[0].url) == called


async def test_create_gives_the_whole_message(make_client, request_to_send):
    body = b'{"type":"message","content":[{"type":"text","text":"a\\u0000"}]}'
    async with make_client(Scripted([body], headers=JSON)) as client:
        message = await client.create(request_to_send.streaming())
    assert message["content"][0]["text"] == "a\ufffd"
    assert b"stream" not in transport_of(client).requests[0].content


async def test_create_may_wait_longer_for_its_first_byte(make_client, request_to_send):
    body = b'{"type":"message","content":[]}'
    script = Scripted([0.05, body], headers=JSON)
    async with make_client(script, limits=Limits(first_byte=0.01)) as client:
        assert (await client.create(request_to_send))["content"] == []


@pytest.mark.parametrize(
    ("pieces", "kind"),
    [
        ([b'{"type":"message"', httpx.ReadError("")], "connection_lost"),
        ([b'{"type":"message"'], "not_messages_api"),
        ([b'{"input_tokens":3}'], "not_messages_api"),
        ([error_body("m")], "stream_error_event"),
    ],
)
async def test_create_reports_what_is_no_message(make_client, request_to_send, pieces, kind):
    with pytest.raises(MessagesApiError) as caught:
        await make_client(Scripted(pieces, headers=JSON)).create(request_to_send)
    assert caught.value.kind == kind


async def test_count_tokens_sends_only_what_it_takes(make_client, request_to_send):
    async with make_client(Scripted([b'{"input_tokens":14}'], headers=JSON)) as client:
        assert await client.count_tokens(request_to_send.streaming()) == 14
    sent = transport_of(client).requests[0]
    assert sent.url.path == "/v1/messages/count_tokens"
    assert b"max_tokens" not in sent.content
    assert b"stream" not in sent.content
    assert b"claude-opus-5-5" in sent.content


async def test_all_pages_of_the_models_are_read(make_client):
    first = b'{"data":[{"id":"a"},7],"has_more":true,"last_id":"a"}'
    second = b'{"data":[{"id":"b"}],"has_more":false,"last_id":"b"}'
    client = make_client(Scripted([first], headers=JSON), Scripted([second], headers=JSON))
    assert await client.list_models() == [{"id": "a"}, {"id": "b"}]
    asked = [request.url.params for request in transport_of(client).requests]
    assert asked[0].get_list("lifecycle[]") == ["active", "deprecated", "retired"]
    assert (asked[0].get("after_id"), asked[1].get("after_id")) == (None, "a")


async def test_a_listing_that_goes_in_circles_ends(make_client):
    page = Scripted([b'{"data":[],"has_more":true,"last_id":"a"}'], headers=JSON)
    client = make_client(page)
    assert await client.list_models() == []
    assert len(transport_of(client).requests) == 2
