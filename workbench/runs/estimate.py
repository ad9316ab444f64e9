"""Before a run: how many tokens the request has, what it may cost, whether it fits."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings

from workbench import catalogue
from workbench.catalogue import Forecast
from workbench.messages_api import MessageRequest, MessagesApiError
from workbench.prompts.content import Content, MissingValues
from workbench.prompts.media.measures import kept_media
from workbench.prompts.media.measures import tokens as media_tokens
from workbench.prompts.media.sources import KEPT, places
from workbench.prompts.media.store import MissingMedia, resolved
from workbench.prompts.models import Draft

from .engine import Engine
from .spending.paying import Means, means_for
from .spending.reserving import NotPaid

COUNT_SECONDS = 20
REMEMBERED = 2_000
SENT_BYTES = 1_000_000
NAMES_SHOWN = 3


@dataclass(frozen=True)
class Estimate:
    """What is known of a request before it is sent; ``obstacle`` says why nothing is.

    ``tokens`` is the input as the upstream counts it; ``is_rough`` when large files were guessed
    instead of sent. ``unfilled`` are the variables that have no value yet: their names were counted
    in their place.
    """

    tokens: int | None = None
    is_rough: bool = False
    forecast: Forecast | None = None
    unfilled: tuple[str, ...] = ()
    obstacle: str = ""

    @property
    def unfilled_words(self) -> str:
        """The first names without a value, and how many more there are."""
        names, more = ", ".join(self.unfilled[:NAMES_SHOWN]), len(self.unfilled) - NAMES_SHOWN
        return f"{names} and {more:,} more" if more > 0 else names


@dataclass(frozen=True)
class Question:
    """A request that can be counted, and where."""

    request: MessageRequest
    upstream: str
    unfilled: tuple[str, ...]
    api_key: str = field(repr=False, default="")
    more_tokens: int = 0
    """What files cost that are too large to be sent for every count; a rough guess."""


def question_of(draft: Draft, default_upstream: str) -> Question | str:
    """The question that a stored draft asks, or the sentence that says why it asks none yet."""
    upstream = draft.upstream or default_upstream
    request, unfilled = _request(draft.parsed, draft.values, upstream)
    try:
        request, more = _light(request, draft.team_id)
    except MissingMedia as missing:
        return str(missing)
    # The input is counted without an upper bound for the answer, which has its own sentence.
    problems = [each for each in catalogue.problems(request) if each.path != "max_tokens"]
    if problems:
        return problems[0].sentence
    chosen = settings.UPSTREAMS.get(upstream)
    try:
        means = means_for(draft.team_id, chosen) if chosen else Means()
    except NotPaid as refusal:
        return str(refusal)
    return Question(request, upstream, unfilled, means.api_key, more)


class Counter:
    """Asks upstreams for token counts, and remembers what they said of an identical request."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def estimate(self, engine: Engine, question: Question) -> Estimate:
        """Return the estimate; what the upstream does not say is said in a sentence."""
        body = question.request.json_bytes()
        head = f"{question.request.api_version} {question.request.betas} "
        asked = (question.upstream, hashlib.sha256(head.encode() + body).hexdigest())
        tokens = self._known.get(asked)
        if tokens is None:
            try:
                async with asyncio.timeout(COUNT_SECONDS):
                    tokens = await engine.count_tokens(
                        question.upstream, question.request, question.api_key
                    )
            except MessagesApiError as error:
                return Estimate(obstacle=f"The tokens were not counted. {error.sentence}")
            except TimeoutError:
                return Estimate(obstacle="The tokens were not counted in time.")
            self._remember(asked, tokens)
        tokens += question.more_tokens
        forecast = catalogue.forecast(question.request.body, tokens)
        return Estimate(tokens, question.more_tokens > 0, forecast, question.unfilled)

    def _remember(self, asked: tuple[str, str], tokens: int) -> None:
        self._known[asked] = tokens
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _request(
    content: Content, values: dict[str, str], upstream: str
) -> tuple[MessageRequest, tuple[str, ...]]:
    try:
        return content.prepared(values, upstream).request, ()
    except MissingValues as missing:
        markers = {name: f"{{{{{name}}}}}" for name in missing.names}
        return content.prepared(values | markers, upstream).request, tuple(missing.names)


def _light(request: MessageRequest, team_id: int) -> tuple[MessageRequest, int]:
    """The request with its files if they are small, else without; and the tokens left out.

    Raises ``MissingMedia``. Tens of megabytes would otherwise go to the upstream at every pause.
    """
    body = dict(request.body)
    rows = kept_media(body, team_id)
    if sum(row.size for row in rows.values()) <= SENT_BYTES:
        return replace(request, body=resolved(body, team_id)), 0
    model = catalogue.get(str(body.get("model", "")))
    uses = [rows[place.kept] for place in places(body) if place.kept in rows]
    guessed = sum(media_tokens(row, model) for row in uses)
    return replace(request, body=_without_files(body)), guessed


def _without_files(value: Any) -> Any:
    """``value`` with a short text in place of each block that holds a kept file."""
    if isinstance(value, list):
        return [_without_files(item) for item in value]
    if not isinstance(value, dict):
        return value
    source = value.get("source")
    if isinstance(source, dict) and source.get("type") == KEPT:
        return {"type": "text", "text": "."}
    return {key: _without_files(item) for key, item in value.items()}


counter = Counter()
