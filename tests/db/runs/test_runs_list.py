"""The list of runs: filters, pages, totals, and who sees it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workbench.accounts.models import Team, User
from workbench.prompts.models import Prompt
from workbench.runs.models import State

from .test_runs_views import ClientOf, make_run


def test_filters_narrow_it(client_of: ClientOf, bob: User, erin: User, acme: Team) -> None:
    make_run(acme, erin, prompt_name="Kept")
    make_run(acme, erin, prompt_name="Broken", state=State.FAILED, error={"sentence": "x"})
    page = client_of(bob).get("/t/acme/runs/?state=failed").content.decode()
    assert "Broken" in page
    assert "Kept" not in page


@pytest.mark.parametrize("query", ["before=abc", "state=%00", "prompt=1e9", "person=-1"])
def test_nonsense_filters_are_left_out(
    client_of: ClientOf, bob: User, erin: User, acme: Team, query: str
) -> None:
    make_run(acme, erin, prompt_name="Kept")
    answer = client_of(bob).get(f"/t/acme/runs/?{query}")
    assert answer.status_code == 200
    assert "Kept" in answer.content.decode()


def test_the_runs_of_one_version_are_found(
    client_of: ClientOf, bob: User, erin: User, acme: Team
) -> None:
    prompt = Prompt.objects.create(team=acme, name="Greeting", slug="greeting")
    for number in (1, 2):
        make_run(acme, erin, prompt=prompt, prompt_name=f"ran-v{number}", version_number=number)
    client = client_of(bob)
    html = client.get(f"/t/acme/runs/?prompt={prompt.pk}&version=2").content.decode()
    assert "ran-v2" in html
    assert "ran-v1" not in html
    assert '<option value="2" selected>v2</option>' in html
    assert '<option value="1">v1</option>' in html
    assert "filter-version" not in client.get("/t/acme/runs/").content.decode()


@pytest.mark.parametrize("query", ["version=x", "version=9999999999", "version=-1"])
def test_a_version_that_cannot_be_is_left_out(
    client_of: ClientOf, bob: User, erin: User, acme: Team, query: str
) -> None:
    make_run(acme, erin, prompt_name="Kept")
    assert "Kept" in client_of(bob).get(f"/t/acme/runs/?{query}").content.decode()


def test_a_filter_for_a_prompt_without_runs_stays_chosen(
    client_of: ClientOf, bob: User, acme: Team
) -> None:
    html = client_of(bob).get("/t/acme/runs/?prompt=77&version=3").content.decode()
    assert '<option value="77" selected>Prompt 77</option>' in html
    assert '<option value="3" selected>v3</option>' in html


def test_a_page_leads_to_the_next(client_of: ClientOf, bob: User, erin: User, acme: Team) -> None:
    runs = [make_run(acme, erin, prompt_name=f"name-{number}") for number in range(53)]
    client = client_of(bob)
    first = client.get("/t/acme/runs/").content.decode()
    assert f"before={runs[3].pk}" in first
    second = client.get(f"/t/acme/runs/?before={runs[3].pk}").content.decode()
    assert "name-2<" in second
    assert "name-3<" not in second


def test_twenty_rows_cost_as_many_queries_as_ten(
    client_of: ClientOf, bob: User, erin: User, acme: Team
) -> None:
    client = client_of(bob)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/t/acme/runs/")
        return len(captured)

    queries()  # the first request of a session also notes that it was used
    for _ in range(10):
        make_run(acme, erin)
    ten = queries()
    for _ in range(10):
        make_run(acme, erin)
    assert queries() == ten


def test_a_stranger_sees_none_of_it(
    client_of: ClientOf, charlie: User, erin: User, acme: Team
) -> None:
    make_run(acme, erin, prompt_name="Secret plan")
    assert client_of(charlie).get("/t/acme/runs/").status_code == 404
    assert "Secret plan" not in client_of(charlie).get("/t/elsewhere/runs/").content.decode()
