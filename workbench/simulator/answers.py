"""The answer to a request before any fault: its blocks, how it ends, what it used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workbench.simulator import content, tools, usage
from workbench.simulator.blocks import Block, text_block, thinking_block, words_of
from workbench.simulator.calls import Call
from workbench.simulator.citing import cited
from workbench.simulator.models import shows_thinking, thinks
from workbench.simulator.prompt_cache import PromptCache
from workbench.simulator.schemas import json_answer


@dataclass(slots=True)
class Answer:
    """A message to send; `usage` holds token counts."""

    message_id: str
    model: str
    blocks: list[Block]
    stop_reason: str | None
    input_usage: dict[str, Any]
    stop_sequence: str | None = None
    stop_details: dict[str, Any] | None = None
    diagnostics: dict[str, Any] | None = None
    usage: dict[str, Any] = field(default_factory=dict)

    def message(self) -> dict[str, Any]:
        """Return the whole message as a request without streaming gets it."""
        return {
            **self.opening(),
            "content": [block.finished() for block in self.blocks],
            "stop_reason": self.stop_reason,
            "stop_sequence": self.stop_sequence,
            "stop_details": self.stop_details,
            "container": self.container,
            "diagnostics": self.diagnostics,
            "usage": {**self.input_usage, **self.output_usage()},
        }

    def opening(self) -> dict[str, Any]:
        """Return the message as it stands in `message_start`."""
        return {
            "id": self.message_id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "diagnostics": self.diagnostics,
            "usage": {**self.input_usage, "output_tokens": 1},
        }

    @property
    def container(self) -> dict[str, Any] | None:
        """Return the container that code ran in, if any did."""
        names = [block.start.get("name") for block in self.blocks]
        if "code_execution" not in names:
            return None
        return {"id": "container_sim0001", "expires_at": "2026-11-20T10:30:00Z"}

    def output_usage(self) -> dict[str, Any]:
        """Return the cumulative usage of `message_delta`."""
        thinking = sum(block.tokens for block in self.blocks if block.type == "thinking")
        used_tools = [b.start["name"] for b in self.blocks if b.type == "server_tool_use"]
        searches, fetches = used_tools.count("web_search"), used_tools.count("web_fetch")
        fields = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
        used: dict[str, Any] = {name: self.input_usage[name] for name in fields}
        used["output_tokens"] = sum(block.tokens for block in self.blocks)
        used["output_tokens_details"] = {"thinking_tokens": thinking}
        used["server_tool_use"] = (
            {"web_search_requests": searches, "web_fetch_requests": fetches}
            if searches or fetches
            else None
        )
        return {**used, **self.usage}


def answer_to(call: Call, cache: PromptCache, *, text: str | None = None) -> Answer:
    """Return the answer to a request; `text` replaces what the simulator would say."""
    calls = tools.calls_for(call) if text is None else []
    blocks = _thinking(call, forced=tools.is_forced(call))
    if calls:
        blocks += calls
    else:
        blocks.append(text_block(_text(call) if text is None else text))
        if text is None and _schema(call.body) is None:
            blocks += cited(call)
    return finish(call, cache, blocks, "tool_use" if tools.waits(calls) else "end_turn")


def finish(
    call: Call,
    cache: PromptCache,
    blocks: list[Block],
    stop_reason: str | None = "end_turn",
    **ending: Any,
) -> Answer:
    """Return an answer made of `blocks`, shortened by stop sequences and `max_tokens`."""
    _tell_apart(blocks, call)
    used = usage.input_usage(call, cache)
    missed = used["input_tokens"] + used["cache_creation_input_tokens"]
    answer = Answer(
        call.message_id,
        call.model,
        blocks,
        stop_reason,
        used,
        diagnostics=cache.diagnosis(call, missed),
        **ending,
    )
    _honour_stop_sequences(answer, call.body.get("stop_sequences"))
    _honour_max_tokens(answer, call.body.get("max_tokens"))
    return answer


def _tell_apart(blocks: list[Block], call: Call) -> None:
    """Give ids and signatures that no earlier answer of the conversation has."""
    before = sum(turn.get("role") == "assistant" for turn in call.turns)
    if not before:
        return
    for block in blocks:
        for name in ("id", "tool_use_id", "data"):
            if isinstance(block.start.get(name), str):
                block.start = {**block.start, name: f"{block.start[name]}_{before}"}
        for delta in block.deltas:
            if delta["type"] == "signature_delta":
                delta["signature"] = f"{delta['signature']}_{before}"


def _thinking(call: Call, *, forced: bool) -> list[Block]:
    if forced or not (thinks(call.model, call.body.get("thinking")) or _takes_notes(call)):
        return []
    shown = shows_thinking(call.model, call.body.get("thinking"))
    return [thinking_block(content.thoughts(call) if shown else "")]


def _takes_notes(call: Call) -> bool:
    """Return whether thinking "between_tools" has something to note: results of tools."""
    thinking = call.body.get("thinking")
    kind = thinking.get("type") if isinstance(thinking, dict) else None
    return kind == "between_tools" and tools.has_results(call)


def _text(call: Call) -> str:
    schema = _schema(call.body)
    if schema is not None:
        return json_answer(schema)
    text = content.prose(call)
    length = call.wish.count("tokens", 0)
    return content.stretched(text, length) if length > 0 else text


def _schema(body: dict[str, Any]) -> dict[str, Any] | None:
    config = body.get("output_config")
    form = config.get("format") if isinstance(config, dict) else None
    schema = form.get("schema") if isinstance(form, dict) else None
    return schema if isinstance(schema, dict) else None


def _honour_stop_sequences(answer: Answer, sequences: Any) -> None:
    """Cut the answer in front of the first stop sequence that a text block holds."""
    wanted = [one for one in sequences or () if isinstance(one, str) and one]
    for number, block in enumerate(answer.blocks):
        if block.type != "text":
            continue
        text = str(block.finished()["text"])
        found = [(text.find(one), one) for one in wanted if one in text]
        if found:
            at, sequence = min(found)
            block.deltas = [{"type": "text_delta", "text": word} for word in words_of(text[:at])]
            del answer.blocks[number + 1 :]
            answer.stop_reason, answer.stop_sequence = "stop_sequence", sequence
            return


def _honour_max_tokens(answer: Answer, limit: Any) -> None:
    """Cut the answer behind its first `limit` tokens; thinking counts too."""
    if not isinstance(limit, int) or sum(block.tokens for block in answer.blocks) <= limit:
        if limit == 0:
            answer.blocks, answer.stop_reason = [], "max_tokens"
        return
    left, kept = limit, []
    for block in answer.blocks:
        if left <= 0:
            break
        if block.tokens > left:
            block.cut(left)
        left -= block.tokens
        kept.append(block)
    answer.blocks, answer.stop_reason, answer.stop_sequence = kept, "max_tokens", None
