"""The words of one curl command as a request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from workbench.intake.code.beside import Folder
from workbench.intake.code.limits import LONGEST_TEXT
from workbench.intake.reading import Kind, Remark

from .commands import Command, Word

_WITH_VALUE = frozenset("ACDEFHKPQTUXYbcdehmortuwxyz")
"""Short options that have a value."""
_LONG_WITH_VALUE = frozenset(
    {
        "--aws-sigv4",
        "--cacert",
        "--cert",
        "--config",
        "--connect-timeout",
        "--cookie",
        "--cookie-jar",
        "--data",
        "--data-ascii",
        "--data-binary",
        "--data-raw",
        "--data-urlencode",
        "--dump-header",
        "--form",
        "--form-string",
        "--header",
        "--json",
        "--key",
        "--limit-rate",
        "--max-time",
        "--oauth2-bearer",
        "--output",
        "--proxy",
        "--referer",
        "--request",
        "--resolve",
        "--retry",
        "--retry-delay",
        "--retry-max-time",
        "--url",
        "--user",
        "--user-agent",
        "--write-out",
    }
)
_DATA = frozenset({"-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--json"})
_FORMS = frozenset({"-F", "--form", "--form-string"})
_POWERSHELL = frozenset({"invoke-restmethod", "invoke-webrequest", "irm", "iwr"})


@dataclass
class Asked:
    """What a command sends."""

    line: int
    address: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    data_line: int = 1
    remarks: list[Remark] = field(default_factory=list)


@dataclass
class Surroundings:
    """What a command may refer to."""

    functions: Mapping[str, list[Command]]
    files: Folder


def asked_of(command: Command, around: Surroundings) -> Asked | None:
    """Return what a command sends; None for one that is no curl."""
    place = next((n for n, word in enumerate(command.words[:4]) if is_client(word)), None)
    if place is None:
        return None
    asked = Asked(command.words[place].line)
    for name, word in _options(command.words[place + 1 :]):
        _take(asked, name, word, command, around)
    return asked


def is_client(word: Word) -> bool:
    """Return whether a word is the name of curl, or of what PowerShell has for it."""
    name = word.text.replace("\\", "/").rpartition("/")[2].lower()
    return name in ("curl", "curl.exe") or name in _POWERSHELL


def _options(words: list[Word]) -> Iterator[tuple[str, Word]]:
    """(option, its value); an empty option before what is none, and an empty value without one."""
    waiting = iter(words)
    for word in waiting:
        text = word.text
        none = Word("", word.line)
        if not text.startswith("-") or text == "-":
            yield "", word
        elif text.startswith("--"):
            name, sign, value = text.partition("=")
            if sign and name in _LONG_WITH_VALUE:
                yield name, Word(value, word.line)
            else:
                yield text, next(waiting, none) if text in _LONG_WITH_VALUE else none
        elif len(text) > 3 and text[1].isupper() and text[2].islower() and text[1:].isalpha():
            yield text.lower(), next(waiting, none)  # of PowerShell: -Uri, -Headers, -Body
        else:
            yield from _short(text, word, waiting)


def _short(text: str, word: Word, waiting: Iterator[Word]) -> Iterator[tuple[str, Word]]:
    """`-sSd value`, `-XPOST`."""
    for place, letter in enumerate(text[1:], 2):
        if letter in _WITH_VALUE:
            value = text[place:]
            given = Word(value, word.line) if value else next(waiting, Word("", word.line))
            yield f"-{letter}", given
            return
        yield f"-{letter}", Word("", word.line)


def _take(asked: Asked, name: str, word: Word, command: Command, around: Surroundings) -> None:
    if name in ("", "--url", "-uri", "-url"):
        if not asked.address or "://" not in asked.address:
            asked.address = word.text or asked.address
    elif name in ("-H", "--header"):
        key, sign, value = word.text.partition(":")
        if sign:
            asked.headers[key.strip().lower()] = value.strip()
    elif name in _DATA or name == "-body":
        _data(asked, name, word, command, around)
    elif name == "--data-urlencode":
        _, _, value = word.text.partition("=")
        asked.data.append(value or word.text)
    elif name in _FORMS:
        sentence = "A form of several parts is no request with a JSON body."
        asked.remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence, word.line, word.text[:2_000]))


def _data(asked: Asked, name: str, word: Word, command: Command, around: Surroundings) -> None:
    text = word.text
    if name == "--data-raw" or not text.startswith("@"):
        if not asked.data:
            asked.data_line = word.line
        asked.data.append(text)
        return
    path = text[1:]
    if path in ("-", "/dev/stdin"):
        found = _input(command, asked, around)
        asked.data_line = command.document_line or word.line
    else:
        found = around.files.get(path.removeprefix("./"))
        asked.data_line = 1
    if found is not None:
        asked.data.append(found)
        return
    where = "comes from another program" if path == "-" else f"is in the file {path[:80]}"
    sentence = f"The body {where}, which is not in the text: paste it instead."
    asked.remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence, word.line, text[:200]))


def _input(command: Command, asked: Asked, around: Surroundings) -> str | None:
    """What stands in the document of a command, or what is written into it by another one."""
    if command.document is not None:
        return command.document
    feeder = command.feeder
    if feeder is None:
        return None
    if feeder.document is not None:
        command.document_line = feeder.document_line
        return feeder.document
    if feeder.program in around.functions:
        return _of_function(around.functions[feeder.program], asked, around)
    if feeder.program == "tr":
        found = _input(feeder, asked, around)
        return None if found is None else found.replace("\n", "")
    if feeder.program in ("echo", "printf", "jq"):
        words = [
            word.text for word in feeder.words[1:] if not re.match(r"-[neErc]+$|%s", word.text)
        ]
        return " ".join(words)
    return None


def _of_function(commands: list[Command], asked: Asked, around: Surroundings) -> str:
    """The documents that a function writes, with the files in base64 between them."""
    parts = []
    left = LONGEST_TEXT
    for command in commands:
        if command.document is not None:
            parts.append(command.document)
        elif command.program == "base64":
            path = command.source or command.words[-1].text
            data = around.files.base64(path)
            if data is not None and len(data) <= left:
                left -= len(data)
                parts.append(data)
                continue
            file = f"The file {path[:80]}" if path != "base64" else "The data of a file"
            sentence = f"{file} is not in the text: put it in again."
            line = command.words[0].line
            asked.remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence, line))
    return "".join(parts)
