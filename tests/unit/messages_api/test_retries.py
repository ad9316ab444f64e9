import httpx
import pytest

from workbench.messages_api import (
    Attempt,
    BillingRefused,
    ConnectRefused,
    DnsFailed,
    Limits,
    MessagesApiError,
    NotMessagesApi,
    RateLimited,
)
from workbench.messages_api.retries import backoff, in_words, retry_after_seconds

from .scripted import Scripted, recorded, transport_of

NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT
GOOD = Scripted([recorded("plain.txt")])


def status(code: int, error_code: str | None = None, message: str = "m", **headers: str):
    details = f'{{"error_code":"{error_code}"}}' if error_code else "null"
    body = f'{{"type":"error","error":{{"type":"t","message":"{message}","details":{details}}}}}'
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Scripted([body.encode()], code, {"content-type": "application/json", **names})


async def run(client, request, heard: list | None = None) -> int:
    """Run a request to its end and return the tries it took."""
    on_attempt = heard.append if heard is not None else None
    async with client, client.open(request, on_attempt=on_attempt) as answer:
        _ = [event async for event in answer.events()]
        return answer.attempts


@pytest.mark.parametrize("code", [408, 409, 429, 500, 502, 503, 504, 529])
async def test_passing_troubles_are_tried_again(make_client, request_to_send, fake_time, code):
    assert await run(make_client(status(code), status(code), GOOD), request_to_send) == 3
    assert fake_time.sleeps == [0.5, 1.0]


@pytest.mark.parametrize("code", [400, 401, 402, 403, 404, 412, 413, 422])
async def test_refusals_that_stay_are_not_tried_again(make_client, request_to_send, code):
    client = make_client(status(code), GOOD)
    with pytest.raises(MessagesApiError) as caught:
        await run(client, request_to_send)
    assert len(transport_of(client).requests) == 1
    assert not caught.value.retryable
    assert "tries" not in str(caught.value)


async def test_after_two_retries_the_sentence_says_how_often(make_client, request_to_send):
    client = make_client(httpx.ConnectError("[Errno 111] Connection refused"))
    with pytest.raises(ConnectRefused) as caught:
        await run(client, request_to_send)
    sentence = "Could not reach api.anthropic.com (connection refused) after 3 tries."
    assert str(caught.value) == caught.value.sentence == sentence
    assert len(transport_of(client).requests) == 3


async def test_the_caller_hears_of_every_try_and_wait(make_client, request_to_send):
    heard: list[Attempt] = []
    await run(make_client(status(529), GOOD), request_to_send, heard)
    assert [(a.number, a.error and a.error.kind, a.wait_seconds) for a in heard] == [
        (1, None, None),
        (1, "overloaded", 0.5),
        (2, None, None),
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"retry_after": "2"},
        {"retry_after": "Fri, 15 Jan 2027 08:00:02 GMT"},
        {"retry_after_ms": "2000", "retry_after": "9"},
    ],
)
async def test_the_wait_the_api_asks_for_is_kept(make_client, request_to_send, fake_time, headers):
    await run(make_client(status(429, **headers), GOOD), request_to_send)
    assert fake_time.sleeps == [2.0]


@pytest.mark.parametrize(
    "value", ["0", "-3", "soon", "nan", "inf", "Thu, 01 Jan 1970 00:00:00 GMT"]
)
async def test_a_useless_wait_falls_back_to_our_own(make_client, request_to_send, fake_time, value):
    await run(make_client(status(429, retry_after=value), GOOD), request_to_send)
    assert fake_time.sleeps == [0.5]


async def test_a_long_wait_fails_at_once_and_says_when_to_try_again(
    make_client, request_to_send, fake_time
):
    client = make_client(status(429, retry_after="3600"), GOOD)
    with pytest.raises(RateLimited) as caught:
        await run(client, request_to_send)
    assert fake_time.sleeps == []
    assert caught.value.retry_after_seconds == 3600
    assert str(caught.value).endswith("Try again in 60 minutes.")


async def test_waits_add_up_to_at_most_a_minute(make_client, request_to_send, fake_time):
    client = make_client(status(429, retry_after="40"), status(429, retry_after="21"), GOOD)
    with pytest.raises(RateLimited):
        await run(client, request_to_send)
    assert fake_time.sleeps == [40.0]


@pytest.mark.parametrize(
    "error_code", ["enforced_spend_limit_reached", "contract_spend_limit_reached"]
)
@pytest.mark.parametrize("code", [429, 400])
async def test_a_spend_limit_is_never_tried_again(make_client, request_to_send, code, error_code):
    client = make_client(status(code, error_code, x_should_retry="true"), GOOD)
    with pytest.raises(BillingRefused) as caught:
        await run(client, request_to_send)
    assert caught.value.error_code == error_code
    assert len(transport_of(client).requests) == 1


async def test_the_api_decides_with_x_should_retry(make_client, request_to_send):
    assert await run(make_client(status(400, x_should_retry="true"), GOOD), request_to_send) == 2
    client = make_client(status(529, x_should_retry="False"), GOOD)
    with pytest.raises(MessagesApiError):
        await run(client, request_to_send)
    assert len(transport_of(client).requests) == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ReadError(""), "no_response"),
        (httpx.WriteError(""), "no_response"),
        (
            httpx.RemoteProtocolError("Server disconnected without sending a response."),
            "no_response",
        ),
        (httpx.RemoteProtocolError("illegal status line: bytearray(b'x')"), "not_messages_api"),
    ],
)
async def test_a_close_before_any_answer_is_tried_again_once(
    make_client, request_to_send, error, kind
):
    assert await run(make_client(error, GOOD), request_to_send) == 2
    client = make_client(error, error, GOOD)
    with pytest.raises(MessagesApiError) as caught:
        await run(client, request_to_send)
    assert caught.value.kind == kind
    assert caught.value.attempts == len(transport_of(client).requests) == 2


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectTimeout(""), "connect_timeout"),
        (httpx.ConnectError("[Errno -2] Name or service not known"), "dns"),
        (httpx.ConnectError(""), "connect_refused"),
        (httpx.ProxyError("503 Service Unavailable"), "connect_refused"),
    ],
)
async def test_connections_that_fail_are_tried_again(make_client, request_to_send, error, kind):
    client = make_client(error)
    with pytest.raises(MessagesApiError) as caught:
        await run(client, request_to_send)
    assert (caught.value.kind, len(transport_of(client).requests)) == (kind, 3)
    assert "api.anthropic.com" in str(caught.value)


async def test_a_wrong_certificate_is_not_tried_again(make_client, request_to_send):
    client = make_client(httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"))
    with pytest.raises(MessagesApiError) as caught:
        await run(client, request_to_send)
    assert (caught.value.kind, len(transport_of(client).requests)) == ("tls", 1)
    assert "CERTIFICATE_VERIFY_FAILED" in str(caught.value)


@pytest.mark.parametrize("silence", [httpx.ReadTimeout(""), 5.0])
async def test_silence_before_the_answer_is_not_tried_again(make_client, request_to_send, silence):
    client = make_client(silence, GOOD, limits=Limits(first_byte=0.02))
    with pytest.raises(MessagesApiError) as caught:
        await run(client, request_to_send)
    assert (caught.value.kind, len(transport_of(client).requests)) == ("no_response", 1)
    assert "may have been billed" in str(caught.value)


async def test_nothing_is_tried_again_once_a_byte_of_the_answer_arrived(
    make_client, request_to_send, fake_time
):
    client = make_client(Scripted([b"e", httpx.ReadError("")]), GOOD)
    with pytest.raises(MessagesApiError) as caught:
        await run(client, request_to_send)
    assert (caught.value.kind, fake_time.sleeps) == ("stream_cut", [])


async def test_a_host_without_an_address_is_named(make_client, request_to_send):
    client = make_client(
        httpx.ConnectError("getaddrinfo failed"), base_url="https://no-such-host.invalid"
    )
    with pytest.raises(DnsFailed, match=r"no-such-host\.invalid .* after 3 tries\. Check the"):
        await run(client, request_to_send)


async def test_redirects_are_not_followed(make_client, request_to_send):
    moved = Scripted([], 307, {"location": "https://elsewhere.example/"})
    client = make_client(moved, GOOD)
    with pytest.raises(NotMessagesApi, match="redirect"):
        await run(client, request_to_send)
    assert [r.url.host for r in transport_of(client).requests] == ["api.anthropic.com"]


def test_our_own_waits_double_up_to_eight_seconds():
    assert [backoff(n, 0.0) for n in range(6)] == [0.5, 1, 2, 4, 8, 8]
    assert backoff(2, 1.0) == 1.5


def test_a_date_is_read_against_the_wall_clock():
    headers = {"retry-after": "Fri, 15 Jan 2027 08:01:00 GMT"}
    assert retry_after_seconds(headers, NOW) == 60
    assert retry_after_seconds(headers, NOW + 61) is None
    assert retry_after_seconds({}, NOW) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.3, "1 second"), (61, "61 seconds"), (3600, "60 minutes"), (9000, "3 hours")],
)
def test_waits_are_said_in_words(seconds, words):
    assert in_words(seconds) == words
