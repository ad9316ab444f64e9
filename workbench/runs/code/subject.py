"""What code is wanted of: the request as it is sent, media included, or why there is none yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings

from workbench import catalogue
from workbench.accounts.connections.destinations import beginning_of_team
from workbench.catalogue import LARGEST_BODY_BYTES, Problem
from workbench.export.source import Argument, Source
from workbench.messages_api import MessageRequest
from workbench.prompts.content import Content, MissingValues
from workbench.prompts.editor import EditorForm
from workbench.prompts.media.measures import problems_of_media
from workbench.prompts.media.store import MissingMedia, resolved
from workbench.prompts.models import PromptVersion
from workbench.prompts.saving import first_line
from workbench.prompts.variables import names_in
from workbench.runs.models import Run
from workbench.runs.start import check

MOST_SAID = 5
LEFT_OPEN = "{} no value yet, so the variables are left open."
SIMULATED = (
    "Here the built-in simulator answers, free of charge. The code goes to Anthropic's API, with a "
    "key of its own."
)
ELSEWHERE = (
    "Here this goes to “{}”. The code goes to Anthropic's API; the SDKs go elsewhere when "
    "ANTHROPIC_BASE_URL says so."
)


@dataclass(frozen=True)
class Subject:
    """A request to write as code; without a ``source`` the ``problems`` say why."""

    title: str
    source: Source | None = None
    problems: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    """What the API would say against the source."""
    notes: tuple[str, ...] = ()
    has_variables: bool = False


def of_form(form: EditorForm, team_id: int, *, is_open: bool) -> Subject:
    """What Run would send of a draft; ``is_open`` leaves its variables open."""
    title = form.name or first_line(form)
    if form.errors:
        return _without(title, form.errors)
    return _of_content(title, form.content, form.values, form.upstream, team_id, is_open=is_open)


def of_version(version: PromptVersion, *, is_open: bool) -> Subject:
    """What a version sends, with the defaults of its variables."""
    return _of_content(
        version.prompt.name,
        version.parsed,
        {},
        beginning_of_team(version.team_id).upstream,
        version.team_id,
        is_open=is_open,
    )


def of_run(run: Run) -> Subject:
    """Exactly what a run has sent."""
    title = run.prompt_name or f"Run {run.pk}"
    return _of_request(title, run.message_request, run.team_id, _where(run.upstream))


def _of_content(
    title: str,
    content: Content,
    values: Mapping[str, str],
    upstream: str,
    team_id: int,
    *,
    is_open: bool,
) -> Subject:
    used = set(names_in(content.body))
    variables = [variable for variable in content.variables if variable.name in used]
    markers = {variable.name: f"{{{{{variable.name}}}}}" for variable in variables}
    notes: list[str] = []
    try:
        prepared = content.prepared(markers if is_open else values, upstream)
    except MissingValues as missing:
        is_open, prepared = True, content.prepared(markers, upstream)
        listed = ", ".join(markers[name] for name in missing.names[:MOST_SAID])
        notes.append(LEFT_OPEN.format(f"{listed} {'has' if len(missing.names) == 1 else 'have'}"))
    arguments = [
        Argument(each.name, values.get(each.name) or each.default, each.description)
        for each in variables
    ]
    found = _of_request(
        title,
        prepared.request,
        team_id,
        [*notes, *prepared.transformations, *_where(upstream)],
        arguments if is_open else (),
    )
    return replace(found, has_variables=bool(variables))


def _of_request(
    title: str,
    request: MessageRequest,
    team_id: int,
    notes: Sequence[str],
    arguments: Iterable[Argument] = (),
) -> Subject:
    """The request with the team's files in it, and what the API would say against it."""
    model = catalogue.get(str(request.body.get("model", "")))
    if problems := problems_of_media(dict(request.body), team_id, model):
        return _without(title, problems)
    try:
        whole = replace(request, body=resolved(dict(request.body), team_id))
    except MissingMedia as missing:
        return _without(title, [Problem("", str(missing))])
    size = len(whole.json_bytes())
    problems = check(whole.streaming(), size)
    if size > LARGEST_BODY_BYTES:
        return _without(title, problems)
    source = Source(whole, tuple(arguments), title)
    return Subject(title, source, refusals=_sentences(problems), notes=tuple(notes))


def _where(upstream: str) -> list[str]:
    """How the code goes elsewhere than a run of the same request does."""
    known = settings.UPSTREAMS.get(upstream)
    if known is None or known.base_url == "https://api.anthropic.com":
        return []
    return [SIMULATED if known.is_simulator else ELSEWHERE.format(known.label)]


def _without(title: str, problems: Iterable[Problem]) -> Subject:
    return Subject(title, problems=_sentences(problems))


def _sentences(problems: Iterable[Problem]) -> tuple[str, ...]:
    """The first of the sentences, each once."""
    return tuple(dict.fromkeys(problem.sentence for problem in problems))[:MOST_SAID]
