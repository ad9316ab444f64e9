"""One request to the simulator, read: its body, and the scenario it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

DEFAULT_SCENARIO = "answer"
MARKS = {"/v1/messages": "simulate:", "/v1/messages/count_tokens": "simulate-count:"}


@dataclass(frozen=True)
class Call:
    """A request as the scenarios see it. Header names are lower case."""

    number: int
    method: str
    target: str
    headers: Mapping[str, str]
    raw: bytes

    @cached_property
    def path(self) -> str:
        """The path without the query; the API ignores the query of POST requests."""
        return urlsplit(self.target).path

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """The parameters of the query string."""
        return parse_qs(urlsplit(self.target).query)

    @cached_property
    def body(self) -> dict[str, Any]:
        """The JSON object of the body; empty when there is none or it is not an object.

        As strict as the API: NaN and half surrogate pairs are no JSON.
        """
        try:
            value = orjson.loads(self.raw) if self.raw else {}
        except orjson.JSONDecodeError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def request_id(self) -> str:
        """The id in the `request-id` header and in error bodies."""
        return f"req_sim{self.number:08d}"

    @property
    def message_id(self) -> str:
        """The id of the answer."""
        return f"msg_sim{self.number:08d}"

    @property
    def streaming(self) -> bool:
        """Whether the answer is a stream of events."""
        return self.body.get("stream") is True

    @property
    def model(self) -> str:
        """The model asked for."""
        return str(self.body.get("model", ""))

    @cached_property
    def wish(self) -> Wish:
        """The scenario asked for by header, else by a line of the last user text."""
        line = self.headers.get("x-simulate", "").strip()
        if not line and self.path in MARKS:
            line = _marked_line(self.last_user_text, MARKS[self.path])
        return Wish.read(line) if line or self.path not in MARKS else self._lasting_wish

    @property
    def _lasting_wish(self) -> Wish:
        """The wish of an earlier text that holds for more ``rounds=`` of tool calls; or none."""
        rounds = 1
        for turn in reversed(self.turns):
            content = turn.get("content")
            if turn.get("role") != "user":
                continue
            if not any(block.get("type") == "tool_result" for block in blocks_of(content)):
                wish = Wish.read(_marked_line(text_of(content), MARKS[self.path]))
                return wish if wish.count("rounds", 1) >= rounds else Wish.read("")
            rounds += 1
        return Wish.read("")

    @cached_property
    def last_user_text(self) -> str:
        """The text of the last turn with the role user; empty when it has none."""
        return text_of(self.last_user_content)

    @cached_property
    def last_user_content(self) -> Any:
        """The content of the last turn with the role user: a string, blocks or None."""
        for turn in reversed(self.turns):
            if turn.get("role") == "user":
                return turn.get("content")
        return None

    @cached_property
    def turns(self) -> list[dict[str, Any]]:
        """The messages of the body that are objects."""
        messages = self.body.get("messages")
        if not isinstance(messages, list):
            return []
        return [turn for turn in messages if isinstance(turn, dict)]


@dataclass(frozen=True)
class Wish:
    """A scenario name with its options, such as `drop-mid-json after=5 delay=0.01`."""

    scenario: str
    options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, line: str) -> Wish:
        """Read a line; without a name it is `status` when a code is given, else the answer."""
        words = line.split()
        names = [word for word in words if "=" not in word]
        options = dict(word.split("=", 1) for word in words if "=" in word)
        fallback = "status" if "code" in options else DEFAULT_SCENARIO
        return cls(names[0].lower() if names else fallback, options)

    def number(self, name: str, default: float) -> float:
        """Return an option as a number; the default when it is missing or not a number >= -1."""
        try:
            value = float(self.options[name])
        except (KeyError, ValueError):
            return default
        return value if -1 <= value <= 1e9 else default

    def count(self, name: str, default: int) -> int:
        """Return an option as a whole number; the default when it is missing or unusable."""
        return int(self.number(name, default))


def text_of(content: Any) -> str:
    """Return the text of a message content: the string itself or its text blocks, one per line."""
    if isinstance(content, str):
        return content
    texts = [block["text"] for block in blocks_of(content) if isinstance(block.get("text"), str)]
    return "\n".join(texts)


def blocks_of(content: Any) -> Iterator[dict[str, Any]]:
    """Yield the blocks of a message content; a string has none."""
    if isinstance(content, list):
        yield from (block for block in content if isinstance(block, dict))


def _marked_line(text: str, mark: str) -> str:
    for line in text.splitlines():
        if line.strip().lower().startswith(mark):
            return line.strip()[len(mark) :].strip()
    return ""
