"""The options of the palette: by letters, for the page it is open on, for who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from workbench.accounts.models import Team, User

from .conftest import Ran, Saved

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def offered(client: Client, typed: str = "", page: str = "/t/acme/runs/") -> dict[str, list[str]]:
    """The names of the options by their group."""
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
    answer: Any = client.get("/t/acme/palette/", {"q": typed}, headers=headers)
    assert answer.status_code == 200
    return {
        title: ["".join(piece.text for piece in option.name) for option in rows]
        for title, rows in answer.context.get("groups", [])
    }


def test_nothing_typed_shows_what_is_recent_and_the_actions(
    bobs: Client, saved: Saved, ran: Ran
) -> None:
    saved("Older", "x")
    saved("Newer", "x")
    run = ran("a", "b", name="Newer")
    groups = offered(bobs)
    assert groups["Recent prompts"] == ["Newer", "Older"]
    assert groups["Recent runs"] == [f"Run {run.pk}: Newer"]
    assert "Library" in groups["Actions"]


def test_letters_find_names_and_words_of_actions(bobs: Client, saved: Saved) -> None:
    saved("Zebra crossing", "x")
    saved("Striped animals", "zebra")
    assert offered(bobs, "zeb cro") == {"Prompts": ["Zebra crossing"]}
    assert offered(bobs, "shortcut") == {"Actions": ["Keys"]}
    assert offered(bobs, "nothing-of-that") == {}


def test_the_page_decides_what_is_offered_for_its_prompt(bobs: Client, saved: Saved) -> None:
    prompt = saved("Zebra", "x")
    here = offered(bobs, page=f"/t/acme/prompts/{prompt.pk}/versions/1/?x=1")
    assert "Runs of this prompt" in here["This prompt"]
    assert "Get code" in here["This prompt"]
    elsewhere = offered(bobs, page=f"/t/acme/prompts/{prompt.pk}/history/")
    assert "Get code" not in elsewhere["This prompt"]
    for page in ("/t/acme/runs/", "/nowhere/", f"/t/elsewhere/prompts/{prompt.pk}/", "//[x"):
        assert "This prompt" not in offered(bobs, page=page)


def test_only_editors_are_offered_a_new_prompt(
    bobs: Client, erin: User, client_of: ClientOf
) -> None:
    assert "New prompt" not in offered(bobs)["Actions"]
    assert "New prompt" in offered(client_of(erin))["Actions"]


def test_another_teams_names_are_not_offered(
    bobs: Client, saved: Saved, charlie: User, client_of: ClientOf
) -> None:
    saved("Secret plan", "x", team=Team.objects.get(slug="elsewhere"))
    assert offered(bobs, "secret") == {}
    assert client_of(charlie).get("/t/acme/palette/").status_code == 404


@pytest.mark.parametrize("typed", ["-", "\0", "x" * 5_000, "'); --", '"'])
def test_odd_letters_are_answered(bobs: Client, typed: str) -> None:
    offered(bobs, typed)


def test_without_htmx_it_leads_to_the_page_of_the_search(bobs: Client) -> None:
    assert bobs.get("/t/acme/palette/").headers["Location"] == "/t/acme/search/"


def test_many_prompts_cost_as_many_queries_as_few(bobs: Client, saved: Saved) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            offered(bobs, "zebra")
        return len(captured)

    saved("Zebra", "x")
    queries()
    few = queries()
    for number in range(10):
        saved(f"Zebra {number}", "x")
    assert queries() <= few
