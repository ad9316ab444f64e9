"""The statements that send the request and show what comes."""

from __future__ import annotations

from workbench.export.python.arguments import Arguments
from workbench.export.python.layout import call, statement
from workbench.export.source import Options

_PRINT_BLOCKS = """\
for block in message.content:
    if block.type == "text":
        print(block.text, end="")
print()"""

_CHECKS = """\
if message.stop_reason == "refusal":
    print("The model declined to answer.", file=sys.stderr)
elif message.stop_reason == "max_tokens":
    print("The answer was cut off at max_tokens.", file=sys.stderr)"""

_RETURN_MODEL = "return message.parsed_output"

_RETURN_TEXT = 'return "".join(block.text for block in message.content if block.type == "text")'

_ANSWER = """\
    messages.append({"role": "assistant", "content": message.content})"""

_TOOL_TURN = """\
    if message.stop_reason == "tool_use":
        messages.append({"role": "user", "content": run_tools(message)})"""

_AUTO = """
        tool_choice = {"type": "auto"}"""

_LAST_TURN = """\
if message.stop_reason != "pause_turn":
        break"""


def statements(
    arguments: Arguments, options: Options, indent: int, *, returns: bool, turn: str
) -> list[str]:
    """The lines, each with ``indent``; ``turn`` is what follows an answer inside of a loop.

    With ``options.structured`` there is a model for the answer.
    """
    is_message_needed = returns or options.errors or options.tool_loop
    send = _stream if options.streaming else _wait
    deeper = 4 if options.tool_loop else 0
    lines = send(arguments, options, indent + deeper, is_message_needed=is_message_needed)
    if not options.streaming and not returns:
        lines += _indented(_PRINT_BLOCKS, indent + deeper)
    if options.tool_loop:
        lines = [" " * indent + "while True:", *lines, *_indented(turn, indent)]
    if options.errors:
        lines += _indented(_CHECKS, indent)
    if returns:
        lines += _indented(_RETURN_MODEL if options.structured else _RETURN_TEXT, indent)
    return lines


def next_turn(*, has_tools: bool, is_forced: bool) -> str:
    """The end of a turn of the loop; ``is_forced``: the first one has to call a tool."""
    tools = f"{_TOOL_TURN}{_AUTO if is_forced else ''}\n    el" if has_tools else "    "
    return f"{_ANSWER}\n{tools}{_LAST_TURN}"


def _stream(
    arguments: Arguments, options: Options, indent: int, *, is_message_needed: bool
) -> list[str]:
    a, wait = ("async ", "await ") if options.asynchronous else ("", "")
    stream = call("client.messages.stream", *arguments.items)
    lines = [
        f"    {a}for text in stream.text_stream:",
        '        print(text, end="", flush=True)',
        *([f"    message = {wait}stream.get_final_message()"] if is_message_needed else []),
        "print()",
    ]
    head = statement(f"{a}with ", stream, " as stream:", indent)
    return [head, *_indented("\n".join(lines), indent)]


def _wait(
    arguments: Arguments, options: Options, indent: int, *, is_message_needed: bool
) -> list[str]:
    wait = "await " if options.asynchronous else ""
    method = "parse" if options.structured else "create"
    create = call(f"client.messages.{method}", *arguments.items)
    return [statement(f"message = {wait}", create, "", indent)]


def _indented(text: str, indent: int) -> list[str]:
    return [f"{' ' * indent}{line}" for line in text.split("\n")]
