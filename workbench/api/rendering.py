"""A stored content as a request that is ready to send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench import catalogue
from workbench.prompts.content import Content, MissingValues, Prepared
from workbench.prompts.media.measures import problems_of_media
from workbench.prompts.media.sources import places
from workbench.prompts.media.store import MissingMedia, resolved
from workbench.prompts.variables import names_in

from .addresses import address
from .errors import ApiError

PATH = "/v1/messages"


def rendered(
    stored: dict[str, Any], values: Mapping[str, str] | None, team_id: int, *, is_inline: bool
) -> dict[str, Any]:
    """The content and its request, with what is missing and what was changed.

    Without any ``values``, variables that have no default stay as they are written, and
    ``missing`` names them. ``is_inline`` puts the files in place of their names. Raises
    ``ApiError`` (422).
    """
    content = Content.from_dict(stored)
    missing = _missing(content) if values is None else []
    try:
        prepared = _prepared(content, values, missing)
        headers = prepared.request.headers()
    except MissingValues as error:
        sentence = f"Give every variable that the prompt uses a value: {', '.join(error.names)}."
        raise ApiError(422, "missing_values", sentence, variables=error.names) from None
    except ValueError as error:
        sentence = f"This version cannot be sent: {error}. Mend it in Workbench."
        raise ApiError(422, "not_sendable", sentence) from None
    body = dict(prepared.request.body)
    media = {place.kept: address("api:media", place.kept) for place in places(body) if place.kept}
    return {
        "content": stored,
        "request": {
            "method": "POST",
            "path": PATH,
            "headers": headers,
            "body": _with_files(body, team_id) if is_inline else body,
        },
        "missing": missing,
        "changes": list(prepared.transformations),
        "media": [{"sha256": sha256, "url": url} for sha256, url in media.items()],
    }


def _prepared(content: Content, values: Mapping[str, str] | None, missing: list[str]) -> Prepared:
    if values is None:
        # Names that are not declared stay as they are written.
        declared = tuple(each for each in content.variables if each.name not in missing)
        return replace(content, variables=declared).prepared({})
    if unknown := [name for name in values if name not in content.declared]:
        sentence = f"This version declares no such variable: {', '.join(unknown)[:500]}."
        raise ApiError(422, "unknown_variables", sentence, variables=unknown)
    return content.prepared(values)


def _missing(content: Content) -> list[str]:
    bare = {variable.name for variable in content.variables if not variable.default}
    return [name for name in names_in(content.body) if name in bare]


def _with_files(body: dict[str, Any], team_id: int) -> dict[str, Any]:
    model = body.get("model")
    known = catalogue.get(model if isinstance(model, str) else "")
    problems = [problem.sentence for problem in problems_of_media(body, team_id, known)]
    try:
        if not problems:
            return resolved(body, team_id)
    except MissingMedia as error:  # deleted a moment ago
        problems = [str(error)]
    raise ApiError(422, "unusable_media", problems[0])
