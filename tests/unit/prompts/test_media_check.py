"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import io
import random
import zlib
from pathlib import Path

import pytest
from PIL import Image

from workbench.prompts.media import look
from workbench.prompts.media.check import Checked, File, Unusable, check, check_all, shown_name
from workbench.prompts.models import Media
from workbench.prompts.turn_page import words_of

from .media_files import animation, pdf, picture, png_header

TAKES = "the API takes JPEG, PNG, GIF, WebP, PDF and plain text."
SVG = b'<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'


def refusal(content: bytes, name: str = "This file") -> str:
    with pytest.raises(Unusable) as raised:
        check(content, name)
    return raised.value.sentence


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "GIF", "WEBP"])
def test_an_image_is_measured_whatever_it_is_called(file_format: str) -> None:
    content = picture(file_format, (60, 40))
    checked = check(content, "notes.txt")
    assert checked == Checked(f"image/{file_format.lower()}", content, 60, 40)


def test_an_animation_is_taken_with_the_remark_that_one_frame_counts() -> None:
    assert check(animation()).remark == "The model sees only the first frame of this animation."
    assert check(picture("GIF")).remark == ""


def test_a_pdf_is_counted() -> None:
    content = pdf(3)
    assert check(content, "scan.pdf") == Checked("application/pdf", content, pages=3)


def test_plain_text_is_cleaned() -> None:
    content = "\ufeffGrüße\r\nzwei".encode()
    assert check(content, "notes.md") == Checked("text/plain", "Grüße\nzwei".encode())


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (SVG, "logo.png", f"logo.png is an SVG, not what its name says; {TAKES}"),
        (SVG, "logo.svg", f"logo.svg is an SVG, not what its name says; {TAKES}"),
        (
            b"<!-- --> <!DOCTYPE html><p>",
            "a.png",
            f"a.png is HTML, not what its name says; {TAKES}",
        ),
        (b"hello", "a.pdf", f"a.pdf is plain text, not what its name says; {TAKES}"),
        (b"MZ\x90\0\x03", "a.png", f"a.png is a Windows program; {TAKES}"),
        (b"PK\x03\x04\0\0", "a.docx", f"a.docx is a ZIP archive or an Office document; {TAKES}"),
        (b"BM\0\0\0\0\xff", "a.bmp", f"a.bmp is a BMP image; {TAKES}"),
        (b"\x80\x81", "a.txt", f"a.txt is data of another kind; {TAKES}"),
        (b"a\0b", "a.txt", f"a.txt is data of another kind; {TAKES}"),
        (
            "é".encode("utf-16"),
            "a.txt",
            f"a.txt is UTF-16 text, which must be saved as UTF-8; {TAKES}",
        ),
        (b"", "a.png", "a.png is empty."),
    ],
)
def test_what_the_api_does_not_take_is_named(content: bytes, name: str, sentence: str) -> None:
    assert refusal(content, name) == sentence


@pytest.mark.parametrize(
    "content",
    [
        "Grüße aus Zürich".encode("latin-1"),
        "“Quoted” – and more\r\n".encode("cp1252"),
        "Привет, мир".encode("cp1251"),
        b"BMW f\xe4hrt",
        b"one wrong byte: " + b"\xff" + "é".encode() * 100,
    ],
)
def test_text_of_another_encoding_is_called_that(content: bytes) -> None:
    assert refusal(content, "latin.txt") == (
        "latin.txt is text, but not UTF-8. Save it as UTF-8 and attach it again."
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (random.Random(1).randbytes(5_000).replace(b"\0", b""), "a.txt"),
        (zlib.compress(b"abc" * 3_000 + bytes(range(256))).replace(b"\0", b""), "a.txt"),
        ("Grüße".encode("latin-1"), "a.png"),
        ("Grüße".encode("latin-1") + b"\0", "a.txt"),
    ],
)
def test_data_is_not_called_text(content: bytes, name: str) -> None:
    assert refusal(content, name) == f"{name} is data of another kind; {TAKES}"


def test_utf_16_without_a_zero_is_called_that() -> None:
    assert "is UTF-16 text" in refusal("\ufeff你好你好".encode("utf-16-le"), "a.txt")


@pytest.mark.parametrize(
    ("media", "words"),
    [
        (Media(media_type="text/plain", size=280), "Text · 280 bytes · about 70 tokens"),
        (Media(media_type="text/plain", size=1), "Text · 1 byte · about 70 tokens"),
        (Media(media_type="text/plain", size=1_600), "Text · 2 KB · about 70 tokens"),
        (
            Media(media_type="application/pdf", size=2_500_000, pages=1),
            "PDF · 1 page · 2.5 MB · about 70 tokens",
        ),
    ],
)
def test_a_kept_file_is_told_in_words(media: Media, words: str) -> None:
    assert words_of(media, 70) == words


def test_markup_that_does_not_claim_to_be_a_picture_is_text() -> None:
    assert check(b"<html><p>Hello", "page.html").media_type == "text/plain"


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_image_is_refused(file_format: str, share: float) -> None:
    content = picture(file_format, (200, 200))
    assert "damaged" in refusal(content[: int(len(content) * share)], "a.png")


def test_a_file_that_is_only_the_beginning_of_an_image_is_refused() -> None:
    assert "damaged GIF image" in refusal(b"GIF89a/*" + b" " * 50 + b"*/=alert(1)//", "a.gif")


def test_an_image_with_an_archive_behind_it_is_no_more_than_an_image() -> None:
    assert check(picture("PNG") + b"PK\x03\x04" + b"x" * 100, "a.zip").media_type == "image/png"


@pytest.mark.parametrize("content", [png_header(20_000, 20_000), png_header(8_001, 10)])
def test_too_many_pixels_are_refused_by_the_header_alone(
    content: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with monkeypatch.context() as patched:
        patched.setattr(Image.Image, "load", lambda *_: pytest.fail("decoded"))
        assert look.look("image/png", str(path))["problem"] == "large"
    assert "the API takes at most 8,000 × 8,000." in refusal(content)


def test_a_picture_that_is_too_large_says_how_large_it_is() -> None:
    assert refusal(png_header(9_000, 10), "a.png") == (
        "a.png has 9,000 × 10 pixels; the API takes at most 8,000 × 8,000. Save it smaller."
    )


def test_an_image_of_more_than_10_mb_of_base64_is_refused() -> None:
    content = picture("PNG") + b"\0" * (8 * 1024 * 1024)
    assert refusal(content, "a.png") == (
        "a.png has 8.4 MB, which makes 11.2 MB as it is sent; the API takes 10.5 MB for an image. "
        "Save it smaller."
    )


def test_a_file_that_no_request_can_carry_is_refused() -> None:
    content = b"%PDF-1.7".ljust(33_000_000)
    assert refusal(content, "a.pdf") == (
        "a.pdf has 33 MB, which makes 44 MB as it is sent; the API takes 32 MB in one request."
    )


def test_a_jpeg_with_hundreds_of_scans_is_refused_before_it_is_decoded() -> None:
    assert "damaged JPEG" in refusal(picture("JPEG") + b"\xff\xda" * 300, "a.jpg")


@pytest.mark.parametrize("password", ["secret", ""])
def test_an_encrypted_pdf_is_refused(password: str) -> None:
    assert refusal(pdf(1, password), "a.pdf") == (
        "a.pdf is an encrypted PDF, which the API refuses. Save it without a password."
    )


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"\xff" * 1_000,
        pdf(2)[:200],
        b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000,
        # A tree of pages that contains itself.
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]"
        b"/Count 1>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    ],
)
def test_a_broken_pdf_is_refused(content: bytes) -> None:
    assert "a.pdf is a " in refusal(content, "a.pdf")


def test_a_pdf_of_more_than_600_pages_is_refused() -> None:
    assert refusal(pdf(601), "a.pdf") == (
        "a.pdf has 601 pages; the API takes at most 600. Split it."
    )


def test_a_file_that_takes_too_long_is_given_up_and_the_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Stands in for a hostile file: the real process, with an end after the first line of code.
    slow = tmp_path / "look.py"
    source = Path(look.__file__).read_text("utf-8")
    hang = 'if "slow" in path:\n        signal.alarm(1)\n        while True: pass\n    try:'
    assert source.count("    try:\n        return _LOOKS") == 1
    slow.write_text(source.replace("try:\n        return", f"{hang}\n        return"))
    monkeypatch.setattr("workbench.prompts.media.check._LOOK", slow)
    files = []
    for name in ("a.png", "slow.png", "b.png"):
        path = tmp_path / name
        path.write_bytes(picture("PNG"))
        files.append(File(name, path))
    first, hung, last = check_all(files)
    assert isinstance(first, Checked)
    assert isinstance(last, Checked)
    assert isinstance(hung, Unusable)
    assert "slow.png is a PNG image that cannot be opened in reasonable time" in hung.sentence


def test_the_process_that_opens_files_has_no_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teller = tmp_path / "look.py"
    teller.write_text(
        "import json, os\nprint(json.dumps({'problem': 'empty', 'e': dict(os.environ)}))"
    )
    monkeypatch.setattr("workbench.prompts.media.check._LOOK", teller)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-secret")
    from workbench.prompts.media import check as module

    (said,) = module._looks([("image/png", tmp_path / "a")])
    assert "ANTHROPIC_API_KEY" not in said["e"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\fakepath\\scan.pdf", "scan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202eb\x00\n.png", "ab�.png"),
        ("x" * 300, "x" * 120),
        ("/", "This file"),
    ],
)
def test_a_name_is_shown_without_its_folders_and_tricks(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_an_image_keeps_its_bytes(tmp_path: Path) -> None:
    content = picture("JPEG", progressive=True)
    assert Image.open(io.BytesIO(check(content).bytes)).size == (60, 40)
