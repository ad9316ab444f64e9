"""Prompts and their immutable versions, drafts, labels, system prompts, presets, media."""

from .draft import Draft
from .immutable import Immutable
from .label import Label
from .media import Media
from .preset import Preset
from .prompt import Prompt, PromptVersion
from .system_prompt import SystemPrompt, SystemPromptVersion

__all__ = [
    "Draft",
    "Immutable",
    "Label",
    "Media",
    "Preset",
    "Prompt",
    "PromptVersion",
    "SystemPrompt",
    "SystemPromptVersion",
]
