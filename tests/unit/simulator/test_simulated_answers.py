"""What the simulator answers when nothing goes wrong."""

import json

TOOLS = [
    {
        "name": "get_weather",
        "input_schema": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["days"],
        },
    }
]
SEARCH = [{"type": "web_search_20260318", "name": "web_search"}]


def text_of(message):
    return "".join(block["text"] for block in message["content"] if block["type"] == "text")


def joined(events, kind="text"):
    deltas = [e["delta"] for e in events if e["type"] == "content_block_delta"]
    return "".join(d[kind] for d in deltas if d["type"] == f"{kind}_delta")


async def test_the_default_answer_says_that_it_is_simulated_and_repeats_the_request(ask):
    message = (await ask("Weigh {{thing}} for Zürich", system="Be brief.")).json()
    text = text_of(message)
    assert "**This answer is simulated.**" in text
    assert "a system prompt of 9 characters" in text
    assert "> Weigh {{thing}} for Zürich" in text
    assert "nobody filled in: `{{thing}}`" in text
    assert "\n## " in text
    assert "```json" in text
    assert "| --- |" in text
    assert "\n- " in text
    assert message["stop_reason"] == "end_turn"


async def test_a_stream_says_the_same_as_the_whole_answer(ask, events):
    whole = (await ask("Hi there")).json()
    stream = await events("Hi there")
    streamed = joined(stream).replace('"stream": true', "")
    assert streamed.split("```")[0] == text_of(whole).split("```")[0]
    assert stream[-2]["delta"]["stop_reason"] == whole["stop_reason"]
    assert stream[-2]["usage"]["input_tokens"] == whole["usage"]["input_tokens"]


async def test_a_stream_has_the_events_of_the_api_in_their_order(events):
    stream = await events("Hi")
    types = [event["type"] for event in stream]
    assert types[:3] == ["message_start", "ping", "content_block_start"]
    assert types[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert set(types[3:-3]) == {"content_block_delta"}
    assert stream[0]["message"]["content"] == []
    assert stream[0]["message"]["stop_reason"] is None


async def test_a_prompt_cannot_ask_for_more_than_the_server_can_bear(events):
    for line in ("answer tokens=1000000000", "many tokens=1000000000"):
        stream = await events(line=line, max_tokens=128_000)
        assert stream[-2]["usage"]["output_tokens"] == 64_000


async def test_the_answer_has_the_length_asked_for(events):
    stream = await events(line="answer tokens=500")
    assert sum(event["type"] == "content_block_delta" for event in stream) == 500


async def test_max_tokens_cuts_the_answer(ask, events):
    message = (await ask(max_tokens=7)).json()
    assert message["stop_reason"] == "max_tokens"
    assert message["usage"]["output_tokens"] == 7
    stream = await events(max_tokens=7)
    assert joined(stream) == text_of(message)


async def test_max_tokens_zero_generates_nothing(ask):
    message = (await ask(max_tokens=0)).json()
    assert (message["content"], message["stop_reason"]) == ([], "max_tokens")


async def test_thinking_counts_toward_max_tokens(ask):
    thinking = {"type": "adaptive", "display": "summarized"}
    message = (await ask(max_tokens=5, thinking=thinking)).json()
    assert [block["type"] for block in message["content"]] == ["thinking"]
    assert message["usage"]["output_tokens_details"]["thinking_tokens"] == 5


async def test_a_stop_sequence_ends_the_answer_in_front_of_it(ask):
    message = (await ask(stop_sequences=["never said", "No model"])).json()
    assert message["stop_reason"] == "stop_sequence"
    assert message["stop_sequence"] == "No model"
    assert text_of(message).endswith("**This answer is simulated.** ")


async def test_models_of_line_5_think_first_and_omit_the_text(ask):
    first = (await ask(model="claude-opus-5-5")).json()["content"][0]
    assert (first["type"], first["thinking"]) == ("thinking", "")
    assert first["signature"]


async def test_older_models_do_not_think_unless_asked(ask):
    assert (await ask(model="claude-opus-4-8")).json()["content"][0]["type"] == "text"


async def test_summarized_thinking_streams_its_text_and_then_its_signature(events):
    shown = {"type": "adaptive", "display": "summarized"}
    stream = await events(model="claude-opus-5-5", thinking=shown)
    assert "nothing to think about" in joined(stream, "thinking")
    deltas = [e["delta"]["type"] for e in stream if e.get("index") == 0 and "delta" in e]
    assert deltas[-1] == "signature_delta"
    assert deltas.count("signature_delta") == 1


async def test_thinking_tokens_are_part_of_the_output_tokens(ask):
    shown = {"type": "adaptive", "display": "summarized"}
    used = (await ask(thinking=shown)).json()["usage"]
    assert 0 < used["output_tokens_details"]["thinking_tokens"] < used["output_tokens"]


async def test_manual_thinking_is_shown_by_default_on_older_models(ask):
    manual = {"type": "enabled", "budget_tokens": 1024}
    block = (await ask(model="claude-sonnet-4-5", thinking=manual)).json()["content"][0]
    assert "nothing to think about" in block["thinking"]


async def test_a_question_about_a_tool_leads_to_a_tool_call(events):
    stream = await events("What is the weather?", tools=TOOLS)
    (start,) = [
        e["content_block"]
        for e in stream
        if e["type"] == "content_block_start" and e["content_block"]["type"] == "tool_use"
    ]
    assert (start["name"], start["input"]) == ("get_weather", {})
    pieces = [e["delta"] for e in stream if e["type"] == "content_block_delta"]
    raw = "".join(d["partial_json"] for d in pieces if d["type"] == "input_json_delta")
    assert json.loads(raw) == {"days": 7, "city": "simulated city"}
    assert stream[-2]["delta"]["stop_reason"] == "tool_use"


async def test_a_forced_choice_calls_the_tool_at_once(ask):
    choice = {"type": "tool", "name": "get_weather"}
    message = (await ask("Hello", tools=TOOLS, tool_choice=choice)).json()
    assert [block["type"] for block in message["content"]] == ["tool_use"]


async def test_tools_that_are_not_asked_for_are_not_called(ask):
    assert (await ask("Hello", tools=TOOLS)).json()["stop_reason"] == "end_turn"
    none = {"type": "none"}
    message = (await ask("The weather?", tools=TOOLS, tool_choice=none)).json()
    assert message["stop_reason"] == "end_turn"


async def test_a_tool_result_is_answered_with_text(ask):
    call = (await ask("The weather?", tools=TOOLS)).json()
    (use,) = [block for block in call["content"] if block["type"] == "tool_use"]
    result = {"type": "tool_result", "tool_use_id": use["id"], "content": "12 degrees"}
    turns = [
        {"role": "user", "content": "The weather?"},
        {"role": "assistant", "content": call["content"]},
        {"role": "user", "content": [result]},
    ]
    message = (await ask(messages=turns, tools=TOOLS)).json()
    assert message["stop_reason"] == "end_turn"
    assert "12 degrees" in text_of(message)


async def test_a_server_tool_is_called_and_answered_in_one_turn(ask):
    message = (await ask("Search the web", tools=SEARCH)).json()
    types = [block["type"] for block in message["content"]]
    assert types == ["text", "server_tool_use", "web_search_tool_result", "text"]
    assert message["usage"]["server_tool_use"]["web_search_requests"] == 1
    assert message["stop_reason"] == "end_turn"


async def test_images_and_documents_are_mentioned(ask):
    image = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
    blocks = [
        {"type": "image", "source": image},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "x"}},
        {"type": "text", "text": "Compare"},
    ]
    text = text_of((await ask(blocks)).json())
    assert "- 1 image (image/png)\n" in text
    assert "- 1 document (text/plain)\n" in text


async def test_a_marked_prefix_is_written_to_the_cache_and_then_read(ask):
    marked = {"type": "text", "text": "long " * 2000, "cache_control": {"type": "ephemeral"}}
    first = (await ask(system=[marked])).json()["usage"]
    second = (await ask(system=[marked])).json()["usage"]
    assert first["cache_creation_input_tokens"] == second["cache_read_input_tokens"] > 2000
    assert first["cache_creation"]["ephemeral_5m_input_tokens"] > 2000
    assert second["cache_creation_input_tokens"] == first["cache_read_input_tokens"] == 0
    assert first["input_tokens"] == second["input_tokens"]


async def test_the_hour_of_a_cached_prefix_is_counted_apart(ask):
    hour = {"type": "ephemeral", "ttl": "1h"}
    marked = {"type": "text", "text": "long " * 2000, "cache_control": hour}
    used = (await ask(system=[marked])).json()["usage"]["cache_creation"]
    assert used["ephemeral_5m_input_tokens"] == 0
    assert used["ephemeral_1h_input_tokens"] > 2000


async def test_a_short_prefix_is_not_cached(ask):
    marked = {"type": "text", "text": "short", "cache_control": {"type": "ephemeral"}}
    used = (await ask(system=[marked])).json()["usage"]
    assert used["cache_creation_input_tokens"] == 0


async def test_an_answer_by_schema_is_json_with_required_properties_first(ask):
    schema = {
        "type": "object",
        "properties": {"note": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["age"],
        "additionalProperties": False,
    }
    form = {"format": {"type": "json_schema", "schema": schema}}
    text = text_of((await ask(output_config=form)).json())
    assert list(json.loads(text)) == ["age", "note"]
