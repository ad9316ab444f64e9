"""The official SDK reads every healthy scenario to its end. It sends the key as a bearer token."""

import anthropic
import httpx2
import pytest

from workbench.simulator.scenarios.odd_text import CONTROLS, HOSTILE, LINE_SEPARATORS

TEXTS = {
    "answer": None,
    "short": "This is a short simulated answer.",
    "thinking": None,
    "thinking-omitted": None,
    "redacted-thinking": "The thinking before this was redacted.",
    "tool": "Let me look that up. ",
    "tool-parallel": "",
    "tool-empty": "",
    "tool-html": "",
    "server-tool": "The page says nothing new.",
    "server-tool-error": "The search did not work.",
    "code-execution": "The answer is 42.",
    "citations": "The document says so.",
    "unknown-block": "That was a hologram.",
    "refusal": "",
    "refusal-text": "I can explain the first step: take the",
    "max-tokens": "This answer is longer than it may be and ends",
    "pause-turn": "I am still searching. ",
    "context-exceeded": "There is no room left for the rest of",
    "stop-sequence": "One, two, three. ",
    "empty": "",
    "empty-text": "",
    "null-stop": "This answer never says why it ended.",
    "hostile": HOSTILE,
    "controls": CONTROLS,
    "linesep": LINE_SEPARATORS,
    "emoji": "family 👩‍👩‍👧‍👦 thumb 👍🏽 flag 🇨🇭 script 𝒳 end",
    "many": None,
    "slow": None,
    "split": None,
    "burst": None,
    "gzip": None,
    "deflate": None,
    "http10": None,
    "length": None,
    "crlf": None,
    "cr": None,
    "comments": None,
    "multiline": None,
    "no-space": None,
    "unknown-stop-reason": None,
    "end-no-blank-line": None,
}


@pytest.fixture
async def sdk(server, no_authorities):
    async with anthropic.AsyncAnthropic(
        api_key="sk-ant-test-5678",
        base_url=server.base_url,
        max_retries=2,
        http_client=httpx2.AsyncClient(trust_env=False, verify=no_authorities),
    ) as sdk:
        yield sdk


def request(line, **changes):
    return {
        "model": "claude-opus-5-5",
        "max_tokens": 20000,
        "messages": [{"role": "user", "content": "Hello"}],
        "extra_headers": {"x-simulate": line},
        **changes,
    }


@pytest.mark.parametrize("name", TEXTS)
async def test_the_sdk_reads_a_healthy_stream_to_its_end(sdk, name, server):
    async with sdk.messages.stream(**request(f"{name} delay=0")) as stream:
        streamed = "".join([text async for text in stream.text_stream])
        message = await stream.get_final_message()
    final = "".join(block.text for block in message.content if block.type == "text")
    assert streamed == final
    if TEXTS[name] is None:
        assert final.startswith("# A simulated answer")
    else:
        assert final == TEXTS[name]
    entry = server.journal[-1]
    assert entry["headers"]["authorization"] == "…5678"
    assert entry["headers"]["anthropic-version"] == "2026-10-21"


async def test_the_sdk_reads_a_whole_answer(sdk):
    message = await sdk.messages.create(**request("answer"))
    assert [block.type for block in message.content] == ["thinking", "text"]
    assert message.usage.output_tokens > 100
    assert message._request_id.startswith("req_sim")


async def test_the_sdk_parses_the_input_of_a_tool(sdk):
    async with sdk.messages.stream(**request("tool delay=0")) as stream:
        message = await stream.get_final_message()
    assert message.content[-1].input["city"] == "Zürich"
    assert message.stop_reason == "tool_use"


async def test_the_sdk_retries_as_it_does_with_the_real_api(sdk, server):
    line = "status code=529 retry-after-ms=10 times=2"
    message = await sdk.messages.create(**request(line))
    assert message.stop_reason == "end_turn"
    assert [entry["scenario"] for entry in server.journal] == ["status"] * 3


async def test_the_sdk_raises_its_own_classes(sdk):
    with pytest.raises(anthropic.PermissionDeniedError) as caught:
        await sdk.messages.create(**request("status code=403"))
    assert caught.value.type == "permission_error"
    with pytest.raises(anthropic.BadRequestError, match="Extra inputs are not permitted"):
        await sdk.messages.create(**request("answer", extra_body={"temperature": 1}))
    with pytest.raises(anthropic.APIStatusError) as caught:
        async with sdk.messages.stream(**request("error-event delay=0")) as stream:
            await stream.get_final_message()
    assert caught.value.type == "overloaded_error"


async def test_the_sdk_counts_tokens_and_lists_models(sdk):
    turns = [{"role": "user", "content": "Hello"}]
    counted = await sdk.messages.count_tokens(model="claude-opus-5-5", messages=turns)
    assert counted.input_tokens > 0
    ids = [model.id async for model in sdk.models.list(limit=3, lifecycle=["active"])]
    assert "claude-opus-5-5" in ids
    assert len(ids) > 3
    model = await sdk.models.retrieve("claude-opus-5-5")
    assert model.lifecycle == "active"
