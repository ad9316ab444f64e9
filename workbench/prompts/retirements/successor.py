"""What the latest version of a prompt becomes when its model's successor takes over."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from workbench.accounts.access import Access
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft, PromptVersion
from workbench.prompts.opening import open_version
from workbench.prompts.parameters import ModelChoice, PendingSwitch


def switch_of(version: PromptVersion) -> PendingSwitch | None:
    """The switch of a version to the successor of its model, None when that has none."""
    content = version.parsed
    choice = ModelChoice.of(content)
    successor = choice.successor
    return PendingSwitch.of(choice, successor, content) if successor else None


@transaction.atomic
def open_switched(access: Access, version: PromptVersion, accepted: Collection[str]) -> Draft:
    """The member's draft of the prompt with the content of ``version`` for the successor.

    The replacements whose ids are ``accepted`` are made. A draft with unsaved changes is not
    overwritten: it becomes a draft of its own. The caller has seen that there is a successor.
    """
    draft = open_version(access, version)
    form = EditorForm.of(draft)
    form.pending = switch_of(version)
    form.switch(accepted)
    form.save_to(draft)
    return draft
