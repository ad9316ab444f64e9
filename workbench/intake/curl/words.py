"""A shell script as commands, each a list of words, without running it."""

from __future__ import annotations

import re

from workbench.intake.code.holes import Holes
from workbench.intake.code.values import MISSING, Hole
from workbench.intake.mendings import Mendings

from .commands import Command, Word, is_curl

_PLAIN = re.compile(r"[^\s\\'\"“”„‘’‚$`|&;<>()#]+|#")
_BLANKS = re.compile(r"[ \t\u00a0\r]+")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?([-?=+])((?:[^{}\\]|\\.|\$\{\w+\})*))?\}|\$)")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_HERE = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]{1,80})'|\"([^\"\n]{1,80})\"|\\?([\w.-]{1,80}))")
_REDIRECTION = re.compile(r"\d?(?:>>|>&\d?|>|<<<|<(?!<))")
_DOUBLE_STOPS = re.compile(r"[\\\"$`]")
_CURLY_DOUBLE, _CURLY_SINGLE = "“”„", "‘’‚"
_CURLY_END = re.compile(r"[“”„\"‘’‚'](?=[ \t]*(?:\\[ \t]*)?(?:\n|\Z|\|)|[ \t]+-)")
_ANSI = re.compile(
    r"\\(?:u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|([\s\S]))"
)
_ANSI_NAMED = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "a": "\a",
    "e": "\x1b",
    "E": "\x1b",
}


class Script:
    """Goes through a script once; `commands` are what it holds."""

    def __init__(self, text: str, mendings: Mendings, holes: Holes) -> None:
        self.commands: list[Command] = []
        self.functions: dict[str, list[Command]] = {}
        self._text = text
        self._mendings = mendings
        self._holes = holes
        self._values: dict[str, str | Hole] = {}
        self._at = 0
        self._line = 1
        self._counted = 0
        self._command = Command()
        self._waiting: list[tuple[Command, str, bool, bool]] = []
        self._function = ""

    def read(self) -> list[Command]:
        """Return the commands in their order."""
        while self._at < len(self._text):
            self._step()
        self._end_command()
        return self.commands

    def line(self) -> int:
        """Return the line of the current place."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = max(self._counted, self._at)
        return self._line

    def _step(self) -> None:
        text, at = self._text, self._at
        char = text[at]
        if match := _BLANKS.match(text, at):
            self._at = match.end()
        elif char == "\n":
            self._end_of_line()
        elif char == "\\" and (end := self._continued()):
            self._at = end
        elif char == "#":
            end = text.find("\n", at)
            self._at = len(text) if end < 0 else end
        elif char in ";&|":
            self._operator(char)
        elif match := _HERE.match(text, at):
            self._here(match)
        elif char in "(){}" and text[at + 1 : at + 2] in ("", " ", "\n", "\t", ")", ";"):
            self._at += 1
            self._brace(char)
        elif match := _REDIRECTION.match(text, at):
            self._at = match.end()
            self._redirected(match[0])
        else:
            self._take_word()

    def _brace(self, char: str) -> None:
        """The begin or the end of a function, or of commands that belong together."""
        name = self._command.program
        if char == "{" and name.endswith("()"):
            self._command = Command()
            self._function = name.removesuffix("()")
            self.functions[self._function] = []
            return
        self._end_command()
        if char == "}":
            self._function = ""

    def _redirected(self, sign: str) -> None:
        if match := _BLANKS.match(self._text, self._at):
            self._at = match.end()
        if self._at < len(self._text) and self._text[self._at] not in "\n;&|":
            line = self.line()
            text, _ = self._word()
            if sign == "<":
                self._command.source = text
            elif sign == "<<<":
                self._command.document, self._command.document_line = text, line

    def _continued(self) -> int:
        """The place behind a backslash at the end of a line, blanks behind it included."""
        match = re.compile(r"\\([ \t]*)\r?\n").match(self._text, self._at)
        if match is None:
            return len(self._text) if self._text[self._at :].strip() == "\\" else 0
        if match[1]:
            self._mendings.say(self._at, "Blanks behind a backslash at a line's end were left out.")
        return match.end()

    def _operator(self, char: str) -> None:
        is_pipe = char == "|" and not self._text.startswith("||", self._at)
        while self._at < len(self._text) and self._text[self._at] in ";&|":
            self._at += 1
        before = self._command
        self._end_command()
        if is_pipe and before:
            self._command = Command(feeder=before)

    def _end_command(self) -> None:
        command, self._command = self._command, Command()
        if not command:
            return
        if all(word.is_assignment for word in map(_Assigning, command.words)):
            for word in command.words:
                self._assign(word.text)
        elif command.words[0].text in ("export", "set", "declare", "local", "readonly"):
            for word in command.words[1:]:
                self._assign(word.text)
        else:
            while command.words and _Assigning(command.words[0]).is_assignment:
                self._assign(command.words.pop(0).text)
            self.commands.append(command)
            if self._function:
                self.functions[self._function].append(command)

    def _assign(self, text: str) -> None:
        name, sign, value = text.partition("=")
        if sign and name.isidentifier():
            self._values[name] = value

    def _end_of_line(self) -> None:
        self._at += 1
        if self._waiting:
            self._documents()
        if self._continues_with_option():
            self._mendings.say(
                self._at, "This line begins with an option: it was taken as part of the command."
            )
            return
        self._end_command()

    def _continues_with_option(self) -> bool:
        """Whether a backslash was forgotten: a line that begins with an option is no command."""
        if not self._command or not is_curl(self._command.words[0].text):
            return False
        return (
            re.compile(r"[ \t]*(?:-{1,2}[A-Za-z]|https?://)").match(self._text, self._at)
            is not None
        )

    def _here(self, match: re.Match[str]) -> None:
        mark = match[2] or match[3] or match[4]
        is_quoted = not match[4] or "\\" in match[0]
        self._waiting.append((self._command, mark, is_quoted, bool(match[1])))
        self._at = match.end()

    def _documents(self) -> None:
        for command, mark, is_quoted, has_tabs in self._waiting:
            command.document_line = self.line()
            begin = self._at
            pattern = re.compile(rf"^[ \t]*{re.escape(mark)}[ \t\r]*$", re.MULTILINE)
            end = pattern.search(self._text, begin)
            if end is None:
                self._mendings.cut(
                    begin, f"its lines were read up to the end, as {mark} is missing"
                )
            stop = end.start() if end else len(self._text)
            body = self._text[begin:stop]
            if has_tabs:
                body = re.sub(r"(?m)^\t+", "", body)
            command.document = body if is_quoted else self._expanded(body)
            self._at = min(end.end() + 1 if end else stop, len(self._text))
        self._waiting.clear()

    def _expanded(self, body: str) -> str:
        """A document whose mark has no quotes: variables in it are replaced."""
        body = re.sub(r"\\([$`\\\n])", lambda m: "\0" if m[1] == "$" else m[1].strip("\n"), body)
        return _VARIABLE.sub(lambda match: self._variable(match), body).replace("\0", "$")

    def _take_word(self) -> None:
        line, begin = self.line(), self._at
        text, is_plain = self._word()
        if self._at == begin:
            self._at += 1
        elif text != "$" or self._command:
            self._command.words.append(Word(text, line, is_plain))

    def _word(self) -> tuple[str, bool]:
        parts: list[str] = []
        is_plain = True
        text = self._text
        while self._at < len(text):
            char = text[self._at]
            if match := _PLAIN.match(text, self._at):
                parts.append(match[0])
                self._at = match.end()
            elif char == "\\":
                if self._continued():
                    break
                parts.append(text[self._at + 1 : self._at + 2])
                self._at += 2
            elif char == "'":
                is_plain = False
                parts.append(self._single())
            elif char == '"':
                is_plain = False
                parts.append(self._double())
            elif char in _CURLY_DOUBLE + _CURLY_SINGLE:
                is_plain = False
                parts.append(self._curly())
            elif char == "$":
                is_plain = False
                parts.append(self._dollar())
            elif char == "`":
                parts.append(self._substituted("`"))
            elif char in "()":
                parts.append(char)
                self._at += 1
            else:
                break
        return "".join(parts), is_plain

    def _single(self) -> str:
        begin = self._at + 1
        end = self._text.find("'", begin)
        if self._text[begin : begin + 1] in "{[":
            end = self._behind_apostrophes(end)
        if end < 0:
            self._cut(begin - 1)
            end = len(self._text)
        self._at = min(end + 1, len(self._text))
        return self._text[begin:end]

    def _behind_apostrophes(self, end: int) -> int:
        """The quote that ends a body: not one between two letters, as in “it's”."""
        text = self._text
        while 0 < end < len(text) - 1 and text[end - 1].isalpha() and text[end + 1].isalpha():
            self._mendings.say(end, "An apostrophe inside of single quotes was kept.")
            end = text.find("'", end + 1)
        return end

    def _cut(self, place: int) -> None:
        self._mendings.cut(place, "a text that has no end was closed there")

    def _double(self) -> str:
        begin = self._at
        self._at += 1
        parts: list[str] = []
        while match := _DOUBLE_STOPS.search(self._text, self._at):
            parts.append(self._text[self._at : match.start()])
            self._at = match.start()
            if match[0] == '"':
                self._at += 1
                return "".join(parts)
            if match[0] == "\\":
                follows = self._text[self._at + 1 : self._at + 2]
                parts.append(
                    "" if follows == "\n" else follows if follows in '\\"$`' else f"\\{follows}"
                )
                self._at += 2
            elif match[0] == "$":
                parts.append(self._dollar())
            else:
                parts.append(self._substituted("`"))
        self._cut(begin)
        parts.append(self._text[self._at :])
        self._at = len(self._text)
        return "".join(parts)

    def _curly(self) -> str:
        begin = self._at
        self._mendings.say(begin, "Curly quotes were read as straight ones.")
        end = _CURLY_END.search(self._text, begin + 1)
        if end is None:
            self._cut(begin)
            self._at = len(self._text)
            return self._text[begin + 1 :]
        self._at = end.end()
        return self._text[begin + 1 : end.start()]

    def _dollar(self) -> str:
        text, at = self._text, self._at
        if text.startswith("$'", at):
            return self._ansi()
        if text.startswith("$(", at):
            return self._substituted(")")
        if match := _VARIABLE.match(text, at):
            self._at = match.end()
            return self._variable(match)
        self._at += 1
        return "$"

    def _ansi(self) -> str:
        match = re.compile(r"\$'((?:[^'\\]|\\[\s\S])*)('|\Z)").match(self._text, self._at)
        inner = match[1] if match else self._text[self._at + 2 :]
        if match is None or not match[2]:
            self._cut(self._at)
        self._at = match.end() if match else len(self._text)
        return _ANSI.sub(_meant, inner)

    def _variable(self, match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if not name:
            return match[0]
        if not name.isidentifier():
            return f"${name}"
        value = self._values.get(name)
        if isinstance(value, str):
            return value
        default = match[4] if match[3] in ("-", "=") else MISSING
        return self._holes.marker(Hole(name, default, self.line()))

    def _substituted(self, closer: str) -> str:
        """The output of a command, which only a shell knows."""
        begin = self._at
        line = self.line()
        is_tick = closer == "`"
        end = self._text.find("`", begin + 1) if is_tick else self._closing_bracket(begin + 1)
        self._at = len(self._text) if end < 0 else end + 1
        inner = self._text[begin + (1 if is_tick else 2) : max(begin, self._at - 1)]
        if is_curl(inner.lstrip()[:20].partition(" ")[0]):
            return self._inner(inner, line)
        source = self._text[begin : min(self._at, begin + 2_000)]
        return self._holes.marker(Hole("command_output", line=line, source=source))

    def _inner(self, text: str, line: int) -> str:
        """Keep the commands of which only the output is used."""
        inner = Script("\n" * (line - 1) + text, self._mendings, self._holes)
        inner._values = self._values
        self.commands += inner.read()
        return ""

    def _closing_bracket(self, begin: int) -> int:
        depth = 0
        quoted = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"|[()]", re.DOTALL)
        for match in quoted.finditer(self._text, begin):
            depth += {"(": 1, ")": -1}.get(match[0], 0)
            if depth == 0:
                return match.start()
        return -1


class _Assigning:
    """Whether a word is `NAME=value`."""

    def __init__(self, word: Word) -> None:
        self.is_assignment = _ASSIGNMENT.match(word.text) is not None


def _meant(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    if match[4]:
        return chr(int(match[4], 8))
    return _ANSI_NAMED.get(match[5], match[5] if match[5] in "\\'\"?" else f"\\{match[5]}")
