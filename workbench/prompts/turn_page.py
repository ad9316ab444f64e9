"""What the page says about turns and their blocks, and the pieces that follow from a verb."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workbench.catalogue import Model, Offer, get, offers

from .blocks import Block, Contents, menus
from .editor import EditorForm
from .media.measures import kept_in, kept_media, tokens
from .models import Media
from .turns import Turn

CONTINUED = "The model continues the text of the last turn."


def turn_context(form: EditorForm) -> dict[str, Any]:
    """What ``_turn.html``, ``_system.html`` and the row below the turns are drawn from."""
    model_id, api_version = form.choice.model_id, form.kept.api_version
    offered = offers(model_id, api_version, form.content.body)
    return {
        "menus": menus(model_id, api_version),
        "turns_mark": f"{model_id} {api_version}".replace("\n", " "),
        "system_turns": offered["system_turns"],
        "ending": _ending(form, offered["prefill"]),
    }


def media_context(team_id: int, form: EditorForm) -> dict[str, Any]:
    """The files of the team that the form holds, by hash, asked for once."""
    model = get(form.choice.model_id)
    rows = kept_media(form.content.body, team_id)
    return {"media": {sha256: _stored(row, tokens(row, model)) for sha256, row in rows.items()}}


def media_of(team_id: int, forms: Iterable[EditorForm], model: Model) -> dict[str, Any]:
    """As ``media_context``, of many forms with one question."""
    rows = kept_in((form.content.body for form in forms), team_id)
    return {"media": {sha256: _stored(row, tokens(row, model)) for sha256, row in rows.items()}}


def turn_place(form: EditorForm, turn: Turn) -> str:
    """Where htmx puts ``turn`` on the page: before the turn that follows it, or at the end."""
    following = (form.turns.place_of(turn.key) or 0) + 1
    if following == len(form.turns):
        return "beforeend:#turns"
    return f"beforebegin:#{form.turns[following].name}"


def drawn_anew(form: EditorForm, name: str) -> dict[str, Any]:
    """The pieces of a turn, or of the system prompt, that takes the place of what is shown.

    ``name`` is that of its contents or of a block inside.
    """
    turn = turn_named(form, name)
    if turn is None:
        return {"is_system_stale": True}
    return {"gone": [turn.name], "new_turns": [turn], "turn_place": turn_place(form, turn)}


def blocks_added(form: EditorForm, contents: Contents, blocks: list[Block]) -> dict[str, Any]:
    """The pieces that show new blocks of ``contents``, which stand together, the first focused."""
    if not blocks:
        return {}
    focus = {"focus": blocks[0].name}
    if contents.is_restructured:
        return drawn_anew(form, contents.name) | focus
    turn = turn_named(form, contents.name)
    return focus | {
        "new_blocks": blocks,
        "block_place": block_place(contents, blocks[-1]),
        "turn": turn,
        "title": turn.title if turn else "System prompt",
        "added_to": contents,
        "holds": menu_of(form, contents),
    }


def block_place(contents: Contents, block: Block) -> str:
    """Where htmx puts ``block``: before the block that follows it, or at the end."""
    following = (contents.place_of(block.key) or 0) + 1
    if following == len(contents.blocks):
        return f"beforeend:#{contents.name}-blocks"
    return f"beforebegin:#{contents.blocks[following].name}"


def turn_named(form: EditorForm, name: str) -> Turn | None:
    """The turn whose field names begin as ``name`` does; None for the system prompt."""
    return form.turns.get(name.partition("-block-")[0].removeprefix("turn-"))


def menu_of(form: EditorForm, contents: Contents) -> str:
    """The name of the menu of ``contents``."""
    outer, _, key = contents.name.rpartition("-block-")
    if not outer:
        turn = turn_named(form, contents.name)
        return turn.menu if turn else "system"
    around = form.contents_named(outer)
    place = around.place_of(key) if around else None
    return around.blocks[place].kind.holds if around and place is not None else ""


def _ending(form: EditorForm, prefill: Offer) -> str:
    """What it means that the conversation ends with the assistant; "" when it does not."""
    if not len(form.turns) or form.turns[-1].role != "assistant":
        return ""
    last = form.turns[-1]
    kinds = [block.kind.name for block in last.contents.blocks] if last.contents else []
    if any(kind.startswith("server_") for kind in kinds):
        return ""
    if prefill.is_offered:
        return CONTINUED
    return f"{prefill.reason} End the conversation with a user turn."


def _stored(media: Media, count: int) -> dict[str, Any]:
    return {"words": words_of(media, count), "is_image": media.media_type.startswith("image/")}


def words_of(media: Media, count: int) -> str:
    """A kept file in words: its type, its measures, and ``count`` for its tokens."""
    kind = media.media_type.partition("/")[2]
    measures = ["Text" if kind == "plain" else kind.upper()]
    if media.width and media.height:
        measures.append(f"{media.width:,} × {media.height:,} px")
    if media.pages:
        measures.append(f"{media.pages:,} page{'' if media.pages == 1 else 's'}")
    measures.append(_size(media.size))
    return f"{' · '.join(measures)} · about {count:,} tokens"


def _size(count: int) -> str:
    """``count`` bytes in words; KB and MB are of 1,000."""
    if count < 1_000:
        return f"{count} byte{'' if count == 1 else 's'}"
    return f"{count / 1_000:,.0f} KB" if count < 1_000_000 else f"{count / 1_000_000:,.1f} MB"
