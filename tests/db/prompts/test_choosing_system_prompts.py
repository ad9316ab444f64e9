"""The library beside the system prompt of a draft: inserting, updating, saving to it."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workbench.accounts.models import AuditEvent
from workbench.prompts.content import Content
from workbench.prompts.models import Draft, Prompt, SystemPrompt
from workbench.prompts.system_prompts.copies import digest_of
from workbench.prompts.system_prompts.saving import Details, make, save

BLOCK = {"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}


@pytest.fixture
def style(acme, alice):
    """A system prompt with two versions."""
    made = make(acme.pk, Details("House style"), "Be kind.", alice)
    save(made, Details("House style"), "Be kind and brief.", alice, base=1)
    return made


@pytest.fixture
def path(draft):
    return f"drafts/{draft.pk}/system-prompt/"


def note(text="Be kind.", number=1, slug="house-style"):
    return {"system": {"slug": slug, "number": number, "hash": digest_of(text)}}


def hold(draft, system, copied_from=None):
    content = Content.blank().with_body(system=system).to_dict()
    draft.content = content | ({"copied_from": copied_from} if copied_from else {})
    draft.save()


def stored(draft):
    draft.refresh_from_db()
    return draft.content["body"].get("system"), draft.content.get("copied_from", {})


def said(answer):
    return " ".join(html.unescape(answer.content.decode()).split())


def test_an_inserted_text_is_noted_as_a_copy(erins, post, draft, path, style):
    answer = post(erins, path, insert="house-style 1", user="Typed meanwhile")
    assert stored(draft) == ("Be kind.", note())
    page = said(answer)
    assert "Copied from" in page
    assert "v2 is newer than the copied v1." in page


def test_what_was_typed_elsewhere_is_stored_with_it(erins, post, draft, path, style):
    post(erins, path, insert="house-style 2", name="My prompt", max_tokens="77")
    draft.refresh_from_db()
    assert (draft.name, draft.content["body"]["max_tokens"]) == ("My prompt", 77)


def test_a_text_that_is_there_is_never_overwritten_unasked(erins, post, draft, path, style):
    answer = post(erins, path, insert="house-style 1", system__text="My own text")
    assert stored(draft) == ("My own text", {})
    assert "choose what becomes of it" in said(answer)
    for verb in ("replace", "before", "behind"):
        assert f'name="{verb}" value="house-style 2"' in said(answer)


@pytest.mark.parametrize(
    ("verb", "system", "copied_from"),
    [
        ("replace", "Be kind.", note()),
        ("before", "Be kind.\n\nMine", {}),
        ("behind", "Mine\n\nBe kind.", {}),
    ],
)
def test_a_text_is_replaced_or_goes_before_or_behind_and_comes_back(
    erins, post, draft, path, style, verb, system, copied_from
):
    post(erins, path, **{verb: "house-style 1", "system__text": "Mine"})
    assert stored(draft) == (system, copied_from)
    answer = post(erins, path, put__back="1")
    assert stored(draft) == ("Mine", {})
    assert "Put back the text from before" in said(answer)
    post(erins, path, put__back="1")
    assert stored(draft) == (system, copied_from)


def test_blocks_stay_when_a_text_goes_before_them(erins, post, draft, path, style):
    hold(draft, [BLOCK])
    post(erins, path, before="house-style 2")
    assert stored(draft) == ([{"type": "text", "text": "Be kind and brief."}, BLOCK], {})


def test_an_update_of_one_block_keeps_its_cache_breakpoint(erins, post, draft, path, style):
    hold(draft, [BLOCK], note())
    post(erins, path, replace="house-style 2")
    expected = [BLOCK | {"text": "Be kind and brief."}]
    assert stored(draft) == (expected, note("Be kind and brief.", 2))


def test_clearing_the_text_takes_the_note_away(erins, post, draft, path, style):
    post(erins, path, insert="house-style 1")
    post(erins, f"drafts/{draft.pk}/", system__text="")
    assert stored(draft) == (None, {})


def test_a_changed_text_is_told_and_stays_noted(erins, post, draft, path, style):
    post(erins, path, insert="house-style 2")
    answer = post(erins, f"drafts/{draft.pk}/", system__text="Be kind and long.")
    assert stored(draft)[1] == note("Be kind and brief.", 2)
    assert "Changed since it was copied from" in said(answer)
    assert "is newer than" not in said(answer)


@pytest.mark.parametrize(
    "copied_from",
    [note(slug="elsewhere"), note("Another text"), note(number=9)],
)
def test_a_copy_of_nothing_here_is_told_without_a_name(erins, draft, style, copied_from):
    hold(draft, "Be kind.", copied_from)
    page = said(erins.get(f"/t/acme/drafts/{draft.pk}/"))
    assert "From a system prompt that is not in this team." in page
    assert "House style" not in page


def test_another_teams_system_prompt_is_not_named(erins, post, charlie, draft, path):
    team = charlie.memberships.get().team
    make(team.pk, Details("Their secret"), "Be kind.", charlie)
    hold(draft, "Be kind.", note(slug="their-secret"))
    page = said(erins.get(f"/t/acme/drafts/{draft.pk}/"))
    assert "not in this team" in page
    assert "Their secret" not in page
    assert post(erins, path, replace="their-secret 1").status_code == 404
    assert stored(draft)[0] == "Be kind."


@pytest.mark.parametrize(
    "copied_from", [{"system": "x"}, {"system": {"slug": 3}}, {"system": None}]
)
def test_a_damaged_note_breaks_no_page_and_no_save(erins, post, draft, copied_from):
    hold(draft, "Be kind.", copied_from)
    assert erins.get(f"/t/acme/drafts/{draft.pk}/").status_code == 200
    assert post(erins, f"drafts/{draft.pk}/versions/", name="Named").status_code == 200
    assert Prompt.objects.get().latest_system == ""


@pytest.mark.parametrize("name", ["", "house-style", "house-style 0", "house-style x", "\0 1"])
def test_a_version_that_is_not_there_is_404(erins, post, draft, path, style, name):
    assert post(erins, path, replace=name).status_code == 404


def test_the_difference_is_shown_before_an_update(erins, post, draft, path, style):
    post(erins, path, insert="house-style 1")
    answer = post(erins, path, compare="1")
    page = said(answer)
    assert "What v2 changes against the copied v1" in page
    assert "What you changed" not in page
    assert ">Update</button>" in page
    assert stored(draft)[0] == "Be kind."


def test_a_changed_text_is_shown_on_a_third_side(erins, post, draft, path, style):
    post(erins, path, insert="house-style 1")
    page = said(post(erins, path, compare="1", system__text="Be kind, Erin."))
    assert "What v2 changes against the copied v1" in page
    assert "What you changed since you copied v1" in page
    assert ">Replace mine</button>" in page
    assert ">Update</button>" not in page


def test_the_text_becomes_a_system_prompt_and_a_copy_of_it(erins, erin, post, draft, path):
    fields = {"save": "1", "system-prompt-name": "  Tone of  voice ", "system-text": "Be warm."}
    answer = post(erins, path, **fields)
    made = SystemPrompt.objects.get()
    assert (made.name, made.versions.get().text) == ("Tone of voice", "Be warm.")
    assert stored(draft) == ("Be warm.", note("Be warm.", 1, "tone-of-voice"))
    assert "Copied from" in said(answer)
    event = AuditEvent.objects.get(action="system-prompt.create")
    assert (event.actor, event.target) == (erin, "Tone of voice")


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("", "Be warm.", "Give the system prompt a name."),
        ("x" * 201, "Be warm.", "A name has at most 200 characters"),
        ("Tone", "", "Write a system prompt first."),
    ],
)
def test_what_cannot_be_saved_has_a_sentence(erins, post, draft, path, name, text, sentence):
    fields = {"save": "1", "system-prompt-name": name, "system-text": text, "name": "Kept"}
    for htmx in (True, False):
        answer = post(erins, path, htmx=htmx, **fields)
        assert answer.status_code == 422
        assert sentence in said(answer)
    draft.refresh_from_db()
    assert draft.name == "Kept"
    assert not SystemPrompt.objects.exists()


def test_all_works_by_plain_posts_and_pages(erins, post, draft, path, style):
    answer = post(erins, path, htmx=False, library="1", name="Kept")
    assert answer["Location"] == f"/t/acme/{path}"
    page = said(erins.get(f"/t/acme/{path}"))
    assert 'name="insert" value="house-style 2"' in page
    assert "hx-include" not in page
    assert post(erins, path, htmx=False, insert="house-style 1")["Location"].endswith(
        f"/drafts/{draft.pk}/"
    )
    answer = post(erins, path, htmx=False, compare="1")
    assert answer["Location"] == f"/t/acme/{path}?compare=1"
    assert "What v2 changes" in said(erins.get(answer["Location"]))
    post(erins, path, htmx=False, replace="house-style 2")
    assert stored(draft) == ("Be kind and brief.", note("Be kind and brief.", 2))
    draft.refresh_from_db()
    assert draft.name == "Kept"


def test_the_search_finds_and_the_chosen_one_is_shown(erins, path, style, acme, alice):
    make(acme.pk, Details("Support"), "Answer in two sentences.", alice)
    found = said(erins.get(f"/t/acme/{path}?q=kind", headers={"HX-Request": "true"}))
    assert "House style" in found
    assert "Support" not in found
    assert "<html" not in found
    chosen = said(erins.get(f"/t/acme/{path}?chosen=house-style"))
    assert "Be kind and brief." in chosen
    assert "Answer in two" not in chosen


def test_a_saved_prompt_is_listed_where_its_text_is_used(erins, post, draft, path, style):
    post(erins, path, insert="house-style 1")
    post(erins, f"drafts/{draft.pk}/versions/", name="User of it")
    assert Prompt.objects.get().latest_system == "house-style"
    assert "User of it" in said(erins.get("/t/acme/system-prompts/house-style/"))
    draft.refresh_from_db()
    assert draft.content["editor"]["before"] == {}


def test_a_viewer_may_not_and_a_draft_is_its_authors(
    client_of, bob, adam, post, draft, path, style
):
    assert post(client_of(bob), path, insert="house-style 1").status_code == 403
    assert post(client_of(adam), path, insert="house-style 1").status_code == 404
    assert stored(draft)[0] is None


def test_an_autosave_of_a_copy_costs_one_query_more(erins, post, draft, style):
    counts = []
    for copied_from in (None, note()):
        hold(Draft.objects.get(pk=draft.pk), "Be kind.", copied_from)
        with CaptureQueriesContext(connection) as queries:
            post(erins, f"drafts/{draft.pk}/", system__text="Be kind.")
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 1
