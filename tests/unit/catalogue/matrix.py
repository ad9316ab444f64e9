"""What the Messages API accepts and refuses, as a table to hold two others against.

Written from the documentation a third time, parameter by parameter, as lists of the models that
refuse a value; `catalogue` and `simulator` both keep a row per model instead. A model that is not
in a list accepts the value, or no source tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .examples import NEW, OLD

UNKNOWN = "my-own-model"
FULL_IDS = {
    "opus-4-5": "opus-4-5-20251101",
    "haiku-4-5": "haiku-4-5-20251001",
    "sonnet-4-5": "sonnet-4-5-20250929",
}


def models(names: str) -> frozenset[str]:
    """Return the ids of models given without "claude-" and without a date."""
    return frozenset(f"claude-{FULL_IDS.get(name, name)}" for name in names.split())


OF_4_5 = models("opus-4-5 haiku-4-5 sonnet-4-5")
OF_4_6 = models("opus-4-6 sonnet-4-6")
OF_4_7_AND_8 = models("opus-4-7 opus-4-8")
OF_5 = models("opus-5 sonnet-5 fable-5 mythos-5")
OF_5_1 = models("fable-5-1 mythos-5-1")
OF_5_2 = models("fable-5-2 mythos-5-2")
OF_5_5 = models("haiku-5-5 sonnet-5-5 opus-5-5")
PREVIEW = models("mythos-preview")
KNOWN = OF_4_5 | OF_4_6 | OF_4_7_AND_8 | OF_5 | OF_5_1 | OF_5_2 | OF_5_5 | PREVIEW
EVERY = KNOWN | {UNKNOWN}
NONE: frozenset[str] = frozenset()

# How the models think (thinking, 2026-10; the whats-new pages).
ALWAYS_THINK = models("fable-5-2 mythos-5-2 fable-5-1 mythos-5-1 opus-5-5 fable-5 mythos-5")
REFUSE_ADAPTIVE = OF_4_5
REFUSE_DISABLED = ALWAYS_THINK | models("sonnet-5-5")
REFUSE_ENABLED = OF_4_7_AND_8 | OF_5 | OF_5_1 | OF_5_5
REFUSE_BETWEEN_TOOLS = KNOWN - models("sonnet-5-5") - OF_5_2
REFUSE_DISABLED_ABOVE_HIGH = models("opus-5 haiku-5-5")
REFUSE_BETWEEN_TOOLS_ABOVE_HIGH = models("sonnet-5-5")

# Effort (effort, 2026-10).
REFUSE_EFFORT = models("sonnet-4-5 haiku-4-5")
REFUSE_MAX = REFUSE_EFFORT | models("opus-4-5")
REFUSE_XHIGH = REFUSE_MAX | OF_4_6 | PREVIEW

# Sampling with API version 2023-06-01; the new version refuses all of it, for every model.
REFUSE_SAMPLING = KNOWN - OF_4_5 - OF_4_6
REFUSE_ALL_BUT_0_99 = models("haiku-5-5")

REFUSE_PREFILL = KNOWN - OF_4_5
CONTINUE_A_TURN = OF_4_5
REFUSE_FORCED_TOOLS = models("opus-5-5 sonnet-5-5 fable-5-1 mythos-5-1 mythos-preview")
REFUSE_SYSTEM_TURNS = OF_4_5 | OF_4_6 | models("sonnet-5 opus-4-7")
REFUSE_REGION = OF_4_5
HAVE_FAST = models("opus-5-5 opus-5 opus-4-8")
REFUSE_FAST = KNOWN - HAVE_FAST - models("opus-4-6")  # which takes it and is no faster

WRITE_64K = models("haiku-4-5")
WRITE_128K = KNOWN - OF_4_5 - models("sonnet-4-6") - PREVIEW
TAKE_100_IMAGES = models("haiku-4-5")


@dataclass(frozen=True)
class Case:
    """One value of one parameter: the body it makes, and who refuses it at which path."""

    name: str
    body: dict[str, Any]
    path: str = ""
    old: frozenset[str] = NONE
    """The models that refuse it with API version 2023-06-01."""
    new: frozenset[str] = NONE
    """The models that refuse it with API version 2026-10-21."""
    betas: tuple[str, ...] = ()
    only: frozenset[str] = field(default=EVERY)
    """The models this case is for; others refuse something else about it."""
    answer_only: bool = False
    """Refused because of the answer's limit, which counting tokens does not know."""

    def refused(self, model_id: str, api_version: str) -> str | None:
        """Return the path of the refusal, None when the value is accepted."""
        by = {OLD: self.old, NEW: self.new}[api_version]
        return self.path if model_id in by else None


def fine(name: str, only: frozenset[str] = EVERY, betas: Iterable[str] = (), **body: Any) -> Case:
    """Return a case that every model accepts with both versions."""
    return Case(name, body, betas=tuple(betas), only=only)


def wrong(
    path: str, name: str, only: frozenset[str] = EVERY, betas: Iterable[str] = (), **body: Any
) -> Case:
    """Return a case that no model accepts with either version."""
    return Case(name, body, path, old=EVERY, new=EVERY, betas=tuple(betas), only=only)


def refused_by(by: frozenset[str], path: str, name: str, **body: Any) -> Case:
    """Return a case that these models refuse with both versions."""
    return Case(name, body, path, old=by, new=by)


def user(*blocks: Any) -> dict[str, Any]:
    """Return a user turn of one text or of blocks."""
    return _turn("user", blocks)


def assistant(*blocks: Any) -> dict[str, Any]:
    """Return an assistant turn of one text or of blocks."""
    return _turn("assistant", blocks)


def system(*blocks: Any) -> dict[str, Any]:
    """Return a system turn of one text or of blocks."""
    return _turn("system", blocks)


def _turn(role: str, blocks: tuple[Any, ...]) -> dict[str, Any]:
    one_text = len(blocks) == 1 and isinstance(blocks[0], str)
    return {"role": role, "content": blocks[0] if one_text else list(blocks)}
