"""The estimate: only for the draft's author, and a sentence where nothing can be counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from workbench.accounts.models import User
from workbench.prompts.content import Content
from workbench.prompts.models import Draft
from workbench.runs.estimate import Question, question_of

pytestmark = pytest.mark.django_db(transaction=True)  # the view closes its connection


def make_draft(user: User, text: str) -> Draft:
    content = Content.blank().with_body(messages=[{"role": "user", "content": text}])
    team = user.memberships.get().team
    return Draft.objects.create(team=team, user=user, content=content.to_dict())


def test_it_is_the_authors_alone(
    client_of: Callable[[User], Client], erin: User, alice: User, bob: User, charlie: User
) -> None:
    url = f"/t/acme/drafts/{make_draft(erin, 'Hi').pk}/estimate/"
    statuses = [client_of(user).get(url).status_code for user in (erin, alice, bob, charlie)]
    assert statuses == [200, 404, 403, 404]


def test_a_request_that_would_be_refused_is_not_counted(
    client_of: Callable[[User], Client], erin: User
) -> None:
    draft = make_draft(erin, "  ")
    html = client_of(erin).get(f"/t/acme/drafts/{draft.pk}/estimate/").content.decode()
    assert "No token count yet. This turn is empty" in html


@pytest.mark.parametrize("max_tokens", [None, -1, 10**9, "abc"])
def test_a_wrong_max_tokens_does_not_keep_the_input_from_being_counted(
    erin: User, max_tokens: object
) -> None:
    draft = make_draft(erin, "Hi")
    body = draft.parsed.body | {"max_tokens": max_tokens}
    if max_tokens is None:
        del body["max_tokens"]
    draft.content = Content(body).to_dict()
    asked = question_of(draft, "simulator")
    assert isinstance(asked, Question)
    assert asked.request.body["messages"] == [{"role": "user", "content": "Hi"}]


def test_a_process_that_executes_nothing_says_so(
    client_of: Callable[[User], Client], erin: User
) -> None:
    draft = make_draft(erin, "Hi")
    html = client_of(erin).get(f"/t/acme/drafts/{draft.pk}/estimate/").content.decode()
    assert "The tokens were not counted. This upstream cannot be asked now." in html
