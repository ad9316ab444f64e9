"""What is found of a row follows the row, whichever way it changes; no text is ever refused."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.accounts.models import Team, User
from workbench.full_text import BadQuery, Document, parse
from workbench.prompts.content import Content
from workbench.prompts.models import (
    Prompt,
    PromptText,
    PromptVersion,
    Searched,
    SystemPrompt,
    SystemPromptText,
    SystemPromptVersion,
    VersionText,
)
from workbench.runs.models import Run, RunText, State

from .conftest import Look, Ran, Saved

pytestmark = pytest.mark.django_db


def searched_models() -> list[type[Searched]]:
    return [model for model in apps.get_models() if issubclass(model, Searched)]


def stale() -> Iterator[str]:
    """Rows of which something else is found than what they hold now."""
    for model in (Prompt, PromptVersion, SystemPrompt):
        keys = list(model.objects.values_list("pk", flat=True))
        texts = {
            text.pk: text
            for text in model._meta.get_field("search_text").related_model.objects.all()
        }
        for key, document in model.documents(keys):
            text = texts.pop(key, None)
            if text is None or (text.team_id, text.search) != (document.team_id, stored(document)):
                yield f"{model.__name__} {key}"
        yield from (f"{model.__name__} {key} is gone" for key in texts)


def stored(document: Document) -> str:
    """The document's vector as Postgres writes it."""
    return str(scalar("SELECT %s::tsvector::text", document.vector))


def scalar(statement: str, *values: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def test_every_way_of_the_orm_renews_it(
    saved: Saved, erin: User, acme: Team, charlie: User, saying: Callable[[str], Content]
) -> None:
    prompt = saved("First name", "one", "two")
    assert not list(stale())
    prompt.name = "Second name"
    prompt.save(update_fields=["name"])
    assert not list(stale())
    prompt.tags = ["a-tag"]
    prompt.save()
    assert not list(stale())
    Prompt.objects.filter(pk=prompt.pk).update(description="By update")
    assert not list(stale())
    made = [
        PromptVersion(
            team=acme,
            prompt=prompt,
            number=number,
            note="imported",
            content=saying(f"text {number}").to_dict(),
            content_hash="h",
        )
        for number in (3, 4)
    ]
    Prompt.objects.filter(pk=prompt.pk).update(latest_number=4)
    prompt.versions.bulk_create(made)
    assert not list(stale())
    Prompt.objects.bulk_create([Prompt(team=acme, name="In bulk", slug="in-bulk")])
    prompt.description = "By bulk_update"
    Prompt.objects.bulk_update([prompt], ["description"])
    assert not list(stale())
    prompt.delete()
    assert not list(stale())
    assert not VersionText.objects.exists()


def test_a_prompt_that_moves_takes_its_texts_along(
    saved: Saved, charlie: User, look: Look, client_of: Callable[[User], Client]
) -> None:
    prompt = saved("Zebra", "zebra")
    elsewhere = Team.objects.get(slug="elsewhere")
    prompt.versions.update(team=elsewhere)
    Prompt.objects.filter(pk=prompt.pk).update(team_id=elsewhere.pk)
    connection.check_constraints()
    assert not list(stale())
    assert not look("zebra").context["found"]
    found = look("zebra", "/t/elsewhere/search/", client=client_of(charlie)).context["found"]
    assert [group.key for group, _ in found] == ["prompts", "versions"]


def test_a_system_prompt_follows_its_latest_version(acme: Team, look: Look) -> None:
    row = SystemPrompt.objects.create(team=acme, name="Style", slug="style")
    for number in (1, 2):
        SystemPromptVersion.objects.create(
            team=acme, system_prompt=row, number=number, text=f"zebra{number}", content_hash="h"
        )
        SystemPrompt.objects.filter(pk=row.pk).update(latest_number=number)
        assert not list(stale())
    assert look("zebra2").context["found"]
    assert not look("zebra1").context["found"]


def test_what_changes_nothing_of_it_costs_nothing(
    saved: Saved, django_assert_num_queries: Callable[..., object]
) -> None:
    prompt = saved("Name", "one")
    with django_assert_num_queries(1):
        Prompt.objects.filter(pk=prompt.pk).update(archived_at=None)


def test_every_searched_model_says_what_is_found_of_it() -> None:
    assert set(searched_models()) == {Prompt, PromptVersion, SystemPrompt, SystemPromptVersion}


def test_a_run_that_never_began_is_found_by_what_it_asked(
    erin: User, ran: Ran, look: Look, client_of: Callable[[User], Client]
) -> None:
    run = ran("zebra", "")
    RunText.objects.all().delete()
    Run.objects.filter(pk=run.pk).update(state=State.QUEUED, message=None)
    assert not look("zebra").context["found"]
    client_of(erin).post(f"/t/acme/runs/{run.pk}/cancellation/")
    assert [group.key for group, _ in look("zebra").context["found"]] == ["runs"]


def test_the_migrations_fill_in_what_was_there_before(saved: Saved, ran: Ran, acme: Team) -> None:
    for number in range(3):
        saved(f"Prompt {number}", "one", "two", tags=["tag"])
    row = SystemPrompt.objects.create(team=acme, name="Style", slug="style", latest_number=1)
    SystemPromptVersion.objects.create(
        team=acme, system_prompt=row, number=1, text="zebra", content_hash="h"
    )
    ran("asked", "answered", name="Name")
    Run.objects.filter(pk=ran("queued", "x").pk).update(state=State.QUEUED)
    runs_before = dict(RunText.objects.values_list("pk", "search"))
    for model in (PromptText, VersionText, SystemPromptText, RunText):
        model.objects.all().delete()
    assert list(stale())
    for migration in ("prompts.migrations.0009_search", "runs.migrations.0007_search"):
        importlib.import_module(f"workbench.{migration}").fill(apps, None)
    assert not list(stale())
    after = dict(RunText.objects.values_list("pk", "search"))
    assert after == {key: runs_before[key] for key in after}
    assert len(after) == 1


@settings(max_examples=60)
@given(st.lists(st.text(max_size=300), max_size=5))
def test_postgres_takes_every_text_and_finds_its_words(texts: list[str]) -> None:
    document = Document(1)
    document.add(texts)
    for typed in texts:
        try:
            query = parse(typed[:300])
        except BadQuery:
            continue
        if not any(term.is_unwanted for term in query.terms):
            asked = query.anywhere(1)
            assert scalar("SELECT %s::tsvector @@ %s::tsquery", document.vector, asked), typed
    assert scalar("SELECT %s::tsvector IS NOT NULL", document.vector)


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"w{number}" for number in range(100_000)),
        " ".join(f"{number}{'x' * 120}" for number in range(5_000)),
        "".join(map(chr, range(0x4E00, 0x9FFF))) * 10,
        "a " * 500_000,
        "\ufdfa " * 100_000,
        " ".join(f"{number}{chr(0xFDFA) * 6}" for number in range(30_000)),
        " ".join(chr(code) for code in range(0x20000, 0x2A6D0)),
        "😀" * 300_000,
    ],
    ids=["words", "long words", "signs", "one word", "unfolding", "both", "astral", "emoji"],
)
def test_a_text_of_any_length_makes_a_vector_that_postgres_takes(text: str) -> None:
    document = Document(1)
    document.add([text] * 3)
    assert scalar("SELECT length(%s::tsvector)", document.vector)
