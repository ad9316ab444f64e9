"""The retirement watch: what uses a model that goes, and the switch to its successor."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft, Label, Preset, Prompt, PromptVersion
from workbench.prompts.opening import draft_of
from workbench.prompts.retirements.watch import SHOWN, watch
from workbench.prompts.saving import make_prompt

pytestmark = pytest.mark.django_db

GOING = "claude-sonnet-4-5-20250929"
ALIAS = "claude-sonnet-4-5"
GONE = "claude-3-opus-20240229"
NEW = "claude-opus-5-5"
OLD_VERSION = "2023-06-01"
TODAY = date(2026, 11, 28)


@pytest.fixture
def using(acme, alice):
    """Makes a prompt of Alice's with one version per model."""

    def make(name: str, *models: str, **body: Any) -> Prompt:
        prompt = make_prompt(acme.pk, name, alice)
        for model in models:
            content = Content(Content.blank().body | {"model": model} | body, OLD_VERSION)
            prompt.save_version(content, alice, parent_number=None)
        return prompt

    return make


def test_latest_versions_labels_and_presets_are_found_by_model(erins_access, acme, using):
    going, aliased = using("Going", GOING), using("Aliased", NEW, ALIAS)
    gone, kept = using("Gone", GONE), using("Kept", NEW)
    labelled = using("Labelled", GOING, NEW)
    first = labelled.versions.get(number=1)
    Label.objects.create(team=acme, prompt=labelled, name="production", version=first)
    Label.objects.create(team=acme, prompt=going, name="staging", version=going.latest)
    Preset.objects.create(team=acme, name="Old", slug="old", parameters={"body": {"model": GONE}})
    found = watch(erins_access, TODAY)
    assert [ending.model.id for ending in found.endings] == [GONE, GOING]
    opus, sonnet = found.endings
    assert [row["pk"] for row in opus.prompts] == [gone.pk]
    assert [row["name"] for row in opus.presets] == ["Old"]
    assert {row["pk"] for row in sonnet.prompts} == {going.pk, aliased.pk}
    assert [(row["name"], row["version__number"]) for row in sonnet.labels] == [("production", 1)]
    assert (opus.count, sonnet.count, found.prompt_count) == (1, 2, 4)
    assert sonnet.countdown == "retires in 2 days, on 2026-11-30"
    assert sonnet.successor.id == "claude-sonnet-5-5"
    assert kept.pk not in {row["pk"] for ending in found.endings for row in ending.prompts}


def test_archived_prompts_and_other_teams_are_left_out(erins_access, using, charlie):
    archived = using("Archived", GOING)
    Prompt.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    theirs = make_prompt(charlie.memberships.get().team_id, "Theirs", charlie)
    theirs.save_version(Content.blank().with_body(model=GOING), charlie, parent_number=None)
    found = watch(erins_access, TODAY)
    assert (found.endings, found.prompt_count) == ([], 0)


def test_the_page_shows_the_first_of_many_in_a_constant_number_of_queries(
    client_of, bob, acme, using
):
    for number in range(10):
        using(f"Few {number}", GOING)
    browser = client_of(bob)
    browser.get("/t/acme/retirements/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/t/acme/retirements/")
    prompts = Prompt.objects.bulk_create(
        Prompt(
            team=acme,
            name=f"Many {number}",
            slug=f"many-{number}",
            latest_number=2,
            latest_model=(GONE, ALIAS)[number % 2],
        )
        for number in range(990)
    )
    content = Content.blank().with_body(model=GOING).to_dict()
    versions = PromptVersion.objects.bulk_create(
        PromptVersion(team=acme, prompt=prompt, number=1, content=content) for prompt in prompts
    )
    Label.objects.bulk_create(
        Label(team=acme, prompt=version.prompt, name="production", version=version)
        for version in versions
    )
    with CaptureQueriesContext(connection) as many:
        html = browser.get("/t/acme/retirements/").content.decode()
    assert len(many) == len(few)
    assert not any('"content" ' in query["sql"].split("FROM")[0] for query in many)
    assert html.count("/successor/") == SHOWN * 2 + 10
    assert f'href="/t/acme/prompts/?model={GONE}">All 495 prompts with {GONE}' in html
    assert f'href="/t/acme/prompts/?model={ALIAS}">All 495 prompts with {ALIAS}' in html
    assert html.count('<span class="tag">production</span>') == SHOWN
    assert "1,000 prompts" in html


def test_the_page_says_when_a_model_goes_and_who_follows(client_of, bob, using):
    using("A & B", GONE)
    html = client_of(bob).get("/t/acme/retirements/").content.decode()
    assert "retired on 2026-01-05" in html
    assert "Its successor is Claude Opus 5.5." in html
    assert "A &amp; B" in html
    assert re.search(r"chip-warn[^>]*>1 prompt<", html)


def test_without_ending_models_the_page_says_so(client_of, bob, using):
    using("Fine", NEW)
    assert "No prompt, label or preset uses a model" in (
        client_of(bob).get("/t/acme/retirements/").content.decode()
    )


# The successor -----------------------------------------------------------------------------


SAMPLED = {"temperature": 0.3, "top_k": 5}


def test_the_preview_says_what_changes_and_changes_nothing(client_of, bob, using):
    prompt = using("P", GONE, **SAMPLED)
    html = client_of(bob).get(f"/t/acme/prompts/{prompt.pk}/successor/").content.decode()
    assert "From Claude Opus 3 to Claude Opus 5.5" in html
    assert 'name="accept" value="temperature" checked' in html
    assert "Open as draft" not in html, "a viewer opens no draft"
    assert not Draft.objects.exists()
    assert prompt.versions.count() == 1


def test_the_draft_has_the_successor_and_the_accepted_replacements(erins, erin, post, using):
    prompt = using("P", GONE, **SAMPLED)
    url = f"/t/acme/prompts/{prompt.pk}/successor/"
    assert "Open as draft with Claude Opus 5.5" in erins.get(url).content.decode()
    answer = erins.post(f"{url}draft/", {"number": "1", "accept": ["top_k"]})
    assert answer.headers["Location"] == f"/t/acme/prompts/{prompt.pk}/"
    draft = Draft.objects.get(user=erin, prompt=prompt)
    assert draft.parsed.body == Content.blank().body | {"model": NEW, "temperature": 0.3}
    assert draft.base_number == 1
    assert draft.content["editor"]["is_changed"] is True
    assert prompt.versions.count() == 1, "nothing is saved"
    page = erins.get(answer.headers["Location"]).content.decode()
    assert "This is v1 with Claude Opus 5.5, not saved yet" in page


def test_unsaved_changes_are_not_overwritten(erins, erins_access, using):
    prompt = using("P", GONE)
    mine = draft_of(erins_access, prompt)
    form = EditorForm.of(mine)
    form.turns.take([{"role": "user", "content": "unsaved"}])
    form.save_to(mine)
    erins.post(f"/t/acme/prompts/{prompt.pk}/successor/draft/", {"number": "1"})
    mine.refresh_from_db()
    assert (mine.prompt, mine.name) == (None, "P (unsaved changes)")
    assert mine.parsed.body["messages"][0]["content"] == "unsaved"
    assert Draft.objects.get(prompt=prompt).parsed.body["model"] == NEW


@pytest.mark.parametrize("number", ["", "1", "x"])
def test_a_version_that_is_not_the_latest_any_more_is_previewed_again(erins, using, number):
    prompt = using("P", NEW, GONE)
    answer = erins.post(f"/t/acme/prompts/{prompt.pk}/successor/draft/", {"number": number})
    assert answer.headers["Location"] == f"/t/acme/prompts/{prompt.pk}/successor/"
    assert "saved a newer version meanwhile" in erins.get(answer["Location"]).content.decode()
    assert not Draft.objects.exists()


@pytest.mark.parametrize("model", [NEW, "nobody-knows", 5, None])
def test_a_model_without_a_successor_leads_nowhere(erins, using, model):
    prompt = using("P", model)
    url = f"/t/acme/prompts/{prompt.pk}/successor/"
    assert "has no successor" in erins.get(url).content.decode()
    assert erins.post(f"{url}draft/", {"number": "1"}).headers["Location"] == url
    assert not Draft.objects.exists()


def test_a_viewer_and_a_stranger_open_no_draft(client_of, bob, charlie, using):
    prompt = using("P", GONE)
    url = f"/t/acme/prompts/{prompt.pk}/successor/"
    assert client_of(bob).post(f"{url}draft/", {"number": "1"}).status_code == 403
    assert client_of(charlie).post(f"{url}draft/", {"number": "1"}).status_code == 404
    assert client_of(charlie).get(url).status_code == 404
    assert client_of(charlie).get("/t/acme/retirements/").status_code == 404


def test_the_prompt_itself_says_once_that_its_model_goes(erins, client_of, bob, using):
    prompt = using("P", GONE)
    sentence = "Claude Opus 3 was retired on 2026-01-05"
    link = f'href="/t/acme/prompts/{prompt.pk}/successor/"'
    for browser, path in (
        (client_of(bob), f"/t/acme/prompts/{prompt.pk}/"),
        (erins, f"/t/acme/prompts/{prompt.pk}/versions/1/"),
        (erins, f"/t/acme/prompts/{prompt.pk}/"),
    ):
        html = browser.get(path).content.decode()
        assert (html.count(sentence), html.count(link)) == (1, 1), path


def test_a_prompt_with_a_current_model_says_nothing(erins, using):
    prompt = using("P", NEW)
    for path in ("", "versions/1/"):
        html = erins.get(f"/t/acme/prompts/{prompt.pk}/{path}").content.decode()
        assert "/successor/" not in html
