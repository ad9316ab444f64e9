"""A small reader of the TypeScript that is generated, written without a look at the generator.

It knows what the language's specification says of literals, and the few forms around them.
"""

import json
import re

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
NAME = re.compile(r"[^\W\d][\w$\u200c\u200d]*|\$[\w$]*")


class Reader:
    """Reads one expression after the other; ``values`` has what identifiers stand for."""

    def __init__(self, code, start=0, values=None, files=None):
        self.code, self.at, self.values, self.files = code, start, values or {}, files or {}

    def starts(self, text):
        self.skip()
        return self.code.startswith(text, self.at)

    def skip(self):
        while self.code[self.at : self.at + 1] in (" ", "\n") and self.at < len(self.code):
            self.at += 1

    def take(self, text):
        if not self.starts(text):
            raise AssertionError(f"{text} expected at {self.code[self.at : self.at + 40]!r}")
        self.at += len(text)

    def try_take(self, text):
        if is_there := self.starts(text):
            self.at += len(text)
        return is_there

    def value(self):
        found = self.bare_value()
        self.try_take("as never")
        return found

    def bare_value(self):
        self.skip()
        if self.starts("{"):
            return self.object()
        if self.starts("["):
            return self.list()
        if self.code[self.at] in "\"'`":
            return self.text()
        if number := NUMBER.match(self.code, self.at):
            self.at = number.end()
            return float(number[0]) if set(".e") & set(number[0]) else int(number[0])
        for word, value in (("null", None), ("true", True), ("false", False)):
            if self.try_take(word):
                return value
        for call in ("rawJSON(", "await media(", "jsonSchemaOutputFormat("):
            if self.try_take(call):
                return self.called(call)
        name = NAME.match(self.code, self.at)
        self.at = name.end()
        return self.values[name[0]]

    def called(self, call):
        argument = self.value()
        if call == "jsonSchemaOutputFormat(":
            self.take(",")
            assert self.value() == {"transform": False}
            self.try_take(",")
            self.take(")")
            return {"type": "json_schema", "schema": argument}
        self.try_take(",")
        self.take(")")
        return json.loads(argument) if call == "rawJSON(" else self.files[argument]

    def object(self):
        found = {}
        self.take("{")
        while not self.try_take("}"):
            if self.try_take("..."):
                found |= self.object()
            else:
                name, is_name = self.key()
                if self.try_take(":"):
                    assert name != "__proto__" or not is_name
                    found[name] = self.value()
                else:
                    found[name] = self.values[name]
            if not self.try_take(","):
                self.take("}")
                break
        return found

    def key(self):
        if self.try_take("["):
            name = self.text()
            self.take("]")
            return name, False
        if self.code[self.at] in "\"'":
            return self.text(), True
        name = NAME.match(self.code, self.at)
        self.at = name.end()
        return name[0], True

    def list(self):
        found = []
        self.take("[")
        while not self.try_take("]"):
            found.append(self.value())
            if not self.try_take(","):
                self.take("]")
                break
        return found

    def text(self):
        quote = self.code[self.at]
        self.at += 1
        found = []
        while (character := self.code[self.at]) != quote:
            self.at += 1
            if character == "\\":
                found.append(self.escape())
            elif quote == "`" and self.code.startswith("${", self.at - 1):
                self.at += 1
                found.append(self.value())
                self.take("}")
            else:
                assert quote == "`" or character not in "\n\r", "a line end inside quotes"
                assert character != "\r", "a template would make a line feed of it"
                found.append(character)
        self.at += 1
        return "".join(found)

    def escape(self):
        character = self.code[self.at]
        self.at += 1
        if character == "x":
            return self.hexadecimal(2)
        if character == "u" and self.code[self.at] == "{":
            end = self.code.index("}", self.at)
            digits, self.at = self.code[self.at + 1 : end], end + 1
            return chr(int(digits, 16))
        if character == "u":
            return self.hexadecimal(4)
        return ESCAPES.get(character, character)

    def hexadecimal(self, length):
        digits, self.at = self.code[self.at : self.at + length], self.at + length
        return chr(int(digits, 16))
