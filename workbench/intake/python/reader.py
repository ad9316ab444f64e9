"""Python as prompts."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from workbench.intake.code.addresses import Api
from workbench.intake.code.beside import folder_of
from workbench.intake.code.holes import Holes
from workbench.intake.code.pins import python_version
from workbench.intake.code.requests import Call, prompts_of
from workbench.intake.reading import FoundPrompt, Kind, Reading, Remark

from .calls import Finder
from .mending import Tree, tree_of
from .scopes import Program, Scope, program_of
from .source import Source
from .values import Values

MOST_CALLS = 1_000
"""Calls of one text that are looked at."""
_NO_FILES: Mapping[str, str] = {}

_PYTHON = re.compile(
    r"^[ \t]*(?:>>> ?|In \[\d*\]: ?)?(?:import[ \t]+\w[\w., \t]*$|from[ \t]+[\w.]+[ \t]+import\b"
    r"|(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(|(?:async[ \t]+)?with[ \t].*:[ \t]*$|print\(|@\w"
    r"|class[ \t]+\w+.*:[ \t]*$|(?:if|for|while)[ \t].*:[ \t]*$|[%!]pip\b"
    r"|(?:[\w.]{1,200}[ \t]{0,20}(?::[\w.\[\], |\t]{0,100})?=[ \t]*)?"
    r"(?:await[ \t]+)?[\w.]+\([ \t]*(?:\w+[ \t]*=[^=>].*)?$"
    r"|[a-z_A-Z]\w*[ \t]*=[ \t]*(?:f?[\"'“‘]|[\[{]))",
    re.MULTILINE,
)
_SCRIPT = re.compile(
    r"^[ \t]*(?:export[ \t]+)?(?:const|let|var)[ \t]|^[ \t]*import\b[^\n;]*[\"'][ \t]*;?[ \t]*$"
    r"|=>[ \t]*\{"
    r"|\bfunction\b[^\n]{0,300}\{[ \t]*$|;[ \t]*$|\brequire\(",
    re.MULTILINE,
)
_WORTH_IT = re.compile(
    r"messages|prompt|anthropic|completion|claude|openai|requests\.|httpx|max_tokens", re.IGNORECASE
)
_LIBRARIES = (
    ("anthropic", "Python, Anthropic SDK"),
    ("openai", "Python, OpenAI SDK"),
    ("litellm", "Python, LiteLLM"),
    ("requests", "Python, requests"),
    ("httpx", "Python, httpx"),
    ("aiohttp", "Python, aiohttp"),
    ("boto3", "Python, Bedrock"),
)
_NO_CALL = (
    "This is Python, and no call of the Messages API was found in it: a call looks like "
    "client.messages.create(…), or requests.post(…) with a body."
)
_DEFINED = "No call was found: this is a request that the program only defines."


def read_python(text: str, _name: str = "", files: Mapping[str, str] = _NO_FILES) -> Reading | None:
    """Return the prompts of the calls in a Python program; None for a text that is none.

    Nothing is executed. `files` are what lies beside the program: those are looked at that say
    which SDK it needs, and those that it reads as media.
    """
    if not _WORTH_IT.search(text) or not _is_python(text):
        return None
    tree = tree_of(text)
    try:
        return _read(text, tree, files)
    except RecursionError:
        sentence = "This program is nested too deeply to be read here."
        return Reading("Python", remarks=(Remark(Kind.NOT_UNDERSTOOD, sentence),))


def _is_python(text: str) -> bool:
    mine = len(_PYTHON.findall(text))
    return mine > 0 and mine >= len(_SCRIPT.findall(text))


def _read(text: str, tree: Tree, files: Mapping[str, str]) -> Reading:
    program = program_of(tree.module, is_flat=tree.is_flat)
    program.beside = folder_of(files)
    source = Source(tree.text)
    prompts: list[FoundPrompt] = []
    remarks = list(tree.remarks)
    for number, call in enumerate(Finder(program, source, python_version(text, files)).calls()):
        if number >= MOST_CALLS:
            sentence = f"Only the first {MOST_CALLS:,} calls were read."
            remarks.append(Remark(Kind.LEFT_OUT, sentence, call.line))
            break
        prompts += prompts_of(call)
    if not prompts:
        prompts = _defined(program, source)
    if not prompts:
        remarks.append(Remark(Kind.NOT_UNDERSTOOD, _NO_CALL))
    return Reading(_kind(program.module), tuple(prompts), tuple(remarks))


def _defined(program: Program, source: Source) -> list[FoundPrompt]:
    """Requests that stand in assignments, where the call itself is not there or is broken."""
    found: list[FoundPrompt] = []
    for name, scope, node in _assignments(program):
        values = Values(program, source, Holes())
        value = values.name(name, scope, 1 << 30)
        if not isinstance(value, dict):
            continue
        call = Call(Api.ANY, value, values.holes, _headers(values, scope), node.lineno)
        call.remarks = [*values.remarks, Remark(Kind.CHANGED, _DEFINED, node.lineno)]
        found += prompts_of(call)
    return found


def _headers(values: Values, scope: Scope) -> dict[str, Any]:
    headers = values.name("headers", scope, 1 << 30)
    return headers if isinstance(headers, dict) else {}


def _assignments(program: Program) -> list[tuple[str, Scope, ast.expr]]:
    scopes = dict.fromkeys([program.module, *(scope for _, scope in program.calls)])
    found: list[tuple[str, Scope, ast.expr]] = [
        (name, scope, bindings[0].value)
        for scope in scopes
        for name, bindings in scope.bindings.items()
        if isinstance(bindings[0].value, ast.Dict | ast.Call)
    ]
    return sorted(found, key=lambda each: each[2].lineno)[:MOST_CALLS]


def _kind(module: Scope) -> str:
    names = {full.partition(".")[0] for full in module.imports.values()}
    return next((kind for name, kind in _LIBRARIES if name in names), "Python")
