"""What a person types, as a query: words, "phrases", and what to leave out behind a minus.

A word finds the words that begin with it; a phrase in quotes finds exactly its words in their
order. All of them must be there. Quotes that are not closed end with the query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from .folding import fold
from .vectors import ABOUT, NAME, TEAM
from .words import BEGIN, END, GAP, INNER, LONGEST_WORD, is_sign, words

MOST_CHARACTERS = 300
MOST_TERMS = 20
TOO_LONG = f"This is too long to look for: use at most {MOST_CHARACTERS} characters."
TOO_MANY = f"These are too many words to look for: use at most {MOST_TERMS}."
NOTHING = "Type at least one word to look for; a minus only takes away from what is found."

_QUOTES = re.compile("[“”„‟«»＂]")
_TERM = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<bare>[^\s"]+))')


class BadQuery(ValueError):
    """What was typed cannot be looked for; the message is a sentence for the person."""


@dataclass(frozen=True)
class Term:
    """Words that stand one behind the other; the last may go on unless the term is exact."""

    words: tuple[str, ...]
    is_exact: bool = False
    is_unwanted: bool = False

    def query(self, before: str = "") -> str:
        """The term in a `tsquery`, each word with `before` in front of it."""
        *firsts, last = self.words
        end = "" if self.is_exact or is_sign(last) else ":*"
        operands = [*(f"'{before}{word}'" for word in firsts), f"'{before}{last}'{end}"]
        joined = " <-> ".join(operands)
        return joined if len(operands) == 1 else f"({joined})"

    @property
    def pattern(self) -> str:
        """A pattern that finds the term in a folded text."""
        *firsts, last = self.words
        parts = [_word_pattern(word, is_whole=True) for word in firsts]
        parts.append(_word_pattern(last, is_whole=self.is_exact))
        return f"{GAP}*".join(parts)


@dataclass(frozen=True)
class Query:
    """At least one term that must be there, and others that must not."""

    terms: tuple[Term, ...]

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.is_unwanted)

    def anywhere(self, team_id: int) -> str:
        """The `tsquery` for the rows of a team with all terms, wherever they are."""
        return self._of_team(team_id, "")

    def named(self, team_id: int) -> str:
        """The same for rows that have the wanted terms in their name."""
        return self._of_team(team_id, NAME)

    def about(self, team_id: int) -> str:
        """The `tsquery` for what a list shows of a row, its name and what `add_about` added."""
        return self._of_team(team_id, ABOUT, ABOUT)

    def unnamed(self, team_id: int) -> str:
        """Those of `anywhere` that `named` does not have."""
        named = " & ".join(term.query(NAME) for term in self.wanted)
        return f"{self.anywhere(team_id)} & !({named})"

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """What finds the wanted terms in a folded text, the one that says most first."""
        ordered = sorted(self.wanted, key=lambda term: -sum(map(len, term.words)))
        return tuple(re.compile(term.pattern, re.DOTALL) for term in ordered)

    def is_in(self, text: str) -> bool:
        """Whether a short text matches as a document would that holds nothing else."""
        folded = fold(text)
        return all(
            (re.search(term.pattern, folded, re.DOTALL) is None) == term.is_unwanted
            for term in self.terms
        )

    def _of_team(self, team_id: int, before: str, before_unwanted: str = "") -> str:
        wanted = [term.query(before) for term in self.wanted]
        unwanted = [f"!{term.query(before_unwanted)}" for term in self.terms if term.is_unwanted]
        return " & ".join([f"'{TEAM}{team_id}'", *wanted, *unwanted])


def parse(text: str) -> Query:
    """The query that `text` stands for; raises `BadQuery` when it asks for nothing, or too much."""
    if len(text) > MOST_CHARACTERS:
        raise BadQuery(TOO_LONG)
    terms = []
    for match in _TERM.finditer(_QUOTES.sub('"', text)):
        is_exact = match["phrase"] is not None
        found = words(match["phrase"] if is_exact else match["bare"])
        if found:
            terms.append(Term(tuple(found), is_exact, match["minus"] is not None))
    if len(terms) > MOST_TERMS:
        raise BadQuery(TOO_MANY)
    query = Query(tuple(dict.fromkeys(terms)))
    if not query.wanted:
        raise BadQuery(NOTHING)
    return query


def _word_pattern(word: str, *, is_whole: bool) -> str:
    if is_sign(word):
        return re.escape(word)
    is_cut = len(word) == LONGEST_WORD
    rest = END if is_whole and not is_cut else f"{INNER}*"
    return f"{BEGIN}{re.escape(word)}{rest}"
