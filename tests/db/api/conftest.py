"""A token of Acme, one of Elsewhere, and a program that reads with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.http import HttpResponse

    from workbench.accounts.models import Team, User
    from workbench.prompts.content import Content
    from workbench.prompts.models import Prompt

TOKEN = "wbk_" + "A" * 43
OF_ELSEWHERE = "wbk_" + "B" * 43
Read = Callable[..., Any]


@pytest.fixture(autouse=True)
def _whole_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests reuse the numbers of tokens; each begins with all reads left."""
    from workbench.api import reading
    from workbench.api.allowance import Allowance

    monkeypatch.setattr(reading, "allowance", Allowance())


@pytest.fixture
def token(acme: Team, alice: User) -> Any:
    """Acme's token ``TOKEN``."""
    return _token(acme, TOKEN)


@pytest.fixture
def token_of_elsewhere(charlie: User) -> Any:
    return _token(charlie.memberships.get().team, OF_ELSEWHERE)


def _token(team: Team, text: str) -> Any:
    from workbench.accounts.models import ApiToken
    from workbench.accounts.unguessable import digest

    return ApiToken.objects.create(team=team, name="CI", token_hash=digest(text), last4=text[-4:])


@pytest.fixture
def read(token: Any) -> Read:
    """``read("prompts/", token=…, method="GET", **headers)`` below ``/api/v1/``."""
    from django.test import Client

    client = Client(raise_request_exception=False)

    def read(path: str, *, token: str = TOKEN, method: str = "GET", **headers: str) -> HttpResponse:
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        return client.generic(method, f"/api/v1/{path}", headers=sent)  # type: ignore[return-value]

    return read


@pytest.fixture
def greeting(alice: User, make: Callable[..., Prompt]) -> Prompt:
    """Three versions; production is on 2. The last one declares TONE, with a default, and NAME."""
    from workbench.prompts.content import Variable
    from workbench.prompts.models import Label

    last = {
        "body": {"messages": [{"role": "user", "content": "{{TONE}} {{NAME}} {{other}}"}]},
        "variables": (Variable("TONE", "how", "Hello"), Variable("NAME")),
        "betas": ("files-api-2025-04-14",),
    }
    prompt = make("Greeting", "Hi", "Good day", last)
    version = prompt.versions.get(number=2)
    Label.objects.create(team=prompt.team, prompt=prompt, name="production", version=version)
    return prompt


@pytest.fixture
def make(alice: User) -> Callable[..., Prompt]:
    """Makes a prompt of Acme with one version per text of its turn, or parts of its content."""
    from workbench.prompts.saving import make_prompt

    def make(name: str, *versions: Any, by: User = alice, **fields: Any) -> Prompt:
        prompt = make_prompt(by.memberships.get().team_id, name, by)
        for number, parts in enumerate(versions):
            prompt.save_version(_content(parts), by, parent_number=number or None)
        for field, value in fields.items():
            setattr(prompt, field, value)
        prompt.save()
        return prompt

    return make


def _content(parts: Any) -> Content:
    from dataclasses import replace

    from workbench.prompts.content import Content

    if isinstance(parts, str):
        parts = {"body": {"messages": [{"role": "user", "content": parts}]}}
    body = parts.pop("body", {})
    content = replace(Content.blank(), **parts)
    return content.with_body(**body)
