"""What a pane of a comparison would send: its request, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from workbench.accounts.access import Access
from workbench.accounts.numbers import is_id
from workbench.catalogue import Problem
from workbench.messages_api import MessageRequest
from workbench.prompts.content import Content, MissingValues
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft, PromptVersion
from workbench.runs.models import Run
from workbench.runs.start import NotStarted, Origin, sendable

from .setup import Setup


@dataclass(frozen=True)
class Trial:
    """One pane, ready to be started; with ``refusals`` it cannot be."""

    setup: Setup
    upstream: str
    origin: Origin
    values: Mapping[str, str]
    body: Mapping[str, Any] = field(default_factory=dict)
    """The body before variables are filled in."""
    api_version: str = ""
    request: MessageRequest | None = None
    transformations: Sequence[str] = ()
    refusals: tuple[Problem, ...] = ()

    @classmethod
    def again(cls, setup: Setup, run: Run) -> Trial:
        """Exactly what a run has sent."""
        origin = Origin(None, run.prompt, run.prompt_name, run.version_number)
        request = run.message_request
        return cls(
            setup,
            run.upstream,
            origin,
            run.values,
            request.body,
            request=request,
            transformations=run.transformations,
        )


@dataclass(frozen=True)
class Workpiece:
    """A draft and the versions of its prompt, from which the panes are made."""

    access: Access
    draft: Draft
    form: EditorForm
    _found: dict[int, PromptVersion | None] = field(default_factory=dict)

    @classmethod
    def of(cls, access: Access, draft: Draft) -> Workpiece:
        return cls(access, draft, EditorForm.of(draft))

    @property
    def upstream(self) -> str:
        return self.form.upstream

    def base(self, setup: Setup) -> Content:
        """What a pane takes before its changes; the draft where its version does not exist."""
        version = self._version(setup)
        return version.parsed if version else self.form.content

    def trial(self, setup: Setup) -> Trial:
        """The pane of ``setup``, its request checked by the catalogue."""
        version, content = self._version(setup), setup.applied(self.base(setup))
        trial = Trial(
            setup,
            self.upstream,
            self._origin(version, setup),
            self.form.values,
            content.body,
            content.api_version,
        )
        if setup.version and version is None:
            sentence = f"There is no version {setup.version[:20]} of this prompt; choose another."
            return replace(trial, refusals=(Problem("version", sentence),))
        if setup.errors or (version is None and self.form.errors):
            return replace(trial, refusals=(*setup.errors, *self._draft_errors(version)))
        return self._checked(trial, content)

    def _checked(self, trial: Trial, content: Content) -> Trial:
        """The trial with its request, or with what the API would refuse of it."""
        try:
            prepared = content.prepared(self.form.values, self.upstream)
            sendable(prepared.request, self.access.team.pk)
        except MissingValues as missing:
            return replace(trial, refusals=(Problem("variables", str(missing)),))
        except NotStarted as refusal:
            return replace(trial, refusals=tuple(refusal.problems))
        return replace(
            trial, request=prepared.request, transformations=tuple(prepared.transformations)
        )

    def _draft_errors(self, version: PromptVersion | None) -> list[Problem]:
        return [] if version else self.form.errors

    def _origin(self, version: PromptVersion | None, setup: Setup) -> Origin:
        """Which version is run; one with changed parameters is none.

        The draft is left out: it shows the runs that its Run button began.
        """
        prompt = self.draft.prompt
        name = self.form.name or (prompt.name if prompt else "")
        number = version.number if version and not setup.changed else None
        if version is None and not setup.changed:
            number = self._number_of_draft
        return Origin(None, prompt, name, number)

    @cached_property
    def _number_of_draft(self) -> int | None:
        """The version that the draft still says, None when it has changed."""
        version = self._numbered(self.draft.base_number or 0)
        is_same = version is not None and version.content_hash == self.form.content.digest()
        return version.number if version and is_same else None

    def _version(self, setup: Setup) -> PromptVersion | None:
        return self._numbered(int(setup.version)) if is_id(setup.version) else None

    def _numbered(self, number: int) -> PromptVersion | None:
        if number not in self._found:
            rows = self.access.rows(PromptVersion).filter(prompt=self.draft.prompt_id or 0)
            self._found[number] = rows.filter(number=number).first()
        return self._found[number]
