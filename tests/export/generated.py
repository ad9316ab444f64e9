"""Generated files in a folder, for the tools that read code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.corpus import CORPUS, OPEN_SOURCES
from workbench.export.source import Export, Options, Source
from workbench.export.targets import TARGETS, generate
from workbench.export.wire import slug_of

from .kinds import MAIN, bases, with_features


def every_export(key: str) -> Iterator[tuple[str, Export]]:
    """Yield what a target writes for the whole corpus: the main form, one other, each feature."""
    target = TARGETS[key]
    every = bases(target)
    for number, (name, request) in enumerate(CORPUS.items()):
        source = Source(request, title=name)
        chosen = [MAIN, every[number % len(every)]]
        for feature in with_features(target, request):
            chosen.append(Options(**{**vars(every[number % len(every)]), feature: True}))
        for options in chosen if chosen[0] != chosen[1] else chosen[1:]:
            yield f"{name}, {options}", generate(source, key, options)
    for number, (name, source) in enumerate(OPEN_SOURCES.items()):
        options = every[number % len(every)]
        yield f"open: {name}, {options}", generate(source, key, options)


def write_programs(key: str, folder: Path) -> list[Path]:
    """Write each program of ``every_export`` into ``folder``; returns where."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, (name, export) in enumerate(every_export(key)):
        program = export.files[0]
        words = slug_of(name).replace("-", "_")
        path = folder / f"p{number:04}_{words}{Path(program.path).suffix}"
        path.write_bytes(program.data)
        written.append(path)
    return written
