"""A request in the form of the chat-completions API, as a Messages request.

chat_turns.py has the conversation, chat_tools.py the tools. What has no equivalent is a remark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench import catalogue
from workbench.messages_api import MessageRequest

from .chat_tools import Tools, read_tools
from .chat_turns import read_turns
from .former_fields import without_stream
from .mending import NOT_SAID
from .model_names import old_successor, usual_name
from .reading import FoundPrompt
from .remarks import Remarks

_OWN = frozenset(
    {
        "response_format",
        "max_completion_tokens",
        "stop",
        "n",
        "seed",
        "logprobs",
        "top_logprobs",
        "logit_bias",
        "presence_penalty",
        "frequency_penalty",
        "reasoning_effort",
        "parallel_tool_calls",
        "functions",
        "function_call",
        "user",
        "stream_options",
    }
)
"""Fields that only the chat-completions API has."""
_OF_MESSAGES = frozenset(
    {
        "system",
        "stop_sequences",
        "thinking",
        "output_config",
        "output_format",
        "anthropic_version",
        "cache_control",
        "context_management",
        "mcp_servers",
        "container",
    }
)
_FOREIGN_MODEL = re.compile(
    r"(?:[\w.-]+/)*(?:gpt|chatgpt|o[1-9]\b|text-|davinci|gemini|gemma|llama|meta-|mi[sx]tral|codestral"
    r"|deepseek|qwen|grok|command|kimi|glm|phi-)",
    re.IGNORECASE,
)
_SAME = ("temperature", "top_p", "top_k")
_PASSED = frozenset(_SAME) | _OF_MESSAGES
"""Fields that stay as they are: some gateways take those of both APIs."""
_DEFAULTS: dict[str, Any] = {
    "n": 1,
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "logprobs": False,
    "parallel_tool_calls": True,
    "store": False,
    "service_tier": "auto",
    "stream_options": {"include_usage": True},
    "modalities": ["text"],
}
"""Values that say nothing: leaving them out changes nothing."""
_EFFORTS = {"minimal": "low", "none": "low"}
_WHY = {
    "n": "run the prompt several times instead",
    "seed": "answers cannot be repeated by a number",
    "logprobs": "the Messages API gives no probabilities",
    "top_logprobs": "the Messages API gives no probabilities",
}


def is_chat_completions(value: object) -> bool:
    """Return whether a body with messages is one of the chat-completions API."""
    if not isinstance(value, Mapping) or not isinstance(value.get("messages"), list):
        return False
    turns = [turn for turn in value["messages"] if isinstance(turn, Mapping)]
    if not turns or not any("role" in turn for turn in turns):
        return False
    if turns[0].get("role") in ("system", "developer") or any(map(_is_chat_turn, turns)):
        return True
    if _has_functions(value.get("tools")):
        return True
    if _OF_MESSAGES & value.keys() or value.get("tools"):
        return False
    is_foreign = is_foreign_model(value.get("model"))
    return bool(_OWN & value.keys()) or is_foreign or isinstance(value.get("tool_choice"), str)


def is_foreign_model(name: object) -> bool:
    """Return whether a name is that of another maker's model."""
    return isinstance(name, str) and _FOREIGN_MODEL.match(name) is not None


def read_chat_completions(body: Mapping[str, Any], line: int | None = None) -> FoundPrompt:
    """Return the Messages request for the body of a chat-completions request."""
    remarks = Remarks(line)
    body = without_stream(body, remarks.all, line)
    found: dict[str, Any] = {"model": _model(body, remarks)}
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    if limit is not None:
        found["max_tokens"] = limit
    turns = read_turns(body.get("messages"), remarks)
    if turns.system:
        found["system"] = turns.system
    found["messages"] = turns.messages
    _add_tools(found, read_tools(body, remarks))
    _add_stops(found, body.get("stop"), remarks)
    _add_output(found, body, remarks)
    _add_user(found, body, remarks)
    for name, value in body.items():
        if name in _PASSED and name not in found and value is not None:
            found[name] = value
    _leave_out(body, remarks)
    return FoundPrompt(MessageRequest(NOT_SAID, (), found), remarks=tuple(remarks.all))


def _is_chat_turn(turn: Mapping[str, Any]) -> bool:
    if turn.get("role") in ("developer", "tool", "function"):
        return True
    if turn.get("tool_calls") is not None or turn.get("function_call") is not None:
        return True
    content = turn.get("content")
    parts = content if isinstance(content, list) else []
    return any(isinstance(part, Mapping) and part.get("type") in _CHAT_PARTS for part in parts)


_CHAT_PARTS = ("image_url", "input_audio", "file", "refusal")


def _has_functions(tools: object) -> bool:
    first = tools[0] if isinstance(tools, list) and tools else None
    return isinstance(first, Mapping) and isinstance(first.get("function"), Mapping)


def _model(body: Mapping[str, Any], remarks: Remarks) -> str:
    name = body.get("model")
    if not isinstance(name, str) or not name.strip():
        remarks.changed(f"The text names no model: {catalogue.DEFAULT_MODEL} was chosen.")
        return catalogue.DEFAULT_MODEL
    if new := old_successor(name):
        remarks.changed(new.sentence)
        return new.model
    usual = usual_name(name)
    if usual != name:
        remarks.changed(f"The model {name[:80]} is called {usual} here.")
    return usual


def _add_tools(found: dict[str, Any], tools: Tools) -> None:
    if tools.tools:
        found["tools"] = tools.tools
    if tools.choice:
        found["tool_choice"] = tools.choice


def _add_stops(found: dict[str, Any], stop: object, remarks: Remarks) -> None:
    stops = [stop] if isinstance(stop, str) else stop if isinstance(stop, list) else []
    kept = [each for each in stops if isinstance(each, str) and each.strip()]
    if len(kept) < len(stops):
        remarks.left_out("Stop sequences without a visible character are refused.", stop)
    if kept:
        found["stop_sequences"] = kept


def _add_output(found: dict[str, Any], body: Mapping[str, Any], remarks: Remarks) -> None:
    given = body.get("output_config")
    config: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {}
    wanted = body.get("response_format")
    kind = wanted.get("type") if isinstance(wanted, Mapping) else None
    if isinstance(wanted, Mapping) and kind == "json_schema":
        outer = wanted.get("json_schema")
        schema = outer.get("schema") if isinstance(outer, Mapping) else None
        if isinstance(schema, Mapping):
            config["format"] = {"type": "json_schema", "schema": schema}
            remarks.changed("response_format became output_config.format; the schema is the same.")
        else:
            remarks.not_understood("response_format holds no schema.", wanted)
    elif kind == "json_object":
        remarks.left_out(
            "response_format “json_object” has no equivalent: give a JSON schema, or ask for JSON "
            "in the prompt.",
            wanted,
        )
    elif wanted is not None and kind != "text":
        remarks.not_understood("This response_format is not known.", wanted)
    if effort := _effort(body, remarks):
        config["effort"] = effort
    if config:
        found["output_config"] = config


def _effort(body: Mapping[str, Any], remarks: Remarks) -> str:
    reasoning = body.get("reasoning")
    level = body.get("reasoning_effort")
    if level is None and isinstance(reasoning, Mapping):
        level = reasoning.get("effort")
    if level is None:
        return ""
    if not isinstance(level, str) or level not in (*catalogue.EFFORT_LEVELS, *_EFFORTS):
        remarks.not_understood("This reasoning_effort is not known.", level)
        return ""
    effort = _EFFORTS.get(level, level)
    remarks.changed(f"reasoning_effort “{level}” became output_config.effort “{effort}”.")
    return effort


def _add_user(found: dict[str, Any], body: Mapping[str, Any], remarks: Remarks) -> None:
    metadata = body.get("metadata")
    own = metadata.get("user_id") if isinstance(metadata, Mapping) else None
    if isinstance(own, str):
        found["metadata"] = {"user_id": own}
    elif metadata:
        remarks.left_out("metadata has no equivalent here.", metadata)
    for name in ("user", "safety_identifier"):
        value = body.get(name)
        if isinstance(value, str) and value and "metadata" not in found:
            found["metadata"] = {"user_id": value}
            remarks.changed(f"{name} became metadata.user_id.")


_READ = frozenset(
    {
        *_PASSED,
        "model",
        "messages",
        "max_tokens",
        "max_completion_tokens",
        "stop",
        "response_format",
        "reasoning_effort",
        "reasoning",
        "user",
        "safety_identifier",
        "metadata",
        "tools",
        "tool_choice",
        "functions",
        "function_call",
        "parallel_tool_calls",
    }
)


def _leave_out(body: Mapping[str, Any], remarks: Remarks) -> None:
    for name, value in body.items():
        if name in _READ or value is None or value == _DEFAULTS.get(name):
            continue
        why = f": {_WHY[name]}" if name in _WHY else ""
        remarks.left_out(f"{name} has no equivalent here{why}.", value)
