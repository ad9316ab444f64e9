"""What is to become code, what the reader chose, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.messages_api import MessageRequest


@dataclass(frozen=True)
class Argument:
    """A declared variable whose ``{{NAME}}`` markers are still in the request."""

    name: str
    value: str
    """What the screen had for it: the default of the function's argument."""
    description: str = ""


@dataclass(frozen=True)
class Source:
    """A request as it is sent, media included, and the variables that are left open in it."""

    request: MessageRequest
    arguments: tuple[Argument, ...] = ()
    """Empty when the values are filled in: then ``{{…}}`` is text like any other."""
    title: str = ""
    """The name of the prompt, for names of files."""


@dataclass(frozen=True)
class Options:
    """The choices of the dialog. A target drops what is not in its ``Target.options``."""

    streaming: bool = True
    asynchronous: bool = False
    errors: bool = False
    """Typed errors, in the order in which they must be caught, and the retries made plain."""
    tool_loop: bool = False
    """A loop over tool calls with a stub for each client tool."""
    structured: bool = False
    """The SDK's helper for structured output instead of the plain parameter."""
    media_files: bool = False
    """Media beside the program, as files, instead of base64 inside it."""
    client: str = "anthropic"
    """A key of ``Target.clients``."""


@dataclass(frozen=True)
class CodeFile:
    """One file of an export; ``path`` is relative, with ``/``."""

    path: str
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()


@dataclass(frozen=True)
class Export:
    """Generated code; ``files[0]`` is the program, the rest are pins, media and the like."""

    files: tuple[CodeFile, ...]
    steps: tuple[str, ...]
    """How to run it: at most three lines for a shell."""
    notes: tuple[str, ...] = ()
    """Sentences: what the target cannot express, or why it is written as it is."""


@dataclass(frozen=True)
class Target:
    """One kind of code."""

    key: str
    label: str
    language: str
    """Name of the lexer of Pygments."""
    generate: Callable[[Source, Options], Export]
    options: frozenset[str] = frozenset()
    """The names of those fields of ``Options`` that change something here."""
    clients: tuple[tuple[str, str], ...] = field(default=())
    """(key, label) of the clients to choose from, the usual one first."""
