"""The events that a webhook can be told of, by name, in words for people."""

from __future__ import annotations

EVENTS = {
    "version.saved": "A version of a prompt is saved",
    "label.moved": "A label is set, moved or removed",
    "comment.created": "A comment is written",
    "proposal.created": "Somebody proposes to move a label",
    "proposal.decided": "A proposal is approved, declined or withdrawn",
}
TEST = "test"
"""What a test sends, whatever events a webhook wants."""
