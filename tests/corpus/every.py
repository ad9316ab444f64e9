"""The corpus as one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workbench.messages_api import MessageRequest

from . import blocks, parameters, tools, wild
from .pieces import ask
from .texts import TEXTS


def _corpus() -> Mapping[str, MessageRequest]:
    found: dict[str, MessageRequest] = {}
    for part in (_texts(), blocks.REQUESTS, tools.REQUESTS, parameters.REQUESTS, wild.REQUESTS):
        if twice := found.keys() & part.keys():
            raise ValueError(f"two requests have one name: {sorted(twice)}")
        found |= part
    return MappingProxyType(found)


def _texts() -> dict[str, MessageRequest]:
    """Each text as a question and, so that every place meets some of them, elsewhere by turns."""
    requests = {}
    for number, (name, text) in enumerate(TEXTS.items()):
        requests[f"text: {name}"] = ask(text)
        requests[f"text elsewhere: {name}"] = _elsewhere(number, text)
    return requests


def _elsewhere(number: int, text: str) -> MessageRequest:
    schema = {"type": "object", "properties": {text: {"type": "string", "description": text}}}
    places = (
        ask(system=text),
        ask({"type": "text", "text": text}, {"type": "text", "text": f"{text}{text}"}),
        ask(tools=[{"name": "look", "description": text, "input_schema": schema}]),
        ask("Hi", stop_sequences=[text, f"a{text}"], metadata={"user_id": text}),
    )
    return places[number % len(places)]


CORPUS = _corpus()
"""More than 200 requests by their names."""
