"""Nothing that was typed is lost: by closing, a server that is away, a refusal, or size."""

from __future__ import annotations

import contextlib
import html
import json
import re
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Error, Route, expect

from tests.process.runs.site import Site

from .visiting import Visit, Visitor
from .workbench_page import HIDE, WorkbenchPage, until


def sent(workbench: WorkbenchPage, mark: str) -> dict[str, Any]:
    """The body of the one request with ``mark`` that the upstream has received."""
    (entry,) = workbench.visit.site.upstream.journal(mark)
    body = entry["body"]
    return body if isinstance(body, dict) else json.loads(body)  # type: ignore[no-any-return]


def reopened(workbench: WorkbenchPage) -> WorkbenchPage:
    """The same draft in a new tab."""
    tab = workbench.visit.another_tab()
    tab.goto(f"/t/acme/drafts/{workbench.draft}/")
    return WorkbenchPage(workbench.visit, tab)


def test_a_tab_that_is_closed_at_once_has_saved(workbench: WorkbenchPage) -> None:
    path = f"/t/acme/drafts/{workbench.draft}/"
    workbench.user.fill("typed and closed")
    workbench.page.close(run_before_unload=True)
    tab = workbench.visit.another_tab()
    tab.wait_for_timeout(300)
    tab.goto(path)
    expect(WorkbenchPage(workbench.visit, tab).user).to_have_value("typed and closed")


def test_the_chip_says_what_is_true(workbench: WorkbenchPage) -> None:
    expect(workbench.chip).to_have_text("Saved")
    workbench.user.press_sequentially("word")
    assert workbench.chip.get_attribute("data-state") == "saving"
    workbench.saved()
    expect(reopened(workbench).user).to_have_value("word")


def test_an_autosave_that_is_answered_after_save_changes_nothing(workbench: WorkbenchPage) -> None:
    held: list[tuple[Route, APIResponse]] = []
    workbench.page.route(
        f"**/drafts/{workbench.draft}/", lambda route: held.append((route, route.fetch()))
    )
    workbench.user.fill("saved while an answer was on its way")
    until(lambda: held, workbench.page)
    workbench.page.get_by_role("button", name="Save", exact=True).click()
    version = workbench.page.locator("#version-state")
    expect(version).to_contain_text("v1")
    for route, response in held:
        with contextlib.suppress(Error):
            route.fulfill(response=response)
    workbench.page.wait_for_timeout(300)
    expect(version).not_to_contain_text("Draft", timeout=500)
    workbench.saved()


def test_text_typed_while_the_server_is_away_arrives_later(mortal: Site, visit: Visitor) -> None:
    visitor = visit(on=mortal)
    visitor.expect_cuts()
    workbench = WorkbenchPage.on_new_draft(visitor)
    mortal.web.kill()
    workbench.user.fill("while it was away")
    expect(workbench.chip).to_have_text("Not saved, trying again")
    workbench.run_button.click()
    expect(workbench.page.locator(".toast, [popover]:popover-open").first).to_be_visible()
    expect(workbench.user).to_have_value("while it was away")
    mortal.web.start()
    expect(workbench.chip).to_have_attribute("data-state", "saved", timeout=35_000)
    expect(reopened(workbench).user).to_have_value("while it was away")


def test_text_typed_after_the_session_has_ended_arrives_later(workbench: WorkbenchPage) -> None:
    visitor, page = workbench.visit, workbench.page
    visitor.expect_status(401)
    cookies = visitor.context.cookies()
    visitor.context.clear_cookies(name="workbench-session")
    workbench.user.fill("after the session")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(workbench.user).to_have_value("after the session")
    visitor.context.add_cookies(cookies)  # type: ignore[arg-type]
    workbench.user.press("End")
    page.keyboard.type("!")
    workbench.saved()
    expect(reopened(workbench).user).to_have_value("after the session!")


def test_a_second_tab_does_not_write_its_old_text_over_the_first(workbench: WorkbenchPage) -> None:
    other = reopened(workbench)
    other.page.evaluate(HIDE, True)
    workbench.user.fill("written in the first tab")
    workbench.saved()
    with other.page.expect_navigation():
        other.page.evaluate(HIDE, False)
    expect(other.user).to_have_value("written in the first tab")
    other.system.fill("written in the second tab")
    other.saved()
    both = reopened(workbench)
    expect(both.user).to_have_value("written in the first tab")
    expect(both.system).to_have_value("written in the second tab")


def test_the_back_button_leads_back_to_the_text(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.user.fill("before the link")
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Library")
    page.go_back()
    expect(workbench.user).to_have_value("before the link")
    workbench.user.fill("after the way back")
    workbench.saved()
    page.reload()
    expect(workbench.user).to_have_value("after the way back")


@pytest.mark.parametrize("pause", [0, 120, 350])
def test_a_double_click_on_run_is_one_run(workbench: WorkbenchPage, pause: int) -> None:
    """A slow double click meets the button that has taken the place of Run."""
    page, mark = workbench.page, f"double click {pause}"
    workbench.user.fill(f"{mark}\nsimulate: answer tokens=60 delay=0.01")
    box = workbench.run_button.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for count in (1, 2):
        page.mouse.down(click_count=count)
        page.mouse.up(click_count=count)
        page.wait_for_timeout(pause)
    workbench.ends()
    assert len(workbench.visit.site.upstream.journal(mark)) == 1


def test_ctrl_enter_pressed_twice_is_one_run(workbench: WorkbenchPage) -> None:
    workbench.user.fill("twice by key\nsimulate: answer tokens=60 delay=0.01")
    workbench.user.press("Control+Enter")
    workbench.user.press("Control+Enter")
    workbench.ends()
    sent(workbench, "twice by key")


def test_a_refusal_stands_beside_its_field_and_keeps_the_text(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.visit.expect_status(422)
    workbench.user.fill("refused at first\nsimulate: short")
    page.get_by_label("Max tokens").fill("none")
    workbench.run_button.click()
    expect(page.locator("#error-max_tokens")).not_to_be_empty()
    described = page.get_by_label("Max tokens").get_attribute("aria-describedby") or ""
    assert "error-max_tokens" in described.split()
    expect(page.locator("#response")).to_contain_text("Not sent yet")
    expect(page.get_by_label("Max tokens")).to_have_value("none")
    expect(workbench.user).to_have_value("refused at first\nsimulate: short")
    expect(page.locator("#estimate")).to_contain_text(re.compile(r"tokens in\s*·\s*from \$"))
    expect(reopened(workbench).page.get_by_label("Max tokens")).to_have_value("none")
    page.get_by_label("Max tokens").fill("100")
    expect(page.locator("#not-run")).to_be_empty()
    workbench.run_button.click()
    workbench.ends()
    expect(page.locator("#error-max_tokens")).to_be_empty()
    assert sent(workbench, "refused at first")["max_tokens"] == 100


def test_a_missing_value_is_named(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.visit.expect_status(422)
    workbench.user.fill("for {{customer}}")
    page.get_by_role("button", name="Declare customer").click()
    expect(workbench.value_of("customer")).to_be_visible()
    workbench.run_button.click()
    expect(page.locator("#error-variables")).to_contain_text("{{customer}}")


def test_braces_and_spaces_are_sent_as_they_were_typed(workbench: WorkbenchPage) -> None:
    text = "byte for byte\nsimulate: short\n{{7*7}} {% include 'x' %} {{ name }} {name} {{{name}}}"
    text += " \\n \t  end  \n\n"
    workbench.user.fill(text + "{{name}}")
    workbench.page.get_by_role("button", name="Declare name").click()
    workbench.value_of("name").fill("{{7*7}} {{name}} $& \\1")
    workbench.run()
    workbench.ends()
    message = sent(workbench, "byte for byte")["messages"][0]["content"]
    filled = text.replace("{{name}}", "{{7*7}} {{name}} $& \\1") + "{{7*7}} {{name}} $& \\1"
    assert message == filled


def test_text_that_no_database_takes_is_mended_once(workbench: WorkbenchPage) -> None:
    workbench.paste(
        workbench.user, "odd text\nsimulate: short\nnul \0 lone \ud83d pair \U0001f600 end"
    )
    workbench.paste(workbench.name, "name \0 \udc00")
    workbench.saved()
    workbench.run()
    workbench.ends()
    mended = "odd text\nsimulate: short\nnul \ufffd lone \ufffd pair \U0001f600 end"
    assert sent(workbench, "odd text")["messages"][0]["content"] == mended
    expect(reopened(workbench).user).to_have_value(mended)


@pytest.mark.parametrize("megabytes", [1, 5])
def test_a_huge_prompt_is_kept_and_sent_whole(workbench: WorkbenchPage, megabytes: int) -> None:
    line = f"{megabytes} MB of {{{{text}}}} and <b>more</b> ünïcödé\n"
    text = line * (megabytes * 1024 * 1024 // len(line)) + "simulate: short"
    workbench.visit.context.set_default_timeout(30_000)
    workbench.paste(workbench.user, text)
    expect(workbench.chip).to_have_attribute("data-state", "saved", timeout=20_000)
    workbench.run_button.click()
    workbench.ends(seconds=30)
    site = workbench.visit.site
    page = site.get(f"drafts/{workbench.draft}/").text
    assert html.escape(text, quote=False) in page.replace("\r\n", "\n")
    body = site.database.value("SELECT request->'body' FROM runs_run ORDER BY id DESC LIMIT 1")
    assert body["messages"][0]["content"] == text


def test_1500_variables_are_declared_filled_and_sent(workbench: WorkbenchPage) -> None:
    page = workbench.page
    names = [f"v{number}" for number in range(1500)]
    text = "many variables\nsimulate: short\n"
    workbench.paste(workbench.user, text + " ".join(f"{{{{{name}}}}}" for name in names))
    button = page.get_by_role("button", name="Declare all 1,500")
    button.click(timeout=20_000)
    rows = page.locator("#variable-rows > .variable")
    expect(rows).to_have_count(1500, timeout=20_000)
    page.evaluate(
        """() => {
          const fields = document.querySelectorAll('#variable-rows .variable > textarea');
          fields.forEach((field, number) => { field.value = `value ${number}`; });
          fields[0].dispatchEvent(new Event('input', {bubbles: true}));
        }"""
    )
    expect(workbench.chip).to_have_attribute("data-state", "saved", timeout=20_000)
    workbench.run_button.click()
    # Not by expect(), which takes seconds to describe a page with so many fields.
    state = "document.querySelector('.run-state')?.dataset.state"
    until(lambda: page.evaluate(state) == "succeeded", page, 20)
    content = sent(workbench, "many variables")["messages"][0]["content"]
    assert content == text + " ".join(f"value {number}" for number in range(1500))


def test_a_paste_of_500_kb_does_not_freeze_the_page(workbench: WorkbenchPage) -> None:
    page = workbench.page
    workbench.paste(workbench.user, "word {{x}} word\n" * 32_000)
    workbench.user.press("Control+End")
    milliseconds = page.evaluate(
        """async () => {
          const start = performance.now();
          document.execCommand('insertText', false, 'x');
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          return performance.now() - start;
        }"""
    )
    assert milliseconds < 1_000
    expect(page.locator(".editor-note")).to_be_visible()


def test_leaving_with_text_that_cannot_be_saved_asks_first(mortal: Site, visit: Visitor) -> None:
    visitor: Visit = visit(on=mortal)
    visitor.expect_cuts()
    workbench = WorkbenchPage.on_new_draft(visitor)
    questions: list[str] = []
    workbench.page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.accept()))
    mortal.web.kill()
    workbench.user.press_sequentially("cannot be saved")
    expect(workbench.chip).to_have_text("Not saved, trying again")
    workbench.page.close(run_before_unload=True)
    until(lambda: questions, visitor.another_tab())
    assert questions == ["beforeunload"]
