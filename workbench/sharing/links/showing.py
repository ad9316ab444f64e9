"""What a link shows, made of nothing but what it may show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from workbench.prompts.content import Content, MissingValues
from workbench.prompts.editor import NAME_LENGTH, EditorForm
from workbench.prompts.media.sources import places
from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.prompts.turn_page import media_context
from workbench.runs.answer.verdict import is_shown_as_json
from workbench.runs.answer.views import JSON, MARKDOWN, rendered
from workbench.runs.comparisons.comparing import runs_of
from workbench.runs.comparisons.setup import LETTERS, Setup
from workbench.runs.endings import ending_of
from workbench.runs.models import Comparison, Run, State
from workbench.sharing.models import ShareLink

from .hiding import Veil, shared_content, systems_in, together, veil_of


@dataclass(frozen=True)
class Answer:
    """A run as a stranger sees it: how it ended and what was answered, no figures of the team."""

    run: Run
    html: SafeString
    is_active: bool
    mark: str
    tone: str


@dataclass(frozen=True)
class Pane:
    """One column of a comparison; without an answer it was not sent, or its run is gone."""

    letter: str
    words: str
    answer: Answer | None


@dataclass(frozen=True)
class Shown:
    """What the page of a link shows. Without a ``content`` the request is left out.

    ``team_id`` is the team whose files the content may name.
    """

    title: str
    team_id: int
    content: Content | None = None
    version: PromptVersion | None = None
    answer: Answer | None = None
    panes: Sequence[Pane] = ()

    @property
    def hashes(self) -> set[str]:
        """The kept files that the content names."""
        found = places(self.content.body) if self.content else ()
        return {place.kept for place in found} - {""}

    def context(self) -> dict[str, Any]:
        """The template context of ``sharing/links/shared.html``."""
        if self.content is None:
            return {"shown": self, "media": {}}
        draft = Draft(name=self.title[:NAME_LENGTH], content=self.content.to_dict())
        form = EditorForm.of(draft)
        return {"shown": self, "form": form, **media_context(self.team_id, form)}


def shown_by(link: ShareLink) -> Shown | None:
    """What ``link`` shows now, None when that is gone."""
    if link.prompt is not None:
        return _of_version(link, link.prompt)
    if link.run_id is not None:
        run = Run.objects.select_related("prompt", "draft").get(share_links=link)
        return _of_run(link, run)
    return _of_comparison(link, Comparison.objects.get(share_links=link))


def _of_version(link: ShareLink, prompt: Prompt) -> Shown | None:
    number = link.version_number or prompt.latest_number
    version = PromptVersion.objects.filter(team=link.team_id, prompt=prompt, number=number).first()
    if version is None:
        return None
    whole = version.parsed
    title = _veil(link, whole.body, _defaults(whole)).title(prompt.name)
    return Shown(title, link.team_id, _shared(link, whole), version=version)


def _of_run(link: ShareLink, run: Run) -> Shown:
    veil = _veil_of_run(link, run)
    title = veil.title(run.prompt_name)
    return Shown(title, link.team_id, _request(link, run, veil), answer=_answer(run, veil, 1))


def _of_comparison(link: ShareLink, comparison: Comparison) -> Shown:
    runs = runs_of(comparison)
    veils = {number: _veil_of_run(link, run) for number, run in runs.items()}
    every = together(veils.values())
    panes = [
        Pane(
            LETTERS[number],
            Setup.from_dict(stored).words,
            _answer(runs[number], every, number + 1) if number in runs else None,
        )
        for number, stored in enumerate(comparison.panes[: len(LETTERS)])
    ]
    return Shown(every.title(comparison.name), link.team_id, panes=panes)


def _request(link: ShareLink, run: Run, veil: Veil) -> Content | None:
    """What was sent. Without values it is what its version says, if nothing else was sent.

    A draft may have had other defaults by then: no request of one can be shown without values.
    """
    sent = run.message_request
    if link.shows_variables:
        content = Content(dict(sent.body), sent.api_version, tuple(sent.betas))
        return replace(_shared(link, content), variables=())
    version = _version_of(run)
    if version is None or not _is_what_was_sent(version.parsed, run):
        return None
    shared = _shared(link, version.parsed)
    return replace(shared, body=veil.over(shared.body) | {"model": shared.body.get("model")})


def _is_what_was_sent(content: Content, run: Run) -> bool:
    try:
        return bool(content.prepared(run.values, run.upstream).request.to_dict() == run.request)
    except MissingValues:
        return False


def _shared(link: ShareLink, content: Content) -> Content:
    return shared_content(
        content, shows_system=link.shows_system, shows_variables=link.shows_variables
    )


def _veil_of_run(link: ShareLink, run: Run) -> Veil:
    """What hides the system prompt and every value that is known to have gone into a run."""
    contents = [version.parsed for version in [_version_of(run)] if version]
    contents += [run.draft.parsed] if run.draft else []
    values = [*run.values.items(), *(pair for each in contents for pair in _defaults(each))]
    return _veil(link, run.message_request.body, values)


def _veil(link: ShareLink, body: Any, values: Any) -> Veil:
    systems = [] if link.shows_system else systems_in(body)
    return veil_of(systems, [] if link.shows_variables else values)


def _defaults(content: Content) -> list[tuple[str, str]]:
    return [(variable.name, variable.default) for variable in content.variables]


def _version_of(run: Run) -> PromptVersion | None:
    if not run.prompt_id or not run.version_number:
        return None
    rows = PromptVersion.objects.filter(team=run.team_id, prompt=run.prompt_id)
    return rows.filter(number=run.version_number).first()


def _answer(run: Run, veil: Veil, place: int) -> Answer:
    """``place`` numbers the answers of the page, so that nothing in it names the run."""
    html, mark, tone = "", run.get_state_display(), "info"
    if not run.is_active:
        message = veil.over(run.message or {})
        view = JSON if is_shown_as_json(message, run.message_request.body) else MARKDOWN
        html = rendered(place, message, view) if message else ""
        ending = ending_of(run)
        tone = ending.tone
        if run.state == State.SUCCEEDED:
            mark = str(veil.over(ending.mark))
    # Made by our own renderer, which sanitises everything that came from the model.
    return Answer(run, mark_safe(html), run.is_active, mark, tone)
