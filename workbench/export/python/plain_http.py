"""Programs with httpx alone, without the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.export.media import detach
from workbench.export.python.asking import Asking, asking_of
from workbench.export.python.layout import Brackets, Code, Item, call, keyword, statement
from workbench.export.python.literals import literal, text_of
from workbench.export.python.names import Names
from workbench.export.python.program import BASE64_OF, Program
from workbench.export.python.values import Values
from workbench.export.source import CodeFile, Export, Options, Source, Target
from workbench.export.wire import Wire, slug_of, wire_of

_OPTIONS = frozenset({"streaming", "asynchronous", "errors", "media_files"})

_TAKEN = frozenset(
    {
        *("Any", "AsyncIterator", "BASE_URL", "Iterator", "Path", "answer", "ask", "asyncio"),
        *("base64", "base64_of", "block", "blocks", "client", "error", "httpx", "json", "main"),
        *("os", "response", "sys", "text", "texts"),
    }
)
"""The names that the programs themselves use."""

_NOT_AGAIN = "httpx sends the request once: after a rate limit or overload the program ends."

_EXCEPTS = (
    (
        "httpx.HTTPStatusError as error",
        "sys.exit(\n"
        '            f"The API answered {error.response.status_code}: {error.response.text}"\n'
        "        )",
    ),
    ("httpx.TimeoutException", 'sys.exit("The API did not answer in time.")'),
    ("httpx.TransportError", 'sys.exit("The API cannot be reached.")'),
)
"""Subclasses before their parents: a timeout is an error of the transport, too."""

_TEXTS = '''\
{a}def texts(response: httpx.Response) -> {A}Iterator[str]:
    """Yield the text of the answer as it comes."""
    rest = b""
    {a}for chunk in response.{c}iter_bytes():
        *lines, rest = (rest + chunk).split(b"\\n")
        for line in lines:
            if not line.startswith(b"data:"):
                continue
            event = json.loads(line.removeprefix(b"data:"))
            if event["type"] == "error":
                raise RuntimeError(event["error"]["message"])
            if event["type"] == "content_block_delta":
                yield event["delta"].get("text", "")'''

_PRINT_BLOCKS = """\
for block in response.json()["content"]:
    if block["type"] == "text":
        print(block["text"], end="")
print()"""

_NEEDS = "httpx>=0.28,<1"

_RETURN_BLOCKS = """\
blocks = response.json()["content"]
return "".join(block["text"] for block in blocks if block["type"] == "text")"""


def _generate(source: Source, options: Options) -> Export:
    wire = wire_of(source, streaming=options.streaming)
    body, media = detach(wire.body) if options.media_files else (wire.body, ())
    asking = asking_of(source, options, Names(_TAKEN))
    values = Values(body, asking.places, asking.names)
    lines = _lines(asking, values, _arguments(wire, body, values, options), options)
    program = _program(asking, values, lines, options)
    name = f"{slug_of(source.title)}.py"
    files = (
        CodeFile(name, program.write(_NEEDS).encode()),
        CodeFile("requirements.txt", f"{_NEEDS}\n".encode()),
        *(CodeFile(file.path, file.data) for file in media),
    )
    steps = (
        "pip install -r requirements.txt",
        "export ANTHROPIC_API_KEY=…",
        f"python {name}",
    )
    notes = (*wire.notes, *([_NOT_AGAIN] if options.errors else []))
    return Export(files, steps, notes)


def _arguments(wire: Wire, body: Mapping[str, Any], values: Values, options: Options) -> list[Item]:
    headers = [
        Item(Code('os.environ["ANTHROPIC_API_KEY"]'), '"x-api-key": '),
        *(
            Item(Code(literal((value,))), f"{literal((name,))}: ")
            for name, value in wire.headers.items()
        ),
    ]
    entries = [
        Item(values.of(value, (key,), 1), f"{literal(text_of([key]))}: ")
        for key, value in body.items()
    ]
    return [
        *([Item(Code('"POST"'))] if options.streaming else []),
        Item(Code('f"{BASE_URL}/v1/messages"')),
        keyword("headers", Brackets("{", tuple(headers), "}")),
        keyword("json", Brackets("{", tuple(entries), "}")),
        *([] if options.asynchronous else [keyword("timeout", Code("600"))]),
    ]


def _program(asking: Asking, values: Values, lines: list[str], options: Options) -> Program:
    program = Program(modules={"os"}, packages={"httpx"})
    program.first = [BASE64_OF] if values.uses_media else []
    if values.uses_media:
        program.modules.add("base64")
        program.members.add(("pathlib", "Path"))
    if values.uses_any:
        program.members.add(("typing", "Any"))
    program.modules |= {"asyncio"} if options.asynchronous else set()
    program.modules |= {"sys"} if options.errors else set()
    program.constants = [
        'BASE_URL = os.environ.get("ANTHROPIC_BASE_URL", "https://api.anthropic.com")',
        *asking.defaults,
        *(constant.lines() for constant in values.constants if not constant.is_local),
    ]
    if options.streaming:
        a, c, kind = ("async ", "a", "Async") if options.asynchronous else ("", "", "")
        program.modules.add("json")
        program.members.add(("collections.abc", f"{kind}Iterator"))
        texts = _TEXTS.replace("{a}", a).replace("{c}", c).replace("{A}", kind)
        program.functions.append(texts)
    if asking.head:
        program.functions.append("\n".join([asking.head, *lines]))
        program.main = asking.tail(_EXCEPTS if options.errors else ())
    else:
        program.main = lines
    return program


def _lines(asking: Asking, values: Values, arguments: list[Item], options: Options) -> list[str]:
    indent = 4 if asking.head else 0
    lines = [constant.lines(indent) for constant in values.constants if constant.is_local]
    if options.asynchronous:
        lines.append("    async with httpx.AsyncClient(timeout=600) as client:")
        indent = 8
    write = _stream if options.streaming else _wait
    return lines + write(asking, arguments, options, indent)


def _stream(asking: Asking, arguments: list[Item], options: Options, indent: int) -> list[str]:
    a, module = ("async ", "client") if options.asynchronous else ("", "httpx")
    read = "await response.aread()" if options.asynchronous else "response.read()"
    lines = [
        *(["    if response.is_error:", f"        {read}"] if options.errors else []),
        "    response.raise_for_status()",
        *(['    answer = ""'] if asking.returns else []),
        f"    {a}for text in texts(response):",
        '        print(text, end="", flush=True)',
        *(["        answer += text"] if asking.returns else []),
        "print()",
        *(["return answer"] if asking.returns else []),
    ]
    stream = call(f"{module}.stream", *arguments)
    head = statement(f"{a}with ", stream, " as response:", indent)
    return [head, *(f"{' ' * indent}{line}" for line in lines)]


def _wait(asking: Asking, arguments: list[Item], options: Options, indent: int) -> list[str]:
    wait, module = ("await ", "client") if options.asynchronous else ("", "httpx")
    post = call(f"{module}.post", *arguments)
    shown = _RETURN_BLOCKS if asking.returns else _PRINT_BLOCKS
    lines = ["response.raise_for_status()", *shown.split("\n")]
    return [
        statement(f"response = {wait}", post, "", indent),
        *(f"{' ' * indent}{line}" for line in lines),
    ]


TARGET = Target("python-httpx", "Python, httpx alone", "python", _generate, _OPTIONS)
