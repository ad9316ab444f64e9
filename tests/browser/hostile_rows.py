"""Fills a site's database with text that wants to do harm, by a member whose name wants it too.

Runs inside a process of its own with the environment of the site: ``manage.py shell``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from workbench.accounts.models import Membership, Role, Team, User
from workbench.prompts.content import Content, Variable
from workbench.prompts.models import (
    Draft,
    DraftCopy,
    Label,
    LabelMove,
    Presence,
    Preset,
    Prompt,
    PromptVersion,
    SystemPrompt,
    SystemPromptVersion,
    ValueSet,
)
from workbench.prompts.system_prompts.copies import digest_of
from workbench.simulator.scenarios.odd_text import HOSTILE

from .hostile_names import MARKUP, NAMES, WORD
from .hostile_readers import READERS, another_reader, cookies_of
from .hostile_team import TeamWriter, member_of

GOING = "claude-sonnet-4-5-20250929"


@dataclass(frozen=True)
class Writer:
    """Writes the rows of one hostile name for its reader's team."""

    name: str
    team: Team
    reader: User
    member: User

    def paths(self) -> dict[str, Any]:
        """Makes all rows of the team; returns the keys at which they are shown."""
        system = self.system_prompt()
        prompt = self.prompt(system)
        archived = self.prompt(system)
        Prompt.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
        return {
            "prompt": prompt.pk,
            "clean": self.prompt(system).pk,
            "archived": archived.pk,
            "system": system.slug,
            "preset": self.preset().pk,
        }

    def own_paths(self, prompt: Prompt) -> dict[str, Any]:
        """Makes what the reader alone sees; returns the keys at which it is shown."""
        draft = self.draft(prompt)
        return {
            "draft": draft.pk,
            "copy": self.copy(draft).pk,
            "unsaved": self.unsaved().pk,
        }

    def system_prompt(self) -> SystemPrompt:
        slug = slugify(self.name)[:40]
        made = SystemPrompt.objects.create(
            team=self.team,
            name=self.name[:200],
            slug=slug,
            description=self.name,
            tags=[self.name],
            latest_number=2,
            created_by=self.member,
        )
        for number in (1, 2):
            SystemPromptVersion.objects.create(
                team=self.team,
                system_prompt=made,
                number=number,
                author_name=self.name[:200],
                note=self.name,
                text=self.text(number),
                content_hash=digest_of(self.text(number)),
            )
        return made

    def prompt(self, system: SystemPrompt) -> Prompt:
        """A prompt with two versions, labels and values, that somebody else edits just now."""
        made = Prompt.objects.create(
            team=self.team,
            name=self.name[:200],
            slug=Prompt.free_slug(self.team.pk, self.name),
            description=self.name,
            tags=[self.name],
            created_by=self.member,
        )
        for number in (1, 2):
            version = self.version(made, system, number)
        made.follow(version)
        label = self.name[:60]
        Label.objects.create(
            team=self.team, prompt=made, name=label, version=version, moved_by=self.member
        )
        LabelMove.objects.create(
            team=self.team, prompt=made, name=label, to_number=2, mover_name=self.name[:200]
        )
        ValueSet.objects.create(
            team=self.team, prompt=made, name=self.name[:200], values={"quokka": self.name}
        )
        # Seen for as long as the tests take.
        seen = timezone.now() + timedelta(hours=1)
        Presence.objects.create(
            team=self.team, prompt=made, user=self.member, base_number=2, seen_at=seen
        )
        return made

    def version(self, prompt: Prompt, system: SystemPrompt, number: int) -> PromptVersion:
        content = self.content(number, system)
        return PromptVersion.objects.create(
            team=self.team,
            prompt=prompt,
            number=number,
            parent_number=number - 1 or None,
            author=self.member if number == 2 else None,
            author_name=self.name[:200],
            note=self.name,
            content=content.to_dict(),
            content_hash=content.digest(),
        )

    def draft(self, prompt: Prompt) -> Draft:
        """The reader's draft, begun from the first version and in conflict with the second."""
        content = Content.from_dict(prompt.versions.get(number=1).content)
        return Draft.objects.create(
            team=self.team,
            user=self.reader,
            prompt=prompt,
            base_number=1,
            name=self.name[:200],
            content=content.with_body(system=f"draft {self.text(1)}").to_dict(),
            values={"quokka": self.name},
        )

    def copy(self, draft: Draft) -> DraftCopy:
        """What was typed on another page of the draft and is not merged."""
        state = {"name": draft.name, "upstream": "", "values": draft.values}
        typed = Content.from_dict(draft.content).with_body(system=f"copy {self.text(1)}")
        base = draft.content | {"body": draft.content["body"] | {"system": self.text(1)}}
        return DraftCopy.objects.create(
            team=self.team,
            draft=draft,
            page="a-page",
            base=state | {"content": base},
            typed=state | {"content": typed.to_dict()},
        )

    def unsaved(self) -> Draft:
        return Draft.objects.create(
            team=self.team,
            user=self.reader,
            name=self.name[:200],
            content=self.content(1).to_dict(),
        )

    def preset(self) -> Preset:
        return Preset.objects.create(
            team=self.team,
            name=self.name[:200],
            slug=slugify(self.name)[:40],
            description=self.name,
            parameters={"body": {"model": GOING, "max_tokens": 5, "temperature": 0.2, **self.odd}},
            created_by=self.member,
        )

    def text(self, number: int) -> str:
        return f"{number} quokka {self.name}\n{HOSTILE}"

    @property
    def odd(self) -> dict[str, Any]:
        """Parameters that hold the name, one of them as a name of its own."""
        tool = {"name": self.name, "description": HOSTILE, "input_schema": {self.name: self.name}}
        return {
            "stop_sequences": [self.name],
            "metadata": {"user_id": self.name},
            "tools": [tool],
            self.name: self.name,
        }

    def content(self, number: int, system: SystemPrompt | None = None) -> Content:
        document = {
            "type": "document",
            "title": self.name,
            "context": self.name,
            "source": {"type": "text", "media_type": "text/plain", "data": HOSTILE},
        }
        text = {"type": "text", "text": f"{self.text(number)} {{{{quokka}}}}"}
        turns = [
            {"role": "user", "content": [document, text]},
            {"role": "assistant", "content": [{"type": self.name, self.name: self.name}]},
            {"role": "user", "content": self.text(number)},
        ]
        copied: Mapping[str, Any] = {}
        if system is not None:
            copied = {"system": {"slug": system.slug, "number": 1, "hash": digest_of(self.text(1))}}
        return Content(
            body={
                "model": GOING if number == 2 else self.name[:100],
                "max_tokens": 9,
                "system": self.text(number),
                "messages": turns,
                **self.odd,
            },
            betas=(self.name,),
            variables=(Variable("quokka", self.name, self.name), Variable("W" * 100, self.name)),
            mocks={self.name: {"kind": "fixed", "text": self.name}},
            copied_from=dict(copied),
        )


def write() -> None:
    """Fills the team "acme" and makes a reader of each role.

    Prints, as JSON, the keys of the rows by the names of the names and by role, and the cookies of
    the readers.
    """
    team = Team.objects.get(slug="acme")
    ana = User.objects.get(email="ana@example.com")
    readers = {Role.OWNER: ana} | {role: another_reader(team, role) for role in READERS}
    another = Team.objects.create(name=WORD[:100], slug="another")
    for reader in readers.values():
        Membership.objects.create(team=another, user=reader, role=Role.OWNER)
    keys = {kind: _written(team, kind, name, readers) for kind, name in NAMES.items()}
    Team.objects.filter(pk=team.pk).update(name=MARKUP[:100])
    cookies = {role: cookies_of(reader) for role, reader in readers.items()}
    print(json.dumps({"keys": keys, "cookies": cookies}))


def _written(team: Team, kind: str, name: str, readers: dict[Role, User]) -> dict[str, Any]:
    """The keys of the rows of one name, by the role of who reads them."""
    member = member_of(team, kind, name)
    writers = {role: Writer(name, team, reader, member) for role, reader in readers.items()}
    made = writers[Role.OWNER].paths()
    prompt = Prompt.objects.get(pk=made["prompt"])
    own = {role: writer.own_paths(prompt) for role, writer in writers.items()}
    draft = Draft.objects.get(pk=own[Role.OWNER]["draft"])
    team_writer = TeamWriter(kind, name, tuple(readers.values()), member, prompt, draft)
    made |= team_writer.paths()
    return {
        role: made | own[role] | team_writer.own_paths(reader) for role, reader in readers.items()
    }
