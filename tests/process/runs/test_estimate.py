"""The estimate before a run: the upstream's own count, asked once, dropped when outdated."""

from __future__ import annotations

import httpx
import pytest

from .running import eventually
from .site import Site


def write(site: Site, text: str, **fields: str) -> None:
    form = {"part": "turns", "turn-a-role": "user", "turn-a-text": text}
    form |= {"model": "claude-opus-5-5", "max_tokens": "1000", "upstream": "anthropic"}
    assert site.post(f"drafts/{site.draft}/", **(form | fields)).status_code == 302


def estimate(site: Site) -> str:
    answer = site.get(f"drafts/{site.draft}/estimate/")
    assert answer.status_code == 200, answer.text
    return answer.text


def questions(site: Site, marker: str) -> list[dict[str, object]]:
    return site.upstream.journal(marker, "/v1/messages/count_tokens")


def test_it_is_the_upstreams_count_with_a_price_up_to_max_tokens(site: Site) -> None:
    write(site, "count me " * 2000)
    first = estimate(site)
    assert "tokens in" in first
    assert " to $" in first
    assert estimate(site) == first
    assert len(questions(site, "count me")) == 1


def test_values_that_are_missing_are_named_and_not_in_the_way(site: Site) -> None:
    name = {"part": "variables", "variable-b-name": "NAME", "variable-b-value": ""}
    write(site, "greet {{NAME}}", **name)
    assert "without the value of NAME" in estimate(site)


def test_an_upstream_that_refuses_is_quoted(site: Site) -> None:
    write(site, "simulate-count: status code=529")
    assert "The tokens were not counted." in estimate(site)


def test_a_question_that_nobody_waits_for_is_dropped(site: Site) -> None:
    write(site, "simulate-count: hang")
    with pytest.raises(httpx.ReadTimeout):
        site.web.client.get(f"/t/acme/drafts/{site.draft}/estimate/", timeout=1)
    eventually(lambda: [q["ended"] for q in questions(site, "hang")] == ["client-gone"], 10)
