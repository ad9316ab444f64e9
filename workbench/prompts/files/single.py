"""Importing the file of one version: as a new prompt, or as the next version of a chosen one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.accounts.models import Team, User
from workbench.prompts.media.sources import places
from workbench.prompts.models import Media, Prompt, PromptVersion
from workbench.prompts.saving import NAMELESS, make_prompt

from .front_matter import Broken
from .problems import Problems, Refused
from .records import LONGEST_NAME, Wrong, read_prompt_version
from .sources import MB, WEB
from .text import VersionText


@dataclass(frozen=True)
class Single:
    """A version as its file says it, and the name of a prompt made from it."""

    text: VersionText
    name: str

    @property
    def model(self) -> str:
        model = self.text.content.body.get("model")
        return model if isinstance(model, str) else ""

    @property
    def turns(self) -> int:
        messages: Any = self.text.content.body.get("messages")
        return len(messages) if isinstance(messages, list) else 0


def read_single(content: bytes, file_name: str, team: Team) -> Single:
    """What a version's file says; raises ``Refused`` with a sentence."""
    problems = Problems()
    try:
        if len(content) > WEB.text:
            raise Wrong(f"it is larger than {WEB.text // MB} MB, which is not taken.")
        text = read_prompt_version(content)
        name = " ".join(
            (text.name or file_name.removesuffix(".md").removesuffix(".prompt")).split()
        )
        if len(name) > LONGEST_NAME:
            raise Wrong(f"its name has {len(name):,} characters: at most {LONGEST_NAME} are taken.")
        _check_media(text, team)
    except (Wrong, Broken) as error:
        problems.add(file_name, error)
        raise Refused(problems) from None
    return Single(text, name or NAMELESS)


def add_single(
    single: Single, team: Team, user: User, prompt: Prompt | None
) -> tuple[PromptVersion, bool]:
    """Save the version, as ``user``'s; returns it, and whether it says anything new.

    Raises ``Archived``, and ``Prompt.DoesNotExist`` when the prompt has gone.
    """
    if prompt is None:
        prompt = make_prompt(team.pk, single.name, user)
    before, told = prompt.latest_number, single.text.number
    parent = told if told and told <= before else before or None
    version = prompt.save_version(
        single.text.content, user, parent_number=parent, note=single.text.note
    )
    return version, version.number > before


def _check_media(text: VersionText, team: Team) -> None:
    used = {place.kept for place in places(text.content.body) if place.kept}
    rows = Media.objects.filter(team=team, sha256__in=used)
    missing = sorted(used - set(rows.values_list("sha256", flat=True)))
    if missing:
        raise Wrong(
            f"it names the file {missing[0][:12]}…, which is not kept here: import the "
            "archive that holds it."
        )
