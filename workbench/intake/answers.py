"""Recorded answers of several APIs, as a Message of the Messages API.

Nothing is invented: an answer that said no token counts has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .chat_tools import tool_uses
from .legacy import ASSISTANT, HUMAN
from .remarks import Remarks

Answer = dict[str, Any]

ANSWERS = ("response", "answer", "output", "result", "message", "completion")
"""Keys beside a request under which programs keep its answer."""
_OF_COMPLETION = frozenset(
    {"completion", "id", "log_id", "stop", "stop_reason", "truncated", "type"}
)
_OF_CHAT = frozenset({"choices", "created", "id", "object", "system_fingerprint", "usage"})
_OF_MESSAGE = frozenset(
    {"content", "id", "role", "stop_details", "stop_reason", "stop_sequence", "type", "usage"}
)
_FINISHED = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}


def read_answer(value: object) -> Answer | None:
    """Return the recorded answer that `value` is, as a Message; None if it is none."""
    if not isinstance(value, dict):
        return None
    return next((answer for read in _READERS if (answer := read(value))), None)


def answer_apart(value: Mapping[str, Any]) -> tuple[dict[str, Any], Answer | None]:
    """Return a request without the answer that was logged in the same object, and that answer."""
    for name in ANSWERS:
        if answer := read_answer(value.get(name)):
            return {key: item for key, item in value.items() if key != name}, answer
    fields = _fields_of_answer(value)
    said = {key: item for key, item in value.items() if key in fields or key == "model"}
    if "completion" in said:
        said["type"] = "completion"
    answer = read_answer(said)
    rest = {key: item for key, item in value.items() if answer is None or key not in fields}
    return rest, answer


def _fields_of_answer(value: Mapping[str, Any]) -> frozenset[str]:
    """What is of the answer where request and answer are one object."""
    if "prompt" in value:
        # Without a reason it may be what the request was to stop at.
        return _OF_COMPLETION if "stop_reason" in value else _OF_COMPLETION - {"stop"}
    return _OF_CHAT if "choices" in value else _OF_MESSAGE


def error_sentence(value: object) -> str:
    """Return what the error in `value` says, `""` if it is none.

    Errors of batches are nested twice: `error.error`.
    """
    if not isinstance(value, dict):
        return ""
    error = value.get("error")
    if isinstance(error, dict) and isinstance(error.get("error"), dict):
        error = error["error"]
    if not isinstance(error, dict) or not isinstance(error.get("message"), str):
        return ""
    if value.get("type") != "error" and set(value) - {"error", "request_id"}:
        return ""
    kind = error.get("type")
    lead = f"{kind[:60]}: " if isinstance(kind, str) and kind else ""
    return f"{lead}{error['message'][:500]}"


def completion_message(
    text: str, reason: object, value: Mapping[str, Any], stop: object = None
) -> Answer:
    """Return the Message for the text of an old completion and the reason why it ended.

    One blank at the beginning belongs to the old form of prompts, and is left out.
    """
    is_marker = stop is None or stop in (HUMAN, ASSISTANT)
    if reason == "stop_sequence":
        reason = "end_turn" if is_marker else "stop_sequence"
    return {
        "id": _text(value.get("id")) or _text(value.get("log_id")),
        "type": "message",
        "role": "assistant",
        "model": _text(value.get("model")),
        "content": [{"type": "text", "text": text.removeprefix(" ")}],
        "stop_reason": reason if isinstance(reason, str) else None,
        "stop_sequence": stop if reason == "stop_sequence" else None,
    }


def chat_message(value: Mapping[str, Any], said: Mapping[str, Any], reason: object) -> Answer:
    """Return the Message for what the assistant of a chat completion said."""
    content: list[dict[str, Any]] = []
    for text in (said.get("content"), said.get("refusal")):
        if isinstance(text, str) and text:
            content.append({"type": "text", "text": text})
        elif isinstance(text, list):
            content += [part for part in text if isinstance(part, dict) and "text" in part]
    content += tool_uses(said, "call", Remarks())
    answer: Answer = {
        "id": _text(value.get("id")),
        "type": "message",
        "role": "assistant",
        "model": _text(value.get("model")),
        "content": content,
        "stop_reason": _FINISHED.get(str(reason), reason if isinstance(reason, str) else None),
        "stop_sequence": None,
    }
    usage = _usage(value.get("usage"))
    return {**answer, "usage": usage} if usage else answer


def _message(value: Mapping[str, Any]) -> Answer | None:
    is_one = value.get("type") == "message" and isinstance(value.get("content"), list)
    is_alone = "messages" not in value
    return dict(value) if is_one and is_alone and value.get("role") == "assistant" else None


def _completion(value: Mapping[str, Any]) -> Answer | None:
    text = value.get("completion")
    if not isinstance(text, str) or "messages" in value or "prompt" in value:
        return None
    if value.get("type") != "completion" and "stop_reason" not in value:
        return None
    return completion_message(text, value.get("stop_reason"), value, value.get("stop"))


def _chat_completion(value: Mapping[str, Any]) -> Answer | None:
    choices = value.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    said = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(said, dict) or "messages" in value:
        return None
    return chat_message(value, said, choice.get("finish_reason"))


def _usage(value: object) -> dict[str, int]:
    """Token counts; what came from a cache is counted apart here."""
    if not isinstance(value, Mapping):
        return {}
    read, made = value.get("prompt_tokens"), value.get("completion_tokens")
    details = value.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, Mapping) else None
    if not isinstance(read, int) or not isinstance(made, int):
        return {}
    if not isinstance(cached, int) or not 0 < cached <= read:
        return {"input_tokens": read, "output_tokens": made}
    return {
        "input_tokens": read - cached,
        "output_tokens": made,
        "cache_read_input_tokens": cached,
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


_READERS: list[Callable[[Mapping[str, Any]], Answer | None]] = [
    _message,
    _completion,
    _chat_completion,
]
