"""Importing prompts with their labels and value sets, and system prompts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from workbench.prompts.labels.protection import all_protected
from workbench.prompts.media.sources import places
from workbench.prompts.models import (
    Label,
    LabelMove,
    Prompt,
    PromptVersion,
    SystemPrompt,
    SystemPromptVersion,
    ValueSet,
)

from . import layout, rows
from .records import (
    Move,
    PromptRecord,
    Shelved,
    read_prompt,
    read_prompt_version,
    read_system_prompt,
    read_system_text,
)
from .shelf import Shelf, Target
from .text import SystemText, VersionText

PromptTarget = Target[Prompt, PromptRecord]
PROTECTED = "the label “{}” is protected in this team: take it out of the file, and propose it."


class Prompts(Shelf[Prompt, PromptRecord]):
    """The prompts of an import."""

    noun = "prompt"
    kinds = ("prompt", "version")
    model, versions, parent = Prompt, PromptVersion, "prompt"
    compared = {
        "content_hash": "content",
        "note": "note",
        "parent_number": "parent",
        "author_name": "author",
        "created_at": "time",
    }

    def files(self, slug: str, number: int = 0) -> str:
        return layout.version_file(slug, number) if number else layout.prompt_file(slug)

    def record(self, content: bytes) -> PromptRecord:
        return read_prompt(content)

    def text(self, content: bytes) -> VersionText:
        return read_prompt_version(content)

    def new_row(self, slug: str, record: PromptRecord) -> Prompt:
        return rows.prompt_row(self.work.team, self.work.user, slug, record)

    def version_row(self, row: Prompt, number: int, text: VersionText) -> PromptVersion:
        return rows.version_row(row, number, text)

    def seen(self, name: str, text: VersionText) -> None:
        for place in places(text.content.body):
            if place.kept:
                self.work.used_media.setdefault(place.kept, name)

    def describe(self, target: PromptTarget) -> None:
        old_name = target.row.name
        super().describe(target)
        if not target.is_new and target.row.name != old_name:
            self.work.renamed.append((target.row, old_name))

    def show(self, row: Prompt, version: PromptVersion) -> Sequence[str]:
        return row.show(version)

    def finish(self, targets: list[PromptTarget]) -> None:
        for target in targets:
            for label, number in target.record.labels.items():
                if number not in target.present:
                    self.problems.add(
                        self.files(target.slug),
                        f"the label “{label}” is on version {number}, which is not there.",
                    )
        self._labels(targets)
        self._value_sets(targets)

    def _labels(self, targets: list[PromptTarget]) -> None:
        here = self._labels_here(targets)
        protected = all_protected(self.work.team.pk)
        versions = self._labelled(targets)
        new: list[Label] = []
        moved: list[Label] = []
        moves: list[LabelMove] = []
        for target in targets:
            if target.is_new and self.work.is_writing:
                moves += [rows.move_row(target.row, move) for move in target.record.moves]
            for name, number in target.record.labels.items():
                label = here.get((target.row.pk, name))
                before = label.version.number if label else None
                if before == number:
                    continue
                if name.lower() in protected:
                    self.problems.add(self.files(target.slug), PROTECTED.format(name))
                    continue
                target.notes.append(f"{name} on v{number}")
                self.work.report.counts["label"] += 1
                if not self.work.is_writing:
                    continue
                version = versions[target.row.pk, number]
                if label:
                    label.version = version
                    moved.append(label)
                else:
                    new.append(rows.label_row(version, name, self.work.user))
                if not target.is_new:
                    moves.append(self._move(target.row, name, before, number))
        self._write_labels(targets, new, moved, moves)

    def _write_labels(
        self,
        targets: list[PromptTarget],
        new: list[Label],
        moved: list[Label],
        moves: list[LabelMove],
    ) -> None:
        if not self.work.is_writing:
            return
        rows.insert(new)
        rows.insert(moves)
        times = {
            (target.row.pk, move.name): move.at
            for target in targets
            if target.is_new
            for move in target.record.moves
        }
        for label in [*new, *moved]:
            told = times.get((label.prompt_id, label.name))
            label.moved_by = None if told else self.work.user
            label.moved_at = told or timezone.now()
        rows.update([*new, *moved], "version", "moved_by", "moved_at")

    def _move(self, row: Prompt, name: str, before: int | None, number: int) -> LabelMove:
        by = str(self.work.user or "")[:200]
        return rows.move_row(row, Move(name, before, number, by, timezone.now()), self.work.user)

    def _labels_here(self, targets: list[PromptTarget]) -> dict[tuple[int, str], Label]:
        known = [target.row.pk for target in targets if not target.is_new]
        found = Label.objects.filter(prompt__in=known).select_related("version")
        found = found.defer("version__content") if known else found.none()
        return {(label.prompt_id, label.name): label for label in found}

    def _labelled(self, targets: list[PromptTarget]) -> dict[tuple[int, int], PromptVersion]:
        """The stored versions that labels of the import are on, without their content."""
        if not self.work.is_writing:
            return {}
        numbers = {number for target in targets for number in target.record.labels.values()}
        found = PromptVersion.objects.filter(
            prompt__in=[target.row.pk for target in targets], number__in=numbers
        )
        fields = ("id", "team_id", "prompt_id", "number")
        return {(each.prompt_id, each.number): each for each in found.only(*fields)}

    def _value_sets(self, targets: list[PromptTarget]) -> None:
        known = [target.row.pk for target in targets if not target.is_new]
        here: dict[Any, ValueSet] = {}
        if known:
            found = ValueSet.objects.filter(prompt__in=known)
            here = {(each.prompt_id, each.name): each for each in found}
        new: list[ValueSet] = []
        changed: list[ValueSet] = []
        for target in targets:
            for name, values in target.record.value_sets.items():
                present = here.get((target.row.pk, name))
                if present is None:
                    new.append(rows.value_set_row(target.row, name, values, self.work.user))
                elif list(present.values.items()) != list(values.items()):
                    present.values = values
                    changed.append(present)
                else:
                    continue
                target.notes.append(f"values “{name}”")
                self.work.report.counts["value_set"] += 1
        if self.work.is_writing:
            rows.insert(new)
            rows.update(changed, "values")


class SystemPrompts(Shelf[SystemPrompt, Shelved]):
    """The system prompts of an import."""

    noun = "system prompt"
    kinds = ("system", "system version")
    model, versions, parent = SystemPrompt, SystemPromptVersion, "system_prompt"
    compared = {
        "content_hash": "text",
        "note": "note",
        "author_name": "author",
        "created_at": "time",
    }

    def files(self, slug: str, number: int = 0) -> str:
        return layout.system_version_file(slug, number) if number else layout.system_file(slug)

    def record(self, content: bytes) -> Shelved:
        return read_system_prompt(content)

    def text(self, content: bytes) -> SystemText:
        return read_system_text(content)

    def new_row(self, slug: str, record: Shelved) -> SystemPrompt:
        return rows.system_row(self.work.team, self.work.user, slug, record)

    def version_row(self, row: SystemPrompt, number: int, text: SystemText) -> SystemPromptVersion:
        return rows.system_version_row(row, number, text)
