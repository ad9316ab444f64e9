"""A recorded stream of events as the answer that it built: of Messages, old completions, chats."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from workbench.messages_api import Accumulator, EventParser, MessagesApiError, StreamEvent

from .answers import Answer, chat_message, completion_message
from .reading import Kind, Reading, Remark
from .shapes import answer_alone

_BEGINS = re.compile(r"\s*(?:event|data|id|retry)?:[^\n]*\n?")
_HAS_DATA = re.compile(r"^[ \t]*data:\s*[{\[]", re.MULTILINE)


def read_stream(text: str, _name: str = "") -> Reading | None:
    """Return the answer in a recorded stream; None for a text that is none."""
    if not _BEGINS.match(text) or not _HAS_DATA.search(text):
        return None
    try:
        parser = EventParser()
        # Indented events, as they are copied from a page, are events too.
        lines = "\n".join(line.strip() for line in text.split("\n"))
        events = [*parser.feed(lines.strip("\n").encode()), *parser.finish()]
        answer = _answer([event for event in events if isinstance(event.data, dict)])
    except MessagesApiError as error:
        return _without(f"This stream of events cannot be read: {error}.")
    if answer is None:
        return _without("This is a stream of events, and none of them belongs to an answer.")
    return Reading("a recorded stream", (answer_alone(answer),))


def _without(sentence: str) -> Reading:
    return Reading("a recorded stream", remarks=(Remark(Kind.NOT_UNDERSTOOD, sentence),))


def _answer(events: Sequence[StreamEvent]) -> Answer | None:
    if any(event.type == "message_start" for event in events):
        accumulator = Accumulator()
        for event in events:
            accumulator.apply(event)
        return accumulator.result()
    datas = [event.data for event in events if isinstance(event.data, dict)]
    completions = [data for data in datas if isinstance(data.get("completion"), str)]
    if completions:
        return _completion(completions)
    chunks = [data for data in datas if isinstance(data.get("choices"), list)]
    return _chat(chunks) if chunks else None


def _completion(datas: Sequence[Mapping[str, Any]]) -> Answer:
    """The oldest API version, whose events had no type, repeated the whole text in each of them."""
    texts = [str(data["completion"]) for data in datas]
    is_cumulative = "type" not in datas[0] and all(
        later.startswith(earlier) for earlier, later in pairwise(texts)
    )
    last = datas[-1]
    text = texts[-1] if is_cumulative and texts[-1] else "".join(texts)
    return completion_message(text, last.get("stop_reason"), last, last.get("stop"))


def _chat(chunks: Sequence[Mapping[str, Any]]) -> Answer:
    texts: list[str] = []
    calls: dict[int, dict[str, str]] = {}
    reason: object = None
    value = dict(chunks[0])
    for chunk in chunks:
        value = {**value, "usage": chunk.get("usage") or value.get("usage")}
        for choice in chunk["choices"][:1]:
            delta = choice.get("delta") if isinstance(choice, Mapping) else None
            if not isinstance(delta, Mapping):
                continue
            reason = choice.get("finish_reason") or reason
            if isinstance(delta.get("content"), str):
                texts.append(delta["content"])
            _add_calls(calls, delta.get("tool_calls"))
    said = {
        "content": "".join(texts),
        "tool_calls": [{"id": call["id"], "function": call} for call in calls.values()],
    }
    return chat_message(value, said, reason)


def _add_calls(calls: dict[int, dict[str, str]], pieces: object) -> None:
    """Add the pieces of calls: the name comes once, the arguments in parts."""
    for piece in pieces if isinstance(pieces, list) else []:
        function = piece.get("function") if isinstance(piece, Mapping) else None
        index = piece.get("index", 0) if isinstance(piece, Mapping) else None
        if not isinstance(function, Mapping) or not isinstance(index, int):
            continue
        call = calls.setdefault(index, {"id": "", "name": "", "arguments": ""})
        call["id"] = call["id"] or str(piece.get("id") or "")
        call["name"] += str(function.get("name") or "")
        call["arguments"] += str(function.get("arguments") or "")
