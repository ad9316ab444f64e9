"""The verbs of the tools panel, with and without a script."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.prompts.form_page import fields_of
from workbench.prompts.editor import EditorForm
from workbench.prompts.tools.entries import EXAMPLE

SEARCH = {"type": "web_search_20260318", "name": "web_search"}


@pytest.fixture
def page(erins, draft, post):
    """Reads the page of the draft and presses a button of it."""

    class Page:
        def fields(self) -> dict[str, str]:
            html = erins.get(f"/t/acme/drafts/{draft.pk}/").content.decode()
            form = html[html.index('<form id="prompt-form"') :]
            return dict(fields_of(form[: form.index("</form>")]))

        def press(self, *, htmx: bool = True, **changes: str) -> str:
            named = {name.replace("__", "-"): text for name, text in changes.items()}
            headers = {"HX-Request": "true"} if htmx else {}
            answer = erins.post(
                f"/t/acme/drafts/{draft.pk}/tools/", self.fields() | named, headers=headers
            )
            assert answer.status_code == (200 if htmx else 302)
            return str(answer.content.decode())

        @property
        def body(self) -> dict[str, Any]:
            draft.refresh_from_db()
            return dict(draft.parsed.body)

        @property
        def tools(self) -> Any:
            return EditorForm.of(draft).tools

        @property
        def names(self) -> list[str]:
            return [tool.get("name") for tool in self.body.get("tools", [])]

    return Page()


def test_adding_answers_with_the_new_tool_alone(page):
    page.press(add="chosen", new__tool="client")
    html = page.press(add="chosen", new__tool="web_search")
    assert page.body["tools"] == [EXAMPLE, SEARCH]
    assert html.count('<details class="panel"') == 1
    assert 'hx-swap-oob="beforeend:#tools"' in html
    assert "2: get_weather, web_search" in html


def test_a_second_example_gets_a_name_of_its_own(page):
    for _ in range(3):
        page.press(add="chosen", new__tool="client")
    assert page.names == ["get_weather", "get_weather_2", "get_weather_3"]


def test_moving_removing_and_putting_back(page):
    for stem in ("bash", "memory", "web_search"):
        page.press(add="chosen", new__tool=stem)
    page.press(up="3")
    assert page.names == ["bash", "web_search", "memory"]
    html = page.press(remove="2")
    assert page.names == ["bash", "memory"]
    assert 'id="tool-2" hx-swap-oob="delete"' in html
    assert "1 removed tool" in html
    html = page.press(restore="1")
    assert page.names == ["bash", "web_search", "memory"]
    assert 'hx-swap-oob="beforebegin:#tool-2"' in html


def test_a_removed_tool_comes_back_with_its_mock(page, draft):
    page.press(add="chosen", new__tool="client")
    page.press(mock="1 fixed")
    page.press(remove="1", tool__1__mock__text="20 C")
    draft.refresh_from_db()
    assert draft.parsed.mocks == {}
    page.press(restore="1")
    draft.refresh_from_db()
    assert draft.parsed.mocks["get_weather"]["text"] == "20 C"


def test_switching_the_view_redraws_the_parameters_alone(page):
    page.press(add="chosen", new__tool="client")
    html = page.press(json="1")
    assert 'id="tool-1-parameters" hx-swap-oob="innerHTML"' in html
    assert "tool-1-schema" in html
    assert "tool-1-description" not in html
    assert "tool-1-schema" in page.fields()
    page.press(rows="1")
    assert "tool-1-param-1-name" in page.fields()
    assert page.body["tools"] == [EXAMPLE]


def autosaved(erins: Any, draft: Any, fields: dict[str, str]) -> str:
    """What the page gets when it stores itself while somebody types."""
    headers = {"HX-Request": "true", "X-Autosave": "1"}
    answer = erins.post(f"/t/acme/drafts/{draft.pk}/", fields, headers=headers)
    return str(answer.content.decode())


def test_json_waits_for_rows_that_it_would_lose(page, erins, draft):
    page.press(add="chosen", new__tool="client")
    twice = {"tool-1-param-2-name": "city", "tool-1-param-2-description": "the second one"}
    html = page.press(json="1", **twice)
    shown = html[html.index('id="tool-1-parameters"') :]
    assert "mend the parameters first" in shown
    assert 'name="tool-1-param-2-name" value="city"' in shown
    assert "Two parameters are called “city”" in html
    assert "the second one" in page.fields()["tool-1-param-2-description"]

    still = autosaved(erins, draft, page.fields())
    assert 'id="tool-1-why"' not in still
    assert "mend the parameters first" in page.fields()["tool-1-why"]
    mended = autosaved(erins, draft, page.fields() | {"tool-1-param-2-name": "town"})
    assert re.search(r'id="tool-1-why" hx-swap-oob="innerHTML">\s*</div>', mended)
    page.press(json="1", **{"tool-1-param-2-name": "town"})
    assert '"town"' in page.fields()["tool-1-schema"]


def test_a_row_that_kept_json_away_can_be_removed(page):
    page.press(add="chosen", new__tool="client")
    page.press(json="1", **{"tool-1-param-2-name": "city"})
    html = page.press(remove__parameter="1 2")
    assert re.search(r'id="tool-1-why" hx-swap-oob="innerHTML">\s*</div>', html)
    assert "tool-1-param-1-name" in page.fields()
    assert "tool-1-why" not in page.fields()


def test_the_form_says_no_longer_that_it_needs_json_once_it_has_it(page, erins, draft):
    page.press(add="chosen", new__tool="client")
    page.press(json="1")
    html = page.press(rows="1", **{"tool-1-schema": '{"type":'})
    assert "The form needs valid JSON." in html
    fields = page.fields()
    assert 'id="tool-1-why"' not in autosaved(erins, draft, fields)
    fields["tool-1-schema"] = '{"type": "object", "anyOf": []}'
    assert "The form cannot show “anyOf”" in autosaved(erins, draft, fields)
    fields["tool-1-schema"] = '{"type": "object"}'
    html = autosaved(erins, draft, fields)
    assert re.search(r'id="tool-1-why" hx-swap-oob="innerHTML">\s*</div>', html)
    assert "tool-1-schema" not in html.replace("error-tool-1-schema", "")


def test_parameters_are_added_and_removed(page):
    page.press(add="chosen", new__tool="client")
    html = page.press(add__parameter="1")
    key = re.search(r'id="tool-1-param-([0-9a-f]+)"', html)[1]
    page.press(remove__parameter="1 2", **{f"tool__1__param__{key}__name": "days"})
    assert list(page.body["tools"][0]["input_schema"]["properties"]) == ["city", "days"]
    names = [value for name, value in page.fields().items() if re.search("param-.+-name", name)]
    assert names == ["city", "days"]


def test_pasted_tools_are_added_and_a_broken_list_stays(page):
    html = page.press(paste="1", tools__pasted="[{]")
    assert "line 1, column 3" in html
    assert page.fields()["tools-pasted"] == "[{]"
    tools = [SEARCH, {"type": "unknown_20300101", "x": 1}]
    page.press(paste="1", tools__pasted=json.dumps(tools))
    assert page.body["tools"] == tools
    assert page.fields()["tools-pasted"] == ""


def test_a_mock_with_rules_is_tried(page):
    page.press(add="chosen", new__tool="client")
    html = page.press(mock="1 rules")
    labels = re.findall(r'<label for="tool-1-mock-rule-[^"]+">([^<]+)</label>', html)
    assert labels == ["Field of the input", "Test", "Value", "Result"]
    rule = {"field": "city", "value": "Paris", "text": "{{input.city}}: 20 C"}
    changes = {f"tool__1__mock__rule__1__{name}": text for name, text in rule.items()}
    html = page.press(**{"try": "1"}, tool__1__attempt='{"city": "Paris"}', **changes)
    assert "Paris: 20 C" in html[html.index('id="tool-1-tried"') :]
    assert "leaves this call to you" in page.press(**{"try": "1"}, tool__1__attempt="{}")
    assert "line 1" in page.press(**{"try": "1"}, tool__1__attempt="{")


def test_a_refused_tool_choice_can_be_removed(page, draft):
    draft.content["body"] |= {"model": "claude-opus-5-5", "tool_choice": {"type": "any"}}
    draft.save()
    html = page.press()
    assert "does not accept this tool choice" in html
    page.press(remove__choice="1")
    assert "tool_choice" not in page.body


@pytest.mark.parametrize(
    "changes",
    [
        {"up": "nobody"},
        {"remove": "<b>"},
        {"json": "9"},
        {"mock": "1"},
        {"remove-parameter": "1"},
        {"add": "x", "new-tool": "nothing"},
        {"restore": "1"},
        {"tool-1-base": "5"},
        {"tool-1-schema-base": "[]"},
        {"tool-1-mock-kind": "odd"},
        {"tool-1-param-2-type": "odd"},
    ],
)
def test_odd_posts_change_nothing_else(page, changes):
    page.press(add="chosen", new__tool="client")
    page.press(**changes)
    assert len(page.body["tools"]) == 1


def test_a_damaged_hidden_field_is_a_400(erins, draft):
    answer = erins.post(f"/t/acme/drafts/{draft.pk}/tools/", {"tool-1-base": "{"})
    assert answer.status_code == 400


def test_tools_that_are_no_list_can_be_removed_and_put_back(page, draft):
    draft.content["body"]["tools"] = {"odd": 1}
    draft.save()
    assert "no list" in page.press(add="chosen", new__tool="bash")
    assert page.body["tools"] == {"odd": 1}
    page.press(**{"remove-all": "1"})
    assert "tools" not in page.body
    page.press(restore="1")
    assert page.body["tools"] == {"odd": 1}


def test_without_a_script_the_page_comes_back_with_the_tool_open(page, erins, draft):
    page.press(htmx=False, add="chosen", new__tool="client")
    html = erins.get(f"/t/acme/drafts/{draft.pk}/").content.decode()
    assert re.search(r'id="tool-1"[^>]*>\s*<details class="panel" open>', html)


def test_a_version_shows_its_tools_to_readers(client_of, bob, prompt, alice):
    tool = EXAMPLE | {"description": "<b>Weather</b>"}
    mock = {"kind": "fixed", "text": "20 C & sun", "is_error": False, "rules": []}
    content = replace(prompt.latest.parsed.with_body(tools=[tool]), mocks={"get_weather": mock})
    prompt.save_version(content, alice, parent_number=1)
    html = client_of(bob).get(f"/t/acme/prompts/{prompt.pk}/versions/2/").content.decode()
    assert "&lt;b&gt;Weather&lt;/b&gt;" in html
    assert "Mocked result: fixed" in html
    assert "20 C &amp; sun" in html


def test_a_duplicate_name_is_told_while_editing(page, erins, draft):
    for _ in range(2):
        page.press(add="chosen", new__tool="client")
    fields = page.fields() | {"tool-2-name": "get_weather"}
    html = erins.post(
        f"/t/acme/drafts/{draft.pk}/", fields, headers={"HX-Request": "true", "X-Autosave": "1"}
    ).content.decode()
    slot = html[html.index('id="error-tool-2"') :]
    assert "Another tool is called" in slot[: slot.index("</div>")]
    assert page.names == ["get_weather", "get_weather"]
