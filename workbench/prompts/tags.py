"""Tags as they are typed and as files bring them, and what of a text can be seen."""

from __future__ import annotations

import re
import unicodedata

from workbench.messages_api import clean_text

LONGEST_TAG = 50  # characters
MOST_TAGS = 20
INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp"}
"""The Unicode categories of what nobody sees."""


def tags_of(text: str) -> list[str]:
    """The tags that are typed with commas or lines between them, each once whatever its case.

    Raises ``ValueError`` with a sentence.
    """
    found: dict[str, str] = {}
    for part in re.split(r"[,，\n]", clean_text(text)):
        tag = " ".join(part.split())
        if not tag:
            continue
        if not is_visible(tag):
            raise ValueError("A tag has no character that can be seen: write a word or remove it.")
        if len(tag) > LONGEST_TAG:
            raise ValueError(
                f"A tag has at most {LONGEST_TAG} characters and “{tag[:20]}…” has {len(tag):,}: "
                "shorten it, or put commas between the tags."
            )
        found.setdefault(unicodedata.normalize("NFKC", tag).casefold(), tag)
    if len(found) > MOST_TAGS:
        raise ValueError(
            f"There can be at most {MOST_TAGS} tags and these are {len(found):,}: remove some."
        )
    return list(found.values())


def is_visible(text: str) -> bool:
    """Whether ``text`` has a character that people see."""
    return any(unicodedata.category(character) not in INVISIBLE for character in text)
