"""JSON of an answer as text for the page."""

from __future__ import annotations

import json
from typing import Any

import orjson

from workbench.messages_api import clean_json

from .markdown import escaped
from .texts import SHOWN_CHARACTERS, cut

TOO_DEEP = "This JSON is nested too deeply to be shown."


def pretty(value: Any) -> str:
    """Return a JSON value as indented text, cut at 200,000 characters.

    What is longer even without indents is not indented: depth would multiply its size.
    """
    try:
        value = clean_json(value)
        try:
            text = orjson.dumps(value).decode()
            if len(text) <= SHOWN_CHARACTERS:
                text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
        except TypeError:  # an integer of more than 64 bits
            text = json.dumps(value, indent=2, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return TOO_DEEP
    return cut(text)


def raw_box(text: str) -> str:
    """Return `text` as it is, escaped, in a box that scrolls."""
    return f'<pre class="raw" tabindex="0"><code>{escaped(text)}</code></pre>'
