"""What a request cannot be is said at its field, before anything is stored or sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from workbench.accounts.models import User
from workbench.prompts.content import Content
from workbench.prompts.models import Draft
from workbench.runs.models import Run

TOOL = {"name": "look_up", "input_schema": {"type": "object"}}
PIXEL = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
IMAGE = {"type": "image", "source": PIXEL}
FORMAT = {"type": "json_schema", "schema": {"type": "object", "required": "name"}}


def turn(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}, *blocks]}]}


def refusal(
    client_of: Callable[[User], Client], user: User, body: dict[str, Any], **fields: str
) -> str:
    """Press Run on a draft with ``body``; the refused page."""
    content = Content.blank().with_body(**(turn() | body))
    team = user.memberships.get().team
    draft = Draft.objects.create(team=team, user=user, content=content.to_dict())
    headers = {"HX-Request": "true"}
    answer = client_of(user).post(f"/t/acme/drafts/{draft.pk}/runs/", fields, headers=headers)
    assert answer.status_code == 422
    assert not Run.objects.exists()
    draft.refresh_from_db()
    if not fields:
        assert json.dumps(draft.parsed.body) == json.dumps(content.body)
    return answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-1", "Max tokens must not be negative."),
        ("1000000000", "Claude Opus 5.5 writes at most 128,000 tokens; lower max tokens."),
        ("1e9", "Max tokens must be a whole number"),
        ("abc", "Max tokens must be a whole number, not “abc”."),
        ("", "Set max tokens"),
    ],
)
def test_max_tokens(
    client_of: Callable[[User], Client], erin: User, typed: str, sentence: str
) -> None:
    html = refusal(client_of, erin, {}, max_tokens=typed)
    slot = html.partition('<div id="error-max_tokens"')[2].partition("</div>")[0]
    assert sentence in slot


@pytest.mark.parametrize(
    ("body", "slot", "sentence"),
    [
        ({"tools": [TOOL | {"name": "with space"}]}, "tool-1", "1 to 64 letters, digits"),
        ({"tools": [TOOL | {"name": "n" * 65}]}, "tool-1", "1 to 64 letters, digits"),
        ({"tools": [TOOL, TOOL]}, "tool-2", "rename one of them"),
        ({"output_config": {"format": FORMAT}}, "output-format", "required"),
        (turn({"type": "image", "source": {"type": "url"}}), "turn-1-block-1", "is empty"),
        (
            {"model": "claude-haiku-4-5-20251001"} | turn(*[IMAGE] * 101),
            "form",
            "holds 101 images; this model takes at most 100",
        ),
    ],
)
def test_parts_of_a_request(
    client_of: Callable[[User], Client],
    erin: User,
    body: dict[str, Any],
    slot: str,
    sentence: str,
) -> None:
    html = refusal(client_of, erin, body)
    assert sentence in html.partition(f'<div id="error-{slot}"')[2].partition("</div>")[0]
