"""The files of a team's library, read from one snapshot of the database in constant memory.

The same library gives the same files in the same order, byte for byte. Stars, drafts and runs are
not among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any, TypeVar

from django.db import connection, models, transaction
from django.db.models.functions import Collate

from workbench.accounts.models import Team
from workbench.prompts.content import Content
from workbench.prompts.media.kinds import ENDINGS
from workbench.prompts.media.sources import places
from workbench.prompts.models import (
    Label,
    LabelMove,
    Media,
    Preset,
    Prompt,
    PromptVersion,
    SystemPrompt,
    SystemPromptVersion,
    ValueSet,
)

from . import layout
from .layout import FileEntry, json_file, text_file
from .text import SystemText, VersionText, write_system_version, write_version, written_time
from .zip_writer import zip_archive

BATCH = 200
"""Prompts whose labels and value sets are read at once."""
FEW = 20
"""Versions in memory at once; each may hold megabytes."""

Item = TypeVar("Item")
Row = TypeVar("Row", bound=models.Model)


def write_archive(file: IO[bytes], team: Team, prompts: Collection[int] | None = None) -> int:
    """Write the library of ``team`` into ``file`` as a ZIP archive; returns the number of files.

    ``prompts`` are the ids of those to take, with what they use; None takes everything.
    """
    with zip_archive(file) as archive:
        for entry in files(team, prompts):
            archive.add(entry.name, entry.content)
        return archive.count


def files(team: Team, prompts: Collection[int] | None = None) -> Iterator[FileEntry]:
    """Every file of the archive; see ``write_archive``."""
    used: set[str] = set()
    with _snapshot():
        if prompts is None:
            yield from _presets(team)
        yield from _prompts(team, prompts, used)
        if prompts is None:
            yield from _system_prompts(team)
        missing = sorted(used)
        if used:
            found: set[str] = set()
            yield from _media(team, missing, found)
            missing = sorted(used - found)
        yield json_file(
            layout.TOP, {"format": layout.FORMAT} | ({"missing_media": missing} if missing else {})
        )


def version_text(version: PromptVersion, name: str) -> VersionText:
    """A stored version as its file says it; ``name`` is that of its prompt."""
    return VersionText(
        name,
        version.number,
        version.parent_number,
        version.author_name,
        version.created_at,
        version.note,
        content=version.parsed,
    )


@contextmanager
def _snapshot() -> Iterator[None]:
    """A transaction in which every query sees the same state, unless one has begun already."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _prompts(team: Team, chosen: Collection[int] | None, used: set[str]) -> Iterator[FileEntry]:
    rows = Prompt.objects.filter(team=team, latest_number__gt=0)
    if chosen is not None:
        rows = rows.filter(pk__in=chosen)
    fields = ("id", "name", "slug", "description", "tags", "created_at", "archived_at")
    for batch in _batches(_by_slug(rows.only(*fields)).iterator(chunk_size=BATCH), BATCH):
        described = _described(batch)
        by_id = {prompt.pk: prompt for prompt in batch}
        described_ids: set[int] = set()
        for version in _versions(PromptVersion, "prompt", by_id):
            prompt = by_id[version.prompt_id]
            if prompt.pk not in described_ids:
                described_ids.add(prompt.pk)
                yield json_file(layout.prompt_file(prompt.slug), described[prompt.pk])
            text = version_text(version, prompt.name)
            used.update(_used(text.content))
            yield text_file(layout.version_file(prompt.slug, version.number), write_version(text))


def _versions(model: type[Row], parent: str, by_id: Collection[int]) -> Iterator[Any]:
    """The versions of some prompts in the order of their slugs, few in memory at once."""
    rows = model._default_manager.filter(**{f"{parent}__in": list(by_id)})
    place = Collate(f"{parent}__slug", "C")
    return rows.order_by(place, "number").iterator(chunk_size=FEW)


def _described(prompts: list[Prompt]) -> dict[int, dict[str, Any]]:
    """What ``prompt.json`` of each prompt says, by its id."""
    ids = [prompt.pk for prompt in prompts]
    labels: dict[int, dict[str, int]] = defaultdict(dict)
    for key, name, number in _sorted(Label, ids, "name", "version__number"):
        labels[key][name] = number
    moves: dict[int, list[dict[str, Any]]] = defaultdict(list)
    history = LabelMove.objects.filter(prompt__in=ids).order_by("id")
    for move in history.iterator(chunk_size=BATCH):
        moves[move.prompt_id].append(_move(move))
    sets: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for key, name, values in _sorted(ValueSet, ids, "name", "values"):
        sets[key].append({"name": name, "values": values})
    return {
        prompt.pk: _about(prompt)
        | {
            "labels": labels[prompt.pk],
            "label_moves": moves[prompt.pk],
            "value_sets": sets[prompt.pk],
        }
        for prompt in prompts
    }


def _about(row: Prompt | SystemPrompt) -> dict[str, Any]:
    return {
        "name": row.name,
        "description": row.description,
        "tags": row.tags,
        "created": written_time(row.created_at),
        "archived": written_time(row.archived_at) if row.archived_at else None,
    }


def _move(move: LabelMove) -> dict[str, Any]:
    return {
        "name": move.name,
        "from": move.from_number,
        "to": move.to_number,
        "by": move.mover_name,
        "at": written_time(move.moved_at),
    }


def _sorted(model: type[Row], prompts: list[int], name: str, value: str) -> list[Any]:
    rows = model._default_manager.filter(prompt__in=prompts)
    # Sorted here: the order of the database would depend on its locale.
    return sorted(rows.values_list("prompt_id", name, value), key=lambda row: row[1])


def _used(content: Content) -> set[str]:
    """The hashes of the kept files that a content names."""
    return {place.kept for place in places(content.body) if place.kept}


def _system_prompts(team: Team) -> Iterator[FileEntry]:
    rows = _by_slug(SystemPrompt.objects.filter(team=team, latest_number__gt=0))
    for batch in _batches(rows.iterator(chunk_size=BATCH), BATCH):
        by_id = {prompt.pk: prompt for prompt in batch}
        described: set[int] = set()
        for version in _versions(SystemPromptVersion, "system_prompt", by_id):
            prompt = by_id[version.system_prompt_id]
            if prompt.pk not in described:
                described.add(prompt.pk)
                yield json_file(layout.system_file(prompt.slug), _about(prompt))
            text = write_system_version(_system_text(version, prompt.name))
            yield text_file(layout.system_version_file(prompt.slug, version.number), text)


def _system_text(version: SystemPromptVersion, name: str) -> SystemText:
    return SystemText(
        name,
        version.number,
        author=version.author_name,
        created=version.created_at,
        note=version.note,
        text=version.text,
    )


def _presets(team: Team) -> Iterator[FileEntry]:
    for row in _by_slug(Preset.objects.filter(team=team)).iterator(chunk_size=BATCH):
        said = {
            "name": row.name,
            "description": row.description,
            "is_default": row.is_default,
            "created": written_time(row.created_at),
            "parameters": row.parameters,
        }
        yield json_file(layout.preset_file(row.slug), said)


def _media(team: Team, hashes: list[str], found: set[str]) -> Iterator[FileEntry]:
    """The kept files among ``hashes``, which must be sorted; their hashes go into ``found``."""
    for batch in _batches(iter(hashes), 1_000):
        rows = Media.objects.filter(team=team, sha256__in=batch).order_by(Collate("sha256", "C"))
        values = rows.values_list("sha256", "media_type", "bytes")
        for digest, media_type, content in values.iterator(chunk_size=1):
            found.add(digest)
            name = layout.media_file(digest, ENDINGS.get(media_type, "bin"))
            yield FileEntry(name, bytes(content))


def _by_slug(rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    return rows.order_by(Collate("slug", "C"))


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
