"""The limits of one call, in seconds and bytes; every one can be set by the deployment."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How long and how much a call may take. Times are seconds, sizes bytes.

    `first_byte` runs from the start of an attempt to the first byte of its answer,
    `between_bytes` from one piece of the answer to the next (pings count), `no_progress` from one
    event that carries something new to the next (pings do not count), `whole` from the start of
    the first attempt to the end of the answer.
    """

    connect: float = 10.0
    first_byte: float = 120.0
    between_bytes: float = 120.0
    no_progress: float = 900.0
    whole: float = 3600.0
    answer_bytes: int = 16 * MEBIBYTE
    event_bytes: int = 16 * MEBIBYTE
    max_retries: int = 2
    retry_wait_total: float = 60.0
