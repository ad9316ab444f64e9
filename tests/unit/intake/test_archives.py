"""Archives of any shape, and those that mean harm."""

from __future__ import annotations

import gzip
import io
import json
import stat
import struct
import tarfile
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.intake.archives import MOST_FILES
from workbench.intake.detect import read_file
from workbench.intake.own_files import LIBRARY, PROMPT_FILE

BODY = json.dumps(
    {"model": "claude-opus-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": "q"}]}
)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(files: Mapping[str, str], mode: str = "w:gz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content.encode())
            archive.addfile(member, io.BytesIO(content.encode()))
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        zipped({"a/one.json": BODY, "README.md": "# Hi"}),
        tarred({"a/one.json": BODY, "./README.md": "# Hi"}),
        tarred({"a/one.json": BODY, "README.md": "# Hi"}, "w:"),
    ],
    ids=["zip", "tar.gz", "tar"],
)
def test_prompts_are_found_and_the_rest_is_named(data: bytes) -> None:
    reading = read_file(data, "export")
    assert [prompt.name for prompt in reading.prompts] == ["one"]
    assert reading.kind == "an archive: 1 × a Messages body"
    assert reading.remarks[-1].sentence == "No prompt was recognised in: README.md."


def test_a_packed_file_alone_is_read_like_the_file() -> None:
    reading = read_file(gzip.compress(BODY.encode()), "one.json.gz")
    assert [prompt.name for prompt in reading.prompts] == ["one"]


def test_files_of_a_configuration_are_read_with_it_and_not_twice() -> None:
    reading = read_file(
        zipped(
            {
                "set/promptfooconfig.yaml": "prompts: [file://p/a.txt, file://p/b.json]\n"
                "providers: [x]\ntests: file://t.csv\n",
                "set/p/a.txt": "one {{v}}\n---\ntwo {{v}}",
                "set/p/b.json": '[{"role": "user", "content": "three"}]',
                "set/t.csv": "v\n7\n",
            }
        ),
        "set.zip",
    )
    texts = [prompt.request.body["messages"][0]["content"] for prompt in reading.prompts]
    assert texts == ["one {{v}}", "two {{v}}", "three"]
    assert reading.prompts[0].value_sets == (("Row 1", {"v": "7"}),)
    assert not [remark for remark in reading.remarks if "No prompt" in remark.sentence]


def test_answers_in_a_file_of_their_own_stand_beside_their_requests() -> None:
    request = json.dumps({"custom_id": "a", "params": json.loads(BODY)})
    message = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "x"}]}
    result = json.dumps({"custom_id": "a", "result": {"type": "succeeded", "message": message}})
    reading = read_file(zipped({"requests.jsonl": request, "results.jsonl": result}), "batch.zip")
    assert [prompt.answer for prompt in reading.prompts] == [message]


def test_archives_and_files_of_ours_are_named_for_the_library() -> None:
    assert read_file(zipped({"workbench.json": "{}", "x": "y"}), "l.zip").kind == LIBRARY
    assert read_file(tarred({"prompts/a/prompt.json": "{}"}), "l.tgz").kind == LIBRARY
    text = "---\nworkbench: 1\nmodel: x\n---\n\n=== user\nHi\n"
    assert read_file(text.encode(), "a.prompt.md").kind == PROMPT_FILE
    assert read_file(("\ufeff" + text).encode(), "a.md").kind == PROMPT_FILE
    assert read_file(b"---\ntitle: a page\n---\ntext", "a.md").kind == "nothing"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../evil.json", "points out of the archive"),
        ("/etc/evil.json", "points out of the archive"),
        ("a/../../evil.json", "points out of the archive"),
        ("..\\evil.json", "points out of the archive"),
        ("c:/evil.json", "points out of the archive"),
    ],
)
def test_a_name_that_points_out_is_refused(name: str, said: str) -> None:
    for data in (zipped({name: BODY, "b.json": BODY}), tarred({name: BODY, "b.json": BODY})):
        reading = read_file(data, "a")
        assert [prompt.name for prompt in reading.prompts] == ["b"]
        assert any(said in remark.sentence for remark in reading.remarks)


def test_links_are_no_files() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("link.json")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member)
    link = zipfile.ZipInfo("link.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zip_file:
        zip_file.writestr(link, "/etc/passwd")
    for data in (file.getvalue(), packed.getvalue()):
        assert "is no ordinary file" in read_file(data, "a").remarks[0].sentence


def test_an_encrypted_file_is_said() -> None:
    data = bytearray(zipped({"a.json": BODY}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    assert "is encrypted" in read_file(bytes(data), "a.zip").remarks[0].sentence


def test_a_file_that_claims_too_much_is_not_read() -> None:
    data = bytearray(zipped({"a.json": BODY}))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", 3_000_000_000)
    assert "claims to hold" in read_file(bytes(data), "a.zip").remarks[0].sentence


@pytest.mark.parametrize("kind", ["zip", "gzip", "many"])
def test_a_bomb_is_refused(kind: str) -> None:
    zeros = b"\0" * 39_000_000
    if kind == "zip":
        data = zipped({f"{number}.txt": zeros for number in range(6)})
    elif kind == "gzip":
        data = gzip.compress(b"\0" * 210_000_000, 1)
    else:
        data = zipped({str(number): b"" for number in range(MOST_FILES + 1)})
    reading = read_file(data, "bomb")
    assert reading.prompts == ()
    assert any(word in reading.remarks[0].sentence for word in ("200 MB", "10,000 files"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (zipped({"a.json": BODY})[:-30], "broken or cut off"),
        (gzip.compress(BODY.encode(), mtime=0)[:-9], "broken or cut off"),
        (b"\x1f\x8bnot really", "broken or cut off"),
        (b"PK\x03\x04nonsense", "broken or cut off"),
        (b"7z\xbc\xaf\x27\x1c....", "7z archive"),
        (b"Rar!\x1a\x07....", "RAR archive"),
        (zipped({}), "holds no text"),
        (zipped({"b.zip": zipped({"a.json": BODY})}), "archive inside an archive"),
        (zipped({"a.bin": b"\xff\xfe\xfa\x80"}), "is no text in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\xff", "no text in UTF-8"),
        (BODY.replace("q", "é").encode("latin-1"), "no text in UTF-8"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"", "no text here"),
        (b"x" * 40_000_001, "at most 40,000,000"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, said: str) -> None:
    reading = read_file(data, "dropped")
    assert reading.prompts == ()
    assert any(said in remark.sentence for remark in reading.remarks)


def test_text_in_utf_16_that_says_so_is_read() -> None:
    assert len(read_file(BODY.encode("utf-16"), "a.json").prompts) == 1


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b", b"PK\x05\x06"]))
def test_no_bytes_make_an_error(data: bytes, magic: bytes) -> None:
    reading = read_file(magic + data, "a")
    assert reading.prompts or reading.remarks or reading.kind == PROMPT_FILE


def test_a_member_without_a_name_is_left_out() -> None:
    data = zipped({"a.json": BODY, "b.json": BODY}).replace(b"a.json", b"\0.json")
    (prompt,) = read_file(data, "a.zip").prompts
    assert prompt.request.body["model"]


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_archive_makes_no_error(place: int, value: int) -> None:
    for data in (zipped({"a.json": BODY, "b.json": BODY}), tarred({"a.json": BODY}, "w:")):
        damaged = bytearray(data)
        damaged[place % len(data)] = value
        read_file(bytes(damaged), "a")
