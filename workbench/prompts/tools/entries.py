"""The tools that can be added: a client tool, and those that Anthropic defines.

Types and options: Python SDK 2.11.0, types/*_tool_*_param.py and *_toolset_*_param.py (read
2026-11-20); country and time zone: its user_location_param.py. No source states the least numbers:
below 1 they mean nothing. Which options a version takes is told by ``since``; what is set stays,
whatever the version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from workbench.prompts.bound import FLAG, JSON, LINES, WHOLE, Bound

from .fields import CACHE, CALLERS, DEFER, EXAMPLES, STRICT, YES_NO, Worded

CLIENT = "client"
EXAMPLE = {
    "name": "get_weather",
    "description": "Returns the current weather of a city. Use it when somebody asks about the "
    "weather now, not about the past or the days to come.",
    "input_schema": {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "City and country, such as Paris, France"},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        },
        "required": ["city"],
    },
}

MAX_USES = Bound("max_uses", ("max_uses",), WHOLE, "Most uses in one request", least=1)
ALLOWED = Bound("allowed_domains", ("allowed_domains",), LINES, "Only these domains")
BLOCKED = Bound("blocked_domains", ("blocked_domains",), LINES, "Never these domains")
INCLUSION = Worded(
    "response_inclusion",
    ("response_inclusion",),
    label="Results used up by code",
    options=(("", "Not set"), ('"full"', "Full"), ('"excluded"', "Excluded")),
)
LOCATION = "user_location"
PLACE = (
    Bound(f"{LOCATION}-city", (LOCATION, "city"), label="City"),
    Bound(f"{LOCATION}-region", (LOCATION, "region"), label="Region"),
    Bound(
        f"{LOCATION}-country",
        (LOCATION, "country"),
        label="Country (two letters)",
        pattern="[A-Za-z]{2}",
        wanted="a code, such as CH",
    ),
    Bound(
        f"{LOCATION}-timezone",
        (LOCATION, "timezone"),
        label="Time zone",
        pattern=r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*",
        wanted="a name of the IANA list, such as Europe/Zurich",
    ),
)
CITATIONS = Bound("citations", ("citations", "enabled"), FLAG, "Citations")
CONTENT_TOKENS = Bound(
    "max_content_tokens", ("max_content_tokens",), WHOLE, "Most tokens of a page", least=1
)
URL_SOURCES = Bound(
    "url_sources",
    ("url_sources",),
    JSON,
    "Where addresses may come from",
    'JSON, such as {"user_input": {"type": "all"}}.',
)
USE_CACHE = Worded("use_cache", ("use_cache",), label="Cached pages", options=YES_NO)
CHARACTERS = Bound(
    "max_characters", ("max_characters",), WHOLE, "Most characters of a file view", least=1
)
CONFIGS = Bound(
    "configs",
    ("configs",),
    JSON,
    "Members",
    'By member, such as {"zoom": {"enabled": false}}.',
)

COMMON = (CACHE, STRICT, DEFER, CALLERS)


@dataclass(frozen=True)
class Entry:
    """A kind of tool that Anthropic defines, in all its versions."""

    stem: str
    """What its types begin with; a date follows."""
    label: str
    sentence: str
    dates: tuple[str, ...]
    """The versions, the newest first."""
    options: tuple[Bound, ...] = ()
    common: tuple[Bound, ...] = COMMON
    name: str = ""
    """The fixed name; "" for a toolset, which has none."""
    former_names: tuple[tuple[str, str], ...] = ()
    """(version, name) of versions that are called otherwise."""
    is_run_by_client: bool = False
    since: tuple[tuple[str, str], ...] = ()
    """(option, date) of options that older versions do not take."""

    @property
    def versions(self) -> tuple[str, ...]:
        """The values of ``type``, the newest first."""
        return tuple(f"{self.stem}_{date}" for date in self.dates)

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """All fields, the version first."""
        options = tuple((version, version) for version in self.versions)
        version = Bound("type", ("type",), "choice", "Version", options=options)
        return (version, *self.options, *self.common)

    def name_of(self, version: str) -> str:
        """The name that goes with a type."""
        return dict(self.former_names).get(version.rpartition("_")[2], self.name)

    def takes(self, option: str, version: str) -> bool:
        """Whether a version knows an option; one that we do not know is taken to know all."""
        return version.rpartition("_")[2] >= dict(self.since).get(option, "")

    def new(self) -> dict[str, Any]:
        """A tool of the newest version, as the API takes it."""
        version = self.versions[0]
        name = self.name_of(version)
        return {"type": version} | ({"name": name} if name else {})


ENTRIES = (
    Entry(
        "web_search",
        "Web search",
        "Anthropic searches the web; $10 per 1,000 searches.",
        ("20260318", "20260209", "20250305"),
        (MAX_USES, ALLOWED, BLOCKED, *PLACE, INCLUSION),
        name="web_search",
        since=(("response_inclusion", "20260318"),),
    ),
    Entry(
        "web_fetch",
        "Web fetch",
        "Anthropic reads pages whose address is in the conversation.",
        ("20260318", "20260309", "20260209", "20250910"),
        (MAX_USES, ALLOWED, BLOCKED, CITATIONS, CONTENT_TOKENS, URL_SOURCES, USE_CACHE, INCLUSION),
        name="web_fetch",
        since=(("response_inclusion", "20260318"), ("use_cache", "20260309")),
    ),
    Entry(
        "code_execution",
        "Code execution",
        "Anthropic runs code of the model in a container.",
        ("20260521", "20260120", "20250825", "20250522"),
        name="code_execution",
    ),
    Entry(
        "tool_search_tool_regex",
        "Tool search by pattern",
        "The model finds tools that load only when needed, by regular expression.",
        ("20251119",),
        name="tool_search_tool_regex",
    ),
    Entry(
        "tool_search_tool_bm25",
        "Tool search by words",
        "The model finds tools that load only when needed, by words.",
        ("20251119",),
        name="tool_search_tool_bm25",
    ),
    Entry(
        "bash",
        "Bash",
        "The model writes shell commands; you run them.",
        ("20250124",),
        (EXAMPLES,),
        name="bash",
        is_run_by_client=True,
    ),
    Entry(
        "text_editor",
        "Text editor",
        "The model views and edits files; you do it.",
        ("20250728", "20250429", "20250124"),
        (CHARACTERS, EXAMPLES),
        name="str_replace_based_edit_tool",
        former_names=(("20250124", "str_replace_editor"),),
        is_run_by_client=True,
        since=(("max_characters", "20250728"),),
    ),
    Entry(
        "memory",
        "Memory",
        "The model keeps notes in files; you store them.",
        ("20250818",),
        (EXAMPLES,),
        name="memory",
        is_run_by_client=True,
    ),
    Entry(
        "computer_toolset",
        "Computer",
        "The model uses a screen, mouse and keyboard; you do it.",
        ("20260801",),
        (CONFIGS,),
        common=(CACHE, CALLERS),
        is_run_by_client=True,
    ),
    Entry(
        "browser_toolset",
        "Browser",
        "The model uses a web browser; you do it.",
        ("20260801",),
        (CONFIGS,),
        common=(CACHE, CALLERS),
        is_run_by_client=True,
    ),
)


def entry_of(kind: Any) -> Entry | None:
    """The entry whose versions look like the type ``kind``, also one that is not listed yet."""
    if not isinstance(kind, str):
        return None
    return next((e for e in ENTRIES if re.fullmatch(rf"{e.stem}_\d{{8}}", kind)), None)


def entry_called(stem: str) -> Entry | None:
    """The entry by its stem."""
    return next((entry for entry in ENTRIES if entry.stem == stem), None)


def adjusted(before: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """The tool ``value`` with what its change from ``before`` brings along.

    A new version has its own name; a place needs its type, and a type alone is no place.
    """
    return _with_whole_place(before, _with_name_of_version(before, value))


def _with_name_of_version(before: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    entry, old, new = entry_of(before.get("type")), before.get("type"), value.get("type")
    if entry is None or old == new or not isinstance(new, str):
        return value
    is_usual = before.get("name") == entry.name_of(str(old)) != entry.name_of(new)
    return value | {"name": entry.name_of(new)} if is_usual else value


def _with_whole_place(before: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    place = value.get(LOCATION)
    if place == before.get(LOCATION) or not isinstance(place, dict):
        return value
    if list(place) == ["type"]:
        return {key: item for key, item in value.items() if key != LOCATION}
    return value if "type" in place else value | {LOCATION: {"type": "approximate"} | place}
