"""Whatever a request holds where the parameters stand, the form gives it back unchanged."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from workbench.messages_api import clean_text
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.parameters.bounds import BOUNDS
from workbench.prompts.paths import ABSENT, value_at

from .form_page import draft_with, html_of, post_of

texts = st.text(max_size=12).map(clean_text)
keys = texts.filter(bool)
odd = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**60) | st.sampled_from([0.5, 1.0, -0.0]) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=2),
    max_leaves=4,
)


def either(*known: Any) -> st.SearchStrategy[Any]:
    """One of the usual values, or anything at all."""
    return st.sampled_from(known) | odd


def within(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with these keys, others among them, in any order; or no object at all."""
    whole = st.fixed_dictionaries({}, optional=known)
    mixed = st.builds(
        lambda rest, value: rest | value, st.dictionaries(keys, odd, max_size=1), whole
    )
    return whole | mixed | odd


SCHEMA = {"type": "json_schema", "schema": {"z": 1, "a": {"type": "object"}}}
bodies = st.fixed_dictionaries(
    {"model": either("claude-opus-5-5", "claude-haiku-4-5-20251001", "claude-sonnet-5-5", "")},
    optional={
        "max_tokens": either(4096, "4096", 10**9),
        "temperature": either(0.5, 1, 1.0, "1"),
        "top_p": either(0.9),
        "top_k": either(5, 5.0),
        "thinking": within(
            type=either("adaptive", "enabled", "disabled", "between_tools", ""),
            budget_tokens=either(2048, "2048", 1.5),
            display=either("omitted", "updates"),
        ),
        "output_config": within(
            effort=either("low", "xhigh", "huge"), format=either(SCHEMA, SCHEMA | {"name": "n"}, {})
        ),
        "cache_control": either(
            {"type": "ephemeral"},
            {"type": "ephemeral", "ttl": "5m"},
            {"ttl": "1h", "type": "ephemeral"},
            {"type": "ephemeral", "ttl": "2h"},
        ),
        "service_tier": either("auto"),
        "speed": either("fast"),
        "inference_geo": either("us"),
        "metadata": within(user_id=either("u", " u\n", None)),
        "container": either("c", {"id": "c", "skills": []}, '{"id": "c"}', "null"),
        "diagnostics": within(previous_message_id=either(None, "null", "msg_1", "")),
        "stop_sequences": either(["a"], [], ["", 5]),
        "mcp_servers": odd,
    },
)
betas = st.lists(either("fast-mode-2026-02-01", " x", "a\nb", ""), max_size=3).map(tuple)
versions = st.sampled_from(["2026-10-21", "2023-06-01"])
contents = st.builds(Content, bodies, versions, betas)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(contents)
@example(
    Content({"model": "claude-haiku-4-5-20251001", "diagnostics": {"previous_message_id": None}})
)
@example(Content({"model": " my\nown "}))
@example(Content({"model": "claude-opus-5-5", "thinking": {"display": "omitted"}}))
def test_parameters_posted_as_they_were_drawn_are_unchanged(content: Content) -> None:
    draft = draft_with(content)

    form = EditorForm.from_post(post_of(EditorForm.of(draft)), draft)

    assert json.dumps(form.content.to_dict()) == json.dumps(content.to_dict())
    assert (form.errors, form.pending, form.made) == ([], None, None)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(contents)
def test_everything_a_request_holds_is_on_the_page(content: Content) -> None:
    form = EditorForm.of(draft_with(content))
    html = html_of(form)
    for shown in form.panel.set_values:
        is_field = f'name="{shown.id}"' in html
        assert is_field or f'id="remove-{shown.id}"' in html, shown.id
    for key in set(content.body) - {"model", "stop_sequences"}:
        has_field = any(
            bound.path[0] == key and value_at(content.body, bound.path) is not ABSENT
            for bound in BOUNDS
        )
        assert has_field or key in form.untouched, key
