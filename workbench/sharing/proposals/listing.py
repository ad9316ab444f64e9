"""The proposals of a team, newest first, with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import F

from workbench.accounts.access import Access
from workbench.accounts.numbers import is_id
from workbench.accounts.pages import newest
from workbench.sharing.models import Proposal

PAGE_SIZE = 50
ALL = "all"
STATES = [(value, label) for value, label in Proposal.State.choices] + [(ALL, "All")]


@dataclass(frozen=True)
class Page:
    """Proposals with ``prompt_name``; ``next_query`` leads to the next page, "" at the end."""

    rows: Sequence[Proposal]
    next_query: str


@dataclass(frozen=True)
class ProposalFilter:
    """What to show: those in ``state``, of the prompt with this id; ``before`` begins a page."""

    state: str = Proposal.State.OPEN
    prompt: str = ""
    before: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> ProposalFilter:
        """Reads a query string; what makes no sense is left out."""
        state, ids = query.get("state", ""), {}
        for name in ("prompt", "before"):
            value = query.get(name, "")
            ids[name] = value if is_id(value) else ""
        return cls(state if state in dict(STATES) else Proposal.State.OPEN, **ids)

    @property
    def query(self) -> str:
        """The query string of this state; "" for the open ones of all prompts."""
        usual = ProposalFilter()
        return urlencode({k: v for k, v in vars(self).items() if v != getattr(usual, k)})

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """For each state its words, the query string that shows it, and whether it is shown."""
        return [
            (label, replace(self, state=value, before="").query, value == self.state)
            for value, label in STATES
        ]

    def page(self, access: Access) -> Page:
        rows = access.rows(Proposal).select_related("author", "decided_by")
        if self.state != ALL:
            rows = rows.filter(state=self.state)
        if self.prompt:
            rows = rows.filter(prompt=int(self.prompt))
        rows = rows.annotate(prompt_name=F("prompt__name"))
        shown, older = newest(rows, int(self.before or 0), PAGE_SIZE)
        return Page(shown, replace(self, before=str(older)).query if older else "")
