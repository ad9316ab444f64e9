"""A program tried: laid, executed with its SDK, and what came of it held against the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workbench.export.source import Export
from workbench.messages_api import MessageRequest

from . import places
from .recording import Recorded, Recorder
from .running import Folder, Outcome, Worker, environ_for, execute_alone, node_worker, python_worker
from .wire import differences


@dataclass(frozen=True)
class Language:
    """What executes a program: a language, and the generation of its SDK."""

    name: str
    generation: int = 0

    @property
    def command(self) -> list[str | Path]:
        """What a reader types before the program's name."""
        if self.name == "python":
            return [places.python(self.generation)]
        return [places.node()] if self.name == "typescript" else ["bash"]


PYTHON_0, PYTHON_1, PYTHON_2 = (Language("python", number) for number in range(3))
TYPESCRIPT_0, TYPESCRIPT_1 = (Language("typescript", number) for number in range(2))
BASH = Language("bash")
NOTHING: Mapping[str, str] = {}


@dataclass
class Stage:
    """The recorder, and a worker and a folder for each language as they are needed."""

    recorder: Recorder
    path: Path
    _workers: dict[Language, Worker] = field(default_factory=dict)
    _folders: dict[Language, Folder] = field(default_factory=dict)

    def execute(
        self,
        language: Language,
        export: Export,
        *,
        alone: bool = False,
        calling: bool = False,
        more: Mapping[str, str] = NOTHING,
    ) -> tuple[Outcome, list[Recorded]]:
        """Run a program; returns how it went and the requests that it made.

        ``alone`` is in a process of its own, with ``calling`` the answers call tools first,
        ``more`` is for its environment.
        """
        program = self.folder(language).lay(export)
        by_proxy = alone or language != BASH  # which costs curl much time
        environ = environ_for(self.recorder, self.path, by_proxy=by_proxy, more=more)
        self.recorder.calling = calling
        self.recorder.take()
        if alone or language == BASH:
            outcome = execute_alone(language.command, program, environ)
        else:
            outcome = self._worker(language).execute(program, environ)
        return outcome, self.recorder.take()

    def folder(self, language: Language) -> Folder:
        if language not in self._folders:
            is_node = language.name == "typescript"
            packages = places.packages(language.generation) if is_node else None
            path = self.path / f"{language.name}-{language.generation}"
            self._folders[language] = Folder(path, packages)
        return self._folders[language]

    def _worker(self, language: Language) -> Worker:
        if language not in self._workers:
            environ = environ_for(self.recorder, self.path, by_proxy=True, more={})
            is_node = language.name == "typescript"
            self._workers[language] = (
                node_worker(environ) if is_node else python_worker(language.generation, environ)
            )
        return self._workers[language]

    def stop(self) -> None:
        for worker in self._workers.values():
            worker.stop()


def complaints(
    stage: Stage,
    language: Language,
    export: Export,
    request: MessageRequest,
    *,
    streaming: bool = True,
    alone: bool = False,
) -> list[str]:
    """Return what is wrong with a program that asks once and prints the answer; [] is proof."""
    outcome, came = stage.execute(language, export, alone=alone)
    if outcome.error:
        return [f"it failed: {outcome.error[-1500:]}"]
    if len(came) != 1:
        return [f"it made {len(came)} requests"]
    found = list(differences(request, came[0], streaming=streaming))
    if came[0].said not in outcome.output:
        found.append(f"it does not print {came[0].said}: {outcome.output[:300]}")
    return found
