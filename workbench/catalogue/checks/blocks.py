"""Content blocks: their required fields, images, and what API version 2026-10-21 refuses.

Sources: vision (read 2026-08-22), migration-2026-10-21 (read 2026-11-12), Python SDK 2.11.0.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from workbench.catalogue.checks.sources import source
from workbench.catalogue.checks.subject import (
    Block,
    Problem,
    Problems,
    Subject,
    Turn,
    blocks,
    items,
    mapping,
    one_of,
)
from workbench.catalogue.model import API_VERSIONS, Model

IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
MOST_IMAGES = 600
MOST_IMAGES_SMALL_CONTEXT = 100
SMALL_CONTEXT_TOKENS = 200_000

# What stands inside a document or a search result; blocks of other types are not looked into.
_PARTS_OF_A_DOCUMENT = ("text", "image")
_PARTS_OF_A_SEARCH_RESULT = ("text",)


def content_blocks(subject: Subject) -> Problems:
    """Blocks of known types must have their fields and stand on their side."""
    yield from _each(subject.body.get("system"), "system")
    for turn in subject.turns:
        path = f"{turn.path}.content"
        yield from _each(turn.content, path)
        for block in blocks(turn.content, path):
            yield from _wrong_side(turn, block)
            if block.type == "tool_result":
                yield from _each(block.fields.get("content"), f"{block.path}.content", inner=True)


def image_count(subject: Subject) -> Problems:
    """The number of images depends on the model's context."""
    most = most_images(subject.model)
    count = sum(1 for block in _all_blocks(subject) if block.type == "image")
    if count > most:
        yield Problem(
            "messages", f"The request holds {count} images; this model takes at most {most}."
        )


def most_images(model: Model) -> int:
    """Return how many images one request to the model may hold."""
    context = model.context_tokens
    small = context is not None and context <= SMALL_CONTEXT_TOKENS
    return MOST_IMAGES_SMALL_CONTEXT if small else MOST_IMAGES


def media_support(subject: Subject) -> Problems:
    """What the upstream's model list says about images and PDF files."""
    name = subject.model.display_name
    for block in _all_blocks(subject):
        if block.type == "image" and subject.rules.image_input is False:
            yield Problem(block.path, f"{name} does not take images; remove it.")
        pdf = mapping(block.fields.get("source")).get("media_type") == "application/pdf"
        if block.type == "document" and pdf and subject.rules.pdf_input is False:
            yield Problem(block.path, f"{name} does not take PDF files; remove it.")


def refused_since_2026_10_21(subject: Subject) -> Problems:
    """Documents of the assistant and citations of the user, newly refused."""
    if subject.api_version != API_VERSIONS[0]:
        return
    for turn in subject.turns:
        for block in blocks(turn.content, f"{turn.path}.content"):
            if turn.role == "assistant" and block.type == "document":
                yield Problem(
                    block.path,
                    f"API version {subject.api_version} takes no document in an assistant turn; "
                    "move it into a user turn.",
                )
            if turn.role == "user":
                yield from _user_citations(subject, block)


def _user_citations(subject: Subject, block: Block) -> Problems:
    found = [block] if block.type == "text" else []
    if block.type == "search_result":
        found = [*blocks(block.fields.get("content"), f"{block.path}.content")]
    for text in found:
        if text.type == "text" and items(text.fields.get("citations")):
            yield Problem(
                f"{text.path}.citations",
                f"API version {subject.api_version} takes no citations on text in a user turn; "
                "remove them.",
            )


def _each(
    content: object, path: str, kinds: Collection[str] = (), *, inner: bool = False
) -> Problems:
    """Check the blocks of a list; with `kinds` given, look into blocks of these types only."""
    for index, entry in enumerate(items(content)):
        where = f"{path}.{index}"
        kind = mapping(entry).get("type")
        if not isinstance(entry, Mapping):
            yield Problem(where, "A content block must be an object with a type.")
        elif not isinstance(kind, str) or not kind.strip():
            yield Problem(f"{where}.type", "A content block needs a type, such as text or image.")
        elif (not kinds or kind in kinds) and not (inner and _is_empty_text(entry)):
            yield from _block(Block(where, kind, entry))


def _is_empty_text(entry: Mapping[str, Any]) -> bool:
    """Inside a tool result an empty text is an empty result, which is accepted."""
    return entry.get("type") == "text" and entry.get("text") == ""


def _block(block: Block) -> Problems:
    check = _CHECKS.get(str(block.type))
    if check is not None:
        yield from check(block)


def _text(block: Block) -> Problems:
    text = block.fields.get("text")
    if not isinstance(text, str):
        yield Problem(f"{block.path}.text", "A text block needs its text.")
    elif not text:
        yield Problem(f"{block.path}.text", "This text is empty; write something or remove it.")


def _image(block: Block) -> Problems:
    yield from source(block)
    held = mapping(block.fields.get("source"))
    if held.get("type") == "base64" and held.get("media_type") not in IMAGE_TYPES:
        yield Problem(
            f"{block.path}.source.media_type", f"The image type must be {one_of(IMAGE_TYPES)}."
        )


def _document(block: Block) -> Problems:
    yield from source(block)
    held = mapping(block.fields.get("source"))
    if held.get("type") != "content":
        return
    path, content = f"{block.path}.source.content", held.get("content")
    if not content or not isinstance(content, str | list | tuple):
        yield Problem(path, "This document has no parts; add a text or remove the document.")
    yield from _each(content, path, _PARTS_OF_A_DOCUMENT)


def _search_result(block: Block) -> Problems:
    yield from _named(block, "source", "A search result needs its source, such as a URL.")
    yield from _named(block, "title", "A search result needs a title.")
    path, content = f"{block.path}.content", block.fields.get("content")
    if not items(content):
        yield Problem(path, "This search result has no text; add one or remove the search result.")
    yield from _each(content, path, _PARTS_OF_A_SEARCH_RESULT)


def _container_upload(block: Block) -> Problems:
    yield from _named(block, "file_id", "A file for the container needs its file ID.")


def _tool_use(block: Block) -> Problems:
    yield from _named(block, "id", "A tool use needs its id.")
    yield from _named(block, "name", "A tool use needs the name of the tool.")
    if not isinstance(block.fields.get("input"), Mapping):
        yield Problem(f"{block.path}.input", "The input of a tool use must be a JSON object.")


def _tool_result(block: Block) -> Problems:
    yield from _named(block, "tool_use_id", "A tool result needs the id of its tool use.")
    content = block.fields.get("content")
    if content is not None and not isinstance(content, str | list | tuple):
        yield Problem(f"{block.path}.content", "A tool result must be a text or a list of blocks.")
    if not isinstance(block.fields.get("is_error"), bool | None):
        yield Problem(f"{block.path}.is_error", "is_error must be true or false.")


def _named(block: Block, name: str, sentence: str) -> Problems:
    value = block.fields.get(name)
    if not isinstance(value, str) or not value:
        yield Problem(f"{block.path}.{name}", sentence)


def _wrong_side(turn: Turn, block: Block) -> Problems:
    if turn.role == "user" and block.type == "tool_use":
        yield Problem(block.path, "A tool use belongs into an assistant turn; move it.")
    if turn.role == "assistant" and block.type == "tool_result":
        yield Problem(block.path, "A tool result belongs into a user turn; move it.")


def _all_blocks(subject: Subject) -> Iterator[Block]:
    for turn in subject.turns:
        for block in blocks(turn.content, f"{turn.path}.content"):
            yield block
            if block.type == "tool_result":
                yield from blocks(block.fields.get("content"), f"{block.path}.content")


_CHECKS: dict[str, Callable[[Block], Problems]] = {
    "text": _text,
    "image": _image,
    "document": _document,
    "search_result": _search_result,
    "container_upload": _container_upload,
    "tool_use": _tool_use,
    "tool_result": _tool_result,
}
