"""The posted editor form, cleaned; numbers and JSON read so that nothing typed is lost."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import BadRequest
from django.http import QueryDict

from workbench.messages_api import clean_json, clean_text


class Fields:
    """The fields of one form post, in the order of the form, each passed through ``clean_text``.

    A part of the form that was not posted at all stays as the draft has it: a script that sends
    one field changes one field. ``part`` fields name the lists that were on the page, since an
    emptied list posts nothing else.
    """

    def __init__(self, post: QueryDict) -> None:
        self._post = post
        self._parts = frozenset(post.getlist("part"))

    def __contains__(self, name: str) -> bool:
        return name in self._post

    def text(self, name: str) -> str:
        """The cleaned text of a field, "" when it was not posted."""
        return clean_text(str(self._post.get(name, "")))

    def has_part(self, name: str) -> bool:
        """Whether the list ``name`` (``turns``, ``variables``, ``stops``) was on the page."""
        return name in self._parts

    def texts_of(self, prefix: str) -> dict[str, str]:
        """The fields ``prefix-<suffix>`` by suffix; ``prefix`` itself counts as its ``text``."""
        start = f"{prefix}-"
        found = {
            name[len(start) :]: self.text(name) for name in self._post if name.startswith(start)
        }
        return found | ({"text": self.text(prefix)} if prefix in self._post else {})

    def groups(self, kind: str) -> dict[str, dict[str, str]]:
        """The fields ``kind-<key>-<suffix>`` by key and suffix, both in the order of the form."""
        pattern = re.compile(rf"{kind}-([a-z0-9]{{1,16}})-([a-z0-9_-]{{1,120}})")
        found: dict[str, dict[str, str]] = {}
        for match in self._matches(pattern):
            found.setdefault(match[1], {})[match[2]] = self.text(match[0])
        return found

    def _matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        for name in self._post:
            if match := pattern.fullmatch(name):
                yield match


def to_json(value: Any) -> str:
    """``value`` as JSON for a hidden field; ``from_json`` reads the identical value back."""
    return json.dumps(value, ensure_ascii=False)


def from_json(text: str) -> Any:
    """The cleaned value of a hidden field; raises ``BadRequest`` when somebody damaged it."""
    try:
        return clean_json(json.loads(text))
    except (ValueError, RecursionError):
        raise BadRequest("A hidden field of the form is damaged; reload the page.") from None


def number_from(text: str) -> int | float | None:
    """The number that ``text`` writes, None when it writes none that JSON can carry."""
    try:
        value = json.loads(text.strip())
    except (ValueError, RecursionError):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return value if abs(value) < 2**63 else None
    return value if math.isfinite(value) else None
