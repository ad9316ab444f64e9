"""What the page shows about the tools beside their fields: the choice, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.catalogue import Offer, Problem, get, offers, problems
from workbench.messages_api import MessageRequest
from workbench.prompts.content import Content

from .choice import ToolChoice
from .section import CHOICE, TOOLS, Tools

ASKED = ("model", "thinking", "mcp_servers", TOOLS, CHOICE)
"""The keys of a body that decide about its tools."""


@dataclass(frozen=True)
class ShownChoice:
    """The tool choice as the page draws it."""

    stored: ToolChoice
    offer: Offer
    names: list[str]
    model_name: str

    @property
    def options(self) -> list[tuple[str, str]]:
        """(value, words) of the list."""
        return self.stored.options(self.offer, self.names)

    @property
    def reason(self) -> str:
        """Why some choices are not offered."""
        return self.offer.reason

    @property
    def is_refused(self) -> bool:
        """Whether the model does not take what is stored."""
        return self.stored.is_refused(self.offer)


def shown_choice(content: Content, tools: Tools) -> ShownChoice:
    """The choice among ``tools`` that model, API version and thinking allow."""
    body = content.body
    model = body.get("model")
    model_id = model if isinstance(model, str) else ""
    asked = {"thinking": body.get("thinking")}
    offer = offers(model_id, content.api_version, asked)[f"{CHOICE}.type"]
    return ShownChoice(tools.choice, offer, tools.names, get(model_id).display_name)


def tool_problems(content: Content, tools: Tools) -> list[Problem]:
    """What the API would refuse of the tools, and what is wrong with the pasted list."""
    body = {key: content.body[key] for key in ASKED if key in content.body}
    if TOOLS not in body and CHOICE not in body:
        return tools.paste_problems
    found = problems(MessageRequest(content.api_version, content.betas, body))
    ours = [each for each in found if each.path.partition(".")[0] in (TOOLS, CHOICE)]
    return [*ours, *tools.paste_problems]
