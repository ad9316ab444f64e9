"""An owner says how long runs are kept, and reads in the audit trail that they did."""

from __future__ import annotations

import csv
import io
import re
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import expect

from .test_accessibility import assert_accessible
from .visiting import NARROW, Visitor


def test_days_are_chosen_by_keyboard_and_found_in_the_audit_trail(visit: Visitor) -> None:
    tab = visit(viewport=NARROW, reduced_motion="reduce")
    page = tab.page
    tab.expect_status(HTTPStatus.UNPROCESSABLE_ENTITY)
    page.goto("/t/acme/retention/")
    page.get_by_label("Days that runs are kept").focus()
    page.keyboard.type("3650")
    page.keyboard.press("Enter")
    consent = page.get_by_role("checkbox", name="I know that what is older is deleted")
    expect(consent).to_have_accessible_description(
        re.compile("what is older is gone within the hour")
    )
    expect(page.get_by_label("Days that runs are kept")).to_have_value("3650")
    assert_accessible(page)
    consent.press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("What is too old is deleted within the next hour.")).to_be_visible()

    page.goto("/t/acme/audit/?action=retention")
    expect(page.get_by_role("cell", name="retention.edit")).to_have_count(1)
    expect(page.get_by_text("3650")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    text = Path(waiting.value.path()).read_text("utf-8")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["action"], row["target"]) == ("retention.edit", "Acme")

    page.goto("/t/acme/retention/")
    page.get_by_label("Days that runs are kept").fill("")  # for ever again: no consent is asked
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What is too old is deleted")).to_be_visible()
