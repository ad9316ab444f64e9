"""How a form post reaches its draft: locked, and in the order in which the page sent it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from workbench.accounts.access import access_to
from workbench.accounts.http import WorkbenchRequest
from workbench.messages_api import clean_text

from .editor import EditorForm
from .models import Draft

LONGEST_PAGE_KEY = 40
CHOICES = ("model-choice", "api_version-choice")


def locked_draft(request: WorkbenchRequest, draft: int) -> Draft:
    """The member's own draft, locked until the transaction ends; raises ``Http404``.

    While it is locked, its prompt is neither moved nor deleted. One that has moved to another team
    with its prompt is found at its old address: ``request.access`` is then that to its new team.
    """
    # No join: a row that changed while this waited for it would come with its old prompt.
    return _found(request, draft, Draft.objects.select_for_update(no_key=True))


def own_draft(request: WorkbenchRequest, draft: int) -> Draft:
    """The member's own draft for reading; else as ``locked_draft``."""
    return _found(request, draft, Draft.objects.all())


def _found(request: WorkbenchRequest, draft: int, rows: QuerySet[Draft]) -> Draft:
    # By its author alone: a team would be asked for before the draft is locked.
    found = rows.filter(pk=draft, user=request.user).first()
    if found is None:
        raise Http404("no such draft")
    if found.team_id != request.access.team.pk:
        access = access_to(request.user.pk, found.team.slug)
        if not access.can("prompt.edit"):
            raise Http404("no such draft")
        request.access = access
    return found


def posted(request: WorkbenchRequest, draft: Draft) -> EditorForm:
    """The posted form over ``draft``, which remembers the post's place in its page's order."""
    notes = draft.content.setdefault("editor", {})
    page, sequence = _place(request)
    before = notes.get("page", ["", 0])
    notes["page"] = [page, max(sequence, before[1] if before[0] == page else 0)]
    _take_base(request, draft)
    post: QueryDict = request.POST.copy()
    if "X-Autosave" in request.headers:
        # What a switch changes is told or asked first: an autosave leaves the lists alone.
        for name in CHOICES:
            post.pop(name, None)
    return EditorForm.from_post(post, draft)


def _take_base(request: WorkbenchRequest, draft: Draft) -> None:
    """Remember which version the posted text was made from: another page may show another one."""
    base = request.POST.get("base", "")
    is_number = base.isascii() and base.isdigit() and len(base) < 10
    if draft.prompt is None or not is_number or int(base) == draft.base_number:
        return
    if 0 < int(base) <= draft.prompt.latest_number:
        draft.base_number = int(base)
        draft.save(update_fields=["base_number"])


def is_late(request: WorkbenchRequest, draft: Draft) -> bool:
    """Whether the same page has already stored something that it sent after this.

    Clocks of different pages are not compared: the last to arrive wins. A post without a number
    comes from a browser that runs no script, and is never late.
    """
    page, sequence = _place(request)
    stored = draft.content.get("editor", {}).get("page", ["", 0])
    return bool(page) and page == stored[0] and 0 < sequence < stored[1]


def _place(request: WorkbenchRequest) -> tuple[str, int]:
    sequence = request.headers.get("X-Draft-Sequence", "")
    is_number = sequence.isascii() and sequence.isdigit() and len(sequence) < 18
    page = clean_text(request.POST.get("page", ""))[:LONGEST_PAGE_KEY]
    return page, int(sequence) if is_number else 0
