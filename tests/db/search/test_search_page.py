"""The page of the search: what is found, by whom, how it is shown, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from workbench.accounts.models import Team, User
from workbench.prompts.content import Content
from workbench.prompts.models import (
    Draft,
    Preset,
    PromptVersion,
    SystemPrompt,
    SystemPromptVersion,
)
from workbench.search import finding

from .conftest import Look, Ran, Saved

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def groups(answer: Any) -> dict[str, int]:
    """The number of results in each group of a page."""
    return {group.key: len(results.rows) for group, results in answer.context["found"]}


def names(answer: Any) -> list[str]:
    """The names of the results, in their order."""
    return [
        "".join(piece.text for piece in row.name)
        for _, results in answer.context["found"]
        for row in results.rows
    ]


def test_every_kind_of_thing_is_found(
    look: Look, saved: Saved, ran: Ran, acme: Team, bob: User, saying: Callable[[str], Content]
) -> None:
    saved("Refund triage", "old zebra text", "new text")
    saved("Other", "with a zebra", tags=["zebra-tag"], description="About zebras")
    system = SystemPrompt.objects.create(
        team=acme, name="House style", slug="house", latest_number=1
    )
    SystemPromptVersion.objects.create(
        team=acme, system_prompt=system, number=1, text="Be kind to zebras", content_hash="h"
    )
    Preset.objects.create(team=acme, name="Zebra preset", slug="zebra")
    Draft.objects.create(team=acme, user=bob, content=saying("my zebra draft").to_dict())
    ran("Draw a zebra", "No.")
    ran("Draw", "Here is a zebra")
    assert groups(look("zebra")) == {
        "prompts": 1,
        "drafts": 1,
        "system-prompts": 1,
        "presets": 1,
        "versions": 2,
        "runs": 2,
    }
    assert groups(look("kind")) == {"system-prompts": 1}
    assert groups(look("triage")) == {"prompts": 1}
    assert groups(look("zebra-tag")) == {"prompts": 1}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("refu", ["A", "B"]),
        ("fund", []),
        ('"no refund"', ["A"]),
        ("refund -no", ["B"]),
        ('refund -"no refund"', ["B"]),
        ('"refund', ["A", "B"]),
        ("RÉFUND", ["A", "B"]),
        ("refund nothing", []),
    ],
)
def test_prefix_phrase_and_minus(look: Look, saved: Saved, typed: str, expected: list[str]) -> None:
    saved("B", "a refund for you")
    saved("A", "there is no refund")
    assert names(look(typed, **{"in": "prompts"})) == expected


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("nul \0 sign", "nul sign"),
        ('it\'s "quoted" \\ back\\slash', "back slash"),
        ("price 5'--;DROP TABLE", "drop table"),
        ("emoji 👩‍👩‍👧 family", "👩 family"),
        ("שלום עולם right", "שלום"),
        ("مرحبا بالعالم", "بالعالم"),
        ("你好世界", "世界"),
        ("straße", "STRASSE"),
        (f"{'x' * 10_000} end", "x" * 200),
        ("word " * 20_000 + "last", "last"),
    ],
)
def test_odd_texts_are_found(look: Look, saved: Saved, text: str, typed: str) -> None:
    saved("Odd", text.replace("\0", "\ufffd"))
    answer = look(typed)
    assert groups(answer) == {"prompts": 1, "versions": 1}


@pytest.mark.parametrize(
    "typed", ["\0", "'", "\\", '"', "-", "a" * 10_000, "-only -minus", "& | ! <->"]
)
def test_what_cannot_be_looked_for_is_said_and_kept(look: Look, typed: str) -> None:
    answer = look(typed)
    assert answer.status_code == 422
    assert answer.context["problem"] in answer.text.replace("&quot;", '"')
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize("typed", ["('a' & b):*", "a\0b", "a'); --", "x:*A", "%s %(team)s {0}"])
def test_signs_of_the_database_are_only_text(look: Look, typed: str) -> None:
    assert look(typed).status_code == 200


def test_another_teams_texts_are_never_found(
    look: Look, saved: Saved, ran: Ran, charlie: User, client_of: ClientOf
) -> None:
    elsewhere = Team.objects.get(slug="elsewhere")
    saved("Secret plan", "zebra", team=elsewhere)
    ran("zebra", "zebra", team=elsewhere)
    for typed in ("zebra", "secret", "team/", f"team/{elsewhere.pk}"):
        assert groups(look(typed)) == {}
    found = look("zebra", "/t/elsewhere/search/", client=client_of(charlie))
    assert groups(found) == {"prompts": 1, "versions": 1, "runs": 1}
    assert look("zebra", client=client_of(charlie)).status_code == 404
    assert look("zebra", "/t/elsewhere/search/").status_code == 404


def test_a_draft_is_found_by_its_author_alone(
    look: Look, alice: User, acme: Team, client_of: ClientOf, saying: Callable[[str], Content]
) -> None:
    Draft.objects.create(team=acme, user=alice, content=saying("zebra").to_dict())
    assert groups(look("zebra")) == {}
    assert groups(look("zebra", client=client_of(alice))) == {"drafts": 1}


def test_names_come_first_then_the_newest(look: Look, saved: Saved) -> None:
    for name, text in (("Zebra one", "x"), ("C", "zebra"), ("Zebra two", "zebra"), ("D", "zebra")):
        saved(name, text)
    assert names(look("zebra", **{"in": "prompts"})) == ["Zebra two", "Zebra one", "D", "C"]


def test_more_leads_through_all_of_a_group_once(look: Look, saved: Saved, bobs: Client) -> None:
    for number in range(13):
        saved(f"Zebra {number}", "x")
    for number in range(14):
        saved(f"Text {number}", "zebra")
    first = look("zebra")
    assert "More of prompts" in first.text
    assert {group.key: results.count for group, results in first.context["found"]} == {
        "prompts": "10+",
        "versions": "10+",
    }
    page, seen = look("zebra", **{"in": "prompts"}), []
    for _ in range(4):
        seen += names(page)
        link = re.search(r'hx-get="(\?[^"]+)"', page.text)
        if link is None:
            break
        page = bobs.get("/t/acme/search/" + link[1].replace("&amp;", "&"))
    assert seen == [
        *(f"Zebra {number}" for number in reversed(range(13))),
        *(f"Text {number}" for number in reversed(range(14))),
    ]


def test_htmx_gets_the_next_results_alone(look: Look, saved: Saved, bobs: Client) -> None:
    for number in range(11):
        saved(f"Zebra {number}", "x")
    mark = look("zebra", **{"in": "prompts"}).context["found"][0][1].more
    query = {"q": "zebra", "in": "prompts", "before": mark}
    answer = bobs.get("/t/acme/search/", query, headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert answer.text.count("<li>") == 1


@pytest.mark.parametrize("mark", ["x", "1_2_3", "named_2026-99-99T00:00:00_1", "9" * 30, "\0"])
def test_a_damaged_address_is_no_server_error(look: Look, saved: Saved, mark: str) -> None:
    saved("Zebra", "x")
    assert look("zebra", before=mark, **{"in": "prompts"}).status_code == 400


def test_what_people_wrote_is_never_html(look: Look, saved: Saved) -> None:
    saved("<img src=x onerror=alert(1)> zebra", "<script>zebra</script> {{7*7}}")
    text = look("zebra").text
    assert "<img src=x" not in text
    assert "<script>zebra" not in text
    assert "&lt;script&gt;<mark>zebra</mark>&lt;/script&gt;" in text
    assert "{{7*7}}" in text


def test_nothing_found_and_nothing_typed_have_their_sentences(look: Look) -> None:
    assert "Nothing matches" in look("zebra").text
    assert "Search the names" in look("").text


@pytest.mark.parametrize("looked_through", [2, 2_000])
def test_an_old_match_is_found_behind_many_newer_rows(
    look: Look, saved: Saved, ran: Ran, looked_through: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LOOKED_THROUGH", looked_through)
    saved("Old", "zebra one")
    ran("zebra one", "answer")
    for number in range(6):
        saved(f"New {number}", f"other {number}")
        ran("other", str(number))
    assert groups(look("zebra")) == {"prompts": 1, "versions": 1, "runs": 1}
    assert groups(look('"zebra one" -two')) == {"prompts": 1, "versions": 1, "runs": 1}


@pytest.mark.django_db(transaction=True)
def test_a_search_that_takes_too_long_says_so(
    look: Look, saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved("Zebra", "one", "two", "three")
    monkeypatch.setattr(finding, "PATIENCE_MS", 1)
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 1)
    slow = "WHERE search @@ %(query)s::tsquery AND pg_sleep(0.2) IS NOT NULL"
    indexed = finding._INDEXED.replace("WHERE search @@ %(query)s::tsquery", slow)
    monkeypatch.setattr(finding, "_INDEXED", indexed)
    answer = look("tw", **{"in": "versions"})
    assert "There may be older ones" in answer.text


def test_a_thousand_rows_cost_as_many_queries_as_ten(
    look: Look, saved: Saved, ran: Ran, erin: User, saying: Callable[[str], Content]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(groups(look("zebra"))) == 3
        return len(captured)

    prompt = saved("Zebra", "zebra")
    ran("zebra", "zebra")
    queries()  # the first request of a session also notes that it was used
    for number in range(11):
        saved(f"Zebra {number}", "zebra")
        ran("zebra", str(number))
    ten = queries()
    content = saying("zebra").to_dict()
    PromptVersion.objects.bulk_create(
        PromptVersion(
            team=prompt.team,
            prompt=prompt,
            number=number,
            content=content,
            content_hash=str(number),
        )
        for number in range(2, 1_000)
    )
    assert queries() == ten
    assert ten <= 24
