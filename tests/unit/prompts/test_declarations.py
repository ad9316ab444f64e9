"""Variables as typed: what counts as declared, and what is kept although it does not."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from workbench.prompts.content import Content, Variable
from workbench.prompts.editor import EditorForm

from .form_page import draft_with, html_of, post_of


def form_of(text: str, *names: str) -> EditorForm:
    body = {"model": "m", "messages": [{"role": "user", "content": text}]}
    content = Content(body, variables=tuple(Variable(name) for name in names))
    return EditorForm.of(draft_with(content))


def test_what_looks_like_a_variable_is_offered_and_not_assumed() -> None:
    form = form_of("{{A}} {{B}} {{ C }} {{7*7}} {% now %}", "A")
    assert form.candidates == ["B"]
    assert form.content.declared == ("A",)
    assert "Declare <code>B</code>" in html_of(form)


def test_declaring_a_name_twice_adds_one_row() -> None:
    form = form_of("{{A}}")
    assert [row.name for row in form.declarations.declare(["A", "A"])] == ["A"]
    assert form.declarations.declare(["A"]) == []
    assert form.content.declared == ("A",)
    assert form.candidates == []


def test_a_removed_variable_comes_back_with_its_value() -> None:
    content = Content(Content.blank().body, variables=(Variable("A", "about", "d"),))
    form = EditorForm.of(draft_with(content, {"A": "precious"}))
    form.remove_variable("1")
    assert (form.content.variables, form.values) == ((), {})

    form.restore_variable()

    assert form.content.variables == (Variable("A", "about", "d"),)
    assert form.values == {"A": "precious"}


@pytest.mark.parametrize("name", ["1A", "A B", "Ä", "", "A" * 101, "<b>"])
def test_a_name_that_cannot_be_one_is_kept_with_its_value_and_a_sentence(name: str) -> None:
    draft = draft_with(Content.blank())
    post = QueryDict(mutable=True)
    post.update({"variable-1-name": name, "variable-1-value": "kept"})
    form = EditorForm.from_post(post, draft)
    assert form.content.variables == ()
    assert form.declarations.rows[0].value == "kept"
    assert "cannot name a variable" in form.errors[0].sentence


def test_two_variables_of_one_name_keep_both_values() -> None:
    post = QueryDict(mutable=True)
    post.update({"variable-1-name": "A", "variable-1-value": "one"})
    post.update({"variable-2-name": "A", "variable-2-value": "two"})
    form = EditorForm.from_post(post, draft_with(Content.blank()))
    assert [row.value for row in form.declarations.rows] == ["one", "two"]
    assert form.values == {"A": "one"}
    assert "is declared twice" in form.errors[0].sentence


def test_an_entirely_empty_row_is_no_variable() -> None:
    post = QueryDict("variable-1-name=&variable-1-value=")
    form = EditorForm.from_post(post, draft_with(Content.blank()))
    assert form.declarations.rows == []
    assert form.errors == []


def test_renaming_a_variable_keeps_its_value() -> None:
    draft = draft_with(Content(Content.blank().body, variables=(Variable("A"),)), {"A": "x"})
    form = EditorForm.from_post(post_of(EditorForm.of(draft), **{"variable-1-name": "B"}), draft)
    assert form.values == {"B": "x"}
