"""The guard of every visit: a test that could not fail would prove nothing."""

from __future__ import annotations

import pytest

from .visiting import Visitor


@pytest.mark.parametrize(
    ("deed", "report"),
    [
        ("console.error('said so')", "said so"),
        ("setTimeout(() => { throw new Error('thrown') })", "page error"),
        ("document.body.append(Object.assign(new Image(), {src: 'http://a.example/'}))", "foreign"),
        ("document.body.setAttribute('style', 'color: red')", "securitypolicyviolation style-src"),
        ("fetch('/nowhere/')", "status of 404"),
    ],
)
def test_a_visit_notices_what_goes_wrong(visit: Visitor, deed: str, report: str) -> None:
    visitor = visit()
    visitor.page.goto("/t/acme/prompts/")
    visitor.check()
    visitor.page.evaluate(f"() => {{ {deed}; }}")
    visitor.page.wait_for_timeout(300)
    with pytest.raises(AssertionError, match=report):
        visitor.check()
    visitor.troubles.clear()
