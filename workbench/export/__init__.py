"""A request as source code that sends exactly what the workbench sends.

    source.py       what goes in and comes out
    targets.py      TARGETS: every kind of code by its key
    python/         the Python SDK of each generation, and plain httpx
    typescript/     the TypeScript SDK of each generation
    curl.py         a shell script
    raw.py          the body as JSON

A target is a pure function. Depends on `messages_api` and `catalogue` alone, and not on Django.
"""
