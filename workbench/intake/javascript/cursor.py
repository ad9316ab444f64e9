"""A place in a list of tokens."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.intake.mendings import Mendings

from .tokens import END, NAME, NUMBER, SIGN, TEXT, Token

_ALONE = frozenset({TEXT, NUMBER, NAME})
_ENDS = frozenset({",", ")", "]", "}", ";", ":"})
CLOSERS = {"(": ")", "[": "]", "{": "}"}
STATEMENTS = frozenset(
    {
        "async",
        "break",
        "catch",
        "class",
        "const",
        "continue",
        "else",
        "export",
        "finally",
        "for",
        "function",
        "if",
        "import",
        "let",
        "return",
        "switch",
        "throw",
        "try",
        "var",
        "while",
    }
)
MOST_LOST = 20
"""Tokens that were not understood and are said one by one."""
_LONGEST_TYPE = 40
"""Tokens of the type of what a function returns."""
_LONGEST_HEAD = 200
"""Tokens between `function` and its arguments."""
_MOST_TYPE_READINGS = 4
"""How often all tokens are gone over for types inside of types."""


class Cursor:
    """Goes through tokens that end with an `END`."""

    def __init__(self, tokens: Sequence[Token], mendings: Mendings) -> None:
        self.tokens = tokens
        self.at = 0
        self.mendings = mendings
        self.depth = 0
        self._last = len(tokens) - 1
        self.lost = 0
        self.made = 0
        """Expressions read so far."""
        self._closing = _closing(tokens)
        self._opening = {closer: opener for opener, closer in self._closing.items()}
        self._type_steps = _MOST_TYPE_READINGS * len(tokens)
        self.around: int | None = None
        """The place of the template that these tokens stand in."""

    def peek(self, ahead: int = 0) -> Token:
        """Return a token without going on."""
        place = self.at + ahead
        return self.tokens[place if place < self._last else self._last]

    def is_sign(self, text: str, ahead: int = 0) -> bool:
        """Return whether a token is this sign."""
        token = self.peek(ahead)
        return token.kind == SIGN and token.text == text

    def is_alone(self) -> bool:
        """Return whether one token is the whole expression, as most are in a request."""
        if self.at + 1 >= len(self.tokens) or self.tokens[self.at].kind not in _ALONE:
            return False
        behind = self.tokens[self.at + 1]
        return behind.kind == SIGN and behind.text in _ENDS

    def skip_type(self, stops: frozenset[str], most: int = 1 << 30) -> None:
        """Go behind a type: up to one of `stops` outside of all brackets, `most` tokens far."""
        depth, begin = 0, self.at
        last = min(self._last, begin + min(most, self._type_steps))
        for place in range(begin, last):
            token = self.tokens[place]
            self.at = place
            if token.kind == SIGN:
                if depth == 0 and (token.text in stops or token.text in ")]}>"):
                    break
                if token.text in "([{<":
                    depth += 1
                elif token.text in ")]}>":
                    depth -= 1
            elif depth == 0 and self._ends_type(token):
                break
        else:
            self.at = max(begin, last)
        self._type_steps -= self.at - begin

    def _ends_type(self, token: Token) -> bool:
        """Whether a name begins the next statement, as there was no semicolon."""
        if token.kind != NAME or token.text not in STATEMENTS or self.at == 0:
            return False
        return token.line > self.tokens[self.at - 1].line

    def opening(self, place: int) -> int:
        """Return the place of the bracket that one closes, -1 where there is none."""
        return self._opening.get(place, -1)

    def over_brackets(self) -> None:
        """Go behind the bracket that closes the one here."""
        self.at = self._closing.get(self.at, len(self.tokens) - 2) + 1

    def over_method(self) -> None:
        """Go behind the arguments and the body of a method."""
        last = self.at + _LONGEST_HEAD
        while self.peek().kind != END and not self.is_sign("(") and self.at < last:
            self.at += 1
        self.over_brackets()
        if self.is_sign(":"):
            self.at += 1
            self.skip_type(frozenset("{,;"))
        if self.is_sign("{"):
            self.over_brackets()

    def is_arrow(self) -> bool:
        """Return whether the brackets here are the arguments of `=>`."""
        start = self.at
        self.over_brackets()
        if self.is_sign(":"):
            self.at += 1
            self.skip_type(frozenset({"=>", ";", ",", "="}), most=_LONGEST_TYPE)
        found = self.is_sign("=>")
        self.at = start
        return found


def _closing(tokens: Sequence[Token]) -> dict[int, int]:
    """The place of the closing bracket of each opening one; those left open have none."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind != SIGN:
            continue
        if token.text in CLOSERS:
            waiting.append(place)
        elif token.text in (")", "]", "}"):
            while waiting:
                opener = waiting.pop()
                if CLOSERS[tokens[opener].text] == token.text:
                    found[opener] = place
                    break
    return found
