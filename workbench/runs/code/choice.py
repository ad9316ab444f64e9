"""Which code somebody wants: in the address of a page, and remembered in their account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from workbench.export.source import Options, Target
from workbench.export.targets import TARGETS
from workbench.messages_api import MessageRequest
from workbench.prompts.media.sources import places

ARGUMENTS = "arguments"
"""The option that leaves the variables open; it belongs to what the code is made of."""
SHELL = "bash"
"""The language whose programs have no arguments: values are filled in."""
DEFAULT = Options(media_files=True)
FLAGS = tuple(each.name for each in fields(Options) if each.name != "client")
LABELS = {
    ARGUMENTS: "Variables as arguments",
    "streaming": "Stream the answer",
    "asynchronous": "Async",
    "errors": "Handle errors and retries",
    "tool_loop": "Answer tool calls in a loop",
    "structured": "Structured output by the SDK's helper",
    "media_files": "Files beside the program",
}


class Option(NamedTuple):
    """A checkbox of the dialog."""

    name: str
    label: str
    is_on: bool


@dataclass(frozen=True)
class Choice:
    """A target with its options; ``has_arguments`` leaves the variables open."""

    target: Target
    options: Options = DEFAULT
    has_arguments: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, Any], remembered: Mapping[str, Any]) -> Choice:
        """What is ``asked`` for, each option off that is not there; without a target what was
        ``remembered``, and the usual choice where that names none that is known."""
        for source in (asked, remembered):
            target = TARGETS.get(str(source.get("target", "")))
            if target is not None:
                flags = {name: bool(source.get(name)) for name in FLAGS}
                options = Options(**flags, client=str(source.get("client") or "")[:40])
                return cls(target, options, bool(source.get(ARGUMENTS)))
        return cls(next(iter(TARGETS.values())))

    def to_dict(self) -> dict[str, str]:
        """The choice as the fields of a form: options that are on, each as "1"."""
        named = {name: "1" for name in FLAGS if getattr(self.options, name)}
        if self.has_arguments:
            named[ARGUMENTS] = "1"
        return {"target": self.target.key, **named, "client": self.client}

    def query(self) -> str:
        """The choice as the query of an address."""
        return urlencode(self.to_dict())

    @property
    def client(self) -> str:
        """The key of the client, of those that the target has; the first one else."""
        keys = [key for key, _ in self.target.clients]
        return self.options.client if self.options.client in keys else (keys or ["anthropic"])[0]

    def shown(self, request: MessageRequest | None, *, has_variables: bool) -> list[Option]:
        """The options that change something of this request for this target."""
        apt = _apt(request) & self.target.options
        shown = [
            Option(name, LABELS[name], getattr(self.options, name)) for name in FLAGS if name in apt
        ]
        if has_variables and self.target.language != SHELL:
            shown.insert(0, Option(ARGUMENTS, LABELS[ARGUMENTS], self.has_arguments))
        return shown

    def kept(self, shown: list[Option]) -> list[str]:
        """Options that are on and not ``shown``: they count again with another target."""
        names = {option.name for option in shown}
        return [name for name in self.to_dict() if name in LABELS and name not in names]

    def applied_to(self, request: MessageRequest) -> Options:
        """The options without those that do nothing for ``request``."""
        apt = _apt(request)
        flags = {name: name in apt and getattr(self.options, name) for name in FLAGS}
        return replace(self.options, **flags, client=self.client)


def _apt(request: MessageRequest | None) -> set[str]:
    """The names of the options that a request can have use of."""
    body = request.body if request else {}
    apt = {"streaming", "asynchronous", "errors"}
    if isinstance(body.get("tools"), list) and body["tools"]:
        apt.add("tool_loop")
    config = body.get("output_config")
    if body.get("output_format") or (isinstance(config, dict) and config.get("format")):
        apt.add("structured")
    if any(place.source.get("type") == "base64" for place in places(dict(body))):
        apt.add("media_files")
    return apt
