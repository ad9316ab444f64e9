"""The API's limit on the size of a request: one number, said in the unit in which it is given."""

from __future__ import annotations

from workbench.catalogue import LARGEST_BODY_BYTES
from workbench.messages_api import MessageRequest
from workbench.runs.start import check

REQUEST = MessageRequest(
    "2026-10-21",
    body={
        "model": "claude-opus-5-5",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "Hi"}],
    },
)


def test_a_request_may_be_as_large_as_the_api_takes_it() -> None:
    assert check(REQUEST, LARGEST_BODY_BYTES) == []


def test_one_byte_more_is_refused_for_its_size_alone() -> None:
    (problem,) = check(MessageRequest("2026-10-21"), LARGEST_BODY_BYTES + 1)
    assert problem.path == "messages"
    assert problem.sentence == (
        "The request has 32.1 MB; the API takes 32 MB. Remove files or shorten it."
    )
