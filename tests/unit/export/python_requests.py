"""Requests for the tests of the Python targets, usual and odd."""

from hypothesis import strategies as st

WORDS = st.sampled_from(
    [
        "the",
        "quick",
        '"brown"',
        "fox",
        "it's",
        "{{who}}",
        "{{my-name}}",
        "{x}",
        "\\n",
        "$(id)",
        "`a`",
        "${b}",
        "</script>",
        "日本語",
        "🙂",
        '"""',
        "https://example.com/a/b?c=d",
        "été",
        "#",
    ]
) | st.text(max_size=6)
TEXTS = st.builds(
    lambda words, glue: glue.join(words),
    st.lists(WORDS, max_size=40),
    st.sampled_from([" ", " ", "\n", " \n", "  "]),
)
LEAVES = TEXTS | st.sampled_from([None, True, 0, -3, 2.5, 1e16, 1e-7, 10**25])
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
IMAGE = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/png", "data": "aGVsbG8h" * 20},
}
BLOCKS = st.one_of(
    st.builds(lambda text: {"type": "text", "text": text}, TEXTS),
    st.builds(lambda text: {"type": "thinking", "thinking": text, "signature": "ab="}, TEXTS),
    st.builds(
        lambda text: {"type": "tool_result", "tool_use_id": "toolu_1", "content": text}, TEXTS
    ),
    st.just(IMAGE),
    JSON,
)
MESSAGES = st.lists(
    st.builds(
        lambda role, content: {"role": role, "content": content},
        st.sampled_from(["user", "assistant", "system"]),
        TEXTS | st.lists(BLOCKS, max_size=3),
    ),
    max_size=3,
)
TOOLS = st.lists(
    st.builds(
        lambda name, text, properties: {
            "name": name,
            "description": text,
            "input_schema": {
                "type": "object",
                "properties": {key: {"type": "string"} for key in properties},
                "required": properties[:1],
            },
        },
        st.sampled_from(["get_weather", "a-b", "class", "print", "ask"]),
        TEXTS,
        st.lists(st.sampled_from(["city", "a b", "from", "type"]), max_size=3, unique=True),
    ),
    max_size=2,
)
BODIES = st.fixed_dictionaries(
    {"model": st.just("claude-opus-5-5"), "max_tokens": st.sampled_from([100, 40_000])},
    optional={
        "messages": MESSAGES,
        "system": TEXTS | st.lists(BLOCKS, max_size=2),
        "tools": TOOLS,
        "temperature": st.just(0.5),
        "tool_choice": st.sampled_from([{"type": "auto"}, {"type": "any"}]),
        "metadata": JSON,
        "of_tomorrow": JSON,
    },
)
