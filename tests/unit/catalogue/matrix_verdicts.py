"""All cases of the matrix, and the verdicts of the two tables that are held against them."""

from __future__ import annotations

import json
from typing import Any

from workbench.catalogue import problems
from workbench.simulator.upstream import Upstream

from . import matrix_conversation, matrix_parameters, matrix_schemas
from .examples import PlainRequest
from .matrix import Case

PARAMETERS: dict[str, list[Case]] = {
    "max_tokens": matrix_parameters.MAX_TOKENS,
    "sampling": matrix_parameters.SAMPLING,
    "prefill": matrix_parameters.PREFILL,
    "thinking": matrix_parameters.THINKING,
    "thinking display": matrix_parameters.THINKING_DISPLAY,
    "thinking budget": matrix_parameters.THINKING_BUDGET,
    "effort": matrix_parameters.EFFORT,
    "effort beside thinking": matrix_parameters.EFFORT_BESIDE_THINKING,
    "output format": matrix_schemas.SCHEMAS,
    "tools": matrix_conversation.TOOLS,
    "tool_choice": matrix_parameters.TOOL_CHOICE,
    "tool pairs": matrix_conversation.TOOL_PAIRS,
    "turns": matrix_conversation.TURNS,
    "system turns": matrix_conversation.SYSTEM_TURNS,
    "blocks": matrix_conversation.BLOCKS,
    "cache_control": matrix_conversation.CACHING,
    "options": matrix_parameters.OPTIONS,
    "beta fields": matrix_parameters.BETA_FIELDS,
}
MESSAGES, COUNT = "/v1/messages", "/v1/messages/count_tokens"
UPSTREAM = Upstream()


def cases(parameter: str, model_id: str) -> list[Case]:
    """Return the cases of a parameter that a model takes part in."""
    return [case for case in PARAMETERS[parameter] if model_id in case.only]


def paths(api_version: str, betas: tuple[str, ...], sent: Any) -> set[str]:
    """Return where the catalogue finds problems."""
    return {problem.path for problem in problems(PlainRequest(api_version, betas, sent))}


def status(path: str, api_version: str, betas: tuple[str, ...], sent: Any) -> int:
    """Return the status the simulator answers a body with."""
    headers = {"x-api-key": "k", "anthropic-version": api_version}
    headers["anthropic-beta"] = ",".join(betas)
    reply, _ = UPSTREAM.reply("POST", path, headers, json.dumps(sent).encode())
    return reply.status
