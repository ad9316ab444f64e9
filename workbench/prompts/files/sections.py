"""The system prompt and the turns of a body as sections that people read and edit.

``=== system``, ``=== user`` and so on begin a section; its text follows as it is. A turn whose
content is a list of blocks says so: ``=== user blocks``, with ``--- text`` or ``--- json`` above
each block. Further keys of a turn or of a text block stand behind its head, as JSON. What has
another shape is JSON as a whole. A line of text that looks like a head gets a ``\\`` in front.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .front_matter import Broken, read_json, shown, written_json

SECTIONS = ("system", "messages")
"""The keys of the body that stand below the front matter."""

_ROLE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_HEAD = re.compile(r"=== ([a-z][a-z0-9_-]{0,39})( turn)?( blocks)?( \{.*\})?[ \t]*")
_BLOCK_HEAD = re.compile(r"--- (text|json)( \{.*\})?[ \t]*")
_LIKE_HEAD = re.compile(r"^(\\*=== )", re.MULTILINE)
_LIKE_ANY_HEAD = re.compile(r"^(\\*(?:===|---) )", re.MULTILINE)
_ESCAPED_HEAD = re.compile(r"^\\(\\*=== )", re.MULTILINE)
_ESCAPED_ANY_HEAD = re.compile(r"^\\(\\*(?:===|---) )", re.MULTILINE)
_NOT_PLAIN = re.compile("[\0\r\ud800-\udfff]")
_JSON = "json"


@dataclass(frozen=True)
class Piece:
    """A head of the file and the lines below it; ``line`` is that of the head, from 1."""

    head: str
    lines: list[str]
    line: int

    @property
    def is_blank(self) -> bool:
        return not any(line.strip() for line in self.lines)


def is_section(key: str, value: Any) -> bool:
    """Whether the body's ``key`` with this value is written below the front matter."""
    if key == "system":
        return is_plain(value) or isinstance(value, list)
    return key == "messages" and isinstance(value, list) and value != []


def is_plain(value: Any) -> bool:
    """Whether ``value`` is text that a file can hold as it is."""
    return isinstance(value, str) and not _NOT_PLAIN.search(value)


def written_sections(body: dict[str, Any]) -> str:
    """The system prompt and the turns of ``body``, as far as they are sections; "" without any."""
    pieces: list[str] = []
    for key in SECTIONS:
        if key in body and is_section(key, body[key]):
            pieces += _system(body[key]) if key == "system" else _turns(body[key])
    return "\n".join(pieces)


def read_sections(lines: list[str], number: int) -> dict[str, Any]:
    """The keys of the body that ``lines`` hold, the first being line ``number`` of the file.

    Raises ``Broken``.
    """
    found: dict[str, Any] = {}
    pieces = list(_pieces(lines, number))
    place = 0
    while place < len(pieces):
        piece = pieces[place]
        end = place + 1
        while end < len(pieces) and pieces[end].head.startswith("--- "):
            end += 1
        _read_section(piece, pieces[place + 1 : end], found)
        place = end
    return found


# Writing ------------------------------------------------------------------------------------


def _system(value: Any) -> list[str]:
    return _content("=== system", value, "")


def _turns(messages: list[Any]) -> Iterator[str]:
    for message in messages:
        if not _is_turn(message):
            yield f"=== json\n{_fenced(message)}"
            continue
        rest = {key: value for key, value in message.items() if key not in ("role", "content")}
        role = message["role"]
        head = f"=== {role} turn" if role == "system" else f"=== {role}"
        yield from _content(head, message["content"], _attributes(rest))


def _content(head: str, content: Any, attributes: str) -> list[str]:
    if isinstance(content, str):
        text = _LIKE_HEAD.sub(r"\\\1", content)
        return [f"{head}{attributes}\n{text}\n"]
    return [f"{head} blocks{attributes}\n", *(_block(block) for block in content)]


def _block(block: Any) -> str:
    is_text = isinstance(block, dict) and list(block)[:2] == ["type", "text"]
    if is_text and block["type"] == "text" and is_plain(block["text"]):
        rest = {key: value for key, value in block.items() if key not in ("type", "text")}
        text = _LIKE_ANY_HEAD.sub(r"\\\1", block["text"])
        return f"--- text{_attributes(rest)}\n{text}\n"
    return f"--- json\n{_fenced(block)}"


def _is_turn(message: Any) -> bool:
    """Whether a section can say exactly what ``message`` is."""
    if not isinstance(message, dict) or list(message)[:2] != ["role", "content"]:
        return False
    role, content = message["role"], message["content"]
    is_role = isinstance(role, str) and _ROLE.fullmatch(role) is not None and role != _JSON
    return is_role and (is_plain(content) or isinstance(content, list))


def _attributes(rest: dict[str, Any]) -> str:
    return f" {written_json(rest)}" if rest else ""


def _fenced(value: Any) -> str:
    return f"```json\n{written_json(value, indent=2)}\n```\n"


# Reading ------------------------------------------------------------------------------------


def _pieces(lines: list[str], number: int) -> Iterator[Piece]:
    """The file cut at its heads; the blank line that parts two pieces belongs to neither."""
    head, begin, has_blocks = "", 0, False
    for place, line in enumerate(lines):
        is_block = has_blocks and line.startswith("--- ")
        if not is_block and not line.startswith("=== "):
            continue
        yield from _piece(head, lines[begin:place], number + begin - 1, is_last=False)
        head, begin = line, place + 1
        if not is_block:
            match = _HEAD.fullmatch(line)
            has_blocks = bool(match and match[3])
    yield from _piece(head, lines[begin:], number + begin - 1, is_last=True)


def _piece(head: str, lines: list[str], line: int, *, is_last: bool) -> Iterator[Piece]:
    if not is_last and lines and not lines[-1]:
        lines = lines[:-1]
    piece = Piece(head, lines, line)
    if head:
        yield piece
    elif not piece.is_blank:
        first = next(n for n, text in enumerate(lines, line + 1) if text.strip())
        raise Broken(first, "this text belongs to no section: write === user on a line above it.")


def _read_section(piece: Piece, blocks: list[Piece], found: dict[str, Any]) -> None:
    match = _HEAD.fullmatch(piece.head)
    if not match:
        raise Broken(
            piece.line,
            f"“{shown(piece.head)}” begins no section: write === system, === user or "
            "=== assistant, or put a \\ in front if it is text.",
        )
    role, is_turn, has_blocks, attributes = match.groups()
    if role == "system" and not is_turn:
        if "system" in found or "messages" in found:
            raise Broken(
                piece.line,
                "the system prompt stands above all turns, once: write === system turn for a turn.",
            )
        found["system"] = _read_content(piece, blocks, has_blocks=bool(has_blocks))
        return
    messages = found.setdefault("messages", [])
    if role == _JSON:
        messages.append(_read_fenced(piece))
        return
    content = _read_content(piece, blocks, has_blocks=bool(has_blocks))
    rest = _read_attributes(attributes, piece.line, ("role", "content"))
    messages.append({"role": role, "content": content, **rest})


def _read_content(piece: Piece, blocks: list[Piece], *, has_blocks: bool) -> Any:
    if not has_blocks:
        return _ESCAPED_HEAD.sub(r"\1", "\n".join(piece.lines))
    if not piece.is_blank:
        raise Broken(piece.line, "write --- text below this line, above the text of its block.")
    return [_read_block(block) for block in blocks]


def _read_block(piece: Piece) -> Any:
    match = _BLOCK_HEAD.fullmatch(piece.head)
    if not match:
        raise Broken(
            piece.line,
            f"“{shown(piece.head)}” begins no block: write --- text or --- json, or put a \\ in "
            "front if it is text.",
        )
    kind, attributes = match.groups()
    if kind == _JSON:
        return _read_fenced(piece)
    text = _ESCAPED_ANY_HEAD.sub(r"\1", "\n".join(piece.lines))
    rest = _read_attributes(attributes, piece.line, ("type", "text"))
    return {"type": "text", "text": text, **rest}


def _read_attributes(text: str | None, line: int, taken: tuple[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = read_json(text, line, "what stands behind the head") if text else {}
    if twice := next((key for key in taken if key in found), ""):
        raise Broken(line, f"{twice} cannot stand behind the head: the section says it already.")
    return found


def _read_fenced(piece: Piece) -> Any:
    lines, line = list(piece.lines), piece.line + 1
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
        line += 1
    if not lines:
        raise Broken(piece.line, "this section must hold JSON: write it below this line.")
    if lines[0].startswith("```"):
        line += 1
        lines = lines[1:-1] if lines[-1].strip() == "```" else lines[1:]
    return read_json("\n".join(lines), line, "this section")
