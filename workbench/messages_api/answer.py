"""The answer to one request, event by event."""

from collections.abc import AsyncIterator, Iterable

from workbench.messages_api.body import Body
from workbench.messages_api.errors import MessagesApiError, StreamIncomplete
from workbench.messages_api.events import BYTE_ORDER_MARK, EventParser, StreamEvent, decode_event
from workbench.messages_api.limits import Limits
from workbench.messages_api.refusals import error_event, not_messages_api
from workbench.messages_api.secrets import ApiKey
from workbench.messages_api.whole_message import whole_events

_FIRST_BYTES_OF_EVENTS = (b"event:", b"data:", b"id:", b"retry:", b":")
_NO_PROGRESS = frozenset({"ping", "error", ""})


class Answer:
    """An answer with status 200 whose body is still arriving.

    `http_status`, `sent_headers` (pairs, of the key its last four characters alone), `headers`
    (pairs, names in lower case, no secrets), `upstream_request_id`,
    `attempts` (tries it took, 1 or more), `began` (an event other than a ping or an error came),
    `is_complete` (`message_stop` came),
    `body_bytes` (so far), `remainder` (the piece of an event that was dropped at the end).
    """

    def __init__(
        self,
        body: Body,
        *,
        limits: Limits,
        host: str,
        sent_headers: list[tuple[str, str]],
        headers: list[tuple[str, str]],
        attempts: int,
        is_json: bool,
        key: ApiKey,
    ) -> None:
        self.http_status = 200
        self.sent_headers = sent_headers
        self.headers = headers
        self.upstream_request_id = dict(headers).get("request-id")
        self.attempts = attempts
        self.began = False
        self.is_complete = False
        self._body = body
        self._host = host
        self._is_json = is_json
        self._key = key
        self._parser = EventParser(limits.event_bytes)

    @property
    def body_bytes(self) -> int:
        """Bytes of the body so far, after decompression."""
        return self._body.size

    @property
    def remainder(self) -> bytes:
        """The piece of an event that was left when the body ended."""
        return self._parser.remainder

    async def events(self) -> AsyncIterator[StreamEvent]:
        """Yield each event as soon as its bytes have arrived, once.

        Ends normally only after `message_stop`; bytes behind it are ignored. Raises otherwise:
        `StreamErrorEvent` (after yielding the error event), `StreamCut`, `StreamIncomplete`,
        `Stalled`, `NoProgress`, `NoResponse`, `AnswerTooBig`, `TookTooLong` or `NotMessagesApi`.
        Closing the iterator early does not close the connection; leaving `Client.open` does.
        """
        try:
            while (events := await self._next_events()) is not None:
                for event in map(self._without_key, events):
                    self._notice(event)
                    yield event
                    if self.is_complete:
                        return
                    if event.type == "error":
                        raise error_event(event.data, self.upstream_request_id)
            raise self._unfinished()
        except MessagesApiError as error:
            self._complete(error)
            raise

    async def _next_events(self) -> Iterable[StreamEvent] | None:
        """Return the events of the next bytes, or None when the body has ended."""
        if self._body.is_ended:
            return None
        if self._is_json:
            return whole_events(await self._body.read_whole())
        chunk = await self._body.next_chunk()
        return self._parser.finish() if chunk is None else self._parser.feed(chunk)

    def _notice(self, event: StreamEvent) -> None:
        self.is_complete = event.type == "message_stop"
        if event.data is not None and event.type not in _NO_PROGRESS:
            self.began = True
            self._body.clocks.progress_made()

    def _without_key(self, event: StreamEvent) -> StreamEvent:
        """Return the event as it may be stored and shown, should the upstream repeat the key."""
        raw = self._key.hide_in_bytes(event.raw)
        return event if raw == event.raw else decode_event(event.number, raw, event.type)

    def _unfinished(self) -> MessagesApiError:
        beginning = self._body.head.removeprefix(BYTE_ORDER_MARK).lstrip(b"\r\n")
        if beginning.startswith(_FIRST_BYTES_OF_EVENTS):
            return StreamIncomplete()
        lead = f"The answer of {self._host} is not one of the Messages API"
        if not self._body.size:
            lead = f"{self._host} gave an empty answer"
        return not_messages_api(lead, 200, None, self._key.hide_in_bytes(self._body.head))

    def _complete(self, error: MessagesApiError) -> None:
        error.http_status = self.http_status
        error.upstream_request_id = error.upstream_request_id or self.upstream_request_id
        error.began = self.began
