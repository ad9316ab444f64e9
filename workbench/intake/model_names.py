"""Names of models as old texts and other platforms write them, and what stands for them today."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench import catalogue

# Names of the Text Completions API that moved with the versions behind them.
_OLD_NAMES = {
    "claude-v1": "claude-1.3",
    "claude-1": "claude-1.3",
    "claude-v2": "claude-2.1",
    "claude-2": "claude-2.1",
    "claude-instant-v1": "claude-instant-1.2",
    "claude-instant-1": "claude-instant-1.2",
    "claude-instant": "claude-instant-1.2",
}
_LONG_CONTEXT = re.compile(r"-100k$")
_OLD_VERSION = re.compile(r"^(claude(?:-instant)?)-v(\d+(?:\.\d+)?)$")
# `us.anthropic.claude-…-v1:0` (Bedrock), `claude-…@20240620` (Google Cloud), `anthropic/claude-…`.
_PLATFORM = re.compile(
    r"^(?:(?:bedrock|vertex_ai|openrouter|litellm)/)*(?:anthropic[/:])?"
    r"(?:(?:us|eu|apac|global|au|jp)\.)?(?:anthropic\.)?"
    r"(claude-[a-z0-9.-]+?)(?:-v\d+)?(?:@(\d{8}|latest|default))?(?:-v\d+)?(?::\d+(?::\w+)?)?$"
)


@dataclass(frozen=True)
class Successor:
    """A model for one that no longer answers."""

    model: str
    sentence: str


def successor(name: str) -> Successor | None:
    """Return what takes the place of a retired model; None for a model that may be asked."""
    model = catalogue.get(name)
    if model.state != "retired":
        return None
    return _of_retired(name, model)


def old_successor(name: str) -> Successor | None:
    """Return what takes the place of a model of the Text Completions API, which has none left."""
    model = catalogue.get(usual_name(name))
    if model.state == "retired":
        return _of_retired(name, model)
    if model.state != "unknown":
        return None
    default = catalogue.DEFAULT_MODEL
    return Successor(default, f"The model {name[:80]} is not known here: {default} was chosen.")


def usual_name(name: str) -> str:
    """Return the id of the catalogue for a name of another platform or time, else `name`."""
    if catalogue.get(name).state != "unknown":
        return name
    for candidate in _candidates(name.strip().lower()):
        model = catalogue.get(candidate)
        if model.state != "unknown":
            return model.id
    return name


def _candidates(name: str) -> list[str]:
    short = _LONG_CONTEXT.sub("", name)
    found = [short, _OLD_NAMES.get(short, ""), _OLD_VERSION.sub(r"\1-\2", short)]
    if match := _PLATFORM.match(name):
        bare = match[1]
        dated = f"{bare}-{match[2]}" if match[2] else bare
        dashed = bare.replace(".", "-")
        found += [dated, bare, dashed, f"{dashed}-latest"]
        # OpenRouter says claude-3.5-sonnet, and claude-sonnet-4.5 for what is claude-sonnet-4-5.
        found += [_OLD_NAMES.get(bare, ""), f"{bare}-0"]
    return [candidate for candidate in found if candidate]


def _of_retired(name: str, model: catalogue.Model) -> Successor:
    new = catalogue.lasting_successor(model)
    chosen = new.id if new else catalogue.DEFAULT_MODEL
    when = f" on {model.retires_on}" if model.retires_on else ""
    said = f"{model.display_name} ({name[:80]})" if model.display_name != name else name[:80]
    return Successor(chosen, f"{said} was retired{when}: {chosen} takes its place.")
