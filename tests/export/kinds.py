"""Which programs of a target are tried: what executes them, and with which options."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from workbench.export.source import Options, Target
from workbench.export.targets import TARGETS
from workbench.messages_api import MessageRequest

from .trying import BASH, PYTHON_0, PYTHON_1, PYTHON_2, TYPESCRIPT_0, TYPESCRIPT_1, Language

LANGUAGES: dict[str, Language] = {
    "python-2": PYTHON_2,
    "python-1": PYTHON_1,
    "python-0": PYTHON_0,
    "python-httpx": PYTHON_0,
    "typescript-1": TYPESCRIPT_1,
    "typescript-0": TYPESCRIPT_0,
    "curl": BASH,
}
"""What executes the programs of a target, by the target's key; ``raw`` is no program."""

BASES = ("streaming", "asynchronous", "errors")
FEATURES = ("tool_loop", "structured", "media_files")
MAIN = Options()


def bases(target: Target) -> list[Options]:
    """Every combination of the options that concern every request, the main one first."""
    names = [name for name in BASES if name in target.options]
    every: Iterator[Any] = product((False, True), repeat=len(names))
    found = [replace(MAIN, **dict(zip(names, chosen, strict=True))) for chosen in every]
    return sorted(found, key=lambda options: options != MAIN)


def with_features(target: Target, request: MessageRequest) -> Iterator[str]:
    """Yield the options of a target that concern this request because of what is in it."""
    concerned = {
        "tool_loop": has_client_tools(request),
        "structured": has_schema(request),
        "media_files": b'"base64"' in request.json_bytes(),
    }
    for name in FEATURES:
        if name in target.options and concerned[name]:
            yield name


def has_client_tools(request: MessageRequest) -> bool:
    tools = request.body.get("tools")
    return isinstance(tools, list) and any(
        isinstance(tool, dict) and isinstance(tool.get("input_schema"), dict) for tool in tools
    )


def has_schema(request: MessageRequest) -> bool:
    config = request.body.get("output_config")
    form = config.get("format") if isinstance(config, dict) else None
    return isinstance(form, dict) and isinstance(form.get("schema"), dict)


def programs() -> dict[str, Target]:
    """The targets that are programs, by their keys."""
    return {key: target for key, target in TARGETS.items() if key != "raw"}
