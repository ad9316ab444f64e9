"""What a run would have said if nothing had gone wrong."""

from __future__ import annotations

from typing import Any

import orjson

from workbench.simulator.answers import answer_to
from workbench.simulator.calls import Call
from workbench.simulator.prompt_cache import PromptCache


def whole_answer(body: Any) -> str:
    """The text the simulator gives to a request body, before any fault."""
    call = Call(1, "POST", "/v1/messages", {}, orjson.dumps(body))
    blocks = answer_to(call, PromptCache()).message()["content"]
    return "".join(block["text"] for block in blocks if block["type"] == "text")
