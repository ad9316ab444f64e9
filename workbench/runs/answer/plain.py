"""The answer as text: for the text view, for copying, for programs."""

import re
from collections.abc import Mapping
from typing import Any

from workbench.runs.answer.markdown import escaped
from workbench.runs.answer.texts import text_of

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain_text(message: Mapping[str, Any]) -> str:
    """Return the texts of all text blocks, one behind the other, as the model wrote them."""
    content = message.get("content")
    blocks = content if isinstance(content, list) else []
    return "".join(
        text_of(block)
        for block in blocks
        if isinstance(block, Mapping) and block.get("type") == "text"
    )


def render_plain(message: Mapping[str, Any]) -> str:
    """Return the whole text as HTML, character by character; "" if there is none.

    Control characters appear as symbols, and those that turn the direction of writing by number,
    so that nothing in the text can hide or reorder anything.
    """
    text = plain_text(message)
    if not text:
        return ""
    shown = escaped(_CONTROL.sub(_symbol, text))
    return f'<pre class="plain isolate" tabindex="0"><code>{shown}</code></pre>'


def _symbol(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"[U+{code:04X}]"
