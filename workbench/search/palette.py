"""What the palette offers: places and actions by their words, rows by their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from workbench.accounts.access import Access
from workbench.accounts.sessions.entering import passwords_are_closed
from workbench.full_text import Piece, Query, marked
from workbench.prompts.models import Draft, Preset, Prompt, SystemPrompt
from workbench.runs.models import Run

from .finding import PROMPTS, SYSTEM_PROMPTS, Source, find_named
from .names import address_of

MOST_ROWS = 6
RECENT = 5
MOST_PRESETS = 500


@dataclass(frozen=True)
class Option:
    """One line of the palette: it leads to ``url``, or presses what ``presses`` selects.

    ``words`` are other words that people look for it by.
    """

    name: list[Piece]
    note: str = ""
    url: str = ""
    presses: str = ""
    words: str = ""


@dataclass(frozen=True)
class Action:
    """A place or an action, for who has the ``ability``; ``words`` as those of an option."""

    name: str
    place: str = ""
    presses: str = ""
    words: str = ""
    ability: str = "team.read"


# A page that another part of the product brings is offered as soon as its name is known.
ACTIONS = (
    Action("New prompt", presses="#new-prompt", words="create write draft", ability="prompt.edit"),
    Action("Library", "prompts:library", words="prompts list"),
    Action("System prompts", "prompts:system-prompts"),
    Action("Presets", "prompts:presets", words="parameters"),
    Action("Retirements", "prompts:retirements", words="models deprecated"),
    Action(
        "Import and export",
        "prompts:files",
        words="files archive download upload paste code curl python typescript json",
    ),
    Action("Runs", "runs:list", words="answers cost"),
    Action("Search", "search:page", words="find text"),
    Action("Your account", "accounts:account", words="name e-mail"),
    Action("Change password", "accounts:password"),
    Action("Two-factor sign-in", "accounts:second-factor", words="totp code security"),
    Action("Keys", presses="wb-dialog[for='keys'] button", words="shortcuts keyboard help"),
    Action("Light theme", presses="#account [name='theme'][value='light']", words="switch"),
    Action("Dark theme", presses="#account [name='theme'][value='dark']", words="switch"),
    Action("Theme as the system", presses="#account [name='theme'][value='system']"),
)
GET_CODE = "export python typescript curl json"
HAVE_CODE = {
    "prompts:draft",
    "prompts:prompt",
    "prompts:version",
    *(f"runs:{tab}" for tab in ("run", "request", "log", "message", "headers")),
}
"""Pages with a button for it."""
OF_A_PERSON = ("accounts:account", "accounts:password", "accounts:second-factor")


def options(access: Access, query: Query | None, path: str) -> list[tuple[str, list[Option]]]:
    """Groups with their titles, without those that are empty.

    ``query`` is None while nothing is typed; ``path`` is the page on which the palette is open.
    """
    here = list(_of_this_page(access, path))
    actions = [option for action in ACTIONS if (option := _option(access, action))]
    if query is None:
        groups = [
            ("This prompt", here),
            ("Recent prompts", _prompts(access, access.rows(Prompt), RECENT)),
            ("Actions", actions),
            ("Recent runs", _recent_runs(access)),
        ]
    else:
        groups = [
            ("Prompts", _named_prompts(access, query)),
            ("System prompts", _named_system_prompts(access, query)),
            ("Presets", _named_presets(access, query)),
            ("This prompt", _matching(here, query)),
            ("Actions", _matching(actions, query)),
        ]
    return [(title, rows) for title, rows in groups if rows]


def _option(access: Access, action: Action) -> Option | None:
    if not access.can(action.ability):
        return None
    if action.place == "accounts:password" and passwords_are_closed():
        return None
    url = ""
    if action.place in OF_A_PERSON:
        url = reverse(action.place)
    elif action.place:
        url = address_of(action.place, access.team.slug)
    if not url and not action.presses:
        return None
    return Option([Piece(action.name)], "", url, action.presses, action.words)


def _matching(choices: list[Option], query: Query) -> list[Option]:
    """The options whose name or words have all that was typed, the matches marked."""
    return [
        Option(marked(choice.name[0].text, query), "", choice.url, choice.presses)
        for choice in choices
        if query.is_in(f"{choice.name[0].text} {choice.words}")
    ]


def _of_this_page(access: Access, path: str) -> Iterator[Option]:
    """Where the prompt or the run leads that the page shows."""
    match = _match(access, path)
    if match and match.view_name in HAVE_CODE:
        yield Option([Piece("Get code")], presses="#get-code", words=GET_CODE)
    prompt = _shown_prompt(access, match)
    if prompt is None:
        return
    team = access.team.slug
    if history := address_of("prompts:history", team, prompt):
        yield Option([Piece("History")], "", history, words="versions changes labels share")
    if comments := address_of("sharing:prompt-comments", team, prompt):
        yield Option([Piece("Comments")], "", comments, words="discuss")
    url = f"{reverse('runs:list', args=[team])}?prompt={prompt}"
    yield Option([Piece("Runs of this prompt")], "", url, words="answers")


def _match(access: Access, path: str) -> ResolverMatch | None:
    """Which page of the team it is."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match if match.kwargs.get("team") == access.team.slug else None


def _shown_prompt(access: Access, match: ResolverMatch | None) -> int | None:
    """The number of the prompt that a page of the team shows."""
    if match is None:
        return None
    if "prompt" in match.kwargs:
        return int(match.kwargs["prompt"])
    drafts = access.rows(Draft).filter(user=access.user, pk=match.kwargs.get("draft") or 0)
    return drafts.values_list("prompt_id", flat=True).first()


def _prompts(access: Access, rows: QuerySet[Prompt], most: int) -> list[Option]:
    newest = rows.filter(archived_at=None).order_by("-updated_at", "-pk")[:most]
    return [_prompt_option(access, prompt, [Piece(prompt.name)]) for prompt in newest]


def _named_prompts(access: Access, query: Query) -> list[Option]:
    rows = access.rows(Prompt).in_bulk(_keys(PROMPTS, access, query))
    return [
        _prompt_option(access, prompt, marked(prompt.name, query))
        for prompt in sorted(rows.values(), key=lambda row: (row.updated_at, row.pk), reverse=True)
    ]


def _prompt_option(access: Access, prompt: Prompt, name: list[Piece]) -> Option:
    url = reverse("prompts:prompt", args=[access.team.slug, prompt.pk])
    note = "archived" if prompt.archived_at else ""
    return Option(name, note or (f"v{prompt.latest_number}" if prompt.latest_number else ""), url)


def _named_system_prompts(access: Access, query: Query) -> list[Option]:
    team = access.team.slug
    rows = access.rows(SystemPrompt).in_bulk(_keys(SYSTEM_PROMPTS, access, query))
    return [
        Option(marked(row.name, query), f"v{row.latest_number}", url)
        for row in sorted(rows.values(), key=lambda row: (row.updated_at, row.pk), reverse=True)
        if (url := address_of("prompts:system-prompt", team, row.slug))
    ]


def _named_presets(access: Access, query: Query) -> list[Option]:
    team = access.team.slug
    rows = access.rows(Preset).only("name").order_by("name")[:MOST_PRESETS]
    found = [row for row in rows if query.is_in(row.name)][:MOST_ROWS]
    return [
        Option(marked(row.name, query), "", url)
        for row in found
        if (url := address_of("prompts:preset", team, row.pk))
    ]


def _recent_runs(access: Access) -> list[Option]:
    rows = access.rows(Run).only("prompt_name", "model").order_by("-pk")[:RECENT]
    return [
        Option(
            [Piece(f"Run {run.pk}: {run.prompt_name or 'Untitled'}")],
            run.model,
            reverse("runs:run", args=[access.team.slug, run.pk]),
        )
        for run in rows
    ]


def _keys(source: Source, access: Access, query: Query) -> list[int]:
    return find_named(source, access.team.pk, query).keys[:MOST_ROWS]
