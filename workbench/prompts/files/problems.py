"""What is wrong with files: one sentence per problem, as many as a person can read."""

from __future__ import annotations

from .front_matter import Broken

MOST = 50


class Unusable(ValueError):
    """Nothing of what came in can be read; the message is a sentence for people."""


class Refused(Exception):
    """An import was given up and changed nothing; ``problems`` say why."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.sentences))


class Problems:
    """Sentences that begin with the name of their file; ``MOST`` are kept, all are counted."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self.count = 0

    def __bool__(self) -> bool:
        return self.count > 0

    def add(self, file: str, problem: str | ValueError) -> None:
        """Note a problem; a ``Broken`` text brings its line along."""
        self.count += 1
        if self.count > MOST:
            return
        name = file if len(file) <= 200 else f"{file[:200]}…"
        name = "".join(char if char.isprintable() else "\ufffd" for char in name)
        is_line = isinstance(problem, Broken)
        self._kept.append(f"{name}, l{str(problem)[1:]}" if is_line else f"{name}: {problem}")

    @property
    def sentences(self) -> list[str]:
        """What to show: the kept ones, and how many more there are."""
        more = self.count - len(self._kept)
        return [*self._kept, *([f"And {more:,} more."] if more else [])]
