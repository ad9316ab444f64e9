"""A request in the form of the Responses API, by way of chat completions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .chat_completions import is_foreign_model, read_chat_completions
from .reading import FoundPrompt
from .remarks import Remarks

_OWN = frozenset({"instructions", "max_output_tokens", "previous_response_id", "text"})
_TEXTS = ("input_text", "output_text", "text")


def is_responses_body(value: object) -> bool:
    """Return whether `value` is the body of a request to the Responses API."""
    if not isinstance(value, Mapping) or "messages" in value:
        return False
    written = value.get("input")
    is_input = isinstance(written, str) or (
        isinstance(written, list)
        and bool(written)
        and all(
            isinstance(item, Mapping) and ("role" in item or "type" in item) for item in written
        )
    )
    return is_input and (bool(_OWN & value.keys()) or is_foreign_model(value.get("model")))


def read_responses(body: Mapping[str, Any], line: int | None = None) -> FoundPrompt:
    """Return the Messages request for the body of a request to the Responses API."""
    remarks = Remarks(line)
    chat = {
        key: value
        for key, value in body.items()
        if key not in ("input", "instructions", "max_output_tokens", "text")
    }
    chat["messages"] = _messages(body, remarks)
    if body.get("max_output_tokens") is not None:
        chat["max_completion_tokens"] = body["max_output_tokens"]
    text = body.get("text")
    if isinstance(text, Mapping):
        if isinstance(text.get("format"), Mapping):
            chat["response_format"] = _format(text["format"])
        if text.get("verbosity") is not None:
            remarks.left_out("text.verbosity has no equivalent here.", text["verbosity"])
    prompt = read_chat_completions(chat, line)
    return replace(prompt, remarks=(*remarks.all, *prompt.remarks))


def _format(said: Mapping[str, Any]) -> dict[str, Any]:
    """The format as chat completions write it, one level deeper."""
    if said.get("type") != "json_schema":
        return dict(said)
    return {"type": "json_schema", "json_schema": said}


def _messages(body: Mapping[str, Any], remarks: Remarks) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    instructions = body.get("instructions")
    if isinstance(instructions, str) and instructions.strip():
        messages.append({"role": "system", "content": instructions})
    elif instructions:
        remarks.not_understood("The instructions are no text.", instructions)
    written = body.get("input")
    if isinstance(written, str):
        return [*messages, {"role": "user", "content": written}]
    for item in written if isinstance(written, list) else []:
        message = _message(item) if isinstance(item, Mapping) else None
        if message is None:
            remarks.left_out("A part of the input has no equivalent here.", item)
        elif _continues(messages, message):
            messages[-1]["tool_calls"] += message["tool_calls"]
        else:
            messages.append(message)
    return messages


def _continues(messages: list[dict[str, Any]], message: Mapping[str, Any]) -> bool:
    """Whether a call belongs to the turn of the call before it."""
    return bool(messages) and "tool_calls" in message and "tool_calls" in messages[-1]


def _message(item: Mapping[str, Any]) -> dict[str, Any] | None:
    kind = item.get("type")
    if kind == "function_call":
        function = {"name": item.get("name"), "arguments": item.get("arguments")}
        call = {"id": item.get("call_id"), "function": function}
        return {"role": "assistant", "content": None, "tool_calls": [call]}
    if kind == "function_call_output":
        output = item.get("output")
        content = [_part(part) for part in output] if isinstance(output, list) else output
        return {"role": "tool", "tool_call_id": item.get("call_id"), "content": content}
    if "role" not in item or kind not in (None, "message"):
        return None
    content = item.get("content")
    if isinstance(content, list):
        content = [_part(part) for part in content]
    return {"role": item["role"], "content": content}


def _part(part: object) -> object:
    """A part of a turn as chat completions write it; others stay, to be said there."""
    if not isinstance(part, Mapping):
        return part
    kind = part.get("type")
    if kind in _TEXTS:
        return {"type": "text", "text": part.get("text")}
    if kind == "input_image" and isinstance(part.get("image_url"), str):
        image = {"url": part["image_url"], "detail": part.get("detail")}
        return {"type": "image_url", "image_url": image}
    if kind == "input_file":
        return {"type": "file", "file": {key: part[key] for key in part if key != "type"}}
    return part
