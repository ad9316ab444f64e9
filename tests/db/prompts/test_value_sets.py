"""Named sets of values of a prompt: kept, filled in, taken back, renamed, deleted."""

from __future__ import annotations

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workbench.accounts.models import AuditEvent
from workbench.prompts.models import Draft, ValueSet
from workbench.prompts.opening import draft_of
from workbench.prompts.saving import make_prompt


@pytest.fixture
def own(prompt, erins_access):
    """Erin's draft of a saved prompt."""
    return draft_of(erins_access, prompt)


@pytest.fixture
def path(own):
    return f"drafts/{own.pk}/values/"


@pytest.fixture
def angry(prompt):
    values = {"mood": "angry", "order": "A-1", "old": "kept"}
    return ValueSet.objects.create(
        team=prompt.team, prompt=prompt, name="angry customer", values=values
    )


def rows(**values):
    """The fields of declared variables with these values, as the page posts them."""
    fields = {"part": "variables"}
    for place, (name, value) in enumerate(values.items(), 1):
        fields |= {f"variable-{place}-name": name, f"variable-{place}-value": value}
    return fields


def stored(draft):
    draft.refresh_from_db()
    return draft.values


def said(answer):
    return " ".join(html.unescape(answer.content.decode()).split())


def test_one_press_fills_the_variables(erins, post, own, path, angry):
    fields = rows(mood="calm", order="", other="mine")
    answer = post(erins, path, fill="1", **fields | {"value-set": str(angry.pk)})
    assert stored(own) == {"mood": "angry", "order": "A-1", "other": "mine"}
    assert re.search(r"<textarea[^>]*>\s*angry</textarea>", answer.content.decode())
    toast = answer["HX-Trigger"]
    assert "Filled 2 variables" in toast
    assert "Not declared here: old." in toast
    assert "Put back the values from before" in said(answer)
    angry.refresh_from_db()
    assert angry.values["old"] == "kept"


def test_values_from_before_come_back_and_go_again(erins, post, own, path, angry):
    fields = rows(mood="calm", order="")
    post(erins, path, fill="1", **fields | {"value-set": str(angry.pk)})
    post(erins, path, **{"put-back": "1"})
    assert stored(own) == {"mood": "calm"}
    post(erins, path, **{"put-back": "1"})
    assert stored(own) == {"mood": "angry", "order": "A-1"}


def test_values_are_kept_under_a_name(erins, erin, post, own, path, prompt):
    fields = rows(mood="sad", order="") | {"value-set-name": "  sad   customer "}
    answer = post(erins, path, keep="1", **fields)
    made = ValueSet.objects.get()
    assert (made.name, made.values, made.prompt) == ("sad customer", {"mood": "sad"}, prompt)
    assert "sad customer</option>" in said(answer)
    event = AuditEvent.objects.get(action="value-set.save")
    assert (event.actor, event.target, event.detail) == (erin, "Greeting", {"name": "sad customer"})


def test_the_same_name_asks_before_it_replaces(erins, post, own, path, angry):
    fields = rows(mood="furious", order="") | {"value-set-name": "angry customer"}
    answer = post(erins, path, keep="1", **fields)
    assert answer.status_code == 422
    assert "already: replace it" in said(answer)
    assert 'name="replace"' in said(answer)
    angry.refresh_from_db()
    assert angry.values["mood"] == "angry"
    assert stored(own) == {"mood": "furious"}
    assert post(erins, path, replace="1", **fields).status_code == 200
    angry.refresh_from_db()
    assert angry.values == {"old": "kept", "mood": "furious"}


def test_a_set_is_renamed_deleted_and_brought_back(erins, post, own, path, angry):
    chosen = {"value-set": str(angry.pk), "value-set-name": "furious"}
    post(erins, path, rename="1", **chosen)
    assert ValueSet.objects.get().name == "furious"
    answer = post(erins, path, delete="1", **chosen)
    assert not ValueSet.objects.exists()
    assert "The deleted set “furious” is kept" in said(answer)
    post(erins, path, restore="1")
    assert (ValueSet.objects.get().name, ValueSet.objects.get().values["old"]) == (
        "furious",
        "kept",
    )
    assert post(erins, path, restore="1").status_code == 422


def test_a_rename_to_a_name_that_is_taken_has_a_sentence(erins, post, own, path, angry, prompt):
    ValueSet.objects.create(team=prompt.team, prompt=prompt, name="calm")
    chosen = {"value-set": str(angry.pk), "value-set-name": "calm"}
    answer = post(erins, path, rename="1", **chosen)
    assert (answer.status_code, "“calm” already" in said(answer)) == (422, True)


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"keep": "1", "value-set-name": "   "}, "Give the set of values a name."),
        ({"keep": "1", "value-set-name": "x" * 201}, "A name has at most 200 characters"),
        ({"fill": "1", "value-set": "x"}, "not there any more"),
        ({"fill": "1", "value-set": "9" * 30}, "not there any more"),
        ({"delete": "1"}, "not there any more"),
    ],
)
def test_bad_input_has_a_sentence_and_keeps_the_form(
    erins, post, own, path, htmx, fields, sentence
):
    answer = post(erins, path, htmx=htmx, **rows(mood="typed") | fields)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert stored(own) == {"mood": "typed"}


def test_nothing_filled_in_is_no_set(erins, post, own, path):
    answer = post(erins, path, keep="1", **rows(mood="") | {"value-set-name": "empty"})
    assert (answer.status_code, "Give a variable a value first" in said(answer)) == (422, True)


def test_a_loose_draft_is_asked_to_be_saved_first(erins, post, draft):
    page = said(erins.get(f"/t/acme/drafts/{draft.pk}/"))
    assert "Save the prompt first" in page
    fields = rows(mood="sad") | {"value-set-name": "sad"}
    answer = post(erins, f"drafts/{draft.pk}/values/", keep="1", **fields)
    assert answer.status_code == 422
    assert not ValueSet.objects.exists()
    saved = post(erins, f"drafts/{draft.pk}/versions/", name="Named")
    assert 'name="keep"' in said(saved)


def test_sets_of_other_prompts_and_teams_are_out_of_reach(
    erins, alice, charlie, post, own, path, saying
):
    team = own.team
    other = make_prompt(team.pk, "Other", alice)
    theirs = make_prompt(charlie.memberships.get().team_id, "Theirs", charlie)
    for prompt in (other, theirs):
        prompt.save_version(saying("x"), alice, parent_number=None)
        made = ValueSet.objects.create(
            team=prompt.team, prompt=prompt, name="of others", values={"mood": "x"}
        )
        for verb in ("fill", "delete"):
            fields = rows(mood="") | {verb: "1", "value-set": str(made.pk)}
            assert post(erins, path, **fields).status_code == 422
    assert ValueSet.objects.count() == 2
    assert stored(own) == {}
    assert "of others" not in said(erins.get(f"/t/acme/prompts/{own.prompt_id}/"))


def test_a_viewer_may_not(client_of, bob, post, own, path, angry):
    assert post(client_of(bob), path, delete="1", **{"value-set": str(angry.pk)}).status_code == 403
    assert ValueSet.objects.exists()


def test_plain_posts_lead_back_to_the_editor(erins, post, own, path, angry):
    fields = rows(mood="") | {"fill": "1", "value-set": str(angry.pk)}
    answer = post(erins, path, htmx=False, **fields)
    assert answer.status_code == 302
    assert stored(own) == {"mood": "angry"}
    page = said(erins.get(f"/t/acme/prompts/{own.prompt_id}/"))
    assert "Filled 1 variable from “angry customer”." in page


def test_long_values_are_kept_and_filled(erins, post, own, path):
    long = "word ß\n" * 15_000
    fields = rows(mood=long) | {"value-set-name": "long"}
    post(erins, path, keep="1", **fields)
    made = ValueSet.objects.get()
    assert made.values == {"mood": long}
    post(erins, path, fill="1", **rows(mood="") | {"value-set": str(made.pk)})
    assert stored(own) == {"mood": long}


def test_the_page_reads_no_values_of_sets(erins, prompt, own):
    url = f"/t/acme/prompts/{prompt.pk}/"
    erins.get(url)
    for number in range(10):
        ValueSet.objects.create(
            team=prompt.team, prompt=prompt, name=f"set {number}", values={"mood": "unread words"}
        )
    with CaptureQueriesContext(connection) as queries:
        assert "set 9" in said(erins.get(url))
    about = [each["sql"] for each in queries if "prompts_valueset" in each["sql"]]
    assert len(about) == 1
    assert '"values"' not in about[0]


def test_a_selection_is_declared_with_its_text(erins, post, draft):
    fields = {"declare": "", "new-variable": "CITY", "new-variable-value": "CITY\nNew\r\nYork"}
    answer = post(erins, f"drafts/{draft.pk}/variables/", **fields)
    assert stored(Draft.objects.get(pk=draft.pk)) == {"CITY": "New\nYork"}
    assert "autofocus" not in answer.content.decode()


def test_the_text_of_a_selection_goes_to_its_own_name_alone(erins, post, draft):
    fields = {"declare": "OTHER", "new-variable-value": "CITY\nNew York"}
    post(erins, f"drafts/{draft.pk}/variables/", **fields)
    draft.refresh_from_db()
    assert draft.values == {}
    assert [each["name"] for each in draft.content["variables"]] == ["OTHER"]
