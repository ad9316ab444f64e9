"""Models, API versions, betas and every parameter."""

from __future__ import annotations

from .pieces import (
    CACHED,
    CACHED_LONG,
    CLOCK,
    EARLY,
    LATEST,
    NEW,
    OLD,
    SAMPLED,
    Json,
    ask,
    assistant,
    request,
    text,
    user,
)
from .texts import TEXTS

_MODELS = (
    "claude-fable-5-2",
    "claude-haiku-5-5",
    "claude-sonnet-5-5",
    "claude-opus-4-8",
    "claude-sonnet-4-5",
    "claude-3-7-sonnet-20250219",
    "anthropic.claude-opus-5-5",
    "claude-opus-4-5@20251101",
    "my-own/model:7b 'x'",
)
_SAMPLING: dict[str, Json] = {
    "temperature": {"temperature": 0.2},
    "temperature 0": {"temperature": 0},
    "temperature 1.0": {"temperature": 1.0},
    "top_p": {"top_p": 0.99},
    "top_k": {"top_k": 40},
    "all of it": {"temperature": 0.7, "top_p": 0.9, "top_k": 5},
}
_OPTIONS: dict[str, Json] = {
    "thinking adaptive": {"thinking": {"type": "adaptive"}},
    "thinking shown": {"thinking": {"type": "adaptive", "display": "summarized"}},
    "thinking omitted": {"thinking": {"type": "adaptive", "display": "omitted"}},
    "thinking between tools": {"thinking": {"type": "between_tools"}, "model": "claude-sonnet-5-5"},
    "thinking disabled": {"thinking": {"type": "disabled"}, "model": "claude-sonnet-5"},
    "thinking with a budget": {
        "thinking": {"type": "enabled", "budget_tokens": 2048},
        "model": EARLY,
        "max_tokens": 4096,
    },
    "thinking of an unknown kind": {"thinking": {"type": "deep", "levels": [1]}},
    **{
        f"effort {effort}": {"output_config": {"effort": effort}}
        for effort in ("low", "medium", "high", "xhigh", "max")
    },
    "effort and thinking": {
        "output_config": {"effort": "max"},
        "thinking": {"type": "adaptive", "display": "summarized"},
        "max_tokens": 64_000,
    },
    "no output_config": {"output_config": {}},
    "stop sequences": {"stop_sequences": ["END", "\n\nHuman:", "</a>", "'\"\\"]},
    "no stop sequences": {"stop_sequences": []},
    "metadata": {"metadata": {"user_id": "user-13"}},
    "no metadata": {"metadata": {}},
    "metadata with more": {"metadata": {"user_id": None, "trace": {"a": 1}}},
    "service tier": {"service_tier": "standard_only"},
    "region": {"inference_geo": "us"},
    "container": {"container": "container_011"},
    "container with skills": {
        "container": {
            "id": None,
            "skills": [{"type": "anthropic", "skill_id": "xlsx", "version": "latest"}],
        }
    },
    "diagnostics": {"diagnostics": {"previous_message_id": "msg_011"}},
    "diagnostics of nothing": {"diagnostics": {"previous_message_id": None}},
    "automatic caching": CACHED,
    "automatic caching for an hour": CACHED_LONG,
    "max_tokens 0": {"max_tokens": 0},
    "max_tokens 1": {"max_tokens": 1},
    "max_tokens 21333": {"max_tokens": 21_333},
    "max_tokens 21334": {"max_tokens": 21_334},
    "max_tokens 128000": {"max_tokens": 128_000},
    "no system text": {"system": ""},
    "system text": {"system": "Be brief."},
    "long system text": {"system": TEXTS["Markdown"] * 5},
    "system blocks": {"system": [text("One."), text("Two.\nThree.\n", **CACHED)]},
    "no system blocks": {"system": []},
    "stream in the body": {"stream": True},
    "stream off in the body": {"stream": False},
}
_BETAS: dict[str, tuple[tuple[str, ...], Json]] = {
    "fast": (("fast-mode-2026-02-01",), {"speed": "fast"}),
    "compaction": (
        ("compact-2026-09-04",),
        {"compaction": {"type": "auto", "trigger": {"type": "input_tokens", "value": 150_000}}},
    ),
    "context management": (
        ("context-management-2025-06-27",),
        {"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}},
    ),
    "fallbacks": (
        ("server-side-fallback-2026-07-01",),
        {"fallbacks": [{"model": "claude-opus-4-8"}], "fallback_credit_token": "x"},
    ),
    "MCP": (
        ("mcp-client-2026-09-15",),
        {
            "mcp_servers": [{"type": "url", "url": "https://mcp.example/sse", "name": "x"}],
            "tools": [{"type": "mcp_toolset", "mcp_server_name": "x"}],
        },
    ),
    "task budget": (
        ("task-budgets-2026-03-13",),
        {"output_config": {"task_budget": {"type": "tokens", "total": 50_000}}},
    ),
    "updates of thinking": (
        ("thinking-display-updates-2026-08-18",),
        {"thinking": {"type": "adaptive", "display": "updates"}},
    ),
    "thread": (("message-threads-2026-08-12",), {"thread": {"type": "create"}}),
    "billing policy": (
        ("user-profiles-billing-2026-10-01",),
        {"billing_policy": {"type": "user_profile"}},
    ),
    "an old one": (("prompt-caching-2024-07-31",), {"system": [text("x", **CACHED)]}),
    "several": (("files-api-2025-04-14", "pdfs-2024-09-25", "a-b_c.d"), {}),
    "the same twice": (("fast-mode-2026-02-01", "fast-mode-2026-02-01"), {}),
    "an odd name": (('it\'s-$(id)-`id`-"x"-\\-!1',), {}),
}

REQUESTS = {
    "simple": ask("Say hello."),
    "simple, old version": ask("Say hello.", api_version=OLD),
    "another version": ask("Say hello.", api_version="2027-01-01"),
    **{f"model {model}": ask(model=model) for model in _MODELS},
    **{f"old model {name}": ask(model=name, api_version=OLD) for name in (SAMPLED, EARLY)},
    **{
        f"sampling: {name}": ask(api_version=OLD, model=SAMPLED, **given)
        for name, given in _SAMPLING.items()
    },
    **{
        f"sampling, new version: {name}": ask(api_version=NEW, model=SAMPLED, **given)
        for name, given in list(_SAMPLING.items())[:1]
    },
    **{
        f"parameter: {name}": ask("Hi", **{"api_version": (NEW, OLD)[number % 2], **given})
        for number, (name, given) in enumerate(_OPTIONS.items())
    },
    **{
        f"beta: {name}": ask(betas=betas, **given, model=LATEST)
        for name, (betas, given) in _BETAS.items()
    },
    "beta: with the old version": ask(
        betas=("interleaved-thinking-2025-05-14",),
        api_version=OLD,
        model=EARLY,
        max_tokens=8192,
        thinking={"type": "enabled", "budget_tokens": 4096},
        tools=[CLOCK],
    ),
    "prefill": request(user("A list."), assistant("["), api_version=OLD, model=EARLY),
    "prefill of blocks": request(user("A list."), assistant(text("[")), model=EARLY),
    "prefill that ends in a blank": request(user("A list."), assistant("So: "), model=EARLY),
    "everything at once": request(
        user(text("One.", **CACHED), "Two."),
        assistant("Yes?"),
        user(TEXTS["Markdown"]),
        api_version=OLD,
        betas=("files-api-2025-04-14", "pdfs-2024-09-25"),
        model=SAMPLED,
        max_tokens=2048,
        system=TEXTS["Markdown"],
        temperature=0.5,
        stop_sequences=["END"],
        tools=[CLOCK],
        tool_choice={"type": "auto"},
        metadata={"user_id": "u"},
        service_tier="auto",
        output_config={"effort": "low"},
    ),
}
