"""Content as form fields, and back: a string, or a list of blocks.

Every kind of block has its own fields (``kinds``); what has none is edited as JSON. Nothing is
lost on the way: a string stays a string, a list a list, unknown keys and blocks stay as they are.
"""

from .block import Block
from .contents import Contents
from .menu import Entry, menus
from .shown import new_key, shown_json

__all__ = ["Block", "Contents", "Entry", "menus", "new_key", "shown_json"]
