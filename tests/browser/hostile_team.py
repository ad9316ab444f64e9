"""What members say, show and set up, in rows whose every text wants to do harm."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from workbench.accounts.connections.keys import put_key
from workbench.accounts.models import (
    ApiToken,
    AuditEvent,
    Connection,
    Invitation,
    Mail,
    Membership,
    Role,
    Session,
    Team,
    TeamOwned,
    User,
)
from workbench.accounts.resets import reset_path
from workbench.accounts.unguessable import digest
from workbench.intake.detect import read
from workbench.prompts.files.archive import write_archive
from workbench.prompts.intake.stored import packed
from workbench.prompts.models import Draft, LibraryUpload, Media, Prompt, ProtectedLabel, UploadPart
from workbench.runs.models import Comparison, Run, State, UsageDay, UsageSum
from workbench.sharing.models import Comment, Delivery, Notice, Proposal, ShareLink, Webhook
from workbench.sharing.webhooks.secret import put_secret
from workbench.simulator.scenarios.odd_text import HOSTILE

from .hostile_names import EMAILS, LINK_PASSWORD

# Rows that no page is about: arguments of verbs alone.
BY_VERBS: dict[str, type[TeamOwned]] = {
    "api_token": ApiToken,
    "invitation": Invitation,
    "link": ShareLink,
    "notice": Notice,
    "delivery": Delivery,
}


def member_of(team: Team, kind: str, name: str) -> User:
    """An admin with a hostile name and address, who has come in by the identity provider."""
    member = User.objects.get(email=EMAILS[kind])
    assert member.name == name[:100]
    Membership.objects.create(team=team, user=member, role=Role.ADMIN)
    return member


@dataclass(frozen=True)
class TeamWriter:
    """Writes the team's rows of one hostile name around a prompt and a draft."""

    kind: str
    name: str
    readers: tuple[User, ...]
    member: User
    prompt: Prompt
    draft: Draft

    @property
    def team(self) -> Team:
        return self.prompt.team

    @property
    def reader(self) -> User:
        """Whom everything mentions, and whose the draft is."""
        return self.readers[0]

    def paths(self) -> dict[str, Any]:
        """Makes all rows of the team; returns the keys at which they are shown."""
        comparison = self.comparison()
        run, failed = self.run(comparison, 0), self.run(comparison, 1, **self.failure)
        proposal = self.proposal()
        webhook = self.webhook()
        self.accounts()
        self.usage()
        self.links(run, comparison)
        return {
            "run": run.pk,
            "failed": failed.pk,
            "other": failed.pk,
            "comparison": comparison.pk,
            "proposal": proposal.pk,
            "comment": self.comments(run, proposal).pk,
            "webhook": webhook.pk,
            "connection": self.connection().pk,
            "sha256": self.media().sha256,
            "member": Membership.objects.get(user=self.member, team=self.team).pk,
            "person": self.member.pk,
            **{name: self.newest(model) for name, model in BY_VERBS.items()},
            "team": self.team.slug,
            "number": 1,
            "until": 2,
            "slug": self.prompt.slug,
            **self.doors(),
        }

    def own_paths(self, reader: User) -> dict[str, Any]:
        """Makes what ``reader`` alone sees; returns the keys at which it is shown."""
        Session.objects.create(
            session_key=digest(f"{self.name}{reader.pk}")[:32],
            session_data="",
            expire_date=timezone.now() + timedelta(days=1),
            user=reader,
            user_agent=f"{self.name} Firefox/1.0 Windows",
            signed_in_at=timezone.now(),
        )
        reading = packed(read(self.body), self.body)
        return {
            "reading": self.upload(reader, reading, kind=self.name[:100]),
            "upload": self.upload(reader, self.archive()),
        }

    @property
    def body(self) -> str:
        return json.dumps(self.draft.content["body"])

    def newest(self, model: type[TeamOwned]) -> int:
        return model._default_manager.filter(team=self.team).latest("pk").pk

    def doors(self) -> dict[str, Any]:
        """Arguments of what lies outside the team."""
        uid, token = reset_path(self.member).strip("/").split("/")[-2:]
        return {
            "code": "a-code",
            "session": "a-session",
            "token": f"{self.kind}-version",
            "sharing:unlock token": f"{self.kind}-version-locked",
            "accounts:join token": f"{self.kind}-join",
            "uid": uid,
            "accounts:reset token": token,
        }

    def accounts(self) -> None:
        """Tokens, invitations, the trail and mail."""
        name, team = self.name, self.team
        ApiToken.objects.create(
            team=team,
            name=name[:100],
            token_hash=digest(name),
            last4="abcd",
            created_by=self.member,
        )
        for state in ({}, {"revoked_at": timezone.now()}):
            Invitation.objects.create(
                team=team,
                token_hash=digest(f"{self.kind}-join{len(state) or ''}"),
                role=Role.VIEWER,
                email=self.member.email,
                invited_by=self.member,
                expires_at=timezone.now() + timedelta(days=1),
                **state,
            )
        for place in (team, None):
            AuditEvent.objects.create(
                team=place,
                actor=self.member,
                action="team.rename",
                target=name[:200],
                detail={"before": name, name: [name]},
            )
        Mail.objects.create(
            kind=Mail.Kind.TRIAL,
            to=self.member.email,
            subject=name,
            error=name[:200],
            next_at=None,
        )

    def run(self, comparison: Comparison, pane: int, **fields: Any) -> Run:
        """A run of the prompt by the hostile member, whose upstream was hostile as well."""
        called = {"type": "tool_use", "id": self.name, "name": self.name, "input": {"a": self.name}}
        answer = {"role": "assistant", "content": [{"type": "text", "text": HOSTILE}, called]}
        given = {
            "state": State.SUCCEEDED,
            "ending": "tool_use",
            "message": {**answer, "model": self.name, "stop_reason": "tool_use", "id": self.name},
            **fields,
        }
        return Run.objects.create(
            team=self.team,
            user=self.member,
            prompt=self.prompt,
            prompt_name=self.name[:200],
            version_number=1,
            draft=self.draft,
            comparison=comparison,
            pane=pane,
            request=self.draft.parsed.to_request({}).to_dict(),
            transformations=[self.name],
            request_hash=digest(f"{self.name}{pane}"),
            values={"quokka": self.name, self.name: self.name},
            model=self.name[:200],
            upstream=self.name[:60],
            idempotency_key=f"{self.kind}-{pane}",
            http_status=200,
            upstream_request_id=self.name[:200],
            request_headers=[[self.name, self.name]],
            response_headers=[[self.name, self.name]],
            cost={"reason": self.name},
            started_at=timezone.now(),
            finished_at=timezone.now(),
            **given,
        )

    @property
    def failure(self) -> dict[str, Any]:
        names = ("type", "code", "message", "field", "excerpt", "sentence", "request_id")
        error = dict.fromkeys(names, self.name) | {"stop_reason": self.name}
        return {
            "state": State.FAILED,
            "ending": "invalid_request",
            "error_kind": "invalid_request",
            "error": error,
            "message": None,
        }

    def comparison(self) -> Comparison:
        texts = {"model": self.name, "temperature": self.name, "system": self.name}
        pane = {"version": "", "texts": texts, "key": self.kind, "refused": [self.name]}
        return Comparison.objects.create(
            team=self.team,
            user=self.reader,
            draft=self.draft,
            name=self.name[:200],
            panes=[pane, pane],
        )

    def proposal(self) -> Proposal:
        ProtectedLabel.objects.create(team=self.team, name=self.name[:60], protected_by=self.member)
        made = [
            Proposal.objects.create(
                team=self.team,
                prompt=self.prompt,
                label=self.name[:60],
                from_number=2,
                to_number=1,
                note=f"{self.name}\n{HOSTILE}",
                decision_note=self.name,
                author=self.member,
                decided_by=self.member,
                state=state,
            )
            for state in (Proposal.State.DECLINED, Proposal.State.OPEN)
        ]
        return made[-1]

    def comments(self, run: Run, proposal: Proposal) -> Comment:
        """One on each thing there is, and an answer; the reader is mentioned in all of them."""
        text = f"@{self.reader.name} @{self.member.name} {self.name}\n{HOSTILE}"
        names = {self.reader.name: self.reader.pk, self.member.name: self.member.pk}
        passage = {"path": "system", "start": 0, "end": 300, "quote": f"1 quokka {self.name}"}
        about = (
            {"prompt": self.prompt},
            {"prompt": self.prompt, "version_number": 1, "passage": passage},
            {"run": run},
            {"proposal": proposal},
        )
        made: list[Comment] = []
        for fields in (*about, about[0]):
            comment = Comment(team=self.team, author=self.member, text=text, mentions=names)
            comment.author_name = self.name[:100]
            for name, value in fields.items():
                setattr(comment, name, value)
            comment.parent = made[0] if len(made) == len(about) else None
            comment.save()
            made.append(comment)
            self.notice(comment=comment)
        self.notice(proposal=proposal, kind=Notice.Kind.PROPOSAL)
        return made[0]

    def notice(self, kind: str = Notice.Kind.MENTION, **about: Any) -> None:
        for reader in self.readers:
            Notice.objects.create(
                team=self.team,
                user=reader,
                kind=kind,
                actor=self.member,
                actor_name=self.name[:100],
                **about,
            )

    def webhook(self) -> Webhook:
        made = Webhook.objects.create(
            team=self.team,
            url=f"https://hooks.example.org/{self.name}"[:500],
            events=[self.name],
            created_by=self.member,
        )
        put_secret(made)
        Delivery.objects.create(
            team=self.team,
            webhook=made,
            event=self.name[:60],
            payload={self.name: self.name},
            error=self.name[:200],
            http_status=500,
            next_at=None,
        )
        return made

    def connection(self) -> Connection:
        made = Connection.objects.create(
            team=self.team,
            upstream=self.name[:60],
            name=self.name[:100],
            last4="",
            api_version=self.name[:20],
            state=Connection.State.REFUSED,
            tested_at=timezone.now(),
            created_by=self.member,
        )
        put_key(made, "sk-ant-of-nobody")
        return made

    def upload(self, reader: User, content: bytes, kind: str = "") -> int:
        """A file that waits for its import, ``kind`` being what was read in it, "" for ours."""
        made = LibraryUpload.objects.create(
            team=self.team, user=reader, name=self.name[:200], kind=kind, size=len(content)
        )
        UploadPart.objects.create(team=self.team, upload=made, number=0, bytes=content)
        return made.pk

    def archive(self) -> bytes:
        """The prompt and what it uses, as a library is exported."""
        file = io.BytesIO()
        write_archive(file, self.team, [self.prompt.pk])
        return file.getvalue()

    def media(self) -> Media:
        return Media.objects.create(
            team=self.team,
            sha256=digest(f"media of {self.kind}"),
            media_type="text/plain",
            size=len(HOSTILE.encode()),
            bytes=HOSTILE.encode(),
        )

    def usage(self) -> None:
        """What the pages of usage add up, by a model whose name is hostile."""
        today = timezone.now().date()
        figures = {"team": self.team, "day": today, "upstream": self.name[:60], "runs": 3}
        UsageDay.objects.create(
            user_id=self.member.pk, prompt_id=self.prompt.pk, model=self.name[:200], **figures
        )
        keys = {
            UsageSum.Kind.ALL: "",
            UsageSum.Kind.MEMBER: str(self.member.pk),
            UsageSum.Kind.PROMPT: str(self.prompt.pk),
            UsageSum.Kind.MODEL: self.name[:200],
        }
        for kind, key in keys.items():
            UsageSum.objects.create(kind=kind, key=key, **figures)

    def links(self, run: Run, comparison: Comparison) -> None:
        """Links to each thing that can be shared, with each choice; the token says which."""
        subjects: dict[str, dict[str, Any]] = {
            "version": {"prompt": self.prompt, "version_number": 1},
            "latest": {"prompt": self.prompt},
            "run": {"run": run},
            "comparison": {"comparison": comparison},
        }
        choices: dict[str, dict[str, Any]] = {
            "": {},
            "-no-system": {"shows_system": False},
            "-no-variables": {"shows_variables": False},
            "-bare": {"shows_system": False, "shows_variables": False},
            "-locked": {"password": make_password(LINK_PASSWORD)},
        }
        for (subject, about), (choice, fields) in product(subjects.items(), choices.items()):
            ShareLink.objects.create(
                team=self.team,
                token_hash=digest(f"{self.kind}-{subject}{choice}"),
                last4="abcd",
                created_by=self.member,
                **about,
                **fields,
            )
