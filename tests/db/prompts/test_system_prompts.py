"""System prompts: the list, their versions, two people at once, archive, audit."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workbench.accounts.models import AuditEvent
from workbench.prompts.content import Content
from workbench.prompts.models import SystemPrompt, SystemPromptVersion
from workbench.prompts.saving import make_prompt
from workbench.prompts.system_prompts.copies import digest_of
from workbench.prompts.system_prompts.saving import Details, NewerVersion, make, save

LIST = "/t/acme/system-prompts/"
FIELDS = {"name": "House style", "text": "Be kind.", "description": "", "tags": "", "note": ""}


@pytest.fixture
def style(acme, alice):
    """Alice's system prompt "House style" with one version."""
    return make(acme.pk, Details("House style", "How we write", ["support"]), "Be kind.", alice)


def url(system_prompt, rest=""):
    return f"{LIST}{system_prompt.slug}/{rest}"


def texts(system_prompt):
    return list(system_prompt.versions.order_by("number").values_list("number", "text"))


def add(acme, alice, count):
    for number in range(count):
        make(acme.pk, Details(f"Style {number}"), f"Text {number}", alice)


def test_a_new_one_has_its_text_as_version_1(erins, erin, acme):
    answer = erins.post(f"{LIST}new/", FIELDS | {"tags": "support, tone,support", "note": "First"})
    made = SystemPrompt.objects.get()
    assert answer["Location"] == url(made)
    assert (made.slug, made.tags, made.team) == ("house-style", ["support", "tone"], acme)
    version = made.versions.get()
    assert (version.number, version.text, version.note) == (1, "Be kind.", "First")
    assert (version.author, version.author_name) == (erin, "Erin")
    assert version.content_hash == digest_of("Be kind.")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Give the system prompt a name."),
        ({"name": "   "}, "Give the system prompt a name."),
        ({"name": "x" * 10_000}, "A name has at most 200 characters; shorten this one."),
        ({"text": ""}, "Write the text first; a system prompt is not empty."),
        ({"tags": "y" * 51}, "A tag has at most 50 characters"),
        ({"name": "\u200b"}, "Give the system prompt a name."),
        ({"tags": ",".join(str(n) for n in range(21))}, "There can be at most 20 tags"),
    ],
)
def test_bad_fields_have_a_sentence_and_keep_what_was_typed(erins, style, fields, sentence):
    typed = FIELDS | {"note": "A note that is kept"} | fields
    for path in (f"{LIST}new/", url(style, "text/")):
        answer = erins.post(path, typed | {"base": "1"})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert sentence in page
        assert "A note that is kept" in page
    assert texts(style) == [(1, "Be kind.")]
    assert SystemPrompt.objects.count() == 1


def test_nul_and_line_ends_of_the_text_are_cleaned_and_white_space_is_kept(erins):
    erins.post(f"{LIST}new/", FIELDS | {"text": "  a\r\nb\0 \n"})
    assert SystemPromptVersion.objects.get().text == "  a\nb� \n"


def test_names_may_repeat_and_no_slug_is_that_of_an_address(erins, style):
    erins.post(f"{LIST}new/", FIELDS)
    erins.post(f"{LIST}new/", FIELDS | {"name": "New"})
    erins.post(f"{LIST}new/", FIELDS | {"name": "ملاحظات"})
    slugs = set(SystemPrompt.objects.values_list("slug", flat=True))
    assert slugs == {"house-style", "house-style-2", "new-2", "system-prompt"}


def test_saving_another_text_makes_the_next_version(erins, style):
    answer = erins.post(url(style, "text/"), FIELDS | {"text": "Be brief.", "base": "1"})
    assert answer["Location"] == url(style)
    assert texts(style) == [(1, "Be kind."), (2, "Be brief.")]
    assert "Saved as v2." in erins.get(url(style)).content.decode()


def test_the_same_text_saves_no_version_and_says_so(erins, style):
    erins.post(url(style, "text/"), FIELDS | {"name": "Voice", "base": "1"})
    style.refresh_from_db()
    assert (style.name, style.latest_number, texts(style)) == ("Voice", 1, [(1, "Be kind.")])
    assert "The text did not change: it stays v1." in erins.get(url(style)).content.decode()


def test_the_second_of_two_people_keeps_the_text_and_sees_the_difference(erins, style, adam):
    save(style, Details("House style"), "Be brave.", adam, base=1)
    answer = erins.post(url(style, "text/"), FIELDS | {"text": "Be brief.", "base": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Adam saved v2 while you wrote" in page
    assert re.search(r"<textarea[^>]*name=\"text\"[^>]*>\s*Be brief\.", page)
    assert "<del> brave</del>" in page
    assert "<ins> brief</ins>" in page
    assert 'name="base" value="2"' in page
    assert texts(style) == [(1, "Be kind."), (2, "Be brave.")]
    erins.post(url(style, "text/"), FIELDS | {"text": "Be brief.", "base": "2"})
    assert texts(style)[2] == (3, "Be brief.")


def test_a_text_that_was_not_touched_does_not_undo_a_newer_one(erins, style, adam):
    save(style, Details("House style"), "Be brave.", adam, base=1)
    erins.post(url(style, "text/"), FIELDS | {"description": "New words", "base": "1"})
    style.refresh_from_db()
    assert (style.description, style.latest_number) == ("New words", 2)


def test_a_form_without_its_base_never_overwrites(erins, style):
    answer = erins.post(url(style, "text/"), FIELDS | {"text": "Other"})
    assert answer.status_code == 422
    assert erins.post(url(style, "text/"), FIELDS | {"base": "x"}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_parallel_saves_number_versions_without_gaps(acme, alice):
    style = make(acme.pk, Details("House style"), "0", alice)
    barrier, kept = threading.Barrier(10), []

    def write(number):
        barrier.wait()
        base = 1
        try:
            while True:
                try:
                    version = save(style, Details("House style"), str(number), alice, base=base)
                    assert version is not None
                    kept.append(version.number)
                    return
                except NewerVersion as error:
                    base = error.version.number
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[number]) for number in range(1, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kept) == list(range(2, 12))
    assert [number for number, _ in texts(style)] == list(range(1, 12))
    assert {text for _, text in texts(style)} == {str(number) for number in range(11)}


@pytest.mark.django_db(transaction=True)
def test_two_of_one_name_at_once_get_two_slugs(acme, alice):
    barrier = threading.Barrier(4)

    def write():
        barrier.wait()
        try:
            make(acme.pk, Details("Same"), "Text", alice)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert SystemPrompt.objects.values("slug").distinct().count() == 4


def test_versions_cannot_be_changed(style):
    version = style.versions.get()
    with pytest.raises(TypeError):
        version.save()


def test_any_two_versions_can_be_compared(erins, style, alice):
    for number, text in enumerate(("Be brief.", "Be very brief."), 2):
        save(style, Details("House style"), text, alice, base=number - 1)
    page = erins.get(url(style, "versions/3/?against=1")).content.decode()
    assert "v3 against v1" in page
    assert "<ins>" in page
    assert "<del>" in page
    assert (
        "The texts are the same." in erins.get(url(style, "versions/2/?against=2")).content.decode()
    )
    listed = erins.get(url(style, "versions/")).content.decode()
    assert listed.index(">v3<") < listed.index(">v1<")
    assert erins.get(url(style, "versions/4/")).status_code == 404
    assert erins.get(url(style, "versions/3/?against=9")).status_code == 404
    assert erins.get(url(style, "versions/3/?against=x")).status_code == 400


def test_an_old_version_opens_in_the_form_and_is_saved_as_the_next(erins, style, alice):
    save(style, Details("House style"), "Be brief.", alice, base=1)
    page = erins.get(url(style, "?restore=1")).content.decode()
    assert "This is the text of v1. Saving makes it v3." in page
    assert re.search(r"<textarea[^>]*name=\"text\"[^>]*>\s*Be kind\.", page)
    erins.post(url(style, "text/"), FIELDS | {"base": "2"})
    assert texts(style)[2] == (3, "Be kind.")


def test_archived_ones_leave_the_list_and_come_back(erins, style):
    erins.post(url(style, "archived/"))
    assert "House style" not in erins.get(LIST).content.decode()
    assert "House style" in erins.get(f"{LIST}?archived=1").content.decode()
    erins.post(url(style, "archived/"), {"restore": "1"})
    assert "House style" in erins.get(LIST).content.decode()


def test_what_is_done_is_written_down_without_the_text(erins, erin, acme):
    erins.post(f"{LIST}new/", FIELDS)
    made = SystemPrompt.objects.get()
    erins.post(url(made, "text/"), FIELDS | {"text": "Secret words", "base": "1"})
    erins.post(url(made, "archived/"))
    events = AuditEvent.objects.filter(team=acme, actor=erin).order_by("pk")
    names = ["system-prompt.create", "system-prompt.save", "system-prompt.archive"]
    assert [event.action for event in events] == names
    assert "Secret" not in str([event.detail for event in events])


def test_a_viewer_reads_and_cannot_write(client_of, bob, style):
    bobs = client_of(bob)
    for path in (LIST, url(style), url(style, "versions/"), url(style, "versions/1/")):
        page = bobs.get(path)
        assert page.status_code == 200
        assert "/new/" not in page.content.decode()
        assert "text/" not in page.content.decode()
    assert "Be kind." in bobs.get(url(style)).content.decode()
    for path in (f"{LIST}new/", url(style, "text/"), url(style, "archived/")):
        assert bobs.post(path, FIELDS | {"base": "1"}).status_code == 403
    assert texts(style) == [(1, "Be kind.")]


def test_other_teams_have_no_system_prompts_here(client_of, charlie, erins, style):
    assert client_of(charlie).get(url(style)).status_code == 404
    elsewhere = charlie.memberships.get().team
    theirs = make(elsewhere.pk, Details("Theirs"), "Hidden words", charlie)
    for rest in ("", "versions/", "versions/1/"):
        assert erins.get(url(theirs, rest)).status_code == 404
    assert erins.post(url(theirs, "text/"), FIELDS | {"base": "1"}).status_code == 404
    assert "Theirs" not in erins.get(LIST).content.decode()
    assert "Theirs" not in erins.get(f"{LIST}?q=Hidden").content.decode()


@pytest.mark.parametrize("query", ["q=kind", "q=HOUSE+kind", "q=write", "tag=support"])
def test_the_list_finds_by_words_of_name_description_and_latest_text_and_by_tag(
    erins, style, acme, alice, query
):
    add(acme, alice, 2)
    page = erins.get(f"{LIST}?{query}").content.decode()
    assert "House style" in page
    assert "Style 1" not in page


def test_words_of_older_texts_are_not_found(erins, style, alice):
    save(style, Details("House style"), "Be brief.", alice, base=1)
    assert "No system prompt matches this filter." in erins.get(f"{LIST}?q=kind").content.decode()


def test_the_list_says_in_how_many_prompts_a_copy_is(erins, style, alice):
    note = {"system": {"slug": style.slug, "number": 1, "hash": digest_of("Be kind.")}}
    for number in range(2):
        prompt = make_prompt(style.team_id, f"User {number}", alice)
        blank = Content.blank()
        content = Content(blank.body | {"system": "Be kind."}, copied_from=note)
        prompt.save_version(content, alice, parent_number=None)
    assert "2 prompts" in erins.get(LIST).content.decode()
    page = erins.get(url(style)).content.decode()
    assert "Used in 2 prompts" in page
    assert "User 0" in page


def test_thirty_rows_cost_as_many_queries_as_three(erins, acme, alice):
    erins.get(LIST)
    counts = []
    for more in (3, 27):
        add(acme, alice, more)
        with CaptureQueriesContext(connection) as queries:
            assert erins.get(f"{LIST}?q=text").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_all_are_reached_page_by_page_once(erins, acme, alice):
    add(acme, alice, 60)
    SystemPrompt.objects.update(updated_at=timezone.now())
    seen, path = [], LIST
    while path:
        page = erins.get(path, headers={"HX-Request": "true"}).content.decode()
        seen += re.findall(r">(Style \d+)</a>", page)
        older = re.search(r'hx-get="(\?[^"]+)"', page)
        path = LIST + older[1] if older else ""
    assert (len(seen), len(set(seen))) == (60, 60)


@pytest.mark.parametrize("mark", ["x", "2026-01-01_1", "_", "2026-01-01T00:00:00+00:00_x"])
def test_a_damaged_mark_is_a_bad_request(erins, mark):
    assert erins.get(LIST, {"before": mark}).status_code == 400


def test_a_word_with_nul_or_percent_finds_nothing_and_fails_nothing(erins, style):
    for word in ("\0", "%", "_____________", "'"):
        assert "House style" not in erins.get(LIST, {"q": word}).content.decode()
