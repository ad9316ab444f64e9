"""Home, health, and what an error looks like."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django import Settings

from workbench import urls, views
from workbench.accounts.access import public
from workbench.accounts.models import Membership, Team, User
from workbench.prompts.content import Content
from workbench.prompts.models import Draft
from workbench.version import newest_entry

FRAGMENT = {"HX-Request": "true"}


@public
def failing(request: HttpRequest, what: str) -> HttpResponse:
    """A view that fails in the named way."""
    raise {
        "bug": ZeroDivisionError("secret detail"),
        "database": OperationalError("connection refused"),
        "suspicion": SuspiciousOperation("odd"),
        "size": RequestDataTooBig("big"),
    }[what]


urlpatterns = [*urls.urlpatterns, path("fail/<str:what>/", failing)]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture
def failing_client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
def test_home_leads_to_the_library_of_the_first_team(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    answer = client_of(alice).get("/")
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, "/t/acme/prompts/")


@pytest.mark.django_db
def test_home_leads_to_the_newest_draft_of_this_person_in_a_team_of_theirs(
    acme: Team, alice: User, erin: User, charlie: User, client_of: Callable[[User], Client]
) -> None:
    def draft(user: User, team: Team) -> Draft:
        return Draft.objects.create(team=team, user=user, content=Content.blank().to_dict())

    draft(alice, acme)
    newest = draft(alice, acme)
    draft(erin, acme)
    draft(alice, Team.objects.get(slug="elsewhere"))
    assert client_of(alice).get("/")["Location"] == f"/t/acme/drafts/{newest.pk}/"


@pytest.mark.django_db
def test_home_leads_nobody_to_a_draft_that_they_may_not_edit_any_more(
    acme: Team, erin: User, client_of: Callable[[User], Client]
) -> None:
    Draft.objects.create(team=acme, user=erin, content=Content.blank().to_dict())
    Membership.objects.filter(user=erin).update(role="viewer")
    assert client_of(erin).get("/")["Location"] == "/t/acme/prompts/"


@pytest.mark.django_db
def test_home_says_so_when_a_person_is_in_no_team(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    Membership.objects.all().delete()
    page = client_of(alice).get("/")
    assert page.status_code == HTTPStatus.OK
    assert "You are in no team" in page.text


@pytest.mark.django_db
def test_home_is_for_people_who_are_signed_in(client: Client) -> None:
    assert client.get("/")["Location"] == "/sign-in/?next=/"


@pytest.mark.django_db
def test_health_is_well_and_says_the_version(client: Client) -> None:
    answer = client.get("/health/")
    assert answer.status_code == HTTPStatus.OK
    assert answer.json()["status"] == "ok"
    assert set(answer.json()) == {"status", "database", "disk", "engine", "version"}
    assert answer.json()["engine"] == "off"  # this process is no server
    assert client.post("/health/").status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.django_db
def test_health_is_red_while_the_database_does_not_answer(client: Client) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        answer = client.get("/health/")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert (answer.json()["database"], answer.json()["disk"]) == ("failing", "ok")


@pytest.mark.django_db
@pytest.mark.parametrize(("free", "status"), [(500 * 1024**2, 200), (500 * 1024**2 - 1, 503)])
def test_health_is_red_with_less_than_500_mb_of_disk(
    client: Client, monkeypatch: pytest.MonkeyPatch, free: int, status: int
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    assert client.get("/health/").status_code == status


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/fail/bug/", 500),
        ("/fail/database/", 503),
        ("/fail/suspicion/", 400),
        ("/fail/size/", 413),
        ("/nothing/here/", 404),
    ],
)
def test_every_error_has_a_page_and_a_sentence_for_fragments(
    failing_client: Client, path: str, status: int
) -> None:
    page = failing_client.get(path)
    assert page.status_code == status
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert f"Error {status}" in page.text
    assert not re.search(r"<p>\s*</p>", page.text), "no sentence"
    assert "<script" not in page.text

    fragment = failing_client.get(path, headers=FRAGMENT)
    assert fragment.status_code == status
    assert fragment["Content-Type"] == "text/plain; charset=utf-8"
    assert fragment.text.startswith(views.SENTENCES[status])
    assert ("number" in fragment.text) == (status == 500)


@pytest.mark.urls(__name__)
def test_a_failure_tells_a_number_that_the_log_has_and_no_detail(
    failing_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    page = failing_client.get("/fail/bug/")
    (number,) = re.findall(r"Error ([0-9a-f]{8}) at GET /fail/bug/", caplog.text)
    assert number in page.text
    assert "secret detail" not in page.text
    caplog.clear()
    fragment = failing_client.get("/fail/bug/", headers=FRAGMENT)
    (number,) = re.findall(r"Error ([0-9a-f]{8}) at GET /fail/bug/", caplog.text)
    assert f"It is number {number} in the log." in fragment.text


@pytest.mark.urls(__name__)
def test_a_database_that_is_away_is_worth_another_try_soon(failing_client: Client) -> None:
    assert failing_client.get("/fail/database/")["Retry-After"] == "5"


@pytest.mark.django_db
def test_pages_say_503_when_the_database_goes_away(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(alice)
    client.raise_request_exception = False

    def refuse(*_: object) -> None:
        raise OperationalError("the database system is shutting down")

    with connection.execute_wrapper(refuse):
        answer = client.get("/account/")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE


def test_an_error_page_that_cannot_be_drawn_is_a_plain_sentence(settings: Settings) -> None:
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.dummy.TemplateStrings"}]
    answer = views.not_found(RequestFactory().get("/"), Exception())
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.content.decode() == views.SENTENCES[404]


@pytest.mark.django_db
def test_a_form_without_a_token_is_told_to_reload() -> None:
    client = Client(enforce_csrf_checks=True)
    assert "open for too long" in client.post("/sign-in/").text
    fragment = client.post("/sign-in/", headers=FRAGMENT)
    assert fragment.status_code == HTTPStatus.FORBIDDEN
    assert fragment.text == views.TOKEN_SENTENCE


@pytest.mark.django_db
def test_more_fields_than_fit_are_answered_with_413(client: Client) -> None:
    many = {f"field{number}": "x" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert client.post("/sign-in/", many).status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.django_db
def test_every_page_carries_the_strict_policy(client: Client) -> None:
    policy = client.get("/sign-in/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for name in ("X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options"):
        assert client.get("/sign-in/").has_header(name)


@pytest.mark.parametrize(
    ("changelog", "version"),
    [
        ("# Changes\n\n## 1.2.3 (2026-11-20)\n\n## 1.2.2\n", "1.2.3"),
        ("## [0.1.0] - 2026-11-20\n", "0.1.0"),
        ("## v2.0.0-rc.1\n", "2.0.0-rc.1"),
        ("# Changes\n", "unreleased"),
        ("", "unreleased"),
    ],
)
def test_the_version_is_the_newest_entry_of_the_changelog(changelog: str, version: str) -> None:
    assert newest_entry(changelog) == version


def test_health_is_json_that_any_program_can_read(db: None, client: Client) -> None:
    assert json.loads(client.get("/health/").content)["version"]


def test_a_foreign_host_is_refused_without_filling_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/health/", headers={"Host": "evil.example"}).status_code == 400
    assert not caplog.records
