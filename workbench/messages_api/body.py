"""Reading the body of an answer under its limits."""

import asyncio
import contextlib

import httpx

from workbench.messages_api.clocks import AnswerClocks
from workbench.messages_api.connection_errors import within_answer
from workbench.messages_api.errors import AnswerTooBig, ConnectionLost, MessagesApiError, StreamCut
from workbench.messages_api.limits import MEBIBYTE, Limits

HEAD_BYTES = 2000
ERROR_BODY_SECONDS = 5.0
DRAIN_SECONDS = 0.05
DRAIN_BYTES = 64 * 1024


class Body:
    """The body of one HTTP answer; whatever goes wrong is raised as a `MessagesApiError`."""

    def __init__(
        self, response: httpx.Response, limits: Limits, clocks: AnswerClocks, host: str
    ) -> None:
        self.head = b""
        self.size = 0
        self.is_ended = False
        self.clocks = clocks
        self._response = response
        self._limits = limits
        self._host = host
        self._chunks = response.aiter_bytes()

    async def next_chunk(self) -> bytes | None:
        """Return the next bytes as soon as they arrive, or None at the end of the body.

        Raises the error of the clock that ran out, `AnswerTooBig`, `StreamCut` or
        `NotMessagesApi`.
        """
        chunk = await self._receive()
        if chunk is None:
            self.is_ended = True
            return None
        if chunk:
            self.clocks.bytes_arrived()
        self.size += len(chunk)
        if len(self.head) < HEAD_BYTES:
            self.head += chunk[: HEAD_BYTES - len(self.head)]
        if self.size > self._limits.answer_bytes:
            raise AnswerTooBig(
                "The answer was stopped because it is larger than"
                f" {self._limits.answer_bytes / MEBIBYTE:g} MB"
            )
        return chunk

    async def read_whole(self) -> bytes:
        """Return the whole body. Raises as `next_chunk`, but `ConnectionLost` for a cut."""
        chunks = []
        try:
            while (chunk := await self.next_chunk()) is not None:
                chunks.append(chunk)
        except StreamCut:
            lost = ConnectionLost(f"The connection to {self._host} was lost within the answer")
        else:
            return b"".join(chunks)
        raise lost

    async def read_beginning(self, size: int) -> bytes:
        """Return up to `size` bytes of the body of an error answer, whatever state it is in.

        What has not come after a few seconds is left out: the status says enough.
        """
        chunks: list[bytes] = []
        with contextlib.suppress(MessagesApiError, TimeoutError):
            async with asyncio.timeout(ERROR_BODY_SECONDS):
                await self._collect(chunks, size)
        return b"".join(chunks)[:size]

    async def drain(self) -> None:
        """Read the little that may follow a complete answer, so that its connection is used again.

        Waits 50 ms at most.
        """
        most = self.size + DRAIN_BYTES
        with contextlib.suppress(MessagesApiError, TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while self.size < most and await self.next_chunk() is not None:
                    pass

    async def close(self) -> None:
        """Close the answer and, if it was not read to its end, its connection."""
        with contextlib.suppress(httpx.HTTPError, OSError):
            await self._response.aclose()

    async def _collect(self, chunks: list[bytes], size: int) -> None:
        while self.size < size:
            chunk = await self.next_chunk()
            if chunk is None:
                break
            chunks.append(chunk)

    async def _receive(self) -> bytes | None:
        try:
            async with asyncio.timeout(self.clocks.seconds_left()) as clock:
                return await anext(self._chunks, None)
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            is_late = clock.expired()
            failure = self.clocks.ran_out() if is_late else within_answer(error, self._host)
        raise failure  # outside the handler: the library's error carries the request and its key
