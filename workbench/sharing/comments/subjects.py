"""What is commented on: a prompt, a version of it, a run or a proposal."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from workbench.accounts.access import Access
from workbench.prompts.models import Prompt, PromptVersion
from workbench.runs.models import Run
from workbench.sharing.models import Comment, Proposal


@dataclass(frozen=True)
class Subject:
    """One thing with its comments; ``back`` is its page, ``url`` that of its comments.

    ``concerned`` is the id of the user whose work it is.
    """

    row: Prompt | Run | Proposal
    name: str
    back: str
    url: str
    concerned: int | None
    version: PromptVersion | None = None

    @property
    def kind(self) -> str:
        return type(self.row).__name__.lower()

    @property
    def write_url(self) -> str:
        return f"{self.url}writing/"

    @property
    def number(self) -> int | None:
        return self.version.number if self.version else None

    def rows(self, access: Access) -> QuerySet[Comment]:
        """All its comments; those of a prompt with the ones on its versions."""
        rows = access.rows(Comment).filter(**{self.kind: self.row})
        return rows.filter(version_number=self.number) if self.number else rows


def find(
    access: Access,
    *,
    prompt: int | None = None,
    number: int | None = None,
    run: int | None = None,
    proposal: int | None = None,
) -> Subject:
    """The run, the proposal, the version ``number`` of the prompt, or the prompt with these ids.

    Raises ``Http404``.
    """
    if run is not None:
        return _of_run(access, run)
    if proposal is not None:
        return _of_proposal(access, proposal)
    if prompt is None:
        raise Http404("no subject")
    return _of_prompt(access, prompt) if number is None else _of_version(access, prompt, number)


def of_comment(access: Access, comment: Comment, *, is_whole: bool = False) -> Subject:
    """What ``comment`` is about; the prompt even of one on a version if ``is_whole``.

    Raises ``Http404``.
    """
    return find(
        access,
        prompt=comment.prompt_id,
        number=None if is_whole else comment.version_number,
        run=comment.run_id,
        proposal=comment.proposal_id,
    )


def place(access: Access, comment: Comment, *, is_whole: bool = False) -> str:
    """The address at which ``comment`` is read, on the page of its thread; raises ``Http404``."""
    subject = of_comment(access, comment, is_whole=is_whole)
    # A page holds the threads before a number: this one begins with the comment's own.
    query = urlencode({"before": (comment.parent_id or comment.pk) + 1})
    return f"{subject.url}?{query}#comment-{comment.pk}"


def _of_prompt(access: Access, prompt: int) -> Subject:
    """A prompt with all that is said about it."""
    row, arguments = access.get(Prompt, pk=prompt), [access.team.slug, prompt]
    back = reverse("prompts:history", args=arguments)
    url = reverse("sharing:prompt-comments", args=arguments)
    return Subject(row, row.name, back, url, row.created_by_id)


def _of_version(access: Access, prompt: int, number: int) -> Subject:
    """One version of a prompt."""
    row, arguments = access.get(Prompt, pk=prompt), [access.team.slug, prompt, number]
    version = access.get(PromptVersion, prompt=row, number=number)
    back = reverse("prompts:version", args=arguments)
    url = reverse("sharing:version-comments", args=arguments)
    return Subject(row, f"{row.name} v{number}", back, url, version.author_id, version)


def _of_run(access: Access, run: int) -> Subject:
    """A run, without its long texts."""
    row = get_object_or_404(access.rows(Run).only("team_id", "user_id"), pk=run)
    arguments = [access.team.slug, run]
    back = reverse("runs:run", args=arguments)
    url = reverse("sharing:run-comments", args=arguments)
    return Subject(row, f"Run {run}", back, url, row.user_id)


def _of_proposal(access: Access, proposal: int) -> Subject:
    """A proposal."""
    rows = access.rows(Proposal).select_related("prompt")
    row = get_object_or_404(rows, pk=proposal)
    back = reverse("sharing:proposal", args=[access.team.slug, proposal])
    url = reverse("sharing:proposal-comments", args=[access.team.slug, proposal])
    return Subject(row, f"{row.prompt.name}: {row}", back, url, row.author_id)
