"""The values of the `anthropic-beta` header that are known, with what each switches on.

Sources: Python SDK 2.11.0, anthropic_beta_param.py and message_create_params.py (2026-11-19), the
release notes (read 2026-11-12). The header takes any value; these are suggestions.
"""

KNOWN_BETAS: dict[str, str] = {
    "compact-2026-09-04": "compaction of long conversations",
    "fast-mode-2026-02-01": "speed “fast”, on some models",
    "interleaved-thinking-2025-05-14": "thinking between tool calls, on models up to 4.5",
    "mcp-client-2026-09-15": "mcp_servers",
    "message-threads-2026-08-12": "thread",
    "mid-conversation-output-config-2026-07-01": "an effort per turn",
    "mid-conversation-system-clear-at-2026-08-21": "clear_at on system turns",
    "server-side-fallback-2026-07-01": "fallbacks",
    "task-budgets-2026-03-13": "output_config.task_budget",
    "thinking-binding-controls-2026-08-01": "thinking.block_binding",
    "thinking-display-updates-2026-08-18": "thinking.display “updates”",
    "user-profiles-billing-2026-10-01": "billing_policy",
}
