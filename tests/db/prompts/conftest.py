"""A prompt of Acme with one version, a draft of Erin's, and a short way to post a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from workbench.accounts.access import Access
    from workbench.accounts.models import User
    from workbench.prompts.content import Content
    from workbench.prompts.models import Draft, Prompt


@pytest.fixture
def prompt(alice: User, saying: Callable[[str], Content]) -> Prompt:
    """Alice's prompt "Greeting" with one version."""
    from workbench.prompts.saving import make_prompt

    prompt = make_prompt(alice.memberships.get().team_id, "Greeting", alice)
    prompt.save_version(saying("Hello"), alice, parent_number=None)
    return prompt


@pytest.fixture
def draft(erin: User) -> Draft:
    """Erin's draft of nothing yet."""
    from workbench.prompts.content import Content
    from workbench.prompts.models import Draft

    team = erin.memberships.get().team
    return Draft.objects.create(team=team, user=erin, content=Content.blank().to_dict())


@pytest.fixture
def erins(erin: User, client_of: Callable[[User], Client]) -> Client:
    """Erin's browser; she is an editor of Acme."""
    return client_of(erin)


@pytest.fixture
def erins_access(erin: User) -> Access:
    """What Erin may do in Acme."""
    from workbench.accounts.access import access_to

    return access_to(erin.pk, "acme")


@pytest.fixture
def saying() -> Callable[[str], Content]:
    """Makes a prompt's content with one user turn."""
    from workbench.prompts.content import Content

    def content(text: str) -> Content:
        return Content.blank().with_body(messages=[{"role": "user", "content": text}])

    return content


@pytest.fixture
def post() -> Callable[..., Any]:
    """Posts fields to a path below the team Acme, as htmx does or as a plain form.

    In the names of fields ``__`` stands for ``-``.
    """

    def post(client: Client, path: str, /, *, htmx: bool = True, **fields: str) -> Any:
        named = {name.replace("__", "-"): value for name, value in fields.items()}
        headers = {"HX-Request": "true"} if htmx else {}
        return client.post(f"/t/acme/{path}", named, headers=headers)

    return post
