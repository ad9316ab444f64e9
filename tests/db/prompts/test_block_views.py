"""The verbs of blocks as requests: what is stored, and which pieces of the page follow."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workbench.prompts.models import Media, PromptVersion
from workbench.prompts.saving import make_prompt

pytestmark = pytest.mark.django_db

LIST = {"turn__a__list": "1", "turn__a__block__x__text": "one", "turn__a__block__y__text": "two"}


def contents(draft):
    draft.refresh_from_db()
    return draft.parsed.body["messages"][0]["content"]


def test_a_block_is_added_behind_the_others_with_the_focus_in_it(erins, draft, post):
    url = f"drafts/{draft.pk}/turns/"
    html = post(erins, url, **LIST, **{"block-add": "turn-a image-url"}).content.decode()
    assert [block["type"] for block in contents(draft)] == ["text", "text", "image"]
    assert 'hx-swap-oob="beforeend:#turn-a-blocks"' in html
    assert html.count(" autofocus") == 1
    assert 'id="turn-a-block-x-text"' not in html


def test_a_text_turns_into_blocks_by_drawing_its_turn_anew(erins, draft, post):
    url = f"drafts/{draft.pk}/turns/"
    fields = {"turn__a__text": "Look", "block-add": "turn-a image-url"}
    html = post(erins, url, **fields).content.decode()
    assert contents(draft)[0] == {"type": "text", "text": "Look"}
    assert '<div id="turn-a" hx-swap-oob="delete">' in html
    assert 'hx-swap-oob="beforeend:#turns"' in html


def test_a_moved_block_goes_before_the_one_it_passed(erins, draft, post):
    url = f"drafts/{draft.pk}/turns/"
    html = post(erins, url, **LIST, **{"block-up": "turn-a-block-y"}).content.decode()
    assert [block["text"] for block in contents(draft)] == ["two", "one"]
    assert html.index('id="turn-a-block-y" hx-swap-oob="delete"') < html.index(
        "beforebegin:#turn-a-block-x"
    )


def test_a_removed_block_leads_to_undo_until_a_version_is_saved(erins, draft, post):
    url = f"drafts/{draft.pk}/turns/"
    html = post(erins, url, **LIST, **{"block-remove": "turn-a-block-x"}).content.decode()
    assert '<div id="turn-a-block-x" hx-swap-oob="delete">' in html
    assert "1 removed block, kept until you save a version." in html
    page = erins.get(f"/t/acme/drafts/{draft.pk}/").content.decode()
    assert "1 removed block, kept until you save a version." in page
    removed = json.dumps([{"place": 0, "value": {"type": "text", "text": "one"}}])
    left = {"turn__a__list": "1", "turn__a__block__y__text": "two", "turn__a__removed": removed}
    saved = post(erins, f"drafts/{draft.pk}/versions/", **left).content.decode()
    assert '<div id="turn-a-removed" hx-swap-oob="innerHTML"></div>' in saved
    assert (
        "removed block"
        not in erins.get(f"/t/acme/drafts/{draft.pk}/", follow=True).content.decode()
    )


def test_the_system_prompt_is_drawn_anew_alone(erins, draft, post):
    fields = {"system__text": "Be brief.", "turn__a__text": "Hi", "block-split": "system"}
    html = post(erins, f"drafts/{draft.pk}/turns/", **fields).content.decode()
    assert 'id="system-prompt"' in html
    assert 'id="turn-a"' not in html


def test_another_role_changes_what_can_be_added(erins, draft, post):
    fields = {"turn__a__role": "assistant", "turn__a__text": "Hi", "role": "a"}
    html = post(erins, f"drafts/{draft.pk}/turns/", **fields).content.decode()
    assert "Tool use</button>" in html
    assert "Tool result</button>" not in html
    assert "does not continue an assistant turn" in html
    assert "<textarea" not in html


def test_another_model_redraws_roles_and_menus_but_no_text(erins, draft, post):
    fields = {"turn__a__text": "Hi", "turns-drawn": "another 2023-06-01"}
    html = post(erins, f"drafts/{draft.pk}/", **fields).content.decode()
    assert 'id="turn-a-role"' in html
    assert 'id="turn-a-add" hx-swap-oob="outerHTML"' in html
    assert "<textarea" not in html


def test_stored_pictures_are_asked_for_at_once(erins, erin, draft):
    team = erin.memberships.get().team
    for n in range(3):
        Media.objects.create(
            **{"team": team, "sha256": f"{n}" * 64, "media_type": "image/png", "size": 2_000},
            **{"width": 640, "height": 480, "bytes": b"x"},
        )

    def shown(count):
        source = {"type": "workbench_media", "media_type": "image/png"}
        blocks = [
            {"type": "image", "source": source | {"sha256": f"{n}" * 64}} for n in range(count)
        ]
        draft.content["body"]["messages"] = [{"role": "user", "content": blocks}]
        draft.save()
        return erins.get(f"/t/acme/drafts/{draft.pk}/").content.decode()

    with CaptureQueriesContext(connection) as queries:
        html = shown(3)
    assert sum('FROM "prompts_media"' in query["sql"] for query in queries) == 1
    assert html.count("PNG · 640 × 480 px · 2 KB · about 414 tokens") == 3


def test_a_version_shows_its_blocks_for_reading(erins, erin, saying, draft):
    blocks = [
        {"type": "document", "source": {"type": "url", "url": "https://e.org"}, "title": "Report"},
        {"type": "tool_result", "tool_use_id": "t1", "content": "Sunny", "is_error": True},
        {"type": "video", "z": 1},
    ]
    prompt = make_prompt(draft.team_id, "P", erin)
    content = saying("x").with_body(messages=[{"role": "user", "content": blocks}])
    prompt.save_version(content, erin, parent_number=None)
    assert PromptVersion.objects.count() == 1
    html = erins.get(f"/t/acme/prompts/{prompt.pk}/versions/1/").content.decode()
    for shown in ("https://e.org", "Report", "Sunny", "The tool failed", "&quot;z&quot;: 1"):
        assert shown in html
    assert "<textarea" not in html
