"""The function around the request: ``ask`` with the variables as its arguments, or ``main``."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from workbench.export.python.layout import Brackets, Code, Item, Node, statement
from workbench.export.python.literals import expression, text_of
from workbench.export.python.names import Names
from workbench.export.python.values import Constant, is_long
from workbench.export.source import Argument, Options, Source
from workbench.messages_api.text import clean_text

_TAKEN = frozenset(
    {
        "Anthropic",
        "AnthropicError",
        "Any",
        "AsyncAnthropic",
        "MessageParam",
        "OutputConfigParam",
        "Path",
        "ToolUnionParam",
        "anthropic",
        "ask",
        "asyncio",
        "base64",
        "base64_of",
        "block",
        "client",
        "error",
        "httpx",
        "json",
        "main",
        "message",
        "messages",
        "omit",
        "os",
        "stream",
        "sys",
        "text",
    }
)
"""The names that the programs themselves use."""


@dataclass
class Asking:
    """The function, and the names of the program."""

    names: Names
    places: dict[str, str] = field(default_factory=dict)
    """The Python name of each variable, by its own name."""
    defaults: list[str] = field(default_factory=list)
    """Statements for the default values that are too long for the function's head."""
    head: str = ""
    """The lines before the body; empty for a program without a function."""
    tail: list[str] = field(default_factory=list)
    """The lines that call the function."""
    returns: bool = False
    """Whether the function returns the text of the answer."""

    @property
    def is_function(self) -> bool:
        """Whether the request stands in a function."""
        return bool(self.head)


def asking_of(source: Source, options: Options) -> Asking:
    """The function for ``source``; none where single statements do."""
    asking = Asking(Names(_TAKEN))
    if source.arguments:
        _add_ask(asking, source, options)
    elif options.asynchronous:
        asking.head = "async def main() -> None:"
        asking.tail = ["asyncio.run(main())"]
    return asking


def _add_ask(asking: Asking, source: Source, options: Options) -> None:
    asking.returns = True
    items = []
    for argument in source.arguments:
        name = asking.names.fresh(argument.name)
        asking.places[argument.name] = name
        items.append(Item(_default(argument, asking), f"{name}: str = "))
    a = "async " if options.asynchronous else ""
    head = statement("", Brackets(f"{a}def ask(", tuple(items), ") -> str:"))
    asking.head = f"{head}\n{_docstring(source, asking)}"
    call = "asyncio.run(ask())" if options.asynchronous else "ask()"
    call = call if options.streaming else f"print({call})"
    asking.tail = ['if __name__ == "__main__":', f"    {call}"]


def _default(argument: Argument, asking: Asking) -> Node:
    value = clean_text(argument.value)
    text = text_of([value])
    if not is_long(value):
        return expression(text)
    constant = Constant(asking.names.fresh(f"DEFAULT_{argument.name.upper()}"), text)
    asking.defaults.append(constant.lines())
    return Code(constant.name)


def _docstring(source: Source, asking: Asking) -> str:
    described = [
        line
        for argument in source.arguments
        if (description := _plain(argument.description))
        for line in textwrap.wrap(
            f"{asking.places[argument.name]}: {description}",
            84,
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]
    if not described:
        return '    """Return the text of the answer."""'
    lines = ['"""Return the text of the answer.', "", *described, '"""']
    return "\n".join(f"    {line}" if line else "" for line in lines)


def _plain(description: str) -> str:
    """``description`` in one line, as it can stand in a docstring."""
    plain = "".join(char if char.isprintable() else " " for char in description)
    return " ".join(plain.replace("\\", "\\\\").replace('"', "'").split())
