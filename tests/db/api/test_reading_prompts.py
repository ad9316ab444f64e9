"""What a program gets for a prompt: the chosen version, and a request that is ready to send."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from django.db.models import QuerySet

from workbench.prompts.content import Variable
from workbench.prompts.media.check import Checked
from workbench.prompts.media.store import keep
from workbench.prompts.models import Media, PromptVersion
from workbench.prompts.thinking import origins_of

URL = "prompts/greeting/"


def body_of(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["request"]["body"]


def text_of(answer):
    return body_of(answer)["messages"][0]["content"]


def error_of(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    return answer.json()["error"]


def test_the_latest_version_comes_without_being_asked_for(read, greeting):
    found = read(URL).json()
    assert found["prompt"] == {
        "slug": "greeting",
        "name": "Greeting",
        "description": "",
        "tags": [],
        "latest_version": 3,
        "updated_at": greeting.updated_at.isoformat(),
        "archived": False,
        "labels": {"production": 2},
        "url": "http://127.0.0.1:8000/api/v1/prompts/greeting/",
        "page": f"http://127.0.0.1:8000/t/acme/prompts/{greeting.pk}/",
    }
    version = greeting.versions.get(number=3)
    assert found["version"] == {
        "number": 3,
        "note": "",
        "author": "Alice",
        "created_at": version.created_at.isoformat(),
        "hash": version.content_hash,
        "labels": [],
        "url": "http://127.0.0.1:8000/api/v1/prompts/greeting/?version=3",
    }
    assert found["content"] == version.content


@pytest.mark.parametrize(
    ("query", "number", "labels"),
    [("label=production", 2, ["production"]), ("version=1", 1, []), ("version=0003", 3, [])],
)
def test_a_label_or_a_number_chooses_the_version(read, greeting, query, number, labels):
    version = read(f"{URL}?{query}").json()["version"]
    assert (version["number"], version["labels"]) == (number, labels)


def test_the_path_works_without_its_last_slash(read, greeting):
    assert read("prompts/greeting?label=production").json()["version"]["number"] == 2


def test_the_request_is_the_one_that_the_workbench_would_send(read, greeting):
    found = read(f"{URL}?version=2").json()
    sent = greeting.versions.get(number=2).parsed.to_request({})
    assert found["request"] == {
        "method": "POST",
        "path": "/v1/messages",
        "headers": sent.headers(),
        "body": sent.body,
    }
    assert (found["missing"], found["changes"], found["media"]) == ([], [], [])


def test_betas_stand_in_the_header(read, greeting):
    headers = read(URL).json()["request"]["headers"]
    assert headers["anthropic-beta"] == "files-api-2025-04-14"


def test_without_values_what_has_no_default_stays_and_is_named(read, greeting):
    answer = read(URL)
    assert text_of(answer) == "Hello {{NAME}} {{other}}"
    assert answer.json()["missing"] == ["NAME"]


@pytest.mark.parametrize(
    "query",
    ["var.NAME=Ana&var.TONE=Dear", "values=" + quote('{"NAME": "Ana", "TONE": "Dear"}')],
)
def test_values_fill_the_body(read, greeting, query):
    answer = read(f"{URL}?{query}")
    assert text_of(answer) == "Dear Ana {{other}}"
    assert answer.json()["missing"] == []
    assert answer.json()["content"]["body"]["messages"][0]["content"].startswith("{{TONE}}")


def test_a_value_is_not_looked_into_again(read, greeting):
    assert text_of(read(f"{URL}?var.NAME={quote('{{TONE}}')}")) == "Hello {{TONE}} {{other}}"


def test_both_ways_to_give_values_add_up(read, greeting):
    values = quote('{"TONE": "Dear"}')
    assert text_of(read(f"{URL}?values={values}&var.NAME=Ana")) == "Dear Ana {{other}}"
    error = error_of(read(f"{URL}?values={values}&var.TONE=x"), 400)
    assert "TONE" in error["message"]


@pytest.mark.parametrize("query", ["var.TONE=Dear", "values=%7B%7D", "var.NAME="])
def test_with_values_a_missing_one_is_an_error_that_names_it(read, greeting, query):
    error = error_of(read(f"{URL}?{query}"), 422)
    assert error["type"] == "missing_values"
    assert error["variables"] == ["NAME"]
    assert "NAME" in error["message"]


def test_a_name_that_is_not_declared_is_an_error(read, greeting):
    error = error_of(read(f"{URL}?var.NAME=Ana&var.other=x"), 422)
    assert error["type"] == "unknown_variables"
    assert error["variables"] == ["other"]


@pytest.mark.parametrize(
    "query",
    [
        "lable=production",
        "label=production&version=2",
        "label=&version=2",
        "label=a&label=b",
        "version=two",
        "version=-1",
        "version=",
        "version=%C2%B2",
        "media=base64",
        "media=",
        "values=",
        "values=%7B",
        "values=%5B%5D",
        "values=null",
        "values=%22a%22",
        "values=%7B%22NAME%22:1%7D",
        "values=" + "[" * 50_000,
        "var.NAME=a&var.NAME=b",
    ],
)
def test_an_address_that_cannot_be_understood_is_refused_in_words(read, greeting, query):
    error = error_of(read(f"{URL}?{query}"), 400)
    assert error["type"] == "invalid_request"
    assert error["message"].endswith(".")


@pytest.mark.parametrize(
    "query",
    [
        "version=4",
        "version=0",
        "version=999999999999",
        "version=" + "9" * 5000,
        "label=nothing",
        "label=",
        "label=%00",
        "label=%ED%A0%80",
    ],
)
def test_a_version_that_is_not_there_is_not_found(read, greeting, query):
    error = error_of(read(f"{URL}?{query}"), 404)
    assert error["type"] == "not_found"
    assert "version" in error["message"]


@pytest.mark.parametrize("text", ["\0", "\ud800", "\u202e", "a" * 20_000])
def test_odd_characters_of_a_value_are_cleaned(read, greeting, text):
    values = quote(json.dumps({"NAME": text}))
    clean = text if len(text) > 1 or text == "\u202e" else "\ufffd"
    assert text_of(read(f"{URL}?values={values}")) == f"Hello {clean} {{{{other}}}}"


def test_an_archived_prompt_is_still_read_and_says_so(read, make):
    make("Old", "Hi", archived_at="2026-01-01T00:00Z")
    assert read("prompts/old/").json()["prompt"]["archived"] is True


def test_a_prompt_without_a_version_is_not_found(read, make):
    make("Empty")
    assert "no version yet" in error_of(read("prompts/empty/"), 404)["message"]


def test_a_version_that_no_header_can_carry_is_refused_in_words(read, make):
    make("Broken", {"betas": ("not a beta",)})
    assert error_of(read("prompts/broken/"), 422)["type"] == "not_sendable"


def test_numbers_beyond_64_bits_come_as_they_were_saved(read, make):
    make("Large", {"body": {"new_limit": 10**30}})
    assert body_of(read("prompts/large/"))["new_limit"] == 10**30


# Files -------------------------------------------------------------------------------------


@pytest.fixture
def seen(make, acme):
    """A prompt with an image; its kept file."""
    kept = keep(acme, Checked("image/png", b"\x89PNG", width=1, height=1))
    source = {"type": "workbench_media", "sha256": kept.sha256, "media_type": "image/png"}
    turn = {"role": "user", "content": [{"type": "image", "source": source}]}
    make("Seen", {"body": {"messages": [turn, turn]}})
    return kept


def source_of(answer):
    return body_of(answer)["messages"][0]["content"][0]["source"]


def test_files_stay_references_and_say_where_they_are(read, seen):
    answer = read("prompts/seen/")
    assert source_of(answer)["type"] == "workbench_media"
    url = f"http://127.0.0.1:8000/api/v1/media/{seen.sha256}/"
    assert answer.json()["media"] == [{"sha256": seen.sha256, "url": url}]
    file = read(f"media/{seen.sha256}/")
    assert (file.content, file["Content-Type"]) == (b"\x89PNG", "image/png")
    assert file["Content-Disposition"] == "attachment"


def test_files_come_inline_when_asked_for(read, seen):
    data = base64.b64encode(b"\x89PNG").decode()
    answer = read("prompts/seen/?media=inline")
    assert source_of(answer) == {"type": "base64", "media_type": "image/png", "data": data}
    assert answer.json()["content"]["body"]["messages"][0]["content"][0]["source"]["sha256"]


def test_a_file_that_is_gone_is_said_when_it_is_wanted_inline(read, seen):
    Media.objects.all().delete()
    assert error_of(read("prompts/seen/?media=inline"), 422)["type"] == "unusable_media"
    assert error_of(read(f"media/{seen.sha256}/"), 404)
    assert read("prompts/seen/").status_code == 200


# Not changed -------------------------------------------------------------------------------


@pytest.mark.parametrize("known", ["{etag}", "W/{etag}", '"a", {etag}, "b"', "*"])
def test_what_the_program_has_already_is_not_sent_again(
    read, greeting, known, django_assert_num_queries
):
    first = read(URL)
    assert first["ETag"].startswith('"')
    QuerySet(PromptVersion).update(content="not opened")  # that of `objects` would open it
    with django_assert_num_queries(2):
        again = read(URL, if_none_match=known.format(etag=first["ETag"]))
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert not {"Content-Type", "Content-Length"} & set(again.headers)
    assert (again["Cache-Control"], again["Vary"]) == ("private, no-cache", "Authorization")


def test_another_mark_is_no_reason_to_stay_silent(read, greeting):
    assert read(URL, if_none_match='"another"').status_code == 200


def test_the_mark_follows_everything_that_is_shown(read, greeting, make):
    seen = {read(URL)["ETag"]}

    def is_new(path=URL):
        etag = read(path)["ETag"]
        was_new = etag not in seen
        seen.add(etag)
        return was_new

    assert not is_new()
    assert is_new(f"{URL}?version=3")
    assert is_new(f"{URL}?var.NAME=Ana")
    greeting.labels.update(version=greeting.versions.get(number=3))
    assert is_new()
    greeting.description = "what it does"
    greeting.save()
    assert is_new()
    greeting.save_version(
        greeting.versions.get(number=1).parsed, greeting.created_by, parent_number=3
    )
    assert is_new()


def test_equal_contents_of_two_prompts_have_different_marks(read, make):
    make("One", "Hi")
    make("Two", "Hi")
    assert read("prompts/one/")["ETag"] != read("prompts/two/")["ETag"]


def test_head_is_answered_like_get_without_a_body(read, greeting):
    answer, whole = read(URL, method="HEAD"), read(URL)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == whole["ETag"]
    assert answer["Content-Length"] == whole["Content-Length"] == str(len(whole.content))


def test_thinking_that_the_api_would_refuse_stays_behind_and_is_told(read, make):
    thought = {"type": "thinking", "thinking": "hm", "signature": "abc"}
    turns = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": [thought, {"type": "text", "text": "Hello"}]},
        {"role": "user", "content": "More"},
    ]
    earlier = {"model": "claude-haiku-5-5", "messages": turns[:1]}
    origins = origins_of([thought], earlier, "anthropic")
    make("Thoughtful", {"body": {"messages": turns}, "origins": origins})
    answer = read("prompts/thoughtful/")
    assert [len(turn["content"]) for turn in body_of(answer)["messages"][1:2]] == [1]
    assert "thinking was left out" in answer.json()["changes"][0]


def test_a_declared_variable_that_is_not_used_is_not_missing(read, make):
    make("Idle", {"variables": (Variable("IDLE"),)})
    answer = read("prompts/idle/?values=%7B%7D")
    assert answer.status_code == 200
    assert answer.json()["missing"] == []
