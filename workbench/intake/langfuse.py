"""Prompts of Langfuse as its API and its exports write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .markers import mustache
from .reading import FoundPrompt
from .remarks import Remarks
from .templates import as_turns, parameters_in, template_prompt

_SIGNS = frozenset(
    {
        "type",
        "config",
        "labels",
        "version",
        "commitMessage",
        "commit_message",
        "isActive",
        "resolutionGraph",
    }
)
_REFERENCE = re.compile(r"@@@langfusePrompt:[^@\n]{1,300}@@@")


def is_langfuse(value: object) -> bool:
    """Return whether `value` is a prompt of Langfuse."""
    if not isinstance(value, Mapping) or not isinstance(value.get("name"), str):
        return False
    prompt, kind = value.get("prompt"), value.get("type")
    is_chat = isinstance(prompt, list) and any(map(_is_turn, prompt))
    is_known = kind is None or kind in ("text", "chat")
    return (is_chat or isinstance(prompt, str)) and is_known and bool(_SIGNS & value.keys())


def read_langfuse(value: Mapping[str, Any], line: int | None = None) -> FoundPrompt:
    """Return the prompt with its variables; labels become tags."""
    remarks = Remarks(line)
    config = value.get("config")
    settings = config if isinstance(config, Mapping) else {}
    if config is not None and not isinstance(config, Mapping):
        remarks.left_out("The config of the prompt is no object.", config)
    turns = [turn for turn in as_turns(value.get("prompt")) if not _is_placeholder(turn, remarks)]
    for text in _texts(turns):
        for reference in dict.fromkeys(_REFERENCE.findall(text)):
            sentence = "A reference to another prompt is not followed, and stays text."
            remarks.not_understood(sentence, reference)
    prompt = template_prompt(turns, parameters_in(settings, remarks, "config"), mustache, remarks)
    return replace(
        prompt,
        name=value["name"],
        description=_description(value),
        tags=_tags(value),
    )


def _is_turn(turn: object) -> bool:
    return isinstance(turn, Mapping) and ("role" in turn or turn.get("type") == "placeholder")


def _is_placeholder(turn: object, remarks: Remarks) -> bool:
    if not isinstance(turn, Mapping) or turn.get("type") != "placeholder":
        return False
    name = str(turn.get("name"))[:100]
    sentence = f"The placeholder {name} stands for turns that a program puts in: it was left out."
    remarks.not_understood(sentence, turn)
    return True


def _description(value: Mapping[str, Any]) -> str:
    said = value.get("commitMessage", value.get("commit_message"))
    number = value.get("version")
    text = said if isinstance(said, str) else ""
    if not isinstance(number, int):
        return text
    return f"{text} (version {number} in Langfuse)" if text else f"Version {number} in Langfuse"


def _tags(value: Mapping[str, Any]) -> tuple[str, ...]:
    """Its tags and labels; "latest" says nothing about the prompt itself."""
    found: list[str] = []
    for key in ("tags", "labels"):
        named = value.get(key)
        found += [tag for tag in named if isinstance(tag, str)] if isinstance(named, list) else []
    return tuple(dict.fromkeys(tag for tag in found if tag != "latest"))


def _texts(turns: list[Any]) -> list[str]:
    contents = [turn.get("content") for turn in turns if isinstance(turn, Mapping)]
    return [content for content in contents if isinstance(content, str)]
