"""Everything that can go wrong with a call, each with its own sentence.

    MessagesApiError
    ├── NotReached              no answer came
    │   ├── ConnectRefused      connect_refused
    │   ├── DnsFailed           dns
    │   ├── TlsFailed           tls
    │   ├── ConnectTimedOut     connect_timeout
    │   ├── NoResponse          no_response
    │   └── ConnectionLost      connection_lost
    ├── NotMessagesApi          not_messages_api
    ├── Refused                 the API answered with an error status
    │   ├── InvalidRequest      invalid_request
    │   ├── AuthRefused         auth
    │   ├── PermissionRefused   permission
    │   ├── BillingRefused      billing
    │   ├── NotFound            not_found
    │   ├── Conflict            conflict
    │   ├── RequestTimedOut     request_timeout
    │   ├── TooLarge            too_large
    │   ├── RateLimited         rate_limited
    │   ├── UpstreamFailed      upstream_error
    │   └── Overloaded          overloaded
    └── BrokenOff               the answer had begun and did not reach its end
        ├── StreamErrorEvent    stream_error_event
        ├── StreamCut           stream_cut
        ├── StreamIncomplete    stream_incomplete
        ├── Stalled             stall
        ├── NoProgress          no_progress
        ├── AnswerTooBig        too_big
        ├── TookTooLong         too_long
        └── BadStream           bad_stream

Callers decide by type, `kind` and `retryable`, never by matching text.
"""

from typing import ClassVar

EXCERPT_CHARACTERS = 500
MAYBE_BILLED = "The request may have been billed."


class MessagesApiError(Exception):
    """A call did not succeed; `sentence` says what is wrong and what to do.

    `lead` is the first clause, `detail` the upstream's own words, `advice` whole sentences that
    follow. `str()` is the sentence and never empty.

    Attributes: `kind` (closed list, see the tree), `retryable` (trying the same request again may
    help), `http_status`, `error_type`, `error_code` and `upstream_request_id` as the API gave
    them, `retry_after_seconds`, `excerpt` (at most 500 characters of the answer as text), `began`
    (events of a 200 answer had arrived), `field` (path of the parameter the upstream complains
    about, e.g. `messages.0.content`), `attempts` (how often it was tried).
    """

    kind: ClassVar[str] = "upstream_error"
    default_lead: ClassVar[str] = "The call to the Messages API failed"
    retryable: bool = False

    def __init__(
        self,
        lead: str = "",
        detail: str = "",
        advice: str = "",
        *,
        retryable: bool | None = None,
        http_status: int | None = None,
        error_type: str | None = None,
        error_code: str | None = None,
        upstream_request_id: str | None = None,
        retry_after_seconds: float | None = None,
        excerpt: str = "",
        began: bool = False,
        field: str | None = None,
    ) -> None:
        self._lead = lead.strip().rstrip(".") or self.default_lead
        self._detail = detail.strip()
        self._advice = advice.strip()
        super().__init__(self._lead)
        if retryable is not None:
            self.retryable = retryable
        self.http_status = http_status
        self.error_type = error_type
        self.error_code = error_code
        self.upstream_request_id = upstream_request_id
        self.retry_after_seconds = retry_after_seconds
        self.excerpt = excerpt[:EXCERPT_CHARACTERS]
        self.began = began
        self.field = field
        self.attempts = 1

    @property
    def sentence(self) -> str:
        """Return the plain English text for the page; never empty."""
        tries = f" after {self.attempts} tries" if self.attempts > 1 else ""
        text = f"{self._lead}{tries}"
        text += f": {self._detail}" if self._detail else ""
        if not text.endswith((".", "!", "?")):
            text += "."
        return f"{text} {self._advice}" if self._advice else text

    def advise(self, advice: str) -> None:
        """Add one more sentence about what to do."""
        self._advice = f"{self._advice} {advice}".strip()

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.sentence!r})"


class NotReached(MessagesApiError):
    """No answer came from the API: the network, its name service or its certificates."""


class ConnectRefused(NotReached):
    """The connection could not be made; check the address, the firewall and the proxy."""

    kind = "connect_refused"
    default_lead = "Could not connect to the Messages API"
    retryable = True


class DnsFailed(NotReached):
    """The host name has no address; check the server's DNS or proxy."""

    kind = "dns"
    default_lead = "The host name of the Messages API could not be found"
    retryable = True


class TlsFailed(NotReached):
    """The encrypted connection failed; the certificate or the proxy must be put right."""

    kind = "tls"
    default_lead = "No encrypted connection to the Messages API could be made"


class ConnectTimedOut(NotReached):
    """The connection was not made in time; check the firewall and the proxy."""

    kind = "connect_timeout"
    default_lead = "The Messages API did not accept a connection in time"
    retryable = True


class NoResponse(NotReached):
    """The connection was made and no answer came; the request may have been billed."""

    kind = "no_response"
    default_lead = "The Messages API did not answer"


class ConnectionLost(NotReached):
    """The connection was lost while a whole (not streamed) answer was read; run it again."""

    kind = "connection_lost"
    default_lead = "The connection was lost before the answer was complete"


class NotMessagesApi(MessagesApiError):
    """Something else answered, such as a proxy or a login page; check the base URL."""

    kind = "not_messages_api"
    default_lead = "The answer did not come from the Messages API"


class Refused(MessagesApiError):
    """The API answered with an error status."""


class InvalidRequest(Refused):
    """The API does not accept the request as it is; change it."""

    kind = "invalid_request"
    default_lead = "The API did not accept the request"


class AuthRefused(Refused):
    """The API key is wrong, revoked or expired; save another one."""

    kind = "auth"
    default_lead = "The API did not accept the API key"


class PermissionRefused(Refused):
    """The API key may not do this; use another key or ask for access."""

    kind = "permission"
    default_lead = "The API key has no access to this"


class BillingRefused(Refused):
    """A spend limit or a payment problem; trying again does not help until it is solved."""

    kind = "billing"
    default_lead = "The API refused the request because of billing"


class NotFound(Refused):
    """The model or the address is unknown to this key; choose another model."""

    kind = "not_found"
    default_lead = "The API does not know this model or address"


class Conflict(Refused):
    """The state of something on the API's side changed meanwhile; try again."""

    kind = "conflict"
    default_lead = "The API reported a conflict"
    retryable = True


class RequestTimedOut(Refused):
    """The API gave up waiting for the request (408); try again."""

    kind = "request_timeout"
    default_lead = "The API waited too long for the request"
    retryable = True


class TooLarge(Refused):
    """The request has too many bytes; send less."""

    kind = "too_large"
    default_lead = "The request is too large for the API"


class RateLimited(Refused):
    """Too many requests or tokens per minute; wait and try again."""

    kind = "rate_limited"
    default_lead = "The rate limit of the API is reached"
    retryable = True


class UpstreamFailed(Refused):
    """An error on the API's side (5xx); try again, and report the request id if it stays."""

    kind = "upstream_error"
    default_lead = "The API had an internal error"
    retryable = True


class Overloaded(Refused):
    """The API is overloaded; try again a little later."""

    kind = "overloaded"
    default_lead = "The API is overloaded"
    retryable = True


class BrokenOff(MessagesApiError):
    """The answer had begun and did not reach its end; what arrived is kept. Never retried."""


class StreamErrorEvent(BrokenOff):
    """The API reported an error inside the answer; run it again."""

    kind = "stream_error_event"
    default_lead = "The API reported an error while it was answering"


class StreamCut(BrokenOff):
    """The connection broke while the answer arrived; run it again."""

    kind = "stream_cut"
    default_lead = "The connection broke while the answer arrived"


class StreamIncomplete(BrokenOff):
    """The answer ended without its closing event; it may lack its last part."""

    kind = "stream_incomplete"
    default_lead = "The answer ended without its closing event and may be incomplete"


class Stalled(BrokenOff):
    """Nothing more arrived for too long; run it again."""

    kind = "stall"
    default_lead = "The answer stopped arriving"


class NoProgress(BrokenOff):
    """The API kept the connection alive and sent nothing new for too long; run it again."""

    kind = "no_progress"
    default_lead = "The API sent nothing new for too long"


class AnswerTooBig(BrokenOff):
    """The answer was stopped at the limit of bytes; ask for less or raise the limit."""

    kind = "too_big"
    default_lead = "The answer was stopped because it is too big"


class TookTooLong(BrokenOff):
    """The call was stopped at the limit of its whole time; ask for less or raise the limit."""

    kind = "too_long"
    default_lead = "The call was stopped because it took too long"


class BadStream(BrokenOff):
    """The events of the answer do not fit together; what arrived before is kept."""

    kind = "bad_stream"
    default_lead = "The events of the answer do not fit together"
