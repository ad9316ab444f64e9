"""Configurations of promptfoo: prompts, one provider's parameters, and tests as value sets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .loose_json import strict_json
from .markers import mustache
from .promptfoo_tests import defaults_of, read_tests
from .reading import FoundPrompt
from .remarks import Remarks
from .templates import as_turns, parameters_in, template_prompt
from .yaml_text import Refused, read_yaml

Files = Mapping[str, str]
"""The texts that stand beside a configuration, by their path from it."""

_PROGRAM = re.compile(r"\.(?:py|js|ts|cjs|mjs|sh|rb)(?::\w+)?$|^(?:exec|python|javascript):")
_FILE = re.compile(r"^[\w./*-]+\.(?:txt|md|json|ya?ml|j2|csv|py|js|ts|cjs|mjs)(?::\w+)?$")
_NO_PARAMETERS = (
    "apiKey",
    "apiKeyEnvar",
    "apiBaseUrl",
    "apiHost",
    "baseURL",
    "cost",
    "inputCost",
    "outputCost",
    "showThinking",
)


@dataclass(frozen=True)
class _Raw:
    """A prompt of the configuration: its name, and its text or turns."""

    name: str
    prompt: Any


def is_promptfoo(value: object) -> bool:
    """Return whether `value` is a configuration of promptfoo."""
    if not isinstance(value, Mapping):
        return False
    prompts = value.get("prompts")
    is_told = bool({"providers", "tests", "defaultTest", "scenarios", "targets"} & value.keys())
    return is_told and isinstance(prompts, str | list | dict) and bool(prompts)


def read_promptfoo(value: Mapping[str, Any], files: Files | None = None) -> list[FoundPrompt]:
    """Return a prompt for each prompt of the configuration; `files` are those it may name."""
    remarks = Remarks()
    beside = files or {}
    parameters = _parameters(value, remarks)
    sets = read_tests(value, beside, remarks)
    defaults = defaults_of(value)
    raws = _raws(value["prompts"], beside, remarks)
    said = value.get("description")
    found = [_found(raw, parameters, sets, defaults) for raw in raws or [_Raw("", [])]]
    return [
        replace(
            prompt,
            description=said if isinstance(said, str) else "",
            tags=_tags(value.get("tags")),
            remarks=(*remarks.all, *prompt.remarks),
        )
        for prompt in found
    ]


def _found(
    raw: _Raw,
    parameters: Mapping[str, Any],
    sets: list[tuple[str, Mapping[str, str]]],
    defaults: Mapping[str, str],
) -> FoundPrompt:
    remarks = Remarks()
    turns = as_turns(raw.prompt)
    prompt = template_prompt(turns, parameters, mustache, remarks, defaults)
    return replace(prompt, name=raw.name, value_sets=tuple(sets))


def _raws(prompts: Any, files: Files, remarks: Remarks) -> list[_Raw]:
    if isinstance(prompts, str):
        prompts = [prompts]
    if isinstance(prompts, Mapping):  # the old form: path -> label
        prompts = [{"raw": path, "label": label} for path, label in prompts.items()]
    found: list[_Raw] = []
    for number, prompt in enumerate(prompts, 1):
        found += _raw(prompt, number, files, remarks)
    return found


def _raw(prompt: Any, number: int, files: Files, remarks: Remarks) -> list[_Raw]:
    name = f"Prompt {number}"
    if isinstance(prompt, Mapping) and "role" not in prompt:
        label = prompt.get("label", prompt.get("id", prompt.get("display")))
        name = label if isinstance(label, str) and label else name
        prompt = prompt.get("raw", prompt.get("file", prompt.get("id")))
    if isinstance(prompt, list):
        return [_Raw(name, prompt)]
    if not isinstance(prompt, str):
        remarks.not_understood(f"Prompt {number} of the configuration was not understood.", prompt)
        return []
    if prompt.startswith("file://") or _FILE.match(prompt.strip()) or _PROGRAM.search(prompt):
        return _from_file(prompt.strip(), name, number, files, remarks)
    return [_Raw(name, _turns_in(prompt))]


def _from_file(
    reference: str, name: str, number: int, files: Files, remarks: Remarks
) -> list[_Raw]:
    if _PROGRAM.search(reference):
        remarks.left_out("A program makes this prompt: nothing is ever run here.", reference)
        return []
    path = reference.removeprefix("file://").removeprefix("./")
    text = files.get(path)
    if text is None:
        sentence = "This prompt is in a file of its own: drop the folder as an archive to read it."
        remarks.not_understood(sentence, reference)
        return []
    label = path.rpartition("/")[2] if name == f"Prompt {number}" else name
    if path.endswith((".txt", ".md", ".j2")):
        parts = [part for part in re.split(r"(?m)^---[ \t]*$", text) if part.strip()]
        return [_Raw(label, _turns_in(part.strip("\n"))) for part in parts]
    return [_Raw(label, _turns_in(text))]


def _turns_in(text: str) -> Any:
    """The turns that a text writes as JSON or YAML, else the text itself."""
    begin = text.lstrip()
    if begin.startswith("["):
        found = strict_json(text.strip())
        if found and _are_turns(found.value):
            return found.value
    if begin.startswith("- role"):
        try:
            value = read_yaml(text).value
        except Refused:
            return text
        return value if _are_turns(value) else text
    return text


def _are_turns(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(turn, Mapping) and "role" in turn for turn in value
    )


def _parameters(value: Mapping[str, Any], remarks: Remarks) -> dict[str, Any]:
    """The model and the parameters of the first provider that asks Claude, else of the first."""
    providers = value.get("providers", value.get("targets", value.get("provider")))
    listed = providers if isinstance(providers, list) else [providers] if providers else []
    known = [each for each in map(_provider, listed) if each]
    if not known:
        return {}
    chosen = next((each for each in known if "claude" in each[0]), known[0])
    others = [name for name, _ in known if name != chosen[0]]
    if others:
        sentence = f"The parameters are those of {chosen[0][:100]}; other providers were left out."
        remarks.left_out(sentence, ", ".join(others))
    config = dict(chosen[1])
    extra = config.pop("extra_body", None)
    model = config.pop("model", None) or chosen[0].rpartition(":")[2]
    given = parameters_in(config, remarks, "the provider's config", skipped=_NO_PARAMETERS)
    if isinstance(extra, Mapping):
        given |= parameters_in(extra, remarks, "extra_body")
    return {"model": model, **given}


def _provider(provider: object) -> tuple[str, Mapping[str, Any]] | None:
    """(name, config) of a provider in one of its forms."""
    if isinstance(provider, str):
        return provider, {}
    if not isinstance(provider, Mapping) or not provider:
        return None
    name = provider.get("id", provider.get("provider"))
    if isinstance(name, str):
        config = provider.get("config")
        return name, config if isinstance(config, Mapping) else {}
    name, inner = next(iter(provider.items()))
    config = inner.get("config", inner) if isinstance(inner, Mapping) else {}
    return str(name), config if isinstance(config, Mapping) else {}


def _tags(tags: object) -> tuple[str, ...]:
    if isinstance(tags, Mapping):
        return tuple(f"{key}: {value}" for key, value in tags.items())
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
