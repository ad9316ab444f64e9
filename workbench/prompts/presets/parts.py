"""What a preset can hold, taken out of a content and put into one, part by part.

A part is a key of the body, the API version, the betas or the mocked results. The output
configuration has one part per key: its effort and its format have nothing to do with each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from workbench.prompts.content import Content
from workbench.prompts.parameters import in_order

Part = tuple[str, ...]
"""The path of a part in the parameters of a preset."""
BODY = "body"
NEVER = ("system", "messages")
"""Keys of a body that are no parameters."""
SPLIT = "output_config"
PERSONAL = ((BODY, "metadata"), (BODY, "container"), (BODY, "diagnostics"))
"""Parts that name one end user or one conversation: a preset has them only when asked to."""


def parameters_in(content: Content) -> dict[str, Any]:
    """The parameters of a content, in the shape that presets have."""
    found: dict[str, Any] = {"api_version": content.api_version}
    if content.betas:
        found["betas"] = list(content.betas)
    if content.mocks:
        found["mocks"] = content.mocks
    found[BODY] = {key: value for key, value in content.body.items() if key not in NEVER}
    return found


def parts_of(parameters: Mapping[str, Any]) -> dict[Part, Any]:
    """The parts that are set, with their values."""
    found: dict[Part, Any] = {}
    for key, value in parameters.get(BODY, {}).items():
        if key == SPLIT and isinstance(value, dict):
            found |= {(BODY, key, inner): each for inner, each in value.items()}
        elif key not in NEVER:
            found[BODY, key] = value
    others = ("api_version", "betas", "mocks")
    return found | {(name,): parameters[name] for name in others if name in parameters}


def name_of(part: Part) -> str:
    """The name of a part in a form."""
    return ".".join(part)


def chosen(parameters: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The parameters with those parts alone whose names are among ``names``."""
    found: dict[str, Any] = {BODY: {}}
    for part, value in parts_of(parameters).items():
        if name_of(part) not in names:
            continue
        inside = found
        for key in part[:-1]:
            inside = inside.setdefault(key, {})
        inside[part[-1]] = value
    return found


def applied(content: Content, parameters: Mapping[str, Any]) -> Content:
    """``content`` with every part that ``parameters`` set; all else stays as it is."""
    parts = parts_of(parameters)
    body = dict(content.body)
    for (start, *path), value in parts.items():
        if start == BODY and len(path) == 1:
            body[path[0]] = value
        elif start == BODY:
            old = body.get(SPLIT)
            body[SPLIT] = {**(old if isinstance(old, dict) else {}), path[1]: value}
    return replace(
        content,
        body=in_order(content.body, body),
        api_version=parts.get(("api_version",), content.api_version),
        betas=tuple(parts.get(("betas",), content.betas)),
        mocks=dict(parts.get(("mocks",), content.mocks)),
    )
