"""An installation from before the library keeps its prompts and shows them as the list needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from workbench.prompts.content import Content

BEFORE = [("prompts", "0003_media_measures")]
AFTER = [("prompts", "0005_library_rows")]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def migrated_back() -> Iterator[None]:
    """Leaves the database as the other tests expect it."""
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.usefixtures("migrated_back")
def test_prompts_of_an_older_installation_get_what_the_list_shows() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps
    team = old.get_model("accounts", "Team").objects.create(name="Acme", slug="acme")
    ana = old.get_model("accounts", "User").objects.create(email="ana@example.com", name="")
    prompt = old.get_model("prompts", "Prompt").objects.create(
        team=team, name="Story", slug="story", latest_number=2
    )
    versions = old.get_model("prompts", "PromptVersion").objects
    for number, model in ((1, "claude-old"), (2, "claude-new")):
        content = Content.blank().with_body(model=model).to_dict()
        versions.create(
            team=team,
            prompt=prompt,
            number=number,
            author=ana,
            content=content,
            content_hash=str(number),
        )

    executor = MigrationExecutor(connection)
    executor.migrate(AFTER)
    new = executor.loader.project_state(AFTER).apps
    found = new.get_model("prompts", "Prompt").objects.get()
    assert (found.latest_model, found.latest_author_id) == ("claude-new", ana.pk)
    names = new.get_model("prompts", "PromptVersion").objects.values_list("author_name", flat=True)
    assert list(names) == ["ana@example.com", "ana@example.com"]
