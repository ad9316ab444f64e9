"""Programs executed: in a worker that lives on, or in a process of their own."""

from __future__ import annotations

import json
import os
import select
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from workbench.export.source import Export

from . import places
from .recording import Recorder

SECONDS = 60
"""How long one program may take."""
KEY = "sk-ant-test-0000"


@dataclass(frozen=True)
class Outcome:
    """What a program wrote on both streams, and how it failed, "" when it did not."""

    output: str
    error: str


def environ_for(
    recorder: Recorder, home: Path, *, by_proxy: bool, more: Mapping[str, str]
) -> dict[str, str]:
    """The whole environment of a program, ``more`` included.

    With ``by_proxy`` it calls the hosts it would call anywhere, and the recorder takes them.
    """
    trusted = str(recorder.authority.trusted)
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "SSL_CERT_FILE": trusted,
        "REQUESTS_CA_BUNDLE": trusted,
        "NODE_EXTRA_CA_CERTS": trusted,
        "CURL_CA_BUNDLE": trusted,
        "NODE_USE_ENV_PROXY": "1",
        "HTTPS_PROXY": recorder.url,
        "https_proxy": recorder.url,
        "ANTHROPIC_API_KEY": KEY,
    }
    if not by_proxy:
        environ["ANTHROPIC_BASE_URL"] = recorder.url
    return {**environ, **more}


class Folder:
    """A place for programs, each in a folder of its own below the packages it imports."""

    def __init__(self, path: Path, packages: Path | None = None) -> None:
        self.path = path
        self._numbers = count()
        path.mkdir(parents=True, exist_ok=True)
        if packages:
            (path / "node_modules").symlink_to(packages)

    def lay(self, export: Export) -> Path:
        """Write the files of an export; returns its program's path."""
        folder = self.path / f"p{next(self._numbers):05}"
        for file in export.files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)
        return folder / export.files[0].path


class Worker:
    """A process that executes programs one after another."""

    def __init__(self, command: Sequence[str | Path], environ: Mapping[str, str]) -> None:
        reading, writing = os.pipe()
        self._process = subprocess.Popen(
            [*command, str(writing)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=environ,
            pass_fds=(writing,),
        )
        os.close(writing)
        self._answers = os.fdopen(reading, "rb")

    def execute(self, program: Path, environ: Mapping[str, str]) -> Outcome:
        """Run a program to its end. Raises `TimeoutError`, `EOFError` when the worker is gone."""
        task = json.dumps({"path": str(program), "environ": environ})
        assert self._process.stdin
        self._process.stdin.write(task.encode() + b"\n")
        self._process.stdin.flush()
        if not select.select([self._answers], [], [], SECONDS)[0]:
            self.stop()
            raise TimeoutError(f"{program} has not ended after {SECONDS} seconds")
        line = self._answers.readline()
        if not line:
            raise EOFError(f"{program} ended the worker")
        answer = json.loads(line)
        return Outcome(answer["output"], answer["error"])

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._answers.close()


def python_worker(generation: int, environ: Mapping[str, str]) -> Worker:
    return Worker([places.python(generation), places.WORKERS / "python_worker.py"], environ)


def node_worker(environ: Mapping[str, str]) -> Worker:
    return Worker([places.node(), places.WORKERS / "node_worker.mjs"], environ)


def execute_alone(
    command: Sequence[str | Path], program: Path, environ: Mapping[str, str]
) -> Outcome:
    """Run a program in a process of its own, from its folder."""
    ended = subprocess.run(
        [*command, program.name],
        cwd=program.parent,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
    )
    output = (ended.stdout + ended.stderr).decode("utf-8", "replace")
    return Outcome(output, f"exit {ended.returncode}: {output}" if ended.returncode else "")
