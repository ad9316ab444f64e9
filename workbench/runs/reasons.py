"""Why Workbench itself ends a run: the state it gets, and the sentence that says so."""

from __future__ import annotations

from .models import State

CANCELLED = "cancelled"
SERVER_RESTART = "server_restart"
STORAGE = "storage"
INTERNAL = "internal"

REASONS = {
    CANCELLED: (State.CANCELLED, "You stopped this run. What had arrived is kept."),
    SERVER_RESTART: (
        State.INTERRUPTED,
        "The server was restarted while this run was going on. What had arrived is kept.",
    ),
    STORAGE: (
        State.INTERRUPTED,
        "The answer could not be stored: the database is full or did not respond. "
        "What had arrived is kept.",
    ),
    INTERNAL: (
        State.INTERRUPTED,
        "Something went wrong in Workbench itself. The log of the server has the details.",
    ),
}
