"""What a scenario gets to work with, and the register scenarios enter themselves in."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbench.simulator.answers import Answer, answer_to, finish
from workbench.simulator.blocks import Block
from workbench.simulator.calls import Call
from workbench.simulator.prompt_cache import PromptCache
from workbench.simulator.replies import Reply, json_reply
from workbench.simulator.streams import DELAY, Event, events_of, frame, position_after, whole

AFTER = 5  # pieces of text in front of a fault


@dataclass(frozen=True, slots=True)
class Stage:
    """A request that passed all checks, with the options of its scenario."""

    call: Call
    cache: PromptCache

    @property
    def delay(self) -> float:
        """Seconds between two events."""
        return max(0.0, self.call.wish.number("delay", DELAY))

    def answer(self, text: str | None = None) -> Answer:
        """Return the answer the request gets when nothing goes wrong."""
        return answer_to(self.call, self.cache, text=text)

    def made_of(
        self, blocks: list[Block], stop_reason: str | None = "end_turn", **ending: Any
    ) -> Answer:
        """Return an answer of these blocks."""
        return finish(self.call, self.cache, blocks, stop_reason, **ending)

    def respond(self, answer: Answer) -> Reply:
        """Return the answer as the request wants it: streamed or whole."""
        if not self.call.streaming:
            return json_reply(200, answer.message())
        return whole(map(frame, events_of(answer)), self.delay)

    def events(self) -> list[Event]:
        """Return the events of the whole answer."""
        return events_of(self.answer())

    def place(self, events: list[Event]) -> int:
        """Return the position the option `after` means, counted in pieces of text."""
        return position_after(events, self.call.wish.count("after", AFTER))

    def split(self) -> tuple[list[Event], list[Event]]:
        """Return the events up to the place of the fault, and those behind it."""
        events = self.events()
        at = self.place(events)
        return events[:at], events[at:]


class Scope(enum.Enum):
    """Where a scenario applies; elsewhere the request gets its plain answer."""

    EVERYWHERE = "everywhere"  # also for count_tokens and the list of models
    MESSAGES = "messages"
    STREAMS = "streams"  # streamed messages only


Play = Callable[[Stage], Reply]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named behaviour; `sentence` says what a client sees."""

    name: str
    sentence: str
    play: Play
    scope: Scope = Scope.MESSAGES

    def applies_to(self, call: Call) -> bool:
        """Return whether the request is of the kind this scenario is for."""
        if self.scope is Scope.EVERYWHERE:
            return True
        is_message = call.path == "/v1/messages"
        return is_message and (self.scope is Scope.MESSAGES or call.streaming)


class Register(dict[str, Scenario]):
    """Scenarios by name."""

    def add(self, name: str, scope: Scope = Scope.MESSAGES) -> Callable[[Play], Play]:
        """Return a decorator that enters a function; its docstring is the scenario's sentence."""

        def enter(play: Play) -> Play:
            self[name] = Scenario(name, inspect.getdoc(play) or "", play, scope)
            return play

        return enter
