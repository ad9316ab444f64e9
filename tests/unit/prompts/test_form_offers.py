"""The form draws exactly what a model and API version accept, by the table of the matrix."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from tests.unit.catalogue import matrix as m
from tests.unit.catalogue.examples import NEW, OLD
from tests.unit.catalogue.test_matrix_of_offers import CLOSED, SAMPLING
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm

from .form_page import draft_with, html_of

SELECTS = {
    "effort": "output_config.effort",
    "thinking-type": "thinking.type",
    "service_tier": "service_tier",
    "speed": "speed",
    "inference_geo": "inference_geo",
    "cache-control": "cache_control",
    "tool_choice": "tool_choice.type",
}
TOOL = {"name": "look_up", "input_schema": {"type": "object"}}


class _Controls(HTMLParser):
    """The names of the inputs that a person can fill in, and the values of the lists."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inputs: set[str] = set()
        self.values: dict[str, set[str]] = {}
        self._list = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._list = given["name"]
            self.values[self._list] = set()
        elif tag == "datalist":
            self._list = ""
        elif tag == "option" and self._list:
            # A tool of its own is written as `tool:its name`.
            self.values[self._list] |= {given["value"].partition(":")[0]} - {""}
        elif tag == "input" and given.get("type") != "hidden":
            self.inputs.add(given["name"])


def controls(model_id: str, api_version: str) -> _Controls:
    turns = [{"role": "user", "content": "x"}]
    body = {"model": model_id, "max_tokens": 5, "messages": turns, "tools": [TOOL]}
    return _Controls(html_of(EditorForm.of(draft_with(Content(body, api_version)))))


@pytest.mark.parametrize("api_version", [NEW, OLD])
@pytest.mark.parametrize("model_id", sorted(m.EVERY))
def test_the_form_offers_what_is_accepted(model_id: str, api_version: str) -> None:
    drawn = controls(model_id, api_version)
    for name, path in SELECTS.items():
        accepted = {value for value, by in CLOSED[path].items() if model_id not in by}
        is_drawn = accepted != {"standard"}  # there is nothing to choose then
        assert drawn.values.get(name, set()) == (accepted if is_drawn else set()), name
    takes_sampling = api_version == OLD and model_id not in m.REFUSE_SAMPLING
    assert drawn.inputs & set(SAMPLING) == (set(SAMPLING) if takes_sampling else set())
    roles = {"user", "assistant"} | ({"system"} if model_id not in m.REFUSE_SYSTEM_TURNS else set())
    assert drawn.values["turn-1-role"] == roles
