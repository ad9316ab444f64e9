"""Archives that somebody broke or made to do harm: one sentence each, and nothing is imported."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import struct
import warnings
import zipfile

import pytest

from tests.unit.prompts.media_files import picture
from workbench.prompts.content import Content
from workbench.prompts.files.problems import MOST, Refused, Unusable
from workbench.prompts.files.sources import Limits
from workbench.prompts.models import Label, Media, Preset, Prompt, PromptVersion, SystemPrompt
from workbench.prompts.saving import make_prompt

from .library import exported, imported, packed, problems_of, small

PROMPT = "prompts/greeting/prompt.json"
FIRST = "prompts/greeting/v0001.prompt.md"
SECOND = "prompts/greeting/v0002.prompt.md"


def said(**values):
    """A ``prompt.json``."""
    return json.dumps({"name": "Greeting"} | values)


def move(**values):
    return {"name": "a", "from": None, "to": 1, "at": "2026-01-01T00:00:00Z", "by": ""} | values


def naming(sha256):
    """A version that names a kept file."""
    block = {"type": "image", "source": {"type": "workbench_media", "sha256": sha256}}
    return f"---\n---\n=== user blocks\n--- json\n{json.dumps(block)}\n"


@pytest.fixture
def nothing_is_imported(acme, alice):
    yield
    for model in (Prompt, PromptVersion, SystemPrompt, Preset, Label, Media):
        assert not model.objects.exists()


BROKEN = [
    ({"workbench.json": '{"format": 2}'}, "workbench.json: its format is not known"),
    ({"workbench.json": "{}"}, "workbench.json: its format is not known"),
    ({"workbench.json": "[1]"}, "workbench.json: it must be a JSON object"),
    ({"workbench.json": "{"}, "workbench.json, line 1: the file is no valid JSON"),
    ({PROMPT: '{\n"name": \n}'}, f"{PROMPT}, line 3: the file is no valid JSON"),
    ({PROMPT: None}, f"{PROMPT}: this file is missing"),
    ({PROMPT: b"\xff\xfe{"}, f"{PROMPT}: it is not UTF-8 text"),
    ({PROMPT: "[" * 100_000}, f"{PROMPT}, line 1: the file is nested too deeply"),
    ({PROMPT: said(tags=[]).replace("[]", "[" * 300 + "]" * 300)}, "it is nested too deeply"),
    ({PROMPT: said(name="x" * 10_000)}, "“name” has 10,000 characters: at most 200"),
    ({PROMPT: said(name=" \t ")}, f"{PROMPT}: “name” is empty: write a name."),
    ({PROMPT: said(name=5)}, "“name” must be text"),
    ({PROMPT: said(tags="a")}, "“tags” must be a list"),
    ({PROMPT: said(name="\u200b\u2060")}, f"{PROMPT}: “name” is empty: write a name."),
    ({PROMPT: said(description="x" * 2_001)}, "“description” has 2,001 characters: at most 2,000"),
    ({PROMPT: said(tags=[5])}, "“tags” must be at most 20 different texts of 1 to 50"),
    ({PROMPT: said(tags=["x" * 51])}, "“tags” must be at most 20 different texts of 1 to 50"),
    ({PROMPT: said(tags=["a, b"])}, "none with a comma"),
    ({PROMPT: said(tags=["\u200b"])}, "“tags” must be"),
    ({PROMPT: said(tags=["Mail", "mail"])}, "“tags” must be at most 20 different texts"),
    ({PROMPT: said(tags=[str(number) for number in range(21)])}, "“tags” must be at most 20"),
    ({PROMPT: said(created="today")}, "“created” must be a time such as"),
    ({PROMPT: said(archived="0001-01-01T00:00:00+14:00")}, "“archived” must be a time such as"),
    ({PROMPT: said(labels={"production": 3})}, "the label “production” is on version 3"),
    ({PROMPT: said(labels={"production": "1"})}, "the label “production” cannot be taken"),
    ({PROMPT: said(labels={"x" * 61: 1})}, "cannot be taken: write a name of at most 60"),
    ({PROMPT: said(labels={" ": 1})}, "the label “ ” cannot be taken"),
    ({PROMPT: said(labels=[])}, "“labels” must be an object"),
    ({PROMPT: said(label_moves=[5])}, "a step of “label_moves” must be a JSON object"),
    ({PROMPT: said(label_moves=[move(at=None)])}, "a step of “label_moves” has no “at”"),
    ({PROMPT: said(label_moves=[move(to=2**40)])}, "“to” must be the number of a version"),
    ({PROMPT: said(label_moves=[move(by="x" * 201)])}, "“by” has 201 characters"),
    ({PROMPT: said(value_sets=[{"name": "", "values": {}}])}, "of a value set is empty or there"),
    ({PROMPT: said(value_sets=[{"name": "a", "values": {"A": 1}}])}, "the values of “a” must be"),
    ({PROMPT: said(surprise=1)}, "“surprise” has no meaning here"),
    ({FIRST: None}, f"{PROMPT}: version 1 is missing"),
    ({FIRST: None, SECOND: None}, f"{PROMPT}: it has no version"),
    ({"prompts/greeting/v0004.prompt.md": "---\n---\n"}, f"{PROMPT}: version 3 is missing"),
    ({"prompts/greeting/v0000.prompt.md": "---\n---\n"}, f"{PROMPT}: version 1 is missing"),
    ({SECOND: "---\nversion: 3\n---\n"}, f"{SECOND}: it says version 3"),
    ({SECOND: "---\nparent: 2\n---\n"}, f"{SECOND}: its parent is 2"),
    ({SECOND: "---\nmodel: m\n"}, f"{SECOND}, line 1: what begins with this --- has no end"),
    ({SECOND: "---\nx: [1,\n---\n"}, f"{SECOND}, line 2: the value of x is no valid JSON"),
    ({SECOND: f"---\nnote: {'x' * 2_001}\n---\n"}, "its note has 2,001 characters: at most"),
    ({SECOND: f"---\nauthor: {'x' * 201}\n---\n"}, "the author's name has 201 characters"),
    ({SECOND: f"---\nx: {'[' * 300 + ']' * 300}\n---\n"}, f"{SECOND}: it is nested too deeply"),
    ({SECOND: naming("0" * 64)}, f"{SECOND}: it names the file 000000000000…"),
    ({"prompts/greeting/v3.prompt.md": "x"}, "no library has a file of this name"),
    ({"prompts/Greeting/prompt.json": "{}"}, "prompts/Greeting/prompt.json: no library has a file"),
    ({"prompts/x/y/prompt.json": "{}"}, "prompts/x/y/prompt.json: no library has a file"),
    ({"media/abc.png": b"x"}, "media/abc.png: no library has a file of this name"),
    ({f"media/{'0' * 64}.png": b"x"}, "its content is not what its name says"),
    ({"presets/a.json": '{"name": ""}'}, "presets/a.json: “name” is empty"),
    ({"presets/a.json": '{"name": "A", "parameters": []}'}, "“parameters” must be an object"),
    ({"presets/a.json": '{"name": "A", "is_default": 1}'}, "“is_default” must be true or false"),
    ({"system-prompts/a/v0001.md": "---\n---\nBe kind.\n"}, "system-prompt.json: this file is"),
    (
        {
            "system-prompts/a/system-prompt.json": '{"name": "A"}',
            "system-prompts/a/v0001.md": "---\nmodel: m\n---\n",
        },
        "system-prompts/a/v0001.md, line 2: model has no meaning",
    ),
]


@pytest.mark.usefixtures("nothing_is_imported")
@pytest.mark.parametrize(("changes", "sentence"), BROKEN, ids=range(len(BROKEN)))
def test_what_is_broken_is_said_with_its_file(acme, alice, changes, sentence):
    (found,) = problems_of(packed(small(**changes)), acme, alice)
    assert sentence in found


# Archives of their own ----------------------------------------------------------------------


def with_entry(name, content=b"x", mode=stat.S_IFREG | 0o644, **attributes):
    """A good archive, and in it one more entry."""
    file = io.BytesIO(packed(small()))
    with zipfile.ZipFile(file, "a") as archive:
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = name
        entry.external_attr = mode << 16
        for key, value in attributes.items():
            setattr(entry, key, value)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says that a name is there twice
            archive.writestr(entry, content)
    return file.getvalue()


@pytest.mark.usefixtures("nothing_is_imported")
@pytest.mark.parametrize(
    "name",
    [
        "../evil.md",
        "prompts/../../evil.md",
        "prompts/./x",
        "/etc/passwd",
        "C:/evil.md",
        "c:evil.md",
        "prompts\\evil.md",
        "prompts//x",
        "prompts/a\x07b",
    ],
)
def test_names_that_lead_elsewhere_are_refused(acme, alice, name):
    (found,) = problems_of(with_entry(name), acme, alice)
    assert "this name leads out of the archive or is none" in found
    assert "\x07" not in found


@pytest.mark.usefixtures("nothing_is_imported")
@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(acme, alice, kind):
    archive = with_entry("prompts/greeting/v0003.prompt.md", b"/etc/passwd", kind | 0o777)
    (found,) = problems_of(archive, acme, alice)
    assert "it is a link or a device" in found


@pytest.mark.usefixtures("nothing_is_imported")
def test_the_same_name_twice_is_refused(acme, alice):
    found = problems_of(with_entry(SECOND, b"---\n---\n"), acme, alice)
    assert found == [f"{SECOND}: this name is there twice: remove one of the two files."]


@pytest.mark.usefixtures("nothing_is_imported")
def test_an_encrypted_entry_is_refused(acme, alice):
    archive = bytearray(packed(small()))
    place = archive.rindex(b"PK\1\2")
    archive[place + 8] |= 1
    (found,) = problems_of(bytes(archive), acme, alice)
    assert "it is encrypted: make the archive without a password." in found


@pytest.mark.usefixtures("nothing_is_imported")
def test_a_rare_way_of_packing_is_refused(acme, alice):
    found = problems_of(packed(small(), compression=zipfile.ZIP_LZMA), acme, alice)
    assert all("it is packed in a way that is not read here" in each for each in found)


@pytest.mark.usefixtures("nothing_is_imported")
@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"PK\3\4", b"PK\3\4" + b"\0" * 100, b"PK\5\6" + b"\xff" * 18, picture("PNG")],
)
def test_what_is_no_archive_is_said(acme, alice, content):
    with pytest.raises(Unusable, match="no ZIP archive"):
        imported(content, acme, alice)


@pytest.mark.usefixtures("nothing_is_imported")
def test_an_archive_of_something_else_is_said(acme, alice):
    with pytest.raises(Unusable, match="There is no library in it"):
        imported(packed({"word/document.xml": "<x/>", "readme.md": "x"}), acme, alice)


@pytest.mark.usefixtures("nothing_is_imported")
def test_a_claim_of_gigabytes_is_refused_before_anything_is_read(acme, alice):
    archive = bytearray(packed(small()))
    place = archive.rindex(b"PK\1\2")
    archive[place + 24 : place + 28] = struct.pack("<I", 2**31)
    with pytest.raises(Unusable, match="more than 500 MB"):
        imported(bytes(archive), acme, alice)


@pytest.mark.usefixtures("nothing_is_imported")
def test_a_bomb_is_refused_by_what_it_says_of_itself(acme, alice):
    files = {f"prompts/p{n}/prompt.json": b" " * 19 * 1024**2 for n in range(30)}
    archive = packed(small(**files), compression=zipfile.ZIP_DEFLATED)
    assert len(archive) < 2 * 1024**2
    with pytest.raises(Unusable, match="more than 500 MB"):
        imported(archive, acme, alice)


@pytest.mark.usefixtures("nothing_is_imported")
def test_a_text_larger_than_its_limit_is_refused(acme, alice):
    archive = packed(small(**{SECOND: b" " * (21 * 1024**2)}), compression=zipfile.ZIP_DEFLATED)
    assert problems_of(archive, acme, alice) == [
        f"{SECOND}: it is larger than 20 MB, which is not taken."
    ]


@pytest.mark.usefixtures("nothing_is_imported")
def test_a_size_that_is_a_lie_does_not_get_more_read(acme, alice):
    archive = bytearray(
        packed(small(**{SECOND: b" " * (21 * 1024**2)}), compression=zipfile.ZIP_DEFLATED)
    )
    place = archive.rindex(b"PK\1\2")
    archive[place + 24 : place + 28] = struct.pack("<I", 100)
    (found,) = problems_of(bytes(archive), acme, alice)
    assert "it is damaged and cannot be read" in found


@pytest.mark.usefixtures("nothing_is_imported")
def test_what_comes_out_is_counted_too(acme, alice):
    limits = Limits(total=150)
    archive = packed(small())
    with pytest.raises(Unusable, match="more than 0 MB"):
        imported(archive, acme, alice, limits=limits)
    lying = bytearray(archive)
    place = 0
    while (place := lying.find(b"PK\1\2", place)) >= 0:
        lying[place + 24 : place + 28] = struct.pack("<I", 1)
        place += 4
    with pytest.raises(Refused):
        imported(bytes(lying), acme, alice, limits=limits)


@pytest.mark.usefixtures("nothing_is_imported")
def test_too_many_files_are_refused(acme, alice):
    with pytest.raises(Unusable, match="more than 3 files"):
        imported(packed(small()), acme, alice, limits=Limits(entries=3))


@pytest.mark.usefixtures("nothing_is_imported")
def test_damaged_bytes_are_said_with_their_file(acme, alice):
    archive = packed(small()).replace(b"Good morning", b"Good evening")
    assert problems_of(archive, acme, alice) == [
        f"{SECOND}: it is damaged and cannot be read: export it again."
    ]


@pytest.mark.usefixtures("nothing_is_imported")
def test_fifty_problems_are_listed_and_the_rest_counted(acme, alice):
    files = {f"prompts/p{n}/prompt.json": "{" for n in range(60)}
    found = problems_of(packed(small(**files)), acme, alice)
    # Each of the sixty is broken, and has no version.
    assert (len(found), found[-1]) == (MOST + 1, "And 70 more.")


@pytest.mark.usefixtures("nothing_is_imported")
@pytest.mark.parametrize(
    ("content", "ending", "sentence"),
    [
        (picture("PNG"), "jpg", "it is image/png, not what its name says."),
        (b"<html>", "png", "it is text/plain, not what its name says."),
        (b"a\r\nb", "txt", "it is text/plain, not what its name says."),
        (b"MZ\0\0", "png", "This file is a Windows program"),
        (picture("PNG")[:50], "png", "This file is a damaged PNG image"),
    ],
)
def test_a_file_must_be_what_its_name_says(acme, alice, content, ending, sentence):
    digest = hashlib.sha256(content).hexdigest()
    archive = packed(small(**{f"media/{digest}.{ending}": content, SECOND: naming(digest)}))
    (found,) = problems_of(archive, acme, alice)
    assert sentence in found


# What is taken all the same -----------------------------------------------------------------


def test_a_file_that_no_version_names_is_checked_and_not_kept(acme, alice):
    content = picture("PNG")
    name = f"media/{hashlib.sha256(content).hexdigest()}.png"
    assert problems_of(packed(small(**{name: content})), acme, alice) == []
    assert not Media.objects.exists()


def test_a_file_that_the_team_keeps_need_not_come_along(acme, alice):
    row = Media.objects.create(
        team=acme, sha256="1" * 64, media_type="text/plain", size=1, bytes=b"x"
    )
    assert problems_of(packed(small(**{SECOND: naming(row.sha256)})), acme, alice) == []


def test_files_of_the_system_and_readme_files_are_passed_over(acme, alice):
    more = {
        ".git/config": "x",
        "__MACOSX/._x": "x",
        "prompts/.DS_Store": "x",
        "README.md": "x",
        "prompts/greeting/": "",
    }
    assert problems_of(packed(small(**more)), acme, alice) == []


def test_an_archive_of_the_folder_itself_is_taken(acme, alice):
    files = {f"library-main/{name}": text for name, text in small().items()}
    assert imported(packed(files), acme, alice).counts["version"] == 2


def test_nul_and_half_characters_are_replaced(acme, alice):
    changes = {
        PROMPT: '{"name": "a\\u0000b", "tags": ["\\ud83d"], "description": "x\\r\\ny"}',
        SECOND: "---\nnote: a\0b\n---\n=== user\nx\0\n",
    }
    imported(packed(small(**changes)), acme, alice)
    prompt = Prompt.objects.get()
    assert (prompt.name, prompt.tags) == ("a\ufffdb", ["\ufffd"])
    assert prompt.description == "x\ny"
    assert prompt.latest.note == "a\ufffdb"


def test_a_history_that_differs_is_refused(acme, alice):
    imported(packed(small()), acme, alice)
    changed = small(**{FIRST: "---\nmodel: other\n---\n=== user\nHello\n"})
    assert problems_of(packed(changed), acme, alice, "update") == [
        f"{FIRST}: version 1 of “Greeting” is here already with another content, and versions "
        "never change: leave it as it was and write a new one, v0003.prompt.md, or import all as "
        "copies."
    ]
    noted = small(**{FIRST: small()[FIRST].replace("model", "note: new\nmodel", 1)})
    (found,) = problems_of(packed(noted), acme, alice, "update")
    assert "with another note" in found
    assert Prompt.objects.get().latest_number == 2


def test_an_older_library_leaves_newer_versions_alone(acme, alice):
    prompt = make_prompt(acme.pk, "P", alice)
    prompt.save_version(Content.blank(), alice, parent_number=None)
    older = exported(acme)
    prompt.save_version(Content.blank().with_body(max_tokens=1), alice, parent_number=1)
    imported(older, acme, alice, "update")
    prompt.refresh_from_db()
    assert (prompt.latest_number, prompt.versions.count()) == (2, 2)


def test_two_defaults_or_a_name_that_another_preset_has_are_refused(acme, alice):
    Preset.objects.create(team=acme, name="A", slug="other")
    preset = json.dumps({"name": "A", "is_default": True})
    found = problems_of(packed(small(**{"presets/a.json": preset})), acme, alice, "update")
    assert "a preset called “A” is here already as “other”" in found[0]
    two = {"presets/a.json": preset, "presets/b.json": preset.replace("A", "B")}
    (found,) = problems_of(packed(small(**two)), acme, alice)
    assert "another preset is the default already" in found
    assert Preset.objects.count() == 1
