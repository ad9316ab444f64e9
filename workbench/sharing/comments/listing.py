"""Threads of comments, newest first, with a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.utils.safestring import SafeString

from workbench.accounts.access import Access
from workbench.accounts.pages import newest
from workbench.prompts.models import Prompt, PromptVersion
from workbench.sharing.models import Comment

from .passages import address_of, missing_from, place_of
from .subjects import Subject
from .wording import shown

PAGE_SIZE = 20


@dataclass(frozen=True)
class Shown:
    """A comment as it is shown."""

    row: Comment

    @property
    def html(self) -> SafeString:
        return shown(self.row.text, self.row.mentions)

    @property
    def place(self) -> str:
        return place_of(self.row.passage["path"]) if self.row.passage else ""

    @property
    def mark(self) -> str:
        """The end of the version's address that marks the passage there."""
        return address_of(self.row.passage["quote"]) if self.row.passage else ""


@dataclass(frozen=True)
class Thread(Shown):
    """A comment with its answers, oldest first.

    ``is_gone``: its passage stands in its own version and not in the latest one any more.
    """

    answers: list[Shown] = field(default_factory=list)
    is_gone: bool = False


@dataclass(frozen=True)
class Page:
    """Threads; ``older`` is where the next page begins, 0 at the end; ``count`` all comments."""

    threads: list[Thread]
    older: int
    count: int


def threads_page(access: Access, subject: Subject, before: int = 0) -> Page:
    """The threads on ``subject`` that began before the one with this id, or the newest.

    What was deleted stays as long as somebody has answered it.
    """
    rows = subject.rows(access)
    answers = Comment.objects.filter(parent=OuterRef("pk"), deleted_at=None)
    roots = rows.filter(parent=None).filter(Q(deleted_at=None) | Q(Exists(answers)))
    here, older = newest(roots.select_related("resolved_by"), before, PAGE_SIZE)
    gone = _gone(access, subject, here)
    return Page(_threads(access, here, gone), older, rows.filter(deleted_at=None).count())


def _gone(access: Access, subject: Subject, roots: Iterable[Comment]) -> set[int]:
    """The ids of those whose passage the latest version does not have any more."""
    prompt = subject.row
    if not isinstance(prompt, Prompt):
        return set()
    latest = prompt.latest_number
    quotes = {
        root.pk: root.passage["quote"]
        for root in roots
        if root.passage and root.version_number != latest
    }
    versions = access.rows(PromptVersion).filter(prompt=prompt, number=latest)
    if not quotes or (version := versions.first()) is None:
        return set()
    missing = missing_from(version.parsed.body, quotes.values())
    return {pk for pk, quote in quotes.items() if quote in missing}


def _threads(access: Access, roots: Iterable[Comment], gone: Collection[int]) -> list[Thread]:
    answers: dict[int | None, list[Shown]] = defaultdict(list)
    rows = access.rows(Comment).filter(parent__in=[root.pk for root in roots], deleted_at=None)
    for row in rows.order_by("pk"):
        answers[row.parent_id].append(Shown(row))
    return [Thread(root, answers[root.pk], root.pk in gone) for root in roots]
