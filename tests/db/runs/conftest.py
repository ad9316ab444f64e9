"""A draft with a tool, a run of it that waits for results, and the editor whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from workbench.accounts.models import Team, User
    from workbench.prompts.models import Draft
    from workbench.runs.models import Run


@pytest.fixture
def draft(erin: User, acme: Team) -> Draft:
    from workbench.prompts.content import Content
    from workbench.prompts.models import Draft

    from .waiting import ASKED

    return Draft.objects.create(team=acme, user=erin, content=Content(ASKED).to_dict())


@pytest.fixture
def run(erin: User, draft: Draft) -> Run:
    from .waiting import waiting_run

    return waiting_run(erin, draft)


@pytest.fixture
def erins(client_of: Callable[[User], Client], erin: User) -> Client:
    return client_of(erin)
