"""Who may read, how often, and how every refusal looks."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client, override_settings
from django.urls import URLPattern
from django.utils import timezone

from workbench.accounts.models import ApiToken
from workbench.api import reading, shown, urls
from workbench.api.allowance import Allowance
from workbench.prompts.models import Media

from .conftest import OF_ELSEWHERE, TOKEN

PATHS = [
    "prompts/",
    "prompts/greeting/",
    "prompts/greeting/versions/",
    "system-prompts/",
    "system-prompts/tone/",
    "media/abc/",
]
every_path = pytest.mark.parametrize("path", PATHS)


def refusal(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    return answer.json()["error"]


def test_every_address_but_the_description_is_tried_here():
    assert all(isinstance(entry, URLPattern) for entry in urls.urlpatterns)
    assert len(urls.urlpatterns) == len(PATHS) + 1


@every_path
def test_without_a_good_token_the_answer_is_always_the_same(read, greeting, path):
    ApiToken.objects.create(
        team=greeting.team, name="old", token_hash=_hash("old"), last4="", revoked_at=timezone.now()
    )
    answers = [
        read(path, token=""),
        read(path, token="wbk_" + "C" * 43),
        read(path, token="old"),
        read(path, token="", Authorization="Basic " + TOKEN),
        read(path, token="", Authorization=TOKEN),
        read(path, token="", Authorization="Bearer"),
        read(path, token="\xff" * 10_000),
    ]
    for answer in answers:
        assert refusal(answer, 401)["type"] == "unauthorized"
        assert answer["WWW-Authenticate"] == "Bearer"
    assert len({answer.content for answer in answers}) == 1


def test_every_refused_token_asks_the_database_the_same(read, django_assert_num_queries):
    for token in ("", "wbk_" + "C" * 43):
        with django_assert_num_queries(1):
            read("prompts/", token=token)


def test_the_word_bearer_is_read_in_any_case(read, greeting):
    assert read("prompts/", token="", Authorization=f"bearer {TOKEN}").status_code == 200


@every_path
def test_a_session_opens_nothing(client_of, alice, greeting, path):
    answer = client_of(alice).get(f"/api/v1/{path}")
    assert refusal(answer, 401)
    assert "Cookie" not in answer["Vary"]


def test_a_session_is_not_even_looked_at(client_of, alice, read, greeting):
    client = client_of(alice)
    with connection.execute_wrapper(_no_sessions):
        answer = client.get("/api/v1/prompts/", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert not answer.cookies


def _no_sessions(execute, sql, params, many, context):
    assert "accounts_session" not in sql
    return execute(sql, params, many, context)


def test_a_token_of_another_team_finds_nothing_of_ours(read, greeting, token_of_elsewhere):
    Media.objects.create(
        team=greeting.team, sha256="abc", media_type="text/plain", size=1, bytes=b"x"
    )
    assert read("media/abc/").content == b"x"
    for path in ("prompts/greeting/", "prompts/greeting/versions/", "media/abc/"):
        theirs = read(path, token=OF_ELSEWHERE)
        nowhere = read(path.replace("greeting", "nowhere").replace("abc", "def"))
        assert refusal(theirs, 404) == refusal(nowhere, 404)
    assert read("prompts/", token=OF_ELSEWHERE).json()["prompts"] == []


def test_a_mark_of_another_team_tells_nothing(read, greeting, token_of_elsewhere):
    etag = read("prompts/greeting/")["ETag"]
    answer = read("prompts/greeting/", token=OF_ELSEWHERE, if_none_match=f"{etag}, *")
    assert answer.status_code == 404


def test_a_revoked_token_reads_nothing_from_that_moment(read, greeting, adam, client_of):
    assert read("prompts/").status_code == 200
    token = ApiToken.objects.get(last4=TOKEN[-4:])
    client_of(adam).post(f"/t/acme/tokens/{token.pk}/revocation/")
    assert refusal(read("prompts/"), 401)
    assert refusal(read("prompts/", if_none_match="*"), 401)


@every_path
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_but_reading_is_offered(read, greeting, path, method):
    answer = read(path, method=method)
    assert refusal(answer, 405)["type"] == "method_not_allowed"
    assert answer["Allow"] == "GET, HEAD"
    assert refusal(read(path, method=method, token=""), 401)


@pytest.mark.parametrize(
    "path",
    ["", "nowhere/", "prompts/%00/", "prompts/a%2Fb/", "prompts/%ff/", "prompts/\U0001f600/"],
)
def test_what_does_not_exist_is_json_too(read, path):
    assert refusal(read(path), 404)["type"] == "not_found"
    assert refusal(Client().get("/api/"), 404)


def test_no_answer_lets_other_sites_in(read, greeting):
    answer = read("prompts/", Origin="https://elsewhere.example")
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


@every_path
def test_caches_keep_answers_for_one_reader_and_ask_each_time(read, greeting, path):
    answer = read(path)
    assert "Authorization" in answer["Vary"]
    expected = "private, no-cache" if answer.status_code == 200 else "no-store"
    assert answer["Cache-Control"] == expected


def test_plain_http_is_refused_where_the_site_has_https(read, greeting):
    with override_settings(IS_HTTPS=True):
        assert refusal(read("prompts/"), 403)["type"] == "https_required"


# Trouble -----------------------------------------------------------------------------------


def test_a_failure_has_a_number_that_the_log_has_too(read, greeting, monkeypatch, caplog):
    monkeypatch.setattr(shown, "_CHOSEN", "SELECT nothing FROM nowhere ")
    with caplog.at_level(logging.ERROR, "workbench.api.errors"):
        error = refusal(read("prompts/greeting/?var.NAME=secret"), 500)
    assert error["type"] == "server_error"
    assert error["message"].split()[-1].rstrip(".") in caplog.text
    assert "secret" not in caplog.text
    assert TOKEN not in caplog.text


def test_while_the_database_is_away_the_answer_says_when_to_come_back(read):
    def away(*_):
        raise OperationalError("away")

    with connection.execute_wrapper(away):
        answer = read("prompts/")
    assert refusal(answer, 503)["type"] == "unavailable"
    assert answer["Retry-After"] == "5"


# How often ---------------------------------------------------------------------------------


def test_a_token_that_reads_too_often_is_told_when_to_come_back(read, greeting, monkeypatch):
    monkeypatch.setattr(reading, "allowance", Allowance(burst=2, per_second=1, clock=lambda: 0.0))
    assert [read("prompts/").status_code for _ in range(3)] == [200, 200, 429]
    answer = read("prompts/")
    assert refusal(answer, 429)["type"] == "rate_limited"
    assert answer["Retry-After"] == "1"


def test_one_token_does_not_use_up_what_another_may_read(
    read, greeting, token_of_elsewhere, monkeypatch
):
    monkeypatch.setattr(reading, "allowance", Allowance(burst=1, per_second=1, clock=lambda: 0.0))
    assert read("prompts/").status_code == 200
    assert read("prompts/").status_code == 429
    assert read("prompts/", token=OF_ELSEWHERE).status_code == 200


def test_its_last_use_is_noted_at_most_once_a_minute(read, greeting, django_assert_num_queries):
    row = ApiToken.objects.get()
    read("prompts/")
    row.refresh_from_db()
    noted = row.last_used_at
    assert timezone.now() - noted < timedelta(minutes=1)
    with django_assert_num_queries(2):
        read("prompts/")
    row.refresh_from_db()
    assert row.last_used_at == noted
    ApiToken.objects.update(last_used_at=noted - timedelta(seconds=61))
    read("prompts/")
    row.refresh_from_db()
    assert row.last_used_at > noted


def test_a_refused_token_is_not_noted_as_used(read, greeting):
    read("prompts/", token="wbk_" + "C" * 43)
    assert ApiToken.objects.get().last_used_at is None


def _hash(token):
    from workbench.accounts.unguessable import digest

    return digest(token)
