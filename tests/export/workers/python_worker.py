"""Executes programs one after another, as ``python program.py`` would, in one process.

Each line on standard input is ``{"path": …, "environ": {…}}``; each line on the descriptor given
is ``{"output": …, "error": …}``. It runs with the Python of one SDK and knows nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import json
import os
import runpy
import sys
import threading
import traceback


def execute(path: str, environ: dict[str, str]) -> tuple[str, str]:
    """What the program wrote, and what ended it ("" when it came to its end)."""
    folder = os.path.dirname(path)
    os.environ.update(environ)
    os.chdir(folder)
    sys.argv = [path]
    sys.path.insert(0, folder)
    output, error = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            runpy.run_path(path, run_name="__main__")
    except SystemExit as end:
        error = f"exit {end.code}" if end.code else ""
    except BaseException:
        error = traceback.format_exc()
    finally:
        del sys.path[0]
        asyncio.set_event_loop(None)
    left = [thread.name for thread in threading.enumerate() if not thread.daemon]
    return output.getvalue(), error or (f"threads are left: {left}" if len(left) > 1 else "")


def main() -> None:
    """Serve until standard input ends."""
    sys.dont_write_bytecode = True
    with os.fdopen(int(sys.argv[1]), "w", encoding="utf-8") as answers:
        for number, line in enumerate(sys.stdin):
            task = json.loads(line)
            output, error = execute(task["path"], task["environ"])
            answers.write(json.dumps({"output": output, "error": error}) + "\n")
            answers.flush()
            if number % 100 == 99:
                gc.collect()


main()
