"""Answers with another status or another kind of body than a message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from workbench.simulator.calls import Wish
from workbench.simulator.replies import Framing, Piece, Reply, error_reply, json_reply, plain_reply
from workbench.simulator.stage import Register, Scope, Stage
from workbench.simulator.streams import CONTENT_TYPE

REGISTER = Register()
EVERYWHERE = Scope.EVERYWHERE

# type and message by status: https://docs.anthropic.com/en/api/errors (2026-10)
_BY_STATUS = {
    400: ("invalid_request_error", "max_tokens: 900000 > 128000, which is the maximum allowed"),
    401: ("authentication_error", "invalid x-api-key"),
    402: ("billing_error", "There is a problem with the payment for this organization"),
    403: ("permission_error", "Your API key does not have permission to use this resource"),
    404: ("not_found_error", "Not found"),
    408: ("timeout_error", "Request timeout"),
    409: ("conflict_error", "The state of the resource changed in the meantime"),
    413: ("request_too_large", "Request exceeds the maximum size"),
    422: ("invalid_request_error", "messages.0: Unprocessable"),
    429: ("rate_limit_error", "This request would exceed your rate limit"),
    500: ("api_error", "Internal server error"),
    502: ("api_error", "Bad gateway"),
    503: ("api_error", "Service unavailable"),
    504: ("timeout_error", "The request took too long; use streaming"),
    529: ("overloaded_error", "Overloaded"),
}
_SPEND = "You have reached your specified API usage limits"
_PAGE = (
    "<!doctype html><html><head><title>{code} | Proxy</title></head><body>"
    "<h1>{code} from a proxy</h1><script>document.title='script ran'</script>"
    "<p>Please sign in to continue.</p></body></html>"
)
HUGE = 5_000_000  # bytes


@REGISTER.add("status", EVERYWHERE)
def status(stage: Stage) -> Reply:
    """An error as the API sends it (code=, error-code=, retry-after=)."""
    wish = stage.call.wish
    code = _code(wish, 500)
    error_type, message = _BY_STATUS.get(code, ("api_error", "Simulated error"))
    error_code = wish.options.get("error-code", "")
    if error_code.endswith("spend_limit_reached"):
        message = _SPEND
    return error_reply(
        code,
        wish.options.get("type", error_type),
        message,
        request_id=stage.call.request_id,
        error_code=error_code,
        headers=_retry_headers(wish),
    )


@REGISTER.add("status-html", EVERYWHERE)
def status_html(stage: Stage) -> Reply:
    """An error with an HTML page from a proxy (code=)."""
    return _page(_code(stage.call.wish, 502), stage.call.wish)


@REGISTER.add("status-empty", EVERYWHERE)
def status_empty(stage: Stage) -> Reply:
    """An error without a body (code=)."""
    reply = plain_reply(_code(stage.call.wish, 503), b"", "", _retry_headers(stage.call.wish))
    reply.bare = True
    return reply


@REGISTER.add("status-badjson", EVERYWHERE)
def status_badjson(stage: Stage) -> Reply:
    """An error whose JSON is cut (code=)."""
    body = b'{"type":"error","error":{"type":"api_error","mess'
    code = _code(stage.call.wish, 500)
    return plain_reply(code, body, "application/json", _retry_headers(stage.call.wish))


@REGISTER.add("status-huge", EVERYWHERE)
def status_huge(stage: Stage) -> Reply:
    """An error with a body of 5 MB (code=)."""
    code, piece = _code(stage.call.wish, 500), Piece(b"<p>x</p>" * 8192)
    count = HUGE // len(piece.data) + 1
    headers = [("content-type", "text/html"), *_retry_headers(stage.call.wish)]
    return Reply(code, headers, [piece] * count, framing=Framing.LENGTH)


@REGISTER.add("html-200", EVERYWHERE)
def html_200(stage: Stage) -> Reply:
    """200 with an HTML page from a login or proxy."""
    return _page(200, stage.call.wish)


@REGISTER.add("html-200-as-sse", EVERYWHERE)
def html_200_as_sse(stage: Stage) -> Reply:
    """200 with an HTML page that claims to be a stream."""
    reply = plain_reply(200, _PAGE.format(code=200).encode(), CONTENT_TYPE)
    reply.bare = True
    return reply


@REGISTER.add("json-200")
def json_200(stage: Stage) -> Reply:
    """A whole JSON message although a stream was asked for."""
    return json_reply(200, stage.answer().message())


@REGISTER.add("other-json-200", EVERYWHERE)
def other_json_200(stage: Stage) -> Reply:
    """200 with JSON that is no message."""
    return json_reply(200, {"object": "chat.completion", "choices": []})


@REGISTER.add("empty-200", EVERYWHERE)
def empty_200(stage: Stage) -> Reply:
    """200 with an empty body that claims to be a stream."""
    return plain_reply(200, b"", CONTENT_TYPE)


@REGISTER.add("no-content-204", EVERYWHERE)
def no_content_204(stage: Stage) -> Reply:
    """204 without a body."""
    return Reply(204, [], [])


@REGISTER.add("redirect", EVERYWHERE)
def redirect(stage: Stage) -> Reply:
    """302 to another host, which must not be followed."""
    where = stage.call.wish.options.get("to", "http://redirected.invalid/v1/messages")
    reply = plain_reply(_code(stage.call.wish, 302), b"", "", [("location", where)])
    reply.bare = True
    return reply


def _code(wish: Wish, default: int) -> int:
    code = wish.count("code", default)
    return code if 200 <= code <= 599 else default


def _page(code: int, wish: Wish) -> Reply:
    data = _PAGE.format(code=code).encode()
    reply = plain_reply(code, data, "text/html; charset=utf-8", _retry_headers(wish))
    reply.bare = True
    return reply


def _retry_headers(wish: Wish) -> list[tuple[str, str]]:
    """Return the headers that say when to try again, as the options ask for them."""
    headers = []
    for option, header in (
        ("retry-after", "retry-after"),
        ("retry-after-ms", "retry-after-ms"),
        ("should-retry", "x-should-retry"),
    ):
        if option in wish.options:
            headers.append((header, wish.options[option]))
    if "retry-after-date" in wish.options:
        then = datetime.now(UTC) + timedelta(seconds=wish.number("retry-after-date", 0))
        headers.append(("retry-after", format_datetime(then, usegmt=True)))
    return headers
