"""One request for every kind of block, and for every form of it."""

from __future__ import annotations

from .pieces import (
    CACHED,
    CACHED_LONG,
    CITED,
    GIF,
    JPEG,
    OLD,
    PNG,
    WEBP,
    ask,
    assistant,
    document,
    found,
    image,
    linked,
    pdf,
    plain,
    request,
    result,
    system,
    talk,
    text,
    thought,
    use,
    user,
)
from .texts import TEXTS

_CHUNKS = document({"type": "content", "content": [text("one"), text("two"), image()]})
_TIMES = {"start_char_index": 0, "end_char_index": 5}
_CITATIONS = [
    {"type": "char_location", "cited_text": 'a "b"', "document_index": 0, "document_title": None}
    | {"file_id": None}
    | _TIMES,
    {"type": "page_location", "cited_text": "c\nd", "document_index": 1, "document_title": "T"}
    | {"start_page_number": 1, "end_page_number": 2},
    {"type": "web_search_result_location", "url": "https://example.org", "title": "T"}
    | {"encrypted_index": "Eo8=", "cited_text": "e"},
]
_SEARCH = {"type": "server_tool_use", "id": "srvtoolu_01", "name": "web_search"}
_HIT = {"type": "web_search_result", "url": "https://example.org", "title": "T", "page_age": None}
_HITS = {
    "type": "web_search_tool_result",
    "tool_use_id": "srvtoolu_01",
    "content": [_HIT | {"encrypted_content": "EqgfCioIARgB="}],
}
_SEARCH_FAILED = _HITS | {
    "content": {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}
}
_FETCHED = {
    "type": "web_fetch_tool_result",
    "tool_use_id": "srvtoolu_02",
    "content": {
        "type": "web_fetch_result",
        "url": "https://example.org/a.txt",
        "retrieved_at": None,
        "content": plain("The page.", title=None),
    },
}
_RAN = {
    "type": "code_execution_tool_result",
    "tool_use_id": "srvtoolu_03",
    "content": {"type": "code_execution_result", "stdout": "1\n", "stderr": "", "return_code": 0}
    | {"content": [{"type": "code_execution_output", "file_id": "file_011"}]},
}

REQUESTS = {
    "blocks: two texts": ask("One.", "Two.\n"),
    "blocks: the text in a list of one": ask(text("Hi")),
    "blocks: no turns": request(),
    "blocks: no blocks": request({"role": "user", "content": []}),
    "blocks: image": ask("What is it?", image()),
    "blocks: image of each type": ask(
        image(), image(GIF, "image/gif"), image(JPEG, "image/jpeg"), image(WEBP, "image/webp"), "?"
    ),
    "blocks: the same image twice": ask(image(), image(), "Compare."),
    "blocks: image at an address": ask(linked("image", "https://example.org/a%20b.png?c=d&e"), "?"),
    "blocks: image by its file": ask(
        {"type": "image", "source": {"type": "file", "file_id": "file_011"}}, "?"
    ),
    "blocks: image that may not shrink": ask(
        image(transformations={"oversized_image": "error"}), "?"
    ),
    "blocks: image of a foreign type": ask(image(b"<svg/>", "image/svg+xml"), "?"),
    "blocks: image that is no base64": ask(
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "{{A}}"}}
    ),
    "blocks: image in broken lines of base64": ask(
        {
            "type": "image",
            "source": {"type": "base64", "media_type": "image/png", "data": "iVBO\nRw0KGgo=\n"},
        },
        "?",
    ),
    "blocks: image of 20 KB": ask(image(PNG + bytes(range(256)) * 80), "?"),
    "blocks: image without a source": ask({"type": "image"}, "?"),
    "blocks: cached image": ask(image(**CACHED), "?"),
    "blocks: PDF": ask(pdf(), "Sum it up."),
    "blocks: PDF with everything": ask(pdf(title="A “T”", context="C\nD", **CITED, **CACHED), "?"),
    "blocks: PDF with the fields in another order": ask(
        {"title": "T", "source": pdf()["source"], "type": "document"}, "?"
    ),
    "blocks: PDF at an address": ask(linked("document", "https://example.org/a.pdf"), "?"),
    "blocks: PDF by its file": ask(document({"type": "file", "file_id": "file_011"}), "?"),
    "blocks: text document": ask(plain("Line one.\nLine two.\n"), "?"),
    "blocks: text document with citations": ask(plain("The sky.", title="Sky", **CITED), "?"),
    "blocks: hostile text document": ask(plain("".join(TEXTS.values())), "?"),
    "blocks: document of chunks": ask(_CHUNKS | CITED, "?"),
    "blocks: document of one text": ask(document({"type": "content", "content": "one"}), "?"),
    "blocks: search results": ask(found("one", **CITED), found("two", text("x", **CACHED)), "?"),
    "blocks: citations in an answer": talk(text("It is.", citations=_CITATIONS)),
    "blocks: no citations in an answer": talk(
        text("It is.", citations=None), text("x", citations=[])
    ),
    "blocks: citations by the user": ask(text("x", citations=_CITATIONS[:1]), "?", api_version=OLD),
    "blocks: document in an answer": talk(plain("x"), "See above.", api_version=OLD),
    "blocks: thinking": talk(thought(), "Yes."),
    "blocks: thinking that is left out": talk(thought(""), "Yes."),
    "blocks: hostile thinking": talk(thought(TEXTS["Markdown"] + TEXTS["three of both"]), "Yes."),
    "blocks: redacted thinking": talk({"type": "redacted_thinking", "data": "EroB+/="}, "Yes."),
    "blocks: thinking before a call": request(
        user("Hi"), assistant(thought(), "I look.", use(city="Oslo")), user(result())
    ),
    "blocks: web search": talk(_SEARCH | {"input": {"query": "a \"b\" 'c'"}}, _HITS, "Found."),
    "blocks: web search that failed": talk(_SEARCH | {"input": {}}, _SEARCH_FAILED, "No."),
    "blocks: web fetch": talk(
        _SEARCH | {"id": "srvtoolu_02", "name": "web_fetch", "input": {"url": "https://a.b/c"}},
        _FETCHED,
        "Read.",
    ),
    "blocks: code execution": talk(
        _SEARCH | {"id": "srvtoolu_03", "name": "code_execution", "input": {"code": "print(1)\n"}},
        _RAN,
        {"type": "container_upload", "file_id": "file_011"},
    ),
    "blocks: container upload": ask({"type": "container_upload", "file_id": "file_011"}, "?"),
    "blocks: unknown block": ask({"type": "hologram", "frames": [1, {"a": None}]}, "?"),
    "blocks: block without a type": ask({"text": "Hi"}, "?"),
    "blocks: text with an unknown key": ask(text("Hi", shade="blue", flags=[]), "?"),
    "blocks: blocks that are no objects": request(
        {"role": "user", "content": ["Hi", 5, None, True, ["x"]]}
    ),
    "blocks: content that is neither": request({"role": "user", "content": None}),
    "blocks: turn with unknown keys": request(
        user("Hi") | {"name": "Ann", "output_config": {"effort": "low"}},
        betas=("mid-conversation-output-config-2026-07-01",),
    ),
    "blocks: turn of another role": request({"role": "tool", "content": "x"}, user("Hi")),
    "blocks: content before the role": request({"content": "Hi", "role": "user"}),
    "blocks: type after the text": ask({"text": "Hi", "type": "text"}, "?"),
    "blocks: system turn": request(user("Hi"), system("Be brief."), assistant("Yes?"), user("Go")),
    "blocks: system turn of blocks at the end": request(user("Hi"), system(text("Be", **CACHED))),
    "blocks: system turn that is cleared": request(
        user("Hi"),
        system("Be brief.") | {"clear_at": "next_user_turn"},
        betas=("mid-conversation-system-clear-at-2026-08-21",),
    ),
    "blocks: many turns": request(
        *(turn for number in range(30) for turn in (user(f"{number}?"), assistant(f"{number}!"))),
        user("End\n"),
    ),
    "blocks: long turns": request(
        user(TEXTS["hundred lines"]), assistant(TEXTS["Markdown"]), user(TEXTS["one long line"])
    ),
    "blocks: two turns of one role": request(user("Hi"), user("there"), user(text("you"))),
    "blocks: everything cached": request(
        user(text("a", **CACHED), "b"),
        assistant(text("c", **CACHED_LONG)),
        user(plain("d", **CACHED), text("e", **CACHED_LONG)),
    ),
    "blocks: all of the texts": ask(*(value for value in TEXTS.values())),
    "blocks: result with an image": request(
        user("Hi"), assistant(use()), user(result(content=[text("map"), image()]))
    ),
}
