"""Answers that end as they should, in every way a real one can end."""

from __future__ import annotations

from typing import Any

from workbench.simulator.answers import Answer
from workbench.simulator.blocks import Block, text_block, thinking_block, tool_block, whole_block
from workbench.simulator.citing import cited
from workbench.simulator.content import prose, thoughts
from workbench.simulator.replies import Reply
from workbench.simulator.server_tools import code_execution as executed_code
from workbench.simulator.server_tools import search_report, web_search
from workbench.simulator.server_tools import web_fetch as fetched_page
from workbench.simulator.stage import Register, Stage
from workbench.simulator.tools import two_calls

REGISTER = Register()

WEATHER = {"city": "Zürich", "days": 3, "units": "celsius", "precise": True}


@REGISTER.add("answer")
def answer(stage: Stage) -> Reply:
    """The default: an answer that says it is simulated and repeats what came."""
    return stage.respond(stage.answer())


@REGISTER.add("short")
def short(stage: Stage) -> Reply:
    """One sentence."""
    return stage.respond(stage.answer("This is a short simulated answer."))


@REGISTER.add("thinking")
def thinking(stage: Stage) -> Reply:
    """Thinking that can be read, then text."""
    return _made_of(stage, [thinking_block(thoughts(stage.call)), text_block(prose(stage.call))])


@REGISTER.add("thinking-omitted")
def thinking_omitted(stage: Stage) -> Reply:
    """Thinking without its text (display omitted), then text."""
    return _made_of(stage, [thinking_block(""), text_block(prose(stage.call))])


@REGISTER.add("redacted-thinking")
def redacted_thinking(stage: Stage) -> Reply:
    """A redacted thinking block, then text."""
    redacted = whole_block({"type": "redacted_thinking", "data": "c2ltdWxhdGVkLXNlY3JldA=="})
    return _made_of(stage, [redacted, text_block("The thinking before this was redacted.")])


@REGISTER.add("tool")
def tool(stage: Stage) -> Reply:
    """A tool call whose input arrives in pieces; stop reason tool_use."""
    blocks = [text_block("Let me look that up. "), tool_block(1, "get_weather", WEATHER)]
    return _made_of(stage, blocks, "tool_use")


@REGISTER.add("tool-parallel")
def tool_parallel(stage: Stage) -> Reply:
    """Two tool calls in one answer, of the request's own tools when it has some."""
    calls = two_calls(stage.call) or [
        tool_block(1, "get_weather", WEATHER),
        tool_block(2, "get_weather", {"city": "Chur", "days": 1, "units": "celsius"}),
    ]
    return _made_of(stage, calls, "tool_use")


@REGISTER.add("tool-empty")
def tool_empty(stage: Stage) -> Reply:
    """A tool call without any input."""
    return _made_of(stage, [tool_block(1, "get_time", None, raw="")], "tool_use")


@REGISTER.add("tool-cut")
def tool_cut(stage: Stage) -> Reply:
    """A tool call cut by max_tokens in the middle of its JSON."""
    return _made_of(stage, [tool_block(1, "get_weather", None, raw='{"city": "Zür')], "max_tokens")


@REGISTER.add("tool-html")
def tool_html(stage: Stage) -> Reply:
    """A tool call whose name and input hold HTML."""
    name = '<script>alert("tool")</script>'
    hostile = {"<img src=x onerror=alert(1)>": "</pre><script>alert(2)</script>", "__proto__": {}}
    return _made_of(stage, [tool_block(1, name, hostile)], "tool_use")


@REGISTER.add("server-tool")
def server_tool(stage: Stage) -> Reply:
    """A web search run by the server: call, result, text with a citation."""
    return _made_of(stage, [*web_search(1, stage.call.last_user_text), search_report()])


@REGISTER.add("server-tool-error")
def server_tool_error(stage: Stage) -> Reply:
    """A web search that failed inside a 200 answer."""
    search, found = web_search(1, stage.call.last_user_text)
    failed = {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}
    found.start["content"] = failed
    return _made_of(stage, [search, found, text_block("The search did not work.")])


@REGISTER.add("web-fetch")
def web_fetch(stage: Stage) -> Reply:
    """A page fetched by the server, as a document."""
    page = fetched_page(1, stage.call.last_user_text)
    return _made_of(stage, [*page, text_block("The page has one sentence.")])


@REGISTER.add("code-execution")
def code_execution(stage: Stage) -> Reply:
    """Code run by the server with its output."""
    code = executed_code(1, stage.call.last_user_text)
    return _made_of(stage, [*code, text_block("The answer is 42.")])


@REGISTER.add("citations")
def citations(stage: Stage) -> Reply:
    """Text with citations, of the request's own documents when they allow it."""
    citation = {
        "type": "char_location",
        "cited_text": "Simulated.",
        "document_index": 0,
        "document_title": "A document",
        "file_id": None,
        "start_char_index": 0,
        "end_char_index": 10,
    }
    made_up = [text_block("The document says so.", [citation])]
    return _made_of(stage, cited(stage.call) or made_up)


@REGISTER.add("unknown-block")
def unknown_block(stage: Stage) -> Reply:
    """A content block of a type that does not exist yet."""
    future = {"type": "hologram", "id": "holo_1", "frames": [1, 2, 3], "note": "<b>not bold</b>"}
    return _made_of(stage, [whole_block(future), text_block("That was a hologram.")])


@REGISTER.add("refusal")
def refusal(stage: Stage) -> Reply:
    """The model declines before it says anything (category=); the content is empty."""
    return _refused(stage, [])


@REGISTER.add("refusal-text")
def refusal_text(stage: Stage) -> Reply:
    """The model declines in the middle of a sentence."""
    return _refused(stage, [text_block("I can explain the first step: take the")])


@REGISTER.add("max-tokens")
def max_tokens(stage: Stage) -> Reply:
    """The answer is cut by max_tokens."""
    return _made_of(stage, [text_block("This answer is longer than it may be and ends")], _MAX)


@REGISTER.add("pause-turn")
def pause_turn(stage: Stage) -> Reply:
    """The server paused a long turn; send the content back to go on."""
    if stage.call.turns[-1].get("role") == "assistant":
        return _made_of(stage, [text_block("I searched on and found nothing new.")])
    blocks = [text_block("I am still searching. "), *web_search(1, stage.call.last_user_text)]
    return _made_of(stage, blocks, "pause_turn")


@REGISTER.add("context-exceeded")
def context_exceeded(stage: Stage) -> Reply:
    """The context window is full."""
    blocks = [text_block("There is no room left for the rest of")]
    return _made_of(stage, blocks, "model_context_window_exceeded")


@REGISTER.add("stop-sequence")
def stop_sequence(stage: Stage) -> Reply:
    """The answer ends at a stop sequence."""
    given = stage.call.body.get("stop_sequences") or ["END"]
    blocks = [text_block("One, two, three. ")]
    return _made_of(stage, blocks, "stop_sequence", stop_sequence=str(given[0]))


@REGISTER.add("empty")
def empty(stage: Stage) -> Reply:
    """An answer without any content."""
    return _made_of(stage, [])


@REGISTER.add("empty-text")
def empty_text(stage: Stage) -> Reply:
    """An answer with one text block that stays empty."""
    return _made_of(stage, [text_block("")])


@REGISTER.add("null-stop")
def null_stop(stage: Stage) -> Reply:
    """A whole answer whose stop reason stays null."""
    return _made_of(stage, [text_block("This answer never says why it ended.")], None)


_MAX = "max_tokens"


def _refused(stage: Stage, blocks: list[Block]) -> Reply:
    details = {
        "type": "refusal",
        "category": stage.call.wish.options.get("category", "cyber"),
        "explanation": "Simulated: the request was <b>classified</b> as a risk.",
    }
    return _made_of(stage, blocks, "refusal", stop_details=details)


def _made_of(
    stage: Stage, blocks: list[Block], stop_reason: str | None = "end_turn", **ending: Any
) -> Reply:
    answer: Answer = stage.made_of(blocks, stop_reason, **ending)
    return stage.respond(answer)
