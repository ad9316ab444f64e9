"""``manage.py library``: archives and folders on the command line."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from workbench.accounts.models import AuditEvent, Team
from workbench.prompts.content import Content
from workbench.prompts.files.folder import MANIFEST
from workbench.prompts.models import Prompt

from .library import contents_of, exported, fill_library, packed, small


def library(*arguments):
    """What the command says."""
    out = io.StringIO()
    call_command("library", *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def in_folder(folder):
    """The files of a folder by their names, without those that git does not see."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: path.read_bytes()
        for name, path in files.items()
        if path.is_file() and name != MANIFEST
    }


@pytest.fixture
def filled(acme, alice):
    return fill_library(acme, alice)


def test_an_archive_is_written_and_imported(acme, filled, alice, tmp_path):
    path = tmp_path / "library.zip"
    assert library("export", path) == f"{path}: 15 files.\n"
    assert path.read_bytes() == exported(acme)
    assert [each.name for each in tmp_path.iterdir()] == ["library.zip"]
    team = Team.objects.create(name="Other", slug="other")
    said = library("import", path, "--team", "other")
    lines = said.splitlines()
    assert "prompt “Archived”: new, 1 version" in lines
    assert lines[-1].startswith("Imported into other: 2 prompts, 6 versions")
    assert exported(team) == exported(acme)
    assert set(AuditEvent.objects.values_list("action", "team__slug", "actor")) == {
        ("library.export", "acme", None),
        ("library.import", "other", None),
    }


def test_a_folder_holds_the_same_files_and_only_changes_are_written(acme, filled, alice, tmp_path):
    folder = tmp_path / "library"
    assert "15 written, 0 unchanged, 0 removed" in library("export", folder, "--folder")
    assert in_folder(folder) == contents_of(exported(acme))
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*.md")}
    (folder / "prompts" / "notes.txt").write_text("Mine")
    (folder / "README.md").write_text("Mine")
    Prompt.objects.get(slug="archived").delete()
    filled.save_version(Content.blank().with_body(max_tokens=5), alice, parent_number=3)
    assert "1 written, 13 unchanged, 2 removed" in library("export", folder, "--folder")
    assert not (folder / "prompts" / "archived").exists()
    assert (folder / "prompts" / "notes.txt").exists()
    assert (folder / "README.md").exists()
    assert all(path.stat().st_mtime_ns == times[path] for path in times if path.exists())


def test_a_folder_is_imported_and_brought_up_to_date(acme, filled, erin, tmp_path):
    folder = tmp_path / "library"
    library("export", folder, "--folder")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("x")
    (folder / "prompts" / "greeting-zwolf" / "v0004.prompt.md").write_text(
        "---\nnote: By hand\nmodel: m\n---\n=== user\nHi\n"
    )
    arguments = ("import", folder, "--team", "acme", "--mode", "update", "--as", erin.email)
    assert library(*arguments) == (
        "prompt “Greeting — Zwölf”: 1 new version\nImported into acme: 1 version.\n"
    )
    filled.refresh_from_db()
    assert (filled.latest_number, filled.latest.note) == (4, "By hand")
    assert AuditEvent.objects.get(action="library.import").actor == erin


def test_a_text_edited_by_hand_is_told_to_become_a_version(acme, filled, tmp_path):
    folder = tmp_path / "library"
    library("export", folder, "--folder")
    arguments = ("import", folder, "--team", "acme", "--mode", "update")
    assert library(*arguments) == "Imported into acme: nothing new.\n"
    third = folder / "prompts" / "greeting-zwolf" / "v0003.prompt.md"
    kept = third.read_text("utf-8")
    third.write_text(kept.replace("claude-haiku-4-5", "claude-opus-5-5"), "utf-8")
    out = io.StringIO()
    with pytest.raises(CommandError, match="Nothing was imported: 1 problem"):
        call_command("library", *map(str, arguments), stderr=out)
    assert "leave it as it was and write a new one, v0004.prompt.md, or" in out.getvalue()
    third.write_text(kept, "utf-8")
    about = third.parent / "prompt.json"
    about.write_text(about.read_text("utf-8").replace("What it", "All that it"), "utf-8")
    assert library(*arguments) == (
        "prompt “Greeting — Zwölf”: changed: description\n"
        "Imported into acme: nothing new, 1 changed.\n"
    )


def test_a_list_of_files_that_names_others_removes_none_of_them(acme, filled, tmp_path):
    folder, other = tmp_path / "library", tmp_path / "other.md"
    other.write_text("Mine")
    library("export", folder, "--folder")
    with (folder / MANIFEST).open("a") as manifest:
        manifest.write("../other.md\nprompts/../../other.md\n")
    library("export", folder, "--folder")
    assert other.exists()


def test_a_folder_with_something_else_in_it_is_left_alone(acme, filled, tmp_path):
    (tmp_path / "thesis.doc").write_text("Mine")
    with pytest.raises(CommandError, match=r"holds other files \(thesis\.doc\)"):
        library("export", tmp_path, "--folder")
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.doc"]


def test_problems_are_said_and_nothing_is_imported(acme, tmp_path):
    path = tmp_path / "library.zip"
    path.write_bytes(packed(small(**{"prompts/greeting/prompt.json": json.dumps({"name": ""})})))
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"Nothing was imported: 1 problem\."):
        call_command("library", "import", str(path), "--team", "acme", stderr=out)
    assert out.getvalue() == "prompts/greeting/prompt.json: “name” is empty: write a name.\n"
    assert not Prompt.objects.exists()


def test_links_in_a_folder_are_not_followed(acme, tmp_path):
    for name, text in small().items():
        path = tmp_path / "library" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "library" / "prompts" / "evil").symlink_to("/etc")
    with pytest.raises(CommandError, match="1 problem"):
        library("import", tmp_path / "library", "--team", "acme")
    assert not Prompt.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("import", "{tmp}/none.zip", "--team", "acme"), "No such file or directory"),
        (("import", "{tmp}/text.zip", "--team", "acme"), "This is no ZIP archive"),
        (("import", "{tmp}/v0001.prompt.md", "--team", "acme"), "upload it on the page “Export"),
        (("import", "{tmp}", "--team", "acme"), "There is no library in it"),
        (("import", "{tmp}", "--team", "nobody"), "There is no team “nobody”"),
        (("import", "{tmp}", "--team", "acme", "--as", "bob@example.com"), "is nobody who may"),
        (("import", "{tmp}", "--team", "acme", "--as", "no@example.com"), "is nobody who may"),
        (("export", "{tmp}"), "is a folder: add --folder"),
        (("export", "{tmp}/none/x.zip"), "No such file or directory"),
        (("export", "{tmp}/text.zip", "--folder"), "is no folder"),
    ],
)
def test_every_refusal_says_what_to_do(acme, alice, bob, tmp_path, arguments, sentence):
    (tmp_path / "text.zip").write_text("Hello")
    (tmp_path / "v0001.prompt.md").write_text("---\n---\n")
    with pytest.raises(CommandError) as caught:
        library(*(argument.replace("{tmp}", str(tmp_path)) for argument in arguments))
    assert sentence in str(caught.value)


def test_one_of_several_teams_must_be_named(acme, charlie, tmp_path):
    with pytest.raises(CommandError, match="Name the team with --team"):
        library("export", tmp_path / "x.zip")
