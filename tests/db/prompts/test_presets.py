"""The team's presets: their list and page, their names, the default, and new prompts with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from workbench.accounts.models import AuditEvent, Team
from workbench.prompts.models import Draft, Preset
from workbench.prompts.opening import new_draft
from workbench.prompts.presets.parts import applied

pytestmark = pytest.mark.django_db

SAMPLED = {
    "api_version": "2023-06-01",
    "body": {"model": "claude-haiku-4-5-20251001", "temperature": 0.3, "max_tokens": 900},
}
REFUSED = {"body": {"model": "claude-opus-5-5", "temperature": 0.3, "top_k": 5}}
RETIRED = {"body": {"model": "claude-3-opus-20240229"}}


@pytest.fixture
def preset(acme, erin):
    """Makes a preset of Acme by Erin."""

    def make(name: str = "Calm", parameters: Any = SAMPLED, **fields: Any) -> Preset:
        slug = f"preset-{Preset.objects.count()}"
        return Preset.objects.create(
            team=acme, name=name, slug=slug, parameters=parameters, created_by=erin, **fields
        )

    return make


def test_the_list_says_what_a_preset_sets(client_of, bob, preset):
    preset(description="For short answers", is_default=True)
    preset("Wild", REFUSED)
    html = client_of(bob).get("/t/acme/presets/").content.decode()
    assert "Temperature 0.3" in html
    assert "Max tokens 900" in html
    assert "Claude Haiku 4.5" in html
    assert "For short answers" in html
    assert html.count("team default") == 1
    assert html.count("not accepted by") == 1
    assert "In part not accepted by Claude Opus 5.5 with API version 2026-10-21" in html


def test_the_list_has_pages_and_a_constant_number_of_queries(client_of, bob, acme, preset):
    preset("A0000")
    browser = client_of(bob)
    browser.get("/t/acme/presets/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/t/acme/presets/")
    rows = [
        Preset(team=acme, name=f"N{number:04}", slug=f"n{number}", parameters=SAMPLED)
        for number in range(120)
    ]
    Preset.objects.bulk_create(rows)
    with CaptureQueriesContext(connection) as many:
        first = browser.get("/t/acme/presets/").content.decode()
    assert len(many) == len(few)
    assert "N0048" in first
    assert "N0049" not in first
    second = browser.get("/t/acme/presets/?after=N0048").content.decode()
    assert "N0049" in second
    assert "N0098" in second
    assert "N0048</a>" not in second
    assert "There are no further presets." in (
        browser.get("/t/acme/presets/?after=ZZZ\0").content.decode()
    )


def test_the_page_of_a_preset_shows_what_is_refused_and_keeps_it(client_of, bob, preset):
    made = preset(parameters=REFUSED)
    html = client_of(bob).get(f"/t/acme/presets/{made.pk}/").content.decode()
    assert "not accepted by Claude Opus 5.5 with API version 2026-10-21" in html
    assert "temperature" in html
    assert "<dd>5</dd>" in html
    assert f'action="/t/acme/presets/{made.pk}/' not in html, "a viewer changes nothing"


def test_name_and_description_are_changed(erins, post, preset):
    made = preset()
    url = f"presets/{made.pk}/details/"
    answer = post(erins, url, htmx=False, name="  Quiet  and short ", description=" For mails\r\n ")
    made.refresh_from_db()
    assert answer.status_code == 302
    assert (made.name, made.description) == ("Quiet and short", "For mails")
    event = AuditEvent.objects.get(action="preset.rename")
    assert (event.target, event.detail) == ("Quiet and short", {"before": "Calm"})


@pytest.mark.parametrize(
    ("name", "description", "sentence"),
    [
        ("", "", "Give the preset a name."),
        (" \n ", "", "Give the preset a name."),
        ("x" * 10_000, "", "A name has at most 200 characters; shorten this one."),
        ("Fine", "x" * 2_001, "A description has at most 2,000 characters; shorten this one."),
        ("Wild", "", "There is a preset “Wild” already; choose another name."),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_kept_as_typed(
    erins, post, preset, name, description, sentence
):
    made = preset()
    preset("Wild")
    answer = post(
        erins, f"presets/{made.pk}/details/", htmx=False, name=name, description=description
    )
    html = answer.content.decode()
    made.refresh_from_db()
    assert answer.status_code == 422
    assert sentence in html
    assert (f'value="{name}"' in html) or not name.strip()
    assert description in html
    assert made.name == "Calm"


def test_deleting_asks_first(erins, post, preset):
    made = preset(is_default=True)
    asked = erins.get(f"/t/acme/presets/{made.pk}/deletion/").content.decode()
    assert "they will begin without one" in asked
    assert Preset.objects.filter(pk=made.pk).exists()
    post(erins, f"presets/{made.pk}/deletion/", htmx=False)
    assert Preset.objects.exists()
    answer = post(erins, f"presets/{made.pk}/deletion/", htmx=False, decided="1")
    assert answer.headers["Location"] == "/t/acme/presets/"
    assert not Preset.objects.exists()
    assert AuditEvent.objects.get(action="preset.delete").target == "Calm"


def test_a_team_has_one_default(erins, post, preset, charlie):
    elsewhere = Team.objects.get(slug="elsewhere")
    theirs = Preset.objects.create(team=elsewhere, name="T", slug="t", is_default=True)
    one, other = preset(is_default=True), preset("Wild")
    post(erins, f"presets/{other.pk}/default/", htmx=False, is_default="1")
    for each in (one, other, theirs):
        each.refresh_from_db()
    assert (one.is_default, other.is_default, theirs.is_default) == (False, True, True)
    post(erins, f"presets/{other.pk}/default/", htmx=False)
    assert not Preset.objects.filter(team=one.team, is_default=True).exists()
    events = AuditEvent.objects.filter(action="preset.default").order_by("pk")
    assert [event.detail for event in events] == [{"is_default": True}, {"is_default": False}]
    with pytest.raises(IntegrityError), transaction.atomic():
        Preset.objects.filter(team=one.team).update(is_default=True)


def test_a_viewer_changes_no_preset(client_of, bob, post, preset):
    made = preset()
    for verb in ("details", "default", "deletion"):
        assert post(client_of(bob), f"presets/{made.pk}/{verb}/", htmx=False).status_code == 403
    assert Preset.objects.get().name == "Calm"


# New prompts -------------------------------------------------------------------------------


def test_a_new_prompt_begins_with_the_default_preset(erins_access, preset):
    made = preset(is_default=True)
    draft = new_draft(erins_access)
    content = draft.parsed
    assert content.api_version == "2023-06-01"
    assert (content.body["max_tokens"], content.body["temperature"]) == (900, 0.3)
    assert content.body["messages"] == [{"role": "user", "content": ""}]
    assert new_draft(erins_access) == draft, "nothing was written in it yet"
    made.is_default = False
    made.save()
    plain = new_draft(erins_access)
    assert plain != draft
    assert "temperature" not in plain.parsed.body


def test_a_draft_with_the_default_alone_counts_as_blank_also_after_it_was_kept(
    erins, erins_access, post, preset
):
    preset(is_default=True)
    draft = new_draft(erins_access)
    fields = {"turn-1-role": "user", "turn-1-text": "", "part": "turns", "max_tokens": "900"}
    erins.post(f"/t/acme/drafts/{draft.pk}/", fields, headers={"HX-Request": "true"})
    draft.refresh_from_db()
    assert draft.content["editor"]["is_changed"] is False
    assert "Your unsaved drafts" not in erins.get("/t/acme/prompts/").content.decode()
    assert new_draft(erins_access) == draft
    fields["max_tokens"] = "901"
    erins.post(f"/t/acme/drafts/{draft.pk}/", fields, headers={"HX-Request": "true"})
    draft.refresh_from_db()
    assert draft.content["editor"]["is_changed"] is True
    assert "Your unsaved drafts" in erins.get("/t/acme/prompts/").content.decode()
    assert new_draft(erins_access) != draft


def test_what_is_wrong_with_the_default_is_told(erins, post, preset):
    preset("Old", RETIRED, is_default=True)
    url = post(erins, "drafts/", htmx=False).headers["Location"]
    html = erins.get(url).content.decode()
    assert "New prompts begin with the preset “Old”, which is in part not accepted by" in html
    assert "Claude Opus 3 was retired on 2026-01-05" in html
    assert Draft.objects.get().parsed.body["model"] == "claude-3-opus-20240229"


def test_nothing_is_told_of_a_default_that_is_accepted(erins, post, preset):
    preset(is_default=True)
    url = post(erins, "drafts/", htmx=False).headers["Location"]
    assert "New prompts begin" not in erins.get(url).content.decode()
    assert applied(Draft.objects.get().parsed, SAMPLED) == Draft.objects.get().parsed
