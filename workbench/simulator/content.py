"""What the simulator says: an answer in Markdown that tells what it was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from workbench.simulator.blocks import words_of
from workbench.simulator.calls import Call, blocks_of, text_of

MOST_WORDS = 64_000  # more than models write; any prompt can ask for any number
QUOTED = 400  # characters of the request that are repeated
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s]{1,60})\s*\}\}")
_FILLER = (
    "This sentence only makes the answer longer, so that there is something to watch. "
    "It has no meaning beyond its length.\n\n"
)


def prose(call: Call) -> str:
    """Return the default answer to a request, in Markdown."""
    results = _tool_results(call)
    if results:
        return f"The tool answered. This is what came back:\n\n{results}\n\n{_notice()}"
    return "\n\n".join(
        [
            "# A simulated answer",
            _notice(),
            f"## What arrived\n\n{_what_arrived(call)}",
            f"The last user message reads:\n\n{_quoted(call.last_user_text)}",
            f"## In numbers\n\n{_table(call)}",
            f"## As a request\n\n{_code(call)}",
            "1. Every word of this answer is sent on its own, as a model would.\n"
            "2. The same request always gets the same answer.\n"
            "3. A line such as `simulate: drop after=5` in the last user message asks for a fault.",
            "That is all. A real model would have answered the question here.",
        ]
    )


def thoughts(call: Call) -> str:
    """Return the summarized thinking in front of an answer."""
    words = len(call.last_user_text.split())
    return (
        f"The user sent {words} words. No model is connected, so there is nothing to think about. "
        "I will say plainly that this is a simulation and repeat what arrived."
    )


def stretched(text: str, tokens: int) -> str:
    """Return the text cut or filled up to exactly `tokens` words, `MOST_WORDS` at the most."""
    tokens = min(tokens, MOST_WORDS)
    if len(words_of(text)) < tokens:
        text = f"{text.rstrip()}\n\n{_FILLER * (tokens // len(words_of(_FILLER)) + 1)}"
    return "".join(words_of(text)[:tokens])


def _notice() -> str:
    return (
        "**This answer is simulated.** No model has read your prompt and nothing was sent to "
        "Anthropic. Add an API key to get real answers."
    )


def _what_arrived(call: Call) -> str:
    lines = [f"- the model `{call.model}`", f"- {_system(call)}", f"- {_turns(call)}"]
    for kind in ("image", "document"):
        count = _count_of(call, kind)
        if count:
            types = ", ".join(sorted(_types_of(call, kind)))
            lines.append(f"- {count} {kind}{'s' if count > 1 else ''} ({types})")
    open_names = sorted(set(_PLACEHOLDER.findall(call.last_user_text)))
    if open_names:
        names = ", ".join(f"`{{{{{name}}}}}`" for name in open_names)
        lines.append(f"- placeholders that nobody filled in: {names}")
    return "\n".join(lines)


def _system(call: Call) -> str:
    length = len(text_of(call.body.get("system")))
    return f"a system prompt of {length} characters" if length else "no system prompt"


def _turns(call: Call) -> str:
    return "1 message" if len(call.turns) == 1 else f"{len(call.turns)} messages"


def _quoted(text: str) -> str:
    if not text:
        return "> (no text)"
    short = text[:QUOTED] + ("…" if len(text) > QUOTED else "")
    return "\n".join(f"> {line}" for line in short.splitlines())


def _table(call: Call) -> str:
    text = call.last_user_text
    rows = [
        ("characters", len(text)),
        ("words", len(text.split())),
        ("`max_tokens`", call.body.get("max_tokens", "not set")),
        ("tools", len(call.body.get("tools") or ())),
    ]
    return "| what | how much |\n| --- | ---: |\n" + "\n".join(f"| {a} | {b} |" for a, b in rows)


def _code(call: Call) -> str:
    shown = {
        key: value
        for key, value in call.body.items()
        if key not in {"messages", "system", "tools"} and not isinstance(value, list)
    }
    return f"```json\n{json.dumps(shown, indent=2, ensure_ascii=True)}\n```"


def _count_of(call: Call, kind: str) -> int:
    return sum(block.get("type") == kind for block in _every_block(call))


def _types_of(call: Call, kind: str) -> set[str]:
    """Return the media types of the blocks of a kind; where they come from, if that is all."""
    sources = [block.get("source") for block in _every_block(call) if block.get("type") == kind]
    known = [source for source in sources if isinstance(source, dict)]
    return {str(source.get("media_type") or source.get("type")) for source in known}


def _every_block(call: Call) -> Iterator[dict[str, Any]]:
    for turn in call.turns:
        for block in blocks_of(turn.get("content")):
            yield block
            if block.get("type") == "tool_result":
                yield from blocks_of(block.get("content"))


def _tool_results(call: Call) -> str:
    results = [
        block for block in blocks_of(call.last_user_content) if block.get("type") == "tool_result"
    ]
    return "\n".join(f"- {_result_line(result)}" for result in results)


def _result_line(result: dict[str, Any]) -> str:
    given = result.get("content")
    others = [str(block.get("type")) for block in blocks_of(given) if block.get("type") != "text"]
    text = ", ".join(filter(None, [text_of(given)[:QUOTED], *others])) or "(empty)"
    state = "failed with" if result.get("is_error") else "returned"
    return f"`{result.get('tool_use_id', '')}` {state}: {text}"
