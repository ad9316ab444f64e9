"""The clocks that run while an answer arrives."""

from collections.abc import Callable

from workbench.messages_api.errors import (
    MAYBE_BILLED,
    MessagesApiError,
    NoProgress,
    NoResponse,
    Stalled,
    TookTooLong,
)
from workbench.messages_api.limits import Limits


class AnswerClocks:
    """Four clocks on monotonic time: first byte, between bytes, no progress, whole call.

    They are separate because pings keep the bytes flowing while nothing new comes, and because a
    slow drip of new content could otherwise go on for ever.
    """

    def __init__(self, limits: Limits, monotonic: Callable[[], float], call_started: float) -> None:
        """Start the clocks of one attempt of a call that began at `call_started`."""
        now = monotonic()
        self._limits = limits
        self._monotonic = monotonic
        self._whole_end = call_started + limits.whole
        self._bytes_end = now + limits.first_byte
        self._progress_end = now + limits.no_progress
        self._has_bytes = False

    def bytes_arrived(self) -> None:
        """Note that bytes arrived."""
        self._has_bytes = True
        self._bytes_end = self._monotonic() + self._limits.between_bytes

    def progress_made(self) -> None:
        """Note that something new arrived, which a ping is not."""
        self._progress_end = self._monotonic() + self._limits.no_progress

    def seconds_left(self) -> float:
        """Return the seconds until the first clock runs out; raises its error if one has."""
        left = self._next_end() - self._monotonic()
        if left <= 0:
            raise self.ran_out()
        return left

    def ran_out(self) -> MessagesApiError:
        """Return the error of the clock that runs out first."""
        end = self._next_end()
        if end == self._whole_end:
            return TookTooLong(
                f"The call was stopped because it took longer than {self._limits.whole:g} seconds"
            )
        if end == self._progress_end:
            return NoProgress(
                f"The API kept the connection but sent nothing new for"
                f" {self._limits.no_progress:g} seconds"
            )
        if self._has_bytes:
            return Stalled(
                f"The answer stopped arriving for {self._limits.between_bytes:g} seconds"
            )
        return NoResponse(
            f"The API sent no answer within {self._limits.first_byte:g} seconds",
            "",
            MAYBE_BILLED,
        )

    def _next_end(self) -> float:
        return min(self._whole_end, self._progress_end, self._bytes_end)
