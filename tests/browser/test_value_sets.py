"""Variables in the editor: sets of values, values from files, selections that become variables."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from .test_accessibility import assert_accessible
from .test_keyboard import tab_to
from .visiting import Visitor
from .workbench_page import WorkbenchPage

SELECT = """(field, text) => {
  const at = field.value.indexOf(text);
  field.focus();
  field.setSelectionRange(at, at + text.length);
}"""
DROP = """(place, [name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name, {type: 'text/plain'}));
  const options = {dataTransfer: files, bubbles: true, cancelable: true};
  place.dispatchEvent(new DragEvent('drop', options));
}"""
BUTTON = "Make a variable"


def declared(workbench: WorkbenchPage, text: str) -> None:
    """Types ``text`` and declares all names in it."""
    workbench.user.fill(text)
    workbench.page.locator("#declare-all").click()
    expect(workbench.page.locator("#candidates button")).to_have_count(0)


def make(page: Page, field: Locator, text: str, name: str, *, everywhere: bool = True) -> None:
    """Makes a variable of a selected text, by keyboard alone."""
    field.evaluate(SELECT, text)
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=BUTTON)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type(name)
    if not everywhere:
        page.get_by_role("dialog").get_by_role("checkbox").press("Space")
    page.get_by_role("dialog").get_by_role("textbox").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_values_are_kept_filled_and_put_back(workbench: WorkbenchPage) -> None:
    page = workbench.page
    declared(workbench, "Answer {{mood}} about {{order}}.")
    workbench.value_of("mood").fill("angry")
    page.locator("[data-key=save]").click()
    page.get_by_text("Keep these values as a set").click()
    page.get_by_label("Name of a set of values").fill("angry customer")
    page.get_by_role("button", name="Save values").click()
    expect(page.get_by_label("Values", exact=True)).to_be_focused()
    workbench.value_of("mood").fill("calm")
    workbench.value_of("order").fill("A-1")
    fill = page.get_by_role("button", name="Fill")
    fill.press("Enter")
    expect(workbench.value_of("mood")).to_have_value("angry")
    expect(workbench.value_of("order")).to_have_value("A-1")
    expect(fill).to_be_focused()
    page.get_by_role("button", name="Put back the values from before").press("Enter")
    expect(workbench.value_of("mood")).to_have_value("calm")
    workbench.saved()
    page.reload()
    expect(workbench.value_of("mood")).to_have_value("calm")


def test_the_sets_and_the_question_for_a_name_are_accessible(visit: Visitor) -> None:
    workbench = WorkbenchPage.on_new_draft(visit(bypass_csp=True, reduced_motion="reduce"))
    page = workbench.page
    declared(workbench, "Answer {{mood}} about {{order}}, soon and soon.")
    workbench.value_of("mood").fill("angry")
    page.locator("[data-key=save]").click()
    page.get_by_text("Keep these values as a set").click()
    page.get_by_label("Name of a set of values").fill("angry customer")
    page.get_by_role("button", name="Save values").click()
    page.get_by_role("button", name="Fill").click()
    page.get_by_text("Keep these values as a set").click()
    expect(page.get_by_role("button", name="Put back the values from before")).to_be_visible()
    assert_accessible(page)
    workbench.user.evaluate(SELECT, "soon")
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("dialog")).to_contain_text("Also at the other place")
    assert_accessible(page)


def test_the_same_name_asks(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.visit.expect_status(422)
    declared(workbench, "Answer {{mood}} about {{order}}.")
    workbench.value_of("mood").fill("angry")
    page.locator("[data-key=save]").click()
    for value in ("angry", "furious"):
        workbench.value_of("mood").fill(value)
        if not page.get_by_label("Name of a set of values").is_visible():
            page.get_by_text("Keep these values as a set").click()
        page.get_by_label("Name of a set of values").fill("customer")
        page.get_by_role("button", name="Save values").click()
        if value == "angry":
            expect(page.get_by_label("Values", exact=True)).to_be_visible()
    expect(page.locator("#value-set-sentence")).to_contain_text("already: replace it")
    page.get_by_role("button", name="Replace the set").click()
    expect(page.locator("#value-set-sentence")).to_be_empty()
    workbench.value_of("mood").fill("")
    page.get_by_role("button", name="Fill").click()
    expect(workbench.value_of("mood")).to_have_value("furious")


def test_a_value_comes_from_a_text_file(workbench: WorkbenchPage) -> None:
    page = workbench.page
    declared(workbench, "Read {{report}} and {{notes}}.")
    chooser = page.get_by_label("Value of report from a text file")
    long = "Zeile ß\n" * 13_000
    chooser.set_input_files({"name": "r.txt", "mimeType": "text/plain", "buffer": long.encode()})
    expect(workbench.value_of("report")).to_have_value(long)
    toasts = page.get_by_role("region", name="Notices")
    for name, body, sentence in (
        ("picture.png", b"\x89PNG\r\n\xff\xfe", "picture.png is no UTF-8 text"),
        ("nul.txt", b"a\0b", "nul.txt is no UTF-8 text"),
        ("big.txt", b"x" * 1_000_001, "big.txt is larger than 1 MB"),
    ):
        chooser.set_input_files({"name": name, "mimeType": "text/plain", "buffer": body})
        expect(toasts).to_contain_text(sentence)
    expect(workbench.value_of("report")).to_have_value(long)
    notes = page.locator('.variable[data-variable="notes"]')
    notes.evaluate(DROP, ["n.txt", "Dropped"])
    expect(workbench.value_of("notes")).to_have_value("Dropped")
    workbench.saved()
    page.reload()
    expect(workbench.value_of("report")).to_have_value(long)


def test_a_selection_becomes_a_variable_everywhere(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.system.fill("You sell bicycles in Berlin.")
    workbench.user.fill("Is Berlin nice? {{Berlin}} Berlin.")
    make(page, workbench.user, "Berlin", "CITY")
    expect(workbench.user).to_have_value("Is {{CITY}} nice? {{Berlin}} {{CITY}}.")
    expect(workbench.system).to_have_value("You sell bicycles in {{CITY}}.")
    expect(workbench.value_of("CITY")).to_have_value("Berlin")
    expect(workbench.user).to_be_focused()
    workbench.saved()
    page.reload()
    expect(workbench.user).to_have_value("Is {{CITY}} nice? {{Berlin}} {{CITY}}.")
    expect(workbench.value_of("CITY")).to_have_value("Berlin")


def test_one_place_alone_and_undo_takes_it_back(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.user.fill("Berlin or Berlin")
    make(page, workbench.user, "Berlin", "CITY", everywhere=False)
    expect(workbench.user).to_have_value("{{CITY}} or Berlin")
    expect(workbench.value_of("CITY")).to_have_value("Berlin")
    page.keyboard.press("Control+z")
    expect(workbench.user).to_have_value("Berlin or Berlin")


def test_a_bad_or_taken_name_is_refused_in_words(workbench: WorkbenchPage) -> None:
    page = workbench.page
    declared(workbench, "{{CITY}} and {{X}}: Köln am Rhein")
    workbench.value_of("CITY").fill("Berlin")
    workbench.user.evaluate(SELECT, "Köln am Rhein")
    page.get_by_role("button", name=BUTTON).click()
    asked = page.get_by_role("dialog")
    name = asked.get_by_role("textbox", name="Name")
    expect(name).to_have_value("KOLN_AM_RHEIN")
    for bad, sentence in {
        "2 towns": "“2 towns” cannot name a variable: use up to 100 letters",
        "CITY": "{{CITY}} has another value already",
    }.items():
        name.fill(bad)
        name.press("Enter")
        expect(asked.get_by_role("alert")).to_contain_text(sentence)
    page.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    expect(workbench.user).to_have_value("{{CITY}} and {{X}}: Köln am Rhein")


def test_a_long_selection_becomes_a_value(workbench: WorkbenchPage) -> None:
    page = workbench.page
    long = "word\n" * 20_000
    workbench.paste(workbench.user, f"Read this: {long}END")
    make(page, workbench.user, long, "DOCUMENT")
    expect(workbench.user).to_have_value("Read this: {{DOCUMENT}}END")
    expect(workbench.value_of("DOCUMENT")).to_have_value(long)
    workbench.saved()
    page.reload()
    expect(workbench.value_of("DOCUMENT")).to_have_value(long)


def test_the_button_is_there_for_a_selection_alone(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.user.fill("Berlin")
    button = page.get_by_role("button", name=BUTTON)
    expect(button).to_have_count(0)
    workbench.user.evaluate(SELECT, "Berlin")
    expect(button).to_be_visible()
    page.keyboard.press("End")
    expect(button).to_have_count(0)
    workbench.user.evaluate(SELECT, "Berlin")
    tab_to(page, BUTTON)
    workbench.system.focus()
    expect(button).to_have_count(0)
