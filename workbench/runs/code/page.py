"""What the dialog and the page of code show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from workbench.export.source import CodeFile, Export, Source, Target
from workbench.export.targets import TARGETS, generate
from workbench.runs.answer.highlight import highlighted

from .choice import SHELL, Choice, Option
from .subject import Subject

SHOWN_CHARACTERS = 100_000
"""A longer program is shown up to here; copying and the download give all of it."""
LANGUAGES = {"python": "Python", "typescript": "TypeScript", "bash": "Shell", "json": "JSON"}


@dataclass(frozen=True)
class Shown:
    """Code in a choice of target and options; without an ``export`` there is none yet."""

    subject: Subject
    choice: Choice
    options: list[Option]
    kept: list[str]
    export: Export | None

    @property
    def program(self) -> CodeFile | None:
        return self.export.files[0] if self.export else None

    @property
    def html(self) -> SafeString:
        """The program in colours, cut where it is very long."""
        text = self.program.text if self.program else ""
        return mark_safe(highlighted(text[:SHOWN_CHARACTERS], self.choice.target.language))

    @property
    def is_cut(self) -> bool:
        return self.program is not None and len(self.program.text) > SHOWN_CHARACTERS

    @property
    def notes(self) -> list[str]:
        """What there is to say before the code, each sentence once."""
        own = self.export.notes if self.export else ()
        return list(dict.fromkeys((*self.subject.notes, *own)))


def shown(subject: Subject, choice: Choice) -> Shown:
    """The code of ``subject`` as ``choice`` wants it."""
    source = _apt(subject.source, choice)
    request = source.request if source else None
    options = choice.shown(request, has_variables=subject.has_variables)
    export = (
        generate(source, choice.target.key, choice.applied_to(source.request)) if source else None
    )
    return Shown(subject, choice, options, choice.kept(options), export)


def _apt(source: Source | None, choice: Choice) -> Source | None:
    """The source; for a shell only with those arguments that have a value, the rest is text."""
    if source is None or choice.target.language != SHELL:
        return source
    return replace(source, arguments=tuple(each for each in source.arguments if each.value))


def groups() -> list[tuple[str, list[Target]]]:
    """The targets by their language, in their order."""
    found = groupby(TARGETS.values(), key=lambda target: target.language)
    return [(LANGUAGES.get(language, language), list(targets)) for language, targets in found]


def context(code: Shown, url: str, **more: Any) -> dict[str, Any]:
    """The context of ``runs/code/_code.html``; ``url`` is the address without a query."""
    return {
        "code": code,
        "groups": groups(),
        "code_url": url,
        "files_url": f"{url}files/",
        "query": code.choice.query(),
        **more,
    }
