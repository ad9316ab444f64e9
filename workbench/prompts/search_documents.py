"""What a search finds of the rows of the library; plain values: migrations use it too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from workbench.full_text import Document, texts_of


def prompt_document(
    team_id: int,
    *,
    name: str,
    slug: str,
    description: str,
    tags: Sequence[str],
    content: Mapping[str, Any] | None,
) -> Document:
    """A prompt, with the ``content`` of its latest version if it has one."""
    document = Document(team_id)
    document.add_name(name)
    document.add_about(chain((slug, description), texts_of(tags)))
    document.add(content_texts(content or {}))
    return document


def version_document(team_id: int, *, note: str, content: Mapping[str, Any]) -> Document:
    """One version; its prompt's name is not in it, since that may change."""
    document = Document(team_id)
    document.add(chain((note,), content_texts(content)))
    return document


def system_prompt_document(
    team_id: int, *, name: str, slug: str, description: str, tags: Sequence[str], text: str
) -> Document:
    """A system prompt, with the ``text`` of its latest version."""
    document = Document(team_id)
    document.add_name(name)
    document.add(chain((slug, description), texts_of(tags), (text,)))
    return document


def content_texts(content: Mapping[str, Any]) -> list[str]:
    """What people read in a stored content: system prompt, turns, tools, variables, mocks."""
    body = content.get("body", {})
    first = [body.get("system"), body.get("messages")]
    rest = [part for key, part in body.items() if key in ("tools", "output_config")]
    variables = [
        [variable.get(key, "") for key in ("name", "description", "default")]
        for variable in content.get("variables", ())
    ]
    return list(texts_of([*first, *rest, variables, {"input": content.get("mocks", {})}]))
