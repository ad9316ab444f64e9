"""What the simulator accepts and refuses, and how a scenario is chosen."""

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.simulator import SimulatorTransport

OLD = "2023-06-01"
MESSAGES = "http://simulator/v1/messages"


async def test_a_request_without_a_key_is_refused_with_401(client):
    client.headers.pop("x-api-key")
    response = await client.post(MESSAGES, json={})
    assert response.status_code == 401
    assert response.json()["error"]["type"] == "authentication_error"


async def test_a_bearer_key_is_as_good_as_the_key_header(client, ask):
    client.headers.pop("x-api-key")
    client.headers["authorization"] = "Bearer sk-ant-test-9876"
    assert (await ask()).status_code == 200


async def test_the_request_id_of_the_header_is_the_one_in_the_error_body(ask):
    response = await ask(max_tokens="many")
    assert response.status_code == 400
    assert response.json()["request_id"] == response.headers["request-id"]


async def test_answers_carry_rate_limit_headers(ask):
    headers = (await ask()).headers
    assert headers["anthropic-ratelimit-requests-remaining"] == "999"
    assert headers["anthropic-ratelimit-input-tokens-limit"] == "2000000"


@pytest.mark.parametrize("path", ["/v1/complete", "/v1/v1/messages", "/", "/proxy/v1/messages"])
async def test_an_unknown_path_is_404(client, path):
    response = await client.post(f"http://simulator{path}", json={})
    assert response.status_code == 404
    assert response.json()["error"]["type"] == "not_found_error"


async def test_the_query_of_a_message_is_ignored(client):
    body = {"model": "claude-opus-4-8", "max_tokens": 9, "messages": []}
    response = await client.post(f"{MESSAGES}?beta=true", json=body)
    assert response.status_code == 400


@pytest.mark.parametrize("model", ["claude-missing-1", "claude-3-opus-20240229"])
async def test_a_missing_or_retired_model_is_404(ask, model):
    response = await ask(model=model)
    assert response.status_code == 404
    assert response.json()["error"] == {"type": "not_found_error", "message": f"model: {model}"}


async def test_a_model_nobody_knows_answers(ask):
    assert (await ask(model="claude-future-9")).status_code == 200


@pytest.mark.parametrize("version", ["", "2024-01-01"])
async def test_an_unknown_api_version_is_refused(ask, version):
    response = await ask(version=version)
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith("anthropic-version")


@pytest.mark.parametrize("name", ["temperature", "top_p", "top_k"])
async def test_the_new_api_version_takes_no_sampling_parameter(ask, name):
    response = await ask(**{name: 1})
    assert response.status_code == 400
    assert response.json()["error"]["message"] == f"{name}: Extra inputs are not permitted"


async def test_the_old_api_version_takes_a_temperature_for_older_models(ask):
    assert (await ask(version=OLD, model="claude-sonnet-4-6", temperature=0.3)).status_code == 200
    assert (await ask(version=OLD, model="claude-opus-5-5", temperature=0.3)).status_code == 400


async def test_prefill_works_on_old_models_only(ask):
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Well"}]
    refused = await ask(messages=turns, model="claude-opus-5-5")
    assert "does not support assistant message prefill" in refused.json()["error"]["message"]
    assert (await ask(messages=turns, model="claude-haiku-4-5")).status_code == 200


async def test_a_forced_tool_choice_is_refused_where_it_is_gone(ask):
    tools = [{"name": "f", "input_schema": {"type": "object"}}]
    response = await ask(model="claude-opus-5-5", tools=tools, tool_choice={"type": "any"})
    assert response.json()["error"]["message"] == (
        'tool_choice: type "tool" and "any" are not supported for this model.'
    )


@pytest.mark.parametrize(
    ("model", "kind", "said"),
    [
        ("claude-opus-5-5", {"type": "enabled", "budget_tokens": 1024}, '"thinking.type.enabled"'),
        ("claude-opus-5-5", {"type": "disabled"}, '"thinking.type.disabled"'),
        ("claude-haiku-4-5", {"type": "adaptive"}, "adaptive thinking is not supported"),
    ],
)
async def test_thinking_of_the_wrong_type_is_refused_in_the_words_of_the_api(
    ask, model, kind, said
):
    response = await ask(model=model, thinking=kind)
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith(said)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"max_tokens": None}, "max_tokens: Input should be a valid integer"),
        ({"model": 7}, "model: Input should be a valid string"),
        ({"messages": "Hi"}, "messages: Input should be a valid array"),
        ({"messages": []}, "messages: at least one message is required"),
        ({"messages": [7]}, "messages.0: Input should be an object"),
        ({"messages": [{"role": "user", "content": [1]}]}, "messages.0.content.0: Input should"),
    ],
)
async def test_a_body_of_the_wrong_shape_is_named_by_its_path(ask, change, message):
    response = await ask(**change)
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith(message)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"a": NaN}', b'{"model": "\\ud83d"}'])
async def test_a_body_that_is_no_json_object_is_refused(client, raw):
    response = await client.post(MESSAGES, content=raw)
    assert response.status_code == 400
    assert "not valid JSON" in response.json()["error"]["message"]


async def test_a_body_above_32_megabytes_is_too_large(client):
    response = await client.post(MESSAGES, content=b" " * 32_000_001)
    assert response.status_code == 413
    assert response.json()["error"]["type"] == "request_too_large"


async def test_counting_tokens_is_deterministic_and_grows_with_the_text(client):
    url = f"{MESSAGES}/count_tokens"
    body = {"model": "claude-opus-5-5", "messages": [{"role": "user", "content": "word " * 100}]}
    first = (await client.post(url, json=body)).json()
    assert first == (await client.post(url, json=body)).json()
    body["system"] = "word " * 100
    assert (await client.post(url, json=body)).json()["input_tokens"] > first["input_tokens"] + 99
    refused = await client.post(url, json={**body, "max_tokens": 7})
    assert refused.json()["error"]["message"] == "max_tokens: Extra inputs are not permitted"


async def test_the_scenario_of_the_text_is_for_messages_only(client):
    turns = [{"role": "user", "content": "simulate: status code=529"}]
    body = {"model": "claude-opus-5-5", "messages": turns}
    counted = await client.post(f"{MESSAGES}/count_tokens", json=body)
    assert counted.status_code == 200
    answered = await client.post(MESSAGES, json={**body, "max_tokens": 10})
    assert answered.status_code == 529


async def test_the_header_wins_over_the_text(ask):
    response = await ask("Hello\nsimulate: status code=500", line="status code=503")
    assert response.status_code == 503


async def test_a_scenario_can_stand_in_any_line_of_the_last_user_text(ask):
    blocks = [{"type": "text", "text": "Hi"}, {"type": "text", "text": "  Simulate: code=402\nBye"}]
    assert (await ask(blocks)).status_code == 402


async def test_an_earlier_turn_does_not_choose_the_scenario(ask):
    turns = [
        {"role": "user", "content": "simulate: code=500"},
        {"role": "assistant", "content": "No."},
        {"role": "user", "content": "Again"},
    ]
    assert (await ask(messages=turns)).status_code == 200


async def test_an_unknown_scenario_is_refused_and_near_names_are_offered(ask):
    response = await ask(line="drop-mid-jsn")
    assert response.status_code == 400
    assert "drop-mid-json" in response.json()["error"]["message"]


async def test_times_lets_the_retry_succeed_and_starts_again_afterwards(ask):
    text = "simulate: status code=529 times=2"
    codes = [(await ask(text)).status_code for _ in range(4)]
    assert codes == [529, 529, 200, 529]


async def test_the_journal_keeps_the_body_and_masks_the_key(ask, transport):
    await ask("Hello {{name}}", line="short")
    (entry,) = transport.journal
    assert entry["headers"]["x-api-key"] == "…1234"
    assert entry["body"]["messages"][0]["content"] == "Hello {{name}}"
    assert (entry["scenario"], entry["ended"], entry["method"]) == ("short", "complete", "POST")


async def test_the_journal_can_be_read_and_cleared_over_http(client, ask):
    await ask()
    url = "http://simulator/__journal__"
    assert len((await client.get(url)).json()) == 1
    assert (await client.delete(url)).json() == []
    assert (await client.get(url)).json() == []


@pytest.mark.parametrize(
    ("key", "status", "kind"),
    [
        ("sk-ant-wrong-1", 401, "authentication_error"),
        ("sk-ant-poor-1", 402, "billing_error"),
        ("sk-ant-elsewhere-1", 403, "permission_error"),
    ],
)
async def test_keys_that_begin_so_are_refused(client, ask, key, status, kind):
    client.headers["x-api-key"] = key
    response = await ask()
    assert response.status_code == status
    assert response.json()["error"]["type"] == kind


async def test_the_first_byte_comes_after_the_time_asked_for(client, ask):
    client.timeout = httpx.Timeout(0.05)
    with pytest.raises(httpx.ReadTimeout):
        await ask(line="answer first=1")


ODD_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["system", "messages", "tools", "tool_choice", "thinking", "output_config", "stream"]
FIELDS += ["stop_sequences", "cache_control", "metadata", "max_tokens", "model", "speed", "zzz"]


@given(st.dictionaries(st.sampled_from(FIELDS), ODD_VALUES, max_size=3), ODD_VALUES)
@settings(max_examples=150)
async def test_whatever_the_body_the_answer_is_a_message_or_an_error(changes, content):
    body = {
        "model": "claude-opus-5-5",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": content}],
        **changes,
    }
    headers = {"x-api-key": "k", "anthropic-version": "2026-10-21", "x-simulate": "answer delay=0"}
    async with httpx.AsyncClient(transport=SimulatorTransport()) as client:
        response = await client.post(MESSAGES, json=body, headers=headers)
    assert response.status_code in {200, 400, 404}


async def test_a_body_nested_too_deeply_is_refused(client):
    deep = b'{"model":"m","max_tokens":1,"messages":[],"x":' + b"[" * 500 + b"]" * 500 + b"}"
    response = await client.post(MESSAGES, content=deep)
    assert response.status_code == 400
    assert "levels deep" in response.json()["error"]["message"]


async def test_the_journal_forgets_the_oldest_bodies_when_they_grow(client, transport):
    for number in range(30):
        await client.post(f"{MESSAGES}?n={number}", content=b"x" * 1_900_000)
    assert 20 < len(transport.journal) < 30
    assert transport.journal[-1]["path"].endswith("n=29")
