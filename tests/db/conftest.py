"""The world of the tests that walk all URLs.

Models are imported in the fixtures: pytest reads this file before it has read the settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from workbench.accounts.models import Team, User

    from .secrets_of_world import Secrets
    from .world import World


@pytest.fixture
def world(acme: Team, alice: User, adam: User, erin: User, bob: User, charlie: User) -> World:
    from .world import whole_world

    return whole_world(acme, viewer=bob, editor=erin, admin=adam, owner=alice, stranger=charlie)


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    from .world import browsers

    return browsers(world)


@pytest.fixture
def secrets(world: World, clients: dict[str, Client], settings: Any) -> Secrets:
    from .secrets_of_world import secrets_of

    return secrets_of(world, clients, settings)
