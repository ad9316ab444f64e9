"""Pages of comments: each list has an address of its own, and is a part of others by htmx."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import id_in, is_id
from workbench.messages_api import clean_text
from workbench.sharing.models import Comment

from . import subjects
from .listing import threads_page
from .subjects import Subject
from .writing import NotWritten, Typed, delete, edit, mentionable, settle, write


@rule("prompt.read")
@require_safe
def comments(request: WorkbenchRequest, **ids: int) -> HttpResponse:
    """What is said about a prompt and its versions, about one version, or about a proposal."""
    return _page(request, subjects.find(request.access, **ids))


@rule("run.read")
@require_safe
def comments_on_run(request: WorkbenchRequest, run: int) -> HttpResponse:
    """What is said about a run."""
    return _page(request, subjects.find(request.access, run=run))


@rule("comment.write")
@require_POST
def writing(request: WorkbenchRequest, **ids: int) -> HttpResponse:
    """Comment on a prompt, a version, a passage of it, a run or a proposal, or answer there."""
    subject = subjects.find(request.access, **ids)
    sent = {
        name: clean_text(request.POST.get(name, ""))
        for name in ("text", "parent", "quote", "mention")
    }
    try:
        made = write(request, subject, Typed(**sent))
    except NotWritten as refusal:
        return _refused(request, subject, sent, str(refusal))
    if request.htmx:
        return _page(request, subject, focus=made.pk)
    is_whole = subject.kind == "prompt" and subject.version is None
    return redirect(subjects.place(request.access, made, is_whole=is_whole))


@rule("prompt.read")
@require_safe
def comment(request: WorkbenchRequest, comment: int) -> HttpResponse:
    """Lead to the place of a comment."""
    found = request.access.get(Comment, pk=comment)
    return redirect(subjects.place(request.access, found))


@rule("comment.write")
@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: WorkbenchRequest, comment: int) -> HttpResponse:
    """Change one's own comment."""
    found = request.access.get(Comment, pk=comment, deleted_at=None)
    if found.author_id != request.user.pk:
        raise PermissionDenied("comment of another")
    back = subjects.place(request.access, found)
    context: dict[str, Any] = {"back": back, "text": found.text}
    if request.method != "POST":
        return render(request, "sharing/comments/edit.html", context)
    text = clean_text(request.POST.get("text", ""))
    try:
        edit(request, found, text)
    except NotWritten as refusal:
        context |= {"error": str(refusal), "text": text}
        return render(request, "sharing/comments/edit.html", context, status=422)
    return redirect(back)


@rule("comment.write")
@require_POST
def deletion(request: WorkbenchRequest, comment: int) -> HttpResponse:
    """Delete one's own comment, or as an admin anybody's."""
    found = request.access.get(Comment, pk=comment)
    delete(request, found)
    return _done(request, found, focus="list")


@rule("comment.write")
@require_POST
def resolution(request: WorkbenchRequest, comment: int) -> HttpResponse:
    """Say that a thread is settled."""
    found = request.access.get(Comment, pk=comment)
    settle(request.access, found, is_resolved=True)
    return _done(request, found, focus=found.pk)


@rule("comment.write")
@require_POST
def reopening(request: WorkbenchRequest, comment: int) -> HttpResponse:
    """Take up a settled thread again."""
    found = request.access.get(Comment, pk=comment)
    settle(request.access, found, is_resolved=False)
    return _done(request, found, focus=found.pk)


def _done(request: WorkbenchRequest, comment: Comment, focus: int | str) -> HttpResponse:
    """The list in which it was done, as it is now, with the focus on a comment or the ``list``."""
    is_whole = bool(request.POST.get("is_whole"))
    if request.htmx:
        subject = subjects.of_comment(request.access, comment, is_whole=is_whole)
        return _page(request, subject, focus=focus)
    return redirect(subjects.place(request.access, comment, is_whole=is_whole))


def _refused(
    request: WorkbenchRequest, subject: Subject, typed: dict[str, str], error: str
) -> HttpResponse:
    """The page with what was typed: in the form of its thread, or of a new one if it is closed."""
    threads = subject.rows(request.access).filter(parent=None, deleted_at=None, resolved_at=None)
    parent = typed["parent"]
    if not (is_id(parent) and threads.filter(pk=int(parent)).exists()):
        typed = typed | {"parent": ""}
    return _page(request, subject, status=422, error=error, typed=typed)


def _page(
    request: WorkbenchRequest, subject: Subject, *, status: int = 200, **more: Any
) -> HttpResponse:
    # What is done on an older page is answered with that page.
    before = id_in(request.POST.get("before", "") or request.GET.get("before", ""))
    page = threads_page(request.access, subject, before)
    can_write = request.access.can("comment.write")
    context = {
        "subject": subject,
        "page": page,
        "before": before,
        "members": mentionable(request.access) if can_write else (),
        "can_write": can_write,
        "can_delete_any": request.access.can("comment.delete-any"),
        **more,
    }
    template = "_threads" if request.htmx else "page"
    return render(request, f"sharing/comments/{template}.html", context, status=status)
