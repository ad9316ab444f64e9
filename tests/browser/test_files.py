"""Files come to a turn by the button, by dropping, by pasting, and by keyboard."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.unit.prompts.media_files import pdf, picture

from .test_accessibility import assert_accessible
from .test_keyboard import focused, tab_to
from .visiting import Visitor
from .workbench_page import WorkbenchPage, until

PNG, PDF = picture("PNG", (300, 200)), pdf(3)
# A drop or a paste as the browser makes it: of files [name, type, base64] and of a text.
HAPPEN = """(element, {type, files, text}) => {
  const data = new DataTransfer();
  for (const [name, kind, content] of files) {
    const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
    data.items.add(new File([bytes], name, {type: kind}));
  }
  if (text) data.setData('text/plain', text);
  const options = {bubbles: true, cancelable: true};
  return element.dispatchEvent(type === 'paste'
    ? new ClipboardEvent(type, {...options, clipboardData: data})
    : new DragEvent(type, {...options, dataTransfer: data}));
}"""


class Files:
    """The files of the first turn."""

    def __init__(self, workbench: WorkbenchPage) -> None:
        self.page = workbench.page
        self.turn: Locator = self.page.locator("#turns .turn").first
        self.field = self.turn.locator("input[type=file]")
        self.pictures = self.turn.locator("img")
        self.blocks = self.turn.locator(".block")

    def happen(self, on: Locator, kind: str, *files: tuple[str, str, bytes], text: str = "") -> Any:
        """Let a drop or a paste happen; returns whether the browser would go on with it."""
        named = [[name, of, base64.b64encode(data).decode()] for name, of, data in files]
        return on.evaluate(HAPPEN, {"type": kind, "files": named, "text": text})

    def shows_a_picture(self) -> None:
        """Waits until the only picture has been loaded."""
        expect(self.pictures).to_have_count(1)
        until(lambda: self.pictures.evaluate("image => image.naturalWidth") == 300, self.page)


@pytest.fixture
def files(workbench: WorkbenchPage) -> Files:
    return Files(workbench)


def test_an_image_and_a_pdf_are_attached_and_sent(
    files: Files, workbench: WorkbenchPage, tmp_path: Path
) -> None:
    for name, content in (("cat.png", PNG), ("scan.pdf", PDF)):
        (tmp_path / name).write_bytes(content)
    workbench.user.fill("simulate: short")
    workbench.system.fill("typed before")
    files.field.set_input_files([tmp_path / "cat.png", tmp_path / "scan.pdf"])
    files.shows_a_picture()
    expect(files.turn.get_by_label("Title")).to_have_value("scan.pdf")
    expect(files.turn.get_by_text("300 × 200 px")).to_be_visible()
    expect(workbench.user).to_have_value("simulate: short")
    expect(workbench.system).to_have_value("typed before")
    workbench.saved()
    assert files.field.evaluate("field => field.files.length") == 0
    workbench.page.reload()
    files.shows_a_picture()
    workbench.run()
    workbench.ends()


def test_files_are_dropped_on_a_turn(files: Files, workbench: WorkbenchPage) -> None:
    dropped = (("cat.png", "image/png", PNG), ("scan.pdf", "application/pdf", PDF))
    files.happen(workbench.user, "dragover", *dropped)
    expect(files.turn).to_have_attribute("data-over", "")
    assert files.happen(workbench.user, "drop", *dropped) is False
    files.shows_a_picture()
    expect(files.blocks).to_have_count(3)
    expect(workbench.user).to_have_value("")
    expect(files.turn).not_to_have_attribute("data-over", "")


def test_a_file_that_misses_the_turn_does_not_replace_the_page(files: Files) -> None:
    body = files.page.locator("body")
    assert files.happen(body, "drop", ("cat.png", "image/png", PNG)) is False
    assert files.happen(body, "drop", text="words") is True


def test_a_picture_is_pasted_into_the_text(files: Files, workbench: WorkbenchPage) -> None:
    workbench.user.fill("What is this?")
    assert files.happen(workbench.user, "paste", ("image.png", "image/png", PNG)) is False
    files.shows_a_picture()
    expect(workbench.user).to_have_value("What is this?")
    expect(workbench.user).to_be_focused()


def test_pasted_words_stay_words_also_with_a_picture_of_them(
    files: Files, workbench: WorkbenchPage
) -> None:
    picture_of_them = ("image.png", "image/png", PNG)
    assert files.happen(workbench.user, "paste", picture_of_them, text="cells") is True
    files.page.wait_for_timeout(300)
    expect(files.pictures).to_have_count(0)


def long_paste(files: Files, workbench: WorkbenchPage, text: str) -> None:
    """Paste ``text`` between words that are there."""
    workbench.user.fill("before  after")
    workbench.user.evaluate("(field, text) => field.setRangeText(text, 7, 7)", text)
    files.happen(workbench.user, "paste", text=text)


def test_a_long_paste_may_become_a_document(files: Files, workbench: WorkbenchPage) -> None:
    text = "line\n" * 9_000
    long_paste(files, workbench, text)
    files.turn.get_by_role("button", name="Keep as a document").click()
    expect(files.turn.get_by_label("Title")).to_have_value("Pasted text.txt")
    expect(workbench.user).to_have_value("before  after")
    workbench.saved()
    with files.page.expect_download() as download:
        files.turn.get_by_role("link", name="Open").click(modifiers=["Alt"])
    assert Path(download.value.path()).read_text("utf-8") == text


def test_a_long_paste_may_stay_and_a_short_one_asks_nothing(
    files: Files, workbench: WorkbenchPage
) -> None:
    question = files.turn.get_by_role("button", name="Leave as text")
    files.happen(workbench.user, "paste", text="x" * 40_000)
    expect(question).to_be_hidden()
    long_paste(files, workbench, "y" * 40_001)
    question.click()
    expect(question).to_be_hidden()
    expect(workbench.user).to_have_value(f"before {'y' * 40_001} after")


def test_a_long_paste_comes_back_when_it_cannot_be_kept(
    files: Files, workbench: WorkbenchPage
) -> None:
    workbench.visit.expect_status(503)
    workbench.visit.tolerate("htmx:responseError")
    files.page.route("**/attachments/", lambda route: route.fulfill(status=503))
    long_paste(files, workbench, "y" * 50_000)
    files.turn.get_by_role("button", name="Keep as a document").click()
    expect(workbench.user).to_have_value(f"before {'y' * 50_000} after")


def test_typing_elsewhere_goes_on_while_files_are_on_their_way(
    files: Files, workbench: WorkbenchPage
) -> None:
    waiting: list[Route] = []
    files.page.route("**/attachments/", lambda route: waiting.append(route))
    workbench.user.fill("Look")
    files.happen(workbench.user, "drop", ("cat.png", "image/png", PNG))
    until(lambda: waiting, files.page)
    expect(workbench.user).not_to_be_editable()
    workbench.system.type("typed meanwhile")
    files.happen(workbench.user, "drop", ("dog.png", "image/png", PNG))
    expect(files.page.get_by_text("Files are still on their way.").last).to_be_visible()
    waiting[0].continue_()
    files.shows_a_picture()
    expect(workbench.system).to_have_value("typed meanwhile")
    expect(workbench.user).to_be_editable()
    workbench.saved()
    workbench.page.reload()
    expect(workbench.system).to_have_value("typed meanwhile")


def on_their_way(files: Files, workbench: WorkbenchPage, name: str, content: bytes) -> Route:
    """Drop a file on the turn; returns its request, which waits to go on."""
    waiting: list[Route] = []
    files.page.route("**/attachments/", lambda route: waiting.append(route))
    files.happen(workbench.user, "drop", (name, "image/png", content))
    return until(lambda: waiting, files.page)[0]  # type: ignore[no-any-return]


def test_a_run_waits_for_files_that_are_on_their_way(
    files: Files, workbench: WorkbenchPage
) -> None:
    workbench.user.fill("run with its file\nsimulate: short")
    upload = on_their_way(files, workbench, "cat.png", PNG)
    workbench.user.press("Control+Enter")
    workbench.user.press("Control+Enter")
    expect(files.page.get_by_text("This goes on when they have arrived.").last).to_be_visible()
    files.page.wait_for_timeout(300)
    expect(workbench.state).to_have_count(0)
    upload.continue_()
    workbench.ends()
    (request,) = workbench.visit.site.upstream.journal("run with its file")
    (message,) = request["body"]["messages"]
    assert [block["type"] for block in message["content"]] == ["text", "image"]


def test_a_version_saved_while_files_are_on_their_way_has_them(
    files: Files, workbench: WorkbenchPage
) -> None:
    upload = on_their_way(files, workbench, "cat.png", PNG)
    files.page.get_by_role("button", name="Save", exact=True).click()
    upload.continue_()
    expect(files.page.locator("#version-state")).to_have_text("v1")
    files.page.goto(f"{files.page.url.rstrip('/')}/versions/1/")
    expect(files.page.locator("main img")).to_have_count(1)


def test_results_of_tools_wait_for_files_that_are_on_their_way(
    files: Files, workbench: WorkbenchPage
) -> None:
    workbench.run("simulate: tool-parallel delay=0.01")
    workbench.ends()
    before = workbench.run_id()
    upload = on_their_way(files, workbench, "cat.png", PNG)
    files.page.get_by_role("button", name="Send results and continue").click()
    files.page.wait_for_timeout(300)
    assert workbench.run_id() == before
    upload.continue_()
    until(lambda: workbench.run_id() != before, files.page)
    workbench.saved()
    files.page.reload()
    files.shows_a_picture()


def test_a_refusal_of_files_ends_the_wait_and_nothing_is_run(
    files: Files, workbench: WorkbenchPage
) -> None:
    workbench.visit.expect_status(422)
    workbench.user.fill("simulate: short")
    upload = on_their_way(files, workbench, "logo.png", b"<svg xmlns='a'/>")
    workbench.run_button.click()
    upload.continue_()
    expect(files.turn.get_by_text("logo.png is an SVG, not what its name says")).to_be_visible()
    files.page.wait_for_timeout(300)
    expect(workbench.state).to_have_count(0)
    workbench.run()
    workbench.ends()


def test_files_are_attached_by_keyboard_alone(
    files: Files, workbench: WorkbenchPage, tmp_path: Path
) -> None:
    (tmp_path / "cat.png").write_bytes(PNG)
    # Listened to from the beginning: Chromium hears late that a chooser is to be caught.
    files.page.on("filechooser", lambda chooser: chooser.set_files(tmp_path / "cat.png"))
    workbench.user.focus()
    files.page.keyboard.type("Look")
    tab_to(files.page, "Attach files to User turn")
    files.page.keyboard.press("Enter")
    files.shows_a_picture()
    until(lambda: focused(files.page) == "Attach files to User turn", files.page)


def test_a_refused_file_is_named_at_the_turn(files: Files, workbench: WorkbenchPage) -> None:
    workbench.visit.expect_status(422)
    workbench.user.fill("kept")
    svg = ("logo.png", "image/png", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    files.happen(workbench.user, "drop", svg, ("cat.png", "image/png", PNG))
    expect(files.turn.get_by_text("logo.png is an SVG, not what its name says")).to_be_visible()
    files.shows_a_picture()
    expect(workbench.user).to_have_value("kept")


def test_files_are_attached_without_script(visit: Visitor, tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(PNG)
    workbench = WorkbenchPage.on_new_draft(visit(java_script_enabled=False))
    workbench.user.fill("Look")
    workbench.page.locator("input[type=file]").first.set_input_files(tmp_path / "cat.png")
    workbench.page.get_by_role("button", name="Attach to User turn").click()
    expect(workbench.page.get_by_text("300 × 200 px")).to_be_visible()
    expect(workbench.user).to_have_value("Look")


def test_a_turn_with_files_is_accessible(visit: Visitor) -> None:
    tab = visit(bypass_csp=True, reduced_motion="reduce")
    workbench = WorkbenchPage.on_new_draft(tab)
    files = Files(workbench)
    dropped = (("cat.png", "image/png", PNG), ("scan.pdf", "application/pdf", PDF))
    files.happen(workbench.user, "drop", *dropped)
    files.shows_a_picture()
    assert_accessible(workbench.page)
