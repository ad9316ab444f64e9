"""Importing a library: the one loop that previews it and that carries it out.

A preview does everything but write, so that it says what will happen. An import is all or nothing:
it runs in one transaction, which the first problem undoes.
"""

from __future__ import annotations

from typing import Any

from django.db import DataError, IntegrityError, OperationalError, transaction

from workbench.accounts.models import Team, User
from workbench.prompts.library.details import rename_drafts
from workbench.prompts.library.locking import IN_USE

from . import layout
from .media_in import import_media
from .presets_in import import_presets
from .problems import Refused
from .prompts_in import Prompts, SystemPrompts
from .records import read_top
from .sources import Source, TooMuch
from .work import Import, Mode, Report


def preview(source: Source[Any], team: Team, mode: Mode) -> Report:
    """What importing would do; changes nothing."""
    return _carry_out(Import(source, team, None, mode, False, Report(source.problems)))


def run_import(source: Source[Any], team: Team, user: User | None, mode: Mode) -> Report:
    """Import everything, or raise ``Refused`` and change nothing."""
    report = Report(source.problems)
    work = Import(source, team, user, mode, True, report)
    try:
        with transaction.atomic():
            _carry_out(work)
            if report.problems:
                raise Refused(report.problems)
    except (IntegrityError, DataError, OperationalError) as error:
        if isinstance(error, OperationalError) and not isinstance(error.__cause__, IN_USE):
            raise
        report.problems.add(
            "The library", "it was changed by somebody at the same moment: import once more."
        )
        raise Refused(report.problems) from None
    for prompt, old_name in work.renamed:
        rename_drafts(prompt, old_name)
    return report


def _carry_out(work: Import) -> Report:
    try:
        if layout.TOP in work.source.places:
            found = work.read(layout.TOP, read_top)
            if found is None:
                return work.report
            work.absent_media = found
        Prompts(work).import_all()
        SystemPrompts(work).import_all()
        import_presets(work)
        import_media(work)
    except TooMuch as error:
        work.problems.add("The library", error)
    return work.report
