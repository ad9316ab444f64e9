"""Documents as Postgres' `tsvector`: every word with its places.

The words of the name are there once more, and so are those of all that a list shows of a row: an
index finds them then without a look at the documents.
"""

from __future__ import annotations

from collections.abc import Iterable

from .words import words

MOST_CHARACTERS = 256 * 1024
"""Of a document's text; what lies behind is not found."""
LAST_PLACE = 16_383  # Postgres knows no later one: words behind are found, phrases are not
MOST_PLACES = 255  # of one word
MOST_BYTES = 960 * 1024  # Postgres refuses a vector of 1 MB
NAME = "/name/"
ABOUT = "/about/"
TEAM = "/team/"
# No word begins with a slash, so none of these is found by the beginning of a word.


class Document:
    """What is found of one row; texts that are added first are found first when it is too long.

    The team is in it as a word of its own: the index then passes over what is another team's.
    """

    def __init__(self, team_id: int) -> None:
        self.team_id = team_id
        self._places: dict[str, list[int]] = {f"{TEAM}{team_id}": []}
        self._bytes = 100
        self._room = MOST_CHARACTERS
        self._place = 0

    def add_name(self, name: str) -> None:
        """Add what the row is called by: `Query.named` finds these words alone."""
        self._add(name, "", NAME, ABOUT)

    def add_about(self, texts: Iterable[str]) -> None:
        """Add what a list shows beside the name: `Query.about` finds the words of both."""
        self._add_all(texts, "", ABOUT)

    def add(self, texts: Iterable[str]) -> None:
        """Add texts; a phrase is never found across the end of one."""
        self._add_all(texts, "")

    @property
    def vector(self) -> str:
        """The literal of the `tsvector`."""
        return " ".join(
            f"'{word}':{','.join(map(str, places))}" if places else f"'{word}'"
            for word, places in self._places.items()
        )

    def _add_all(self, texts: Iterable[str], *before: str) -> None:
        for text in texts:
            if self._room <= 0:
                return
            self._add(text[: self._room], *before)

    def _add(self, text: str, *before: str) -> None:
        """Add the words of a text, once with each of ``before`` in front of it."""
        self._room -= len(text)
        for word in words(text):
            self._place += 1
            for kind in before:
                self._put(f"{kind}{word}")
        self._place += 1

    def _put(self, word: str) -> None:
        places = self._places.get(word)
        if places is None:
            self._bytes += len(word.encode()) + 4  # with the number of places, aligned
            if self._bytes > MOST_BYTES:
                return
            self._places[word] = places = []
        if self._place <= LAST_PLACE and len(places) < MOST_PLACES:
            self._bytes += 2
            if self._bytes <= MOST_BYTES:
                places.append(self._place)
