"""A shell script around curl."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import Any

from workbench.export.filling import fill
from workbench.export.media import MediaFile, detach
from workbench.export.source import CodeFile, Export, Options, Source, Target
from workbench.export.wire import Wire, slug_of, wire_of

_STREAM_FILTER = """\
    jq --raw-input --join-output --unbuffered '
      if startswith("data:") then
        .[5:] | fromjson | .delta.text // .delta.partial_json // .content_block.name //
          (.error | values | tojson)
      elif startswith("event:") or . == "" then empty
      else . + "\\n" end'
    echo
"""
_WHOLE_FILTER = """\
    jq --raw-output '
      if .content then .content[] | if .type == "text" then .text else . end
      else . end'
"""


def generate(source: Source, options: Options) -> Export:
    """A script for bash that prints the answer's text as it comes, with the variables filled in."""
    wire = wire_of(source, streaming=options.streaming)
    body = fill(wire.body, {argument.name: argument.value for argument in source.arguments})
    body, media = detach(body) if options.media_files else (body, ())
    path = f"{slug_of(source.title)}.sh"
    parts = [_opening(media), _show(streaming=options.streaming)]
    if media:
        parts.append(_body_with_files(body))
    parts.append(_call(wire, body, from_files=bool(media), streaming=options.streaming))
    return Export(
        files=(
            CodeFile(path, "\n".join(parts).encode()),
            *(CodeFile(file.path, file.data) for file in media),
        ),
        steps=('export ANTHROPIC_API_KEY="your key"', f"bash {path}"),
        notes=(*_notes(source, options, media), *wire.notes),
    )


def _opening(media: tuple[MediaFile, ...]) -> str:
    lines = [
        "#!/usr/bin/env bash",
        "# Needs curl 7.76 or newer. With jq it prints the answer, without jq all that comes.",
        "set -euo pipefail",
    ]
    if media:
        lines.append('cd "$(dirname "$0")"')
    return "\n".join(lines) + "\n"


def _show(*, streaming: bool) -> str:
    jq = _STREAM_FILTER if streaming else _WHOLE_FILTER
    return f"show() {{\n  if command -v jq > /dev/null; then\n{jq}  else\n    cat\n  fi\n}}\n"


def _call(wire: Wire, body: dict[str, Any], *, from_files: bool, streaming: bool) -> str:
    feed = "body | tr -d '\\n' | " if from_files else ""
    buffering = "-N " if streaming else ""
    lines = [
        f"{feed}curl {buffering}-sS --fail-with-body",
        '"${ANTHROPIC_BASE_URL:-https://api.anthropic.com}/v1/messages"',
        '-H "x-api-key: ${ANTHROPIC_API_KEY:?Set it to your API key.}"',
        *(f"-H {shlex.quote(f'{name}: {value}')}" for name, value in wire.headers.items()),
        "-H 'content-type: application/json'",
    ]
    head = " \\\n  ".join(lines)
    if from_files:
        return f"{head} \\\n  --data-binary @- | show\n"
    return f"{head} \\\n  --data-binary @- << 'JSON' | show\n{_json(body)}\nJSON\n"


def _body_with_files(body: dict[str, Any]) -> str:
    """A function that writes the body, with the base64 of files between pieces of JSON.

    The line ends around it mean nothing in JSON, and go before the body is sent.
    """
    paths: list[str] = []

    def mark(file: MediaFile) -> str:
        paths.append(file.path)
        return "\0"  # no cleaned body holds one

    first, *rest = _json(body, mark).split('"\\u0000"')
    lines = ["body() {", "  cat << 'JSON'", f'{first}"' if rest else first, "JSON"]
    for number, (path, piece) in enumerate(zip(paths, rest, strict=True), 1):
        end = '"' if number < len(rest) else ""
        lines += [f"  base64 < {path}", "  cat << 'JSON'", f'"{piece}{end}', "JSON"]
    return "\n".join([*lines, "}", ""])


def _json(body: dict[str, Any], default: Callable[[MediaFile], str] | None = None) -> str:
    """The body over several lines; none of them is the end mark, for each begins with JSON.

    DEL, the one control character that JSON need not escape, is escaped for the script's sake.
    """
    text = json.dumps(body, indent=2, ensure_ascii=False, default=default)
    return text.replace("\x7f", "\\u007f")


def _notes(source: Source, options: Options, media: tuple[MediaFile, ...]) -> tuple[str, ...]:
    notes = []
    if source.arguments:
        notes.append(
            "The variables are filled in: a shell cannot put a text into JSON without other tools."
        )
    if options.media_files and not media:
        notes.append("There is no media in the request that a file could hold.")
    return tuple(notes)


CURL = Target("curl", "curl", "bash", generate, frozenset({"streaming", "media_files"}))
