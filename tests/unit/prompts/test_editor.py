"""The verbs of the editor form, and what it does with what cannot be used."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest
from django.http import QueryDict

from workbench.prompts.content import Content, Variable
from workbench.prompts.editor import EditorForm

from .form_page import draft_with, html_of, post_of

MODEL_WITHOUT_SAMPLING = "claude-opus-5-5"
MODEL_WITH_SAMPLING = "claude-haiku-4-5"


def form_with(*roles: str, **body: object) -> EditorForm:
    turns = [{"role": role, "content": f"{role} {n}"} for n, role in enumerate(roles, 1)]
    return EditorForm.of(draft_with(Content({"model": "m", "messages": turns, **body})))


def roles_of(form: EditorForm) -> list[str]:
    return [message["role"] for message in form.content.body["messages"]]


def test_a_message_pair_keeps_the_roles_alternating() -> None:
    form = form_with("user")
    form.turns.add_pair()
    assert roles_of(form) == ["user", "assistant", "user"]


def test_after_an_assistant_turn_a_user_turn_alone_is_added() -> None:
    form = form_with("user", "assistant")
    form.turns.add_pair()
    assert roles_of(form) == ["user", "assistant", "user"]


def test_an_emptied_conversation_begins_with_the_user() -> None:
    form = form_with()
    form.turns.add_pair()
    assert roles_of(form) == ["user"]


def test_a_new_turn_has_a_key_of_its_own() -> None:
    form = form_with("user", "assistant", "user")
    form.turns.add_pair()
    assert len({turn.key for turn in form.turns}) == 5


def test_turns_removed_come_back_in_their_places() -> None:
    form = form_with("user", "assistant", "user")
    before = form.content
    form.turns.remove("2")
    form.turns.remove("1")
    assert roles_of(form) == ["user"]

    form.turns.restore()
    form.turns.restore()

    assert form.content == before
    assert form.turns.restore() is None


def test_a_turn_moves_one_place_and_not_past_the_end() -> None:
    form = form_with("user", "assistant")
    form.turns.move("1", 1)
    assert roles_of(form) == ["assistant", "user"]
    assert form.turns.move("1", 1) is None
    assert form.turns.move("nobody", 1) is None
    assert roles_of(form) == ["assistant", "user"]


def test_the_order_of_the_fields_is_the_order_of_the_turns() -> None:
    post = QueryDict("turn-b-role=assistant&turn-b-text=two&turn-a-role=user&turn-a-text=one")
    form = EditorForm.from_post(post, draft_with(Content.blank()))
    assert [turn.message["content"] for turn in form.turns] == ["two", "one"]


def test_a_post_of_one_field_leaves_everything_else() -> None:
    content = Content(
        {"model": "m", "system": "s", "messages": [{"role": "user", "content": "u"}]},
        variables=(Variable("A"),),
    )
    draft = draft_with(content, {"A": "1"}, name="N")
    form = EditorForm.from_post(QueryDict("max_tokens=7"), draft)
    assert form.content == content.with_body(max_tokens=7)
    assert (form.name, form.values) == ("N", {"A": "1"})


def test_the_last_turn_can_be_removed() -> None:
    form = EditorForm.from_post(QueryDict("part=turns"), draft_with(Content.blank()))
    assert form.content.body["messages"] == []


@pytest.mark.parametrize("typed", ["abc", "12.5", "NaN", "1e999", "true", "9" * 5000, "[1]"])
def test_max_tokens_that_are_no_number_stay_as_typed_with_a_sentence(typed: str) -> None:
    draft = draft_with(Content.blank())
    form = EditorForm.from_post(post_of(EditorForm.of(draft), max_tokens=typed), draft)

    assert "max_tokens" not in form.content.body
    assert form.max_tokens == typed
    assert [problem.path for problem in form.errors] == ["max_tokens"]
    assert form.errors[0].sentence.startswith("Max tokens must be a whole number")


def test_a_number_is_read_whatever_stands_around_it() -> None:
    draft = draft_with(Content.blank())
    form = EditorForm.from_post(post_of(EditorForm.of(draft), max_tokens=" 512 "), draft)
    assert form.content.body["max_tokens"] == 512
    assert form.errors == []


def test_an_emptied_and_refilled_field_gives_the_same_request() -> None:
    content = Content({"model": "m", "max_tokens": 5, "system": "s", "messages": []})
    draft = draft_with(content)
    emptied = post_of(EditorForm.of(draft), **{"max_tokens": "", "system-text": ""})
    without = EditorForm.from_post(emptied, draft)
    assert without.content.body == {"model": "m", "messages": []}

    draft.content = without.content.to_dict()
    refilled = post_of(EditorForm.of(draft), **{"max_tokens": "5", "system-text": "s"})

    assert EditorForm.from_post(refilled, draft).content.digest() == content.digest()


def test_what_the_model_refuses_is_kept_shown_and_removable() -> None:
    body = Content.blank().body | {"model": MODEL_WITHOUT_SAMPLING, "temperature": 0.2}
    draft = draft_with(Content(body))
    form = EditorForm.from_post(post_of(EditorForm.of(draft)), draft)
    assert form.content.body["temperature"] == 0.2
    assert "<strong>Temperature 0.2</strong> is set and may block the run" in html_of(form)

    form.remove_parameter("temperature")

    assert "temperature" not in form.content.body
    assert "block the run" not in html_of(form)


def test_sampling_fields_are_offered_where_the_model_takes_them_only() -> None:
    offered = Content(Content.blank().body | {"model": MODEL_WITH_SAMPLING}, "2023-06-01")
    newer = Content(Content.blank().body | {"model": MODEL_WITH_SAMPLING}, "2026-10-21")
    assert 'name="temperature"' in html_of(EditorForm.of(draft_with(offered)))
    assert 'name="temperature"' not in html_of(EditorForm.of(draft_with(newer)))


def test_an_unknown_model_goes_through_the_free_field() -> None:
    draft = draft_with(Content(Content.blank().body | {"model": "my-own-model"}))
    html = html_of(EditorForm.of(draft))
    assert 'value="my-own-model"' in html
    assert "is not in the catalogue" in html
    chosen = post_of(EditorForm.of(draft), **{"model-choice": "claude-opus-5-5"})
    form = EditorForm.from_post(chosen, draft)
    assert form.content.body["model"] == "claude-opus-5-5"


def test_the_simulator_is_named_plainly() -> None:
    assert "Simulator (pretend answers, no cost)" in html_of(form_with("user"))


def test_an_upstream_that_nobody_configured_is_refused_and_the_old_one_stays() -> None:
    draft = draft_with(Content.blank())
    before = draft.upstream
    form = EditorForm.from_post(QueryDict("upstream=https://evil.example"), draft)
    assert form.upstream == before
    assert [problem.path for problem in form.errors] == ["upstream"]


def test_a_name_that_is_too_long_is_kept_whole_beside_its_cut() -> None:
    form = EditorForm.from_post(QueryDict(f"name={'n' * 300}"), draft_with(Content.blank()))
    assert len(form.name) == 200
    assert form.shown_name == "n" * 300
    assert [problem.path for problem in form.errors] == ["name"]


@pytest.mark.parametrize("damage", ["{", "[" * 5000, "[" * 300 + "]" * 300])
def test_a_damaged_hidden_field_is_a_bad_request(damage: str) -> None:
    post = QueryDict(mutable=True)
    post["turn-1-block-0-frame"] = damage
    with pytest.raises(BadRequest):
        EditorForm.from_post(post, draft_with(Content.blank()))


def test_odd_characters_are_cleaned_everywhere() -> None:
    post = QueryDict(mutable=True)
    post.update({"system": "a\x00b\r\nc", "name": "n\ud800", "variable-1-name": "A"})
    post.update({"variable-1-value": "v\x00", "turn-1-text": "t\udc00"})
    form = EditorForm.from_post(post, draft_with(Content.blank()))
    assert form.content.body["system"] == "a\ufffdb\nc"
    assert form.name == "n\ufffd"
    assert form.values == {"A": "v\ufffd"}
    assert form.content.body["messages"][0]["content"] == "t\ufffd"


def test_stop_sequences_may_hold_line_ends_and_empty_rows_are_none() -> None:
    post = QueryDict(mutable=True)
    post.update({"stop-1-text": "\n\nHuman:", "stop-x-text": "", "stop-2-text": " "})
    form = EditorForm.from_post(post, draft_with(Content.blank()))
    assert form.content.body["stop_sequences"] == ["\n\nHuman:", " "]


def test_without_a_stop_sequence_the_key_goes() -> None:
    draft = draft_with(Content(Content.blank().body | {"stop_sequences": ["x"]}))
    form = EditorForm.from_post(QueryDict("part=stops"), draft)
    assert "stop_sequences" not in form.content.body


def test_hostile_text_stays_text() -> None:
    evil = "</textarea></pre><script>alert(1)</script>{{7*7}}{% now %}\"'>"
    body = {"model": evil, "max_tokens": evil, "system": [{"type": evil, "x": evil}], evil: evil}
    turns = [{"role": evil, "content": evil}, {"role": "user", "content": [{"type": evil}]}]
    content = Content(body | {"messages": turns}, variables=(Variable("A", evil, evil),))
    draft = draft_with(content, {"A": evil}, name=evil)
    draft.content["editor"] = {"typed": {"temperature": evil}}
    html = html_of(EditorForm.of(draft))
    assert "<script" not in html
    assert "</textarea></pre>" not in html


def test_five_megabytes_and_1500_variables_are_read_and_drawn() -> None:
    text = "word " * 1_000_000 + "".join(f"{{{{V{n}}}}}" for n in range(1500))
    variables = tuple(Variable(f"V{n}") for n in range(1500))
    body = Content.blank().body | {"messages": [{"role": "user", "content": text}]}
    draft = draft_with(Content(body, variables=variables), {f"V{n}": "x" for n in range(1500)})
    post = post_of(EditorForm.of(draft))

    form = EditorForm.from_post(post, draft)
    assert form.candidates == []
    assert html_of(form).count("{{V1499}}") == 1
    assert form.content.digest() == Content(body, variables=variables).digest()
