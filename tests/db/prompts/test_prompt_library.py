"""The library lists the team's prompts and a member's own drafts."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.library.listing import PAGE_SIZE
from workbench.prompts.library.views import DRAFTS_OPEN
from workbench.prompts.models import Draft, Prompt
from workbench.prompts.opening import draft_of
from workbench.prompts.saving import make_prompt

URL = "/t/acme/prompts/"


def add_prompts(alice, saying, count):
    team = alice.memberships.get().team
    for number in range(count):
        prompt = make_prompt(team.pk, f"Prompt {number}", alice)
        prompt.save_version(saying(str(number)), alice, parent_number=None)


def names_in(response):
    return re.findall(r">(Prompt \d+)</a>", response.content.decode())


def test_it_shows_name_version_author_and_model(erins, prompt):
    page = erins.get(URL).content.decode()
    for text in ("Greeting", "v1", "Alice", "claude-opus-5-5"):
        assert text in page


def test_a_viewer_reads_the_list_without_a_way_to_write(client_of, bob, prompt):
    page = client_of(bob).get(URL).content.decode()
    assert "Greeting" in page
    assert "button-primary" not in page


def test_a_stranger_gets_404(client_of, charlie, prompt):
    assert client_of(charlie).get(URL).status_code == 404


def test_nothing_can_be_posted_to_the_list(erins, post):
    assert post(erins, "prompts/").status_code == 405


def test_an_empty_library_offers_the_example(erins):
    assert "Open the example" in erins.get(URL).content.decode()


def test_a_viewer_of_an_empty_library_is_told_who_fills_it(client_of, bob):
    page = client_of(bob).get(URL).content.decode()
    assert "Editors of the team write them" in page
    assert "Open the example" not in page


def test_twenty_prompts_cost_as_many_queries_as_ten(erins, alice, saying):
    erins.get(URL)  # the first page of a session also writes its age
    counts = []
    for _ in range(2):
        add_prompts(alice, saying, 10)
        with CaptureQueriesContext(connection) as queries:
            assert erins.get(URL).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_all_prompts_are_reached_page_by_page_once(erins, alice, saying):
    count = 3 * PAGE_SIZE + 1
    add_prompts(alice, saying, count)
    # One moment for all: the mark of a page must also tell apart what changed at the same time.
    Prompt.objects.update(updated_at=timezone.now())
    seen, url = [], URL
    for _ in range(4):
        response = erins.get(url, headers={"HX-Request": "true"})
        seen += names_in(response)
        older = re.search(r'hx-get="(\?before=[^"]+)"', response.content.decode())
        if not older:
            break
        url = URL + older[1]
    assert (len(seen), len(set(seen))) == (count, count)


def test_the_next_rows_come_alone_for_htmx_and_as_a_page_without_it(erins, alice, saying):
    add_prompts(alice, saying, PAGE_SIZE + 1)
    older = re.search(r'href="(\?before=[^"]+)"', erins.get(URL).content.decode())[1]
    rows = erins.get(URL + older, headers={"HX-Request": "true"}).content.decode()
    page = erins.get(URL + older).content.decode()
    assert (rows.count("<tr"), "<html" in rows, "<html" in page) == (1, False, True)


@pytest.mark.parametrize(
    "mark",
    [
        "x",
        "2026-01-01_1",
        "2026-01-01T00:00:00+00:00_x",
        "_",
        "\x00",
        "9999-12-31T23:59:59-23:59_1",
        "0001-01-01T00:00:00+23:59_1",
    ],
)
def test_a_damaged_mark_is_a_bad_request(erins, mark):
    assert erins.get(URL, {"before": mark}).status_code == 400


def test_my_unsaved_drafts_are_listed_and_nobody_elses(erins, erin, client_of, alice, draft):
    Draft.objects.filter(pk=draft.pk).update(name="Half a thought")
    assert "Half a thought" in erins.get(URL).content.decode()
    assert "Half a thought" not in client_of(alice).get(URL).content.decode()


def test_unsaved_drafts_beyond_the_newest_are_folded_away(erins, erin, acme, draft):
    Draft.objects.filter(pk=draft.pk).update(name="Draft 0")
    for number in range(1, DRAFTS_OPEN):
        Draft.objects.create(team=acme, user=erin, content=draft.content, name=f"Draft {number}")
    assert "older draft" not in erins.get(URL).content.decode()
    Draft.objects.create(team=acme, user=erin, content=draft.content, name="Draft newest")
    open_part, _, folded = erins.get(URL).content.decode().partition("1 older draft")
    assert "Draft newest" in open_part
    assert "Draft 0" not in open_part
    assert "Draft 0" in folded


def test_a_draft_of_a_prompt_is_listed_once_it_is_changed(erins, erins_access, prompt, post):
    draft = draft_of(erins_access, prompt)
    assert "Your unsaved drafts" not in erins.get(URL).content.decode()
    post(erins, f"drafts/{draft.pk}/", system__text="New")
    assert "Your unsaved drafts" in erins.get(URL).content.decode()


def test_hostile_names_are_shown_as_text(erins, prompt):
    Prompt.objects.update(name="<script>alert(1)</script>")
    page = erins.get(URL).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


class TestNewDraft:
    def test_it_opens_a_blank_draft(self, erins, post):
        answer = post(erins, "drafts/", htmx=False)
        draft = Draft.objects.get()
        assert answer.headers["Location"] == f"/t/acme/drafts/{draft.pk}/"

    def test_an_untouched_draft_is_given_again(self, erins, draft, post, settings):
        # Where new drafts of the team go; one that goes elsewhere is not what was asked for.
        Draft.objects.update(upstream=settings.DEFAULT_UPSTREAM)
        answer = post(erins, "drafts/", htmx=False)
        assert answer.headers["Location"] == f"/t/acme/drafts/{draft.pk}/"
        post(erins, f"drafts/{draft.pk}/", system__text="Touched")
        post(erins, "drafts/", htmx=False)
        assert Draft.objects.count() == 2

    def test_the_example_is_ready_to_run(self, erins, post):
        post(erins, "drafts/", htmx=False, example="1")
        draft = Draft.objects.get()
        request = draft.parsed.to_request(draft.values)
        assert "{{" not in str(request.body)
        assert EditorForm.of(draft).candidates == []

    def test_a_viewer_may_not(self, client_of, bob, post):
        assert post(client_of(bob), "drafts/").status_code == 403

    def test_a_stranger_gets_404(self, client_of, charlie, acme, post):
        assert post(client_of(charlie), "drafts/").status_code == 404

    def test_a_get_is_the_wrong_method(self, erins):
        assert erins.get("/t/acme/drafts/").status_code == 405

    @pytest.mark.parametrize("number", ["x", "", "99"])
    def test_a_version_that_is_none_opens_nothing(self, erins, prompt, number, post):
        answer = post(erins, "drafts/", prompt=str(prompt.pk), number=number)
        assert answer.status_code == (404 if number == "99" else 400)
        assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "content",
    ["A question about order 17", [{"type": "text", "text": "A question about order 17"}]],
)
def test_a_draft_without_a_name_shows_its_first_words(erins, draft, post, content):
    body = Content.blank().with_body(messages=[{"role": "user", "content": content}]).body
    post(erins, f"drafts/{draft.pk}/body/", htmx=False, body__text=json.dumps(body))
    assert "A question about order 17" in erins.get(URL).content.decode()
