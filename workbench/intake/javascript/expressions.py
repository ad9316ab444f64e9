"""Tokens as expressions, with types skipped; what is broken ends where it breaks."""

from __future__ import annotations

from .cursor import CLOSERS, MOST_LOST, STATEMENTS, Cursor
from .escapes import number_of
from .nodes import Node
from .tokens import END, NAME, NUMBER, REGEX, SIGN, TEMPLATE, TEXT, Token

DEEPEST = 70
"""Brackets inside brackets."""

_OPERATORS = frozenset(
    "|| ?? && === !== == != < > <= instanceof in | & ^ + - * / % **".split()  # noqa: SIM905
)
_PREFIXES = frozenset(
    {"!", "-", "+", "~", "typeof", "void", "delete", "await", "yield", "++", "--"}
)
_CONSTANTS = {"true": True, "false": False, "null": None}


class Parser(Cursor):
    """Reads expressions from a list of tokens that ends with an `END`."""

    def expression(self, at: int) -> Node:
        """Return the expression that begins at a token; `self.at` is then behind it."""
        self.at = at
        return self._assigned()

    def _node(
        self, kind: str, begin: int, value: object = None, children: list[object] | None = None
    ) -> Node:
        self.made += 1
        first = self.tokens[begin]
        last = self.tokens[max(begin, self.at - 1)]
        place = begin if self.around is None else self.around
        return Node(kind, first.line, first.begin, last.end, place, value, children or [])

    def _assigned(self) -> Node:
        """An expression with a choice, or a function."""
        begin = self.at
        if self.is_alone():
            return self._primary()
        if function := self._function():
            return function
        test = self._operation()
        if self.is_sign("?") and self.depth < DEEPEST:
            self.at += 1
            self.depth += 1
            one = self._assigned()
            if self.is_sign(":"):
                self.at += 1
            other = self._assigned()
            self.depth -= 1
            return self._node("choice", begin, None, [test, one, other])
        if self.is_sign("=") and test.kind in ("name", "member"):
            self.at += 1
            return self._assigned() if self.depth < DEEPEST else test
        return test

    def _operation(self) -> Node:
        """Operands and the signs between them, whatever binds closer: values.py knows how."""
        begin = self.at
        operands = [self._prefixed()]
        signs: list[str] = []
        while self.peek().kind in (SIGN, NAME) and self.peek().text in _OPERATORS:
            signs.append(self.peek().text)
            self.at += 1
            operands.append(self._prefixed())
        if not signs:
            return operands[0]
        return self._node("binary", begin, signs, list(operands))

    def _prefixed(self) -> Node:
        begin = self.at
        signs: list[str] = []
        while self.peek().kind in (SIGN, NAME) and self.peek().text in _PREFIXES:
            signs.append(self.peek().text)
            self.at += 1
        node = self._postfixed()
        signs = [sign for sign in signs if sign not in ("await", "yield")]
        return self._node("sign", begin, signs, [node]) if signs else node

    def _postfixed(self) -> Node:
        begin = self.at
        node = self._primary()
        while True:
            token = self.peek()
            if token.kind == NAME and token.text in ("as", "satisfies"):
                self.at += 1
                self.skip_type(frozenset(",;)]}=?:"))
            elif token.kind == TEMPLATE and node.kind in ("name", "member"):
                node = self._node("tagged", begin, None, [node, self._template(token)])
            elif token.kind != SIGN:
                return node
            elif token.text in (".", "?."):
                node = self._member(begin, node)
            elif token.text == "!" and not self.is_sign("=", 1):
                self.at += 1
            elif token.text == "(":
                node = self._call(begin, node)
            elif token.text == "[" and token.line == self.tokens[self.at - 1].line:
                node = self._index(begin, node)
            elif token.text == "<" and (behind := self._behind_types()):
                self.at = behind
            else:
                return node

    def _behind_types(self) -> int:
        """The place behind `<T>` before a call; 0 where it is no such thing."""
        depth = 0
        for place in range(self.at, min(self.at + 60, len(self.tokens))):
            token = self.tokens[place]
            if token.kind == SIGN and token.text in "<>":
                depth += 1 if token.text == "<" else -1
                if depth == 0:
                    after = self.tokens[place + 1] if place + 1 < len(self.tokens) else token
                    return place + 1 if after.kind == SIGN and after.text == "(" else 0
            elif token.kind == SIGN and token.text in ";()=+":
                return 0
        return 0

    def _member(self, begin: int, node: Node) -> Node:
        self.at += 1
        token = self.peek()
        if token.kind == NAME:
            self.at += 1
            return self._node("member", begin, token.text, [node])
        if token.kind == SIGN and token.text in ("(", "["):
            return node
        return self._node("unknown", begin)

    def _index(self, begin: int, node: Node) -> Node:
        if self.depth >= DEEPEST:
            return self._skipped(begin)
        self.at += 1
        self.depth += 1
        key = self._assigned()
        self.depth -= 1
        self._close("]")
        if key.kind == "constant" and isinstance(key.value, str):
            return self._node("member", begin, key.value, [node])
        return self._node("index", begin, None, [node, key])

    def _call(self, begin: int, node: Node) -> Node:
        if self.depth >= DEEPEST:
            return self._skipped(begin)
        items, is_cut = self._items(")")
        found = self._node("call", begin, None, [node, *items])
        found.is_cut = is_cut
        return found

    def _primary(self) -> Node:
        begin, token = self.at, self.peek()
        if token.kind == TEXT:
            self.at += 1
            return self._node("constant", begin, token.text)
        if token.kind == NUMBER:
            self.at += 1
            return self._node("constant", begin, number_of(token.text))
        if token.kind == TEMPLATE:
            return self._template(token)
        if token.kind == NAME:
            return self._named(begin, token)
        if token.kind == SIGN and token.text in CLOSERS and self.depth < DEEPEST:
            return self._bracketed(begin, token.text)
        if token.kind == SIGN and token.text == "<":
            # A type before a value: `<any>{…}`.
            self.at += 1
            self.skip_type(frozenset(">"))
            self.at += self.is_sign(">")
            return (
                self._primary()
                if self.at > begin + 1 and self.depth < DEEPEST
                else self._skipped(begin)
            )
        return self._skipped(begin)

    def _skipped(self, begin: int) -> Node:
        """Something that is no expression; closing signs are left for what they close."""
        token = self.peek()
        if token.kind == SIGN and token.text in CLOSERS:
            self.over_brackets()
        elif token.kind == REGEX or (
            token.kind == SIGN and token.text not in (")", "]", "}", ",", ";")
        ):
            self.at += 1
        return self._node("unknown", begin)

    def expression_of_call(self, begin: int, place: int) -> Node | None:
        """Return the call whose name begins at `begin`, and whose bracket is at `place`."""
        self.at = begin
        node = self._primary()
        while self.at < place:
            before = self.at
            if self.is_sign(".") or self.is_sign("?."):
                node = self._member(begin, node)
            elif self.is_sign("("):
                node = self._call(begin, node)
            elif self.is_sign("[") and self.at < place:
                node = self._index(begin, node)
            elif self.is_sign("<"):
                self.at = place
            if self.at == before:
                return None
        return self._call(begin, node) if self.at == place else None

    def _named(self, begin: int, token: Token) -> Node:
        self.at += 1
        if token.text in _CONSTANTS:
            return self._node("constant", begin, _CONSTANTS[token.text])
        if token.text == "new":
            node = self._postfixed() if self.depth < DEEPEST else self._skipped(begin)
            return node
        return self._node("name", begin, token.text)

    def _template(self, token: Token) -> Node:
        begin = self.at
        self.at += 1
        children: list[object] = []
        for part in token.parts:
            if isinstance(part, str):
                children.append(part)
            else:
                inner = Parser(part, self.mendings)
                inner.depth = self.depth + 1
                inner.around = begin if self.around is None else self.around
                children.append(inner.expression(0))
                self.made += inner.made
        return self._node("template", begin, token.raw, children)

    def _bracketed(self, begin: int, opener: str) -> Node:
        if opener == "(":
            items, is_cut = self._items(")")
            found = items[-1] if items else self._node("unknown", begin)
            found.is_cut = found.is_cut or is_cut
            return found
        if opener == "[":
            items, is_cut = self._items("]")
            found = self._node("array", begin, None, list(items))
        else:
            entries, is_cut = self._entries()
            found = self._node("object", begin, None, entries)
        found.is_cut = is_cut
        return found

    def _items(self, closer: str) -> tuple[list[Node], bool]:
        """What stands between brackets, at the opening one."""
        self.at += 1
        self.depth += 1
        items: list[Node] = []
        while not self._is_at_end(closer):
            begin = self.at
            if self.is_sign("..."):
                self.at += 1
                if self._is_elision():
                    items.append(self._node("elision", begin))
                else:
                    items.append(self._node("spread", begin, None, [self._assigned()]))
            elif self.is_sign(","):
                self.at += 1
                continue
            else:
                items.append(self._assigned())
            self._go_on(begin, closer)
        self.depth -= 1
        return items, not self._close(closer)

    def _is_elision(self) -> bool:
        """Whether `...` says that something was left out."""
        token = self.peek()
        return token.kind == END or (
            token.kind == SIGN and token.text in (",", "]", "}", ")", "...")
        )

    def _entries(self) -> tuple[list[object], bool]:
        """The entries of an object, at its opening brace."""
        self.at += 1
        self.depth += 1
        entries: list[object] = []
        while not self._is_at_end("}"):
            begin = self.at
            if self.is_sign(","):
                self.at += 1
                continue
            if self.is_sign("..."):
                self.at += 1
                kind = "elision" if self._is_elision() else "spread"
                child = [] if kind == "elision" else [self._assigned()]
                entries.append((None, self._node(kind, begin, None, list(child))))
            else:
                entries.append(self._entry())
            self._go_on(begin, "}")
        self.depth -= 1
        return entries, not self._close("}")

    def _entry(self) -> tuple[object, Node]:
        begin, token = self.at, self.peek()
        key: object = token.text
        if token.kind == SIGN and token.text == "[":
            self.at += 1
            key = self._assigned()
            self._close("]")
        elif token.kind in (NAME, TEXT):
            self.at += 1
        elif token.kind == NUMBER:
            self.at += 1
            key = str(number_of(token.text))
        elif token.kind == TEMPLATE:
            key = self._template(token)
        else:
            return f"{token.text}", self._skipped(begin)
        if self.is_sign(":") or self.is_sign("="):
            self.at += 1
            return key, self._assigned()
        if self.is_sign("(") or (
            self.peek().kind in (NAME, TEXT) and token.text in ("async", "get", "set")
        ):
            self.over_method()
            return key, self._node("function", begin)
        return key, self._node("name", begin, token.text)

    def _is_at_end(self, closer: str) -> bool:
        token = self.peek()
        if token.kind == END:
            return True
        if token.kind == SIGN and token.text in (")", "]", "}", ";"):
            return True
        return closer != ")" and self._begins_statement(token)

    def _begins_statement(self, token: Token) -> bool:
        """Whether a bracket was forgotten before this token."""
        if token.kind != NAME or token.text not in STATEMENTS or self.at == 0:
            return False
        behind = self.peek(1)
        is_key = behind.kind == SIGN and behind.text in (":", ",", "}", ")", "=>", "(")
        return token.line > self.tokens[self.at - 1].line and not is_key

    def _go_on(self, begin: int, closer: str) -> None:
        """Go over the comma behind an item, and over what has no place there."""
        if self.is_sign(","):
            self.at += 1
        elif self._is_at_end(closer):
            return
        elif self.at == begin:
            token = self.peek()
            if self.lost < MOST_LOST:
                sentence = "This was not understood and was left out."
                self.mendings.lost(token.begin, sentence, token.text)
            self.lost += 1
            self.at += 1
        else:
            self.mendings.say(self.peek().begin, "A missing comma was added.")

    def _close(self, closer: str) -> bool:
        """Whether the bracket is closed here; another one is left to what it closes."""
        if self.is_sign(closer):
            self.at += 1
            return True
        token = self.peek()
        if token.kind == END:
            self.mendings.say(token.begin, "The text ends before its brackets: they were closed.")
        else:
            self.mendings.say(token.begin, f"A {closer} is missing before this {token.text[:20]}.")
        return False

    def _function(self) -> Node | None:
        """A function, whose body is gone over; None for anything else."""
        begin = self.at
        if self.peek().kind == NAME and self.peek().text == "async" and not self.is_sign(".", 1):
            self.at += 1
        token = self.peek()
        if token.kind == NAME and token.text == "function":
            self.over_method()
            return self._node("function", begin)
        if token.kind == NAME and self.is_sign("=>", 1):
            self.at += 2
            return self._arrow_body(begin)
        if self.is_sign("(") and self.is_arrow():
            while not self.is_sign("=>"):
                self.at += 1
            self.at += 1
            return self._arrow_body(begin)
        self.at = begin
        return None

    def _arrow_body(self, begin: int) -> Node:
        if self.is_sign("{"):
            self.over_brackets()
        elif self.depth < DEEPEST:
            self.depth += 1
            body = self._assigned()
            self.depth -= 1
            return self._node("function", begin, None, [body])
        return self._node("function", begin)
