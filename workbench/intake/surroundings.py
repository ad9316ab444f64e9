"""What the objects around a request say about it: a name, a description, tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .reading import Kind, Remark

_SAID = ("name", "title", "description", "tags")
_ABOUT = frozenset(
    {
        *_SAID,
        "id",
        "uuid",
        "slug",
        "labels",
        "created_at",
        "updated_at",
        "createdAt",
        "updatedAt",
        "created",
        "updated",
        "author",
        "created_by",
        "updated_by",
        "project_id",
        "workspace_id",
        "organization_id",
    }
)
"""Keys that an archive gives its prompts, and that are no part of a request."""


@dataclass(frozen=True)
class Around:
    """What is known of a value before it is looked at."""

    name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    line: int | None = None

    def within(self, value: Mapping[str, Any]) -> Around:
        """Return what `value` says about what is in it; what it does not say stays as it was."""
        names = (value.get(key) for key in ("name", "title", "custom_id", "slug"))
        name = next((each for each in names if isinstance(each, str) and each.strip()), "")
        tags, said = value.get("tags"), value.get("description")
        return Around(
            name or self.name,
            said if isinstance(said, str) else self.description,
            tuple(t for t in tags if isinstance(t, str)) if isinstance(tags, list) else self.tags,
            self.line,
        )


def apart(value: Mapping[str, Any], line: int | None) -> tuple[dict[str, Any], list[Remark]]:
    """Return a request without what only says something about it, and what was left out so."""
    body = {key: item for key, item in value.items() if key not in _ABOUT}
    lost = [key for key in value if key in _ABOUT and key not in _SAID]
    if not lost:
        return body, []
    sentence = f"{', '.join(lost)}: said about the prompt, and no part of a request."
    return body, [Remark(Kind.LEFT_OUT, sentence, line)]
