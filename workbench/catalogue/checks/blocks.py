"""Content blocks: their required fields, images, and what API version 2026-10-21 refuses.

Sources: vision (read 2026-08-22), migration-2026-10-21 (read 2026-11-12), Python SDK 2.11.0.
"""

from collections.abc import Callable, Iterator, Mapping

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
LARGEST_IMAGE_CHARACTERS = 10 * 1024 * 1024
MOST_IMAGES = 600
MOST_IMAGES_SMALL_CONTEXT = 100
SMALL_CONTEXT_TOKENS = 200_000

_SOURCE_FIELDS = {"base64": "data", "url": "url", "file": "file_id"}


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


def _each(content: object, path: str, *, inner: bool = False) -> Problems:
    for index, entry in enumerate(items(content)):
        where = f"{path}.{index}"
        if not isinstance(entry, Mapping):
            yield Problem(where, "A content block must be an object with a type.")
        elif not isinstance(entry.get("type"), str):
            yield Problem(f"{where}.type", "A content block needs a type, such as text or image.")
        elif not (inner and entry["type"] == "text" and entry.get("text") == ""):
            # An empty text inside a tool result is an empty result, which is accepted.
            yield from _block(Block(where, entry["type"], entry))


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
    yield from _source(block)
    source = mapping(block.fields.get("source"))
    if source.get("type") != "base64":
        return
    if source.get("media_type") not in IMAGE_TYPES:
        yield Problem(
            f"{block.path}.source.media_type", f"The image type must be {one_of(IMAGE_TYPES)}."
        )
    data = source.get("data")
    if isinstance(data, str) and len(data) > LARGEST_IMAGE_CHARACTERS:
        yield Problem(f"{block.path}.source.data", "The image is larger than 10 MB; reduce it.")


def _source(block: Block) -> Problems:
    source = block.fields.get("source")
    path = f"{block.path}.source"
    if not isinstance(source, Mapping) or not isinstance(source.get("type"), str):
        yield Problem(path, f"This {block.type} has no source; choose a file or give a URL.")
        return
    needed = _SOURCE_FIELDS.get(source["type"])
    if needed and not (isinstance(source.get(needed), str) and source[needed]):
        yield Problem(f"{path}.{needed}", f"The source of this {block.type} is empty; fill it in.")


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
    "document": _source,
    "tool_use": _tool_use,
    "tool_result": _tool_result,
}
