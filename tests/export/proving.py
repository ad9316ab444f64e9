"""The proof for one program: generated, executed, and held against what Workbench itself sends."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from workbench.export.source import Export, Options, Source
from workbench.export.targets import generate
from workbench.messages_api import MessageRequest
from workbench.prompts.variables import fill

from .kinds import LANGUAGES
from .recording import Recorded, exact, is_own
from .running import Outcome
from .trying import Stage
from .wire import as_sent, body_differences, canonical, differences

Faults = dict[str, list[str]]
STREAMS = ("The program streams: ", "It streams: ")
"""How the notes begin that say why a program streams although it was not asked to."""
FEWEST_TO_STREAM = 8_192
"""Tokens up to which no SDK insists on a stream, whatever the model."""


def faults_of(
    stage: Stage, key: str, source: Source, options: Options, *, alone: bool = False
) -> list[str]:
    """Return what is wrong with the program for ``source``; an empty list is the proof."""
    export = generate(source, key, options)
    outcome, came = stage.execute(LANGUAGES[key], export, alone=alone, calling=options.tool_loop)
    if outcome.error:
        return [f"it failed: {outcome.error[-1500:]}"]
    if not came:
        return ["it made no request"]
    request = filled(source)
    streaming = _streams(request, options, export)
    found = list(differences(request, came[0], streaming=streaming))
    found += _rounds(came) if options.tool_loop else _once(came)
    if options.structured and not is_own(came[-1].said):
        return found  # a helper may print the same numbers in another way
    return found + _prints(outcome, came[-1])


def raw_faults_of(request: MessageRequest, *, streaming: bool) -> list[str]:
    """Return what is wrong with the raw body and the headers that are said to belong to it."""
    export = generate(Source(request), "raw", Options(streaming=streaming))
    wanted = as_sent(request, streaming=streaming)
    found = list(body_differences(exact(wanted.json_bytes()), exact(export.files[0].data)))
    for name, value in wanted.headers().items():
        if f"{name}: {value}" not in export.notes[0]:
            found.append(f"{name}: {value} is not in the notes")
        if f"-H {shlex.quote(f'{name}: {value}')}" not in export.steps[1]:
            found.append(f"{name}: {value} is not in the steps")
    return found


def filled(source: Source) -> MessageRequest:
    """Return the request as it is sent, with each value in the place of its marker."""
    values = {argument.name: argument.value for argument in source.arguments}
    return replace(source.request, body=fill(dict(source.request.body), values))


def report(faults: Faults) -> str:
    """Return the first faults as lines, and how many there are."""
    lines = [f"{len(faults)} programs are wrong:"]
    lines += [f"- {name}: {'; '.join(found)}" for name, found in list(faults.items())[:12]]
    return "\n".join(lines)


def part(names: Iterable[str], number: int, parts: int) -> list[str]:
    """Return every ``parts``-th name, from ``number``."""
    return list(names)[number::parts]


def _streams(request: MessageRequest, options: Options, export: Export) -> bool:
    """Whether it must stream: as chosen, or where the export truly says that the SDK insists."""
    is_said = any(note.startswith(STREAMS) for note in export.notes)
    most = request.body.get("max_tokens")
    is_true = isinstance(most, int | float) and most > FEWEST_TO_STREAM
    return options.streaming or (is_said and is_true)


def _once(came: list[Recorded]) -> list[str]:
    return [] if len(came) == 1 else [f"it made {len(came)} requests"]


def _rounds(came: list[Recorded]) -> list[str]:
    """Each request after the first repeats it, with the answer and the results of its calls."""
    found: list[str] = []
    for before, after in pairwise(came):
        calls = before.answer["content"]
        *earlier, answer, results = after.body["messages"]
        found += body_differences({"messages": before.body["messages"]}, {"messages": earlier})
        if canonical(calls) != canonical(answer["content"]):
            found.append(f"it repeats {answer['content']} instead of {calls}")
        answered = [block["tool_use_id"] for block in results["content"]]
        if answered != [call["id"] for call in calls]:
            found.append(f"the results are of {answered}")
        found += body_differences(_apart_from_turns(before.body), _apart_from_turns(after.body))
        if _is_forced(after.body):
            found.append("it forces a call again: the loop would never end")
    return found if len(came) == 2 else [*found, f"it made {len(came)} requests instead of 2"]


def _apart_from_turns(body: Any) -> dict[str, Any]:
    """What every request of a loop repeats: not how a tool is chosen, once a call was forced."""
    kind = (body.get("tool_choice") or {}).get("type")
    dropped = {"messages", "tool_choice"} if kind in ("any", "tool", "auto") else {"messages"}
    return {name: value for name, value in body.items() if name not in dropped}


def _is_forced(body: Any) -> bool:
    return (body.get("tool_choice") or {}).get("type") in ("any", "tool")


def _prints(outcome: Outcome, last: Recorded) -> list[str]:
    if last.said in outcome.output:
        return []
    return [f"it does not print “{last.said}” but “{outcome.output[:300]}”"]
