"""What is assigned in a program, its functions, and its calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from workbench.intake.code.beside import Folder, folder_of
from workbench.intake.mendings import Mendings

from .comments import NOT_DESCRIBED, Described, Descriptions, descriptions
from .expressions import Parser
from .nodes import Node, dotted
from .tokens import NAME, SIGN, TEXT, Lexer, Token

MOST_CALLS = 2_000
_MUTATORS = frozenset({"push", "unshift", "concat"})
_TO_THE_VALUE = frozenset("=;,)]}")
_WANTED = _MUTATORS | frozenset(
    [
        *("complete", "completion", "count_tokens", "countTokens", "create", "fetch"),
        *("parse", "post", "put", "request", "set", "stream"),
        *("toolRunner", "axios", "got", "ky", "default"),
    ]
)
"""Names of calls that may send something or change a list."""
_MOST_NODES = 2
"""Expressions per token, as what stands inside of something else may be read again."""
_LONGEST_PATTERN = 400
"""Tokens of `{ a, b }` on the left of an assignment."""
_LONGEST_ARGUMENTS = 1_000
"""Tokens of the arguments of a function that is made."""
_LONGEST_CHAIN = 12
_NOT_CALLED = frozenset({"if", "for", "while", "switch", "catch", "function", "return", "super"})
_LOOPS = frozenset({"for", "while", "do"})


@dataclass(frozen=True)
class Binding:
    """One assignment; `place` is the number of its first token."""

    place: int
    value: Node
    change: str = ""
    """"push", "item", "+=", or empty for an assignment."""
    key: str = ""
    is_repeated: bool = False

    @property
    def line(self) -> int:
        """Of its value."""
        return self.value.line


@dataclass(frozen=True)
class Parameter:
    """An argument of a function, known from `begin` to `end`."""

    name: str
    begin: int
    end: int
    line: int
    default: Node | None = None
    is_exported: bool = False
    described: Described = NOT_DESCRIBED


@dataclass
class Program:
    """The names of a program, and its calls in the order of the text."""

    text: str
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    parameters: dict[str, list[Parameter]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    calls: list[Node] = field(default_factory=list)
    steps: int = 0
    """Of reading its values, so far."""
    beside: Folder = field(default_factory=lambda: folder_of({}))


def program_of(text: str, mendings: Mendings) -> Program:
    """Return what a text assigns and calls; what stands in templates is not looked at."""
    reader = _Reader(text, Lexer(text, mendings).tokens(), mendings)
    reader.read()
    return reader.program


class _Reader:
    """Goes through the tokens once; an expression is read where one can begin."""

    def __init__(self, text: str, tokens: Sequence[Token], mendings: Mendings) -> None:
        self.program = Program(text)
        self._tokens = tokens
        self._parser = Parser(tokens, mendings)
        self._silent = Parser(tokens, Mendings(text))
        """For what is read twice: a second reading has nothing new to say."""
        self._loops: list[int] = []
        self._is_lost = False

    def read(self) -> None:
        for place, token in enumerate(self._tokens):
            while self._loops and self._loops[-1] <= place:
                self._loops.pop()
            if token.kind == NAME:
                self._name(place, token)
            elif token.kind == SIGN and token.text == "(":
                self._bracket(place)
            elif token.kind == SIGN and token.text == "=>":
                self._single_argument(place)

    def _name(self, place: int, token: Token) -> None:
        if token.text in ("const", "let", "var"):
            self._declaration(place + 1)
        elif token.text in ("import", "require", "from"):
            self._module(place)
        elif token.text in _LOOPS:
            self._loops.append(self._end_of_block(place))
        elif self._is_assignment(place):
            self._assignment(place)

    def _is_assignment(self, place: int) -> bool:
        before, behind = self._token(place - 1), self._token(place + 1)
        if before.kind == SIGN and before.text in (".", "?.", ",", "(", "{", "["):
            around = self._token(place - 2)
            is_block = around.text == "=>" or around.text == ")" or around.text == "else"
            return before.text == "{" and is_block and behind.text == "="
        if before.kind == NAME and before.text in ("const", "let", "var"):
            return False
        is_plain = behind.kind == SIGN and behind.text in ("=", "+=", ".", "[")
        return is_plain

    def _token(self, place: int) -> Token:
        return self._tokens[place] if 0 <= place < len(self._tokens) else self._tokens[-1]

    def _module(self, place: int) -> None:
        for ahead in (1, 2):
            token = self._token(place + ahead)
            if token.kind == TEXT:
                self.program.modules.add(token.text)

    def _declaration(self, place: int) -> None:
        """`const name: Type = value`, and the others behind a comma."""
        for _ in range(200):
            token = self._token(place)
            if token.kind == SIGN and token.text in ("{", "["):
                self._pattern(place)
                return
            if token.kind != NAME:
                return
            parser = self._parser
            parser.at = place + 1
            if parser.is_sign("!"):
                parser.at += 1
            if parser.is_sign(":"):
                parser.at += 1
                parser.skip_type(_TO_THE_VALUE)
            if not parser.is_sign("="):
                self.program.unknown.add(token.text)
                return
            value = self._expression(parser, parser.at + 1)
            self._bind(token.text, Binding(place, value))
            if not parser.is_sign(","):
                return
            place = parser.at + 1

    def _pattern(self, place: int) -> None:
        """Names that are taken out of a value that only the running program has."""
        end = min(self._parser_behind(place), place + _LONGEST_PATTERN)
        names = (token.text for token in self._tokens[place:end] if token.kind == NAME)
        self.program.unknown |= set(names)

    def _parser_behind(self, place: int) -> int:
        self._silent.at = place
        self._silent.over_brackets()
        return self._silent.at

    def _assignment(self, place: int) -> None:
        """`a.b = value`, `a["b"] = value`, `a += value`."""
        parser = self._silent
        names = [self._tokens[place].text]
        at = place + 1
        key = ""
        while self._token(at).text in (".", "[") and self._token(at).kind == SIGN:
            inner = self._token(at + 1)
            if self._token(at).text == "." and inner.kind == NAME:
                names.append(inner.text)
                at += 2
            elif inner.kind == TEXT and self._token(at + 2).text == "]":
                names.append(inner.text)
                at += 3
            else:
                return
        sign = self._token(at)
        if sign.kind != SIGN or sign.text not in ("=", "+="):
            return
        value = self._expression(parser, at + 1)
        change = "" if sign.text == "=" else "+="
        self._bind(".".join(names), Binding(place, value, change))
        if len(names) > 1 and not change and names[0] != "this":
            key = names.pop()
            self._bind(".".join(names), Binding(place, value, "item", key))

    def _is_affordable(self) -> bool:
        made = self._parser.made + self._silent.made
        if made <= _MOST_NODES * len(self._tokens) + 1_000:
            return True
        if not self._is_lost:
            self._is_lost = True
            token = self._tokens[min(self._parser.at, len(self._tokens) - 1)]
            sentence = "This program is nested too much: not all of it was read from here on."
            self._parser.mendings.lost(token.begin, sentence, token.text)
        return False

    def _expression(self, parser: Parser, place: int) -> Node:
        """The expression at a place, unknown where too much was read again already."""
        if not self._is_affordable():
            token = self._token(place)
            return Node("unknown", token.line, token.begin, token.end, place)
        return parser.expression(place)

    def _bind(self, name: str, binding: Binding) -> None:
        is_repeated = bool(self._loops)
        found = Binding(binding.place, binding.value, binding.change, binding.key, is_repeated)
        self.program.bindings.setdefault(name, []).append(found)

    def _bracket(self, place: int) -> None:
        """A call, or the arguments of a function."""
        if self._is_head(place):
            self._arguments(place)
            return
        begin = self._chain_begin(place)
        if begin < place and self._is_affordable() and len(self.program.calls) < MOST_CALLS:
            node = self._silent.expression_of_call(begin, place)
            if node is not None:
                self.program.calls.append(node)
                self._mutation(node, begin)

    def _chain_begin(self, place: int) -> int:
        """Where `a.b<T>(` begins, given the place of its bracket."""
        at = place - 1
        if self._token(at).text == ">" and self._token(at).kind == SIGN:
            depth = 0
            for back in range(at, max(at - 60, -1), -1):
                token = self._tokens[back]
                if token.kind == SIGN and token.text in "<>":
                    depth += 1 if token.text == ">" else -1
                    if depth == 0:
                        at = back - 1
                        break
        begin = place
        if self._token(at).text not in _WANTED:
            return place
        for _ in range(_LONGEST_CHAIN):
            if at < 0 or self._tokens[at].kind != NAME:
                break
            begin = at
            before = self._token(at - 1)
            if at == 0 or before.kind != SIGN or before.text not in (".", "?."):
                break
            at -= 2
            at = self._before_brackets(at)
        return begin

    def _before_brackets(self, at: int) -> int:
        """The name of an inner call, given the place of its closing bracket."""
        token = self._token(at)
        if token.kind != SIGN or token.text not in (")", "]"):
            return at
        opener = self._silent.opening(at)
        return opener - 1 if opener > 0 else -1

    def _is_head(self, place: int) -> bool:
        """Whether these brackets hold the arguments of a function that is made here."""
        end = self._parser_behind(place)
        behind = self._token(end)
        if behind.kind == SIGN and behind.text == "=>":
            return True
        before = self._token(place - 1)
        if before.kind != NAME:
            return False
        if before.text == "function" or self._token(place - 2).text == "function":
            return True
        is_body = behind.kind == SIGN and behind.text in ("{", ":")
        return is_body and before.text not in _NOT_CALLED and self._is_typed_head(end)

    def _is_typed_head(self, end: int) -> bool:
        """Whether a body follows, behind the type of what is returned."""
        self._silent.at = end
        if self._silent.is_sign(":"):
            self._silent.at += 1
            self._silent.skip_type(frozenset("{;=,"), most=40)
        return self._silent.is_sign("{")

    def _arguments(self, place: int) -> None:
        end = self._parser_behind(place)
        if end - place > _LONGEST_ARGUMENTS:
            return
        last = self._end_of_body(end)
        is_exported = self._token(place - 1).text == "ask"
        about = self._described(place)
        at = place + 1
        depth = 0
        while at < end - 1:
            token = self._tokens[at]
            if token.kind == SIGN and token.text in "{[(":
                depth += 1
            elif token.kind == SIGN and token.text in "}])":
                depth -= 1
                if depth == 0 and self._token(at + 1).text == ":":
                    at = self._behind_type(at + 2)
                    continue
            elif token.kind == NAME:
                at = self._argument(at, place, last, about, is_exported=is_exported and depth > 0)
                continue
            at += 1

    def _behind_type(self, at: int) -> int:
        self._silent.at = at
        self._silent.skip_type(frozenset("=,)"))
        if self._silent.is_sign("="):
            self._expression(self._silent, self._silent.at + 1)
        return max(self._silent.at, at)

    def _described(self, place: int) -> Descriptions:
        """What the comment above a function says, given the place of its bracket."""
        first = place
        while first and self._tokens[first - 1].kind == NAME and first > place - _LONGEST_CHAIN:
            first -= 1
        begin = self._tokens[first - 1].end if first else 0
        return descriptions(self.program.text[begin : self._tokens[first].begin])

    def _argument(
        self, at: int, begin: int, end: int, described: Descriptions, *, is_exported: bool
    ) -> int:
        """Keep the argument here; return the place behind it."""
        token, parser = self._tokens[at], self._silent
        name = token.text
        parser.at = at + 1
        if parser.is_sign("?"):
            parser.at += 1
        if parser.is_sign(":"):
            parser.at += 1
            parser.skip_type(frozenset("=,)}"))
        default = None
        if parser.is_sign("="):
            default = self._expression(parser, parser.at + 1)
        about = described.get(name, NOT_DESCRIBED)
        found = Parameter(name, begin, end, token.line, default, is_exported, about)
        self.program.parameters.setdefault(name, []).append(found)
        return max(parser.at, at + 1)

    def _single_argument(self, place: int) -> None:
        """`name => …`."""
        token = self._token(place - 1)
        if token.kind == NAME:
            end = self._end_of_body(place)
            found = Parameter(token.text, place, end, token.line)
            self.program.parameters.setdefault(token.text, []).append(found)

    def _end_of_body(self, place: int) -> int:
        """Where the body of a function ends whose arguments end before `place`."""
        at = place
        while at < min(place + 60, len(self._tokens)):
            token = self._tokens[at]
            if token.kind == SIGN and token.text == "{":
                return self._parser_behind(at)
            if token.kind == SIGN and token.text == ";":
                return at
            at += 1
        return at

    def _end_of_block(self, place: int) -> int:
        at = place + 1
        if self._token(at).text == "await":
            at += 1
        if self._token(at).text == "(" and self._token(at).kind == SIGN:
            at = self._parser_behind(at)
        if self._token(at).text == "{" and self._token(at).kind == SIGN:
            return self._parser_behind(at)
        return at

    def _mutation(self, node: Node, place: int) -> None:
        callee, *items = node.children
        name = dotted(callee)
        head, _, method = name.rpartition(".")
        if head and method in _MUTATORS and items:
            owner, _, key = head.rpartition(".")
            for item in items:
                self._bind(head, Binding(place, item, method))
                if owner and owner != "this":
                    self._bind(owner, Binding(place, item, method, key))
