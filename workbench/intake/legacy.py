"""Requests of the retired Text Completions API, and bare prompts with its markers, as Messages.

Nothing is ever sent to the old endpoint: its models are gone. What is decided on the way is a
remark each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench import catalogue
from workbench.messages_api import MessageRequest, clean_text

from .mending import DEFAULT_MAX_TOKENS, NOT_SAID
from .model_names import old_successor, usual_name
from .reading import FoundPrompt, Kind, Reading, Remark
from .remarks import STREAMS

HUMAN, ASSISTANT = "\n\nHuman:", "\n\nAssistant:"

_MARKER = re.compile(r"\n\n(Human|Assistant):")
_AT_THE_BEGIN = re.compile(r"\s*(Human|Assistant):")
_AT_THE_END = re.compile(r"(?<!\n)\nAssistant:\s*\Z")
_ROLES = {"Human": "user", "Assistant": "assistant"}
_OLD_MODEL = re.compile(r"claude-(?:instant|v?[12]\b)")
_KEPT = ("temperature", "top_p", "top_k", "metadata")


@dataclass(frozen=True)
class SplitPrompt:
    """A prompt cut at its markers: the turns alternate, none is empty."""

    system: str
    turns: tuple[tuple[str, str], ...]
    """(role, text); the last one may be the beginning of the answer."""
    sentences: tuple[str, ...] = ()

    @property
    def is_begun(self) -> bool:
        """Whether the last turn is text that the answer was to begin with."""
        return bool(self.turns) and self.turns[-1][0] == "assistant"


def is_legacy_body(value: object) -> bool:
    """Return whether `value` is the body of a request to the Text Completions API."""
    if not isinstance(value, Mapping) or "messages" in value:
        return False
    prompt = value.get("prompt")
    if not isinstance(prompt, str):
        return "max_tokens_to_sample" in value
    model = value.get("model")
    is_named = isinstance(model, str) and ("max_tokens" in value or bool(_OLD_MODEL.match(model)))
    return "max_tokens_to_sample" in value or is_named or _is_marked(prompt)


def read_legacy(body: Mapping[str, Any], line: int | None = None) -> FoundPrompt:
    """Return the Messages request for the body of a Text Completions request."""
    writer = _Writer(body, line)
    found: dict[str, Any] = {}
    writer.model(found)
    writer.max_tokens(found)
    writer.prompt(found)
    writer.stop_sequences(found)
    for name in _KEPT:
        if body.get(name) is not None:
            found[name] = body[name]
    writer.rest()
    return FoundPrompt(MessageRequest(NOT_SAID, (), found), remarks=tuple(writer.remarks))


def read_bare_prompt(text: str, _name: str = "") -> Reading | None:
    """Return the request for a prompt with markers; None for a text without both of them."""
    normal = clean_text(text)
    first = _AT_THE_BEGIN.match(normal)
    roles = {match[1] for match in _MARKER.finditer(normal)}
    if first:
        roles.add(first[1])
    is_one = "Human" in roles and ("Assistant" in roles or _AT_THE_END.search(normal) is not None)
    if not is_one:
        return None
    return Reading("a prompt with Human: and Assistant:", (read_legacy({"prompt": text}),))


def split_prompt(prompt: str) -> SplitPrompt:
    """Return the system prompt and the turns of a prompt for the Text Completions API."""
    text, sentences = clean_text(prompt), list[str]()
    pieces = _pieces(text, sentences)
    if len(pieces) == 1:
        sentences.append("The prompt has no “Human:” marker: all of it became one user turn.")
        pieces = [("Human", pieces[0][1])]
        system = ""
    else:
        system = pieces.pop(0)[1].strip()
        if system:
            sentences.append("The text before the first marker became the system prompt.")
    turns = _turns(pieces, sentences)
    if turns and turns[0][0] == "assistant" and len(turns) > 1:
        sentences.append(
            "The conversation begins with the assistant: write a user turn before it, since the "
            "Messages API may refuse it."
        )
    return SplitPrompt(system, tuple(turns), tuple(sentences))


def _is_marked(prompt: str) -> bool:
    return bool(_MARKER.search(prompt) or _AT_THE_BEGIN.match(prompt))


def _pieces(text: str, sentences: list[str]) -> list[tuple[str, str]]:
    """(marker, text behind it); the first one is what stands before all markers."""
    marks = [(match.start(), match.end(), match[1]) for match in _MARKER.finditer(text)]
    begin = _AT_THE_BEGIN.match(text)
    if begin and (not marks or begin.end() < marks[0][1]):
        marks.insert(0, (0, begin.end(), begin[1]))
        sentences.append(f"“{begin[1]}:” at the beginning was taken as the first marker.")
    end = _AT_THE_END.search(text)
    if end and marks and end.start() >= marks[-1][1]:
        marks.append((end.start(), end.end(), "Assistant"))
        sentences.append("“Assistant:” at the end was taken as a marker, behind one line end only.")
    ends = [mark[0] for mark in marks[1:]] + [len(text)]
    first = text[: marks[0][0]] if marks else text
    return [("", first)] + [
        (name, text[behind:end]) for (_, behind, name), end in zip(marks, ends, strict=False)
    ]


def _turns(pieces: list[tuple[str, str]], sentences: list[str]) -> list[tuple[str, str]]:
    turns: list[tuple[str, str]] = []
    last = len(pieces) - 1
    for number, (marker, text) in enumerate(pieces):
        role, text = _ROLES[marker], text.strip()
        if not text:
            if number == last and marker == "Assistant":
                sentences.append("The empty “Assistant:” at the end is no longer needed.")
            else:
                sentences.append(f"An empty turn behind “{marker}:” was left out.")
        elif turns and turns[-1][0] == role:
            turns[-1] = (role, f"{turns[-1][1]}\n\n{text}")
            sentences.append(f"Two {role} turns in a row were joined into one.")
        else:
            turns.append((role, text))
    return turns


class _Writer:
    """Writes the parts of the Messages body, and a remark on each decision."""

    def __init__(self, body: Mapping[str, Any], line: int | None) -> None:
        self._body = body
        self._line = line
        self.remarks = [
            Remark(
                Kind.CHANGED,
                "The Text Completions API is retired: the prompt became a Messages request.",
                line,
            )
        ]

    def _say(self, sentence: str, kind: Kind = Kind.CHANGED, text: str = "") -> None:
        self.remarks.append(Remark(kind, sentence, self._line, text))

    def model(self, found: dict[str, Any]) -> None:
        name = self._body.get("model")
        if not isinstance(name, str) or not name.strip():
            return  # the mending chooses one
        if new := old_successor(name):
            found["model"] = new.model
            self._say(new.sentence)
            return
        found["model"] = usual_name(name)
        if found["model"] != name:
            self._say(f"The model {name[:80]} is called {found['model']} here.")

    def max_tokens(self, found: dict[str, Any]) -> None:
        name = "max_tokens_to_sample" if "max_tokens_to_sample" in self._body else "max_tokens"
        value = self._body.get(name)
        if isinstance(value, str) and value.isdecimal() and len(value) < 10:
            value = int(value)
        if value is None:
            return  # the mending chooses a limit
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self._say(f"{name} is no number of tokens: it was left out.", text=str(value)[:200])
            return
        if name != "max_tokens":
            self._say("max_tokens_to_sample is called max_tokens now.")
        rules = catalogue.get(found.get("model", catalogue.DEFAULT_MODEL)).rules
        if rules.thinking_default == "always" and value < DEFAULT_MAX_TOKENS:
            self._say(
                f"max_tokens was raised from {value:,} to {DEFAULT_MAX_TOKENS:,}: the model always "
                "thinks before it answers, and its thinking counts."
            )
            value = DEFAULT_MAX_TOKENS
        found["max_tokens"] = value

    def prompt(self, found: dict[str, Any]) -> None:
        prompt = self._body.get("prompt")
        if not isinstance(prompt, str):
            found["messages"] = []
            written = "" if prompt is None else json.dumps(prompt, ensure_ascii=False, default=str)
            self._say("No prompt was found in the request.", Kind.NOT_UNDERSTOOD, written[:2_000])
            return
        split = split_prompt(prompt)
        for sentence in dict.fromkeys(split.sentences):
            self._say(sentence)
        if split.system:
            found["system"] = split.system
        found["messages"] = [{"role": role, "content": text} for role, text in split.turns]
        if not split.turns:
            self._say("The prompt holds no text besides its markers.", Kind.NOT_UNDERSTOOD, prompt)
        elif split.is_begun:
            self._say(
                "The text behind the last “Assistant:” is the beginning of the answer (prefill): "
                "the answer does not repeat it."
            )

    def stop_sequences(self, found: dict[str, Any]) -> None:
        stops = self._body.get("stop_sequences", self._body.get("stop"))
        if isinstance(stops, str):
            stops = [stops]
        if not isinstance(stops, list):
            return
        kept = [stop for stop in stops if isinstance(stop, str) and _is_kept(stop)]
        if len(kept) < len(stops):
            self._say(
                "Stop sequences that only ended a turn were left out: the Messages API does that "
                "itself."
            )
        if kept:
            found["stop_sequences"] = kept

    def rest(self) -> None:
        known = {"model", "prompt", "max_tokens_to_sample", "max_tokens", "stop_sequences", "stop"}
        for name, value in self._body.items():
            if name == "stream" and isinstance(value, bool):
                self._say(STREAMS, Kind.LEFT_OUT, str(value).lower())
            elif name not in known and name not in _KEPT and value is not None:
                written = json.dumps(value, ensure_ascii=False, default=str)[:2_000]
                self._say(f"{name} has no equivalent here.", Kind.LEFT_OUT, written)


def _is_kept(stop: str) -> bool:
    return bool(stop.strip()) and clean_text(stop) not in (HUMAN, ASSISTANT)
