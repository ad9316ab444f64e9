"""The verbs of blocks: adding, moving, removing, putting back; and what the menus offer."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.prompts.blocks import Contents, menus
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.slots import slot_of
from workbench.prompts.turn_page import turn_context
from workbench.prompts.turn_verbs import change_turns

from .form_page import draft_with, html_of, post_of

IMAGE = {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "ok"}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {}}


def form_with(content: Any, role: str = "user", **body: Any) -> EditorForm:
    messages = [{"role": role, "content": content}]
    return EditorForm.of(draft_with(Content({"model": "m", "messages": messages} | body)))


def content_of(form: EditorForm) -> Any:
    return form.content.body["messages"][0]["content"]


def contents_of(form: EditorForm) -> Contents:
    found = form.contents_named("turn-1")
    assert found is not None
    return found


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def posted(form: EditorForm, **changes: str) -> EditorForm:
    """What comes of the form when it is posted with these fields changed."""
    return EditorForm.from_post(post_of(form, **changes), draft_with(form.content))


class TestAdding:
    def test_a_string_becomes_a_text_block_before_the_new_one(self) -> None:
        form = form_with("Look")
        contents_of(form).add(IMAGE)
        assert content_of(form) == [text("Look"), IMAGE]

    def test_an_empty_string_leaves_no_empty_block(self) -> None:
        form = form_with("")
        contents_of(form).add(IMAGE)
        assert content_of(form) == [IMAGE]

    def test_without_such_a_turn_there_is_no_block(self) -> None:
        assert form_with("x").contents_named("turn-9") is None
        assert not contents_of(form_with({"odd": 1})).takes_blocks

    def test_a_tool_result_answers_the_first_call_that_waits(self) -> None:
        second = CALL | {"id": "toolu_2"}
        messages = [
            {"role": "assistant", "content": [CALL, second]},
            {"role": "user", "content": [RESULT]},
        ]
        form = EditorForm.of(draft_with(Content({"model": "m", "messages": messages})))
        change_turns(form, {"block-add": "turn-2 tool-result"})
        added = form.content.body["messages"][1]["content"][1]
        assert added == RESULT | {"tool_use_id": "toolu_2", "content": ""}

    def test_a_block_is_added_inside_a_tool_result(self) -> None:
        form = form_with([RESULT])
        change_turns(form, {"block-add": "turn-1-block-0 image-url"})
        image = {"type": "image", "source": {"type": "url", "url": ""}}
        assert content_of(form) == [RESULT | {"content": [text("ok"), image]}]

    def test_new_blocks_share_nothing(self) -> None:
        form = form_with("")
        change_turns(form, {"block-add": "turn-1 document-content"})
        change_turns(form, {"block-add": "turn-1 document-content"})
        first, second = content_of(form)
        assert first == second
        assert first["source"] is not second["source"]

    def test_the_system_prompt_is_split_for_a_cache_breakpoint(self) -> None:
        form = form_with("x", system="Be brief.")
        change_turns(form, {"block-split": "system"})
        breakpoint = {"cache_control": {"type": "ephemeral"}}
        assert form.content.body["system"] == [text("Be brief.") | breakpoint]

    @pytest.mark.parametrize("name", ["turn-1 nothing", "turn-9 text", "system-block-x text", ""])
    def test_a_damaged_name_adds_nothing(self, name: str) -> None:
        form = form_with([IMAGE], system="s")
        assert change_turns(form, {"block-add": name}) == {}
        assert content_of(form) == [IMAGE]


class TestMovingAndRemoving:
    def test_a_block_moves_one_place_and_not_past_the_end(self) -> None:
        form = form_with([text("a"), text("b")])
        change_turns(form, {"block-down": "turn-1-block-0"})
        assert content_of(form) == [text("b"), text("a")]
        assert change_turns(form, {"block-down": "turn-1-block-0"}) == {}

    def test_a_block_inside_another_moves(self) -> None:
        form = form_with([RESULT | {"content": [text("a"), IMAGE]}])
        change_turns(form, {"block-up": "turn-1-block-0-block-1"})
        assert content_of(form) == [RESULT | {"content": [IMAGE, text("a")]}]

    def test_removed_blocks_come_back_in_their_places_also_after_a_post(self) -> None:
        blocks = [text("a"), IMAGE, text("b")]
        form = form_with(blocks)
        change_turns(form, {"block-remove": "turn-1-block-1"})
        change_turns(form, {"block-remove": "turn-1-block-0"})
        assert content_of(form) == [text("b")]

        form = posted(form)
        change_turns(form, {"block-restore": "turn-1"})
        change_turns(form, {"block-restore": "turn-1"})

        assert content_of(form) == blocks
        assert change_turns(form, {"block-restore": "turn-1"}) == {}

    def test_what_was_typed_into_a_removed_block_comes_back(self) -> None:
        form = posted(form_with([CALL], "assistant"), **{"turn-1-block-0-input": "{"})
        change_turns(form, {"block-remove": "turn-1-block-0"})
        form = posted(form)
        change_turns(form, {"block-restore": "turn-1"})
        assert [problem.path for problem in form.errors] == ["messages.0.content.0.input"]

    @pytest.mark.parametrize(
        "removed",
        [
            "7",
            '[{"place": "x", "value": 1}]',
            '[{"place": 1}]',
            '[{"place": 0, "value": 1, "notes": 5}]',
        ],
    )
    def test_a_damaged_list_of_removed_blocks_counts_as_none(self, removed: str) -> None:
        form = posted(form_with([IMAGE]), **{"turn-1-removed": removed})
        assert change_turns(form, {"block-restore": "turn-1"}) == {}
        assert content_of(form) == [IMAGE]

    def test_a_place_far_away_is_the_end(self) -> None:
        entry = '[{"place": 999999999999999999999, "value": {"type": "text", "text": "z"}}]'
        form = posted(form_with([IMAGE]), **{"turn-1-removed": entry})
        change_turns(form, {"block-restore": "turn-1"})
        assert content_of(form) == [IMAGE, text("z")]

    def test_a_removed_turn_takes_its_typed_text_along(self) -> None:
        form = posted(form_with([CALL], "assistant"), **{"turn-1-block-0-input": "{"})
        form.turns.remove("1")
        assert form.errors == []
        form.turns.restore()
        assert [problem.path for problem in form.errors] == ["messages.0.content.0.input"]

    def test_a_saved_version_forgets_what_was_removed(self) -> None:
        form = form_with([text("a"), IMAGE])
        change_turns(form, {"block-remove": "turn-1-block-1"})
        form.forget_removed()
        assert form.turns.notes == {"removed_turns": []}
        assert [contents.name for contents in form.forgotten] == ["turn-1"]


class TestFields:
    @pytest.mark.parametrize(
        ("block", "field", "typed", "expected"),
        [
            (
                IMAGE,
                "oversized",
                "error",
                IMAGE | {"transformations": {"oversized_image": "error"}},
            ),
            (
                text("a"),
                "cache",
                "1h",
                text("a") | {"cache_control": {"type": "ephemeral", "ttl": "1h"}},
            ),
            (text("a") | {"cache_control": {"type": "ephemeral"}}, "cache", "", text("a")),
            (CALL, "input", '{"city": "Rome"}', CALL | {"input": {"city": "Rome"}}),
            (text("a"), "further", '{"x": [1]}', text("a") | {"x": [1]}),
            (
                IMAGE,
                "further",
                '{"source": {"x": 1}}',
                IMAGE | {"source": IMAGE["source"] | {"x": 1}},
            ),
            (text("a") | {"x": 1}, "further", "", text("a")),
            ({"type": "video"}, "json", '{"type": "audio"}', {"type": "audio"}),
            (RESULT, "text", "", RESULT | {"content": ""}),
            (
                {"type": "tool_result", "tool_use_id": "t"},
                "text",
                "",
                {"type": "tool_result", "tool_use_id": "t"},
            ),
        ],
    )
    def test_a_changed_field_changes_its_value_alone(
        self, block: Any, field: str, typed: str, expected: Any
    ) -> None:
        form = posted(form_with([block]), **{f"turn-1-block-0-{field}": typed})
        assert content_of(form) == [expected]
        assert form.errors == []

    def test_a_ticked_box_is_true_and_an_emptied_one_is_gone(self) -> None:
        document = {"type": "document", "source": {"type": "url", "url": "u"}}
        ticked = posted(form_with([document]), **{"turn-1-block-0-citations": "1"})
        assert content_of(ticked) == [document | {"citations": {"enabled": True}}]
        post = post_of(ticked)
        del post["turn-1-block-0-citations"]
        assert content_of(EditorForm.from_post(post, draft_with(ticked.content))) == [document]

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("{", "Further keys is no valid JSON"),
            ("[1]", "Further keys must be a JSON object"),
            ('{"text": "b"}', "Further keys hold “text”, which has a field"),
        ],
    )
    def test_further_keys_that_cannot_be_used_are_reported_at_the_block(
        self, typed: str, sentence: str
    ) -> None:
        form = posted(form_with([text("a")]), **{"turn-1-block-0-further": typed})
        assert content_of(form) == [text("a")]
        (problem,) = form.errors
        assert problem.sentence.startswith(sentence)
        assert slot_of(problem.path, form) == "error-turn-1-block-0"

    def test_each_block_has_a_slot_also_inside_others(self) -> None:
        form = form_with([IMAGE, RESULT | {"content": [text("a")]}], system=[text("s")])
        assert slot_of("messages.0.content.0.source.url", form) == "error-turn-1-block-0"
        assert slot_of("messages.0.content.1.content.0", form) == "error-turn-1-block-1-block-0"
        assert slot_of("system.0.text", form) == "error-system-block-0"
        assert slot_of("messages.0.content", form) == "error-turn-1"

    def test_thinking_is_shown_and_has_no_fields(self) -> None:
        thought = {"type": "thinking", "thinking": "Hm, <b>", "signature": "s"}
        html = html_of(form_with([thought], "assistant"))
        assert "Hm, &lt;b&gt;</pre>" in html
        assert "only while nothing before it has changed" in html
        assert 'name="turn-1-block-0-cache"' not in html

    def test_a_role_is_changed_by_its_field(self) -> None:
        form = posted(form_with("x"), **{"turn-1-role": "assistant"})
        assert form.turns[0].role == "assistant"


class TestOffers:
    def test_a_document_is_no_part_of_an_assistant_turn_since_2026_10_21(self) -> None:
        names = {entry.name for entry in menus("m", "2026-10-21")["assistant"]}
        assert names == {"text", "tool-use", "json", ""}
        older = {entry.name for entry in menus("m", "2023-06-01")["assistant"]}
        assert older == names - {""} | {
            *("document-url", "document-text", "document-content", "document-file")
        }

    def test_a_system_turn_takes_text_alone(self) -> None:
        assert [entry.name for entry in menus("m", "2026-10-21")["system"]] == ["text", "json"]

    def test_the_role_system_is_offered_where_the_model_takes_it(self) -> None:
        taken = html_of(form_with("x", model="claude-opus-5-5"))
        refused = html_of(form_with("x", model="claude-haiku-4-5"))
        assert '<option value="system"' in taken
        assert '<option value="system"' not in refused
        assert "does not take system turns" in refused

    def test_a_prefill_is_named_as_what_it_is(self) -> None:
        refused = turn_context(form_with("x", "assistant", model="claude-opus-5-5"))["ending"]
        taken = turn_context(form_with("x", "assistant", model="claude-haiku-4-5"))["ending"]
        assert refused.endswith("End the conversation with a user turn.")
        assert taken == "The model continues the text of the last turn."
        assert turn_context(form_with("x"))["ending"] == ""


def test_content_that_is_neither_text_nor_list_is_left_alone() -> None:
    entry = '[{"place": 0, "value": {"type": "text", "text": "z"}}]'
    form = posted(form_with({"odd": 1}), **{"turn-1-removed": entry})
    for verb in ("block-restore", "block-split"):
        assert change_turns(form, {verb: "turn-1"}) == {}
    assert change_turns(form, {"block-add": "turn-1 text"}) == {}
    assert content_of(form) == {"odd": 1}
