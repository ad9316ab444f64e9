"""Whatever JSON arrives, the answer is a list of problems, and never an exception."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workbench.catalogue import Problem, changes, offers, problems

from .examples import NEW, OLD, PlainRequest, body

KEYS = [
    "model",
    "max_tokens",
    "messages",
    "system",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "cache_control",
    "stop_sequences",
    "temperature",
    "top_p",
    "top_k",
    "inference_geo",
    "speed",
    "service_tier",
    "stream",
    "metadata",
    "role",
    "content",
    "type",
    "text",
    "source",
    "data",
    "url",
    "file_id",
    "media_type",
    "id",
    "name",
    "input",
    "tool_use_id",
    "is_error",
    "input_schema",
    "strict",
    "allowed_domains",
    "blocked_domains",
    "properties",
    "items",
    "$defs",
    "$ref",
    "anyOf",
    "allOf",
    "enum",
    "pattern",
    "additionalProperties",
    "minItems",
    "minimum",
    "format",
    "schema",
    "effort",
    "budget_tokens",
    "display",
    "citations",
    "ttl",
    "user_id",
    "thread",
    "fallbacks",
    "mcp_servers",
    "block_binding",
    "clear_at",
]
WORDS = [
    "user",
    "assistant",
    "system",
    "text",
    "image",
    "document",
    "tool_use",
    "tool_result",
    "server_tool_use",
    "thinking",
    "web_search_tool_result",
    "search_result",
    "base64",
    "url",
    "file",
    "ephemeral",
    "5m",
    "auto",
    "any",
    "tool",
    "enabled",
    "disabled",
    "between_tools",
    "adaptive",
    "high",
    "xhigh",
    "max",
    "json_schema",
    "object",
    "array",
    "#/$defs/a",
    "#",
    "us",
    "fast",
    "claude-opus-5-5",
    "claude-haiku-4-5",
    "claude-sonnet-5-5",
    "claude-2.1",
    "my-model",
    "toolu_1",
    "custom",
]

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(max_size=8)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
        | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=25,
)
BLOCKS = st.lists(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6) | JSON, max_size=4)
TURNS = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant", "system"]), "content": BLOCKS | JSON}
    )
    | JSON,
    max_size=5,
)
VERSIONS = st.sampled_from([NEW, OLD])
BETAS = st.lists(st.text(max_size=5), max_size=2)


def check(api_version: str, betas: list[str], value: Any) -> list[Problem]:
    answer = problems(PlainRequest(api_version, betas, value))
    assert all(isinstance(problem.path, str) and problem.sentence for problem in answer)
    if isinstance(value, dict):
        offers("claude-opus-5", api_version, value)
        for model in ("claude-sonnet-5", "claude-haiku-4-5", "claude-opus-5-5"):
            switch = changes(
                value, from_model="", to_model=model, from_version=OLD, to_version=api_version
            )
            switch.applied(value, [misfit.id for misfit in switch.misfits])
    return answer


@given(VERSIONS, BETAS, JSON)
def test_any_json_is_survived_as_a_body(api_version: str, betas: list[str], value: Any) -> None:
    check(api_version, betas, value)


@given(VERSIONS, BETAS, st.dictionaries(st.sampled_from(KEYS), JSON))
def test_any_json_is_survived_in_the_fields(
    api_version: str, betas: list[str], fields: dict[str, Any]
) -> None:
    check(api_version, betas, body(**fields))


@given(VERSIONS, TURNS, BLOCKS)
def test_any_json_is_survived_in_turns_and_tools(
    api_version: str, turns: list[Any], tools: list[Any]
) -> None:
    check(api_version, [], body(messages=turns, tools=tools))


@given(JSON, JSON)
def test_any_json_is_survived_as_a_schema(schema: Any, definitions: Any) -> None:
    whole = {"$defs": {"a": definitions}, "properties": {"a": schema}}
    config = {"format": {"type": "json_schema", "schema": whole}}
    check(NEW, [], body(output_config=config))


def test_json_that_is_nested_very_deeply_is_survived() -> None:
    deep: Any = "x"
    for _ in range(50_000):
        deep = [deep]
    check(NEW, [], body(messages=[{"role": "user", "content": deep}], thinking=deep, model=deep))
    _let_go(deep)


def test_blocks_that_are_nested_very_deeply_are_survived() -> None:
    found: Any = {"type": "text", "text": "x"}
    for _ in range(5_000):
        found = {"type": "search_result", "source": "s", "title": "t", "content": [found]}
    assert check(OLD, [], body(messages=[{"role": "user", "content": [found]}])) == []
    while found["type"] == "search_result":
        found = found["content"].pop()  # from outside: freeing it would be deeply recursive


def _let_go(deep: Any) -> None:
    """Take the lists apart from outside, so that freeing them needs no deep recursion."""
    while isinstance(deep, list):
        deep = deep.pop()
