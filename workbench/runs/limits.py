"""The limits of a run, and the environment variable that sets each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunLimits:
    """The time and size limits of a run, in seconds and bytes; each is an environment variable.

    Source of the defaults: the reliability rules of the project (retry rule, time limits).
    """

    connect: float = 10.0
    first_byte: float = 120.0
    between_bytes: float = 120.0
    no_progress: float = 900.0
    whole: float = 3600.0
    answer_bytes: int = 16 * 1024 * 1024
    max_retries: int = 2
    retry_wait: float = 60.0
    chunk_interval: float = 0.15
    frame_interval: float = 0.08
    ping_interval: float = 10.0
    recheck_interval: float = 5.0
    lease_grace: float = 15.0
    storage_patience: float = 60.0
    shutdown_grace: float = 25.0


VARIABLES = {
    "connect": "RUN_CONNECT_TIMEOUT",
    "first_byte": "RUN_FIRST_BYTE_TIMEOUT",
    "between_bytes": "RUN_IDLE_TIMEOUT",
    "no_progress": "RUN_PROGRESS_TIMEOUT",
    "whole": "RUN_DEADLINE",
    "answer_bytes": "RUN_MAX_BYTES",
    "max_retries": "RUN_MAX_RETRIES",
    "retry_wait": "RUN_RETRY_WAIT",
    "chunk_interval": "RUN_CHUNK_INTERVAL",
    "frame_interval": "RUN_FRAME_INTERVAL",
    "ping_interval": "RUN_PING_INTERVAL",
    "recheck_interval": "RUN_RECHECK_INTERVAL",
    "lease_grace": "RUN_LEASE_GRACE",
    "storage_patience": "RUN_STORAGE_PATIENCE",
    "shutdown_grace": "RUN_SHUTDOWN_GRACE",
}
