"""TypeScript and JavaScript as prompts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench.intake.code.addresses import Api
from workbench.intake.code.beside import folder_of
from workbench.intake.code.holes import Holes
from workbench.intake.code.pins import script_version
from workbench.intake.code.requests import Call, prompts_of
from workbench.intake.mendings import Mendings
from workbench.intake.reading import FoundPrompt, Kind, Reading, Remark

from .calls import Finder
from .programs import Program, program_of
from .values import Values

MOST_CALLS = 1_000
"""Calls of one text that are looked at."""
_NO_FILES: Mapping[str, str] = {}

_SCRIPT = re.compile(
    r"^[ \t]*(?:export[ \t]+)?(?:default[ \t]+)?"
    r"(?:const|let|var|function|async[ \t]+function|interface)[ \t{\[]"
    r"|^[ \t]*import\b[^\n;]*[\"'“‘][ \t]*;?[ \t]*$|=>|\bfunction\b[^\n]{0,300}\{[ \t]*$"
    r"|\brequire\("
    r"|\.(?:create|stream|parse|countTokens|post)(?:<[\w.]{1,60}>)?\([ \t]*(?:\{|\"/v1/|$)"
    r"|\bfetch\(|\baxios\b"
    r"|\bnew[ \t]+Anthropic\(|\bcatch[ \t]*\(",
    re.MULTILINE,
)
_TYPED = re.compile(
    r"^[ \t]*(?:import[ \t]+type\b|interface[ \t]|type[ \t]+\w+[ \t]*=)"
    r"|\bas[ \t]+(?:const|any|never|unknown)\b"
    r"|\bsatisfies[ \t]|(?:const|let)[ \t]+\w+[ \t]*:[ \t]*\w|\)[ \t]*:[ \t]*Promise<|\.post<",
    re.MULTILINE,
)
_WORTH_IT = re.compile(
    r"messages|prompt|anthropic|completion|claude|openai|max_tokens", re.IGNORECASE
)
_NO_CALL = (
    "This is {language}, and no call of the Messages API was found in it: a call looks like "
    "client.messages.create({{…}}), or fetch(…) with a body."
)
_DEFINED = "No call was found: this is a request that the program only defines."


def read_javascript(
    text: str, _name: str = "", files: Mapping[str, str] = _NO_FILES
) -> Reading | None:
    """Return the prompts of the calls in a program; None for a text that is no such program.

    Nothing is executed. `files` are what lies beside the program: those are looked at that say
    which SDK it needs, and those that it reads as media.
    """
    if not _WORTH_IT.search(text) or not _SCRIPT.search(text):
        return None
    mendings = Mendings(text)
    language = "TypeScript" if _TYPED.search(text) else "JavaScript"
    try:
        program = program_of(text, mendings)
        program.beside = folder_of(files)
        prompts, remarks = _prompts(program, script_version(text, files))
    except RecursionError:
        sentence = "This program is nested too deeply to be read here."
        return Reading(language, remarks=(Remark(Kind.NOT_UNDERSTOOD, sentence),))
    remarks = [*mendings.remarks(), *remarks]
    if not prompts:
        sentence = _NO_CALL.format(language=language)
        remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence))
    return Reading(_kind(language, program), tuple(prompts), tuple(remarks))


def _prompts(program: Program, version: str) -> tuple[list[FoundPrompt], list[Remark]]:
    prompts: list[FoundPrompt] = []
    for number, call in enumerate(Finder(program, version).calls()):
        if number >= MOST_CALLS:
            sentence = f"Only the first {MOST_CALLS:,} calls were read."
            return prompts, [Remark(Kind.LEFT_OUT, sentence, call.line)]
        prompts += prompts_of(call)
    return prompts or _defined(program), []


def _defined(program: Program) -> list[FoundPrompt]:
    """Requests that stand in assignments, where the call itself is not there or is broken."""
    found: list[FoundPrompt] = []
    last = 1 << 60
    for name, bindings in list(program.bindings.items())[:MOST_CALLS]:
        if not any(each.value.kind == "object" for each in bindings):
            continue
        values = Values(program, Holes())
        value = values.name(name, last, 0)
        if not isinstance(value, dict):
            continue
        line = bindings[0].value.line
        call = Call(Api.ANY, value, values.holes, _headers(values), line)
        call.remarks = [*values.remarks, Remark(Kind.CHANGED, _DEFINED, line)]
        found += prompts_of(call)
    return found


def _headers(values: Values) -> dict[str, Any]:
    headers = values.name("headers", 1 << 60, 0)
    return headers if isinstance(headers, dict) else {}


def _kind(language: str, program: Program) -> str:
    modules = program.modules
    if any(name.removeprefix("npm:").startswith("@anthropic-ai/") for name in modules):
        return f"{language}, Anthropic SDK"
    if "openai" in modules:
        return f"{language}, OpenAI SDK"
    return language
