"""Replacements for what stands in the conversation: system turns, documents, images, prefill."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workbench.catalogue.checks import blocks as block_checks
from workbench.catalogue.checks import turns as turn_checks
from workbench.catalogue.checks.subject import Subject, blocks, items, mapping
from workbench.catalogue.replacements.misfit import (
    Body,
    Misfit,
    Misfits,
    counted,
    without_advice,
)

Message = dict[str, Any]
IsMeant = Callable[[Mapping[str, Any]], bool]


def system_turns(subject: Subject) -> Misfits:
    """System turns go to the end of the system prompt."""
    if subject.rules.system_turns is not False:
        return
    found = [turn for turn in subject.turns if turn.role == "system"]
    if found:
        turns = counted(len(found), "system turn goes", "system turns go")
        yield Misfit(
            "system_turns",
            f"{found[0].path}.role",
            f"{subject.model.display_name} does not take system turns.",
            f"{turns} to the end of the system prompt.",
            _with_system_prompt,
        )


def assistant_documents(subject: Subject) -> Misfits:
    """Documents of the assistant go to the user turn before."""
    found = [
        problem
        for problem in block_checks.refused_since_2026_10_21(subject)
        if not problem.path.endswith(".citations")
    ]
    if found:
        documents = counted(len(found), "document goes", "documents go")
        yield Misfit(
            "documents",
            found[0].path,
            without_advice(found[0]),
            f"{documents} to the user turn before.",
            _with_documents_of_the_user,
        )


def user_citations(subject: Subject) -> Misfits:
    """Citations on texts of the user are removed."""
    found = [
        problem
        for problem in block_checks.refused_since_2026_10_21(subject)
        if problem.path.endswith(".citations")
    ]
    if found:
        texts = counted(len(found), "text", "texts")
        yield Misfit(
            "citations",
            found[0].path,
            without_advice(found[0]),
            f"The citations on {texts} are removed; the text stays.",
            _without_user_citations,
        )


def images(subject: Subject) -> Misfits:
    """Images become a word in brackets where the model takes none."""
    if subject.rules.image_input is False:
        sentence = f"{subject.model.display_name} does not take images."
        yield from _noted(subject, "images", "image", sentence, _is_image)


def pdf_files(subject: Subject) -> Misfits:
    """PDF files become a word in brackets where the model takes none."""
    if subject.rules.pdf_input is False:
        sentence = f"{subject.model.display_name} does not take PDF files."
        yield from _noted(subject, "pdf_files", "PDF file", sentence, _is_pdf)


def image_count(subject: Subject) -> Misfits:
    """The oldest images become a word in brackets where there are too many."""
    problem = next(block_checks.image_count(subject), None)
    if problem is None:
        return
    most = block_checks.most_images(subject.model)
    yield Misfit(
        "image_count",
        problem.path,
        without_advice(problem),
        f'All but the last {most} become the text "[image]".',
        lambda body: _with_notes(body, "image", _is_image, keep=most),
    )


def prefill(subject: Subject) -> Misfits:
    """A last assistant turn becomes a user turn that asks to begin so."""
    problem = next(turn_checks.prefill(subject), None)
    if problem is None:
        return
    text = _texts(subject.turns[-1].content)
    replacement = "A user turn after it asks to go on."
    if text and text.strip():
        replacement = "It becomes a user turn that asks to begin the answer with this text."
    yield Misfit(
        "prefill", problem.path, without_advice(problem), replacement, _with_a_user_at_the_end
    )


def _noted(
    subject: Subject, misfit_id: str, word: str, sentence: str, is_meant: IsMeant
) -> Misfits:
    paths = [path for path, block in _media_blocks(subject.body) if is_meant(block)]
    if paths:
        become = counted(len(paths), f"{word} becomes", f"{word}s become")
        yield Misfit(
            misfit_id,
            paths[0],
            sentence,
            f'{become} the text "[{word}]".',
            lambda body: _with_notes(body, word, is_meant),
        )


# The replacements ----------------------------------------------------------------------------


def _with_system_prompt(body: Body) -> dict[str, Any]:
    system = body.get("system") or ""
    left: list[Any] = []
    for message in items(body.get("messages")):
        content = mapping(message).get("content")
        if mapping(message).get("role") != "system":
            left.append(message)
        elif isinstance(system, str | list) and _has_text(content):
            system = _joined(system, content)
        else:
            # What is no text at all stays where it is, to be seen and corrected there.
            left.append({**message, "role": "user"})
    changed = {**body, "messages": left} if "messages" in body else dict(body)
    return {**changed, "system": system} if system != (body.get("system") or "") else changed


def _has_text(content: object) -> bool:
    return bool(content.strip() if isinstance(content, str) else items(content))


def _joined(system: Any, content: Any) -> Any:
    if not system:
        return content
    if isinstance(system, str) and isinstance(content, str):
        return f"{system}\n\n{content}"
    return [*_as_blocks(system), *_as_blocks(content)]


def _as_blocks(content: Any) -> list[Any]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def _with_documents_of_the_user(body: Body) -> dict[str, Any]:
    left: list[Any] = []
    for message in items(body.get("messages")):
        moved = _documents(message)
        if not moved:
            left.append(message)
            continue
        place = _user_turn_before(left)
        if place is None:
            left.append({"role": "user", "content": moved})
        else:
            content = [*_as_blocks(left[place]["content"]), *moved]
            left[place] = {**left[place], "content": content}
        rest = [block for block in message["content"] if not _is_document(block)]
        if rest:
            left.append({**message, "content": rest})
    return {**body, "messages": left} if "messages" in body else dict(body)


def _documents(message: object) -> list[Any]:
    turn = mapping(message)
    if turn.get("role") != "assistant":
        return []
    return [block for block in items(turn.get("content")) if _is_document(block)]


def _is_document(block: object) -> bool:
    return mapping(block).get("type") == "document"


def _user_turn_before(messages: list[Any]) -> int | None:
    """The place of the last user turn that a block can be added to."""
    for place in reversed(range(len(messages))):
        turn = mapping(messages[place])
        content = turn.get("content")
        if turn.get("role") == "user" and isinstance(content, str | list) and content:
            return place
    return None


def _without_user_citations(body: Body) -> dict[str, Any]:
    def of_user(message: Message) -> Message:
        if message.get("role") != "user" or not isinstance(message.get("content"), list):
            return message
        return {**message, "content": [_uncited(block) for block in message["content"]]}

    return _each_turn(body, of_user)


def _uncited(block: Any) -> Any:
    if not isinstance(block, Mapping):
        return block
    if block.get("type") == "text" and items(block.get("citations")):
        return {key: value for key, value in block.items() if key != "citations"}
    if block.get("type") == "search_result" and isinstance(block.get("content"), list):
        return {**block, "content": [_uncited(part) for part in block["content"]]}
    return block


def _with_notes(body: Body, word: str, is_meant: IsMeant, keep: int = 0) -> dict[str, Any]:
    """`body` with a note in place of each block that is meant, but for the last `keep`."""
    left = sum(1 for _, block in _media_blocks(body) if is_meant(block)) - keep

    def noted(block: Any) -> Any:
        nonlocal left
        if not isinstance(block, Mapping):
            return block
        if is_meant(block) and left > 0:
            left -= 1
            return {"type": "text", "text": f"[{word}]"}
        if block.get("type") == "tool_result" and isinstance(block.get("content"), list):
            return {**block, "content": [noted(part) for part in block["content"]]}
        return block

    def of_turn(message: Message) -> Message:
        if not isinstance(message.get("content"), list):
            return message
        return {**message, "content": [noted(block) for block in message["content"]]}

    return _each_turn(body, of_turn)


def _media_blocks(body: Body) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, message in enumerate(items(body.get("messages"))):
        path = f"messages.{number}.content"
        for block in blocks(mapping(message).get("content"), path):
            yield block.path, block.fields
            if block.type == "tool_result":
                inner = blocks(block.fields.get("content"), f"{block.path}.content")
                yield from ((part.path, part.fields) for part in inner)


def _is_image(block: Mapping[str, Any]) -> bool:
    return block.get("type") == "image"


def _is_pdf(block: Mapping[str, Any]) -> bool:
    media_type = mapping(block.get("source")).get("media_type")
    return block.get("type") == "document" and media_type == "application/pdf"


def _with_a_user_at_the_end(body: Body) -> dict[str, Any]:
    messages = list(items(body.get("messages")))
    places = [place for place, message in enumerate(messages) if isinstance(message, Mapping)]
    if not places or messages[places[-1]].get("role") != "assistant":
        return dict(body)
    last = places[-1]
    text = _texts(messages[last].get("content"))
    if text and text.strip():
        asked = f"Begin your answer with exactly this text and go on from there:\n\n{text}"
        messages[last] = {"role": "user", "content": asked}
    else:
        messages.insert(last + 1, {"role": "user", "content": "Go on."})
    return {**body, "messages": messages}


def _texts(content: object) -> str:
    """The text of a content that holds nothing else; "" for any other content."""
    if isinstance(content, str):
        return content
    found: list[str] = []
    for block in items(content):
        text = mapping(block).get("text")
        if mapping(block).get("type") != "text" or not isinstance(text, str):
            return ""
        found.append(text)
    return "".join(found)


def _each_turn(body: Body, change: Callable[[Message], Message]) -> dict[str, Any]:
    if not isinstance(body.get("messages"), list):
        return dict(body)
    changed = [
        change(dict(message)) if isinstance(message, Mapping) else message
        for message in body["messages"]
    ]
    return {**body, "messages": changed}
