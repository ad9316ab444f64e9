"""What the tests of the readers of code share."""

from __future__ import annotations

import json
from collections.abc import Callable
from textwrap import dedent
from typing import Any

from workbench.export.source import Source
from workbench.intake.reading import FoundPrompt, Kind, Reading
from workbench.messages_api import clean_text

Reader = Callable[[str], Reading | None]


def only(reader: Reader, code: str) -> FoundPrompt:
    """Return the one prompt of a program, with the remarks on the whole text before its own."""
    reading = reader(dedent(code).strip("\n"))
    assert reading is not None
    assert len(reading.prompts) == 1, reading
    prompt = reading.prompts[0]
    return FoundPrompt(
        prompt.request,
        variables=prompt.variables,
        remarks=(*reading.remarks, *prompt.remarks),
    )


def said(prompt: FoundPrompt, kind: Kind) -> list[tuple[str, int | None, str]]:
    """Return (sentence, line, text) of the remarks of a kind."""
    return [(each.sentence, each.line, each.text) for each in prompt.remarks if each.kind is kind]


def lost(prompt: FoundPrompt) -> list[tuple[str, int | None, str]]:
    """Return what was not understood."""
    return said(prompt, Kind.NOT_UNDERSTOOD)


def asked(prompt: FoundPrompt) -> Any:
    """Return the content of the last turn."""
    return prompt.request.body["messages"][-1]["content"]


def names(prompt: FoundPrompt) -> list[str]:
    """Return the names of the variables."""
    return [variable.name for variable in prompt.variables]


def plain(value: Any) -> Any:
    """Return a value with its numbers as JavaScript writes them: 1.0 is 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def assert_variables_are_back(found: FoundPrompt, source: Source) -> None:
    """Each variable of the request has its own name, its value and its description."""
    used = json.dumps(source.request.body)
    assert {(each.name, each.default, each.description) for each in found.variables} == {
        (argument.name, clean_text(argument.value), argument.description)
        for argument in source.arguments
        if f"{{{{{argument.name}}}}}" in used
    }
