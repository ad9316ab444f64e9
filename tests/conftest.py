"""One throw-away Postgres and data directory for the session, and the people tests act as."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from django.test import Client

    from workbench.accounts.models import Team, User

TESTS = Path(__file__).parent
PASSWORD = "correct horse battery staple"
# An example is a check of what is right, not of how fast: other work may share the machine.
settings.register_profile("workbench", deadline=None)
settings.load_profile("workbench")
SETTINGS_OF_TESTS = {"WORKBENCH_EXPORT_EXAMPLES"}
# Speed over durability: nobody reads these data after the tests.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the environment, then load the settings; pytest-django sets Django up after this.

    Workers of xdist inherit the environment of their controller, Postgres included.
    """
    if not hasattr(config, "workerinput"):
        _make_environment(config)
        if _needs_database(config):
            _start_postgres(config)
    _load_settings()


def _make_environment(config: pytest.Config) -> None:
    directory = Path(tempfile.mkdtemp(prefix="workbench-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(directory, ignore_errors=True))
    (directory / "static").mkdir()
    for name in os.environ.keys() - SETTINGS_OF_TESTS:
        if name.endswith("_API_KEY") or name.startswith(("WORKBENCH_", "RUN_", "ANTHROPIC_")):
            del os.environ[name]  # the developer's own settings must decide nothing here
    os.environ.pop("SITE_URL", None)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="workbench.settings",
        SECRET_KEY=secrets.token_urlsafe(32),
        ENCRYPTION_KEY=secrets.token_urlsafe(32),
        WORKBENCH_DATA_DIR=str(directory),
        WORKBENCH_STATIC_DIR=str(directory / "static"),
        DATABASE_URL="postgresql://nobody@/none?host=/nonexistent",
    )


def _needs_database(config: pytest.Config) -> bool:
    paths = [Path(argument.split("::")[0]).absolute() for argument in config.args]
    free = (TESTS / "unit", TESTS / "export")
    return not all(any(path.is_relative_to(part) for part in free) for path in paths)


def _start_postgres(config: pytest.Config) -> None:
    from workbench.launch.postgres import EmbeddedPostgres

    directory = Path(tempfile.mkdtemp(prefix="workbench-postgres-"))
    config.add_cleanup(lambda: shutil.rmtree(directory, ignore_errors=True))
    server = EmbeddedPostgres(directory, extra_settings=THROW_AWAY)
    server.start()
    config.add_cleanup(server.stop)
    os.environ["DATABASE_URL"] = server.url


def _load_settings() -> None:
    from django.conf import settings

    # A pool would keep connections to the databases that tests make and drop.
    del settings.DATABASES["default"]["OPTIONS"]["pool"]
    # Without a manifest: a page under test needs no collected files.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied() -> None:
    """Tests that commit empty all tables after them, which the audit trail refuses otherwise."""
    from django.db import connections
    from django.db.models.signals import post_migrate

    def let_empty(sender: object, using: str, **_: object) -> None:
        with connections[using].cursor() as cursor:
            cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER accounts_audit_table")

    post_migrate.connect(let_empty, weak=False, dispatch_uid="tests")


@pytest.fixture
def acme(db: None) -> Team:
    """The team that alice, adam, erin and bob are in."""
    from workbench.accounts.models import Team

    return Team.objects.create(name="Acme", slug="acme")


@pytest.fixture
def alice(acme: Team) -> User:
    """The owner of Acme."""
    return _member(acme, "alice", "owner")


@pytest.fixture
def adam(acme: Team) -> User:
    """An admin of Acme."""
    return _member(acme, "adam", "admin")


@pytest.fixture
def erin(acme: Team) -> User:
    """An editor of Acme."""
    return _member(acme, "erin", "editor")


@pytest.fixture
def bob(acme: Team) -> User:
    """A viewer of Acme."""
    return _member(acme, "bob", "viewer")


@pytest.fixture
def charlie(db: None) -> User:
    """A stranger, who owns a team of his own."""
    from workbench.accounts.models import Team

    return _member(Team.objects.create(name="Elsewhere", slug="elsewhere"), "charlie", "owner")


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """Makes a browser in which a person is signed in."""
    from django.test import Client

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def password() -> str:
    """The password of everybody in the tests."""
    return PASSWORD


def _member(team: Team, name: str, role: str) -> User:
    from workbench.accounts.models import Membership, User

    user = User.objects.create(
        email=f"{name}@example.com", name=name.title(), password=_hashed_password()
    )
    Membership.objects.create(team=team, user=user, role=role)
    return user


@cache
def _hashed_password() -> str:
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)
