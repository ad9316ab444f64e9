"""Every kind of failure has a mark and a next step; the sentence comes with the error itself.

The kinds are those of `messages_api/errors.py` and `reasons.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .reasons import INTERNAL, SERVER_RESTART, STORAGE


@dataclass(frozen=True)
class Failure:
    """``mark`` names it, ``action`` and ``advice`` are as in ``Ending``.

    ``advice`` is "" where the error's own sentence says what to do.
    """

    mark: str
    action: str
    advice: str = ""


FAILURES = {
    "connect_refused": Failure(
        "Not reached", "fix_connection", "Check the address, the firewall and the proxy."
    ),
    "dns": Failure("Host not found", "fix_connection"),
    "tls": Failure("No secure connection", "fix_connection"),
    "connect_timeout": Failure(
        "No connection in time", "fix_connection", "Check the firewall and the proxy."
    ),
    "no_response": Failure("No answer", "run_again"),
    "connection_lost": Failure("Connection lost", "run_again"),
    "not_messages_api": Failure("Not the Messages API", "fix_connection"),
    "invalid_request": Failure("Request not accepted", "edit", "Change what the message names."),
    "auth": Failure("Key not accepted", "fix_connection"),
    "permission": Failure(
        "No permission", "fix_connection", "Use another key, or choose another model."
    ),
    "billing": Failure("Billing", "fix_connection"),
    "not_found": Failure("Not found", "switch_model", "Choose a model that this key has."),
    "conflict": Failure("Conflict", "run_again"),
    "request_timeout": Failure("Request timed out", "run_again"),
    "too_large": Failure("Too large", "edit"),
    "rate_limited": Failure("Rate limit", "wait", "Wait until the limit is full again."),
    "upstream_error": Failure(
        "Error of the API", "run_again", "If it stays, report the request id."
    ),
    "overloaded": Failure("Overloaded", "wait"),
    "stream_error_event": Failure("Error in the answer", "run_again"),
    "stream_cut": Failure("Connection broke", "run_again"),
    "stream_incomplete": Failure("Incomplete", "run_again"),
    "stall": Failure("Stalled", "run_again"),
    "no_progress": Failure("No progress", "run_again"),
    "too_big": Failure("Too big", "lower_tokens", "Lower max tokens, or ask for less."),
    "too_long": Failure("Took too long", "lower_tokens", "Lower max tokens, or ask for less."),
    "bad_stream": Failure(
        "Unreadable answer", "run_again", "The Events tab of the run has what came."
    ),
    SERVER_RESTART: Failure("Server restarted", "run_again"),
    STORAGE: Failure("Not stored", "run_again", "Make room for the database first."),
    INTERNAL: Failure("Error in Workbench", "run_again"),
}
OTHER_FAILURE = Failure("Failed", "run_again")
