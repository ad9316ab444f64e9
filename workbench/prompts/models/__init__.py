"""What the library stores: prompts, versions, drafts, labels, system prompts, presets, media."""

from .draft import Draft, DraftCopy, Presence
from .immutable import Immutable
from .label import Label, LabelMove, ProtectedLabel
from .media import Media
from .preset import Preset
from .prompt import Archived, Prompt, PromptText, PromptVersion, Star, VersionText
from .searched import Searched, SearchText
from .system_prompt import SystemPrompt, SystemPromptText, SystemPromptVersion
from .upload import LibraryUpload, UploadPart
from .value_set import ValueSet

__all__ = [
    "Archived",
    "Draft",
    "DraftCopy",
    "Immutable",
    "Label",
    "LabelMove",
    "LibraryUpload",
    "Media",
    "Presence",
    "Preset",
    "Prompt",
    "PromptText",
    "PromptVersion",
    "ProtectedLabel",
    "SearchText",
    "Searched",
    "Star",
    "SystemPrompt",
    "SystemPromptText",
    "SystemPromptVersion",
    "UploadPart",
    "ValueSet",
    "VersionText",
]
