"""What is assigned where in a program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from workbench.intake.code.beside import Folder, folder_of

_DESCRIBED = re.compile(r"^[ \t]*(\w+)(?:[ \t]*\([^)\n]*\))?:[ \t]+(\S.*)$")
_OWN_NAME = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_-]{0,99})\}\}[:.,]?[ \t]*")
_EXPORTED = (
    "Return the text of the answer.",
    "Return the answer, or nothing when there is none.",
)
"""How the docstring of a function begins that was exported here."""
_MUTATORS = frozenset({"append", "extend", "insert", "update"})

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True)
class Binding:
    """One assignment of a name; `change` is what is done to the value that is there."""

    line: int
    value: ast.expr
    change: str = ""
    """"append", "extend", "update", "item", "+=", or empty for an assignment."""
    key: ast.expr | None = None
    is_repeated: bool = False
    """Whether it stands in a loop."""


@dataclass(frozen=True)
class Parameter:
    """An argument of a function."""

    name: str
    line: int
    default: ast.expr | None = None
    description: str = ""
    is_exported: bool = False
    variable: str = ""
    """What the variable is called, where the docstring says so."""


@dataclass(eq=False)
class Scope:
    """The names of a module, a class or a function."""

    parent: Scope | None = None
    is_class: bool = False
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)
    classes: dict[str, tuple[ast.ClassDef, Scope]] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    """The dotted name behind each name that is imported."""
    unknown: set[str] = field(default_factory=set)
    """Names of loops, of `with` and the like, whose value only the running program has."""

    def chain(self) -> Iterator[Scope]:
        """This scope and those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def bind(self, name: str, binding: Binding) -> None:
        """Keep an assignment."""
        self.bindings.setdefault(name, []).append(binding)


@dataclass
class Program:
    """The scopes of a program, and its calls in their order."""

    module: Scope
    calls: list[tuple[ast.Call, Scope]]
    steps: int = 0
    """Of reading its values, so far."""
    beside: Folder = field(default_factory=lambda: folder_of({}))


def dotted(node: ast.expr) -> str:
    """`a.b.c` as text, empty for anything else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join(reversed([*names, node.id]))


def program_of(module: ast.Module, *, is_flat: bool) -> Program:
    """Return the scopes and the calls of a program."""
    walker = _Walker(is_flat=is_flat)
    walker.walk(module)
    walker.calls.sort(key=lambda found: (found[0].lineno, found[0].col_offset))
    return Program(walker.module, walker.calls)


class _Walker:
    """Goes through a tree without recursion: a foreign tree may be deep."""

    def __init__(self, *, is_flat: bool) -> None:
        self.module = Scope()
        self.calls: list[tuple[ast.Call, Scope]] = []
        self._is_flat = is_flat

    def walk(self, module: ast.Module) -> None:
        waiting: list[tuple[ast.AST, Scope, bool]] = [(module, self.module, False)]
        while waiting:
            node, scope, in_loop = waiting.pop()
            inner = self._scope_within(node, scope)
            in_loop = in_loop or isinstance(node, ast.For | ast.AsyncFor | ast.While)
            if inner is not scope:
                in_loop = False
            self._look(node, inner, in_loop)
            children = [(child, inner, in_loop) for child in ast.iter_child_nodes(node)]
            waiting += reversed(children)

    def _scope_within(self, node: ast.AST, scope: Scope) -> Scope:
        if isinstance(node, ast.ClassDef):
            inner = scope if self._is_flat else Scope(scope, is_class=True)
            scope.classes[node.name] = (node, inner)
            return inner
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            inner = scope if self._is_flat else Scope(scope)
            if not isinstance(node, ast.Lambda):
                scope.functions[node.name] = node
            for parameter in _parameters(node):
                inner.parameters[parameter.name] = parameter
            return inner
        return scope

    def _look(self, node: ast.AST, scope: Scope, in_loop: bool) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                _bind(scope, target, node.value, node.lineno, in_loop)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            _bind(scope, node.target, node.value, node.lineno, in_loop)
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.BitOr):
            if name := dotted(node.target):
                change = "+=" if isinstance(node.op, ast.Add) else "update"
                _home(scope, name).bind(
                    name, Binding(node.lineno, node.value, change, is_repeated=in_loop)
                )
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            scope.unknown |= _names(node.target)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            scope.unknown |= _names(node.optional_vars)
            _bind(scope, node.optional_vars, node.context_expr, node.context_expr.lineno, in_loop)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            _import(scope, node)
        elif isinstance(node, ast.Call):
            self.calls.append((node, scope))
            _mutate(scope, node, in_loop)


def _bind(scope: Scope, target: ast.expr, value: ast.expr, line: int, in_loop: bool) -> None:
    if isinstance(target, ast.Tuple | ast.List):
        is_paired = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        for number, each in enumerate(target.elts):
            if is_paired and isinstance(value, ast.Tuple | ast.List):
                _bind(scope, each, value.elts[number], line, in_loop)
            else:
                scope.unknown |= _names(each)
    elif isinstance(target, ast.Subscript):
        if name := dotted(target.value):
            binding = Binding(line, value, "item", target.slice, in_loop)
            _home(scope, name).bind(name, binding)
    elif name := dotted(target):
        _home(scope, name).bind(name, Binding(line, value, is_repeated=in_loop))


def _home(scope: Scope, name: str) -> Scope:
    """Where `self.x` belongs: to the class around the method."""
    if name.startswith(("self.", "cls.")):
        return next((each for each in scope.chain() if each.is_class), scope)
    return scope


def _mutate(scope: Scope, node: ast.Call, in_loop: bool) -> None:
    function = node.func
    if not isinstance(function, ast.Attribute) or function.attr not in _MUTATORS or not node.args:
        return
    target = function.value
    key: ast.expr | None = None
    if isinstance(target, ast.Subscript):
        key = target.slice
        target = target.value
    if (name := dotted(target)) and (key is None or function.attr != "update"):
        binding = Binding(node.lineno, node.args[-1], function.attr, key, in_loop)
        _home(scope, name).bind(name, binding)


def _names(target: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _import(scope: Scope, node: ast.Import | ast.ImportFrom) -> None:
    module = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module else ""
    for alias in node.names:
        full = module + alias.name
        scope.imports[alias.asname or alias.name.partition(".")[0]] = full


def _parameters(node: Function) -> Iterator[Parameter]:
    arguments = node.args
    docstring = "" if isinstance(node, ast.Lambda) else ast.get_docstring(node) or ""
    described = _descriptions(docstring)
    is_exported = docstring.startswith(_EXPORTED)
    named = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(named) - len(arguments.defaults))
    defaults += arguments.defaults
    pairs = [*zip(named, defaults, strict=True)]
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    for argument, default in pairs:
        if argument.arg in ("self", "cls") and default is None:
            continue
        description = described.get(argument.arg, "")
        variable = ""
        if match := _OWN_NAME.match(description):
            variable, description = match[1], description[match.end() :]
        yield Parameter(argument.arg, node.lineno, default, description, is_exported, variable)


def _descriptions(docstring: str) -> dict[str, str]:
    """What a docstring says about the arguments, lines that go on deeper included."""
    found: dict[str, str] = {}
    name, indent = "", 0
    for line in docstring.split("\n")[1:]:
        depth = len(line) - len(line.lstrip())
        if name and line.strip() and depth > indent:
            found[name] += f" {line.strip()}"
        elif match := _DESCRIBED.match(line):
            name, indent = match[1], depth
            found[name] = match[2].strip()
        else:
            name = ""
    return found
