"""The function around the request: ``ask`` with the variables as its arguments, or ``main``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from workbench.export.python.docstrings import docstring
from workbench.export.python.layout import Brackets, Code, Item, Node, statement
from workbench.export.python.literals import expression, text_of
from workbench.export.python.names import Names
from workbench.export.python.values import Constant, is_long
from workbench.export.source import Argument, Options, Source
from workbench.messages_api.text import clean_text

_SUMMARY = "Return the text of the answer."


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
    call: str = ""
    """The statement that calls it."""
    returns: bool = False
    """Whether the function returns the answer."""

    def tail(self, excepts: Iterable[tuple[str, str]]) -> list[str]:
        """The lines that call the function; ``excepts`` are (error, statement)."""
        guard = 'if __name__ == "__main__":'
        excepts = list(excepts)
        if not excepts:
            return [guard, f"    {self.call}"]
        lines = [guard, "    try:", f"        {self.call}"]
        for error, handled in excepts:
            lines += [f"    except {error}:", f"        {handled}"]
        return lines


def asking_of(source: Source, options: Options, names: Names, model: str = "") -> Asking:
    """The function for ``source``; none where single statements do.

    ``names`` are those of the program so far, ``model`` is the class of a structured answer.
    """
    asking = Asking(names)
    if source.arguments or model:
        _add_ask(asking, source, options, model)
    elif options.asynchronous or options.errors or options.tool_loop:
        asking.head = f"{'async ' if options.asynchronous else ''}def main() -> None:"
        asking.call = "asyncio.run(main())" if options.asynchronous else "main()"
    return asking


def _add_ask(asking: Asking, source: Source, options: Options, model: str) -> None:
    asking.returns = True
    items = []
    for argument in source.arguments:
        name = asking.names.fresh(argument.name)
        asking.places[argument.name] = name
        items.append(Item(_default(argument, asking), f"{name}: str = "))
    a = "async " if options.asynchronous else ""
    result = f"{model} | None" if model else "str"
    head = statement("", Brackets(f"{a}def ask(", tuple(items), f") -> {result}:"))
    described = {
        asking.places[argument.name]: _described(argument, asking.places[argument.name])
        for argument in source.arguments
    }
    summary = "Return the answer, or nothing when there is none." if model else _SUMMARY
    asking.head = f"{head}\n{docstring(summary, described)}"
    call = "asyncio.run(ask())" if options.asynchronous else "ask()"
    asking.call = call if options.streaming else f"print({call})"


def _described(argument: Argument, name: str) -> str:
    """The description, behind the variable's own name where ``name`` does not say it."""
    description = argument.description
    # A description that begins with a marker would be taken for the own name of the variable.
    if name == argument.name and not description.lstrip().startswith("{{"):
        return description
    return f"{{{{{argument.name}}}}} {description}"


def _default(argument: Argument, asking: Asking) -> Node:
    value = clean_text(argument.value)
    text = text_of([value])
    if not is_long(value):
        return expression(text)
    constant = Constant(asking.names.fresh(f"DEFAULT_{argument.name.upper()}"), text)
    asking.defaults.append(constant.lines())
    return Code(constant.name)
