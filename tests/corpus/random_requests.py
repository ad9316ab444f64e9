"""Random requests made from the same pieces as the fixed ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from workbench.messages_api import MessageRequest

from . import pieces
from .pieces import CACHED, CLOCK, LATEST, NEW, OLD, SAMPLED, WEATHER
from .texts import TEXTS

_HOSTILE = st.sampled_from(
    ["'", '"', "\\", "`", "$", "{", "}", "\n", " ", "\u2028", "😀", "%", "\t"]
)
_LETTERS = st.text(st.characters(codec="utf-8"), max_size=30)
_PIECES = st.lists(
    st.one_of(_HOSTILE, st.sampled_from(["a", "EOF", "${", "</script>"])), max_size=12
)
_TEXTS = st.one_of(
    st.sampled_from(list(TEXTS.values())), _LETTERS, _PIECES.map("".join), st.just("Say hello.")
)
_NUMBERS = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1), st.floats(allow_nan=False, allow_infinity=False)
)
_KEYS = st.one_of(st.sampled_from(["a", "b c", "class", "größe", "x-y", "it's"]), _LETTERS)
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, max_size=4)),
    max_leaves=8,
)
_DATA = st.binary(min_size=1, max_size=200)
_WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_.", min_size=1, max_size=20)


def _blocks() -> st.SearchStrategy[dict[str, Any]]:
    block = st.one_of(
        _TEXTS.map(pieces.text),
        _TEXTS.map(lambda value: pieces.text(value, **CACHED)),
        _DATA.map(pieces.image),
        _DATA.map(pieces.pdf),
        _TEXTS.map(lambda value: pieces.plain(value, title=value)),
        _TEXTS.map(lambda value: pieces.found(value)),
        _TEXTS.map(lambda value: pieces.linked("image", f"https://example.org/{len(value)}")),
        _VALUES.map(lambda value: pieces.use(given=value)),
        _TEXTS.map(lambda value: pieces.result(content=value)),
        _TEXTS.map(pieces.thought),
    )
    more = st.dictionaries(_KEYS, _VALUES, max_size=2)
    return st.one_of(block, st.builds(lambda found, extra: extra | found, block, more))


def _turns() -> st.SearchStrategy[dict[str, Any]]:
    content = st.one_of(_TEXTS, st.lists(_blocks(), max_size=4))
    role = st.sampled_from(["user", "user", "assistant"])
    return st.builds(lambda role, content: {"role": role, "content": content}, role, content)


def _tools() -> st.SearchStrategy[dict[str, Any]]:
    described = st.builds(
        lambda tool, value: tool | {"description": value}, st.sampled_from([CLOCK, WEATHER]), _TEXTS
    )
    searching = st.just({"type": "web_search_20250305", "name": "web_search", "max_uses": 2})
    return st.one_of(described, searching)


_OPTIONAL = {
    "system": st.one_of(_TEXTS, st.lists(_TEXTS.map(pieces.text), max_size=2)),
    "stop_sequences": st.lists(_TEXTS, max_size=3),
    "metadata": st.builds(dict, user_id=_TEXTS),
    "thinking": st.sampled_from([{"type": "adaptive"}, {"type": "disabled"}]),
    "output_config": st.sampled_from(["low", "max"]).map(lambda effort: {"effort": effort}),
    "tools": st.lists(_tools(), max_size=3),
    "tool_choice": st.sampled_from([{"type": "auto"}, {"type": "none"}]),
    "service_tier": st.sampled_from(["auto", "standard_only"]),
    "cache_control": st.just(CACHED["cache_control"]),
    "temperature": st.floats(0, 1),
    "top_k": st.integers(1, 500),
}


@st.composite
def random_requests(draw: st.DrawFn) -> MessageRequest:
    """Return a strategy of requests; all of them can be sent, not all would be accepted."""
    body = {
        "model": draw(st.sampled_from([LATEST, SAMPLED])),
        "max_tokens": draw(st.integers(1, 64_000)),
        "messages": draw(st.lists(_turns(), min_size=1, max_size=4)),
        **draw(st.fixed_dictionaries({}, optional=_OPTIONAL)),
        **draw(st.dictionaries(_KEYS, _VALUES, max_size=2)),
    }
    fields = draw(st.permutations(list(body.items()))) if draw(st.booleans()) else body.items()
    betas = draw(st.lists(_WORDS, max_size=2))
    return MessageRequest(draw(st.sampled_from([NEW, OLD])), tuple(betas), dict(fields))
