"""What is refused in the fields around the conversation."""

from typing import Any

import pytest

from workbench.catalogue import Catalogue, problems
from workbench.messages_api import MessageRequest

from .examples import NEW, OLD, PlainRequest, body, found, text, tool, turn


def test_a_plain_request_has_no_problems() -> None:
    assert found() == {}


@pytest.mark.parametrize("model", [None, "", "  ", 5, ["claude-opus-5-5"]])
def test_a_model_is_needed(model: Any) -> None:
    assert found(model=model) == {"model": "Choose a model."}


def test_a_retired_model_is_refused_with_its_successor() -> None:
    assert "choose claude-opus-5-5 instead" in found(model="claude-opus-4-1")["model"]


def test_deprecated_and_unknown_models_are_not_refused() -> None:
    assert found(model="claude-sonnet-4-5") == {}
    assert found(model="my-own-model") == {}


def test_a_model_the_upstream_calls_retired_is_refused() -> None:
    catalogue = Catalogue.builtin().merged([{"id": "claude-opus-5", "lifecycle": "retired"}])
    assert list(found(catalogue=catalogue, model="claude-opus-5")) == ["model"]


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (None, "Set max tokens"),
        ("1024", "whole number"),
        (10.5, "whole number"),
        (True, "whole number"),
        (-1, "negative"),
        (128_001, "at most 128,000"),
    ],
)
def test_max_tokens_is_a_whole_number_within_the_model(value: Any, part: str) -> None:
    assert part in found(max_tokens=value)["max_tokens"]


@pytest.mark.parametrize("value", [0, 1, 128_000])
def test_max_tokens_may_go_from_zero_to_the_models_maximum(value: int) -> None:
    assert found(max_tokens=value) == {}


def test_max_tokens_has_no_upper_end_where_none_is_known() -> None:
    assert found(model="claude-sonnet-4-6", max_tokens=10**6) == {}


@pytest.mark.parametrize("model", ["claude-opus-5-5", "claude-sonnet-4-5", "my-own-model"])
@pytest.mark.parametrize(
    "sampling", [{"temperature": 1}, {"top_p": 0.99}, {"top_k": 5}, {"temperature": None}]
)
def test_the_new_version_refuses_sampling_for_every_model(
    model: str, sampling: dict[str, Any]
) -> None:
    problems_found = found(NEW, model=model, **sampling)
    assert list(problems_found) == list(sampling)
    assert "2026-10-21 does not take" in next(iter(problems_found.values()))


@pytest.mark.parametrize(
    ("model", "sampling", "refused"),
    [
        ("claude-opus-4-6", {"temperature": 0.2, "top_p": 0.5, "top_k": 40}, []),
        ("claude-opus-4-6", {"temperature": 1.1}, ["temperature"]),
        ("claude-opus-4-6", {"temperature": float("nan")}, ["temperature"]),
        ("claude-opus-4-6", {"temperature": "hot", "top_k": 1.5}, ["temperature", "top_k"]),
        ("claude-opus-4-6", {"top_k": -1}, ["top_k"]),
        ("claude-opus-4-7", {"temperature": 1, "top_p": 0.995}, []),
        ("claude-opus-4-7", {"temperature": 0.9}, ["temperature"]),
        ("claude-opus-4-7", {"top_p": 0.9, "top_k": 1}, ["top_k", "top_p"]),
        ("claude-haiku-5-5", {"top_p": 0.99}, []),
        ("claude-haiku-5-5", {"top_p": 1}, ["top_p"]),
        ("claude-haiku-5-5", {"top_p": 0.99, "temperature": 1}, ["top_p"]),
        ("my-own-model", {"temperature": 1.7}, []),
        ("my-own-model", {"temperature": "hot"}, ["temperature"]),
    ],
)
def test_the_old_version_takes_sampling_by_model(
    model: str, sampling: dict[str, Any], refused: list[str]
) -> None:
    assert list(found(OLD, model=model, **sampling)) == refused


@pytest.mark.parametrize(
    ("model", "thinking", "path"),
    [
        ("claude-opus-5-5", {"type": "adaptive", "display": "summarized"}, None),
        ("claude-opus-5-5", {"type": "disabled"}, "thinking.type"),
        ("claude-opus-5-5", {"type": "between_tools"}, "thinking.type"),
        ("claude-opus-5-5", {"type": "enabled", "budget_tokens": 1024}, "thinking.type"),
        ("claude-sonnet-5-5", {"type": "between_tools"}, None),
        ("claude-sonnet-5-5", {"type": "between_tools", "display": "omitted"}, "thinking"),
        ("claude-sonnet-4-5", {"type": "adaptive"}, "thinking.type"),
        ("claude-sonnet-4-5", {"type": "enabled", "budget_tokens": 1024}, None),
        ("claude-sonnet-4-5", {"type": "enabled", "budget_tokens": 1023}, "thinking.budget_tokens"),
        ("claude-sonnet-4-5", {"type": "enabled", "budget_tokens": 2048}, "thinking.budget_tokens"),
        ("claude-sonnet-4-5", {"type": "enabled"}, "thinking.budget_tokens"),
        ("claude-sonnet-4-5", {"type": "enabled", "budget_tokens": True}, "thinking.budget_tokens"),
        ("claude-opus-5", {"type": "disabled", "display": "omitted"}, "thinking.display"),
        ("claude-opus-5", {"type": "adaptive", "display": "loud"}, "thinking.display"),
        ("claude-opus-5", {"type": "adaptive", "display": "updates"}, "thinking.display"),
        ("claude-opus-5", {"type": "dreaming"}, "thinking.type"),
        ("claude-opus-5", {}, "thinking"),
        ("claude-opus-5", "adaptive", "thinking"),
        ("claude-fable-5-2", {"type": "between_tools"}, None),
        ("claude-fable-5-2", {"type": "disabled"}, "thinking.type"),
        ("my-own-model", {"type": "dreaming"}, None),
    ],
)
def test_thinking_depends_on_the_model(model: str, thinking: Any, path: str | None) -> None:
    paths = list(found(model=model, max_tokens=2048, thinking=thinking))
    assert paths == ([path] if path else [])


def test_interleaved_thinking_may_have_a_budget_above_max_tokens() -> None:
    thinking = {"type": "enabled", "budget_tokens": 5000}
    betas = ["interleaved-thinking-2025-05-14"]
    assert found(betas=betas, model="claude-sonnet-4-5", thinking=thinking) == {}


@pytest.mark.parametrize(
    ("model", "effort", "refused"),
    [
        ("claude-opus-5-5", "max", False),
        ("claude-opus-4-6", "max", False),
        ("claude-opus-4-6", "xhigh", True),
        ("claude-opus-4-5", "high", False),
        ("claude-opus-4-5", "max", True),
        ("claude-sonnet-4-5", "low", True),
        ("claude-haiku-4-5", "high", True),
        ("claude-opus-5-5", "extreme", True),
        ("claude-opus-5-5", 3, True),
        ("claude-fable-5-2", "xhigh", False),
        ("claude-fable-5-2", "extreme", True),
        ("my-own-model", "extreme", False),
    ],
)
def test_effort_depends_on_the_model(model: str, effort: Any, refused: bool) -> None:
    paths = list(found(model=model, output_config={"effort": effort}))
    assert paths == (["output_config.effort"] if refused else [])


@pytest.mark.parametrize(
    ("model", "thinking", "effort", "refused"),
    [
        ("claude-opus-5", "disabled", "high", False),
        ("claude-opus-5", "disabled", "xhigh", True),
        ("claude-opus-5", "adaptive", "max", False),
        ("claude-haiku-5-5", "disabled", "max", True),
        ("claude-sonnet-5", "disabled", "max", False),
        ("claude-sonnet-5-5", "between_tools", "max", True),
        ("claude-sonnet-5-5", "between_tools", "high", False),
    ],
)
def test_little_thinking_and_high_effort_exclude_each_other(
    model: str, thinking: str, effort: str, refused: bool
) -> None:
    paths = list(found(model=model, thinking={"type": thinking}, output_config={"effort": effort}))
    assert paths == (["output_config.effort"] if refused else [])


@pytest.mark.parametrize(
    ("model", "value", "refused"),
    [
        ("claude-opus-5-5", "us", False),
        ("claude-opus-4-6", "global", False),
        ("claude-opus-4-5", "us", True),
        ("claude-opus-5-5", "mars", True),
        ("claude-mythos-preview", "us", False),
    ],
)
def test_inference_geo_needs_a_known_place_and_a_newer_model(
    model: str, value: str, refused: bool
) -> None:
    assert list(found(model=model, inference_geo=value)) == (["inference_geo"] if refused else [])


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("stop_sequences", ["END", "\n\nHuman:"], None),
        ("stop_sequences", "END", "stop_sequences"),
        ("stop_sequences", ["ok", ""], "stop_sequences.1"),
        ("stop_sequences", ["\n"], "stop_sequences.0"),
        ("stop_sequences", [4], "stop_sequences.0"),
        ("service_tier", "auto", None),
        ("service_tier", "gold", "service_tier"),
        ("stream", True, None),
        ("stream", "yes", "stream"),
        ("metadata", {"user_id": "u-1"}, None),
        ("metadata", {"user_id": 1}, "metadata.user_id"),
        ("metadata", [], "metadata"),
        ("speed", "fast", None),
        ("speed", ["fast"], "speed"),
        ("output_config", [], "output_config"),
        ("output_config", {"task_budget": 5}, "output_config.task_budget"),
        ("fallbacks", "default", "fallbacks"),
        ("thread", {"type": "create"}, "thread"),
        ("context_management", {}, "context_management"),
        ("a_field_of_tomorrow", {"x": 1}, None),
        ("system", "You are short.", None),
        ("system", "", None),
        ("system", " \n", "system"),
        ("system", 5, "system"),
        ("system", [text("You are short.")], None),
        ("system", [text("")], "system.0.text"),
        ("system", [{"type": "image", "source": {"type": "file", "file_id": "f"}}], "system.0"),
        ("system", ["You"], "system.0"),
    ],
)
def test_each_field_takes_what_is_documented(field: str, value: Any, path: str | None) -> None:
    assert list(found(**{field: value})) == ([path] if path else [])


@pytest.mark.parametrize(
    ("model", "paths"),
    [
        ("claude-opus-5-5", []),
        ("claude-opus-4-7", ["speed"]),
        ("claude-opus-4-6", []),
        ("claude-haiku-4-5", ["speed"]),
        ("claude-sonnet-5-5", ["speed"]),
        ("my-own-model", []),
    ],
)
def test_fast_mode_is_refused_where_it_is_known_to_fail(model: str, paths: list[str]) -> None:
    assert list(found(model=model, speed="fast")) == paths


@pytest.mark.parametrize(
    ("betas", "sentences"),
    [
        (["files-api-2025-04-14", "skills-2025-10-02"], {}),
        (
            ["ok-1", "files-api-2025-04-14,skills-2025-10-02"],
            {"betas.1": 'The beta "files-api-2025-04-14,skills-2025-10-02" cannot be sent;'},
        ),
        (["bad beta", "x"], {"betas.0": 'The beta "bad beta" cannot be sent; put one name into '}),
        ([""], {"betas.0": "A beta needs a name; fill it in or remove it."}),
        (
            [7, "x", None],
            {"betas.0": "A beta must be a text.", "betas.2": "A beta must be a text."},
        ),
    ],
)
def test_a_beta_is_one_name_that_can_be_sent(betas: Any, sentences: dict[str, str]) -> None:
    problems_found = found(betas=betas)
    assert list(problems_found) == list(sentences)
    for path, beginning in sentences.items():
        assert problems_found[path].startswith(beginning)


@pytest.mark.parametrize(
    "beta", ["a-1", "a,b", "a b", "a\r\nx: 1", "ü", "", " ", "!~", "a" * 200, "a" * 201, ","]
)
def test_a_beta_is_refused_exactly_where_it_could_not_be_sent(beta: str) -> None:
    try:
        MessageRequest(NEW, (beta,), {}).headers()
    except ValueError:
        assert list(found(betas=[beta])) == ["betas.0"]
    else:
        assert found(betas=[beta]) == {}


def test_a_type_of_thinking_that_is_refused_is_one_problem_whatever_its_budget() -> None:
    thinking = {"type": "enabled", "budget_tokens": 100_000}
    assert found(thinking=thinking) == {
        "thinking.type": 'Claude Opus 5.5 does not take thinking "enabled"; use "adaptive" or '
        "remove the field."
    }


def test_a_beta_field_is_accepted_with_its_beta_of_any_date() -> None:
    assert found(betas=["server-side-fallback-2027-01-01"], fallbacks="default") == {}
    message = turn("user", "Hi") | {"output_config": {"effort": "low"}}
    assert list(found(messages=[message])) == ["messages.0.output_config"]


def test_an_unknown_api_version_is_refused() -> None:
    assert list(found("2023-01-01")) == ["api_version"]


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_a_body_that_is_no_object_is_one_problem(value: Any) -> None:
    assert [problem.path for problem in problems(PlainRequest(NEW, (), value))] == [""]


def test_a_request_above_32_megabytes_is_refused() -> None:
    assert list(found(system="ä" * (17 * 1024 * 1024))) == [""]
    assert found(system="a" * (17 * 1024 * 1024)) == {}


def mark(ttl: str | None = None) -> dict[str, Any]:
    return {"type": "ephemeral"} | ({"ttl": ttl} if ttl else {})


def test_the_fifth_cache_breakpoint_is_refused() -> None:
    parts = [text(cache_control=mark()) for _ in range(4)]
    assert found(messages=[turn("user", *parts)]) == {}
    fifth = found(messages=[turn("user", *parts)], tools=[tool("a", cache_control=mark())])
    assert list(fifth) == ["messages.0.content.3.cache_control"]


def test_the_automatic_breakpoint_takes_one_of_the_four_places() -> None:
    parts = [text(cache_control=mark()) for _ in range(4)]
    refused = found(messages=[turn("user", *parts)], cache_control=mark())
    assert list(refused) == ["messages.0.content.3.cache_control"]


def test_cache_control_has_one_form() -> None:
    paths = found(cache_control={"type": "forever"}, system=[text(cache_control=mark("2h"))])
    assert list(paths) == ["system.0.cache_control.ttl", "cache_control"]


def test_the_last_block_and_the_request_have_the_same_cache_lifetime() -> None:
    last = [turn("user", text(cache_control=mark("1h")))]
    assert list(found(messages=last, cache_control=mark())) == [
        "messages.0.content.0.cache_control"
    ]
    assert found(messages=last, cache_control=mark("1h")) == {}


def test_sentences_are_sentences() -> None:
    request = PlainRequest("1999", (), body(model=1, max_tokens="", messages=[{}, 5], tools=[{}]))
    sentences = [problem.sentence for problem in problems(request)]
    assert len(sentences) > 5
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences)
