"""Why a body is refused: the simulator's own rules, next to its own table `accepted.py`.

Each rule takes the `Asked` and yields the messages of its refusals; `order.py` puts the rules in
their order, and the first message is the answer, as at the API. The messages are documented ones
where a page gives them, else `path: sentence` in the API's manner. What no source tells is
accepted. Sources, platform.claude.com: api/errors, versioning, migration-2026-10-21, thinking,
effort, structured-outputs, handle-tool-calls, define-tools, prompt-caching, vision and
mid-conversation-system-messages (2026-08 to 2026-11).
"""
