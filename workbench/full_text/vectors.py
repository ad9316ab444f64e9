"""Documents as Postgres' `tsvector`: every word with its places, the name's words once more."""

from __future__ import annotations

from collections.abc import Iterable

from .words import words

MOST_CHARACTERS = 256 * 1024
"""Of a document's text; what lies behind is not found."""
LAST_PLACE = 16_383  # Postgres knows no later one: words behind are found, phrases are not
MOST_PLACES = 255  # of one word
MOST_BYTES = 960 * 1024  # Postgres refuses a vector of 1 MB
NAME = "name/"
TEAM = "team/"
# No word has a slash in it, so neither of the two can be meant by what a person types.


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
        self._add(name, is_name=True)

    def add(self, texts: Iterable[str]) -> None:
        """Add texts; a phrase is never found across the end of one."""
        for text in texts:
            if self._room <= 0:
                return
            self._add(text[: self._room])

    @property
    def vector(self) -> str:
        """The literal of the `tsvector`."""
        return " ".join(
            f"'{word}':{','.join(map(str, places))}" if places else f"'{word}'"
            for word, places in self._places.items()
        )

    def _add(self, text: str, *, is_name: bool = False) -> None:
        self._room -= len(text)
        for word in words(text):
            self._place += 1
            self._put(word)
            if is_name:
                self._put(f"{NAME}{word}")
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
