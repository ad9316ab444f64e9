"""What the tests of the readers of code share."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Any

from workbench.intake.reading import FoundPrompt, Kind, Reading

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
