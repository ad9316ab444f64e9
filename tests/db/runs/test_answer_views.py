"""The views of a finished answer: Markdown, text, JSON, with verdicts and figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from workbench.accounts.models import Team, User
from workbench.runs.models import Run, State

from .test_runs_views import make_run

ClientOf = Callable[[User], Client]
FORMAT = {"type": "json_schema", "schema": {"type": "object", "required": ["name"]}}
STRICT = {"name": "weather", "strict": True, "input_schema": {"required": ["city"]}}


def answered(team: Team, user: User, text: str, body: Any = None, **message: Any) -> Run:
    content = [{"type": "text", "text": text}]
    stored = {"content": content, "stop_reason": "end_turn", "usage": {}} | message
    run = make_run(team, user, message=stored)
    run.request["body"] |= body or {}
    run.save()
    return run


@pytest.fixture
def page_of(client_of: ClientOf, erin: User) -> Callable[..., str]:
    def page_of(run: Run, tail: str = "") -> str:
        answer = client_of(erin).get(f"/t/acme/runs/{run.pk}/{tail}")
        assert answer.status_code == 200
        return answer.content.decode()

    return page_of


def is_open(page: str, view: str) -> bool:
    after = page.split(f'id="view-{view}"')[1].split(">")[0]
    return "aria-current" in after


class TestJson:
    def test_json_is_indented_by_default(
        self, acme: Team, erin: User, page_of: Callable[..., str]
    ) -> None:
        page = page_of(answered(acme, erin, '{"a":[1,{"b":"<b>"}]}'))
        assert is_open(page, "json")
        assert '<pre class="hl"' in page
        assert "&lt;b&gt;" in page

    def test_the_other_views_are_a_click_away(
        self, acme: Team, erin: User, page_of: Callable[..., str]
    ) -> None:
        run = answered(acme, erin, '{"a":1}')
        assert is_open(page_of(run, "?view=markdown"), "markdown")
        assert is_open(page_of(run, "?view=text"), "text")
        assert is_open(page_of(run, "?view=nonsense"), "json")

    @pytest.mark.parametrize("text", ["Hello", "42", '"yes"', "[1, 2", ""])
    def test_what_is_no_object_or_list_is_markdown(
        self, acme: Team, erin: User, page_of: Callable[..., str], text: str
    ) -> None:
        page = page_of(answered(acme, erin, text))
        assert is_open(page, "markdown")
        assert 'id="view-json"' not in page

    def test_other_blocks_stay_beside_the_json(
        self, acme: Team, erin: User, page_of: Callable[..., str]
    ) -> None:
        content = [
            {"type": "thinking", "thinking": "hm, hm"},
            {"type": "text", "text": '{"a":'},
            {"type": "text", "text": "1}"},
        ]
        page = page_of(answered(acme, erin, "", content=content))
        assert "hm, hm" in page
        assert is_open(page, "json")

    def test_the_outcome_brings_the_json_to_a_page_that_watched(
        self, acme: Team, erin: User, page_of: Callable[..., str]
    ) -> None:
        run = answered(acme, erin, '{"a":1}')
        assert f'<div id="run-{run.pk}" hx-swap-oob="innerHTML">' in page_of(run, "outcome/")
        plain = answered(acme, erin, "Hello")
        assert f'<div id="run-{plain.pk}" hx-swap-oob' not in page_of(plain, "outcome/")

    def test_an_answer_that_is_still_arriving_is_no_json_yet(
        self, acme: Team, erin: User, page_of: Callable[..., str]
    ) -> None:
        run = answered(acme, erin, '{"a":1}')
        Run.objects.filter(pk=run.pk).update(state=State.STREAMING)
        assert 'class="hl"' not in page_of(run)


class TestVerdicts:
    @pytest.mark.parametrize(
        ("text", "mark"),
        [
            ('{"name": "x"}', "Matches the schema"),
            ('{"other": "x"}', "Does not match"),
            ("Sure!", "Not JSON"),
        ],
    )
    def test_a_format_that_was_asked_for_is_checked(
        self, acme: Team, erin: User, page_of: Callable[..., str], text: str, mark: str
    ) -> None:
        run = answered(acme, erin, text, {"output_config": {"format": FORMAT}})
        assert mark in page_of(run)
        assert mark in page_of(run, "outcome/")

    def test_violations_are_escaped(
        self, acme: Team, erin: User, page_of: Callable[..., str]
    ) -> None:
        schema = {"additionalProperties": {"type": "integer"}}
        asked = {"output_config": {"format": {"type": "json_schema", "schema": schema}}}
        hostile = json.dumps({"<script>alert(1)</script>": "<img src=x onerror=alert(1)>"})
        page = page_of(answered(acme, erin, hostile, asked))
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "Does not match" in page

    def test_calls_of_strict_tools_are_checked(
        self, acme: Team, erin: User, page_of: Callable[..., str]
    ) -> None:
        call = {"type": "tool_use", "id": "toolu_7", "name": "weather", "input": {}}
        page = page_of(answered(acme, erin, "", {"tools": [STRICT]}, content=[call]))
        assert "Does not match" in page
        assert "weather toolu_7" in page
        assert "It lacks &quot;city&quot;." in page


class TestFigures:
    def test_the_cost_has_its_parts_and_says_that_it_is_the_list_price(
        self, acme: Team, erin: User, page_of: Callable[..., str]
    ) -> None:
        prices = {"input": "4", "output": "20", "factor": "1", "model": "claude-opus-5-5"}
        run = answered(acme, erin, "Hi", usage={"input_tokens": 500_000, "output_tokens": 0})
        Run.objects.filter(pk=run.pk).update(cost_usd=2, cost={"prices": prices})
        page = page_of(run)
        assert '$2.00 <span class="muted">list price</span>' in page
        assert "Cost in parts" in page
        assert '<td class="num">500,000</td>' in page

    def test_rate_limits_are_meters_with_words(
        self, acme: Team, erin: User, page_of: Callable[..., str]
    ) -> None:
        run = answered(acme, erin, "Hi")
        name = "anthropic-ratelimit-requests"
        headers = [[f"{name}-limit", "1000"], [f"{name}-remaining", "990"]]
        assert "Rate limits" not in page_of(run)
        Run.objects.filter(pk=run.pk).update(response_headers=headers)
        assert "Requests left: 990 of 1,000" in page_of(run)

    def test_the_element_of_the_live_figures_is_replaced(
        self, acme: Team, erin: User, page_of: Callable[..., str]
    ) -> None:
        run = answered(acme, erin, "Hi")
        swap = f'id="run-{run.pk}-usage" hx-swap-oob="outerHTML"'
        assert swap in page_of(run, "outcome/")
