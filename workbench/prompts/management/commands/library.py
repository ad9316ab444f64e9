"""``manage.py library export|import``: a team's library as an archive, or as a folder for git."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, OperationalError, transaction

from workbench.accounts import audit
from workbench.accounts.access import access_to
from workbench.accounts.models import Team, User
from workbench.prompts.files.archive import files, write_archive
from workbench.prompts.files.folder import NotALibrary, write_folder
from workbench.prompts.files.importing import run_import
from workbench.prompts.files.problems import Problems, Refused, Unusable
from workbench.prompts.files.sources import OPERATOR, FolderSource, Source, ZipSource
from workbench.prompts.files.work import Mode, Report

ONE_VERSION = (
    "This is the file of one version: upload it on the page “Export and import”, or put it into "
    "its folder of an exported library and import that."
)


class Command(BaseCommand):
    """Says what was written or imported, line by line; fails with sentences and exit code 1."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="write a team's library")
        export.add_argument("path", type=Path, help="the archive or folder to write")
        export.add_argument("--team", help="the team's slug, as in its addresses: /t/SLUG/")
        export.add_argument(
            "--folder", action="store_true", help="a folder of files instead of an archive"
        )
        bring = actions.add_parser("import", help="import a library, all or nothing")
        bring.add_argument("path", type=Path, help="an archive, or a folder that an export wrote")
        bring.add_argument("--team", required=True, help="the slug of the team that gets it")
        bring.add_argument(
            "--mode",
            choices=[str(mode) for mode in Mode],
            default=str(Mode.COPIES),
            help="copies: beside what is here; update: bring what is here up to date",
        )
        bring.add_argument("--as", dest="email", help="the e-mail address of who imports it")

    def handle(self, *args: Any, action: str, path: Path, **options: Any) -> None:
        try:
            if action == "export":
                self._export(path, _team(options["team"]), is_folder=options["folder"])
            else:
                self._import(path, _team(options["team"]), options["mode"], options["email"])
        except OperationalError as error:
            raise CommandError(
                f"The database does not answer: start Workbench with manage.py up, or set "
                f"DATABASE_URL. ({error})"
            ) from None
        except (DatabaseError, OSError) as error:
            raise CommandError(f"Nothing was done: {error}".strip()) from None

    def _export(self, path: Path, team: Team, *, is_folder: bool) -> None:
        if is_folder:
            try:
                done = write_folder(path, files(team))
            except NotALibrary as error:
                raise CommandError(str(error)) from None
            said = (
                f"{done.written:,} written, {done.unchanged:,} unchanged, {done.removed:,} removed"
            )
            count = done.written + done.unchanged
        else:
            count = _write_archive(path, team)
            said = f"{count:,} files"
        audit.record(None, "library.export", team=team, files=count)
        self.stdout.write(f"{path}: {said}.")

    def _import(self, path: Path, team: Team, mode: str, email: str | None) -> None:
        user = _editor(team, email) if email else None
        try:
            with _opened(path) as source, transaction.atomic():
                report = run_import(source, team, user, Mode(mode))
                _record(path, team, user, mode, report)
        except Unusable as error:
            raise CommandError(f"{path}: {error}") from None
        except Refused as refused:
            for sentence in refused.problems.sentences:
                self.stderr.write(sentence)
            count = refused.problems.count
            raise CommandError(
                f"Nothing was imported: {count:,} problem{'' if count == 1 else 's'}."
            ) from None
        for change in report.changes:
            self.stdout.write(f"{change.kind} “{_one_line(change.name)}”: {change.what}")
        if report.more:
            self.stdout.write(f"And {report.more:,} more.")
        self.stdout.write(f"Imported into {team.slug}: {report.total}.")


def _team(slug: str | None) -> Team:
    """The team of that slug, or the only one; raises ``CommandError``."""
    if slug:
        found = Team.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no team “{slug}”: its slug stands in its addresses.")
        return found
    teams = list(Team.objects.order_by("pk")[:2])
    if len(teams) != 1:
        raise CommandError("Name the team with --team: its slug stands in its addresses.")
    return teams[0]


def _editor(team: Team, email: str) -> User:
    """The member who may edit prompts; raises ``CommandError``."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    is_member = user is not None and user.memberships.filter(team=team).exists()
    if user is None or not is_member or not access_to(user.pk, team.slug).can("prompt.edit"):
        raise CommandError(f"{email} is nobody who may edit the prompts of {team.slug}.")
    return user


def _one_line(name: str) -> str:
    """A name that does nothing to a terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in name)


@contextmanager
def _opened(path: Path) -> Iterator[Source[Any]]:
    if path.is_dir():
        yield FolderSource(path, Problems(), OPERATOR)
        return
    if path.suffix == ".md" and path.is_file():
        raise Unusable(ONE_VERSION)
    with path.open("rb") as file:
        yield ZipSource(file, Problems(), OPERATOR)


def _write_archive(path: Path, team: Team) -> int:
    """Write beside the file first: a failure leaves what was there; returns the number of files."""
    if path.is_dir():
        raise CommandError(f"{path} is a folder: add --folder, or name a file.")
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            count = write_archive(file, team)
        beside.chmod(0o644)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return count


def _record(path: Path, team: Team, user: User | None, mode: str, report: Report) -> None:
    audit.record(
        None,
        "library.import",
        actor=user,
        team=team,
        target=path.name,
        mode=mode,
        **report.counts,
    )
