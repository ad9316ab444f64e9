"""The body of a request as JSON."""

from __future__ import annotations

import json
import shlex

from workbench.export.source import CodeFile, Export, Options, Source, Target
from workbench.export.wire import slug_of, wire_of


def generate(source: Source, options: Options) -> Export:
    """The body, indented; the headers stand in the notes and in the steps."""
    wire = wire_of(source, streaming=options.streaming)
    path = f"{slug_of(source.title)}.json"
    text = json.dumps(wire.body, indent=2, ensure_ascii=False) + "\n"
    headers = {**wire.headers, "content-type": "application/json"}
    words = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    notes = [f"{name}: {value}" for name, value in headers.items()]
    return Export(
        files=(CodeFile(path, text.encode()),),
        steps=(
            'export ANTHROPIC_API_KEY="your key"',
            "curl https://api.anthropic.com/v1/messages "
            f'-H "x-api-key: $ANTHROPIC_API_KEY" {" ".join(words)} --data-binary @{path}',
        ),
        notes=(
            f"This is the body alone. The headers that belong to it: {'; '.join(notes)}.",
            *_about_markers(source),
            *wire.notes,
        ),
    )


def _about_markers(source: Source) -> tuple[str, ...]:
    if not source.arguments:
        return ()
    names = ", ".join(f"{{{{{argument.name}}}}}" for argument in source.arguments)
    return (f"Put values in the places of the variables before it is sent: {names}.",)


RAW = Target("raw", "Raw JSON", "json", generate, frozenset({"streaming"}))
