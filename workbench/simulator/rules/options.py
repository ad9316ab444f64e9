"""Fields with few values, fields that need a beta, and what counting tokens does not take.

Sources: Python SDK 2.11.0, types/message_create_params.py, types/beta/message_create_params.py and
types/message_count_tokens_params.py (2026-11-19); inference_geo, speed: pricing (2026-10-10).
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.simulator.rules.asked import Asked, object_in, one_of

# Field -> the family of its beta; empty where the documents read do not name it.
BETA_FIELDS = {
    "context_management": "",
    "compaction": "compact",
    "fallbacks": "server-side-fallback",
    "fallback_credit_token": "",
    "mcp_servers": "mcp-client",
    "thread": "message-threads",
    "billing_policy": "user-profiles-billing",
}
NOT_COUNTED = ("max_tokens", "stream", "stop_sequences", "metadata")


def beta_only(asked: Asked) -> Iterator[str]:
    """A field of a beta is unknown without the beta."""
    fields = [(name, asked.body.get(name), family) for name, family in BETA_FIELDS.items()]
    thinking = object_in(asked.body.get("thinking"))
    binding = thinking.get("block_binding")
    fields.append(("thinking.block_binding", binding, "thinking-binding-controls"))
    budget = object_in(asked.body.get("output_config")).get("task_budget")
    fields.append(("output_config.task_budget", budget, "task-budgets"))
    for number, turn in enumerate(asked.turns):
        path, config = f"messages.{number}", turn.get("output_config")
        clear = turn.get("clear_at")
        fields.append((f"{path}.clear_at", clear, "mid-conversation-system-clear-at"))
        fields.append((f"{path}.output_config", config, "mid-conversation-output-config"))
    for path, value, family in fields:
        if value is not None and not asked.has_beta(family):
            yield f"{path}: Extra inputs are not permitted"


def closed_values(asked: Asked) -> Iterator[str]:
    """Tier, region, speed, stream and metadata have few values; two depend on the model."""
    body = asked.body
    closed = {
        "service_tier": ("auto", "standard_only"),
        "inference_geo": ("global", "us"),
        "speed": ("standard", "fast"),
    }
    for name, values in closed.items():
        if body.get(name) is not None and body[name] not in values:
            yield f"{name}: {one_of(values)}"
    if body.get("inference_geo") is not None and asked.accepted.region is False:
        yield "inference_geo: This model does not support inference_geo"
    if body.get("speed") == "fast" and asked.accepted.fast is False:
        yield "speed: This model does not support speed 'fast'"
    if not isinstance(body.get("stream"), bool | None):
        yield "stream: Input should be a valid boolean"
    if not isinstance(body.get("metadata"), dict | None):
        yield "metadata: Input should be an object"
    if not isinstance(object_in(body.get("metadata")).get("user_id"), str | None):
        yield "metadata.user_id: Input should be a valid string"
    if not isinstance(body.get("container"), str | dict | None):
        yield "container: Input should be a valid string or object"
    if not isinstance(body.get("diagnostics"), dict | None):
        yield "diagnostics: Input should be an object"
    if not isinstance(object_in(body.get("diagnostics")).get("previous_message_id"), str | None):
        yield "diagnostics.previous_message_id: Input should be a valid string"


def stop_sequences(asked: Asked) -> Iterator[str]:
    """A stop sequence is a text with something to see in it."""
    sequences = asked.body.get("stop_sequences")
    if sequences is None:
        return
    if not isinstance(sequences, list):
        yield "stop_sequences: Input should be a valid array"
        return
    for number, sequence in enumerate(sequences):
        if not isinstance(sequence, str):
            yield f"stop_sequences.{number}: Input should be a valid string"
        elif not sequence.strip():
            yield f"stop_sequences.{number}: each stop sequence must contain non-whitespace"


def counted_only(asked: Asked) -> Iterator[str]:
    """Counting tokens does not take what only an answer needs."""
    if asked.counting:
        for name in NOT_COUNTED:
            if name in asked.body:
                yield f"{name}: Extra inputs are not permitted"
