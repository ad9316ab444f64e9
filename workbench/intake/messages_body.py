"""A Messages body, alone or inside what programs put around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.messages_api import MessageRequest

from .former_fields import without_stream
from .mending import NOT_SAID
from .reading import FoundPrompt, FoundVariable, Kind, Remark

_OLD_PLATFORMS = ("bedrock-", "vertex-")
_RENAMED = {
    "system_prompt": "system",
    "systemPrompt": "system",
    "maxTokens": "max_tokens",
    "stopSequences": "stop_sequences",
    "topP": "top_p",
    "topK": "top_k",
    "toolChoice": "tool_choice",
}


def is_messages(value: object) -> bool:
    """Return whether `value` is a list of turns."""
    return (
        isinstance(value, list)
        and any(isinstance(turn, dict) and "role" in turn for turn in value)
        and all(not isinstance(turn, dict) or "role" in turn for turn in value)
    )


def is_messages_body(value: object) -> bool:
    """Return whether `value` is the body of a request to the Messages API."""
    if not isinstance(value, dict):
        return False
    if is_messages(value.get("messages")):
        return True
    # Cut off before its messages, or not written yet.
    return value.get("messages", []) == [] and {"model", "max_tokens"} <= value.keys()


def read_messages_body(body: Mapping[str, Any], line: int | None = None) -> FoundPrompt:
    """Return the request that `body` is; its API version is `NOT_SAID` unless the body says it."""
    left, remarks = dict(body), list[Remark]()
    betas: tuple[str, ...] = ()
    version = NOT_SAID
    if "model" not in left and isinstance(left.get("anthropic_version"), str):
        version, betas = _platform(left, remarks, line)
    for old, new in _RENAMED.items():
        if old in left and new not in left:
            left = {new if key == old else key: value for key, value in left.items()}
            remarks.append(Remark(Kind.CHANGED, f"{old} is called {new} here.", line))
    left = without_stream(left, remarks, line)
    if is_messages(left.get("messages")) or left.get("messages"):
        left["messages"] = _turns(left["messages"], remarks, line)
    return FoundPrompt(MessageRequest(version, betas, left), remarks=tuple(remarks))


def is_content(value: object) -> bool:
    """Return whether `value` is a content as this product keeps it, or a request of ours."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("api_version"), str)
        and isinstance(value.get("body"), dict)
    )


def read_content(value: Mapping[str, Any], line: int | None = None) -> FoundPrompt:
    """Return the request and the variables of a content as this product keeps it."""
    remarks = [
        Remark(Kind.LEFT_OUT, f"{key} of the stored content is not part of a request.", line)
        for key in ("mocks", "origins", "copied_from")
        if value.get(key)
    ]
    betas = value.get("betas")
    body = without_stream(value["body"], remarks, line)
    return FoundPrompt(
        MessageRequest(value["api_version"], _texts(betas), body),
        variables=_variables(value.get("variables")),
        remarks=tuple(remarks),
    )


def said_in_headers(headers: object) -> tuple[str, tuple[str, ...]]:
    """Return the API version (`NOT_SAID` without one) and the betas that headers name."""
    if not isinstance(headers, dict):
        return NOT_SAID, ()
    found = {str(name).lower(): value for name, value in headers.items()}
    version, betas = found.get("anthropic-version"), found.get("anthropic-beta")
    names = betas.split(",") if isinstance(betas, str) else _texts(betas)
    return (
        version.strip() if isinstance(version, str) else NOT_SAID,
        tuple(name.strip() for name in names if name.strip()),
    )


def _platform(
    body: dict[str, Any], remarks: list[Remark], line: int | None
) -> tuple[str, tuple[str, ...]]:
    """What the body of Bedrock and Google Cloud says in place of headers; taken out of it."""
    said = body.pop("anthropic_version")
    version = "2023-06-01" if said.startswith(_OLD_PLATFORMS) else said
    betas = body.pop("anthropic_beta", None)
    sentence = "The body is that of another platform, where the address names the model"
    remarks.append(
        Remark(Kind.CHANGED, f"{sentence}: anthropic_version became API version {version}.", line)
    )
    return version, _texts(betas)


def _turns(messages: Any, remarks: list[Remark], line: int | None) -> Any:
    """The turns with the roles of the API; what is no turn at all is said and left out."""
    if not isinstance(messages, list):
        return messages
    turns: list[Any] = []
    for number, turn in enumerate(messages, 1):
        if not isinstance(turn, dict):
            sentence = f"Entry {number:,} of the messages is no turn and was left out."
            remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence, line, str(turn)[:2_000]))
            continue
        role = turn.get("role")
        new = _ROLES.get(role) if isinstance(role, str) else None
        if new:
            sentence = f"The role {role} of turn {number:,} is called {new} here."
            remarks.append(Remark(Kind.CHANGED, sentence, line))
            turn = {key: new if key == "role" else item for key, item in turn.items()}
        turns.append(turn)
    return turns


_ROLES = {
    "human": "user",
    "Human": "user",
    "User": "user",
    "ai": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "Assistant": "assistant",
    "claude": "assistant",
}


def _variables(rows: object) -> tuple[FoundVariable, ...]:
    if not isinstance(rows, list):
        return ()
    return tuple(
        FoundVariable(row["name"], _text(row.get("default")), _text(row.get("description")))
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("name"), str)
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(item for item in value if isinstance(item, str))
