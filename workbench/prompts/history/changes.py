"""What a save would add to the latest version, shown before it is saved."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.prompts.page import pieces
from workbench.prompts.saving import content_to_save, kept_note

from .showing import shown_difference

LONGEST_NOTE = 2_000
TOO_LONG = f"A note has at most {LONGEST_NOTE:,} characters; this one has {{:,}}. Shorten it."


def is_saved_already(form: EditorForm, prompt: Prompt) -> bool:
    """Whether the latest version holds exactly what the form does."""
    latest = PromptVersion.objects.filter(prompt=prompt, number=prompt.latest_number)
    digest = latest.values_list("content_hash", flat=True).first()
    return digest == content_to_save(form).digest()


def changes_page(
    request: WorkbenchRequest, draft: Draft, form: EditorForm, *, note: str = ""
) -> HttpResponse:
    """What the form changes, a field for a note, and the button that saves; for htmx a dialog.

    A ``note`` that is too long stays in its field, with a sentence about it. Without one the field
    holds what was typed for a version that was not saved.
    """
    error = TOO_LONG.format(len(note)) if len(note) > LONGEST_NOTE else ""
    status = 422 if error else 200
    if request.htmx and error:
        return pieces(request, draft, form, status=status, note_error=error)
    saving, note = _saving(draft, form), note or kept_note(draft)
    if request.htmx:
        return pieces(request, draft, form, saving=saving, note=note)
    context = {"draft": draft, "form": form, "saving": saving, "note": note, "note_error": error}
    return render(request, "prompts/history/changes.html", context, status=status)


def closing_dialog(response: HttpResponse) -> HttpResponse:
    """The response, which closes the dialog that it was asked from and gives the focus back."""
    response["HX-Trigger-After-Swap"] = "dialog-over"
    return response


def _saving(draft: Draft, form: EditorForm) -> dict[str, Any]:
    prompt = draft.prompt
    if prompt is None:
        raise ValueError("The first version of a prompt has nothing to be compared with.")
    content = content_to_save(form)
    same = PromptVersion.objects.filter(prompt=prompt, content_hash=content.digest())
    return {
        "number": prompt.latest_number + 1,
        "latest": prompt.latest_number,
        "restored": same.order_by("-number").values_list("number", flat=True).first(),
        "new_name": form.name if form.name and form.name != prompt.name else "",
        "prompt": prompt,
        **shown_difference(draft.team_id, prompt.latest.parsed, content),
    }
