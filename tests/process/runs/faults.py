"""The table of upstream faults: what a simulated upstream does, and what a run must come to.

U1 to U40 are the upstream faults of the project's reliability rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field

WHOLE = -1  # every word of the answer
ANY = -2  # not judged here


@dataclass(frozen=True)
class Fault:
    """One row: the scenario, and the run it must make.

    ``words`` is how many words of the answer are kept, ``text`` the kept text where it is another;
    ``tries`` the attempts noted, ``sent`` the requests the upstream saw (as many if None);
    ``ended`` what the upstream saw of the last one ("" if that is a matter of luck); ``says`` what
    the page says of it.
    """

    scenario: str
    state: str
    ending: str
    words: int = 0
    says: str = ""
    tries: int = 1
    sent: int | None = None
    ended: str = "complete"
    text: str | None = None
    shows: tuple[str, ...] = field(default=())

    @property
    def kind(self) -> str:
        return "" if self.state == "succeeded" else self.ending


FINISHED = "The model finished its answer."
RUN_AGAIN = "Run again"


def whole(scenario: str, ending: str = "end_turn", says: str = FINISHED, **more: object) -> Fault:
    """A fault that an answer survives."""
    return Fault(scenario, "succeeded", ending, WHOLE, says, **more)  # type: ignore[arg-type]


def said(scenario: str, ending: str, says: str, text: str, **more: object) -> Fault:
    """An answer with a text of its own."""
    return Fault(scenario, "succeeded", ending, ANY, says, text=text, **more)  # type: ignore[arg-type]


def failed(scenario: str, kind: str, says: str, tries: int = 1, **more: object) -> Fault:
    """A fault before any text."""
    return Fault(scenario, "failed", kind, 0, says, tries, **more)  # type: ignore[arg-type]


def broken(scenario: str, kind: str, words: int, says: str, ended: str) -> Fault:
    """A fault within the answer."""
    return Fault(scenario, "interrupted", kind, words, says, ended=ended)


CUT = "broke while the answer arrived."
INCOMPLETE = "The answer ended without its closing event and may be incomplete."
NOT_API = "A proxy or a login page may have answered. Check the base URL."

BEFORE_THE_ANSWER = [
    # U5
    failed(
        "rst-early",
        "no_response",
        "closed the connection without an answer after 2 tries",
        2,
        ended="fault",
    ),
    failed(
        "close-early",
        "no_response",
        "closed the connection without an answer after 2 tries",
        2,
        ended="fault",
    ),
    failed(
        "half-headers",
        "no_response",
        "closed the connection without an answer after 2 tries",
        2,
        ended="fault",
    ),
    failed("garbage", "not_messages_api", NOT_API, 2, ended="fault"),
    # U6 to U12
    failed(
        "status code=400",
        "invalid_request",
        "max_tokens: 900000 > 128000, which is the maximum allowed",
    ),
    failed("status code=401", "auth", "invalid x-api-key"),
    failed("status code=403", "permission", "Your API key does not have permission"),
    failed("status code=402", "billing", "There is a problem with the payment"),
    failed("status code=429 error-code=enforced_spend_limit_reached", "billing", "spend limit"),
    failed("status code=400 error-code=enforced_spend_limit_reached", "billing", "spend limit"),
    failed("status code=404", "not_found", "The API does not know this model or address"),
    failed("status code=408", "request_timeout", "The API waited too long", 3),
    failed("status code=409", "conflict", "The API reported a conflict", 3),
    failed("status code=413", "too_large", "kB. Send less."),
    failed("status-html code=413", "too_large", "kB. Send less.", shows=("413 from a proxy",)),
    failed("status code=422", "invalid_request", "messages.0: Unprocessable"),
    # U13
    whole("status code=429 retry-after=2 times=1", tries=2),
    whole("status code=429 retry-after-date=2 times=1", tries=2),
    whole("status code=429 retry-after-ms=300 times=1", tries=2),
    failed("status code=429 retry-after=3600", "rate_limited", "Try again in 60 minutes."),
    failed(
        "status code=429 retry-after=0", "rate_limited", "The rate limit of the API is reached", 3
    ),
    failed(
        "status code=429 retry-after=-5", "rate_limited", "The rate limit of the API is reached", 3
    ),
    failed(
        "status code=429 retry-after=soon",
        "rate_limited",
        "The rate limit of the API is reached",
        3,
    ),
    # U14
    failed("status code=500", "upstream_error", "Internal server error", 3, shows=("req_sim",)),
    failed("status code=502", "upstream_error", "Bad gateway", 3),
    failed("status code=503", "upstream_error", "Service unavailable", 3),
    failed("status code=504", "upstream_error", "The request took too long", 3),
    failed(
        "status code=529", "overloaded", "The API is overloaded", 3, shows=("overloaded_error",)
    ),
    whole("status code=529 times=2", tries=3),
    # U15
    failed(
        "status-html code=502",
        "upstream_error",
        "The API had an internal error",
        3,
        shows=("<h1>502 from a proxy",),
    ),
    failed("status-empty code=503", "upstream_error", "The API had an internal error", 3),
    failed("status-badjson code=500", "upstream_error", "The API had an internal error", 3),
    failed(
        "status-huge code=400",
        "invalid_request",
        "The API did not accept the request",
        ended="client-gone",
    ),
    # U16
    failed("status code=529 should-retry=false", "overloaded", "The API is overloaded"),
    failed("status code=400 should-retry=true", "invalid_request", "max_tokens: 900000", 3),
    # U33
    failed("html-200", "not_messages_api", NOT_API, shows=("200 from a proxy",)),
    failed("html-200-as-sse", "not_messages_api", NOT_API, shows=("200 from a proxy",)),
    failed("other-json-200", "not_messages_api", NOT_API, shows=("chat.completion",)),
    failed("empty-200", "not_messages_api", NOT_API),
    failed("no-content-204", "not_messages_api", NOT_API),
    failed("redirect", "not_messages_api", "with a redirect (HTTP 302), which is never followed"),
    whole("json-200"),
    # U31
    failed("gzip-lie", "not_messages_api", "cannot be decompressed", ended="client-gone"),
]

WITHIN_THE_ANSWER = [
    # U17
    failed("error-event after=-1", "stream_error_event", "Overloaded"),
    broken("error-event after=5", "stream_error_event", 5, "Overloaded", "complete"),
    # U18
    *[
        broken(f"{name} after=5", "stream_cut", 5, CUT, "fault")
        for name in (
            "drop-mid-event",
            "drop-mid-json",
            "drop-mid-utf8",
            "rst",
            "rst-mid-json",
        )
    ],
    # U19, U40
    *[
        broken(f"{name} after=5", "stream_incomplete", 5, INCOMPLETE, "complete")
        for name in ("drop-clean", "end-mid-json", "end-mid-utf8")
    ],
    broken("length-short after=5", "stream_incomplete", 5, INCOMPLETE, ""),
    broken(
        "drop-before-stop tokens=9",
        "stream_incomplete",
        WHOLE,
        "stop reason: end_turn.",
        "complete",
    ),
    # U20
    whole("end-no-blank-line"),
    # U23
    *[
        whole(name)
        for name in (
            "drip tokens=40",
            "split",
            "burst",
            "slow delay=0.01 tokens=20",
            "many tokens=3000",
        )
    ],
    # U25, U26
    said("dup-delta after=2 tokens=3", "end_turn", FINISHED, "# A A simulated "),
    *[whole(name) for name in ("dup-start", "dup-stop", "after-stop")],
    # U27
    *[whole(name) for name in ("unknown-event", "unknown-delta", "extra-fields", "early-unknown")],
    whole(
        "unknown-stop-reason", "quantum_pause", "The model stopped with the reason “quantum_pause”."
    ),
    # U29
    *[whole(name) for name in ("null-delta", "json-array", "bad-json", "nan", "deep-json")],
    broken(
        "bad-index after=5",
        "bad_stream",
        5,
        "a piece for block 99, which never began.",
        "client-gone",
    ),
    failed("no-message-start", "bad_stream", "no readable beginning.", ended="client-gone"),
    broken("no-block-start", "bad_stream", 0, "which never began.", "client-gone"),
    # U30
    whole("long-line bytes=2000000", text=None),
    # U31, U32, U40
    *[
        whole(name)
        for name in (
            "gzip",
            "deflate",
            "crlf",
            "cr",
            "bom",
            "comments",
            "multiline",
            "no-space",
            "unnamed",
            "http10",
            "until-close",
            "length",
        )
    ],
    whole("length-long", ended="fault"),
    # U34
    Fault("bad-utf8 after=5", "succeeded", "end_turn", ANY, FINISHED),
    # U38
    *[whole(name) for name in ("usage-missing", "usage-null", "usage-null-fields", "usage-absurd")],
]

ODD_ANSWERS = [
    # U28
    said(
        "unknown-block",
        "end_turn",
        FINISHED,
        "That was a hologram.",
        shows=("hologram", "<b>not bold</b>"),
    ),
    said("server-tool", "end_turn", FINISHED, "The page says nothing new.", shows=("web_search",)),
    said(
        "server-tool-error",
        "end_turn",
        FINISHED,
        "The search did not work.",
        shows=("max_uses_exceeded",),
    ),
    said("code-execution", "end_turn", FINISHED, "The answer is 42.", shows=("print(6 * 7)",)),
    said("redacted-thinking", "end_turn", FINISHED, "The thinking before this was redacted."),
    said("citations", "end_turn", FINISHED, "The document says so.", shows=("Simulated.",)),
    whole("thinking", shows=("No model is connected",)),
    whole("thinking-omitted"),
    # U32, U35
    said(
        "linesep",
        "end_turn",
        FINISHED,
        "one\u2028two \u2029three \x85four \x0bfive \x0csix \x1cseven end.",
    ),
    said("nul", "end_turn", FINISHED, "before � between �� after"),
    said("lone-surrogate", "end_turn", FINISHED, "lone � here and � there"),
    said("split-surrogate", "end_turn", FINISHED, "smile 😀 done"),
    said("emoji", "end_turn", FINISHED, "family 👩‍👩‍👧‍👦 thumb 👍🏽 flag 🇨🇭 script 𝒳 end"),
    Fault("controls", "succeeded", "end_turn", ANY, FINISHED),
    # U36
    said(
        "refusal",
        "refusal",
        "A safety classifier declined to answer. Category: cyber security",
        "",
        shows=("The model returned no text.", "<b>classified</b>"),
    ),
    said(
        "refusal-text",
        "refusal",
        "A safety classifier declined",
        "I can explain the first step: take the",
    ),
    said(
        "max-tokens",
        "max_tokens",
        "The answer reached max tokens and was cut.",
        "This answer is longer than it may be and ends",
        shows=("and run again",),
    ),
    Fault(
        "pause-turn",
        "succeeded",
        "pause_turn",
        ANY,
        "The model paused a long turn.",
        shows=("Continue",),
    ),
    said(
        "context-exceeded",
        "model_context_window_exceeded",
        "The context window is full",
        "There is no room left for the rest of",
    ),
    said(
        "stop-sequence",
        "stop_sequence",
        "The model wrote the stop sequence “END”.",
        "One, two, three. ",
    ),
    said("empty", "end_turn", "The model returned no text.", ""),
    said("empty-text", "end_turn", "The model returned no text.", ""),
    said(
        "null-stop",
        "",
        "The answer ended without a stop reason.",
        "This answer never says why it ended.",
    ),
    # U37
    said(
        "tool",
        "tool_use",
        "The model asks for tools",
        "Let me look that up. ",
        shows=("get_weather",),
    ),
    said("tool-parallel", "tool_use", "The model asks for tools", "", shows=("Chur",)),
    said("tool-cut", "max_tokens", "The answer reached max tokens", "", shows=('{"city": "Zür',)),
    said("tool-broken", "tool_use", "The model asks for tools", "", shows=('"days": 3,, ]',)),
    said("tool-empty", "tool_use", "The model asks for tools", "", shows=("get_time",)),
    said(
        "tool-html",
        "tool_use",
        "The model asks for tools",
        "",
        shows=('<script>alert("tool")</script>',),
    ),
    # U39
    Fault("hostile", "succeeded", "end_turn", ANY, FINISHED),
]

CUT_AFTER_EACH = [
    broken(f"drop after={count}", "stream_cut", count, CUT, "fault") for count in range(1, 21)
]
