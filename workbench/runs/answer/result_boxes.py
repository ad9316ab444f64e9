"""Blocks that arrive whole, each kind with its own view: results of server tools, files, notes.

Shapes: https://platform.claude.com/docs/en/agents-and-tools/tool-use/server-tools (read 2026-11)
and the types of anthropic-python 2.11. Every field may be missing or of another type; a block that
does not look like its kind is shown as JSON. No image or page is ever loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .json_text import pretty, raw_box
from .markdown import escaped
from .result_failures import failure
from .texts import count_of, cut, mapping_of, text_of
from .web_links import in_isolation, web_link

MAX_LISTED = 100
"""Results, files and tools beyond this many are only counted."""


def inner(block: Mapping[str, Any]) -> str:
    """Return the inner HTML of the box of a block, escaped."""
    kind = block.get("type")
    draw = _KINDS.get(kind) if isinstance(kind, str) else None
    return (draw(block) if draw else "") or folded(_type_label(block), raw_box(pretty(block)))


def folded(label: str, body: str) -> str:
    """Return a body that the reader can unfold."""
    return f"<details><summary>{label}</summary>{body}</details>"


def _unfolded(label: str, *bodies: str) -> str:
    return f'<p class="answer-label">{label}</p>{"".join(bodies)}'


def _type_label(block: Mapping[str, Any]) -> str:
    """Return the type of a block in words, escaped."""
    words = text_of(block, "type")[:80].replace("_", " ").strip()
    return in_isolation(words[:1].upper() + words[1:]) or "Block without a type"


def _web_search(block: Mapping[str, Any]) -> str:
    content = block.get("content")
    if not isinstance(content, list):
        return failure("The web search", content)
    count = f"{len(content):,} result{'' if len(content) == 1 else 's'}"
    return folded(f"Web search: {count}{_of_call(block)}", _listed(content, _found_page))


def _found_page(result: Mapping[str, Any]) -> str:
    age = in_isolation(result.get("page_age"), 100)
    link = web_link(result.get("url"), result.get("title"))
    return link + (f' <span class="muted">{age}</span>' if age else "") if link else ""


def _web_fetch(block: Mapping[str, Any]) -> str:
    result = mapping_of(block.get("content"))
    if result.get("type") != "web_fetch_result":
        return failure("The web fetch", result)
    document = mapping_of(result.get("content"))
    link = web_link(result.get("url"), document.get("title"))
    when = in_isolation(result.get("retrieved_at"), 100)
    read = f' <span class="muted">read {when}</span>' if when else ""
    return _unfolded(f"Web page{_of_call(block)}", _note(f"{link}{read}"), _content_of(document))


def _code_output(block: Mapping[str, Any]) -> str:
    result = mapping_of(block.get("content"))
    code = result.get("return_code")
    if not text_of(result, "type").endswith("code_execution_result"):
        return failure("The code execution", result)
    ended = f", ended with {code}" if isinstance(code, int) else ""
    bodies = []
    if "encrypted_stdout" in result:
        bodies.append(_note("The output is encrypted: only the model can read it."))
    for name in ("stdout", "stderr"):
        if text := text_of(result, name):
            label = "" if name == "stdout" else _note("Standard error:")
            bodies.append(label + raw_box(cut(text)))
    files = result.get("content")
    if isinstance(files, list) and files:
        bodies.append(_listed(files, lambda file: _file(file.get("file_id"))))
    if not bodies:
        bodies.append(_note("It wrote nothing."))
    return _unfolded(f"Output of the code{ended}{_of_call(block)}", *bodies)


def _edited_file(block: Mapping[str, Any]) -> str:
    result = mapping_of(block.get("content"))
    kind = text_of(result, "type").removeprefix("text_editor_code_execution_")
    if kind == "view_result":
        first, total = count_of(result, "start_line"), count_of(result, "total_lines")
        where = f" from line {first:,}" if first else ""
        of = f" of {total:,} lines" if total else ""
        body = raw_box(cut(text_of(result, "content")))
        return folded(f"File in the container{where}{of}{_of_call(block)}", body)
    if kind == "create_result":
        done = "written over" if result.get("is_file_update") else "created"
        return _unfolded(f"A file in the container was {done}.{_of_call(block)}")
    if kind == "str_replace_result":
        lines = result.get("lines")
        changed = lines if isinstance(lines, list) else []
        text = cut("\n".join(line for line in changed if isinstance(line, str)))
        label = f"A file in the container was changed.{_of_call(block)}"
        return _unfolded(label, raw_box(text) if text else "")
    return failure("The editing of a file", result)


def _found_tools(block: Mapping[str, Any]) -> str:
    result = mapping_of(block.get("content"))
    tools = result.get("tool_references")
    if not isinstance(tools, list):
        return failure("The tool search", result)
    if not tools:
        return _unfolded(f"Tool search: no tool was found{_of_call(block)}")
    body = _listed(tools, lambda tool: _code(tool.get("tool_name")))
    return _unfolded(f"Tool search: found{_of_call(block)}", body)


def _mcp_result(block: Mapping[str, Any]) -> str:
    label = "Error of an MCP tool" if block.get("is_error") is True else "Result of an MCP tool"
    content = block.get("content")
    if isinstance(content, str):
        return folded(f"{label}{_of_call(block)}", raw_box(cut(text_of(block, "content"))))
    if not isinstance(content, list):
        return ""
    return folded(f"{label}{_of_call(block)}", _texts_of(content))


def _upload(block: Mapping[str, Any]) -> str:
    file = _file(block.get("file_id"))
    return _unfolded(f"In the container: {file}") if file else ""


def _document(block: Mapping[str, Any]) -> str:
    title = in_isolation(block.get("title")) or "without a title"
    context = in_isolation(block.get("context"), 2_000)
    return _unfolded(f"Document {title}", _note(context) if context else "", _content_of(block))


def _content_of(document: Mapping[str, Any]) -> str:
    """Return what a document says, folded away."""
    source = mapping_of(document.get("source"))
    kind, data = source.get("type"), text_of(source, "data")
    if kind == "text":
        return folded(f"Text of the document, {len(data):,} characters", raw_box(cut(data)))
    if kind == "base64":
        return _note(_weight(source))
    if kind == "url":
        return _note(web_link(source.get("url")))
    if kind == "file":
        return _note(_file(source.get("file_id")))
    if kind == "content" and isinstance(source.get("content"), list):
        return folded("Parts of the document", _texts_of(source["content"]))
    return folded("Content of the document", raw_box(pretty(document)))


def _search_result(block: Mapping[str, Any]) -> str:
    content = block.get("content")
    origin = web_link(block.get("source"), block.get("title"))
    texts = _texts_of(content) if isinstance(content, list) else ""
    return _unfolded(f"Search result {origin}", folded("Text", texts) if texts else "")


def _image(block: Mapping[str, Any]) -> str:
    source = mapping_of(block.get("source"))
    kind = source.get("type")
    if kind == "base64":
        return _unfolded(f"Image, not shown here: {_weight(source)}")
    if kind == "url":
        return _unfolded(f"Image, not loaded: {web_link(source.get('url'))}")
    return _unfolded(f"Image, not shown here: {_file(source.get('file_id'))}")


def _compaction(block: Mapping[str, Any]) -> str:
    summary = text_of(block, "content")
    if summary:
        return folded("The conversation so far was compacted to this summary", _plain(summary))
    if block.get("encrypted_content"):
        return _unfolded("The conversation so far was compacted; the summary is encrypted.")
    return _unfolded("The conversation could not be compacted; it goes on as it was.")


def _fallback(block: Mapping[str, Any]) -> str:
    before = _code(mapping_of(block.get("from")).get("model")) or "The model"
    after = _code(mapping_of(block.get("to")).get("model")) or "another model"
    category = in_isolation(mapping_of(block.get("trigger")).get("category"), 100)
    why = f" ({category})" if category else ""
    return _unfolded(f"{before} declined{why}; from here on {after} answers.")


def _listed(items: Sequence[Any], draw: Callable[[Mapping[str, Any]], str]) -> str:
    """Return a list of at most `MAX_LISTED` items; those that `draw` cannot draw as JSON."""
    drawn = []
    for item in items[:MAX_LISTED]:
        html = draw(item) if isinstance(item, Mapping) else ""
        drawn.append(f"<li>{html or _code(pretty(item), 500)}</li>")
    more = len(items) - len(drawn)
    rest = _note(f"… and {more:,} more.") if more > 0 else ""
    return f"<ol>{''.join(drawn)}</ol>{rest}"


def _texts_of(content: Sequence[Any]) -> str:
    """Return the texts of blocks one below the other; other blocks as JSON."""
    drawn = []
    for block in content[:MAX_LISTED]:
        is_text = isinstance(block, Mapping) and block.get("type") == "text"
        drawn.append(_plain(text_of(block)) if is_text else raw_box(pretty(block)))
    more = len(content) - len(drawn)
    return "".join(drawn) + (_note(f"… and {more:,} more.") if more > 0 else "")


def _plain(text: str) -> str:
    return f'<pre class="plain" tabindex="0"><code>{escaped(cut(text))}</code></pre>'


def _note(html: str) -> str:
    return f'<p class="answer-note">{html}</p>' if html else ""


def _code(text: object, most: int = 200) -> str:
    shown = in_isolation(text, most)
    return f"<code>{shown}</code>" if shown else ""


def _file(file_id: object) -> str:
    return f"File {_code(file_id)}" if _code(file_id) else ""


def _weight(source: Mapping[str, Any]) -> str:
    """Return the kind and size of base64 data; the data itself is not shown."""
    size = len(text_of(source, "data").rstrip("=")) * 3 // 4
    return f"{_code(source.get('media_type')) or 'data'}, {size:,} bytes"


def _of_call(block: Mapping[str, Any]) -> str:
    call = in_isolation(block.get("tool_use_id"), 100)
    return f' <code class="muted">{call}</code>' if call else ""


_KINDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "web_search_tool_result": _web_search,
    "web_fetch_tool_result": _web_fetch,
    "code_execution_tool_result": _code_output,
    "bash_code_execution_tool_result": _code_output,
    "text_editor_code_execution_tool_result": _edited_file,
    "tool_search_tool_result": _found_tools,
    "mcp_tool_result": _mcp_result,
    "container_upload": _upload,
    "document": _document,
    "search_result": _search_result,
    "image": _image,
    "compaction": _compaction,
    "fallback": _fallback,
}
