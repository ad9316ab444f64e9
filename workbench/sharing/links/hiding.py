"""What a link leaves out: whole parts of a content, and whatever repeats them elsewhere.

A veil goes over all that a shared page shows: an answer may repeat a value, a title may be the
first line of a system prompt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.log import hide_secrets
from workbench.prompts.content import Content
from workbench.prompts.media.sources import KEPT

SYSTEM = "[system prompt]"
"""Stands where a system prompt was repeated."""
HIDDEN = "[hidden]"
NAMELESS = "Untitled"
SHORT = 8
"""A shorter text is looked for as a word of its own: "no" is not hidden in "note"."""
LEAST_LINE = 20
"""Characters of a line of a system prompt that is looked for by itself."""
MOST_LINES = 500
PHRASE = 5
"""Words of a system prompt that say where they come from, in this order."""
_WORD = re.compile(r"\w+")
_SAID = ("text", "title", "context", "content")
_PRIVATE = ("metadata", "container")
"""Keys of a body that name a person or an account, never what the prompt says."""
_WORDS = frozenset(
    {"adaptive", "any", "api_version", "assistant", "auto", "base64", "betas", "body", "content"}
    | {"cache_control", "citations", "custom", "data", "description", "disabled", "document"}
    | {"effort", "enabled", "ephemeral", "file", "file_id", "id", "image", "input", "input_schema"}
    | {"is_error", "max_tokens", "media_type", "messages", "model", "name", "none", "object"}
    | {"properties", "required", "role", "server_tool_use", "sha256", "signature", "source"}
    | {"stop_sequences", "stream", "string", "system", "temperature", "text", "thinking", "title"}
    | {"tool", "tool_choice", "tool_result", "tool_use", "tool_use_id", "tools", "type", "url"}
    | {"user", KEPT}
)
"""Words that every request holds: hiding a value that is one of them would break the request."""


@dataclass(frozen=True)
class Veil:
    """Texts that must not be shown, also in small letters, and what stands in the place of each.

    ``phrases`` are the hashes of ``PHRASE`` words in a row, for pieces of a longer text.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    phrases: frozenset[int] = frozenset()

    def over(self, value: Any) -> Any:
        """``value`` (any JSON) without the texts, and without what looks like a key of an API."""
        if isinstance(value, str):
            return hide_secrets(self._over_phrases(self._over_text(value)))
        if isinstance(value, list):
            return [self.over(item) for item in value]
        if isinstance(value, dict):
            return {self.over(key): self.over(item) for key, item in value.items()}
        return value

    def title(self, name: str) -> str:
        """``name``, or a general one when it repeats one of the texts, or is part of one."""
        known = _squeezed(name).removesuffix("…").rstrip().lower()
        if not known or any(known in _squeezed(text) for text in self.texts):
            return NAMELESS
        shown = str(self.over(_squeezed(name)))
        return NAMELESS if shown.strip("[]{} ") == "" else shown

    def _over_text(self, text: str) -> str:
        lower = text.lower()
        present = [each for each in self.texts if each in lower or each in text]
        if not present:
            return text
        longest_first = sorted(present, key=len, reverse=True)
        pattern = "|".join(_pattern(each) for each in longest_first)
        return re.sub(pattern, lambda match: self._mark(match[0]), text, flags=re.IGNORECASE)

    def _mark(self, found: str) -> str:
        # A few letters have another small form than the one by which they were found.
        return self.texts.get(found) or self.texts.get(found.lower(), HIDDEN)

    def _over_phrases(self, text: str) -> str:
        """``text`` with one mark for each stretch that is made of phrases."""
        if not self.phrases:
            return text
        words = list(_WORD.finditer(text))
        shown: list[str] = []
        end = 0
        for place, key in enumerate(_keys(words)):
            if key in self.phrases:
                if not shown or words[place].start() > end:
                    shown += [text[end : words[place].start()], SYSTEM]
                end = words[place + PHRASE - 1].end()
        return "".join([*shown, text[end:]])


def _keys(words: Sequence[re.Match[str]]) -> Iterator[int]:
    """The hash of each row of ``PHRASE`` words, whatever stands between them."""
    lower = [word[0].lower() for word in words]
    for place in range(len(lower) - PHRASE + 1):
        yield hash(tuple(lower[place : place + PHRASE]))


def veil_of(systems: Iterable[Any], values: Iterable[tuple[str, str]]) -> Veil:
    """What hides ``systems``, as they stand in a body, and ``values``, pairs of name and value."""
    texts: dict[str, str] = {}
    phrases: set[int] = set()
    for system in systems:
        parts = _lines_too(system)
        texts |= dict.fromkeys(parts, SYSTEM)
        phrases.update(key for part in parts for key in _keys(list(_WORD.finditer(part))))
    texts |= {value: f"{{{{{name}}}}}" for name, value in values if _is_telling(value)}
    every = {form: mark for text, mark in texts.items() for form in _forms(text)}
    return Veil(every, frozenset(phrases))


def together(veils: Iterable[Veil]) -> Veil:
    """One veil that hides what any of ``veils`` hides."""
    every = list(veils)
    texts = {text: mark for veil in every for text, mark in veil.texts.items()}
    return Veil(texts, frozenset().union(*(veil.phrases for veil in every)))


def systems_in(body: Mapping[str, Any]) -> list[Any]:
    """The system prompt of a body, and the turns that the system has in its conversation."""
    turns = [turn.get("content") for turn in _turns(body) if turn.get("role") == "system"]
    return [system for system in (body.get("system"), *turns) if system]


def shared_content(content: Content, *, shows_system: bool, shows_variables: bool) -> Content:
    """``content`` with those parts alone that a link shows, whatever repeats the others hidden."""
    veil = veil_of(
        [] if shows_system else systems_in(content.body),
        [] if shows_variables else [(each.name, each.default) for each in content.variables],
    )
    body = {key: item for key, item in content.body.items() if key not in _PRIVATE}
    if not shows_system:
        body = _without_system(body)
    shown = veil.over(_without_credentials(body))
    if isinstance(body.get("model"), str):
        shown["model"] = hide_secrets(body["model"])
    return replace(
        content,
        body=shown,
        variables=tuple(_veiled(content, veil)) if shows_variables else (),
        mocks={},
        origins={},
        copied_from={},
    )


def _veiled(content: Content, veil: Veil) -> Iterator[Any]:
    for each in content.variables:
        words = veil.over(each.description), veil.over(each.default)
        yield replace(each, description=words[0], default=words[1])


def _without_system(body: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: item for key, item in body.items() if key != "system"}
    if isinstance(kept.get("messages"), list):
        kept["messages"] = [turn for turn in kept["messages"] if not _is_of_system(turn)]
    return kept


def _without_credentials(body: dict[str, Any]) -> dict[str, Any]:
    """The body without the tokens with which the API goes to MCP servers."""
    servers = body.get("mcp_servers")
    if not isinstance(servers, list):
        return body
    return body | {"mcp_servers": [_without_token(server) for server in servers]}


def _without_token(server: Any) -> Any:
    if not isinstance(server, dict):
        return server
    return {key: item for key, item in server.items() if key != "authorization_token"}


def _is_of_system(turn: Any) -> bool:
    return isinstance(turn, dict) and turn.get("role") == "system"


def _turns(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    messages = body.get("messages")
    return (
        [turn for turn in messages if isinstance(turn, dict)] if isinstance(messages, list) else []
    )


def _lines_too(system: Any) -> list[str]:
    """The texts of a system prompt, and those of its lines that are long enough to be known."""
    texts = [system] if isinstance(system, str) else _block_texts(system)
    lines = [line.strip() for text in texts for line in text.splitlines()]
    long_lines = [line for line in lines if len(line) >= LEAST_LINE][:MOST_LINES]
    return [
        text for text in (*texts, *(text.strip() for text in texts), *long_lines) if text.strip()
    ]


def _block_texts(value: Any) -> list[str]:
    """What blocks say, those inside of documents too; no types, hashes and data."""
    if isinstance(value, list):
        return [text for item in value for text in _block_texts(item)]
    if not isinstance(value, dict):
        return []
    said = [value[key] for key in _SAID if isinstance(value.get(key), str)]
    return said + [text for item in value.values() for text in _block_texts(item)]


def _is_telling(value: str) -> bool:
    return bool(value.strip()) and value.strip() not in _WORDS


def _forms(text: str) -> set[str]:
    """A text as it is and in small letters, and as JSON writes both inside a string."""
    every = {text, text.lower()}
    return every | {
        json.dumps(each, ensure_ascii=is_plain)[1:-1]
        for each in every
        for is_plain in (False, True)
    }


def _pattern(text: str) -> str:
    pattern = re.escape(text)
    return rf"(?<!\w){pattern}(?!\w)" if len(text) < SHORT else pattern


def _squeezed(text: str) -> str:
    return " ".join(text.split())
