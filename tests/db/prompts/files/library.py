"""A library with one of everything, as rows."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.prompts.media_files import pdf, picture
from workbench.accounts.models import Team, User
from workbench.prompts.content import Content, Variable
from workbench.prompts.files.archive import write_archive
from workbench.prompts.files.importing import preview, run_import
from workbench.prompts.files.problems import Problems, Refused
from workbench.prompts.files.sources import WEB, Limits, ZipSource
from workbench.prompts.files.work import Mode, Report
from workbench.prompts.media.check import check
from workbench.prompts.media.sources import kept_source
from workbench.prompts.media.store import keep
from workbench.prompts.models import (
    Label,
    LabelMove,
    Preset,
    Prompt,
    SystemPrompt,
    SystemPromptVersion,
    ValueSet,
)
from workbench.prompts.saving import make_prompt

MOMENT = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
ODD = "Zwölf\u2028 \U0001f600 \\=== user\n=== user\n--- text\n\n "


def turn(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def fill_library(team: Team, user: User) -> Prompt:
    """Two prompts, one archived, with media, labels, value sets; a system prompt; two presets."""
    files = [keep(team, check(content)) for content in (picture(), pdf(), b"Some text.")]
    blocks = [
        {"type": "image", "source": kept_source(files[0].sha256, "image/png")},
        {"type": "document", "source": kept_source(files[1].sha256, "application/pdf")},
        {"type": "document", "source": kept_source(files[2].sha256, "text/plain")},
        {"type": "text", "text": ODD, "cache_control": {"type": "ephemeral"}},
    ]
    note = {"slug": "kind", "number": 1, "hash": "0" * 64}
    contents = [
        Content.blank(),
        Content({"messages": [turn(ODD)], "model": "claude-opus-5-5", "temperature": 0.10}),
        Content(
            {"model": "claude-haiku-4-5", "system": ODD, "messages": [turn(blocks)], "x": 1e100},
            "2023-06-01",
            ("a-beta",),
            (Variable("WHO", "Who it is", "you"),),
            {"weather": {"kind": "fixed", "text": "Sun", "is_error": False, "rules": []}},
            {},
            {"system": note},
        ),
    ]
    prompt = make_prompt(team.pk, "Greeting — Zwölf", user)
    for number, content in enumerate(contents):
        prompt.save_version(content, user, parent_number=number or None, note=f"Note {number}")
    Prompt.objects.filter(pk=prompt.pk).update(
        description="What it\ndoes", tags=["b", "a"], created_at=MOMENT
    )
    for name, number in (("staging", 3), ("production", 2)):
        version = prompt.versions.get(number=number)
        Label.objects.create(team=team, prompt=prompt, name=name, version=version)
        for before, after in ((None, 1), (1, number)):
            LabelMove.objects.create(
                team=team,
                prompt=prompt,
                name=name,
                from_number=before,
                to_number=after,
                mover_name="Ana",
                moved_at=MOMENT + timedelta(days=after),
            )
    for name, values in (("b", {"WHO": ODD, "A": ""}), ("a", {})):
        ValueSet.objects.create(team=team, prompt=prompt, name=name, values=values)
    archived = make_prompt(team.pk, "Archived", user)
    archived.save_version(Content.blank(), user, parent_number=None)
    Prompt.objects.filter(pk=archived.pk).update(archived_at=MOMENT)
    _system_prompt(team, user)
    tools = {"body": {"z": 1, "a": [1.5]}, "betas": ["b"]}
    Preset.objects.create(team=team, name="Zeta", slug="zeta", parameters=tools, is_default=True)
    Preset.objects.create(team=team, name="Alpha", slug="alpha", description="First")
    return Prompt.objects.get(pk=prompt.pk)


def _system_prompt(team: Team, user: User) -> None:
    system = SystemPrompt.objects.create(
        team=team, name="Kind", slug="kind", tags=["tone"], latest_number=2
    )
    for number, text in enumerate(("Be kind.", f"---\n{ODD}\n"), 1):
        SystemPromptVersion.objects.create(
            team=team,
            system_prompt=system,
            number=number,
            author=user,
            author_name=user.name,
            text=text,
            content_hash=hashlib.sha256(text.encode()).hexdigest(),
        )


def exported(team: Team, prompts: list[int] | None = None) -> bytes:
    """The archive of a team's library."""
    file = io.BytesIO()
    write_archive(file, team, prompts)
    return file.getvalue()


def contents_of(archive: bytes) -> dict[str, bytes]:
    """The files of an archive by their names."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def packed(files: dict[str, bytes | str], **options: Any) -> bytes:
    """An archive of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def small(**changes: Any) -> dict[str, bytes | str]:
    """The files of a library of one prompt with two versions, some of them changed or left out."""
    turns = "---\nname: Greeting\nmodel: claude-opus-5-5\n---\n=== user\n"
    files: dict[str, Any] = {
        "workbench.json": '{"format": 1}',
        "prompts/greeting/prompt.json": json.dumps({"name": "Greeting"}),
        "prompts/greeting/v0001.prompt.md": f"{turns}Hello\n",
        "prompts/greeting/v0002.prompt.md": f"{turns}Good morning\n",
    }
    return {name: text for name, text in (files | changes).items() if text is not None}


def imported(
    archive: bytes, team: Team, user: User | None, mode: str = "copies", limits: Limits = WEB
) -> Report:
    """Import an archive; raises ``Refused``."""
    source = ZipSource(io.BytesIO(archive), Problems(), limits)
    return run_import(source, team, user, Mode(mode))


def previewed(archive: bytes, team: Team, mode: str = "copies") -> Report:
    return preview(ZipSource(io.BytesIO(archive), Problems()), team, Mode(mode))


def problems_of(archive: bytes, team: Team, user: User, mode: str = "copies") -> list[str]:
    """Why an archive is refused; [] if it is not."""
    try:
        imported(archive, team, user, mode)
    except Refused as refused:
        return refused.problems.sentences
    return []
