"""The cases of the parameters beside the conversation: one list per parameter."""

from __future__ import annotations

from typing import Any

from . import matrix as m
from .matrix import Case, assistant, fine, refused_by, user, wrong

TOOL: dict[str, Any] = {"name": "clock", "input_schema": {"type": "object"}}
BUDGET = {"type": "enabled", "budget_tokens": 1024}
TAKE_BUDGETS = m.EVERY - m.REFUSE_ENABLED

MAX_TOKENS = [
    *(fine(str(value), max_tokens=value) for value in (0, 1, 64_000)),
    *(wrong("max_tokens", repr(value), max_tokens=value) for value in (-1, "abc", 1.5, True, None)),
    refused_by(m.WRITE_64K, "max_tokens", "64,001", max_tokens=64_001),
    refused_by(m.WRITE_64K, "max_tokens", "128,000", max_tokens=128_000),
    refused_by(m.WRITE_64K | m.WRITE_128K, "max_tokens", "128,001", max_tokens=128_001),
    refused_by(m.WRITE_64K | m.WRITE_128K, "max_tokens", "10^9", max_tokens=10**9),
]


def _sampling(path: str, by: frozenset[str], **values: Any) -> Case:
    return Case(str(values), values, path, old=by, new=m.EVERY)


SAMPLING = [
    _sampling("temperature", m.NONE, temperature=1),
    _sampling("temperature", m.NONE, temperature=1.0),
    _sampling("temperature", m.NONE, temperature=None),
    _sampling("temperature", m.REFUSE_SAMPLING, temperature=0),
    _sampling("temperature", m.REFUSE_SAMPLING, temperature=0.7),
    _sampling("temperature", m.KNOWN, temperature=1.1),
    _sampling("temperature", m.KNOWN, temperature=-0.1),
    _sampling("temperature", m.EVERY, temperature="hot"),
    _sampling("temperature", m.EVERY, temperature=True),
    _sampling("top_p", m.NONE, top_p=0.99),
    _sampling("top_p", m.REFUSE_ALL_BUT_0_99, top_p=0.995),
    _sampling("top_p", m.REFUSE_ALL_BUT_0_99, top_p=1),
    _sampling("top_p", m.REFUSE_SAMPLING, top_p=0.5),
    _sampling("top_p", m.KNOWN, top_p=1.01),
    _sampling("top_p", m.EVERY, top_p="most"),
    _sampling("top_p", m.REFUSE_ALL_BUT_0_99, temperature=1, top_p=0.99),
    _sampling("top_k", m.REFUSE_SAMPLING, top_k=0),
    _sampling("top_k", m.REFUSE_SAMPLING, top_k=40),
    _sampling("top_k", m.KNOWN, top_k=-1),
    _sampling("top_k", m.EVERY, top_k=1.5),
]

_PREFILLED = [user("Hi"), assistant("Well")]
_PAUSED = [user("Hi"), assistant({"type": "server_tool_use", "id": "s", "name": "web_search"})]
PREFILL = [
    refused_by(m.REFUSE_PREFILL, "messages.1", "a text", messages=_PREFILLED),
    refused_by(m.REFUSE_PREFILL, "messages.0", "from the start", messages=[assistant("Well")]),
    fine("after pause_turn", messages=_PAUSED),
    wrong(
        "messages.1",
        "with thinking on",
        only=m.CONTINUE_A_TURN,
        messages=_PREFILLED,
        thinking=BUDGET,
        max_tokens=2000,
    ),
    fine(
        "with thinking off",
        only=m.CONTINUE_A_TURN,
        messages=_PREFILLED,
        thinking={"type": "disabled"},
    ),
]

_BY_TYPE = {
    "adaptive": m.REFUSE_ADAPTIVE,
    "disabled": m.REFUSE_DISABLED,
    "between_tools": m.REFUSE_BETWEEN_TOOLS,
    "dreaming": m.KNOWN,
}


def _adaptive(**more: Any) -> dict[str, Any]:
    return {"type": "adaptive"} | more


THINKING = [
    *(
        refused_by(by, "thinking.type", kind, thinking={"type": kind})
        for kind, by in _BY_TYPE.items()
    ),
    refused_by(m.REFUSE_ENABLED, "thinking.type", "enabled", thinking=BUDGET, max_tokens=2000),
    fine("null", thinking=None),
    wrong("thinking", "a text", thinking="adaptive"),
    wrong("thinking", "no type", thinking={}),
]
THINKING_DISPLAY = [
    *(
        refused_by(m.REFUSE_ADAPTIVE, "thinking.type", shown, thinking=_adaptive(display=shown))
        for shown in ("summarized", "omitted")
    ),
    wrong("thinking.display", "loud", thinking=_adaptive(display="loud")),
    wrong("thinking.display", "updates", thinking=_adaptive(display="updates")),
    fine(
        "updates with its beta",
        only=m.EVERY - m.REFUSE_ADAPTIVE,
        betas=["thinking-display-updates-2026-08-18"],
        thinking=_adaptive(display="updates"),
    ),
    wrong("thinking.display", "disabled", thinking={"type": "disabled", "display": "omitted"}),
    wrong("thinking", "between", thinking={"type": "between_tools", "display": "omitted"}),
    wrong("thinking.block_binding", "binding", thinking=_adaptive(block_binding="off")),
]


def _budget(value: Any, most: int = 4096, **more: Any) -> dict[str, Any]:
    return {"thinking": {"type": "enabled", "budget_tokens": value}, "max_tokens": most} | more


_PATH = "thinking.budget_tokens"
THINKING_BUDGET = [
    *(fine(f"{n} of 4096", only=TAKE_BUDGETS, **_budget(n)) for n in (1024, 4095)),
    *(
        wrong(_PATH, repr(value), only=TAKE_BUDGETS, **_budget(value))
        for value in (1023, 0, -1, None, "1024", True)
    ),
    Case("4096 of 4096", _budget(4096), _PATH, m.EVERY, m.EVERY, (), TAKE_BUDGETS, True),
    fine(
        "interleaved", only=TAKE_BUDGETS, betas=["interleaved-thinking-2025-05-14"], **_budget(9999)
    ),
]

_EFFORT = "output_config.effort"


def _effort(level: Any, **more: Any) -> dict[str, Any]:
    return {"output_config": {"effort": level}} | more


_CALM = [("disabled", m.REFUSE_DISABLED, m.REFUSE_DISABLED_ABOVE_HIGH)]
_CALM += [("between_tools", m.REFUSE_BETWEEN_TOOLS, m.REFUSE_BETWEEN_TOOLS_ABOVE_HIGH)]
EFFORT = [
    *(
        refused_by(m.REFUSE_EFFORT, _EFFORT, level, **_effort(level))
        for level in ("low", "medium", "high")
    ),
    refused_by(m.REFUSE_XHIGH, _EFFORT, "xhigh", **_effort("xhigh")),
    refused_by(m.REFUSE_MAX, _EFFORT, "max", **_effort("max")),
    refused_by(m.KNOWN, _EFFORT, "extreme", **_effort("extreme")),
    wrong(_EFFORT, "3", **_effort(3)),
    fine("null", **_effort(None)),
    wrong("output_config", "no object", output_config="high"),
    wrong("output_config.task_budget", "budget", output_config={"task_budget": {"total": 9}}),
    fine(
        "task budget with its beta",
        betas=["task-budgets-2026-03-13"],
        output_config={"task_budget": {"total": 9}},
    ),
]
EFFORT_BESIDE_THINKING = [
    Case(
        f"{level} with {kind}",
        _effort(level, thinking={"type": kind}),
        _EFFORT,
        calm if level in ("xhigh", "max") else m.NONE,
        calm if level in ("xhigh", "max") else m.NONE,
        only=m.EVERY - refused - m.REFUSE_XHIGH,
    )
    for kind, refused, calm in _CALM
    for level in ("low", "medium", "high", "xhigh", "max")
]


def _choice(kind: Any, **more: Any) -> dict[str, Any]:
    return {"tools": [TOOL], "tool_choice": {"type": kind} | more}


_TYPE = "tool_choice.type"
TOOL_CHOICE = [
    *(fine(kind, **_choice(kind)) for kind in ("auto", "none")),
    refused_by(m.REFUSE_FORCED_TOOLS, _TYPE, "any", **_choice("any")),
    refused_by(m.REFUSE_FORCED_TOOLS, _TYPE, "tool", **_choice("tool", name="clock")),
    *(
        wrong(_TYPE, f"{kind}, thinking", **_choice(kind, name="clock"), **_budget(1024))
        for kind in ("any", "tool")
    ),
    fine("auto, thinking", only=TAKE_BUDGETS, **_choice("auto"), **_budget(1024)),
    fine("not parallel", **_choice("auto", disable_parallel_tool_use=True)),
    wrong(
        "tool_choice.disable_parallel_tool_use",
        "parallel: 1",
        **_choice("auto", disable_parallel_tool_use=1),
    ),
    wrong("tool_choice", "some", **_choice("some")),
    wrong("tool_choice", "a text", tools=[TOOL], tool_choice="auto"),
    wrong(_TYPE, "any without tools", tool_choice={"type": "any"}),
    wrong("tool_choice.name", "tool without a name", **_choice("tool")),
    wrong("tool_choice.name", "another tool", **_choice("tool", name="watch")),
]

OPTIONS = [
    *(fine(tier, service_tier=tier) for tier in ("auto", "standard_only")),
    wrong("service_tier", "gold", service_tier="gold"),
    *(
        refused_by(m.REFUSE_REGION, "inference_geo", region, inference_geo=region)
        for region in ("global", "us")
    ),
    wrong("inference_geo", "moon", inference_geo="moon"),
    fine("standard speed", speed="standard"),
    refused_by(m.REFUSE_FAST, "speed", "fast", speed="fast"),
    wrong("speed", "slow", speed="slow"),
    *(fine(f"stream {value}", stream=value) for value in (True, False)),
    wrong("stream", "stream yes", stream="yes"),
    fine("user id", metadata={"user_id": "u-1"}),
    wrong("metadata.user_id", "user id 7", metadata={"user_id": 7}),
    wrong("metadata", "metadata text", metadata="u-1"),
    *(fine(f"stop {value}", stop_sequences=value) for value in ([], ["END"], ["a", "b", "\nc"])),
    wrong("stop_sequences", "stop text", stop_sequences="END"),
    wrong("stop_sequences.1", "stop 5", stop_sequences=["END", 5]),
    wrong("stop_sequences.0", "stop blank", stop_sequences=[" \n"]),
    fine("container id", container="container_1"),
    fine("container skills", container={"id": "container_1", "skills": []}),
    wrong("container", "container 5", container=5),
    *(fine(f"diagnose {i}", diagnostics={"previous_message_id": i}) for i in ("msg_1", None)),
    wrong("diagnostics", "diagnose text", diagnostics="msg_1"),
    wrong("diagnostics.previous_message_id", "id 5", diagnostics={"previous_message_id": 5}),
    fine("unknown key", hologram={"size": 3}),
]
_BETAS = {
    "context_management": "context-management-2025-06-27",
    "compaction": "compact-2026-09-04",
    "fallbacks": "server-side-fallback-2026-07-01",
    "fallback_credit_token": "server-side-fallback-2026-07-01",
    "mcp_servers": "mcp-client-2026-09-15",
    "thread": "message-threads-2026-08-12",
    "billing_policy": "user-profiles-billing-2026-10-01",
}
BETA_FIELDS = [
    *(wrong(name, name, **{name: [{"a": 1}]}) for name in _BETAS),
    *(
        fine(f"{name} with its beta", betas=[beta], **{name: [{"a": 1}]})
        for name, beta in _BETAS.items()
    ),
    wrong("messages.0.output_config", "turn effort", messages=[user("Hi") | {"output_config": {}}]),
    wrong("messages.0.clear_at", "clear_at", messages=[user("Hi") | {"clear_at": "end"}]),
]
