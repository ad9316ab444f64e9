"""Importing presets."""

from __future__ import annotations

from django.utils import timezone

from workbench.prompts.library.locking import hold_presets
from workbench.prompts.models import Preset

from . import layout, rows
from .records import LONGEST_NAME, PresetRecord, read_preset
from .shelf import free_slug
from .work import Import, Mode

COLUMNS = ("name", "description", "parameters")


def import_presets(work: Import) -> None:
    """Read every preset and bring it in; problems are noted."""
    slugs = sorted(place.slug for place in work.source.places.values() if place.kind == "preset")
    if slugs:
        _Presets(work).import_all(slugs)


class _Presets:
    """The presets of a team, of which there are few: all of them are known at once."""

    def __init__(self, work: Import) -> None:
        self.work = work
        if work.writes:
            hold_presets(work.team.pk)
        present = list(Preset.objects.filter(team=work.team).order_by("pk"))
        self.here = {row.slug: row for row in present}
        self.names = {row.name: row.slug for row in present}
        self.default = next((row.slug for row in present if row.is_default), "")
        self.new: list[Preset] = []
        self.times: list[object] = []
        self.changed: list[Preset] = []
        self.wished = ""

    def import_all(self, slugs: list[str]) -> None:
        for slug in slugs:
            name = layout.preset_file(slug)
            record: PresetRecord | None = self.work.read(name, read_preset)
            if record is not None:
                self._take(slug, record)
        if self.work.is_writing:
            self._store()

    def _take(self, slug: str, record: PresetRecord) -> None:
        if record.is_default and self.wished:
            self.work.problems.add(
                layout.preset_file(slug), "another preset is the default already: one can be."
            )
            return
        if self.work.mode == Mode.UPDATE and slug in self.here:
            self._change(self.here[slug], record)
            return
        free = free_slug(slug, set(self.here))
        row = rows.preset_row(self.work.team, self.work.user, free, record)
        if self.work.mode == Mode.COPIES:
            row.name = self._free_name(record.name)
        elif not self._may_be_called(slug, record.name):
            return
        row.is_default = False
        self.here[free], self.names[row.name] = row, free
        self.new.append(row)
        self.times.append(record.created or timezone.now())
        self._wish(free, record)
        renamed = f", as “{row.name}”" if row.name != record.name else ""
        self.work.report.note("preset", record.name, f"new{renamed}", preset=1)

    def _change(self, row: Preset, record: PresetRecord) -> None:
        if not self._may_be_called(row.slug, record.name):
            return
        said = {column: getattr(record, column) for column in COLUMNS}
        different = [column for column in COLUMNS if _differs(getattr(row, column), said[column])]
        is_new_default = record.is_default and row.slug != self.default
        self._wish(row.slug, record)
        if not different and not is_new_default:
            return
        del self.names[row.name]
        for column, value in said.items():
            setattr(row, column, value)
        self.names[row.name] = row.slug
        self.changed.append(row)
        what = [*different, *(["now the default"] if is_new_default else [])]
        self.work.report.note("preset", record.name, f"changed: {', '.join(what)}")

    def _wish(self, slug: str, record: PresetRecord) -> None:
        """Remember which preset is to be the default; copies do not take the place of another."""
        if record.is_default and (self.work.mode == Mode.UPDATE or not self.default):
            self.wished = slug

    def _may_be_called(self, slug: str, name: str) -> bool:
        other = self.names.get(name, slug)
        if other != slug:
            self.work.problems.add(
                layout.preset_file(slug),
                f"a preset called “{name}” is here already as “{other}”: rename one of the two.",
            )
        return other == slug

    def _free_name(self, name: str) -> str:
        number, free = 2, name
        while free in self.names:
            free = f"{name[: LONGEST_NAME - 12]} ({number})"
            number += 1
        return free

    def _store(self) -> None:
        rows.insert(self.new)
        for row, moment in zip(self.new, self.times, strict=True):
            row.created_at = moment  # type: ignore[assignment]
        rows.update(self.new, "created_at")
        rows.update(self.changed, *COLUMNS)
        if self.wished and self.wished != self.default:
            of_team = Preset.objects.filter(team=self.work.team)
            of_team.filter(is_default=True).update(is_default=False)
            of_team.filter(slug=self.wished).update(is_default=True)


def _differs(one: object, other: object) -> bool:
    """Whether two values differ, the order of their keys included."""
    return repr(one) != repr(other)
