"""Requests of yesterday become requests of today; those of today are not touched."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from workbench import catalogue
from workbench.intake.detect import read
from workbench.intake.mending import NOT_SAID, mend
from workbench.intake.reading import FoundPrompt, Kind
from workbench.messages_api import MessageRequest

NEW, OLD = catalogue.API_VERSIONS
HI = [{"role": "user", "content": "Hi"}]


def mended(version: str = NOT_SAID, **changes: Any) -> FoundPrompt:
    body = {"model": "claude-opus-5-5", "max_tokens": 1024, "messages": HI} | changes
    return mend(FoundPrompt(MessageRequest(version, (), body)))


def sentences(prompt: FoundPrompt) -> str:
    assert all(remark.kind is Kind.CHANGED for remark in prompt.remarks)
    return " ".join(remark.sentence for remark in prompt.remarks)


def test_a_request_of_today_is_not_touched() -> None:
    for version in (NEW, OLD):
        prompt = FoundPrompt(MessageRequest(version, ("a",), dict(mended().request.body)))
        assert mend(prompt) == prompt


def test_what_another_server_may_mean_by_minus_one_stays() -> None:
    assert mended(OLD, model="our-own-model", top_k=-1).request.body["top_k"] == -1


def test_the_newest_version_is_taken_where_none_is_said() -> None:
    assert mended().request.api_version == NEW
    assert mended().remarks == ()


def test_a_retired_model_has_its_lasting_successor() -> None:
    prompt = mended(model="claude-3-opus-20240229")
    assert prompt.request.body["model"] == "claude-opus-5-5"
    assert "was retired on 2026-01-05: claude-opus-5-5 takes its place" in sentences(prompt)


def test_every_retired_model_becomes_one_that_answers() -> None:
    for model in catalogue.all_models():
        if model.state == "retired":
            found = mended(model=model.id).request
            assert catalogue.problems(found) == []


def test_an_unknown_model_may_sit_on_another_server_and_stays() -> None:
    assert mended(model="our-own-model").request.body["model"] == "our-own-model"


@pytest.mark.parametrize("model", [None, "", "  "])
def test_a_missing_model_is_chosen_and_said(model: Any) -> None:
    prompt = mended(model=model)
    assert prompt.request.body["model"] == catalogue.DEFAULT_MODEL
    assert "names no model" in sentences(prompt)


def test_a_missing_limit_is_chosen_and_stands_behind_the_model() -> None:
    prompt = mend(
        FoundPrompt(MessageRequest(NEW, (), {"model": "claude-opus-5-5", "messages": HI}))
    )
    assert list(prompt.request.body) == ["model", "max_tokens", "messages"]
    assert prompt.request.body["max_tokens"] == 4096


def test_the_old_name_of_the_limit_is_renamed() -> None:
    prompt = mended(max_tokens=None, max_tokens_to_sample=7)
    assert mended(max_tokens=5, max_tokens_to_sample=7).request.body["max_tokens"] == 5
    body = {"model": "claude-opus-5-5", "max_tokens_to_sample": 7, "messages": HI}
    assert mend(FoundPrompt(MessageRequest(NEW, (), body))).request.body["max_tokens"] == 7
    assert prompt.request.body["max_tokens"] == 4096


@pytest.mark.parametrize("name", ["top_k", "top_p"])
def test_minus_one_meant_not_set(name: str) -> None:
    prompt = mended(**{name: -1})
    assert name not in prompt.request.body
    assert "not set" in sentences(prompt)


@pytest.mark.parametrize(
    ("model", "said", "version", "kept"),
    [
        ("claude-sonnet-4-6", NOT_SAID, OLD, True),
        ("claude-sonnet-4-6", OLD, OLD, True),
        ("claude-sonnet-4-6", NEW, NEW, False),
        ("claude-opus-5-5", NOT_SAID, NEW, False),
        ("claude-opus-5-5", OLD, OLD, False),
        ("our-own-model", NOT_SAID, OLD, True),
        ("claude-3-5-sonnet-20241022", NOT_SAID, NEW, False),
    ],
)
def test_sampling_is_kept_where_model_and_version_take_it(
    model: str, said: str, version: str, kept: bool
) -> None:
    prompt = mended(said, model=model, temperature=0.3)
    assert prompt.request.api_version == version
    assert ("temperature" in prompt.request.body) is kept
    assert catalogue.problems(prompt.request) == []


def test_an_unknown_version_becomes_a_known_one() -> None:
    prompt = mended("2023-01-01")
    assert prompt.request.api_version == NEW
    assert "2023-01-01 is not known here" in sentences(prompt)


def test_a_document_of_the_assistant_keeps_its_version() -> None:
    document = {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": "x"},
    }
    turns = [*HI, {"role": "assistant", "content": [document]}, *HI]
    assert mended(messages=turns).request.api_version == OLD
    moved = mended(NEW, messages=turns).request
    assert document in moved.body["messages"][0]["content"]


@pytest.mark.parametrize(
    ("changes", "gone"),
    [
        ({"messages": [*HI, {"role": "assistant", "content": "{"}]}, "assistant turn"),
        ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, "enabled"),
        ({"thinking": {"type": "disabled"}}, "disabled"),
        (
            {
                "tools": [{"name": "f", "input_schema": {"type": "object"}}],
                "tool_choice": {"type": "any"},
            },
            "any",
        ),
        ({"max_tokens": 10_000_000}, "128,000"),
        (
            {
                "system": "a",
                "messages": [*HI, {"role": "system", "content": "b"}],
                "model": "claude-sonnet-5",
            },
            "system",
        ),
    ],
)
def test_what_a_model_refuses_is_replaced_and_said(changes: dict[str, Any], gone: str) -> None:
    prompt = mended(**changes)
    assert catalogue.problems(prompt.request) == []
    assert gone in sentences(prompt)


def test_mending_twice_is_mending_once() -> None:
    once = mended("2023-01-01", model="claude-2.1", temperature=1, top_k=-1, max_tokens=None)
    assert mend(once) == once


BODIES = st.fixed_dictionaries(
    {
        "model": st.sampled_from([model.id for model in catalogue.all_models()] + ["other", ""]),
        "max_tokens": st.sampled_from([0, 1, 1024, 64_000, 200_000, None]),
        "messages": st.lists(
            st.fixed_dictionaries(
                {"role": st.sampled_from(["user", "assistant"]), "content": st.text(max_size=5)}
            ),
            max_size=4,
        ),
    },
    optional={
        "temperature": st.sampled_from([0, 0.5, 1, 1.0, 2]),
        "top_p": st.sampled_from([-1, 0.5, 0.99, 1]),
        "top_k": st.sampled_from([-1, 0, 40]),
        "system": st.text(max_size=9),
        "stop_sequences": st.lists(st.text(max_size=3), max_size=2),
        "thinking": st.sampled_from(
            [{"type": "adaptive"}, {"type": "disabled"}, {"type": "enabled", "budget_tokens": 1024}]
        ),
        "output_config": st.sampled_from([{"effort": "low"}, {"effort": "max"}, {}]),
        "service_tier": st.sampled_from(["auto", "standard_only"]),
        "x_new_field": st.text(max_size=3),
    },
)


LIKELY = st.tuples(BODIES, st.text(alphabet="abc é\n", min_size=1)).map(
    lambda pair: {
        **{k: v for k, v in pair[0].items() if k not in ("stop_sequences", "system")},
        "max_tokens": 2048,
        "messages": [
            *HI,
            {"role": "assistant", "content": "b"},
            {"role": "user", "content": pair[1] + "."},
        ],
    }
)


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(LIKELY, st.sampled_from(catalogue.API_VERSIONS))
def test_what_the_catalogue_takes_comes_back_identical(body: dict[str, Any], version: str) -> None:
    request = MessageRequest(version, (), body)
    assume(not catalogue.problems(request))
    assert mend(FoundPrompt(request)) == FoundPrompt(request)
    text = json.dumps(request.to_dict())
    found = read(text)
    assert [prompt.request for prompt in found.prompts] == [request]
    if version == NEW:
        alone = read(json.dumps(request.body, ensure_ascii=False, indent=2))
        assert [prompt.request for prompt in alone.prompts] == [request]
        assert list(alone.prompts[0].request.body) == list(request.body)


@given(BODIES, st.sampled_from([*catalogue.API_VERSIONS, NOT_SAID, "2023-01-01"]))
def test_mending_never_raises_and_never_adds_a_refusal(body: dict[str, Any], version: str) -> None:
    before = MessageRequest(version, (), body)
    after = mend(FoundPrompt(before))
    assert mend(after).request == after.request
    assert len(catalogue.problems(after.request)) <= len(catalogue.problems(before))
