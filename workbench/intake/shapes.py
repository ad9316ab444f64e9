"""Finding prompts in a JSON value of any shape, at any depth, by their form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.messages_api import MessageRequest

from .answers import ANSWERS, answer_apart, error_sentence, read_answer
from .chat_completions import (
    is_chat_completions,
    is_foreign_model,
    read_chat_completions,
)
from .langfuse import is_langfuse, read_langfuse
from .legacy import is_legacy_body, read_legacy
from .mending import NOT_SAID
from .messages_body import (
    is_content,
    is_messages,
    is_messages_body,
    read_content,
    read_messages_body,
    said_in_headers,
)
from .model_names import old_successor, usual_name
from .phoenix import is_phoenix, read_phoenix
from .promptfoo import is_promptfoo, read_promptfoo
from .reading import FoundPrompt, Kind, Remark
from .responses import is_responses_body, read_responses
from .surroundings import Around, apart

__all__ = ["MOST_PROMPTS", "Around", "Found", "answer_alone", "find"]

MOST_PROMPTS = 5_000
"""Prompts of one text or archive."""
DEEPEST = 60
"""Levels of a value of unknown shape that are looked through."""

_WRAPPED = ("params", "body", "request", "input", "payload", "kwargs", "json", "data")


@dataclass
class Found:
    """What a value held."""

    prompts: list[FoundPrompt] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    """Of each prompt, in words for people."""
    remarks: list[Remark] = field(default_factory=list)
    by_id: dict[str, int] = field(default_factory=dict)
    """The places of prompts by their custom_id."""
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Recorded answers by the custom_id of their request."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Texts beside the value that it may name, by their paths from it."""
    is_full: bool = False

    def add(self, kind: str, prompt: FoundPrompt, around: Around, custom_id: str = "") -> None:
        """Keep a prompt, named by itself or by what is around it."""
        if len(self.prompts) >= MOST_PROMPTS:
            self.is_full = True
            return
        if custom_id:
            self.by_id[custom_id] = len(self.prompts)
        self.kinds.append(kind)
        self.prompts.append(
            replace(
                prompt,
                name=(prompt.name or around.name)[:200],
                description=prompt.description or around.description,
                tags=tuple(dict.fromkeys((*prompt.tags, *around.tags))),
            )
        )

    def finished(self) -> Found:
        """Put recorded answers beside their requests; those without one stand alone."""
        for custom_id, answer in self.answers.items():
            place = self.by_id.get(custom_id)
            if place is None:
                self.add("a recorded answer", answer_alone(answer), Around(custom_id))
            else:
                self.prompts[place] = replace(self.prompts[place], answer=answer)
        if self.is_full:
            sentence = f"At most {MOST_PROMPTS:,} prompts are read at once: the rest was left out."
            self.remarks.append(Remark(Kind.LEFT_OUT, sentence))
        return self


Recogniser = Callable[[Mapping[str, Any], Around, Found], bool]


def find(value: Any, found: Found, around: Around, depth: int = 0) -> None:
    """Add everything to `found` that `value` holds."""
    if depth > DEEPEST or found.is_full:
        return
    if isinstance(value, list):
        if is_messages(value) and depth == 0:
            _turns_alone(value, found, around)
            return
        for item in value:
            find(item, found, around, depth + 1)
    elif isinstance(value, dict):
        if any(recognise(value, around, found) for recognise in _RECOGNISERS):
            return
        inner = around.within(value)
        for item in value.values():
            if isinstance(item, dict | list):
                find(item, found, inner, depth + 1)


def answer_alone(answer: Mapping[str, Any]) -> FoundPrompt:
    """A recorded answer whose request is not in the text."""
    model = answer.get("model")
    body: dict[str, Any] = {}
    if isinstance(model, str) and model:
        is_of_today = usual_name(model) == model and not is_foreign_model(model)
        new = None if is_of_today else old_successor(model)
        body["model"] = new.model if new else model
    sentence = "Only an answer was found: the request that led to it is not in the text."
    return FoundPrompt(
        MessageRequest(NOT_SAID, (), {**body, "messages": []}),
        answer=answer,
        remarks=(Remark(Kind.NOT_UNDERSTOOD, sentence),),
    )


def _turns_alone(value: list[Any], found: Found, around: Around) -> None:
    body = {"messages": value}
    read = next(read for kind, is_one, read in _BODIES if is_one(body))
    found.add("a list of turns", read(body, around.line), around)


def _content_of_ours(value: Mapping[str, Any], around: Around, found: Found) -> bool:
    """A stored content, or the answer of our own API, which has one beside its request."""
    content = value.get("content")
    if not isinstance(content, dict) or not is_content(content):
        content = value
    if not is_content(content):
        return False
    about = value.get("prompt")
    inner = around.within(about if isinstance(about, dict) else value)
    found.add("a request of Workbench", read_content(content, around.line), inner)
    return True


def _bare(value: Mapping[str, Any], around: Around, found: Found) -> bool:
    for kind, is_one, read in _BODIES:
        if is_one(value):
            alone, answer = answer_apart(value)
            body, remarks = apart(alone, around.line)
            prompt = read(body, around.line)
            prompt = replace(prompt, answer=answer, remarks=(*remarks, *prompt.remarks))
            found.add(kind, prompt, around.within(value))
            return True
    return False


def _wrapped(value: Mapping[str, Any], around: Around, found: Found) -> bool:
    """`{"params": …}`, `{"body": …}` and the like, with what stands beside the body."""
    inner = around.within(value)
    for key in _WRAPPED:
        body = value.get(key)
        if not isinstance(body, dict):
            continue
        for kind, is_one, read in _BODIES:
            if not is_one(body):
                continue
            prompt = _with_headers(read(body, around.line), value)
            answer = next((a for name in ANSWERS if (a := read_answer(value.get(name)))), None)
            custom_id = value.get("custom_id")
            name = custom_id if isinstance(custom_id, str) else ""
            label = "a line of a batch" if name else kind
            prompt = replace(prompt, answer=prompt.answer or answer)
            found.add(label, prompt, inner, name)
            return True
    return False


def _with_headers(prompt: FoundPrompt, value: Mapping[str, Any]) -> FoundPrompt:
    version, betas = said_in_headers(value.get("headers"))
    request = prompt.request
    if version != NOT_SAID and request.api_version == NOT_SAID:
        request = replace(request, api_version=version)
    if betas and not request.betas:
        request = replace(request, betas=betas)
    return replace(prompt, request=request)


def _result(value: Mapping[str, Any], around: Around, found: Found) -> bool:
    """A line of the results of a batch."""
    custom_id, result = value.get("custom_id"), value.get("result", value.get("response"))
    if not isinstance(custom_id, str) or not isinstance(result, dict):
        return False
    for message in (result.get("message"), result.get("body"), result):
        if answer := read_answer(message):
            found.answers[custom_id] = answer
            return True
    said = error_sentence(result.get("error")) or f"It was {str(result.get('type'))[:40]}."
    sentence = f"The result of {custom_id[:64]} holds no answer. {said}"
    found.remarks.append(Remark(Kind.LEFT_OUT, sentence, around.line))
    return True


def _promptfoo(value: Mapping[str, Any], around: Around, found: Found) -> bool:
    if not is_promptfoo(value):
        return False
    for prompt in read_promptfoo(value, found.files):
        found.add("a promptfoo prompt", prompt, around)
    return True


def _langfuse(value: Mapping[str, Any], around: Around, found: Found) -> bool:
    if not is_langfuse(value):
        return False
    found.add("a Langfuse prompt", read_langfuse(value, around.line), around)
    return True


def _phoenix(value: Mapping[str, Any], around: Around, found: Found) -> bool:
    """A version of Phoenix; the prompt that it belongs to stands beside it, if anywhere."""
    about, version = value.get("prompt"), value.get("version")
    if isinstance(about, dict) and isinstance(version, dict) and is_phoenix(version):
        found.add("a Phoenix prompt", read_phoenix(version, around.line), around.within(about))
        return True
    if not is_phoenix(value):
        return False
    found.add("a Phoenix prompt", read_phoenix(value, around.line), around.within(value))
    return True


def _answer(value: Mapping[str, Any], around: Around, found: Found) -> bool:
    answer = read_answer(value)
    if answer is None:
        return False
    found.add("a recorded answer", answer_alone(answer), around)
    return True


def _error(value: Mapping[str, Any], around: Around, found: Found) -> bool:
    said = error_sentence(value)
    if said:
        sentence = f"This is an answer with an error, and no request. {said}"
        found.remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence, around.line))
    return bool(said)


Body = Mapping[str, Any]
_BODIES: list[tuple[str, Callable[[object], bool], Callable[[Body, int | None], FoundPrompt]]] = [
    ("a chat-completions body", is_chat_completions, read_chat_completions),
    ("a Messages body", is_messages_body, read_messages_body),
    ("a Responses body", is_responses_body, read_responses),
    ("a Text Completions body", is_legacy_body, read_legacy),
]
_RECOGNISERS: list[Recogniser] = [
    _content_of_ours,
    _error,
    _promptfoo,
    _langfuse,
    _phoenix,
    _answer,
    _bare,
    _wrapped,
    _result,
]
