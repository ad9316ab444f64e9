"""A prompt of another prompt library, which keeps turns, parameters and variables apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .chat_completions import is_chat_completions, read_chat_completions
from .markers import Style, variables_of, with_markers
from .messages_body import read_messages_body
from .reading import FoundPrompt
from .remarks import Remarks

PARAMETERS = frozenset(
    {
        "model",
        "max_tokens",
        "max_completion_tokens",
        "temperature",
        "top_p",
        "top_k",
        "stop",
        "stop_sequences",
        "system",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "functions",
        "function_call",
        "thinking",
        "output_config",
        "output_format",
        "response_format",
        "reasoning_effort",
        "reasoning",
        "metadata",
        "service_tier",
        "stream",
        "seed",
        "n",
        "presence_penalty",
        "frequency_penalty",
        "logit_bias",
        "logprobs",
        "top_logprobs",
        "user",
        "cache_control",
        "inference_geo",
    }
)
"""Fields of a request, of the Messages API and of chat completions."""
_CAMEL = {
    "maxTokens": "max_tokens",
    "max_output_tokens": "max_tokens",
    "maxOutputTokens": "max_tokens",
    "topP": "top_p",
    "topK": "top_k",
    "stopSequences": "stop_sequences",
    "model_name": "model",
    "modelName": "model",
    "toolChoice": "tool_choice",
}


def as_turns(prompt: object) -> list[Any]:
    """Return the turns of a prompt that is one text or a list of turns."""
    if isinstance(prompt, str):
        return [{"role": "user", "content": prompt}]
    return list(prompt) if isinstance(prompt, list) else []


def parameters_in(
    settings: Mapping[str, Any], remarks: Remarks, where: str, *, skipped: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return those settings that are fields of a request; a remark says what the others were."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        name = _CAMEL.get(key, key)
        if value is None or key in skipped:
            continue
        if name in PARAMETERS:
            found[name] = value
        else:
            remarks.left_out(f"{key} in {where} is no parameter of a request.", value)
    return found


def template_prompt(
    turns: list[Any],
    parameters: Mapping[str, Any],
    style: Style,
    remarks: Remarks,
    defaults: Mapping[str, str] | None = None,
) -> FoundPrompt:
    """Return the prompt for turns with markers and the parameters that belong to them."""
    body: dict[str, Any] = {**parameters, "messages": turns}
    read = read_chat_completions if is_chat_completions(body) else read_messages_body
    prompt = read(body, None)
    request = prompt.request
    marked = with_markers(request.body, style, remarks)
    return replace(
        prompt,
        request=replace(request, body=marked),
        variables=variables_of(marked, defaults),
        remarks=(*remarks.all, *prompt.remarks),
    )
