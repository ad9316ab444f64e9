"""The top-level fields: model, limits, stop sequences, tiers, beta-only fields, size."""

import re
from collections.abc import Mapping

from workbench.catalogue import lifecycle
from workbench.catalogue.checks.subject import (
    Problem,
    Problems,
    Subject,
    is_whole,
    items,
    mapping,
    one_of,
    shown,
)
from workbench.catalogue.model import API_VERSIONS

# "32 MB" is read as the smaller one: only the text is counted, and a request that is refused
# after its upload costs more than one that is refused here. https://docs.anthropic.com/en/api/errors
LARGEST_BODY_BYTES = 32 * 1000 * 1000

# Field -> the beta that switches it on ("" where the pages read do not name it).
BETA_FIELDS = {
    "context_management": "",
    "compaction": "compact-2026-09-04",
    "fallbacks": "server-side-fallback-2026-07-01",
    "fallback_credit_token": "",
    "mcp_servers": "mcp-client-2026-09-15",
    "thread": "message-threads-2026-08-12",
    "billing_policy": "user-profiles-billing-2026-10-01",
}
_TURN_BETA_FIELDS = {
    "clear_at": "mid-conversation-system-clear-at-2026-08-21",
    "output_config": "mid-conversation-output-config-2026-07-01",
}
# The names are joined by commas in one header. `messages_api/request.py` sends no others.
_BETA_NAME = re.compile(r"[!-+\--~]{1,200}")
CLOSED_VALUES = {
    "service_tier": ("auto", "standard_only"),
    "inference_geo": ("global", "us"),
    "speed": ("standard", "fast"),
}


def api_version(subject: Subject) -> Problems:
    """The version header must be one the API knows."""
    if subject.api_version not in API_VERSIONS:
        yield Problem("api_version", f"Choose the API version {one_of(API_VERSIONS)}.")


def model(subject: Subject) -> Problems:
    """A model must be chosen, and must not be retired."""
    value = subject.body.get("model")
    if not isinstance(value, str) or not value.strip():
        yield Problem("model", "Choose a model.")
    elif subject.model.state == "retired":
        yield Problem("model", lifecycle.sentence(subject.model))


def max_tokens(subject: Subject) -> Problems:
    """The answer's limit must be a whole number (tokens) within the model's maximum."""
    value = subject.body.get("max_tokens")
    most = subject.model.max_output_tokens
    if value is None:
        yield Problem("max_tokens", "Set max tokens: the API needs an upper limit for the answer.")
    elif not is_whole(value):
        yield Problem("max_tokens", "Max tokens must be a whole number.")
    elif value < 0:
        yield Problem("max_tokens", "Max tokens must not be negative.")
    elif most is not None and value > most:
        name = subject.model.display_name
        yield Problem("max_tokens", f"{name} writes at most {most:,} tokens; lower max tokens.")


def stop_sequences(subject: Subject) -> Problems:
    """Each stop sequence must be a text with a visible character (seen 2025)."""
    value = subject.body.get("stop_sequences")
    if value is None:
        return
    if not isinstance(value, list | tuple):
        yield Problem("stop_sequences", "Stop sequences must be a list of texts.")
    for index, sequence in enumerate(items(value)):
        path = f"stop_sequences.{index}"
        if not isinstance(sequence, str):
            yield Problem(path, "A stop sequence must be a text.")
        elif not sequence.strip():
            yield Problem(
                path, "A stop sequence needs a visible character; fill it in or remove it."
            )


def closed_values(subject: Subject) -> Problems:
    """Fields with a short list of possible values must hold one of them."""
    for name, values in CLOSED_VALUES.items():
        value = subject.body.get(name)
        if value is not None and value not in values:
            yield Problem(name, f"{name} must be {one_of(values)}; choose one or remove it.")
    stream = subject.body.get("stream")
    if stream is not None and not isinstance(stream, bool):
        yield Problem("stream", "stream must be true or false.")


def model_dependent_values(subject: Subject) -> Problems:
    """Region and speed are refused by some models."""
    name = subject.model.display_name
    if subject.body.get("inference_geo") is not None and subject.rules.inference_geo is False:
        yield Problem("inference_geo", f"{name} does not take inference_geo; remove it.")
    if subject.body.get("speed") == "fast" and subject.rules.fast_mode is False:
        yield Problem("speed", f"{name} has no fast mode; choose the standard speed.")


def metadata(subject: Subject) -> Problems:
    """metadata holds a user id and nothing that is no text."""
    value = subject.body.get("metadata")
    if value is None:
        return
    if not isinstance(value, Mapping):
        yield Problem("metadata", "metadata must be an object.")
    elif not isinstance(value.get("user_id"), str | None):
        yield Problem("metadata.user_id", "The user id in metadata must be a text.")


def container(subject: Subject) -> Problems:
    """The container is its id, or an object with an id and skills."""
    if not isinstance(subject.body.get("container"), str | Mapping | None):
        yield Problem("container", "container must be an id or an object.")


def diagnostics(subject: Subject) -> Problems:
    """diagnostics names the answer whose cached prefix this request should have met."""
    value = subject.body.get("diagnostics")
    if not isinstance(value, Mapping | None):
        yield Problem("diagnostics", "diagnostics must be an object.")
    elif not isinstance(mapping(value).get("previous_message_id"), str | None):
        yield Problem(
            "diagnostics.previous_message_id", "The id of the message before must be a text."
        )


def beta_names(subject: Subject) -> Problems:
    """Each beta must be one name that a header can carry."""
    for index, beta in enumerate(subject.betas):
        if not isinstance(beta, str):
            yield Problem(f"betas.{index}", "A beta must be a text.")
        elif not beta.strip():
            yield Problem(f"betas.{index}", "A beta needs a name; fill it in or remove it.")
        elif not _BETA_NAME.fullmatch(beta):
            yield Problem(
                f"betas.{index}",
                f'The beta "{shown(beta)}" cannot be sent; put one name into each field, of at '
                "most 200 plain characters without commas or blanks.",
            )


def beta_fields(subject: Subject) -> Problems:
    """A beta field without the beta it belongs to is refused."""
    for name, beta in BETA_FIELDS.items():
        if subject.body.get(name) is not None:
            yield from _needs_beta(subject, name, beta)
    if mapping(subject.body.get("thinking")).get("block_binding") is not None:
        yield from _needs_beta(
            subject, "thinking.block_binding", "thinking-binding-controls-2026-08-01"
        )
    for number, message in enumerate(items(subject.body.get("messages"))):
        for name, beta in _TURN_BETA_FIELDS.items():
            if mapping(message).get(name) is not None:
                yield from _needs_beta(subject, f"messages.{number}.{name}", beta)


def _needs_beta(subject: Subject, path: str, beta: str) -> Problems:
    # The date of a beta may move on, its name stays; unnamed ones need any beta at all.
    if not subject.has_beta(beta[: -len("-2026-00-00")]):
        advice = f'add the beta "{beta}"' if beta else "add the beta it belongs to"
        yield Problem(path, f"This is a beta field; {advice}, or remove the field.")


def size(subject: Subject) -> Problems:
    """Counts the text alone, so a body may still be a little too large when it passes here."""
    total = 0
    waiting: list[object] = [subject.body]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            total += len(value) if value.isascii() else len(value.encode(errors="replace"))
        elif isinstance(value, Mapping):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)
    if total > LARGEST_BODY_BYTES:
        megabytes = total // 1_000_000
        yield Problem("", f"The request is {megabytes} MB; the API takes at most 32 MB.")
