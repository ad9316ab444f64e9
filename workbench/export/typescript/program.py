"""The program around a request: one statement below the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.export.source import Argument
from workbench.export.typescript.comments import comment_of
from workbench.export.typescript.layout import HARD, Doc, bracketed, indent, join, render
from workbench.export.typescript.literals import key_of, text_doc
from workbench.export.typescript.shapes import UNKNOWN, Kind, request_kind
from workbench.export.typescript.values import Expression, Writer, commented

_ERRORS = (
    ("AuthenticationError", '"The API key was refused."'),
    ("PermissionDeniedError", "`The API key may not do this: ${error.message}`"),
    ("NotFoundError", "`There is no such thing: ${error.message}`"),
    ("RateLimitError", '"There were too many requests. Try again later."'),
    ("BadRequestError", "`The request was refused: ${error.message}`"),
    ("InternalServerError", "`The API has a problem: ${error.message}`"),
    ("APIConnectionTimeoutError", '"The API did not answer in time."'),
    ("APIConnectionError", "`The API was not reached: ${error.message}`"),
    ("APIError", "`The API answered with an error: ${error.message}`"),
)
"""Each class before the classes that it is a kind of."""


@dataclass(frozen=True)
class Plan:
    """What is written, all choices made."""

    body: dict[str, Any]
    """Without ``stream`` where the SDK puts it in."""
    headers: dict[str, str]
    """Those that the SDK would not send of itself."""
    streaming: bool
    arguments: tuple[Argument, ...]
    identifiers: dict[str, str]
    has_sampling: bool
    major: str = "1"
    """Of the SDK."""
    errors: bool = False
    plain_post: bool = False
    """The SDK's method would change or refuse the body, so it is posted as it is."""
    tools: tuple[str, ...] = ()
    """Names of the client tools of a loop."""
    structured: bool = False
    """Whether the SDK's helper for structured output is in the body."""


def program(plan: Plan) -> tuple[str, Writer]:
    """The source, and the writer that knows what it needed."""
    writer = Writer(plan.identifiers)
    main = _main(plan, writer)
    blocks = [*_heading(plan, writer), main]
    return render(join([_apart(blocks), HARD])), writer


def _heading(plan: Plan, writer: Writer) -> list[Doc]:
    # Pasted alone, nothing else says which generation of the SDK it is for.
    needs = f"// Needs: npm install @anthropic-ai/sdk@{plan.major}"
    imports: list[Doc] = [needs, 'import Anthropic from "@anthropic-ai/sdk";']
    if plan.structured:
        helper = "@anthropic-ai/sdk/helpers/json-schema"
        imports.append(f'import {{ jsonSchemaOutputFormat }} from "{helper}";')
    if writer.has_media:
        imports.append('import { readFile } from "node:fs/promises";')
    client: Doc = "const client = new Anthropic();"
    if plan.errors:
        comment = "After a lost connection, 408, 409, 429 and 5xx it tries twice more."
        client = commented(comment, "const client = new Anthropic({ maxRetries: 2 });")
    blocks: list[Doc] = [join(imports, HARD), client]
    if writer.has_exact_numbers:
        declaration = "const { rawJSON } = JSON as unknown as { rawJSON(text: string): never };"
        blocks.append(commented("Numbers that JavaScript would round.", declaration))
    if writer.has_media:
        line = 'return readFile(new URL(name, import.meta.url), "base64");'
        blocks.append(_block("function media(name: string): Promise<string> {", [line]))
    if plan.tools:
        blocks.append(_tools(plan.tools))
    return blocks


def _main(plan: Plan, writer: Writer) -> Doc:
    statements = _loop(plan, writer) if plan.tools else _once(plan, writer)
    if plan.arguments:
        defaults = [
            join([f"{plan.identifiers[argument.name]} = ", text_doc(argument.value)])
            for argument in plan.arguments
        ]
        pattern = bracketed("{", defaults, "}", pad=True)
        function = _block(join(["async function ask(", pattern, " = {}) {"]), statements)
        comment = comment_of(plan.arguments, plan.identifiers)
        return _apart([join([*comment, function], HARD), _tried(plan, ["await ask();"])])
    return _tried(plan, statements)


def _tried(plan: Plan, statements: list[Doc]) -> Doc:
    if not plan.errors:
        return join(statements, HARD)
    parts: list[Doc] = ["try {", indent(HARD, join(statements, HARD)), HARD, "} catch (error) {"]
    branches: list[Doc] = []
    for name, message in _ERRORS:
        test = f"if (error instanceof Anthropic.{name}) {{"
        branches += [test, indent(HARD, f"console.error({message});"), HARD, "} else "]
    branches += ["{", indent(HARD, "throw error;"), HARD, "}", HARD, "process.exitCode = 1;"]
    return join([*parts, indent(HARD, *branches), HARD, "}"])


def _once(plan: Plan, writer: Writer) -> list[Doc]:
    statements = _ask(plan, writer, plan.body)
    if plan.structured:
        statements += ["", "// What the text says, with the type of the schema."]
        statements.append("console.log(message.parsed_output);")
    if plan.arguments and not (plan.plain_post and plan.streaming):
        statements += ["", "return message;"]
    return statements


def _ask(plan: Plan, writer: Writer, body: dict[str, Any]) -> list[Doc]:
    """The statements that send ``body`` and print the text of the answer."""
    call = _plain_call(plan, writer, body) if plan.plain_post else _call(plan, writer, body)
    if not plan.streaming:
        return [call, "", *_PRINT_WHOLE]
    if plan.plain_post:
        return [call, "", *_PRINT_EVENTS, _END_OF_LINE]
    is_used = plan.arguments or plan.tools or plan.structured
    ending = "const message = await" if is_used else "await"
    return [
        call,
        'stream.on("text", (text) => process.stdout.write(text));',
        f"{ending} stream.finalMessage();",
        _END_OF_LINE,
    ]


_END_OF_LINE = 'process.stdout.write("\\n");'
_PRINT_WHOLE: tuple[Doc, ...] = (
    "for (const block of message.content) {",
    '  if (block.type === "text") {',
    "    console.log(block.text);",
    "  }",
    "}",
)
_PRINT_EVENTS: tuple[Doc, ...] = (
    "for await (const event of events) {",
    "  if (",
    '    event.type === "content_block_delta" &&',
    '    event.delta.type === "text_delta"',
    "  ) {",
    "    process.stdout.write(event.delta.text);",
    "  }",
    "}",
)


def _call(plan: Plan, writer: Writer, body: dict[str, Any]) -> Doc:
    kind = request_kind(has_sampling=plan.has_sampling)
    # The types of `create` refuse what they do not know; `stream` and `parse` take any more.
    is_checked = not plan.streaming and not plan.structured
    parameters = writer.request(body, kind, checked=is_checked)
    method = "stream" if plan.streaming else "parse" if plan.structured else "create"
    start = "const stream =" if plan.streaming else "const message = await"
    arguments = _arguments(plan, writer, parameters)
    call = join([f"{start} client.messages.{method}", arguments, ";"])
    return _explained(writer, call)


def _explained(writer: Writer, statement: Doc) -> Doc:
    """The statement with a comment about what in it the compiler would not have taken."""
    marks = []
    if writer.has_casts:
        marks.append("`as never`")
    if writer.has_spreads:
        marks.append("`...{}`")
    writer.has_casts = writer.has_spreads = False
    if not marks:
        return statement
    return commented(
        f"{' and '.join(marks)}: the SDK's types lack it; it is sent as it is.", statement
    )


def _arguments(plan: Plan, writer: Writer, parameters: Doc) -> Doc:
    if not plan.headers:
        return join(["(", parameters, ")"])
    headers = writer.value({"headers": plan.headers})
    return bracketed("(", [parameters, headers], ")", broken=True)


def _plain_call(plan: Plan, writer: Writer, body: dict[str, Any]) -> Doc:
    options: dict[str, Any] = {"body": Expression(writer.request(body, UNKNOWN, checked=False))}
    if plan.streaming:
        options["stream"] = True
    if plan.headers:
        options["headers"] = plan.headers
    entries = [writer.entry(key, value) for key, value in options.items()]
    start, kind = "const message", "Anthropic.Message"
    lines: list[Doc] = ["// The body as it is: the SDK's own method would not send it unchanged."]
    if plan.streaming:
        start, kind = "const events", "Events"
        lines.insert(0, "type Events = AsyncIterable<Anthropic.RawMessageStreamEvent>;")
    call = join(
        [
            f'{start} = await client.post<{kind}>("/v1/messages", ',
            bracketed("{", entries, "}", pad=True, broken=True),
            ");",
        ]
    )
    return join([*lines, call], HARD)


def _loop(plan: Plan, writer: Writer) -> list[Doc]:
    """A conversation that goes on until the model needs no tool any more."""
    request = request_kind(has_sampling=plan.has_sampling)
    opening = writer.value(plan.body["messages"], _field_kind(request, "messages"))
    declared = join(["const messages: Anthropic.MessageParam[] = ", opening, ";"])
    opened = [_explained(writer, declared)]
    asked = {**plan.body, "messages": Expression("messages")}
    choice, freed = plan.body.get("tool_choice"), []
    if isinstance(choice, dict) and choice.get("type") in ("any", "tool"):
        opened.append(_forced(choice, writer, request))
        asked["tool_choice"] = Expression("toolChoice")
        freed = [join(["toolChoice = ", writer.value(_free(choice)), ";"])]
    turn = _ask(plan, writer, asked)
    body: list[Doc] = [
        *turn,
        "",
        'messages.push({ role: "assistant", content: message.content });',
        'if (message.stop_reason === "pause_turn") {',
        "  continue;",
        "}",
        'if (message.stop_reason !== "tool_use") {',
        "  break;" if not plan.arguments else "  return message;",
        "}",
        'messages.push({ role: "user", content: await answers(message) });',
        *freed,
    ]
    return [*opened, "", _block("while (true) {", body)]


def _forced(choice: dict[str, Any], writer: Writer, request: Kind) -> Doc:
    """The choice of the first request; a call that stays forced would never come to an end."""
    value = writer.value(choice, _field_kind(request, "tool_choice"))
    declared = join(["let toolChoice: Anthropic.ToolChoice = ", value, ";"])
    return _explained(writer, declared)


def _free(choice: dict[str, Any]) -> dict[str, Any]:
    kept = "disable_parallel_tool_use"
    return {"type": "auto"} | ({kept: choice[kept]} if choice.get(kept) in (True, False) else {})


def _field_kind(request: Kind, name: str) -> Kind:
    shape = request.shape_of({"max_tokens": 1, "messages": [], "model": ""})
    return shape.fields[name] if shape else UNKNOWN


def _tools(names: tuple[str, ...]) -> Doc:
    stubs: list[Doc] = []
    for name in dict.fromkeys(names):
        line = "return `Write here what it gives for ${JSON.stringify(input)}.`;"
        stubs.append(_block(f"{key_of(name)}: async (input) => {{", [line]))
    kind = "Record<string, (input: unknown) => Promise<string>>"
    table = bracketed("{", stubs, "}", pad=True, broken=True)
    return _apart([join([f"const tools: {kind} = ", table, ";"]), join(_ANSWERS, HARD)])


_ANSWERS: tuple[Doc, ...] = (
    "async function answers(message: Anthropic.Message) {",
    "  const results: Anthropic.ToolResultBlockParam[] = [];",
    "  for (const block of message.content) {",
    '    if (block.type === "tool_use") {',
    "      results.push(await run(block));",
    "    }",
    "  }",
    "  return results;",
    "}",
    "",
    "async function run(",
    "  block: Anthropic.ToolUseBlock,",
    "): Promise<Anthropic.ToolResultBlockParam> {",
    '  const result = { type: "tool_result", tool_use_id: block.id } as const;',
    "  try {",
    "    return { ...result, content: await tools[block.name](block.input) };",
    "  } catch (error) {",
    "    return { ...result, content: String(error), is_error: true };",
    "  }",
    "}",
)


def _block(opening: Doc, statements: list[Doc]) -> Doc:
    return join([opening, indent(HARD, join(statements, HARD)), HARD, "}"])


def _apart(blocks: list[Doc]) -> Doc:
    return join(blocks, join([HARD, HARD]))
