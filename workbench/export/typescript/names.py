"""Names of arguments in TypeScript."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORDS = re.compile(r"[A-Za-z0-9]+")
_TAKEN = """
    abstract any arguments as async await boolean break case catch class const continue debugger
    declare default delete do else enum eval export extends false finally for from function get
    if implements import in instanceof interface is let module namespace never new null number of
    package private protected public return set static string super switch symbol this throw true
    try type typeof undefined unknown using var void while with yield
    Anthropic JSON Promise Record URL console process
    answers ask block client error events input jsonSchemaOutputFormat media message messages
    name rawJSON readFile result results run stream text
    toolChoice tools
"""
"""The language's words, and the names that the programs use themselves."""


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """An identifier for each name of a variable: ``TOPIC_NAME`` becomes ``topicName``."""
    found: dict[str, str] = {}
    taken = set(_TAKEN.split())
    for name in names:
        first = plain = _camel(name)
        number = 2
        while plain in taken:
            plain = f"{first}{number}"
            number += 1
        taken.add(plain)
        found[name] = plain
    return found


def _camel(name: str) -> str:
    words = _WORDS.findall(name)
    if len(words) == 1 and not words[0].isupper():
        joined = words[0][0].lower() + words[0][1:]
    else:
        joined = "".join(
            word.lower() if n == 0 else word.capitalize() for n, word in enumerate(words)
        )
    return joined if joined and not joined[0].isdigit() else f"value{joined}"
