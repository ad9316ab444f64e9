"""Stand-ins for the Django side, and the launcher with them: ``stand_in.py up|prepare|serve``."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from workbench.launch.options import Options
from workbench.launch.supervisor import Commands, Supervisor
from workbench.launch.web import serve


async def application(scope, receive, send):
    """Answers every GET with 200 and its process id."""
    if scope["type"] != "http":
        raise NotImplementedError(scope["type"])
    if scope["path"] == "/slow/":
        await asyncio.sleep(600)
    body = json.dumps({"database": "ok", "pid": os.getpid()}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def prepare() -> int:
    """Says the path of the welcome page, or fails as the environment asks."""
    if sentence := os.environ.get("STAND_IN_PREPARE_FAILS"):
        print(sentence, file=sys.stderr)
        return 1
    time.sleep(float(os.environ.get("STAND_IN_PREPARE_SECONDS", "0")))
    print(json.dumps({"welcome_path": "/welcome/abc/"}))
    return 0


def main() -> int:
    """Runs the part that the first argument names."""
    if sys.argv[1] == "prepare":
        return prepare()
    options = Options.read(os.environ)
    if sys.argv[1] == "serve":
        if os.environ.get("STAND_IN_SERVE_FAILS"):
            return 3
        return serve(options, "stand_in:application")
    return Supervisor(options, Commands.of(Path(__file__))).run()


if __name__ == "__main__":
    sys.exit(main())
