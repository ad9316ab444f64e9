"""How a form post reaches its draft: locked, and in the order in which the page sent it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, QueryDict

from workbench.accounts.access import access_to
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import is_id, is_number
from workbench.messages_api import clean_text

from .editor import EditorForm
from .merging.copies import Sender, in_state, last_sequence, sender_of
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
    """The posted form over what its page showed: the stored ``draft``, or the copy of that page.

    The form knows its sender, so that saving it takes nothing away from another page.
    """
    post: QueryDict = request.POST.copy()
    if "X-Autosave" in request.headers:
        # What a switch changes is told or asked first: an autosave leaves the lists alone.
        for name in CHOICES:
            post.pop(name, None)
    shown, sender = shown_to(request, draft)
    if not sender.is_known:
        _take_base(request, draft)
    form = EditorForm.from_post(post, shown)
    form.sender = sender
    return form


def shown_to(request: WorkbenchRequest, draft: Draft) -> tuple[Draft, Sender]:
    """The draft as the page shows it that the request comes from, and that page."""
    sender = sender_of(draft, *_place(request))
    if sender.copy is None:
        return draft, sender
    return in_state(draft, sender.copy.typed or sender.copy.base), sender


def _take_base(request: WorkbenchRequest, draft: Draft) -> None:
    """Remember which version the posted text was made from: another page may show another one."""
    base = request.POST.get("base", "")
    if draft.prompt is None or not is_number(base) or int(base) == draft.base_number:
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
    return bool(page) and 0 < sequence < last_sequence(draft, page)


def _place(request: WorkbenchRequest) -> tuple[str, int]:
    sequence = request.headers.get("X-Draft-Sequence", "")
    return posted_page(request), int(sequence) if is_id(sequence) else 0


def posted_page(request: HttpRequest) -> str:
    """The key of the page that a post comes from; "" when it has none."""
    return clean_text(request.POST.get("page", ""))[:LONGEST_PAGE_KEY]
