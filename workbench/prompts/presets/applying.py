"""What a draft becomes with a preset, before anything is changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from workbench.catalogue import Misfit, Switch
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Preset
from workbench.prompts.parameters import ModelChoice, PendingSwitch, typed_outside

from .lines import Change, Line, changes, lines_of
from .parts import applied, parameters_in, parts_of
from .refusals import problems_of

CONVERSATION = ("system", "messages")
"""Parts of a request that no preset touches, also where the model refuses them."""


@dataclass(frozen=True)
class Preview:
    """A draft's form and the preset that it may take."""

    form: EditorForm
    preset: Preset

    @cached_property
    def merged(self) -> Content:
        """The content with every part of the preset, accepted or not."""
        return applied(self.form.content, self.preset.parameters)

    @cached_property
    def _before(self) -> list[Line]:
        return lines_of(parameters_in(self.form.content), self.form.typed)

    @cached_property
    def changes(self) -> list[Change]:
        """Each parameter that is another one with the preset."""
        after = lines_of(parameters_in(self.merged), self._typed_after)
        return changes(self._before, after)

    @property
    def _typed_after(self) -> dict[str, str]:
        return typed_outside(self.form.typed, parts_of(self.preset.parameters))

    @property
    def same(self) -> str:
        """The labels of what the preset sets and the draft has already, in one line."""
        changed = {change.label for change in self.changes}
        lines = lines_of(self.preset.parameters)
        return ", ".join(line.label for line in lines if line.label not in changed)

    @property
    def kept(self) -> str:
        """The labels of what the draft has and the preset says nothing about, in one line."""
        held = parts_of(self.preset.parameters)
        return ", ".join(line.label for line in self._before if line.part not in held)

    @cached_property
    def _switch(self) -> Switch:
        old, new = ModelChoice.of(self.form.content), ModelChoice.of(self.merged)
        return PendingSwitch.of(old, new, self.merged).switch

    @cached_property
    def switch(self) -> Switch:
        """What is different with the new model and version, and the settings that do not fit."""
        fitting = tuple(each for each in self._switch.misfits if not _is_in_conversation(each))
        return Switch(self._switch.facts, fitting)

    @property
    def left(self) -> list[str]:
        """What Run would refuse afterwards, with all replacements made, and did not before."""
        before = set(problems_of(self.form.content))
        after = problems_of(self.accepted([misfit.id for misfit in self.switch.misfits]))
        return [problem.sentence for problem in after if problem not in before]

    def accepted(self, ids: Collection[str]) -> Content:
        """The content with the preset and the replacements whose ids are ``ids``."""
        body = self.switch.applied(self.merged.body, ids)
        return replace(self.merged, body=body)

    @property
    def digest(self) -> str:
        """A mark of what is shown: a preset that somebody replaced meanwhile is shown again."""
        text = json.dumps(self.preset.parameters, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _is_in_conversation(misfit: Misfit) -> bool:
    return misfit.path.partition(".")[0] in CONVERSATION
