"""Short ways to have something that is found, and to look for it as Bob, who only reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from workbench.accounts.models import Team, User
    from workbench.prompts.content import Content
    from workbench.prompts.models import Prompt
    from workbench.runs.models import Run

Saved = Callable[..., "Prompt"]
Ran = Callable[..., "Run"]
Look = Callable[..., Any]


@pytest.fixture
def saying() -> Callable[[str], Content]:
    """Makes a content with one user turn."""
    from workbench.prompts.content import Content

    def content(text: str) -> Content:
        return Content.blank().with_body(messages=[{"role": "user", "content": text}])

    return content


@pytest.fixture
def saved(erin: User, acme: Team, saying: Callable[[str], Content]) -> Saved:
    """Saves a prompt with a version per text."""
    from workbench.prompts.models import Prompt

    def save(name: str, *texts: str, team: Team = acme, **fields: Any) -> Prompt:
        slug = Prompt.free_slug(team.pk, name)
        prompt = Prompt.objects.create(team=team, name=name, slug=slug, created_by=erin, **fields)
        for number, text in enumerate(texts):
            prompt.save_version(saying(text), erin, parent_number=number or None)
        return prompt

    return save


@pytest.fixture
def ran(erin: User, acme: Team, saying: Callable[[str], Content]) -> Ran:
    """Makes a finished run that asked and answered something."""
    from workbench.runs.models import Run, RunText, State
    from workbench.runs.search_document import run_document

    def run(asked: str, answered: str, *, name: str = "", team: Team = acme) -> Run:
        made = Run.objects.create(
            team=team,
            user=erin,
            prompt_name=name,
            request=saying(asked).to_request({}).to_dict(),
            request_hash="h",
            model="claude-opus-5-5",
            upstream="simulator",
            idempotency_key=f"key {Run.objects.count()}",
            state=State.SUCCEEDED,
            message={"role": "assistant", "content": [{"type": "text", "text": answered}]},
        )
        document = run_document(team.pk, made.prompt_name, made.request, made.message)
        RunText.objects.create(run=made, team=team, search=document.vector)
        return made

    return run


@pytest.fixture
def bobs(bob: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(bob)


@pytest.fixture
def look(bobs: Client) -> Look:
    """Asks the page of the search; fields in ``more`` are its query's."""

    def look(
        typed: str, path: str = "/t/acme/search/", *, client: Client = bobs, **more: str
    ) -> Any:
        return client.get(path, {"q": typed, **more})

    return look
