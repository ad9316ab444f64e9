"""Commands of curl as prompts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench.intake.code.addresses import Api, endpoint_of
from workbench.intake.code.beside import folder_of
from workbench.intake.code.holes import Holes
from workbench.intake.code.requests import Call, prompts_of
from workbench.intake.loose_json import JsonText, read_json, strict_json
from workbench.intake.mendings import Mendings
from workbench.intake.reading import FoundPrompt, Kind, Reading, Remark

from .commands import Command
from .options import Asked, Surroundings, asked_of
from .windows import from_cmd, from_powershell, is_cmd, is_powershell
from .words import Script

MOST_COMMANDS = 1_000
"""Commands of one text that are looked at."""
_NO_FILES: Mapping[str, str] = {}

_CURL = re.compile(
    r"(?:^|[\s;&|`($/\\])(?:curl(?:\.exe)?|Invoke-RestMethod|Invoke-WebRequest|irm|iwr)(?=[\s\\^]|\Z)",
    re.IGNORECASE,
)
_BARE_MARKER = re.compile(r"(?<=[:\[,])(\s*)(\{\{\w+\}\})(?=\s*[,}\]])")
_SAID = re.compile(
    r"[\"']?(anthropic-version|anthropic-beta)[\"']?[ \t]*=[ \t]*[\"']([^\"'\n]{1,400})[\"']",
    re.IGNORECASE,
)
_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[^\n]*", re.MULTILINE)
_NUMBERS = frozenset({"max_tokens", "temperature", "top_p", "top_k", "budget_tokens"})
_NO_BODY = (
    "This command of curl sends no body that was understood: a request needs -d with the JSON of "
    "a Messages body."
)


def read_curl(text: str, _name: str = "", files: Mapping[str, str] = _NO_FILES) -> Reading | None:
    """Return the prompts in commands of curl; None for a text without any.

    Nothing is executed. `files` are texts beside the script that `@file` may name.
    """
    if not _CURL.search(text):
        return None
    mendings, holes = Mendings(text), Holes()
    kind = "curl"
    plain = _FENCE.sub("", text)
    if is_powershell(plain):
        kind, plain = "curl, PowerShell", from_powershell(plain, mendings)
    elif is_cmd(plain):
        kind, plain = "curl, Windows", from_cmd(plain, mendings)
    script = Script(plain, mendings, holes)
    commands = script.read()
    around = Surroundings(script.functions, folder_of(files))
    found, remarks = _prompts(commands, around, holes, _said(text) if "Power" in kind else {})
    if found is None:
        return None
    return Reading(kind, tuple(found), (*mendings.remarks(), *remarks))


def _prompts(
    commands: list[Command], around: Surroundings, holes: Holes, said: dict[str, str]
) -> tuple[list[FoundPrompt] | None, list[Remark]]:
    """The prompts of all commands; None instead where no command is curl."""
    prompts: list[FoundPrompt] = []
    remarks: list[Remark] = []
    is_any = False
    for command in commands[:MOST_COMMANDS]:
        asked = asked_of(command, around)
        if asked is None or not _is_meant(asked):
            continue
        is_any = True
        asked.headers = {**said, **asked.headers}
        found = _of_command(asked, holes)
        prompts += found
        if not found:
            sent = "&".join(asked.data)
            lost = Remark(Kind.NOT_UNDERSTOOD, _NO_BODY, asked.line, sent[:2_000])
            remarks += [*asked.remarks, lost]
    if len(commands) > MOST_COMMANDS:
        sentence = f"Only the first {MOST_COMMANDS:,} commands were read."
        remarks.append(Remark(Kind.LEFT_OUT, sentence))
    return (prompts if is_any else None), remarks


def _is_meant(asked: Asked) -> bool:
    """Whether it is a command, and no sentence with the word curl in it."""
    is_open = "/" in asked.address or "." in asked.address.rstrip(".") or "{{" in asked.address
    return is_open or bool(asked.headers or asked.data or asked.remarks)


def _of_command(asked: Asked, holes: Holes) -> list[FoundPrompt]:
    body = _body(asked)
    if body is None:
        return []
    endpoint = endpoint_of(asked.address)
    is_known = endpoint.api is not Api.ANY and isinstance(body.value, dict)
    headers: dict[str, Any] = dict(asked.headers)
    call = Call(
        endpoint.api if is_known else Api.ANY,
        _with_holes(body.value, holes),
        holes,
        headers,
        asked.line,
        endpoint.model,
        remarks=[*asked.remarks, *body.remarks],
    )
    found = prompts_of(call)
    if not found:
        asked.remarks = call.remarks
    elif not body.is_whole:
        found = [_about_end(prompt, asked) for prompt in found]
    return found


def _with_holes(value: Any, holes: Holes, key: str = "") -> Any:
    """The body with its variables, where they are whole values, as holes: not all may be open."""
    if isinstance(value, dict):
        return {name: _with_holes(item, holes, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_holes(item, holes, key) for item in value]
    hole = holes.of_marker(value) if isinstance(value, str) else None
    if hole is None:
        return value
    if key in _NUMBERS and isinstance(hole.default, str) and (number := strict_json(hole.default)):
        return replace(hole, default=number.value)
    return hole


def _about_end(prompt: FoundPrompt, asked: Asked) -> FoundPrompt:
    sentence = "The body of this command is not whole: check that nothing is missing."
    remark = Remark(Kind.NOT_UNDERSTOOD, sentence, asked.data_line)
    return replace(prompt, remarks=(*prompt.remarks, remark))


def _body(asked: Asked) -> JsonText | None:
    text = "&".join(asked.data)
    if not text.strip():
        return None
    begin = len(text) - len(text.lstrip())
    line = asked.data_line + text.count("\n", 0, begin)
    if found := strict_json(text.strip(), line):
        return found
    quoted = _BARE_MARKER.sub(r'\1"\2"', text)
    if quoted != text and (found := strict_json(quoted.strip(), line)):
        return found
    return read_json(text.lstrip(), line)


def _said(text: str) -> dict[str, str]:
    """The headers that a hash table of PowerShell names, as far as they belong to a request."""
    return {match[1].lower(): match[2] for match in _SAID.finditer(text)}
