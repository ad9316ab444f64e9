"""States of drafts for merging: short to write, and random ones."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from workbench.prompts.content import Content

TEXTS = st.lists(
    st.sampled_from(["", "Be kind.", "Be brief. Be clear.", "Say {{A}}", "ü\u2028"]), max_size=4
).map("\n".join)
IMAGE = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
BLOCKS = st.lists(
    TEXTS.map(lambda text: {"type": "text", "text": text}) | st.just(IMAGE), max_size=3
)
TURNS = st.lists(
    st.builds(
        lambda role, content: {"role": role, "content": content},
        st.sampled_from(["user", "assistant"]),
        TEXTS | BLOCKS,
    )
    | st.just({"odd": 1}),
    max_size=4,
)
TOOLS = st.lists(
    st.builds(
        lambda name, text, more: {"name": name, "description": text, "input_schema": more},
        st.sampled_from(["a", "b", "c"]),
        TEXTS,
        st.sampled_from([{}, {"type": "object"}]),
    ),
    max_size=3,
)
BODIES = st.fixed_dictionaries(
    {"model": st.sampled_from(["m1", "m2"])},
    optional={
        "max_tokens": st.integers(1, 3),
        "system": TEXTS | BLOCKS,
        "messages": TURNS | st.just("odd"),
        "tools": TOOLS,
        "thinking": st.sampled_from([{"type": "enabled"}, {"type": "disabled"}]),
        "zz": st.sampled_from([None, True, 1, 1.0]),
    },
)
NAMES = st.sampled_from(["A", "B", "C"])
NOTES = st.fixed_dictionaries(
    {},
    optional={
        "typed": st.dictionaries(st.sampled_from(["max_tokens", "name"]), TEXTS, max_size=2),
        "tools_pasted": TEXTS,
        "removed_turns": st.lists(TEXTS.map(lambda text: {"message": text}), max_size=2),
        "turns": st.dictionaries(st.sampled_from(["0", "1"]), st.just({"blocks": {"0": "x"}})),
    },
)


@st.composite
def states(draw: st.DrawFn) -> dict[str, Any]:
    """A state; two of them share many parts."""
    variables = draw(st.lists(NAMES, unique=True, max_size=3))
    content = Content(draw(BODIES), betas=tuple(draw(st.lists(NAMES, unique=True)))).to_dict()
    content["variables"] = [
        {"name": name, "description": draw(TEXTS), "default": ""} for name in variables
    ]
    content["mocks"] = draw(st.dictionaries(NAMES, TEXTS, max_size=2))
    turns = content["body"].get("messages")
    notes = draw(NOTES)
    if not isinstance(turns, list) or len(turns) < 2:
        notes.pop("turns", None)
    return {
        "name": draw(st.sampled_from(["", "One", "Two"])),
        "upstream": draw(st.sampled_from(["anthropic", "simulator"])),
        "values": draw(st.dictionaries(NAMES, TEXTS, max_size=3)),
        "content": content | {"editor": notes},
    }


def state(*turns: str, **changes: Any) -> dict[str, Any]:
    """A state with user turns, or of whatever ``changes`` puts into its body."""
    messages = [{"role": "user", "content": text} for text in turns]
    content = Content.blank().with_body(messages=messages, **changes).to_dict()
    return {"name": "N", "upstream": "simulator", "values": {}, "content": content}


def with_content(before: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """``before`` with other parts of its content."""
    after = copy.deepcopy(before)
    after["content"] |= changes
    return after
