"""The swaps that bring an answer on the page up to date; `static/js/patch.js` knows two of them."""

from __future__ import annotations

from .markdown import escaped


def patch(name: str, html: str) -> str:
    """Return the swap that makes `html` the content of the element `name`."""
    return f'<div id="{name}" hx-swap-oob="patch">{html}</div>'


def add(name: str, html: str) -> str:
    """Return the swap that adds `html` at the end of the element `name`."""
    return f'<div hx-swap-oob="beforeend:#{name}">{html}</div>'


def put_before(name: str, html: str) -> str:
    """Return the swap that puts `html` in front of the element `name`."""
    return f'<div hx-swap-oob="beforebegin:#{name}">{html}</div>'


def append(selector: str, text: str) -> str:
    """Return the swap that continues the text of the selected element."""
    return f'<i hx-swap-oob="append:{selector}">{escaped(text)}</i>'
