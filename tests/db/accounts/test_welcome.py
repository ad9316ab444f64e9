"""The first person's way in."""

from __future__ import annotations

import logging
import re
import threading
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client

from workbench.accounts.models import AuditEvent, Membership, Role, Team, User, WelcomeCode
from workbench.accounts.welcome import new_welcome_path
from workbench.log import SecretFilter

ANSWERS = {
    "name": "Ana",
    "email": "Ana@Example.com",
    "password": "a long enough password",
    "team_name": "My team",
}


def _path() -> str:
    path = new_welcome_path()
    assert path is not None
    return path


@pytest.mark.django_db
def test_the_page_asks_for_a_person_and_a_team(client: Client) -> None:
    page = client.get(_path())
    assert page.status_code == HTTPStatus.OK
    for expected in ('name="name"', 'name="email"', 'name="password"', 'value="My team"'):
        assert expected in page.text


@pytest.mark.django_db
def test_the_first_person_owns_the_first_team_and_is_signed_in(client: Client) -> None:
    answer = client.post(_path(), ANSWERS)

    assert answer.status_code == HTTPStatus.FOUND
    assert answer["Location"] == "/"
    user, team = User.objects.get(), Team.objects.get()
    assert (user.email, user.name, user.is_instance_admin) == ("ana@example.com", "Ana", True)
    assert (team.name, team.slug) == ("My team", "my-team")
    assert Membership.objects.get(user=user, team=team).role == Role.OWNER
    assert client.session["_auth_user_id"] == str(user.pk)
    assert AuditEvent.objects.filter(action="team.create", actor=user, team=team).exists()


@pytest.mark.django_db
def test_the_code_works_once(client: Client) -> None:
    path = _path()
    client.post(path, ANSWERS)
    for answer in (Client().get(path), Client().post(path, ANSWERS)):
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert "sign in if you have an account" in answer.text
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_wrong_code_makes_nobody(client: Client) -> None:
    _path()
    for answer in (client.get("/welcome/guess/"), client.post("/welcome/guess/", ANSWERS)):
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert "the newest link that the terminal shows" in answer.text
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_new_code_replaces_the_one_before(client: Client) -> None:
    old, new = _path(), _path()
    assert client.get(old).status_code == HTTPStatus.NOT_FOUND
    assert client.get(new).status_code == HTTPStatus.OK
    assert WelcomeCode.objects.count() == 1


@pytest.mark.django_db
def test_no_code_is_made_or_accepted_once_somebody_has_an_account(
    client: Client, alice: User
) -> None:
    assert new_welcome_path() is None
    alice.delete()
    path = _path()
    User.objects.create_user("late@example.com", "a long enough password", name="Late")
    assert client.get(path).status_code == HTTPStatus.NOT_FOUND
    assert client.post(path, ANSWERS).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("password", "short", "too short"),
        ("password", "password12345", "too common"),
        ("password", "ana@example.com", "too similar"),
        ("email", "no address", "valid email"),
        ("email", "", "required"),
        ("name", "x" * 101, "at most 100"),
        ("name", "a\0b", "Null characters"),
        ("team_name", " ", "required"),
    ],
)
def test_a_bad_answer_keeps_the_code_and_what_was_typed(
    client: Client, field: str, value: str, sentence: str
) -> None:
    path = _path()
    page = client.post(path, ANSWERS | {field: value})

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in page.text
    assert re.search(f'<input[^>]*name="{field}"[^>]* autofocus', page.text)
    assert page.text.count(" autofocus") == 1
    assert ANSWERS["password"] not in page.text
    assert (ANSWERS["name"] if field != "name" else ANSWERS["team_name"]) in page.text
    assert not User.objects.exists()
    assert client.post(path, ANSWERS).status_code == HTTPStatus.FOUND


@pytest.mark.django_db
def test_a_hostile_name_is_text(client: Client) -> None:
    hostile = '"><script>alert(1)</script>{{7*7}}{% now %}'
    page = client.post(_path(), ANSWERS | {"name": hostile, "email": ""})
    assert "<script>alert" not in page.text
    assert "{{7*7}}{% now %}" in page.text


@pytest.mark.django_db
def test_only_get_and_post_are_answered(client: Client) -> None:
    path = _path()
    for method in (client.put, client.patch, client.delete):
        assert method(path).status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.django_db
def test_a_form_without_its_token_makes_nobody() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(_path(), ANSWERS)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert not User.objects.exists()


@pytest.mark.django_db
def test_guessing_is_refused_after_twenty_wrong_codes(client: Client) -> None:
    path = _path()
    for number in range(20):
        assert client.get(f"/welcome/guess-{number}/").status_code == HTTPStatus.NOT_FOUND
    refused = client.get("/welcome/guess-20/")
    assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert 0 < int(refused["Retry-After"]) <= 180
    assert client.get(path).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert client.get(path, REMOTE_ADDR="192.0.2.7").status_code == HTTPStatus.OK


@pytest.mark.django_db
def test_looking_at_the_right_page_again_and_again_is_not_throttled(client: Client) -> None:
    path = _path()
    for _ in range(25):
        assert client.get(path).status_code == HTTPStatus.OK


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("people", [2, 6])
def test_people_who_answer_at_the_same_moment_make_exactly_one_user(people: int) -> None:
    path = _path()
    start = threading.Barrier(people)
    statuses: list[int] = []

    def answer(number: int) -> None:
        client = Client()
        start.wait(10)
        try:
            page = client.post(path, ANSWERS | {"email": f"person{number}@example.com"})
            statuses.append(page.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=[number]) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(statuses) == [HTTPStatus.FOUND] + [HTTPStatus.NOT_FOUND] * (people - 1)
    assert (User.objects.count(), Team.objects.count(), Membership.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_the_code_stays_out_of_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    path = _path()
    code = path.split("/")[2]
    caplog.handler.addFilter(SecretFilter())
    logging.getLogger("workbench").warning("GET %s failed", path)
    client.post(path, ANSWERS)
    assert "/welcome/[hidden]" in caplog.text
    assert code not in caplog.text
    assert not WelcomeCode.objects.filter(code_hash__contains=code).exists()
