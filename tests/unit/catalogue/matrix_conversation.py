"""The cases of the conversation: turns, content blocks, tools and their results, caching."""

from __future__ import annotations

from typing import Any

from . import matrix as m
from .matrix import Case, assistant, fine, refused_by, system, user, wrong

PIXEL = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
PDF = {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}
PLAIN = {"type": "text", "media_type": "text/plain", "data": "A text"}
USE = {"type": "tool_use", "id": "toolu_1", "name": "clock", "input": {}}
SECOND = USE | {"id": "toolu_2"}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "ok"}
OTHER = RESULT | {"tool_use_id": "toolu_2"}
SEARCHED = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
SEARCH = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
SCHEMA: dict[str, Any] = {"type": "object"}
EMPTY_IMAGE = {"type": "image", "source": {"type": "url", "url": ""}}
STRICT = {"type": "object", "properties": {}, "additionalProperties": False}


def text(value: str = "Hi", **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": value} | more


def image(**source: Any) -> dict[str, Any]:
    return {"type": "image", "source": PIXEL | source}


def document(source: Any, **more: Any) -> dict[str, Any]:
    return {"type": "document", "source": source} | more


def in_parts(*parts: Any) -> dict[str, Any]:
    return document({"type": "content", "content": list(parts)})


def search_result(**inner: Any) -> dict[str, Any]:
    found = {"type": "search_result", "source": "https://example.org", "title": "T"}
    return found | {"content": [text("x", **inner)], "citations": {"enabled": True}}


def without(key: str, block: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name != key}


TURNS = [
    wrong("messages", "none", messages=[]),
    wrong("messages", "a text", messages="Hi"),
    wrong("messages", "null", messages=None),
    wrong("messages.0", "a turn of text", messages=["Hi"]),
    wrong("messages.0.role", "another role", messages=[{"role": "tool", "content": "Hi"}]),
    wrong("messages.0.content", "no content", messages=[{"role": "user"}]),
    wrong("messages.0.content", "empty", messages=[user("")]),
    wrong("messages.0.content", "blank", messages=[user(text(" "))]),
    fine("two of one role", messages=[user("Hi"), user("there")]),
    fine("ends with user", messages=[user("Hi"), assistant("Yes?"), user("Go")]),
    fine("system text", system="Be brief."),
    fine("no system text", system=""),
    fine("system blocks", system=[text("a"), text("b")]),
    wrong("system", "blank system", system="  "),
    wrong("system", "system 5", system=5),
    wrong("system.0", "system image", system=[image()]),
    wrong("system.0.type", "system block without a type", system=[{"type": ""}]),
]

TAKE_SYSTEM_TURNS = m.EVERY - m.REFUSE_SYSTEM_TURNS
SYSTEM_TURNS = [
    refused_by(
        m.REFUSE_SYSTEM_TURNS,
        "messages.1.role",
        "at the end",
        messages=[user("Hi"), system("Be brief.")],
    ),
    refused_by(
        m.REFUSE_SYSTEM_TURNS,
        "messages.1.role",
        "in the middle",
        messages=[user("Hi"), system(text("Be brief.")), assistant("Yes?"), user("Go")],
    ),
    fine(
        "after a server tool",
        only=TAKE_SYSTEM_TURNS,
        messages=[user("Hi"), assistant(SEARCH, SEARCHED), system("Be brief.")],
    ),
    *(
        wrong(path, name, only=TAKE_SYSTEM_TURNS, messages=turns)
        for path, name, turns in [
            ("messages.0", "first", [system("Be brief."), assistant("Hi"), user("Go")]),
            ("messages.1", "before user", [user("Hi"), system("Be brief."), user("Go")]),
            ("messages.2", "after assistant", [user("Hi"), assistant("Yes?"), system("Be brief.")]),
            ("messages.2", "two", [user("Hi"), system("Be"), system("brief.")]),
            ("messages.2", "in a call", [user("Hi"), assistant(USE), system("x"), user(RESULT)]),
            ("messages.1.content.0", "an image", [user("Hi"), system(image())]),
        ]
    ),
]

_SOURCES = {
    "image url": {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
    "image file": {"type": "image", "source": {"type": "file", "file_id": "file_1"}},
    "image": image() | {"transformations": {"oversized_image": "error"}},
    "gif": image(media_type="image/gif"),
    "jpeg": image(media_type="image/jpeg"),
    "webp": image(media_type="image/webp"),
    "pdf": document(PDF, title="T", context="C", citations={"enabled": True}),
    "pdf url": document({"type": "url", "url": "https://example.org/a.pdf"}),
    "plain text": document(PLAIN),
    "chunks": in_parts(text("chunk"), image()),
    "chunks of one text": document({"type": "content", "content": "chunk"}),
    "unknown chunk": in_parts({"type": "hologram"}),
    "chunk that no source tells of": in_parts({"type": "container_upload"}),
    "unknown source": document({"type": "s3", "url": "", "data": ""}),
    "wrapped base64": image(data="iVBO\r\nRw0KGgo=\n"),
    "http": document({"type": "url", "url": "http://10.0.0.1:8080"}),
    "document file": document({"type": "file", "file_id": "file_1"}),
    "search result": search_result(),
    "search result with another source": search_result() | {"source": "page 7"},
    "unknown part of a search result": search_result() | {"content": [{"type": "hologram"}]},
    "upload": {"type": "container_upload", "file_id": "file_1"},
    "unknown block": {"type": "hologram", "frames": [1]},
}
_BROKEN = {
    "svg": (".source.media_type", image(media_type="image/svg+xml")),
    "no data": (".source.data", image(data="")),
    "no source": (".source", {"type": "image"}),
    "no url": (".source.url", document({"type": "url"})),
    "too large": (".source.data", image(data="A" * (10 * 1024 * 1024 + 4))),
    "no text": (".text", {"type": "text"}),
    "empty text": (".text", text("")),
    "no type": (".type", {"text": "Hi"}),
    "empty type": (".type", {"type": ""}),
    "blank type": (".type", {"type": " "}),
    "a number": ("", 5),
    "source without a type": (".source", image(type="")),
    "no base64": (".source.data", image(data="!!!")),
    "base64 of a data URL": (".source.data", image(data="data:image/png;base64,iVBORw0KGgo=")),
    "base64 cut off": (".source.data", image(data="iVBORw0KGgo")),
    "base64 with a gap": (".source.data", image(data="iQ==Rw0KGgo=")),
    "base64 of nothing": (".source.data", image(data="====")),
    "base64 with letters of others": (".source.data", image(data="iVBÖRw0KGgo=")),
    "pdf that is no base64": (".source.data", document(PDF | {"data": "JVBERi0_"})),
    "image url cat": (".source.url", {"type": "image", "source": {"type": "url", "url": "cat"}}),
    **{
        f"document url {url}": (".source.url", document({"type": "url", "url": url}))
        for url in ("cat", "example.org/a.pdf", "/a.pdf", "https://", "https:///a.pdf", "://a")
    },
    "plain text of nothing": (".source.data", document(PLAIN | {"data": ""})),
    "plain text without text": (".source.data", document(without("data", PLAIN))),
    "chunks missing": (".source.content", document({"type": "content"})),
    "no chunks": (".source.content", in_parts()),
    "chunks of an empty text": (".source.content", document({"type": "content", "content": ""})),
    "chunks in an object": (".source.content", document({"type": "content", "content": {"a": 1}})),
    "empty chunk": (".source.content.0.text", in_parts(text(""))),
    "chunk without a type": (".source.content.1.type", in_parts(text(), {"type": ""})),
    "chunk of a number": (".source.content.0", in_parts(5)),
    "empty image in chunks": (".source.content.0.source.url", in_parts(EMPTY_IMAGE)),
    **{
        f"search result, {key} {value!r}": (f".{key}", search_result() | {key: value})
        for key in ("source", "title", "content")
        for value in ("", [], None)
    },
    "search result without source": (".source", without("source", search_result())),
    "search result without title": (".title", without("title", search_result())),
    "search result without content": (".content", without("content", search_result())),
    "search result of a text": (".content", search_result() | {"content": "x"}),
    "search result of no text": (".content.0.text", search_result() | {"content": [text("")]}),
    "search result of numbers": (".content.0", search_result() | {"content": [5]}),
    "upload without a file": (".file_id", {"type": "container_upload"}),
    "upload of nothing": (".file_id", {"type": "container_upload", "file_id": ""}),
}
_THOUGHT = {"type": "thinking", "thinking": "Hm", "signature": "c2ln"}
_REDACTED = {"type": "redacted_thinking", "data": "eA=="}
BLOCKS = [
    *(fine(name, messages=[user(block)]) for name, block in _SOURCES.items()),
    *(
        wrong(f"messages.0.content.1{place}", name, messages=[user(text(), block)])
        for name, (place, block) in _BROKEN.items()
    ),
    Case(
        "assistant document",
        {"messages": [user("Hi"), assistant(text(), document(PLAIN)), user("Go")]},
        "messages.1.content.1",
        new=m.EVERY,
    ),
    Case(
        "user citations",
        {"messages": [user(text("Hi", citations=[{"type": "char_location"}]))]},
        "messages.0.content.0.citations",
        new=m.EVERY,
    ),
    Case(
        "citations in a search result",
        {"messages": [user(search_result(citations=[{"type": "char_location"}]))]},
        "messages.0.content.0.content.0.citations",
        new=m.EVERY,
    ),
    fine("empty citations", messages=[user(text("Hi", citations=[]))]),
    fine(
        "assistant citations",
        messages=[user("Hi"), assistant(text("A", citations=[{"a": 1}])), user("Go")],
    ),
    fine(
        "thinking kept", messages=[user("Hi"), assistant(_THOUGHT, _REDACTED, text()), user("Go")]
    ),
    fine("100 images", messages=[user(*[image()] * 100)]),
    refused_by(m.TAKE_100_IMAGES, "messages", "101 images", messages=[user(*[image()] * 101)]),
    wrong("messages", "601 images", messages=[user(*[image()] * 601)]),
]


_IN_A_RESULT = {
    "an empty document": (".source.data", document(PLAIN | {"data": ""})),
    "an empty chunk": (".source.content.0.text", in_parts(text(""))),
    "an empty search result": (".content", search_result() | {"content": []}),
    "an empty type": (".type", {"type": ""}),
}


def _called(*answer: Any, uses: tuple[Any, ...] = (USE, SECOND)) -> list[Any]:
    return [user("Hi"), assistant(*uses), *answer]


TOOL_PAIRS = [
    fine("both results", messages=_called(user(RESULT, OTHER))),
    fine("results, then text", messages=_called(user(RESULT, OTHER, text()))),
    fine("in two user turns", messages=_called(user(RESULT), user(OTHER))),
    fine("an error", messages=_called(user(RESULT | {"is_error": True}), uses=(USE,))),
    fine("an image", messages=_called(user(RESULT | {"content": [image()]}), uses=(USE,))),
    fine(
        "nothing",
        messages=_called(user({k: RESULT[k] for k in ("type", "tool_use_id")}), uses=(USE,)),
    ),
    *(
        wrong(
            f"messages.2.content.0.content.0{place}",
            f"a result with {name}",
            messages=_called(user(RESULT | {"content": [block]}), uses=(USE,)),
        )
        for name, (place, block) in _IN_A_RESULT.items()
    ),
    wrong("messages.1.content.1", "one missing", messages=_called(user(RESULT))),
    wrong("messages.1.content.0", "no result", messages=_called(user("Go"), uses=(USE,))),
    wrong("messages.2.content.0", "text first", messages=_called(user(text(), RESULT, OTHER))),
    wrong(
        "messages.2.content.1.tool_use_id",
        "twice",
        messages=_called(user(RESULT, RESULT), uses=(USE,)),
    ),
    wrong(
        "messages.2.content.1.tool_use_id",
        "strange",
        messages=_called(user(RESULT, OTHER), uses=(USE,)),
    ),
    wrong("messages.0.content.0.tool_use_id", "no use", messages=[user(RESULT)]),
    wrong("messages.1.content.1.id", "one id", messages=_called(user(RESULT), uses=(USE, USE))),
    wrong("messages.0.content.0", "a use by the user", messages=[user(USE)]),
    wrong(
        "messages.2.content.0.is_error",
        "is_error 1",
        messages=_called(user(RESULT | {"is_error": 1}), uses=(USE,)),
    ),
    wrong(
        "messages.2.content.1",
        "text beside an open server tool",
        messages=_called(user(RESULT, text()), uses=(SEARCH, USE)),
    ),
]


def _tool(**more: Any) -> dict[str, Any]:
    return {"name": "clock", "input_schema": SCHEMA} | more


def _strict(count: int) -> list[Any]:
    return [_tool(name=f"t{n}", strict=True, input_schema=STRICT) for n in range(count)]


_SERVER_TOOLS = [
    *(f"web_search_{date}" for date in (20250305, 20260209, 20260318)),
    *(f"web_fetch_{date}" for date in (20250910, 20260209, 20260309, 20260318)),
    *(f"code_execution_{date}" for date in (20250522, 20250825, 20260120, 20260521)),
    *("bash_20250124", "text_editor_20250728", "memory_20250818"),
    *("tool_search_tool_regex_20251119", "tool_search_tool_bm25_20251119"),
]
TOOLS = [
    fine("plain", tools=[_tool(description="Tells the time")]),
    fine("custom", tools=[_tool(type="custom", defer_loading=True, eager_input_streaming=None)]),
    *(
        fine(kind, tools=[{"type": kind, "name": kind.rpartition("_")[0]}])
        for kind in _SERVER_TOOLS
    ),
    *(fine(kind, tools=[{"type": kind}]) for kind in ("computer_toolset_20260801",)),
    fine("64 letters", tools=[_tool(name="a" * 64)]),
    *(
        wrong("tools.0.name", repr(name)[:20], tools=[_tool(name=name)])
        for name in ("", "a b", "ü", "a" * 65, "a\n", "a.b", 5, None)
    ),
    wrong("tools.1.name", "twice", tools=[_tool(), _tool()]),
    wrong("tools.0.input_schema", "no schema", tools=[{"name": "clock"}]),
    wrong("tools.0.input_schema.type", "an array", tools=[_tool(input_schema={"type": "array"})]),
    wrong(
        "tools.0.input_schema.properties",
        "no JSON Schema",
        tools=[_tool(input_schema={"type": "object", "properties": 7})],
    ),
    wrong("tools.0", "a text", tools=["clock"]),
    wrong("tools", "no list", tools={"name": "clock"}),
    fine("20 strict", tools=_strict(20)),
    wrong("tools", "21 strict", tools=_strict(21)),
    wrong("tools.0.input_schema.additionalProperties", "open", tools=[_tool(strict=True)]),
    wrong(
        "tools.0.strict",
        "strict toolset",
        tools=[{"type": "browser_toolset_20260801", "strict": True}],
    ),
    wrong(
        "tools.0.blocked_domains",
        "both domains",
        tools=[
            {"type": "web_search_20260318", "name": "web_search"}
            | {"allowed_domains": ["a.org"], "blocked_domains": ["b.org"]}
        ],
    ),
]

MARK = {"type": "ephemeral"}
HOUR = MARK | {"ttl": "1h"}


def _marked(count: int, mark: Any = MARK) -> list[Any]:
    return [text(str(n), cache_control=mark) for n in range(count)]


CACHING = [
    fine("whole request", cache_control=MARK),
    fine("whole request, 1 h", cache_control=HOUR),
    *(fine(f"ttl {ttl}", system=[text(cache_control=MARK | {"ttl": ttl})]) for ttl in ("5m", "1h")),
    wrong("system.0.cache_control.ttl", "2h", system=[text(cache_control=MARK | {"ttl": "2h"})]),
    wrong("system.0.cache_control", "forever", system=[text(cache_control={"type": "forever"})]),
    wrong("system.0.cache_control", "no type", system=[text(cache_control={})]),
    wrong("cache_control.ttl", "whole request, 2 h", cache_control=MARK | {"ttl": "2h"}),
    fine("a tool", tools=[_tool(cache_control=MARK)]),
    fine("four", messages=[user(*_marked(4))]),
    wrong("messages.0.content.4.cache_control", "five", messages=[user(*_marked(5))]),
    wrong(
        "messages.0.content.3.cache_control",
        "four and the whole",
        messages=[user(*_marked(4))],
        cache_control=MARK,
    ),
    wrong(
        "messages.0.content.0.cache_control",
        "last block, 1 h",
        messages=[user(*_marked(1, HOUR))],
        cache_control=MARK,
    ),
    wrong(
        "messages.1.content.0.cache_control",
        "thinking",
        messages=[user("Hi"), assistant(_THOUGHT | {"cache_control": MARK}, text()), user("Go")],
    ),
]
