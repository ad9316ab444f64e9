"""A Python file in its parts: imports, constants, functions, and what runs."""

from __future__ import annotations

from dataclasses import dataclass, field

_STANDARD = frozenset({"collections.abc", "pathlib", "typing"})
"""The modules of the standard library from which something is imported by name."""

_METADATA = """\
# /// script
# requires-python = ">=3.10"
# dependencies = ["{}"]
# ///

"""

BASE64_OF = '''\
def base64_of(name: str) -> str:
    """Return a file beside this program in base64."""
    return base64.b64encode(Path(__file__).with_name(name).read_bytes()).decode()'''


@dataclass
class Program:
    """The parts of a program, in the order in which they stand in the file."""

    modules: set[str] = field(default_factory=set)
    """Modules of the standard library that are imported whole."""
    packages: set[str] = field(default_factory=set)
    """Other modules that are imported whole."""
    members: set[tuple[str, str]] = field(default_factory=set)
    """(module, name) of what is imported by name."""
    first: list[str] = field(default_factory=list)
    """Functions that the constants need."""
    constants: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    """Single statements before the functions, for instance the client."""
    functions: list[str] = field(default_factory=list)
    main: list[str] = field(default_factory=list)
    """The lines that run."""

    def write(self, needs: str) -> str:
        """The text of the file; ``needs`` is the package that it is for, with its pin.

        The comment at the top is inline script metadata (https://peps.python.org/pep-0723/, read
        2026-11-28): ``uv run`` installs what it names, and pasted alone it says the generation.
        """
        parts = [
            (_imports(self.modules, self.packages, self.members), False),
            *((function, True) for function in self.first),
            ("\n".join(self.constants), False),
            ("\n".join(self.objects), False),
            *((function, True) for function in self.functions),
            ("\n".join(self.main), False),
        ]
        text, was_function = "", False
        for part, is_function in parts:
            if not part:
                continue
            if text:
                text += "\n\n\n" if is_function or was_function else "\n\n"
            text += part
            was_function = is_function
        return f"{_METADATA.format(needs)}{text}\n"


def _imports(modules: set[str], packages: set[str], members: set[tuple[str, str]]) -> str:
    own = {member for member in members if member[0] in _STANDARD}
    groups = [_import_lines(modules, own), _import_lines(packages, members - own)]
    return "\n\n".join("\n".join(group) for group in groups if group)


def _import_lines(modules: set[str], members: set[tuple[str, str]]) -> list[str]:
    lines = [f"import {name}" for name in sorted(modules)]
    for module in sorted({module for module, _ in members}):
        names = sorted((name for other, name in members if other == module), key=_import_order)
        lines.append(_from_line(module, names))
    return lines


def _from_line(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= 88:
        return line
    inner = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{inner})"


def _import_order(name: str) -> tuple[int, str]:
    """Constants, classes, functions: as ruff sorts them."""
    if name.isupper():
        return 0, name
    return (1 if name[0].isupper() else 2), name.lower()
