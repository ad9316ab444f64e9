"""How a member comes to a draft: a new one, the example, their own of a prompt, an old version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.http import Http404

from workbench.accounts.access import Access
from workbench.accounts.connections.destinations import beginning_for

from .editor import is_changed
from .example import NAME, VALUES, example_content
from .library.loose import let_loose
from .library.unsaved import blank_draft
from .merging.copies import let_go
from .models import Draft, Prompt, PromptVersion
from .presets.starting import begins_with, start_of
from .tools import holds_typed_text


def new_draft(access: Access) -> Draft:
    """A draft with the team's default preset; one that nothing was written in is given again.

    It goes to the team's own key, with the API version of that connection.
    """
    beginning = beginning_for(access)
    start, found = start_of(access, beginning.api_version), blank_draft(access)
    if found and begins_with(found, start) and found.upstream == beginning.upstream:
        return found
    return _create(access, content=start, upstream=beginning.upstream)


def example_draft(access: Access) -> Draft:
    """A draft of the example prompt, ready to run."""
    fields = {"name": NAME, "content": example_content().to_dict(), "values": VALUES}
    return _create(access, **fields)


@contextmanager
def _while_it_is_there() -> Iterator[None]:
    """Answer that the prompt is missing when it is deleted or moved while its draft is opened."""
    try:
        yield
    except (IntegrityError, ObjectDoesNotExist):
        raise Http404("no such prompt") from None


@_while_it_is_there()
def draft_of(access: Access, prompt: Prompt) -> Draft:
    """The member's draft of ``prompt``, made from the latest version when there is none.

    A draft in which nothing was changed follows the prompt to its latest version. Raises
    ``Http404`` when the prompt is deleted or moved at this moment.
    """
    latest = access.get(PromptVersion, prompt=prompt, number=prompt.latest_number)
    begun = _start(latest)
    new: dict[str, Any] = {"team": access.team, "upstream": partial(_upstream, access), **begun}
    draft, _ = Draft.objects.select_related("prompt").get_or_create(
        user=access.user, prompt=prompt, defaults=new
    )
    if (draft.base_number or 0) < latest.number:
        _follow(access, draft, latest)
    return draft


@transaction.atomic
def _follow(access: Access, draft: Draft, latest: PromptVersion) -> None:
    """Bring an untouched draft to the latest version."""
    # Read again under a lock: a page may have stored text since.
    draft.refresh_from_db(from_queryset=access.rows(Draft).select_for_update())
    if _is_untouched(draft):
        _restart(draft, _start(latest))


@_while_it_is_there()
@transaction.atomic
def open_version(access: Access, version: PromptVersion) -> Draft:
    """The member's draft of the prompt with the content of ``version``, to be saved as the next.

    A draft with unsaved changes is not overwritten: it becomes a draft of its own.
    """
    draft = _locked_draft_of(access, version.prompt)
    begun = _start(version) | {"base_number": version.prompt.latest_number}
    if _is_untouched(draft):
        _restart(draft, begun)
        return draft
    let_loose(draft, version.prompt.name)
    return _create(access, prompt=version.prompt, **begun)


def _locked_draft_of(access: Access, prompt: Prompt) -> Draft:
    """The member's draft of ``prompt``, locked; raises ``Draft.DoesNotExist``."""
    rows = access.rows(Draft).select_for_update(no_key=True).filter(prompt=prompt)
    # Of two presses the second one waits for the first, which may let the draft go for a new one.
    first = rows.filter(pk=draft_of(access, prompt).pk).first()
    return first or rows.get(pk=draft_of(access, prompt).pk)


def _is_untouched(draft: Draft) -> bool:
    """Whether the draft is its version and holds nothing typed besides, usable or not."""
    notes = draft.content.get("editor", {})
    typed = notes.get("typed") or notes.get("turns") or notes.get("system")
    typed = typed or holds_typed_text(notes)
    return not typed and not is_changed(draft, draft.parsed, draft.name)


def _create(access: Access, **fields: Any) -> Draft:
    upstream = fields.pop("upstream", "") or _upstream(access)
    return Draft.objects.create(team=access.team, user=access.user, upstream=upstream, **fields)


def _upstream(access: Access) -> str:
    return beginning_for(access).upstream


def _start(version: PromptVersion) -> dict[str, Any]:
    return {
        "name": version.prompt.name,
        "content": version.content,
        "base_number": version.number,
    }


def _restart(draft: Draft, begun: dict[str, Any]) -> None:
    let_go(draft)
    for name, value in begun.items():
        setattr(draft, name, value)
    draft.save(update_fields=["name", "content", "base_number", "updated_at"])
