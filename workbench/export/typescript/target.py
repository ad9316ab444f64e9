"""The two generations of the TypeScript SDK as targets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import NoneType
from typing import Any

from workbench.export.filling import names_in
from workbench.export.media import MediaFile, detach
from workbench.export.source import CodeFile, Export, Options, Source, Target
from workbench.export.typescript.names import identifiers
from workbench.export.typescript.program import Plan, program
from workbench.export.typescript.schemas import helper_takes
from workbench.export.typescript.values import Helper, Writer
from workbench.export.wire import Wire, slug_of, wire_of

MOST_TOKENS_AT_ONCE = 21_333
"""Of an answer with more tokens the SDK says that it has to be streamed."""
_CLIENT_TOOLS = ("bash_", "text_editor_", "memory_", "computer_2")
_OPTIONS = frozenset({"streaming", "errors", "tool_loop", "structured", "media_files"})
_TSCONFIG = """\
{
  "compilerOptions": {
    "strict": true,
    "target": "es2022",
    "module": "nodenext",
    "types": ["node"],
    "erasableSyntaxOnly": true,
    "skipLibCheck": true,
    "noEmit": true
  }
}
"""


@dataclass(frozen=True)
class Generation:
    """What differs between the majors of the SDK."""

    major: int
    pin: str
    api_version: str
    has_sampling: bool
    """Whether its types have temperature, top_p and top_k."""


def generate(generation: Generation, source: Source, options: Options) -> Export:
    """A program, with what Node needs to run it and TypeScript to check it."""
    notes: list[str] = []
    streaming = options.streaming
    if not streaming and _must_stream(source.request.body):
        streaming = True
        notes.append(
            "It streams: the SDK takes more than "
            f"{MOST_TOKENS_AT_ONCE:,} max_tokens in a stream only."
        )
    wire = wire_of(source, streaming=streaming)
    plan, media = _plan(generation, source, options, wire, streaming, notes)
    text, writer = program(plan)
    slug = slug_of(source.title)
    return Export(
        files=(
            CodeFile(f"{slug}.ts", text.encode()),
            CodeFile("package.json", _package(generation, slug).encode()),
            CodeFile("tsconfig.json", _TSCONFIG.encode()),
            *(CodeFile(file.path, file.data) for file in media),
        ),
        steps=("npm install", 'export ANTHROPIC_API_KEY="your key"', f"node {slug}.ts"),
        notes=(*notes, *_about(writer, plan), *wire.notes),
    )


def _plan(
    generation: Generation,
    source: Source,
    options: Options,
    wire: Wire,
    streaming: bool,
    notes: list[str],
) -> tuple[Plan, tuple[MediaFile, ...]]:
    body, media = detach(wire.body) if options.media_files else (wire.body, ())
    plain_post = _needs_plain_post(body, streaming=streaming)
    if streaming and not plain_post:
        body.pop("stream", None)
    tools = _client_tools(body) if options.tool_loop else ()
    if options.tool_loop and (plain_post or not tools):
        tools = ()
        notes.append("There is no loop: the request has no tool that the program could run.")
    structured = False
    if options.structured:
        body, structured = _with_helper(body, plain_post, notes)
    used = names_in(wire.body)
    arguments = tuple(argument for argument in source.arguments if argument.name in used)
    return Plan(
        body=body,
        headers=_headers(generation, wire),
        streaming=streaming,
        arguments=arguments,
        identifiers=identifiers(argument.name for argument in arguments),
        has_sampling=generation.has_sampling,
        major=generation.major,
        errors=options.errors,
        plain_post=plain_post,
        tools=tools,
        structured=structured,
    ), media


def _headers(generation: Generation, wire: Wire) -> dict[str, str]:
    headers = wire.headers
    if headers.get("anthropic-version") == generation.api_version:
        del headers["anthropic-version"]
    return headers


def _must_stream(body: Mapping[str, Any]) -> bool:
    most = body.get("max_tokens")
    return isinstance(most, int | float) and most > MOST_TOKENS_AT_ONCE


def _needs_plain_post(body: Mapping[str, Any], *, streaming: bool) -> bool:
    """Whether the SDK's methods would stumble over the body, or take something out of it."""
    messages = body.get("messages")
    has_messages = isinstance(messages, list) and all(isinstance(turn, dict) for turn in messages)
    has_tools = isinstance(body.get("tools"), list | NoneType)
    is_whole = isinstance(body.get("max_tokens"), int | float) and not body.get("stream")
    config = body.get("output_config")
    answer = config.get("format") if isinstance(config, dict) else None
    has_format = answer is None or (isinstance(answer, dict) and "parse" not in answer)
    becomes_header = "user_profile_id" in body or "workspace_id" in body
    fits = has_messages and has_tools and has_format and (streaming or is_whole)
    return becomes_header or not fits


def _client_tools(body: Mapping[str, Any]) -> tuple[str, ...]:
    tools = body.get("tools")
    found = (tool for tool in tools if isinstance(tool, dict)) if isinstance(tools, list) else ()
    return tuple(
        tool["name"]
        for tool in found
        if isinstance(tool.get("name"), str)
        and (tool.get("type") in (None, "custom") or str(tool["type"]).startswith(_CLIENT_TOOLS))
    )


def _with_helper(
    body: dict[str, Any], plain_post: bool, notes: list[str]
) -> tuple[dict[str, Any], bool]:
    """The body with the SDK's helper in the place of its output format, and whether it is there."""
    config = body.get("output_config")
    if not isinstance(config, dict) or (answer := config.get("format")) is None:
        notes.append("The request asks for no structured output.")
        return body, False
    if plain_post or not helper_takes(answer):
        notes.append(
            "The schema is written as a plain parameter: the SDK's helper would not send it "
            "unchanged, or its types do not know all of it."
        )
        return body, False
    notes.append(
        "The schema goes through jsonSchemaOutputFormat: the helper for zod would rewrite it."
    )
    helped = {**config, "format": Helper(answer["schema"])}
    return {**body, "output_config": helped}, True


def _about(writer: Writer, plan: Plan) -> list[str]:
    notes = []
    if writer.has_moved_keys:
        notes.append(
            "JavaScript sends keys that are whole numbers first, in their order: elsewhere in the "
            "request they may stand in another order than here."
        )
    if writer.has_exact_numbers:
        notes.append("JSON.rawJSON keeps numbers exact that JavaScript would round.")
    if plan.plain_post:
        notes.append(
            "The body is posted as it is, because the SDK's own method would refuse or change it."
        )
    return notes


def _package(generation: Generation, slug: str) -> str:
    package = {
        "private": True,
        "type": "module",
        "scripts": {"start": f"node {slug}.ts", "check": "tsc"},
        "dependencies": {"@anthropic-ai/sdk": generation.pin},
        "devDependencies": {"@types/node": ">=22.18", "typescript": ">=5.8"},
        "engines": {"node": ">=22.18"},
    }
    return json.dumps(package, indent=2) + "\n"


def _target(key: str, label: str, generation: Generation) -> Target:
    return Target(key, label, "typescript", partial(generate, generation), _OPTIONS)


TYPESCRIPT_1 = _target(
    "typescript-1",
    "TypeScript SDK 1.x",
    Generation(1, "^1.14.0", "2026-10-21", has_sampling=False),
)
TYPESCRIPT_0 = _target(
    "typescript-0",
    "TypeScript SDK 0.x",
    Generation(0, ">=0.137.0 <1", "2023-06-01", has_sampling=True),
)
