"""Importing things with versions: what prompts and system prompts have in common.

They come in batches, so that the number of queries does not grow with every prompt, and versions
are written while they are read, so that a long history does not have to fit into memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from django.db import models
from django.utils import timezone

from . import rows
from .layout import Kind
from .records import Shelved
from .text import About
from .work import Import, Mode

BATCH = 50
"""Prompts at once."""
BUFFER = 4 * 1024 * 1024
"""Characters of versions in memory before they are written."""
VERSIONS = 200
STEM = 60
"""Characters of a slug that stay when a number is put behind it."""
NOTES = 6
"""Further changes of one prompt that are told."""
UPDATED = ("name", "description", "tags", "archived_at")

Row = TypeVar("Row", bound=Any)
Record = TypeVar("Record", bound=Shelved)


@dataclass
class Target(Generic[Row, Record]):
    """Where the files of one slug go: a new row, or one that is there with ``known`` versions."""

    slug: str
    row: Row
    record: Record
    numbers: list[int]
    known: dict[int, dict[str, Any]] | None = None
    last: Any = None
    added: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.known is None

    @property
    def present(self) -> set[int]:
        """The numbers of the versions that there are afterwards."""
        return {*self.numbers, *(self.known or ())}

    @property
    def what(self) -> str:
        """What the import does to it, for the list of changes; "" for nothing."""
        added = _counted(self.added, "version" if self.is_new else "new version")
        more = [f"{len(self.notes) - NOTES} more"] if len(self.notes) > NOTES else []
        parts = [*([added] if self.added else []), *self.notes[:NOTES], *more]
        return ", ".join(["new", *parts] if self.is_new else parts)


class Shelf(Generic[Row, Record]):
    """The prompts, or the system prompts, of an import."""

    noun: ClassVar[str]
    kinds: ClassVar[tuple[Kind, Kind]]
    """Of the file about the whole and of a version's file."""
    model: ClassVar[type[models.Model]]
    versions: ClassVar[type[models.Model]]
    parent: ClassVar[str]
    """The column of a version that names the whole."""
    compared: ClassVar[dict[str, str]]
    """The columns of a version that may not differ, with their words."""

    def __init__(self, work: Import) -> None:
        self.work = work
        self.problems = work.problems
        self.taken: set[str] = set()
        self._buffer: list[Any] = []
        self._size = 0

    def import_all(self) -> None:
        """Read every file of this kind and bring it in; problems are noted."""
        numbers = self._numbers()
        if self.work.mode == Mode.COPIES and numbers:
            taken = self.model._default_manager.filter(team=self.work.team)
            self.taken = set(taken.values_list("slug", flat=True))
        slugs = sorted(numbers)
        if self.work.mode == Mode.UPDATE and self.work.writes:
            # All at once and in one order: two imports wait for each other, but never in a circle.
            list(self._locked(slugs).values_list("pk"))
        for begin in range(0, len(slugs), BATCH):
            self._batch({slug: numbers[slug] for slug in slugs[begin : begin + BATCH]})

    # What differs ---------------------------------------------------------------------------

    def files(self, slug: str, number: int = 0) -> str:
        """The name of a version's file, or of that about the whole."""
        raise NotImplementedError

    def record(self, content: bytes) -> Record:
        raise NotImplementedError

    def text(self, content: bytes) -> About:
        raise NotImplementedError

    def new_row(self, slug: str, record: Record) -> Row:
        raise NotImplementedError

    def version_row(self, row: Row, number: int, text: Any) -> Any:
        raise NotImplementedError

    def seen(self, name: str, text: Any) -> None:
        """A version was read from the file ``name``."""

    def finish(self, targets: list[Target[Row, Record]]) -> None:
        """Bring in what hangs on the whole; its versions are stored."""

    def show(self, row: Row, version: Any) -> Sequence[str]:
        """Make a version the latest of ``row``; returns the changed columns."""
        row.latest_number, row.updated_at = version.number, version.created_at
        return ("latest_number", "updated_at")

    # The loop -------------------------------------------------------------------------------

    def _numbers(self) -> dict[str, list[int]]:
        """By slug the numbers of the versions that there are files of."""
        found: dict[str, list[int]] = defaultdict(list)
        for place in self.work.source.places.values():
            if place.kind == self.kinds[0]:
                found[place.slug] += []
            elif place.kind == self.kinds[1]:
                found[place.slug].append(place.number)
        return {slug: sorted(numbers) for slug, numbers in found.items()}

    def _batch(self, numbers: dict[str, list[int]]) -> None:
        records = {
            slug: record
            for slug, found in numbers.items()
            if (record := self._record(slug, found)) is not None
        }
        targets = self._targets(records, numbers)
        if self.work.is_writing:
            rows.insert([target.row for target in targets if target.is_new])
        for target in targets:
            for number in target.numbers:
                self._version(target, number)
        self._flush()
        self.finish(targets)
        if self.work.is_writing:
            self._store(targets)
        for target in targets:
            self._report(target)

    def _record(self, slug: str, numbers: list[int]) -> Record | None:
        name = self.files(slug)
        if name not in self.work.source.places:
            self.problems.add(name, "this file is missing: put it beside the versions.")
            return None
        if not numbers:
            self.problems.add(name, "it has no version: put one beside it, or remove it.")
        missing = next((n for n, found in enumerate(numbers, 1) if n != found), 0)
        if missing:
            self.problems.add(
                name,
                f"version {missing} is missing: versions are numbered from 1 without gaps.",
            )
        record: Record | None = self.work.read(name, self.record)
        return record if numbers and not missing else None

    def _targets(
        self, records: dict[str, Record], numbers: dict[str, list[int]]
    ) -> list[Target[Row, Record]]:
        here, known = self._here(records) if self.work.mode == Mode.UPDATE else ({}, {})
        targets = []
        for slug, record in records.items():
            row = here.get(slug)
            is_known = row is not None
            if row is None:
                free = free_slug(slug, self.taken)
                self.taken.add(free)
                row = self.new_row(free, record)
            target = Target(slug, row, record, numbers[slug], known[row.pk] if is_known else None)
            targets.append(target)
            self.describe(target)
        return targets

    def _here(
        self, slugs: Iterable[str]
    ) -> tuple[dict[str, Row], dict[int, dict[int, dict[str, Any]]]]:
        """The rows of these slugs that are there, and their versions by id and number."""
        found: Any = self._locked(slugs) if self.work.writes else self._of_slugs(slugs)
        here = {row.slug: row for row in found}
        known: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
        versions = self.versions._default_manager.filter(
            **{f"{self.parent}__in": [row.pk for row in here.values()]}
        )
        for version in versions.values(f"{self.parent}_id", "number", *self.compared):
            known[version[f"{self.parent}_id"]][version["number"]] = version
        return here, known

    def _of_slugs(self, slugs: Iterable[str]) -> Any:
        return self.model._default_manager.filter(team=self.work.team, slug__in=list(slugs))

    def _locked(self, slugs: Iterable[str]) -> Any:
        # Who only refers to one of them, as a draft, a run or a set of values, does not wait.
        return self._of_slugs(slugs).select_for_update(no_key=True).order_by("pk")

    def describe(self, target: Target[Row, Record]) -> None:
        """Take over what is said of the whole."""
        said = {
            "name": target.record.name,
            "description": target.record.description,
            "tags": target.record.tags,
            "archived_at": target.record.archived,
        }
        changed = [key for key, value in said.items() if getattr(target.row, key) != value]
        for key, value in said.items():
            setattr(target.row, key, value)
        if target.is_new:
            renamed = target.row.slug != target.slug
            target.notes += [f"as “{target.row.slug}”"] if renamed else []
        elif changed:
            words = [{"archived_at": "archived or not"}.get(key, key) for key in changed]
            target.notes.append(f"changed: {', '.join(words)}")

    def _version(self, target: Target[Row, Record], number: int) -> None:
        name = self.files(target.slug, number)
        text: Any = self.work.read(name, self.text)
        if text is None:
            return
        if text.number not in (None, number):
            self.problems.add(name, f"it says version {text.number}: its name must say the same.")
        if text.parent is not None and text.parent >= number:
            self.problems.add(name, f"its parent is {text.parent}: write an earlier version.")
        self.seen(name, text)
        version = self.version_row(target.row, number, text)
        known = (target.known or {}).get(number)
        if known is not None:
            self._compare(target, name, version, known, has_time=text.created is not None)
            return
        target.added += 1
        if self.work.is_writing:
            target.last = version
            self._keep(version)

    def _compare(
        self,
        target: Target[Row, Record],
        name: str,
        version: Any,
        known: dict[str, Any],
        *,
        has_time: bool,
    ) -> None:
        for column, word in self.compared.items():
            if column == "created_at" and not has_time:
                continue
            if getattr(version, column) != known[column]:
                following = self.files(target.slug, max(target.present) + 1)
                self.problems.add(
                    name,
                    f"version {version.number} of “{target.row.name}” is here already with "
                    f"another {word}, and versions never change: leave it as it was and write a "
                    f"new one, {following.rpartition('/')[2]}, or import all as copies.",
                )
                return

    def _keep(self, version: Any) -> None:
        """Put a version among those to be written."""
        self._buffer.append(version)
        self._size += len(str(getattr(version, "content", "") or version.text))
        if self._size > BUFFER or len(self._buffer) >= VERSIONS:
            self._flush()

    def _flush(self) -> None:
        if self.work.is_writing:
            rows.insert(self._buffer)
        self._buffer, self._size = [], 0

    def _store(self, targets: list[Target[Row, Record]]) -> None:
        """Write what is said of the wholes, and which version is their latest."""
        columns = {*UPDATED, "created_at"}
        for target in targets:
            if target.is_new:
                target.row.created_at = target.record.created or timezone.now()
            if target.last is not None:
                columns |= set(self.show(target.row, target.last))
        changed = [target.row for target in targets if target.what]
        rows.update(changed, *sorted(columns))

    def _report(self, target: Target[Row, Record]) -> None:
        if what := target.what:
            counts = {self.noun.replace(" ", "_"): int(target.is_new), "version": target.added}
            self.work.report.note(self.noun, target.row.name, what, **counts)


def free_slug(slug: str, taken: set[str]) -> str:
    """``slug``, with a number behind it if it is taken."""
    number, free = 2, slug
    while free in taken:
        free = f"{slug[:STEM]}-{number}"
        number += 1
    return free


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
