"""Features that a prompt can be tried with: parallel tools, citations, caching, endings."""

import json

import jsonschema
import pytest

from tests.unit.catalogue.matrix_schemas import SCHEMAS

MARK = {"type": "ephemeral"}
CITING = {"citations": {"enabled": True}}
WEATHER = {
    "name": "get_weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}
CLOCK = {"name": "clock", "input_schema": {"type": "object", "properties": {}}}
SERVER_TOOLS = {
    "web_search": ("web_search_20260318", "Search the web"),
    "web_fetch": ("web_fetch_20260318", "Fetch the page"),
    "code_execution": ("code_execution_20260521", "Run this code"),
}


def uses_of(message):
    return [block for block in message["content"] if block["type"] == "tool_use"]


def text_of(message):
    return "".join(block["text"] for block in message["content"] if block["type"] == "text")


def citations_of(message):
    return [c for block in message["content"] for c in block.get("citations") or []]


@pytest.mark.parametrize(
    ("tools", "names"),
    [
        ([WEATHER, CLOCK], ["get_weather", "clock"]),
        ([WEATHER], ["get_weather", "get_weather"]),
    ],
)
async def test_a_request_for_the_tools_leads_to_two_calls_at_once(ask, tools, names):
    uses = uses_of((await ask("Please use the tools.", tools=tools)).json())
    assert [use["name"] for use in uses] == names
    assert uses[0]["id"] != uses[1]["id"]
    assert uses[0]["input"] != uses[1]["input"]


async def test_without_parallel_use_one_tool_is_called(ask):
    choice = {"type": "auto", "disable_parallel_tool_use": True}
    message = (await ask("Use the tools.", tools=[WEATHER, CLOCK], tool_choice=choice)).json()
    assert len(uses_of(message)) == 1


async def test_the_scenario_of_two_calls_takes_the_tools_of_the_request(ask):
    message = (await ask("Go", line="tool-parallel", tools=[CLOCK, WEATHER])).json()
    assert [use["name"] for use in uses_of(message)] == ["clock", "get_weather"]
    assert message["stop_reason"] == "tool_use"


async def test_the_results_of_both_calls_are_quoted_in_the_answer(ask):
    tools = [WEATHER, CLOCK]
    call = (await ask("Use the tools.", tools=tools)).json()
    first, second = uses_of(call)
    results = [
        {"type": "tool_result", "tool_use_id": first["id"], "content": "12 degrees"},
        {"type": "tool_result", "tool_use_id": second["id"], "content": "late", "is_error": True},
    ]
    turns = [
        {"role": "user", "content": "Use the tools."},
        {"role": "assistant", "content": call["content"]},
        {"role": "user", "content": results},
    ]
    message = (await ask(messages=turns, tools=tools)).json()
    assert "returned: 12 degrees" in text_of(message)
    assert "failed with: late" in text_of(message)
    assert message["stop_reason"] == "end_turn"


async def test_a_tool_of_anthropics_own_is_called_with_an_input_it_knows(ask):
    tools = [{"type": "bash_20250124", "name": "bash"}]
    (use, *_) = uses_of((await ask("Use the tool", tools=tools)).json())
    assert (use["name"], use["input"]) == ("bash", {"command": "echo simulated"})


@pytest.mark.parametrize("name", SERVER_TOOLS)
async def test_a_server_tool_that_is_asked_for_is_run_at_once(ask, name):
    kind, text = SERVER_TOOLS[name]
    message = (await ask(text, tools=[{"type": kind, "name": name}])).json()
    call, result = message["content"][1:3]
    assert (call["type"], call["name"]) == ("server_tool_use", name)
    assert (result["type"], result["tool_use_id"]) == (f"{name}_tool_result", call["id"])
    assert message["stop_reason"] == "end_turn"
    assert bool(message["container"]) == (name == "code_execution")


async def test_fetched_pages_are_counted(ask):
    used = (await ask(line="web-fetch")).json()["usage"]["server_tool_use"]
    assert used == {"web_search_requests": 0, "web_fetch_requests": 1}


SOURCES = [
    (
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Abc"}},
        {"type": "char_location", "cited_text": "Abc", "end_char_index": 3},
    ),
    (
        {"type": "document", "title": "T", "source": {"type": "url", "url": "https://a.org/a.pdf"}},
        {"type": "page_location", "start_page_number": 1, "document_title": "T"},
    ),
    (
        {
            "type": "document",
            "source": {"type": "content", "content": [{"type": "text", "text": "Chunk"}]},
        },
        {"type": "content_block_location", "cited_text": "Chunk", "end_block_index": 1},
    ),
    (
        {
            "type": "search_result",
            "source": "https://a.org",
            "title": "S",
            "content": [{"type": "text", "text": "Found"}],
        },
        {"type": "search_result_location", "cited_text": "Found", "source": "https://a.org"},
    ),
]


@pytest.mark.parametrize(("source", "expected"), SOURCES)
async def test_each_kind_of_source_is_cited_in_its_own_way(ask, source, expected):
    question = {"type": "text", "text": "What does it say?"}
    (citation,) = citations_of((await ask([source | CITING, question])).json())
    assert {name: citation[name] for name in expected} == expected
    assert not citations_of((await ask([source, question])).json())


async def test_a_document_is_cited_by_its_place_among_all_documents(ask):
    plain = SOURCES[0][0]
    message = (await ask([plain, plain | CITING, {"type": "text", "text": "Well?"}])).json()
    assert [citation["document_index"] for citation in citations_of(message)] == [1]


async def test_thinking_between_tools_notes_something_once_there_are_results(ask):
    thinking = {"type": "between_tools"}
    model = "claude-sonnet-5-5"
    before = (await ask("Use the tool", model=model, tools=[CLOCK], thinking=thinking)).json()
    assert "thinking" not in {block["type"] for block in before["content"]}
    result = {"type": "tool_result", "tool_use_id": uses_of(before)[0]["id"], "content": "noon"}
    turns = [
        {"role": "user", "content": "Use the tool"},
        {"role": "assistant", "content": before["content"]},
        {"role": "user", "content": [result]},
    ]
    after = (await ask(messages=turns, model=model, tools=[CLOCK], thinking=thinking)).json()
    assert after["content"][0]["type"] == "thinking"


async def test_a_growing_conversation_reads_what_it_wrote_and_writes_the_rest(ask):
    turns = [{"role": "user", "content": "word " * 4000}]
    first = (await ask(messages=turns, cache_control=MARK)).json()["usage"]
    turns += [{"role": "assistant", "content": "Yes?"}, {"role": "user", "content": "more " * 2000}]
    second = (await ask(messages=turns, cache_control=MARK)).json()["usage"]
    assert second["cache_read_input_tokens"] == first["cache_creation_input_tokens"] > 5000
    assert 2500 <= second["cache_creation_input_tokens"] < 2600


async def test_a_moved_mark_leaves_the_prefix_as_it_was(ask):
    long = {"type": "text", "text": "word " * 4000}
    first = (await ask([long | {"cache_control": MARK}])).json()["usage"]
    turns = [
        {"role": "user", "content": [long]},
        {"role": "assistant", "content": "Yes?"},
        {"role": "user", "content": [{"type": "text", "text": "Go", "cache_control": MARK}]},
    ]
    second = (await ask(messages=turns)).json()["usage"]
    assert second["cache_read_input_tokens"] == first["cache_creation_input_tokens"] > 5000


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({}, None),
        ({"model": "claude-opus-5"}, "model_changed"),
        ({"system": "Other."}, "system_changed"),
        ({"tools": [CLOCK]}, "tools_changed"),
        ({"text": "Good bye"}, "messages_changed"),
    ],
)
async def test_a_missed_cache_is_explained_when_asked(ask, change, kind):
    before = (await ask("Hello", system="Be brief.")).json()["id"]
    asked = {"system": "Be brief.", "diagnostics": {"previous_message_id": before}} | change
    found = (await ask(**({"text": "Hello"} | asked))).json()["diagnostics"]
    assert (found and found["cache_miss_reason"]["type"]) == kind


async def test_an_unknown_message_before_is_said_to_be_unknown(ask):
    found = (await ask(diagnostics={"previous_message_id": "msg_gone"})).json()["diagnostics"]
    assert found == {"cache_miss_reason": {"type": "previous_message_not_found"}}
    assert (await ask(diagnostics={"previous_message_id": None})).json()["diagnostics"] is None


async def test_a_refusal_has_the_category_asked_for(ask):
    details = (await ask(line="refusal category=bio")).json()["stop_details"]
    assert (details["type"], details["category"]) == ("refusal", "bio")


async def test_a_paused_turn_goes_on_when_it_is_sent_back(ask):
    question = {"role": "user", "content": "simulate: pause-turn delay=0"}
    paused = (await ask(messages=[question])).json()
    assert paused["stop_reason"] == "pause_turn"
    turns = [question, {"role": "assistant", "content": paused["content"]}]
    assert (await ask(messages=turns)).json()["stop_reason"] == "end_turn"


async def test_the_fast_speed_has_rate_limits_of_its_own(ask):
    headers = (await ask(speed="fast")).headers
    assert headers["anthropic-fast-input-tokens-limit"] == "200000"
    assert "anthropic-fast-input-tokens-limit" not in (await ask()).headers


FITTING = [case for case in SCHEMAS if not case.path]


@pytest.mark.parametrize("case", FITTING, ids=[case.name for case in FITTING])
async def test_a_structured_answer_is_valid_by_the_schema_that_was_given(ask, case):
    message = (await ask("Hello", **case.body)).json()
    schema = case.body["output_config"]["format"]["schema"]
    jsonschema.validate(json.loads(text_of(message)), schema)
