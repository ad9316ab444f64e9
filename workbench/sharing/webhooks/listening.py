"""What the webhooks hear of prompts."""

from __future__ import annotations

from typing import Any

from workbench.accounts.models import User
from workbench.accounts.sealed_texts import COLUMNS, SealedColumn
from workbench.prompts.models import Prompt, PromptVersion
from workbench.prompts.signals import label_moved, version_saved
from workbench.sharing.models import Webhook

from .secret import row_of
from .telling import tell


def listen() -> None:
    """From now on webhooks are told of versions and labels, and their secrets are rotated."""
    COLUMNS.append(SealedColumn(Webhook, "secret_ciphertext", row_of))
    version_saved.connect(_tell_of_version, dispatch_uid="sharing.webhooks")
    label_moved.connect(_tell_of_label, dispatch_uid="sharing.webhooks")


def _tell_of_version(version: PromptVersion, **_: Any) -> None:
    tell(
        version.team_id,
        "version.saved",
        view="prompts:version",
        arguments=[version.prompt_id, version.number],
        prompt={"id": version.prompt_id, "name": version.prompt.name},
        version=version.number,
        by=version.author_name,
    )


def _tell_of_label(
    prompt: Prompt, label: str, before: int | None, after: int | None, user: User, **_: Any
) -> None:
    tell(
        prompt.team_id,
        "label.moved",
        view="prompts:history",
        arguments=[prompt.pk],
        prompt={"id": prompt.pk, "name": prompt.name},
        label=label,
        from_version=before,
        to_version=after,
        by=str(user),
    )
