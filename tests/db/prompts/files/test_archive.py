"""The library as an archive: complete, the same bytes each time, and back without a difference."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workbench.accounts.models import Team
from workbench.prompts.content import Content
from workbench.prompts.models import (
    Draft,
    Label,
    LabelMove,
    Media,
    Preset,
    Prompt,
    PromptVersion,
    SystemPrompt,
    ValueSet,
)
from workbench.prompts.saving import make_prompt

from .library import contents_of, exported, fill_library, imported, previewed


@pytest.fixture
def library(acme, alice):
    return fill_library(acme, alice)


@pytest.fixture
def empty(db):
    return Team.objects.create(name="Empty", slug="empty")


def test_it_holds_every_part_of_the_library_in_files_of_their_own(acme, library):
    files = contents_of(exported(acme))
    media = sorted(name for name in files if name.startswith("media/"))
    assert [name for name in files if name not in media] == [
        "presets/alpha.json",
        "presets/zeta.json",
        "prompts/archived/prompt.json",
        "prompts/archived/v0001.prompt.md",
        "prompts/greeting-zwolf/prompt.json",
        "prompts/greeting-zwolf/v0001.prompt.md",
        "prompts/greeting-zwolf/v0002.prompt.md",
        "prompts/greeting-zwolf/v0003.prompt.md",
        "system-prompts/kind/system-prompt.json",
        "system-prompts/kind/v0001.md",
        "system-prompts/kind/v0002.md",
        "workbench.json",
    ]
    assert sorted(name[-3:] for name in media) == ["pdf", "png", "txt"]
    prompt = json.loads(files["prompts/greeting-zwolf/prompt.json"])
    assert prompt["labels"] == {"production": 2, "staging": 3}
    assert prompt["tags"] == ["b", "a"]
    assert prompt["created"] == "2026-05-04T03:02:01.123456Z"
    assert [each["name"] for each in prompt["value_sets"]] == ["a", "b"]
    assert "Alice" in files["prompts/greeting-zwolf/v0001.prompt.md"].decode()


def test_the_same_library_is_the_same_archive(acme, library):
    assert exported(acme) == exported(acme)
    with zipfile.ZipFile(io.BytesIO(exported(acme))) as archive:
        dates = {entry.date_time for entry in archive.infolist()}
        kinds = {(entry.compress_type, entry.external_attr >> 16) for entry in archive.infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}
    assert kinds == {(zipfile.ZIP_STORED, 0o100644)}


@pytest.mark.parametrize("mode", ["copies", "update"])
def test_exported_imported_and_exported_again_it_is_identical(acme, library, empty, alice, mode):
    archive = exported(acme)
    report = imported(archive, empty, alice, mode)
    assert exported(empty) == archive
    assert report.total == "2 prompts, 6 versions, 2 labels, 2 value sets, 1 system prompt, " + (
        "2 presets, 3 files"
    )


def test_the_imported_rows_show_what_the_originals_show(acme, library, empty, alice):
    imported(exported(acme), empty, alice)
    prompt = Prompt.objects.get(team=empty, slug=library.slug)
    assert (prompt.latest_number, prompt.latest_model) == (3, "claude-haiku-4-5")
    assert (prompt.latest_system, prompt.updated_at) == ("kind", library.updated_at)
    assert (prompt.created_at, prompt.created_by) == (library.created_at, alice)
    version = prompt.versions.get(number=3)
    assert (version.author, version.author_name) == (None, "Alice")
    assert version.content_hash == library.latest.content_hash
    assert list(version.content["body"]) == list(library.latest.content["body"])
    label = Label.objects.get(prompt=prompt, name="production")
    assert (label.version.number, label.moved_at.day) == (2, 6)
    assert Preset.objects.get(team=empty, slug="zeta").is_default
    media = Media.objects.filter(team=empty)
    assert set(media.values_list("media_type", "pages", "width")) == {
        ("image/png", None, 60),
        ("application/pdf", 1, None),
        ("text/plain", None, None),
    }


def test_bringing_up_to_date_with_what_is_there_changes_nothing(acme, library, alice):
    archive = exported(acme)
    report = imported(archive, acme, alice, "update")
    assert (report.total, report.changes) == ("nothing new", [])
    assert exported(acme) == archive


def test_copies_stand_beside_what_is_there(acme, library, alice):
    imported(exported(acme), acme, alice)
    slugs = set(Prompt.objects.values_list("slug", flat=True))
    assert slugs == {"archived", "archived-2", "greeting-zwolf", "greeting-zwolf-2"}
    assert set(SystemPrompt.objects.values_list("slug", flat=True)) == {"kind", "kind-2"}
    names = set(Preset.objects.values_list("name", "slug", "is_default"))
    assert names == {
        ("Alpha", "alpha", False),
        ("Alpha (2)", "alpha-2", False),
        ("Zeta", "zeta", True),
        ("Zeta (2)", "zeta-2", False),
    }


def test_bringing_up_to_date_appends_versions_and_moves_labels(acme, library, empty, alice):
    imported(exported(acme), empty, alice)
    library.save_version(Content.blank().with_body(max_tokens=7), alice, parent_number=3)
    Label.objects.filter(prompt=library, name="staging").update(
        version=PromptVersion.objects.get(prompt=library, number=4)
    )
    Prompt.objects.filter(pk=library.pk).update(description="New", tags=["c"], name="Renamed")
    ValueSet.objects.filter(prompt=library, name="a").update(values={"WHO": "me"})
    Preset.objects.filter(team=acme, slug="zeta").update(parameters={"body": {"a": 1}})
    report = imported(exported(acme), empty, alice, "update")
    prompt = Prompt.objects.get(team=empty, slug=library.slug)
    assert (prompt.name, prompt.description, prompt.tags) == ("Renamed", "New", ["c"])
    assert (prompt.latest_number, prompt.versions.count()) == (4, 4)
    assert Label.objects.get(prompt=prompt, name="staging").version.number == 4
    move = LabelMove.objects.filter(prompt=prompt, name="staging").latest("id")
    assert (move.from_number, move.to_number, move.mover_name) == (3, 4, "Alice")
    assert ValueSet.objects.get(prompt=prompt, name="a").values == {"WHO": "me"}
    assert Preset.objects.get(team=empty, slug="zeta").parameters == {"body": {"a": 1}}
    assert [change.what for change in report.changes] == [
        "1 new version, changed: name, description, tags, staging on v4, values “a”",
        "changed: parameters",
    ]


def test_drafts_take_the_new_name_and_keep_one_of_their_own(acme, library, empty, alice, erin):
    imported(exported(acme), empty, alice)
    here = Prompt.objects.get(team=empty, slug=library.slug)
    said = {"team": empty, "user": alice, "prompt": here, "base_number": 1, "content": {}}
    follows = Draft.objects.create(name=here.name, **said)
    stays = Draft.objects.create(name="My own", **(said | {"user": erin}))
    Prompt.objects.filter(pk=library.pk).update(name="Renamed")
    imported(exported(acme), empty, alice, "update")
    assert Draft.objects.get(pk=follows.pk).name == "Renamed"
    assert Draft.objects.get(pk=stays.pk).name == "My own"


def test_a_preview_says_what_the_import_does_and_changes_nothing(acme, library, empty, alice):
    archive = exported(acme)
    foreseen = previewed(archive, empty)
    assert not Prompt.objects.filter(team=empty).exists()
    assert not Media.objects.filter(team=empty).exists()
    report = imported(archive, empty, alice)
    assert (foreseen.changes, foreseen.counts) == (report.changes, report.counts)


def test_chosen_prompts_come_with_their_files_alone(acme, library):
    archived = Prompt.objects.get(slug="archived")
    assert list(contents_of(exported(acme, [archived.pk]))) == [
        "prompts/archived/prompt.json",
        "prompts/archived/v0001.prompt.md",
        "workbench.json",
    ]
    assert len(contents_of(exported(acme, [library.pk]))) == 8


def test_another_teams_prompt_is_never_exported(acme, library, empty):
    assert list(contents_of(exported(empty, [library.pk]))) == ["workbench.json"]


def test_a_file_that_is_not_kept_any_more_does_not_bar_the_way_back(acme, library, empty, alice):
    Media.objects.filter(media_type="image/png").delete()
    archive = exported(acme)
    imported(archive, empty, alice)
    assert exported(empty) == archive


def test_an_empty_library_is_an_archive_too(acme, alice, empty):
    assert imported(exported(empty), acme, alice).total == "nothing new"


def test_queries_grow_by_batches_and_not_by_prompts(acme, alice, empty):
    counts = []
    for size in (30, 270):
        for number in range(size):
            prompt = make_prompt(acme.pk, f"Prompt {number}", alice)
            prompt.save_version(Content.blank(), alice, parent_number=None)
        with CaptureQueriesContext(connection) as queries:
            archive = exported(acme)
        with CaptureQueriesContext(connection) as writing:
            imported(archive, empty, alice)
        counts.append((len(queries), len(writing)))
    # 30 and 300 prompts: 1 and 2 batches of the export, 1 and 6 of the import.
    assert counts[1][0] - counts[0][0] <= 5
    # Each of these batches also renews what a search finds of its rows.
    assert counts[1][1] - counts[0][1] <= 5 * 24
