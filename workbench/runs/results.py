"""The results that a run waits for: which tools its answer calls, and what they gave back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac

from workbench.accounts.models import User
from workbench.catalogue import Problem
from workbench.messages_api import clean_text
from workbench.prompts.models import PromptVersion
from workbench.prompts.tools import mocks

from . import typed_results
from .answer.texts import cut, mapping_of
from .models import Run, State

MOST_ROUNDS = 10
"""Rounds that mocked results answer without anybody looking."""
STILL_FRESH = timedelta(minutes=1)
"""For so long after its end a run may go on by itself; a page opened later waits for a person."""
NO_TEXT = "Say what went wrong in {}: a call that failed needs a text."


@dataclass(frozen=True)
class Call:
    """One call of a client tool, and its result as the form shows it."""

    number: int
    block: Mapping[str, Any]
    text: str = ""
    is_error: bool = False
    mock: mocks.MockedResult | None = None

    @property
    def shows_mock(self) -> bool:
        """Whether the form shows the mocked result as it is."""
        return self.mock == mocks.MockedResult(self.text, self.is_error)

    @property
    def field(self) -> str:
        """What the names of its fields begin with."""
        return f"result-{self.number}"

    @property
    def id(self) -> str:
        return str(self.block["id"])

    @property
    def name(self) -> str:
        return str(self.block.get("name", ""))

    @property
    def shown_input(self) -> str:
        """The input as indented JSON, cut when it is very long."""
        return cut(json.dumps(self.block.get("input", {}), ensure_ascii=False, indent=2))

    @property
    def result(self) -> dict[str, Any]:
        """The block that is sent; without a text the result is empty."""
        found: dict[str, Any] = {"type": "tool_result", "tool_use_id": self.id}
        if self.block.get("toolset_name"):
            found["toolset_name"] = self.block["toolset_name"]
        if self.text:
            found["content"] = self.text
        return found | ({"is_error": True} if self.is_error else {})


@dataclass(frozen=True)
class Waiting:
    """The calls of a run that ended to wait for their results.

    ``own_key`` is the idempotency key with which it goes on by itself: two pages begin one run.
    """

    run: Run
    calls: list[Call]
    own_key: str
    continued_in: Run | None = None
    """The newest run that has sent results."""

    @property
    def results(self) -> list[dict[str, Any]]:
        """The blocks that answer, in the order of the calls."""
        return [call.result for call in self.calls]

    @property
    def can_mock(self) -> bool:
        """Whether every call has a mocked result."""
        return all(call.mock for call in self.calls)

    @property
    def next_round(self) -> int:
        """The number of the round that mocked results would begin."""
        before = self.run.mock_round or 0
        return before + 1 if before < MOST_ROUNDS else 1

    @property
    def problems(self) -> list[Problem]:
        """What keeps the results from being sent."""
        failed = [call for call in self.calls if call.is_error and not call.text.strip()]
        return [Problem("", NO_TEXT.format(call.name or "a call")) for call in failed]

    def goes_on(self, user: User) -> bool:
        """Whether the page of the person who began it sends the mocked results by itself."""
        run = self.run
        finished = run.finished_at or run.created_at
        is_fresh = timezone.now() - finished < STILL_FRESH
        is_first = run.user_id == user.pk and self.continued_in is None
        is_wanted = run.cancel_requested_at is None
        has_round = 0 < (run.mock_round or 0) < MOST_ROUNDS
        return has_round and is_first and is_wanted and is_fresh and self.can_mock

    def with_posted(self, post: Mapping[str, str]) -> Waiting:
        """The calls with the results that a form holds; those it lacks keep what they have."""
        calls = [
            replace(
                call,
                text=clean_text(post[f"{call.field}-text"]),
                is_error=f"{call.field}-error" in post,
            )
            if f"{call.field}-text" in post
            else call
            for call in self.calls
        ]
        return replace(self, calls=calls)


def waiting_of(run: Run, user: User) -> Waiting | None:
    """What a finished run waits for, filled with what was typed, else with mocked results.

    Only with those that ``user`` may see. None when it waits for nothing.
    """
    if run.state != State.SUCCEEDED or run.ending != "tool_use" or cut_calls(run):
        return None
    blocks = _calls(run)
    ids = [block.get("id") for block in blocks]
    are_usable = all(isinstance(each, str) and each for each in ids)
    if not blocks or not are_usable or len({*map(str, ids)}) < len(ids):
        return None
    known = mocks_of(run, user)
    calls = [_call(number, block, known) for number, block in enumerate(blocks, 1)]
    following = run.continuations.order_by("-pk").first()
    typed = typed_results.fields_of(run, blocks, following, user)
    return Waiting(run, calls, _own_key(run), following).with_posted(typed)


def goes_on_by_itself(run: Run | None, user: User) -> bool:
    """Whether the page of ``user`` is about to send the next round of mocked results."""
    waiting = waiting_of(run, user) if run else None
    return waiting is not None and waiting.goes_on(user)


def cut_calls(run: Run) -> list[str]:
    """The names of the tools whose call broke off, so that no result can answer it."""
    return [str(block.get("name", "")) for block in _calls(run) if "partial_json" in block]


def mocks_of(run: Run, user: User) -> dict[str, Any]:
    """The mocked results of the draft that was run, if it is the user's own, or of its version.

    A run without a draft that carries on another has those of the other.
    """
    if run.draft is None and run.continues is not None:
        return mocks_of(run.continues, user)
    if run.draft is not None and run.draft.user_id == user.pk:
        return run.draft.parsed.mocks
    versions = PromptVersion.objects.filter(
        prompt=run.prompt_id or 0, number=run.version_number or 0
    )
    version = versions.first()
    return version.parsed.mocks if version else {}


def _call(number: int, block: Mapping[str, Any], known: Mapping[str, Any]) -> Call:
    mocked = mocks.answer(known, str(block.get("name", "")), block.get("input", {}))
    if mocked is None:
        return Call(number, block)
    return Call(number, block, mocked.text, mocked.is_error, mocked)


def _calls(run: Run) -> list[Mapping[str, Any]]:
    content = (run.message or {}).get("content")
    blocks = content if isinstance(content, list) else []
    return [mapping_of(block) for block in blocks if mapping_of(block).get("type") == "tool_use"]


def _own_key(run: Run) -> str:
    return salted_hmac("results", f"{run.pk}").hexdigest()[:40]
