"""What the API would refuse of a preset by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.catalogue import Problem, problems
from workbench.messages_api import MessageRequest
from workbench.prompts.content import Content
from workbench.prompts.parameters import ModelChoice

from .parts import BODY, Part, applied, parts_of


@dataclass(frozen=True)
class Refusal:
    """Sentences on what of a preset is not accepted, and by which model and API version."""

    sentences: list[str]
    choice: ModelChoice

    @property
    def heading(self) -> str:
        """Who does not accept it, as the end of a sentence; "" when all is accepted."""
        if not self.sentences:
            return ""
        choice = self.choice
        return f"not accepted by {choice.name} with API version {choice.api_version}"


def refusal_of(parameters: Mapping[str, Any]) -> Refusal:
    """What is refused of a preset; what it does not set is taken from a new prompt."""
    content = applied(Content.blank(), parameters)
    parts = parts_of(parameters)
    found = [problem for problem in problems_of(content) if _is_inside(problem, parts)]
    return Refusal([problem.sentence for problem in found], ModelChoice.of(content))


def problems_of(content: Content) -> list[Problem]:
    """What the API would refuse of a content, its variables not filled in."""
    return problems(MessageRequest(content.api_version, content.betas, content.body))


def _is_inside(problem: Problem, parts: Mapping[Part, Any]) -> bool:
    keys = problem.path.split(".")
    places = ((keys[0],), (BODY, *keys[:1]), (BODY, *keys[:2]))
    return any(place in parts for place in places)
