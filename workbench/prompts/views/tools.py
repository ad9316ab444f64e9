"""The verbs of the tools panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.bound import Unreadable
from workbench.prompts.editor import EditorForm
from workbench.prompts.tools import MOST, Tool, Tools

from .parts import changed

Parts = dict[str, Any]


@rule("prompt.edit")
@require_POST
def tools(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Change the tools; the name of the pressed button is the verb, its value the key of a tool.

    ``add``, ``paste``, ``restore``, ``remove-all``, ``remove-choice`` need no key; ``remove``,
    ``up``, ``down``, ``rows``, ``json``, ``add-parameter``, ``add-rule``, ``try`` do;
    ``remove-parameter``, ``remove-rule`` and ``mock`` have a second word. Anything else draws
    anew what depends on names and versions.
    """
    return changed(request, draft, _change)


def _change(form: EditorForm, post: dict[str, str]) -> Parts:
    tools = form.tools
    verbs: dict[str, Callable[[], Parts]] = {
        "add": lambda: _added(tools, tools.add(post.get("new-tool", ""))),
        "paste": lambda: _paste(tools),
        "restore": lambda: _placed(tools, tools.restore()) | {"are_removed_tools_stale": True},
        "remove-all": lambda: _removed(tools.remove_all, []),
        "remove-choice": lambda: _removed(tools.choice.remove, []),
        "remove": lambda: _removed(lambda: tools.remove(post["remove"]), _gone(post["remove"])),
        "up": lambda: _moved(tools, post["up"], -1),
        "down": lambda: _moved(tools, post["down"], 1),
    }
    found = next((verb() for name, verb in verbs.items() if name in post), None)
    if found is None:
        found = _change_one(tools, post) or {"are_names_stale": True}
    return found | {"are_tools_changed": True}


def _change_one(tools: Tools, post: dict[str, str]) -> Parts:
    """The verbs of one tool."""
    name = next((name for name in _ONE if name in post), "")
    key, _, rest = post.get(name, "").partition(" ")
    tool = tools.tool(key)
    if not name or tool is None:
        return {}
    tool.is_open = True
    return _ONE[name](tools, tool, rest)


def _added(tools: Tools, added: list[Tool]) -> Parts:
    if added:
        return {"new_tools": added, "tool_place": "beforeend:#tools", "is_tool_added": True}
    if tools.is_odd:
        return {"toast": "Remove the tools that are kept as JSON first."}
    return {"toast": f"A request has at most {MOST:,} tools here."}


def _paste(tools: Tools) -> Parts:
    try:
        added = tools.paste()
    except Unreadable:
        return {}
    return _added(tools, added) | {"is_paste_taken": not tools.pasted}


def _placed(tools: Tools, tool: Tool | None) -> Parts:
    """Where htmx puts a tool: before the one that follows it, or at the end."""
    if tool is None:
        return {}
    following = (tools.place_of(tool.key) or 0) + 1
    is_last = following == len(tools)
    place = "beforeend:#tools" if is_last else f"beforebegin:#{tools[following].slot}"
    return {"new_tools": [tool], "tool_place": place}


def _moved(tools: Tools, key: str, step: int) -> Parts:
    tool = tools.move(key, step)
    return _placed(tools, tool) | {"gone": _gone(key)} if tool else {}


def _removed(remove: Any, gone: list[str]) -> Parts:
    remove()
    return {"gone": gone, "are_removed_tools_stale": True}


def _show_rows(tools: Tools, tool: Tool, _: str) -> Parts:
    tool.show_rows()
    return {"shown_parameters": tool}


def _show_json(tools: Tools, tool: Tool, _: str) -> Parts:
    tool.show_json()
    return {"shown_parameters": tool}


def _add_parameter(tools: Tools, tool: Tool, _: str) -> Parts:
    row = tool.add_row()
    return {"row_of_tool": tool, "new_row": row} if row else {}


def _remove_parameter(tools: Tools, tool: Tool, row: str) -> Parts:
    tool.remove_row(row)
    return {"gone": _gone(tool.key, "-param-", row)}


def _mock(tools: Tools, tool: Tool, kind: str) -> Parts:
    tool.mock.choose(kind)
    return {"shown_mock": tool}


def _add_rule(tools: Tools, tool: Tool, _: str) -> Parts:
    return {"rule_of_tool": tool, "new_rule": tool.mock.add_rule()}


def _remove_rule(tools: Tools, tool: Tool, rule: str) -> Parts:
    tool.mock.remove_rule(rule)
    return {"gone": _gone(tool.key, "-mock-rule-", rule)}


def _try(tools: Tools, tool: Tool, _: str) -> Parts:
    tools.attempt(tool)
    return {"tried_tool": tool}


def _version(tools: Tools, tool: Tool, _: str) -> Parts:
    return {"shown_options": tool} if tool.entry else {}


def _gone(key: str, between: str = "", part: str = "") -> list[str]:
    """The id of an element to take off the page; none for keys that no form of ours has."""
    return [f"tool-{key}{between}{part}"] if f"{key}{part}".isalnum() else []


_ONE = {
    "rows": _show_rows,
    "json": _show_json,
    "add-parameter": _add_parameter,
    "remove-parameter": _remove_parameter,
    "mock": _mock,
    "add-rule": _add_rule,
    "remove-rule": _remove_rule,
    "try": _try,
    "version": _version,
}
