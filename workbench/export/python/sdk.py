"""Programs with the Python SDK."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from workbench.export.media import detach
from workbench.export.python.arguments import Arguments, arguments_of
from workbench.export.python.asking import Asking, asking_of
from workbench.export.python.generations import GENERATIONS, Generation, must_stream
from workbench.export.python.layout import call, statement
from workbench.export.python.program import Program
from workbench.export.python.values import Values
from workbench.export.source import CodeFile, Export, Options, Source, Target
from workbench.export.wire import Wire, slug_of, wire_of

_OPTIONS = frozenset({"streaming", "asynchronous", "media_files"})

_MUST_STREAM = (
    "The program streams: the SDK refuses to wait for a whole answer of more than 21,333 tokens "
    "(fewer for some old models)."
)


def target(generation: Generation) -> Target:
    """The target of one generation."""
    return Target(
        key=f"python-{generation.major}",
        label=f"Python, SDK {generation.major}.x",
        language="python",
        generate=partial(_generate, generation),
        options=_OPTIONS,
    )


def _generate(generation: Generation, source: Source, options: Options) -> Export:
    notes = []
    if not options.streaming and must_stream(source.request.body):
        options = replace(options, streaming=True)
        notes.append(_MUST_STREAM)
    wire = wire_of(source, streaming=options.streaming)
    body, media = detach(wire.body) if options.media_files else (wire.body, ())
    if options.streaming:
        body = {key: value for key, value in body.items() if key != "stream"}
    asking = asking_of(source, options)
    values = Values(body, asking.places, asking.names)
    arguments = arguments_of(body, _headers(wire, generation), generation.signature, values)
    program = _program(asking, values, arguments, options)
    name = f"{slug_of(source.title)}.py"
    files = (
        CodeFile(name, program.write().encode()),
        CodeFile("requirements.txt", f"anthropic{generation.pin}\n".encode()),
        *(CodeFile(file.path, file.data) for file in media),
    )
    steps = (
        "pip install -r requirements.txt",
        "export ANTHROPIC_API_KEY=…",
        f"python {name}",
    )
    return Export(files, steps, (*wire.notes, *notes, *arguments.notes))


def _headers(wire: Wire, generation: Generation) -> dict[str, str]:
    """The headers that the SDK does not send by itself."""
    own = ("anthropic-version", generation.version)
    return {name: value for name, value in wire.headers.items() if (name, value) != own}


def _program(asking: Asking, values: Values, arguments: Arguments, options: Options) -> Program:
    is_async = options.asynchronous
    program = Program(members=set(arguments.members))
    client = "AsyncAnthropic" if is_async else "Anthropic"
    program.members.add(("anthropic", client))
    program.objects.append(f"client = {client}()")
    if values.uses_any:
        program.members.add(("typing", "Any"))
    if values.uses_media:
        program.modules.add("base64")
        program.members.add(("pathlib", "Path"))
        program.first.append(BASE64_OF)
    program.constants = [
        *asking.defaults,
        *(constant.lines() for constant in values.constants if not constant.is_local),
    ]
    indent = 4 if asking.is_function else 0
    lines = [constant.lines(indent) for constant in values.constants if constant.is_local]
    write = _streaming if options.streaming else _waiting
    lines += write(arguments, options, indent, returns=asking.returns)
    if asking.is_function:
        program.functions.append("\n".join([asking.head, *lines]))
        program.main = asking.tail
        program.modules |= {"asyncio"} if is_async else set()
    else:
        program.main = lines
    return program


def _streaming(arguments: Arguments, options: Options, indent: int, *, returns: bool) -> list[str]:
    start = " " * indent
    a = "async " if options.asynchronous else ""
    stream = call("client.messages.stream", *arguments.items)
    lines = [
        statement(f"{a}with ", stream, " as stream:", indent),
        f"{start}    {a}for text in stream.text_stream:",
        f'{start}        print(text, end="", flush=True)',
    ]
    if not returns:
        return [*lines, f"{start}print()"]
    wait = "await " if options.asynchronous else ""
    return [
        *lines,
        f"{start}    message = {wait}stream.get_final_message()",
        f"{start}print()",
        start + TEXT_OF_MESSAGE,
    ]


def _waiting(arguments: Arguments, options: Options, indent: int, *, returns: bool) -> list[str]:
    start = " " * indent
    wait = "await " if options.asynchronous else ""
    create = call("client.messages.create", *arguments.items)
    lines = [statement(f"message = {wait}", create, "", indent)]
    if returns:
        return [*lines, start + TEXT_OF_MESSAGE]
    return [
        *lines,
        f"{start}for block in message.content:",
        f'{start}    if block.type == "text":',
        f'{start}        print(block.text, end="")',
        f"{start}print()",
    ]


TARGETS = tuple(target(generation) for generation in GENERATIONS)

TEXT_OF_MESSAGE = 'return "".join(block.text for block in message.content if block.type == "text")'

BASE64_OF = '''\
def base64_of(name: str) -> str:
    """Return a file beside this program in base64."""
    return base64.b64encode(Path(__file__).with_name(name).read_bytes()).decode()'''
