"""Programs with the Python SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from workbench.export.media import MediaFile, detach
from workbench.export.python import calling
from workbench.export.python.arguments import Arguments, arguments_of
from workbench.export.python.asking import Asking, asking_of
from workbench.export.python.generations import (
    GENERATIONS,
    NOT_IN_PARSE,
    Generation,
    must_stream,
)
from workbench.export.python.layout import Code, Node, keyword
from workbench.export.python.models import InexpressibleError, Models, models_of
from workbench.export.python.names import Names
from workbench.export.python.platforms import ANTHROPIC, BY_KEY, PLATFORMS, Platform
from workbench.export.python.program import BASE64_OF, Program
from workbench.export.python.tools import RUN_TOOLS, Stubs, stubs_of
from workbench.export.python.values import Constant, Values
from workbench.export.source import CodeFile, Export, Options, Source, Target
from workbench.export.wire import Wire, slug_of, wire_of

_OPTIONS = frozenset(
    {"streaming", "asynchronous", "errors", "tool_loop", "structured", "media_files", "client"}
)

_TAKEN = frozenset(
    {
        *("Any", "Callable", "Path", "asyncio", "base64", "base64_of", "sys", "omit"),
        *("ask", "block", "call", "client", "error", "main", "message", "messages", "result"),
        *("run_tool", "run_tools", "stream", "text", "tool_choice", "TOOL_FUNCTIONS"),
        *(
            "Message",
            "MessageParam",
            "OutputConfigParam",
            "ToolChoiceParam",
            "ToolResultBlockParam",
        ),
        *("ToolUnionParam", "ToolUseBlock"),
        *("APIConnectionError", "APIStatusError", "APITimeoutError", "AuthenticationError"),
        *("BaseModel", "Field", "Literal", "RateLimitError", "ValidationError"),
    }
)
"""The names that the programs themselves use."""

_MUST_STREAM = (
    "The program streams: the SDK refuses to wait for a whole answer of more than 21,333 tokens "
    "(fewer for some old models)."
)

_EXCEPTS = (
    ("AuthenticationError", 'sys.exit("The API does not accept the key.")'),
    ("RateLimitError", 'sys.exit("Too many requests, even after waiting: try again later.")'),
    (
        "APIStatusError as error",
        'sys.exit(f"The API answered {error.status_code}: {error.message}")',
    ),
    ("APITimeoutError", 'sys.exit("The API did not answer in time.")'),
    ("APIConnectionError", 'sys.exit("The API cannot be reached.")'),
)
"""Subclasses before their parents: the first two are errors with a status, too."""


@dataclass
class _Draft:
    """What one program is made of."""

    generation: Generation
    source: Source
    options: Options
    platform: Platform
    notes: list[str] = field(default_factory=list)
    media: tuple[MediaFile, ...] = ()


def target(generation: Generation) -> Target:
    """The target of one generation."""
    return Target(
        key=f"python-{generation.major}",
        label=f"Python, SDK {generation.major}.x",
        language="python",
        generate=partial(_generate, generation),
        options=_OPTIONS,
        clients=tuple((platform.key, platform.label) for platform in PLATFORMS),
    )


def _generate(generation: Generation, source: Source, options: Options) -> Export:
    draft = _Draft(generation, source, options, BY_KEY[options.client])
    body, headers = _settled(draft)
    program = _program(draft, body, headers)
    name = f"{slug_of(source.title)}.py"
    pin = draft.platform.pin(generation.pin)
    files = (
        CodeFile(name, program.write(pin).encode()),
        CodeFile("requirements.txt", f"{pin}\n".encode()),
        *(CodeFile(file.path, file.data) for file in draft.media),
    )
    steps = (
        "pip install -r requirements.txt",
        f"export {draft.platform.environment}",
        f"python {name}",
    )
    return Export(files, steps, tuple(draft.notes))


def _settled(draft: _Draft) -> tuple[dict[str, Any], dict[str, str]]:
    """Body and additional headers, with the options as they can be kept."""
    request = draft.source.request
    if not draft.options.streaming and must_stream(dict(request.body)):
        draft.options = replace(draft.options, streaming=True)
        draft.notes.append(_MUST_STREAM)
    if draft.options.tool_loop and (missing := _missing_for_loop(request.body)):
        draft.options = replace(draft.options, tool_loop=False)
        draft.notes.append(f"There is no loop over tool calls: the request has no {missing}.")
    wire = wire_of(draft.source, streaming=draft.options.streaming)
    draft.notes += wire.notes
    body, draft.media = detach(wire.body) if draft.options.media_files else (wire.body, ())
    if draft.options.streaming:
        body = {key: value for key, value in body.items() if key != "stream"}
    return _for_platform(draft, wire, body)


def _missing_for_loop(body: Mapping[str, Any]) -> str:
    for key, sentence in (("messages", "list of messages"), ("tools", "tools")):
        if not isinstance(body.get(key), list) or (key == "tools" and not body[key]):
            return sentence
    return ""


def _for_platform(
    draft: _Draft, wire: Wire, body: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    own = ("anthropic-version", draft.generation.version)
    headers = {name: value for name, value in wire.headers.items() if (name, value) != own}
    if draft.platform is not ANTHROPIC:
        draft.notes.append(
            f"{draft.platform.label} has its own names of models and not every feature: check "
            "“model” before the first call."
        )
    if draft.platform.versions is not None and "anthropic-version" in headers:
        version = headers.pop("anthropic-version")
        body = {"anthropic_version": draft.platform.versions.get(version, version), **body}
    return body, headers


def _program(draft: _Draft, body: Mapping[str, Any], headers: Mapping[str, str]) -> Program:
    options = draft.options
    client = ("Async" if options.asynchronous else "") + draft.platform.client
    names = Names({*_TAKEN, client})
    models = _models(draft, body, names)
    options = draft.options
    asking = asking_of(draft.source, options, names, models.root)
    stubs = stubs_of(body.get("tools"), asking.names) if options.tool_loop else Stubs()
    values = Values(body, asking.places, asking.names)
    replaced, variables = _loop_variables(draft, body, values) if options.tool_loop else ({}, [])
    untyped = _untyped(options)
    arguments = arguments_of(body, headers, draft.generation.signature, values, replaced, untyped)
    if models.root:
        arguments.items.insert(0, keyword("output_format", Code(models.root)))
    draft.notes += [*arguments.notes, *stubs.notes]
    program = Program(members={("anthropic", client), *arguments.members, *models.members})
    program.first = [BASE64_OF] if values.uses_media else []
    program.constants = [
        *asking.defaults,
        *(constant.lines() for constant in values.constants if not constant.is_local),
    ]
    program.functions += models.classes
    _add_tools(program, stubs)
    _add_imports(program, values, stubs, options)
    made = f"{client}({'max_retries=2' if options.errors else ''})"
    local = [constant for constant in values.constants if constant.is_local] + variables
    _add_call(program, asking, made, local, arguments, options, has_tools=bool(stubs.table))
    return program


def _models(draft: _Draft, body: Mapping[str, Any], names: Names) -> Models:
    """The models of a structured answer; without them the option is dropped and a note says why."""
    if not draft.options.structured:
        return Models()
    config = body.get("output_config")
    wanted = config.get("format") if isinstance(config, dict) else None
    try:
        if not isinstance(wanted, dict) or wanted.get("type") != "json_schema":
            raise InexpressibleError("the request has none")
        models = models_of(wanted.get("schema"), names)
    except InexpressibleError as why:
        draft.options = replace(draft.options, structured=False)
        draft.notes.append(f"There is no model for the schema of the answer: {why}.")
        return Models()
    draft.notes.append(
        f"“{models.root}” reads the answer. The schema goes in extra_body as it stands, as the SDK "
        "would send another one that it makes from the model."
    )
    return models


def _untyped(options: Options) -> tuple[str, ...]:
    if not options.structured:
        return ()
    return ("output_config",) if options.streaming else ("output_config", *NOT_IN_PARSE)


def _loop_variables(
    draft: _Draft, body: Mapping[str, Any], values: Values
) -> tuple[dict[str, Node], list[Constant]]:
    """The arguments that change from turn to turn, and the variables that they are."""
    signature = draft.generation.signature
    kind = "MessageParam" if signature.takes("messages", body["messages"]) else "Any"
    variables = [Constant("messages", values.of(body["messages"], ("messages",)), f"list[{kind}]")]
    if _is_forced(body):
        node = values.of(body["tool_choice"], ("tool_choice",))
        kind = "ToolChoiceParam" if signature.takes("tool_choice", body["tool_choice"]) else "Any"
        variables.append(Constant("tool_choice", node, kind))
    return {variable.name: Code(variable.name) for variable in variables}, variables


def _is_forced(body: Mapping[str, Any]) -> bool:
    choice = body.get("tool_choice")
    return isinstance(choice, dict) and choice.get("type") in ("any", "tool")


def _add_tools(program: Program, stubs: Stubs) -> None:
    if stubs.table:
        program.functions += [*stubs.functions, stubs.table, RUN_TOOLS]


def _add_imports(program: Program, values: Values, stubs: Stubs, options: Options) -> None:
    if values.uses_media:
        program.modules.add("base64")
        program.members.add(("pathlib", "Path"))
    if values.uses_any or stubs.uses_any:
        program.members.add(("typing", "Any"))
    if options.asynchronous:
        program.modules.add("asyncio")
    if stubs.table:
        program.members.add(("collections.abc", "Callable"))
        program.members |= {
            ("anthropic.types", "Message"),
            ("anthropic.types", "ToolResultBlockParam"),
            ("anthropic.types", "ToolUseBlock"),
        }
    if options.errors:
        program.modules.add("sys")
        program.members |= {("anthropic", error.split(" ")[0]) for error, _ in _EXCEPTS}
        program.members |= {("pydantic", "ValidationError")} if options.structured else set()


def _add_call(
    program: Program,
    asking: Asking,
    made: str,
    local: list[Constant],
    arguments: Arguments,
    options: Options,
    *,
    has_tools: bool,
) -> None:
    indent = 4 if asking.head else 0
    lines = [constant.lines(indent) for constant in local]
    for constant in local:
        program.members |= constant.members
    if options.asynchronous:
        lines += [_RETRIES] if options.errors else []
        lines.append(f"    async with {made} as client:")
        indent = 8
    else:
        program.objects = [*([_RETRIES.strip()] if options.errors else []), f"client = {made}"]
    turn = calling.next_turn(
        has_tools=has_tools, is_forced=any(constant.name == "tool_choice" for constant in local)
    )
    lines += calling.statements(arguments, options, indent, returns=asking.returns, turn=turn)
    if asking.head:
        program.functions.append("\n".join([asking.head, *lines]))
        program.main = asking.tail(_excepts(options))
    else:
        program.main = lines


def _excepts(options: Options) -> tuple[tuple[str, str], ...]:
    if not options.errors:
        return ()
    return (*_EXCEPTS, _NOT_THE_SCHEMA) if options.structured else _EXCEPTS


_NOT_THE_SCHEMA = ("ValidationError", 'sys.exit("The answer is not what the schema allows.")')

_RETRIES = "    # It waits and tries twice more after rate limits, overload and lost connections."

TARGETS = tuple(target(generation) for generation in GENERATIONS)
