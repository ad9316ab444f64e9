"""Where the system text of a draft was copied from, as the editor tells it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.prompts.content import Content
from workbench.prompts.models import SystemPromptVersion

from .copies import copied_in, digest_of, text_of


@dataclass(frozen=True)
class Origin:
    """The copied version, None when this team has none with that text.

    ``is_changed`` says whether the text was edited since it was copied.
    """

    version: SystemPromptVersion | None
    is_changed: bool

    @property
    def newer_number(self) -> int:
        """The latest version when it is newer than the copied one, else 0."""
        if self.version is None:
            return 0
        latest = self.version.system_prompt.latest_number
        return latest if latest > self.version.number else 0


def origin_of(team_id: int, content: Content) -> Origin | None:
    """Where the system text of ``content`` came from; None when it is no copy."""
    copied = copied_in(content.copied_from)
    if copied is None:
        return None
    # The texts stay where they are: this is asked with every save of a draft.
    versions = SystemPromptVersion.objects.select_related("system_prompt").defer("text")
    version = versions.filter(
        team_id=team_id,
        system_prompt__slug=copied.slug,
        number=copied.number,
        content_hash=copied.hash,
    ).first()
    text = text_of(content.body.get("system", ""))
    return Origin(version, text is None or digest_of(text) != copied.hash)
