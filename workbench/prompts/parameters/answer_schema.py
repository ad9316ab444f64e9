"""The JSON Schema of the answer: what the API would refuse of it, and on which line."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workbench.catalogue import Problem, problems
from workbench.messages_api import MessageRequest
from workbench.prompts.bound import Unreadable, parsed_json
from workbench.prompts.content import Content
from workbench.prompts.json_lines import line_of, lines_of

FORMAT = "output_config.format"
INSIDE = f"{FORMAT}."
SCHEMA = f"{INSIDE}schema"
ASKED = ("model", "output_config")
"""The keys of a body that decide about the schema."""
NO_LINES: Mapping[str, int] = MappingProxyType({})


def schema_problems(content: Content) -> list[Problem]:
    """What the API would refuse inside the schema of the answer, to be told while it is typed.

    Empty when the model takes no schema at all: the page says that beside the model.
    """
    body = {key: content.body[key] for key in ASKED if key in content.body}
    if "output_config" not in body:
        return []
    found = problems(MessageRequest(content.api_version, content.betas, body))
    if any(each.path == FORMAT for each in found):
        return []
    return [each for each in found if each.path.startswith(INSIDE)]


def schema_lines(text: str) -> dict[str, int]:
    """The lines of the field's ``text`` by the paths of a request; none when it is no JSON."""
    try:
        value = parsed_json(text, "")
    except Unreadable:
        return {}
    is_whole = isinstance(value, dict) and value.get("type") == "json_schema"
    start = FORMAT if is_whole else SCHEMA
    return {f"{start}.{path}".removesuffix("."): line for path, line in lines_of(text).items()}


def located(problem: Problem, lines: Mapping[str, int] = NO_LINES) -> str:
    """The sentence of a problem; inside the schema of the answer with its line, or its place."""
    if not problem.path.startswith(INSIDE):
        return problem.sentence
    if line := line_of(problem.path, dict(lines)):
        return f"Line {line}: {problem.sentence}"
    place = problem.path.removeprefix(SCHEMA).removeprefix(".")
    is_inside = place and place != problem.path
    return f"{place}: {problem.sentence}" if is_inside else problem.sentence
