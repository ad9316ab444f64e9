"""A prompt of Erin's with markers in all its parts, a run of it, and ways to share and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from workbench.accounts.models import Team, User
    from workbench.prompts.models import Prompt
    from workbench.runs.models import Run


@pytest.fixture
def prompt(erin: User, acme: Team) -> Prompt:
    """Erin's prompt with one version."""
    from workbench.prompts.saving import make_prompt

    from .marked import CONTENT

    prompt = make_prompt(acme.pk, "Weather", erin)
    prompt.save_version(CONTENT, erin, parent_number=None, note="NOTE-OF-THE-TEAM")
    return prompt


@pytest.fixture
def run(erin: User, prompt: Prompt) -> Run:
    """A run of version 1 whose answer repeats everything."""
    from .marked import run_of

    return run_of(erin, prompt)


@pytest.fixture
def erins(client_of: Callable[[User], Client], erin: User) -> Client:
    return client_of(erin)


@pytest.fixture
def stranger() -> Client:
    """A browser of somebody without an account."""
    from django.test import Client

    return Client()


@pytest.fixture
def share(erins: Client) -> Callable[..., str]:
    """Shares what is at a path below the team; returns the path of the link."""

    def share(path: str, client: Client | None = None, **fields: Any) -> str:
        chosen = {"which": "version", "shows_system": "on", "shows_variables": "on", "days": "7"}
        chosen = {name: value for name, value in (chosen | fields).items() if value}
        answer = (client or erins).post(f"/t/acme/{path}links/", chosen, follow=True)
        assert answer.status_code == 200, answer.content.decode()
        found = re.search(r"/s/[\w-]{43}/", answer.content.decode())
        assert found, answer.content.decode()
        return found[0]

    return share
