"""How two requests differ, place by place."""

from __future__ import annotations

import base64
from typing import Any

from workbench.runs.differences import Difference, groups, of_requests
from workbench.runs.models import Run

BODY: dict[str, Any] = {
    "model": "claude-opus-5-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Hi"}],
}


def run(version: str = "2026-10-21", betas: tuple[str, ...] = (), **body: Any) -> Run:
    request = {"api_version": version, "betas": list(betas), "body": BODY | body}
    return Run(request=request, upstream="simulator")


def changes(before: Run, after: Run) -> dict[str, str]:
    """The kinds of what is not the same, by path."""
    return {one.path: one.kind for one in of_requests(before, after) if one.kind != "same"}


def at(path: str, before: Run, after: Run) -> Difference:
    return next(one for one in of_requests(before, after) if one.path == path)


def shown(difference: Difference) -> str:
    marks = {"same": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    parts = [part for passage in difference.passages for part in passage.parts]
    return "".join(marks[part.kind].format(part.text) for part in parts)


def test_equal_requests_have_only_places_that_are_the_same() -> None:
    assert changes(run(), run()) == {}


def test_where_and_how_a_request_goes_is_compared_too() -> None:
    after = run("2023-06-01", ("files-2025",))
    after.upstream = "gone"
    assert changes(run(), after) == {
        "Upstream": "changed",
        "API version": "changed",
        "Betas": "changed",
    }


def test_keys_are_added_changed_and_removed() -> None:
    found = changes(run(top_k=4, max_tokens=100), run(temperature=0.5, max_tokens=200))
    assert found == {"max_tokens": "changed", "top_k": "removed", "temperature": "added"}


def test_a_number_and_a_truth_that_python_takes_for_equal_differ() -> None:
    assert changes(run(x=1), run(x=True)) == {"x": "changed"}


def test_long_texts_are_compared_by_words() -> None:
    before = run(system="You are a helpful assistant who answers at length.")
    after = run(system="You are a helpful assistant who answers briefly.")
    difference = at("system", before, after)
    assert shown(difference).endswith("answers[- at length-]{+ briefly+}.")


def test_a_turn_put_between_two_others_is_one_that_was_added() -> None:
    first, second = {"role": "user", "content": "One"}, {"role": "user", "content": "Two"}
    new = {"role": "assistant", "content": "New"}
    found = of_requests(run(messages=[first, second]), run(messages=[first, new, second]))
    assert [(one.path, one.kind) for one in found if one.path.startswith("messages")] == [
        ("messages.0", "same"),
        ("messages.1", "added"),
        ("messages.2", "same"),
    ]


def test_within_a_changed_turn_only_its_text_changed() -> None:
    before = run(messages=[{"role": "user", "content": [{"type": "text", "text": "Hello"}]}])
    after = run(messages=[{"role": "user", "content": [{"type": "text", "text": "Goodbye"}]}])
    assert changes(before, after) == {"messages.0.content.0.text": "changed"}


def test_data_are_compared_by_their_hash_and_never_written_out() -> None:
    def with_image(data: bytes) -> Run:
        source = {"type": "base64", "data": base64.b64encode(data).decode()}
        return run(messages=[{"role": "user", "content": [{"type": "image", "source": source}]}])

    difference = at(
        "messages.0.content.0.source.data", with_image(b"a" * 999), with_image(b"b" * 999)
    )
    assert "1,332 base64 characters, sha256" in shown(difference)
    assert len(shown(difference)) < 500


def test_neighbours_that_are_the_same_are_one_group() -> None:
    found = groups(of_requests(run(top_k=1), run(top_k=2)))
    assert [group.is_same for group in found] == [True, False]
    assert found[0].paths.startswith("Upstream, API version, Betas, model, max_tokens, messages")


def test_long_texts_are_shown_up_to_a_limit_and_what_is_left_out_is_said() -> None:
    before, after = run(system="old " * 500_000), run(system="new " * 500_000)
    found = shown(at("system", before, after))
    assert len(found) < 50_000
    assert found.count("… (2,000,000 characters)") == 2


def test_a_text_with_many_changes_ends_where_it_gets_too_long() -> None:
    lines = [f"line {number} " + "x" * 90 for number in range(6_000)]
    changed = [
        line.replace("line", "verse") if n % 3 == 0 else line for n, line in enumerate(lines)
    ]
    found = shown(at("system", run(system="\n".join(lines)), run(system="\n".join(changed))))
    assert 200_000 < len(found) < 300_000
    assert found.endswith("… (the rest is too long to be shown)")
