"""What a search finds of a run, as a document; plain values, so migrations use it too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.full_text import Document, texts_of


def run_document(
    team_id: int,
    prompt_name: str,
    request: Mapping[str, Any],
    message: Mapping[str, Any] | None,
) -> Document:
    """The name of the prompt, the answer and the request of a run."""
    document = Document(team_id)
    document.add_name(prompt_name)
    document.add(answer_texts(message))
    document.add(request_texts(request))
    return document


def answer_texts(message: Mapping[str, Any] | None) -> Iterator[str]:
    """What people read in the message of a run; nothing when it has none."""
    return texts_of((message or {}).get("content"))


def request_texts(request: Mapping[str, Any]) -> Iterator[str]:
    """What people read in a stored request: the newest turns first, since they are its own."""
    body = request.get("body", {})
    turns = body.get("messages")
    return texts_of([turns[::-1] if isinstance(turns, list) else turns, body.get("system")])
