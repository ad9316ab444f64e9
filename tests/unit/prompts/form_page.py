"""The editor's fields as the templates draw them, read the way a browser posts them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string

from workbench.accounts.connections.destinations import Destination
from workbench.catalogue import API_VERSIONS
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft
from workbench.prompts.parameters import blank_beta, blank_stop, model_groups
from workbench.prompts.tools import shown_choice
from workbench.prompts.turn_page import turn_context


def draft_with(content: Content, values: dict[str, str] | None = None, **fields: Any) -> Draft:
    """A draft that is in no database."""
    upstream = {"upstream": settings.DEFAULT_UPSTREAM}
    return Draft(pk=1, content=content.to_dict(), values=values or {}, **(upstream | fields))


def post_of(form: EditorForm, **changes: str) -> QueryDict:
    """What a browser posts when somebody submits the drawn form as it is, but for ``changes``."""
    post = QueryDict(mutable=True)
    for name, value in fields_of(html_of(form)):
        post.appendlist(name, value)
    for name, value in changes.items():
        post[name] = value
    return post


def html_of(form: EditorForm) -> str:
    """The fields of the form; the turns in their order."""
    context = {
        "team": {"slug": "acme"},
        "draft": Draft(pk=1),
        "form": form,
        "groups": model_groups(),
        "api_versions": sorted({form.kept.api_version, *API_VERSIONS}),
        "destinations": [Destination(each) for each in settings.UPSTREAMS.values()],
        "blank_stop": blank_stop(),
        "blank_beta": blank_beta(),
        "marks": {region.name: region.mark for region in form.panel.regions.values()},
        "candidates": form.candidates,
        "tool_choice": shown_choice(form.content, form.tools),
        **turn_context(form),
    }
    turns = [
        render_to_string("prompts/_turn.html", context | {"turn": turn}) for turn in form.turns
    ]
    others = ("_name", "_settings", "_system", "tools/_tools", "_variables", "_untouched")
    drawn = {name: render_to_string(f"prompts/{name}.html", context) for name in others}
    parts = '<input type="hidden" name="part" value="turns">'
    return "".join([*list(drawn.values())[:3], *turns, parts, *list(drawn.values())[3:]])


def fields_of(html: str) -> list[tuple[str, str]]:
    """The (name, value) pairs of a form, with the line ends that browsers send."""
    reader = _FormReader()
    reader.feed(html)
    reader.close()
    return [(name, value.replace("\n", "\r\n")) for name, value in reader.fields]


class _FormReader(HTMLParser):
    """Collects successful controls: inputs, textareas, selected options; no buttons."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: list[tuple[str, str]] = []
        self._textarea: str | None = None
        self._text: list[str] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        is_off = given.get("type") == "checkbox" and "checked" not in given
        if tag == "input" and not is_off and given.get("type") != "file":
            value = given.get("value", "")
            is_line = given.get("type") == "text"
            self.fields.append((given["name"], value.replace("\n", "") if is_line else value))
        elif tag == "textarea":
            self._textarea, self._text = given["name"], []
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given and self._select:
            self.fields.append((self._select, given["value"]))

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._textarea is not None:
            text = "".join(self._text)
            # HTML: a line end right after the start tag is not part of the value.
            self.fields.append((self._textarea, text.removeprefix("\n")))
            self._textarea = None
