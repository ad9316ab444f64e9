"""Several open pages on one draft: none of them overwrites what another one has stored.

The page that stored last shows what the draft holds; its key is noted in the draft. Any other page
has a base, which is what it showed when it was made or when it last stored: ``DraftCopy`` keeps it,
under the page's own key, or under the digest of a draft for all pages that were made from it. What
such a page posts is merged with what is stored. Where that is not possible without a decision, the
draft stays as it is and the posted form is kept with the copy.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from workbench.prompts.models import Draft, DraftCopy

from .contents import is_same_state, merge, plain
from .merger import token

DIGEST_LENGTH = 16
KEPT_FOR = timedelta(days=7)
MOST_KEPT = 20
"""Bases of one draft; copies with a form that is not merged are kept besides."""
UNKNOWN: dict[str, Any] = {
    "name": "",
    "upstream": "",
    "values": {},
    "content": {"api_version": "", "betas": [], "body": {}, "variables": []},
}
"""The base of a page of which nothing is known any more: all that differs is a conflict."""


@dataclass
class Sender:
    """The page that has posted a form: its key, and the number of the post in its order.

    ``copy`` is there when the draft is not what the page showed last.
    """

    page: str
    sequence: int
    copy: DraftCopy | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is a page of ours, so that it is known what it showed."""
        return "-" in self.page

    @property
    def is_apart(self) -> bool:
        """Whether its form conflicts with what is stored, so that it was not taken in."""
        return self.copy is not None and self.copy.typed is not None

    @property
    def is_behind(self) -> bool:
        """Whether its form was merged with text that the page does not show."""
        return self.copy is not None and self.copy.typed is None


def state_of(draft: Draft) -> dict[str, Any]:
    """What a draft stores, to be merged."""
    return {
        "name": draft.name,
        "upstream": draft.upstream,
        "values": draft.values,
        "content": draft.content,
    }


def in_state(draft: Draft, state: Mapping[str, Any]) -> Draft:
    """A draft that is in no database: ``draft`` with another ``state``."""
    found = Draft(pk=draft.pk, team_id=draft.team_id, prompt=draft.prompt)
    found.base_number = draft.base_number
    for name in ("name", "upstream", "values", "content"):
        setattr(found, name, state[name])
    return found


def new_page(draft: Draft) -> str:
    """The key of a page that is about to show ``draft``; what it shows is kept as its base."""
    state = state_of(draft)
    digest = _digest(state)
    copies = DraftCopy.objects.filter(draft=draft)
    if not copies.filter(page=digest).exists():
        _keep_base(draft, digest, state)
        _purge(draft)
    return f"{secrets.token_hex(6)}-{digest}"


def _keep_base(draft: Draft, page: str, state: dict[str, Any]) -> None:
    team: int | None = draft.team_id
    while team is not None:
        copy = DraftCopy(team_id=team, draft=draft, page=page, base=state)
        try:
            with transaction.atomic():
                DraftCopy.objects.bulk_create([copy], ignore_conflicts=True)
            return
        except IntegrityError:  # the draft has just moved to another team, or is gone
            moved = Draft.objects.filter(pk=draft.pk).exclude(team=team)
            team = moved.values_list("team_id", flat=True).first()


def sender_of(draft: Draft, page: str, sequence: int) -> Sender:
    """The sender of a post, with its copy unless the draft is what its page shows.

    A key that no page of ours has is taken for one that shows the draft as it is.
    """
    sender = Sender(page, sequence)
    digest = page.partition("-")[2]
    if not digest or page == _writer(draft)[0]:
        return sender
    rows = {row.page: row for row in DraftCopy.objects.filter(draft=draft, page__in=[page, digest])}
    own, stored = rows.get(page), state_of(draft)
    if own is not None:
        is_new = own.typed is not None or not is_same_state(own.base, stored)
        sender.copy = own if is_new else None
    elif digest != _digest(stored):
        base = rows[digest].base if digest in rows else UNKNOWN
        sender.copy = DraftCopy(team_id=draft.team_id, draft=draft, page=page, base=base)
    return sender


def last_sequence(draft: Draft, page: str) -> int:
    """The number of the latest post of ``page`` that was stored; 0 when none was."""
    writer, sequence = _writer(draft)
    if writer == page:
        return sequence
    if "-" not in page:
        return 0
    own = DraftCopy.objects.filter(draft=draft, page=page).first()
    return int(own.base.get("sequence", 0)) if own else 0


def settled(draft: Draft, mine: dict[str, Any], sender: Sender | None) -> dict[str, Any] | None:
    """What is to be stored in the locked ``draft`` when ``mine`` is posted; None for nothing.

    Its content notes which page shows exactly this. Without a sender ``mine`` is stored, and every
    open page has to be merged with it.
    """
    if sender is None:
        let_go(draft)
        return _noted(mine, "", 0)
    if sender.copy is not None:
        return _merged(draft, mine, sender, sender.copy)
    writer, before = _writer(draft)
    if writer != sender.page:
        let_go(draft)
        before = 0
    return _noted(mine, sender.page, max(sender.sequence, before))


def let_go(draft: Draft) -> None:
    """Keep the base of the page that shows what is stored: something else will be."""
    page, sequence = _writer(draft)
    if "-" not in page:
        return
    base = state_of(draft) | {"sequence": sequence}
    copy = DraftCopy(team_id=draft.team_id, draft=draft, page=page, base=base)
    copy.updated_at = timezone.now()
    DraftCopy.objects.bulk_create(
        [copy],
        update_conflicts=True,
        unique_fields=["draft", "page"],
        update_fields=["base", "typed", "updated_at"],
    )


def _merged(
    draft: Draft, mine: dict[str, Any], sender: Sender, copy: DraftCopy
) -> dict[str, Any] | None:
    stored, before = state_of(draft), int(copy.base.get("sequence", 0))
    found = merge(copy.base, stored, mine)
    sequence = max(sender.sequence, before)
    if found.conflicts:
        copy.base, copy.typed = copy.base | {"sequence": sequence}, mine
        copy.save()
        return None
    let_go(draft)
    if is_same_state(found.state, mine):
        sender.copy = None
        if copy.pk:
            copy.delete()
        return _noted(found.state, sender.page, sequence)
    copy.base, copy.typed = mine | {"sequence": sequence}, None
    copy.save()
    return _noted(found.state, "", 0)


def unmerged(draft: Draft) -> list[DraftCopy]:
    """The copies whose forms wait to be merged, newest first; without their texts."""
    rows = DraftCopy.objects.filter(draft=draft, typed__isnull=False)
    return list(rows.defer("base", "typed").order_by("-updated_at"))


def _writer(draft: Draft) -> tuple[str, int]:
    page, sequence = draft.content.get("editor", {}).get("page", ["", 0])
    return page, sequence


def _noted(state: dict[str, Any], page: str, sequence: int) -> dict[str, Any]:
    content = state["content"]
    notes = content.get("editor", {}) | {"page": [page, sequence]}
    return state | {"content": content | {"editor": notes}}


def _digest(state: Mapping[str, Any]) -> str:
    return hashlib.sha256(token(plain(state)).encode()).hexdigest()[:DIGEST_LENGTH]


def _purge(draft: Draft) -> None:
    """Delete bases that no page is likely to need any more."""
    rows = DraftCopy.objects.filter(draft=draft, typed__isnull=True)
    newest = list(rows.order_by("-updated_at").values_list("pk", flat=True)[:MOST_KEPT])
    old = Q(updated_at__lt=timezone.now() - KEPT_FOR) | ~Q(pk__in=newest)
    rows.filter(old).delete()
