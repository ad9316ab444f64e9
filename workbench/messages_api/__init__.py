"""The Messages API, as this product uses it; knows nothing of Django, prompts or runs.

One call goes through the files like this:

1. `request.py`     a `MessageRequest` is what is sent: version, beta names, body, as exact bytes.
2. `client.py`      `Client.open` sends it and gives an `Answer`; also `create`, `count_tokens`
                    and `list_models`.
3. `calls.py`       one HTTP call with its tries: status and content type are checked here;
                    `retries.py` says when and how long to wait before the next try.
4. `answer.py`      `Answer.events` gives the events of a running answer as their bytes arrive;
                    `body.py` reads the bytes under `limits.py` and `clocks.py`,
                    `events.py` cuts them into events, `whole_message.py` takes plain JSON instead.
5. `accumulator.py` an `Accumulator` builds the message from the events, block by block
                    (`blocks.py`); `usage.py` makes its token counts safe to store.

Errors are drawn in `errors.py`; `connection_errors.py` makes them from network failures and
`refusals.py` from HTTP answers. `text.py` cleans text and JSON; `secrets.py` hides the API key.

    async with client.open(request) as answer:
        async for event in answer.events():
            change = accumulator.apply(event)

Only `message_stop` means that an answer is complete: `events` raises in every other case, and
what was accumulated until then can still be shown.
"""

from workbench.messages_api.accumulator import Accumulator, Change
from workbench.messages_api.answer import Answer
from workbench.messages_api.client import Client
from workbench.messages_api.errors import (
    AnswerTooBig,
    AuthRefused,
    BadStream,
    BillingRefused,
    BrokenOff,
    Conflict,
    ConnectionLost,
    ConnectRefused,
    ConnectTimedOut,
    DnsFailed,
    InvalidRequest,
    MessagesApiError,
    NoProgress,
    NoResponse,
    NotFound,
    NotMessagesApi,
    NotReached,
    Overloaded,
    PermissionRefused,
    RateLimited,
    Refused,
    RequestTimedOut,
    Stalled,
    StreamCut,
    StreamErrorEvent,
    StreamIncomplete,
    TlsFailed,
    TookTooLong,
    TooLarge,
    UpstreamFailed,
)
from workbench.messages_api.events import EventParser, StreamEvent, decode_event
from workbench.messages_api.limits import Limits
from workbench.messages_api.request import MessageRequest
from workbench.messages_api.retries import Attempt
from workbench.messages_api.text import clean_json, clean_text
from workbench.messages_api.usage import Usage, normalise_usage

__all__ = [
    "Accumulator",
    "Answer",
    "AnswerTooBig",
    "Attempt",
    "AuthRefused",
    "BadStream",
    "BillingRefused",
    "BrokenOff",
    "Change",
    "Client",
    "Conflict",
    "ConnectRefused",
    "ConnectTimedOut",
    "ConnectionLost",
    "DnsFailed",
    "EventParser",
    "InvalidRequest",
    "Limits",
    "MessageRequest",
    "MessagesApiError",
    "NoProgress",
    "NoResponse",
    "NotFound",
    "NotMessagesApi",
    "NotReached",
    "Overloaded",
    "PermissionRefused",
    "RateLimited",
    "Refused",
    "RequestTimedOut",
    "Stalled",
    "StreamCut",
    "StreamErrorEvent",
    "StreamEvent",
    "StreamIncomplete",
    "TlsFailed",
    "TooLarge",
    "TookTooLong",
    "UpstreamFailed",
    "Usage",
    "clean_json",
    "clean_text",
    "decode_event",
    "normalise_usage",
]
