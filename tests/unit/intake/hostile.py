"""Texts that make a careless reader slow, for the tests and for the benchmark.

The tests count calls of functions; what only a clock can see, such as squared work inside of one
regular expression, is measured by the benchmark.
"""

from __future__ import annotations

from collections.abc import Mapping

BEGINS = (
    "import anthropic\nclient.messages.create(messages=[\n",
    "const a = await client.messages.create({messages: [\n",
    "const a = await client.messages.create({messages: [",
    'curl https://api.anthropic.com/v1/messages -d \'{"messages": [',
)
"""What makes a text one for the readers of code, whatever follows."""

HOSTILE: Mapping[str, str] = {
    "opening brackets": "([{",
    "closing brackets": ")]}",
    "opening quotes": "\"'`“‘",
    "backslashes": "\\",
    "blanks": " ",
    "lines": "x\n",
    "dots": "a.",
    "sums": "'a'+",
    "calls": "f(",
    "chain": ".then(x)",
    "posts": "a.post(",
    "arrows": "(a) => ",
    "choices": "a ? (b) : ",
    "types": "a as b<",
    "templates": "`${",
    "triple quotes": '"""',
    "assignments": "a = a + a\n",
    "documents": "<<A\n",
    "variables": "$A${B",
    "substitutions": "$(",
    "options": "-H a ",
    "comments": "/*",
    "divisions": "a / b ",
    "commas": ",",
    "keys": "{'a':",
    "f-strings": "f'{f\"{",
    "annotations": "let a: {b: ",
    "blank annotations": "a:" + " " * 1_000_000,
    "regular expressions": "(/[",
    "functions": "a = function ",
    "nested assignments": "a = [1, 1, 1, 1, 1, 1, 1 ",
    "heads": "def lines(\n",
    "patterns": "const {a, ",
    "arguments": "function(a, ",
    "growing texts": "a += 'b'\n",
    "braces": "{",
    "secrets": "api_key = ",
    "private keys": "-----BEGIN PRIVATE KEY-----",
    "pairs": "a: b\n",
    "quote marks": "> ",
    "words": 'one "quoted" word, {brace} and it\'s over \n',
}
"""A piece of each kind of text, which is to be repeated."""


def enough_of(name: str) -> int:
    """Return how many characters of a kind of text are deeper than any reader goes."""
    return max(1_000, min(140 * len(HOSTILE[name]), 3_500))


def hostile(name: str, length: int) -> str:
    """Return as many characters of a kind of text."""
    piece = HOSTILE[name]
    return (piece * (1 + length // len(piece)))[:length]
