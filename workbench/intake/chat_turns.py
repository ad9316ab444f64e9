"""The conversation of a chat-completions request as turns of the Messages API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .chat_tools import tool_uses
from .remarks import Remarks, as_text

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)((?:;[\w=.+-]+)*),", re.ASCII)
_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_SYSTEM = ("system", "developer")

Block = dict[str, Any]


@dataclass
class Turns:
    """The system prompt and the turns."""

    system: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)


def read_turns(messages: object, remarks: Remarks) -> Turns:
    """Return the turns for `messages`; what cannot be one is a remark."""
    turns = Turns()
    entries = messages if isinstance(messages, list) else []
    for number, message in enumerate(entries, 1):
        if not isinstance(message, Mapping):
            remarks.not_understood(f"Entry {number:,} of the messages is no turn.", message)
            continue
        role = message.get("role")
        following = entries[number] if number < len(entries) else None
        if role in _SYSTEM:
            _add_system(turns, message, following, remarks)
        elif role in ("tool", "function"):
            _add_result(turns, message, remarks)
        elif role in ("user", "assistant"):
            _add_turn(turns, role, message, number, remarks)
        else:
            remarks.not_understood(f"Turn {number:,} has a role that is not known.", message)
    return turns


def _add_system(turns: Turns, message: Mapping[str, Any], after: object, remarks: Remarks) -> None:
    text = _plain(message.get("content"), remarks)
    if not text.strip():
        return
    role = "developer" if message.get("role") == "developer" else "system"
    if not turns.messages:
        if role == "developer":
            remarks.changed("The developer turn became the system prompt.")
        elif turns.system:
            remarks.changed("The system turns at the beginning became one system prompt.")
        turns.system = f"{turns.system}\n\n{text}" if turns.system else text
        return
    is_last = not isinstance(after, Mapping) or after.get("role") == "assistant"
    if turns.messages[-1]["role"] == "user" and is_last:
        turns.messages.append({"role": "system", "content": text})
        return
    turns.system = f"{turns.system}\n\n{text}" if turns.system else text
    remarks.changed(f"A {role} turn in the conversation went to the end of the system prompt.")


def _add_result(turns: Turns, message: Mapping[str, Any], remarks: Remarks) -> None:
    call = message.get("tool_call_id")
    if not isinstance(call, str):
        call = _open_call(turns, message.get("name"))
        if not call:
            remarks.not_understood("This tool result names no call.", message)
            return
    result: Block = {"type": "tool_result", "tool_use_id": call}
    content = message.get("content")
    if isinstance(content, str):
        result["content"] = content
    elif isinstance(content, list):
        result["content"] = _blocks(content, remarks)
    last = turns.messages[-1] if turns.messages else {}
    if last.get("role") == "user" and _holds_results(last.get("content")):
        last["content"].append(result)
    else:
        turns.messages.append({"role": "user", "content": [result]})


def _open_call(turns: Turns, name: object) -> str:
    """The id of the last call of a function; old requests have none of their own."""
    for message in reversed(turns.messages):
        for block in message["content"] if isinstance(message["content"], list) else []:
            if block.get("type") == "tool_use" and block.get("name") == name:
                return str(block["id"])
    return ""


def _holds_results(content: object) -> bool:
    return isinstance(content, list) and any(b.get("type") == "tool_result" for b in content)


def _add_turn(
    turns: Turns, role: str, message: Mapping[str, Any], number: int, remarks: Remarks
) -> None:
    content = _content(message.get("content"), remarks)
    if refusal := message.get("refusal"):
        remarks.changed(f"The refusal in turn {number:,} became text of the turn.")
        content = [*_as_blocks(content), {"type": "text", "text": as_text(refusal)}]
    if role == "assistant":
        calls = tool_uses(message, f"call_{number}", remarks)
        content = [*_as_blocks(content), *calls] if calls else content
    if message.get("name"):
        remarks.left_out(f"The name in turn {number:,} has no equivalent here.", message["name"])
    if message.get("audio"):
        remarks.left_out(f"The audio in turn {number:,} has no equivalent here.")
    if not content or (isinstance(content, str) and not content.strip()):
        sentence = f"Turn {number:,} holds nothing that the Messages API takes."
        remarks.left_out(sentence, message.get("content"))
        return
    last = turns.messages[-1] if turns.messages else {}
    if role == "user" and last.get("role") == "user" and _holds_results(last.get("content")):
        last["content"] += _as_blocks(content)
    else:
        turns.messages.append({"role": role, "content": content})


def _content(content: object, remarks: Remarks) -> str | list[Block]:
    if isinstance(content, list):
        return _blocks(content, remarks)
    return content if isinstance(content, str) else ""


def _as_blocks(content: str | list[Block]) -> list[Block]:
    if isinstance(content, list):
        return content
    return [{"type": "text", "text": content}] if content.strip() else []


def _plain(content: object, remarks: Remarks) -> str:
    if isinstance(content, str):
        return content
    parts = _blocks(content, remarks) if isinstance(content, list) else []
    return "\n\n".join(part["text"] for part in parts if part.get("type") == "text")


def _blocks(parts: list[Any], remarks: Remarks) -> list[Block]:
    found: list[Block] = []
    for part in parts:
        if isinstance(part, str):
            part = {"type": "text", "text": part}
        block = _block(part, remarks) if isinstance(part, Mapping) else None
        if block is not None:
            found.append(block)
        elif not isinstance(part, Mapping):
            remarks.not_understood("A part of a turn was not understood.", part)
    return found


def _block(part: Mapping[str, Any], remarks: Remarks) -> Block | None:
    kind = part.get("type")
    text = part.get("text") if kind == "text" else part.get("refusal")
    if kind in ("text", "refusal") and isinstance(text, str):
        if not text.strip():
            remarks.left_out("An empty text was left out: the Messages API refuses it.")
            return None
        rest = {"cache_control": part["cache_control"]} if part.get("cache_control") else {}
        return {"type": "text", "text": text, **rest}
    if kind == "image_url":
        return _image(part.get("image_url"), remarks)
    if kind == "file":
        return _file(part.get("file"), remarks)
    if kind in ("image", "document", "tool_use", "tool_result", "thinking"):
        return dict(part)  # blocks of the Messages API, as some gateways take them
    if kind == "input_audio":
        remarks.left_out("Audio has no equivalent here.")
    else:
        remarks.not_understood("A part of a turn was not understood.", part)
    return None


def _image(value: object, remarks: Remarks) -> Block | None:
    url = value.get("url") if isinstance(value, Mapping) else value
    if isinstance(value, Mapping) and value.get("detail") not in (None, "auto"):
        remarks.left_out("The detail of an image has no equivalent here.", value["detail"])
    if not isinstance(url, str) or not url:
        remarks.not_understood("This image has no address.", value)
        return None
    source = _source(url, _IMAGES, remarks)
    return {"type": "image", "source": source} if source else None


def _file(value: object, remarks: Remarks) -> Block | None:
    data = value.get("file_data") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(data, str):
        remarks.left_out("A file that only the other provider has was left out.", value)
        return None
    source = _source(data, ("application/pdf",), remarks)
    if source is None:
        return None
    title = value.get("filename")
    rest = {"title": title} if isinstance(title, str) and title else {}
    return {"type": "document", "source": source, **rest}


def _source(url: str, kinds: tuple[str, ...], remarks: Remarks) -> Block | None:
    if url.startswith(("https://", "http://")):
        return {"type": "url", "url": url}
    match = _DATA_URL.match(url)
    if not match or ";base64" not in match[2]:
        remarks.not_understood("This is neither a web address nor base64 data.", url[:200])
        return None
    media_type = match[1].lower().replace("image/jpg", "image/jpeg")
    if media_type not in kinds:
        remarks.left_out(f"The API does not take {media_type[:60]} here.")
        return None
    return {"type": "base64", "media_type": media_type, "data": url[match.end() :]}
