"""Lists for programs: what they hold, their pages, their filters, what they cost."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workbench.prompts.models import Label, Prompt, PromptVersion, SystemPrompt, SystemPromptVersion


def slugs(answer, name="prompts"):
    assert answer.status_code == 200, answer.content
    return [each["slug"] for each in answer.json()[name]]


def rest_of(url):
    """What ``read`` takes of a whole address."""
    parts = urlsplit(url)
    assert parts.netloc == "127.0.0.1:8000"
    return f"{parts.path.removeprefix('/api/v1/')}?{parts.query}"


def all_pages(read, path):
    found = []
    while path:
        answer = read(path).json()
        [rows] = [rows for name, rows in answer.items() if name != "next"]
        found.append(rows)
        path = answer["next"] and rest_of(answer["next"])
    return found


@pytest.fixture
def tone(alice):
    """A system prompt of two versions."""
    team = alice.memberships.get().team
    made = SystemPrompt.objects.create(
        team=team, name="Tone", slug="tone", tags=["style"], latest_number=2
    )
    for number, text in enumerate(("Be kind.", "Be kind and short."), 1):
        SystemPromptVersion.objects.create(
            team=team,
            system_prompt=made,
            number=number,
            author=alice,
            author_name="Alice",
            text=text,
            content_hash=str(number) * 64,
        )
    return made


def test_a_prompt_in_the_list_is_what_reading_it_says(read, greeting):
    [listed] = read("prompts/").json()["prompts"]
    assert listed == read("prompts/greeting/").json()["prompt"]


def test_the_last_changed_comes_first_and_archived_ones_not_at_all(read, make):
    make("One", "a", updated_at=datetime.fromisoformat("2026-01-01T00:00Z"))
    make("Two", "a", updated_at=datetime.fromisoformat("2026-01-02T00:00Z"))
    make("Gone", "a", archived_at=timezone.now())
    assert slugs(read("prompts/")) == ["two", "one"]


def test_pages_hold_each_prompt_once_also_those_of_the_same_moment(read, make):
    for number in range(7):
        make(f"Prompt {number}", "a")
    Prompt.objects.update(updated_at=timezone.now())
    pages = all_pages(read, "prompts/?limit=3")
    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({each["slug"] for page in pages for each in page}) == 7


def test_a_full_last_page_has_no_next_one(read, make):
    make("One", "a")
    assert read("prompts/?limit=1").json()["next"] is None


def test_the_next_page_keeps_the_filters(read, make):
    for number in range(3):
        make(f"Prompt {number}", "a", tags=["a&b"])
    url = read("prompts/?tag=a%26b&limit=2").json()["next"]
    asked = parse_qs(urlsplit(url).query)
    assert (asked["tag"], asked["limit"]) == (["a&b"], ["2"])
    assert len(slugs(read(rest_of(url)))) == 1


def test_filters_choose(read, make, greeting):
    make("Tagged", "a", tags=["support", "billing"])
    make("Other", {"body": {"model": "claude-haiku-5-5"}})
    assert slugs(read("prompts/?tag=billing")) == ["tagged"]
    assert slugs(read("prompts/?label=production")) == ["greeting"]
    assert slugs(read("prompts/?model=claude-haiku-5-5")) == ["other"]
    assert slugs(read("prompts/?tag=billing&label=production")) == []


@pytest.mark.parametrize("filter", ["tag", "label", "model"])
@pytest.mark.parametrize("text", ["", "%00", "%27%22%3B", "a" * 5000, "%ED%A0%80", "%5B%5D"])
def test_a_filter_that_nothing_matches_gives_an_empty_list(read, greeting, filter, text):
    assert slugs(read(f"prompts/?{filter}={text}")) == []


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=" + "9" * 5000,
        "before=x",
        "before=-",
        "before=1-1-1",
        "before=" + "9" * 18 + "-1",
        "before=%00",
        "page=2",
        "limit=1&limit=2",
    ],
)
@pytest.mark.parametrize("path", ["prompts/", "system-prompts/"])
def test_an_address_that_is_damaged_is_refused_in_words(read, greeting, path, query):
    answer = read(f"{path}?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request"


def test_a_list_costs_the_same_whatever_its_length(read, make, greeting):
    read("prompts/")  # notes the use of the token

    def queries(path):
        with CaptureQueriesContext(connection) as found:
            read(path)
        return [query["sql"] for query in found]

    before = len(queries("prompts/"))
    for number in range(20):
        prompt = make(f"Prompt {number}", "a")
        Label.objects.create(
            team=prompt.team, prompt=prompt, name="staging", version=prompt.versions.get()
        )
    after = queries("prompts/?limit=100")
    assert len(after) == before == 2
    assert not any('"content"' in sql for sql in after)
    versions = queries("prompts/greeting/versions/")
    assert len(versions) == 2
    assert not any('"content"' in sql for sql in versions)


def test_a_list_that_has_not_changed_is_not_sent_again(read, greeting):
    etag = read("prompts/")["ETag"]
    assert read("prompts/", if_none_match=etag).status_code == 304
    Label.objects.all().delete()
    assert read("prompts/", if_none_match=etag).status_code == 200


def test_the_versions_of_a_prompt_come_newest_first(read, greeting):
    versions = read("prompts/greeting/versions/").json()["versions"]
    assert [each["number"] for each in versions] == [3, 2, 1]
    assert [each["labels"] for each in versions] == [[], ["production"], []]
    assert versions[0] == read("prompts/greeting/").json()["version"]
    pages = all_pages(read, "prompts/greeting/versions/?limit=2")
    assert [[each["number"] for each in page] for page in pages] == [[3, 2], [1]]


def test_the_versions_of_no_prompt_are_not_found(read, greeting, make):
    make("Empty")
    assert read("prompts/nothing/versions/").status_code == 404
    assert read("prompts/empty/versions/").json() == {"versions": [], "next": None}
    assert read("prompts/greeting/versions/?before=1").json()["versions"] == []
    assert read("prompts/greeting/versions/?before=x").status_code == 400


def test_addresses_in_answers_can_be_asked(read, greeting):
    [listed] = read("prompts/").json()["prompts"]
    assert read(rest_of(listed["url"])).status_code == 200
    version = read("prompts/greeting/versions/").json()["versions"][-1]
    assert read(rest_of(version["url"])).json()["version"] == version


# System prompts ----------------------------------------------------------------------------


def test_system_prompts_are_listed_and_read(read, tone):
    [listed] = read("system-prompts/?tag=style").json()["system_prompts"]
    found = read("system-prompts/tone/").json()
    assert found["system_prompt"] == listed
    assert (found["text"], found["version"]["number"]) == ("Be kind and short.", 2)
    assert found["version"]["author"] == "Alice"
    assert read("system-prompts/tone/?version=1").json()["text"] == "Be kind."
    assert slugs(read("system-prompts/?tag=x"), "system_prompts") == []


@pytest.mark.parametrize(
    ("query", "status"),
    [("version=3", 404), ("version=99999999999", 404), ("version=x", 400), ("label=a", 400)],
)
def test_a_version_of_a_system_prompt_that_is_not_there(read, tone, query, status):
    assert read(f"system-prompts/tone/?{query}").status_code == status


def test_a_system_prompt_that_has_not_changed_is_not_sent_again(read, tone):
    etag = read("system-prompts/tone/")["ETag"]
    PromptVersion.objects.all().delete()
    assert read("system-prompts/tone/", if_none_match=etag).status_code == 304
    SystemPrompt.objects.update(name="Voice")
    assert read("system-prompts/tone/", if_none_match=etag).status_code == 200
