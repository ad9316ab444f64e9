"""The parameters of the editor: what is offered and explained, what a field makes of a text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import QueryDict

from workbench import catalogue
from workbench.catalogue import Problem, problems
from workbench.messages_api import MessageRequest
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.parameters import located, schema_lines, schema_problems
from workbench.prompts.slots import mark_problems, problem_slots

from .form_page import draft_with, html_of, post_of

OLD = "2023-06-01"


def form_of(model: str = "claude-opus-5-5", version: str = "2026-10-21", **body: Any) -> EditorForm:
    whole = Content.blank().body | {"model": model} | body
    return EditorForm.of(draft_with(Content(whole, version)))


def posted(form: EditorForm, **changes: str) -> EditorForm:
    """The form after its page came back with these fields changed."""
    draft = draft_with(form.content)
    return EditorForm.from_post(post_of(form, **changes), draft)


def options_of(form: EditorForm, name: str) -> list[str]:
    shown = [control for region in form.panel.regions.values() for control in region.controls]
    return [words for control in shown if control.id == name for _, words in control.field.options]


@pytest.mark.parametrize(
    ("model", "effort", "thinking"),
    [
        (
            "claude-opus-5-5",
            ["Default: medium", "Low", "Medium", "High", "Extra high (xhigh)", "Max"],
            ["Default: always on", "Adaptive"],
        ),
        (
            "claude-opus-4-5-20251101",
            ["Default: high", "Low", "Medium", "High"],
            ["Default: off", "Enabled (budget)", "Disabled"],
        ),
        (
            "claude-haiku-4-5-20251001",
            [],
            ["Default: off", "Enabled (budget)", "Disabled"],
        ),
    ],
)
def test_effort_and_thinking_show_the_values_and_the_default_of_the_model(
    model: str, effort: list[str], thinking: list[str]
) -> None:
    form = form_of(model)
    assert options_of(form, "effort") == effort
    assert options_of(form, "thinking-type") == thinking


def test_what_goes_with_a_type_of_thinking_shows_with_it_only() -> None:
    assert "thinking-budget" not in html_of(form_of("claude-opus-4-6"))
    enabled = html_of(form_of("claude-opus-4-6", thinking={"type": "enabled"}))
    assert 'name="thinking-budget"' in enabled
    assert 'name="thinking-display"' in enabled
    adaptive = html_of(form_of(thinking={"type": "adaptive"}))
    assert 'name="thinking-budget"' not in adaptive
    assert 'name="thinking-display"' in adaptive


def test_a_value_that_another_one_rules_out_is_not_offered() -> None:
    form = form_of("claude-opus-5", thinking={"type": "disabled"})
    assert options_of(form, "effort") == ["Default: high", "Low", "Medium", "High"]


def test_what_the_model_refuses_is_named_once_with_its_reason() -> None:
    html = html_of(form_of())
    assert "Not available with Claude Opus 5.5" in html
    assert (
        "<strong>Temperature, Top P, Top K</strong>: API version 2026-10-21 takes no sampling"
        in html
    )
    assert "Claude Opus 5.5 always thinks; thinking cannot be switched off." in html


def test_a_value_that_is_refused_stays_and_says_so() -> None:
    form = form_of("claude-opus-4-5-20251101", output_config={"effort": "max"})
    html = html_of(form)
    assert '<option value="max" selected>max</option>' in html
    assert "<strong>Effort max</strong> is set and may block the run." in html
    assert posted(form).content.body["output_config"] == {"effort": "max"}


@pytest.mark.parametrize(
    ("model", "body", "sentence"),
    [
        (
            "claude-opus-5-5",
            {"output_config": {"effort": "ultra"}},
            'The model takes "low", "medium", "high", "xhigh" or "max".',
        ),
        (
            "claude-opus-5-5",
            {"thinking": {"type": "deep"}},
            'The model takes "adaptive".',
        ),
        ("claude-haiku-4-5", {"speed": "warp"}, 'The model takes "standard".'),
        ("claude-haiku-4-5", {"speed": "fast"}, "has no fast mode."),
        (
            "claude-opus-4-5-20251101",
            {"output_config": {"effort": "max"}},
            'Claude Opus 4.5 knows the effort "low", "medium" or "high" only.',
        ),
        (
            "claude-opus-5-5",
            {"cache_control": {"type": "ephemeral", "ttl": "2h"}},
            'The model takes "5m" or "1h".',
        ),
        (
            "claude-opus-4-6",
            {"thinking": {"type": "disabled", "budget_tokens": 2_000}},
            "It does not go with the thinking that is chosen.",
        ),
    ],
)
def test_a_warning_gives_the_reason_of_its_own_value(
    model: str, body: dict[str, Any], sentence: str
) -> None:
    [control] = form_of(model, **body).panel.regions["model-notes"].refused
    assert sentence in control.reason


def test_a_value_that_a_beta_brings_is_no_refused_one() -> None:
    body = Content.blank().body | {"thinking": {"type": "adaptive", "display": "updates"}}

    def refused(*betas: str) -> list[str]:
        form = EditorForm.of(draft_with(Content(body, betas=betas)))
        return [control.id for control in form.panel.regions["model-notes"].refused]

    assert refused() == ["thinking-display"]
    assert refused("thinking-display-updates-2026-08-18") == []


def test_a_display_without_thinking_can_be_removed() -> None:
    form = form_of(thinking={"display": "summarized"})
    assert 'id="remove-thinking-display"' in html_of(form)
    form.remove_parameter("thinking-display")
    assert "thinking" not in form.content.body


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("cache-control", "5m", {"cache_control": {"type": "ephemeral"}}),
        ("cache-control", "1h", {"cache_control": {"type": "ephemeral", "ttl": "1h"}}),
        ("effort", "low", {"output_config": {"effort": "low"}}),
        ("thinking-type", "adaptive", {"thinking": {"type": "adaptive"}}),
        ("service_tier", "standard_only", {"service_tier": "standard_only"}),
        ("speed", "fast", {"speed": "fast"}),
        ("inference_geo", "us", {"inference_geo": "us"}),
        ("user-id", "u-1", {"metadata": {"user_id": "u-1"}}),
        ("container", "c_1", {"container": "c_1"}),
        ("container", '{"id": "c_1", "skills": []}', {"container": {"id": "c_1", "skills": []}}),
        ("previous-message", "null", {"diagnostics": {"previous_message_id": None}}),
        ("previous-message", "msg_1", {"diagnostics": {"previous_message_id": "msg_1"}}),
        (
            "output-format",
            '{"type": "object"}',
            {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
        ),
        (
            "output-format",
            '{"type": "json_schema", "schema": {}}',
            {"output_config": {"format": {"type": "json_schema", "schema": {}}}},
        ),
    ],
)
def test_a_field_makes_its_part_of_the_request(
    field: str, text: str, expected: dict[str, Any]
) -> None:
    form = posted(form_of(), **{field: text})
    added = {key: form.content.body.get(key) for key in expected}
    assert (added, form.errors) == (expected, [])
    assert posted(form, **{field: ""}).content.body == Content.blank().body


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ({"type": "ephemeral"}, "5m"),
        ({"type": "ephemeral", "ttl": "1h"}, "1h"),
        ({"type": "ephemeral", "ttl": "2h"}, '{"type": "ephemeral", "ttl": "2h"}'),
    ],
)
def test_a_stored_caching_time_is_the_one_that_is_chosen(stored: Any, shown: str) -> None:
    assert form_of(cache_control=stored).panel.text_of("cache-control") == shown


def test_a_schema_that_is_no_json_stays_as_typed_with_line_and_column() -> None:
    form = posted(form_of(), **{"output-format": '{"type":\n  oops}'})
    assert "output_config" not in form.content.body
    assert [problem.path for problem in form.errors] == ["output_config.format"]
    assert "line 2, column 3" in form.errors[0].sentence
    assert "oops}" in html_of(form)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"type": "object",\n"properties": {}, "additionalProperties":\ntrue}', 3),
        ('{"type": "json_schema",\n"schema":\n{"type": "object"}}', 3),
    ],
)
def test_a_problem_inside_a_schema_names_its_line_on_the_page(text: str, line: int) -> None:
    form = posted(form_of(), **{"output-format": text})
    asked = MessageRequest("2026-10-21", (), form.content.body)
    sentences = problem_slots(problems(asked), form)["error-output-format"]
    assert sentences == [f"Line {line}: Every object needs additionalProperties: false."]


def test_a_stored_schema_is_drawn_with_the_lines_of_its_problems() -> None:
    form = form_of(output_config={"format": {"type": "json_schema", "schema": ODD}})
    errors = mark_problems(schema_problems(form.content), form)
    assert errors["output-format"][0].startswith("Line 6: ")
    assert "strng" in post_of(form)["output-format"].splitlines()[5]


ODD = {"type": "object", "additionalProperties": False, "properties": {"a": {"type": "strng"}}}


def test_a_schema_of_the_answer_is_checked_while_it_is_typed() -> None:
    form = posted(form_of(), **{"output-format": json.dumps(ODD)})
    [problem] = schema_problems(form.content)
    assert problem.path == "output_config.format.schema.properties.a.type"
    assert "strng" in problem.sentence
    assert schema_problems(form_of().content) == []


def test_a_schema_for_a_model_that_takes_none_is_not_checked() -> None:
    body = {"output_config": {"format": {"type": "json_schema", "schema": ODD}}}
    none = {"structured_outputs": {"supported": False}}
    catalogue.learn([{"type": "model", "id": "plain-1", "capabilities": none}])
    try:
        assert schema_problems(form_of("plain-1", **body).content) == []
        assert len(schema_problems(form_of("other-1", **body).content)) == 1
    finally:
        catalogue.forget()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"properties":\n {"a":\n {"type": "strng"}}}', "Line 3: Odd."),
        ('{"type": "json_schema",\n"schema":{"properties":{"a":\n{"type":1}}}}', "Line 3: Odd."),
        ('{\n"properties":\n {"b": 1}}', "Line 3: Odd."),
        ("{", "properties.a.type: Odd."),
        ("", "properties.a.type: Odd."),
    ],
)
def test_a_problem_of_the_schema_has_its_line_in_the_text(text: str, sentence: str) -> None:
    problem = Problem("output_config.format.schema.properties.a.type", "Odd.")
    assert located(problem, schema_lines(text)) == sentence


@pytest.mark.parametrize("path", ["output_config.format", "output_config.effort", "max_tokens"])
def test_a_problem_outside_the_schema_has_no_line(path: str) -> None:
    assert located(Problem(path, "Odd."), schema_lines('{"type": "json_schema"}')) == "Odd."


def test_an_example_schema_is_given_where_there_is_none() -> None:
    form = form_of()
    form.begin_schema()
    first = form.content.body["output_config"]["format"]["schema"]
    assert first["additionalProperties"] is False
    kept = form_of(output_config={"format": {"type": "json_schema", "schema": {}}})
    kept.begin_schema()
    assert kept.content.body["output_config"]["format"]["schema"] == {}


def test_fields_filled_again_give_the_same_request() -> None:
    body = {
        "model": "claude-opus-4-6",
        "max_tokens": 9000,
        "thinking": {"type": "enabled", "budget_tokens": 2000},
        "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {}}},
        "messages": [],
    }
    draft = draft_with(Content(body))
    emptied = {"effort": "", "thinking-budget": "", "max_tokens": ""}
    without = posted(EditorForm.of(draft), **emptied)
    refilled = {"effort": "low", "thinking-budget": "2000", "max_tokens": "9000"}
    assert posted(without, **refilled).content.digest() == Content(body).digest()


def test_betas_are_rows_with_suggestions() -> None:
    form = EditorForm.of(draft_with(Content(Content.blank().body, betas=("one-2026-01-01",))))
    html = html_of(form)
    assert 'list="known-betas"' in html
    assert '<option value="fast-mode-2026-02-01">' in html
    more = posted(form, **{"beta-zz-text": " two-2026-01-01 "})
    assert more.content.betas == ("one-2026-01-01", "two-2026-01-01")
    assert posted(form, **{"beta-1-text": " "}).content.betas == ()


def test_betas_pasted_as_their_header_become_several_rows() -> None:
    form = posted(form_of(), **{"beta-zz-text": "one-2026-01-01,two-2026-01-01, ,three"})
    assert form.content.betas == ("one-2026-01-01", "two-2026-01-01", "three")


def test_a_stored_beta_with_a_comma_stays_as_it_is() -> None:
    form = EditorForm.of(draft_with(Content(Content.blank().body, betas=("one,two", "a  b"))))
    assert posted(form).content.betas == ("one,two", "a  b")


def test_a_beta_brings_its_values_along() -> None:
    body = Content.blank().body | {"thinking": {"type": "adaptive"}}
    plain = EditorForm.of(draft_with(Content(body)))
    beta = EditorForm.of(draft_with(Content(body, betas=("thinking-display-updates-2026-08-18",))))
    assert "Updates" not in options_of(plain, "thinking-display")
    assert "Updates" in options_of(beta, "thinking-display")


def test_the_marks_change_with_the_fields_and_not_with_their_values() -> None:
    def marks(form: EditorForm) -> dict[str, str]:
        return {region.name: region.mark for region in form.panel.regions.values()}

    plain, low = marks(form_of()), marks(form_of(output_config={"effort": "low"}))
    other = marks(form_of("claude-haiku-4-5-20251001", OLD))
    assert plain == low
    changed = {name for name in plain if plain[name] != other[name]}
    assert changed == {"limit", "thinking-fields", "sampling", "caching", "where"} | {
        "model-notes",
        "kept-choice",
    }


class TestSwitch:
    def test_another_model_is_taken_when_everything_fits_it(self) -> None:
        form = posted(form_of(), **{"model-choice": "claude-sonnet-5-5"})
        assert (form.choice.model_id, form.errors) == ("claude-sonnet-5-5", [])
        assert form.made is not None

    def test_what_does_not_fit_keeps_the_old_model_and_is_a_problem(self) -> None:
        form = posted(form_of(max_tokens=128_000), **{"model-choice": "claude-haiku-4-5-20251001"})
        assert form.choice.model_id == "claude-opus-5-5"
        assert [problem.path for problem in form.errors] == ["model"]
        assert "one part of this request does not fit it" in form.errors[0].sentence

    def test_replacements_are_accepted_one_by_one(self) -> None:
        form = form_of("claude-opus-4-6", OLD, temperature=0.5, top_k=3, max_tokens=9)
        form = posted(form, **{"model-choice": "claude-opus-5-5"})
        form.switch(["top_k"])
        assert form.content.body | {"messages": 0} == {
            "model": "claude-opus-5-5",
            "max_tokens": 9,
            "messages": 0,
            "temperature": 0.5,
        }

    def test_another_model_needs_its_id(self) -> None:
        form = posted(form_of(), **{"model-choice": ""})
        assert form.choice.model_id == "claude-opus-5-5"
        assert form.errors[0].sentence.startswith("Write the id of the other model")
        form = posted(form_of(), **{"model-choice": "", "model-id": " my-model "})
        assert (form.choice.model_id, form.errors) == ("my-model", [])

    def test_an_api_version_that_does_not_exist_is_refused_and_kept_as_typed(self) -> None:
        form = posted(form_of(), **{"api_version-choice": "2030-01-01"})
        assert form.kept.api_version == "2026-10-21"
        assert [problem.path for problem in form.errors] == ["api_version"]

    def test_a_script_may_still_name_the_model_alone(self) -> None:
        draft = draft_with(Content.blank())
        form = EditorForm.from_post(QueryDict("model=claude-sonnet-5"), draft)
        assert form.content.body["model"] == "claude-sonnet-5"
