"""Taking API keys and other secrets out of a text, before anything else looks at it.

A key is known by its own form (`sk-ant-…`, `AKIA…`, `ghp_…`) or by the name in front of it
(`x-api-key:`, `api_key=`, `Authorization: Bearer`). Placeholders and names of environment variables
are no keys and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from workbench.messages_api import MessageRequest

from .reading import FoundPrompt, FoundVariable, Kind, Reading, Remark

REMOVED = "REMOVED-KEY"
"""Stands where a key was: no blanks and no quotes, so that code stays what it was."""
SHOWN = 6
"""Characters of a key that a remark may repeat."""

MOST_REMARKS = 50
"""Keys of one text that are said one by one."""

# Base64 must never match: `+`, `/` and `=` around the letters mean that it is data.
_BEFORE = r"(?<![A-Za-z0-9+/_-])"
_AFTER = r"(?![A-Za-z0-9+/=_-])"
_FORMS = re.compile(
    rf"{_BEFORE}(?:"
    r"sk-ant-[A-Za-z0-9_-]{8,}"
    r"|sk-(?=[A-Za-z_-]{0,200}[0-9])[A-Za-z0-9_-]{16,}"
    r"|pk-lf-[A-Za-z0-9-]{16,}"
    r"|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}"
    r"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}"
    rf"|(?:AKIA|ASIA)[A-Z0-9]{{16}}{_AFTER}"
    rf"|AIza[A-Za-z0-9_-]{{30,40}}{_AFTER}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{5,}"
    r")"
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN ([A-Z ]{0,20}PRIVATE KEY)-----(?:[^-]|-(?!----)){1,20000}-----END \1-----"
)
_BEARER = re.compile(r"\b(Bearer(?:[ \t]|%20)+)([A-Za-z0-9._~+/=-]{8,})", re.IGNORECASE)
_BASIC = re.compile(
    r"(\bauthorization[\"'`‘’“”]?\s{0,9}[:=,]\s{0,9}[\"'`‘’“”]?basic\s{1,9})([A-Za-z0-9+/=]{8,})",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"']{1,100}:)([^\s/@\"']{4,200})(?=@)")
_NAMED = re.compile(
    r"""(\b(?:[A-Za-z0-9]{1,40}[_-]){0,6}
        (?:x-api-key|api[_-]?key|apikey|auth[_-]?token|access[_-]?token|(?:aws_?)?access_?key
        |secret_?(?:access_?)?key|session_?token|client_?secret|token|secret)
        (?:["'`‘’“”]|\\["'])?\]?\s{0,9}(?::\s?str\s?)?(?:=>|[:=,])\s{0,9}\(?)
        ((?:["'`‘’“”]|\\["'])?)([^\s"'`‘’“”\\,;(){}\[\]<>]{8,400})""",
    re.IGNORECASE | re.VERBOSE,
)
_PLACEHOLDER = re.compile(
    r"your|\bmy[_-]|my.?api|example|placeholder|insert|replace|dummy|change.?me|redacted|removed"
    r"|goes.?here|key.?here|\bhere\b|xxxx|\*\*\*|\.\.\.|…|\$|%[A-Za-z_]+%|process\.env|environ"
    r"|<|>|\{|\}|^string$|^undefined$|^not.?needed$",
    re.IGNORECASE,
)
_NAME_OF_A_VARIABLE = re.compile(
    r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z]+(?:[_.-][a-z]+)*|[a-z]+(?:[A-Z][a-z]+)+"
)
_SIGNS = (
    *("sk-", "pk-lf", "gsk_", "xai-", "hf_", "r8_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    *("github_pat", "glpat-", "xox", "akia", "asia", "aiza", "eyj"),
)
_NAMES = ("key", "token", "secret")


_KEY = "An API key"


class _Find(NamedTuple):
    begin: int
    end: int
    word: str


def without_keys(text: str) -> tuple[str, tuple[Remark, ...]]:
    """Return `text` with `REMOVED` in the place of each key, and a remark for each of them."""
    finds = _merged(_finds(text))
    if not finds:
        return text, ()
    parts: list[str] = []
    remarks: list[Remark] = []
    place = line_place = 0
    line = 1
    for find in finds:
        line += text.count("\n", line_place, find.begin)
        line_place = find.begin
        parts += [text[place : find.begin], REMOVED]
        remarks.append(_remark(find, text[find.begin : find.end], line))
        place = find.end
    return "".join([*parts, text[place:]]), _few(remarks)


def reading_without_keys(reading: Reading) -> Reading:
    """Return `reading` without the keys that only showed when its strings were put together.

    Such as `"sk-ant-" + "…"`, or a key whose characters were written as escapes.
    """
    prompts = []
    for prompt in reading.prompts:
        cleaner = _Cleaner()
        cleaned = cleaner.prompt(prompt)
        prompts.append(cleaned if cleaner.remarks else prompt)
    cleaner = _Cleaner()
    remarks = cleaner.said(reading.remarks)
    kind = cleaner.text(reading.kind)
    return replace(reading, kind=kind, prompts=tuple(prompts), remarks=(*remarks, *cleaner.remarks))


def _finds(text: str) -> Iterator[_Find]:
    small = text.lower()  # a plain search for a word costs a tenth of any pattern
    if any(sign in small for sign in _SIGNS):
        for match in _FORMS.finditer(text):
            if not _PLACEHOLDER.search(match[0]):
                yield _Find(match.start(), match.end(), _KEY)
    if "private key" in small:
        for match in _PRIVATE_KEY.finditer(text):
            yield _Find(match.start(), match.end(), "A private key")
    if "bearer" in small:
        for match in _BEARER.finditer(text):
            if _is_token(match[2]):
                yield _Find(match.start(2), match.end(2), "A bearer token")
    if "authorization" in small:
        for match in _BASIC.finditer(text):
            if not _PLACEHOLDER.search(match[2]):
                yield _Find(match.start(2), match.end(2), "A password")
    if "://" in small:
        for match in _ADDRESS.finditer(text):
            if not _PLACEHOLDER.search(match[2]):
                yield _Find(match.start(2), match.end(2), "A password in an address")
    if any(name in small for name in _NAMES):
        for match in _NAMED.finditer(text):
            if _is_named_secret(match):
                yield _Find(match.start(3), match.end(3), "A secret")


def _merged(finds: Iterator[_Find]) -> list[_Find]:
    """The places in order, those that overlap as one: a key has a form, and a name before it."""
    merged: list[_Find] = []
    for find in sorted(finds, key=lambda each: (each.begin, each.word != _KEY)):
        if merged and find.begin < merged[-1].end:
            merged[-1] = merged[-1]._replace(end=max(merged[-1].end, find.end))
        else:
            merged.append(find)
    return merged


def _is_token(value: str) -> bool:
    if _PLACEHOLDER.search(value) or _NAME_OF_A_VARIABLE.fullmatch(value):
        return False
    return len(value) >= 20 or any(character.isdigit() for character in value)


def _is_named_secret(match: re.Match[str]) -> bool:
    name, quote, value = match[1].lower(), match[2], match[3]
    if _PLACEHOLDER.search(value) or _NAME_OF_A_VARIABLE.fullmatch(value):
        return False
    has_digit = any(character.isdigit() for character in value)
    if re.search(r"api[_-]?key", name):
        return has_digit or bool(quote)
    if "key" in name:
        return has_digit and (bool(quote) or len(value) >= 16)
    # "token: 12345678" is said of much that is no secret.
    return has_digit and len(value) >= 16 and "." not in value[:8] and "://" not in value


def _remark(find: _Find, key: str, line: int) -> Remark:
    # A secret without a form of its own may be short: none of it is repeated.
    begins = f" that begins with {key[:SHOWN]}" if find.word == _KEY else ""
    return Remark(
        Kind.KEY_REMOVED,
        f"{find.word}{begins} was taken out and is not kept; if it was a real one, anybody who "
        "saw this text has it: replace it where it was made.",
        line,
    )


def _few(remarks: list[Remark]) -> tuple[Remark, ...]:
    if len(remarks) <= MOST_REMARKS:
        return tuple(remarks)
    more = f"{len(remarks) - MOST_REMARKS:,} more keys were taken out."
    return (*remarks[:MOST_REMARKS], Remark(Kind.KEY_REMOVED, more))


class _Cleaner:
    """Goes through what was found and keeps the remarks on the keys that were in it."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []

    def text(self, text: str) -> str:
        cleaned, remarks = without_keys(text)
        self.remarks += [replace(remark, line=None) for remark in remarks]
        return cleaned

    def value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): self._member(key, item) for key, item in value.items()}
        return value

    def _member(self, key: str, item: Any) -> Any:
        """A value behind its key, which may say that it is a secret."""
        if isinstance(item, str) and len(item) < 500:
            lead = f'"{key}": "'
            cleaned = self.text(f'{lead}{item}"')
            return cleaned[len(lead) : -1] if cleaned.startswith(lead) else self.text(item)
        return self.value(item)

    def said(self, remarks: tuple[Remark, ...]) -> tuple[Remark, ...]:
        return tuple(
            replace(each, text=self.text(each.text), sentence=self.text(each.sentence))
            for each in remarks
        )

    def prompt(self, prompt: FoundPrompt) -> FoundPrompt:
        request = prompt.request
        betas = tuple(self.text(beta) for beta in request.betas)
        body = self.value(dict(request.body))
        cleaned = replace(
            prompt,
            request=MessageRequest(self.text(request.api_version), betas, body),
            name=self.text(prompt.name),
            description=self.text(prompt.description),
            tags=tuple(self.text(tag) for tag in prompt.tags),
            variables=tuple(self._variable(each) for each in prompt.variables),
            value_sets=tuple(
                (self.text(name), self.value(dict(values))) for name, values in prompt.value_sets
            ),
            answer=None if prompt.answer is None else self.value(dict(prompt.answer)),
            remarks=self.said(prompt.remarks),
        )
        return replace(cleaned, remarks=(*cleaned.remarks, *self.remarks))

    def _variable(self, variable: FoundVariable) -> FoundVariable:
        return FoundVariable(
            self.text(variable.name), self.text(variable.default), self.text(variable.description)
        )
